//! The edges that a line from south to north goes through, in their order along it, while it moves to the
//! east: in blocks, so that one is found, put in and taken out in logarithmic time and a short move.

use geo::{Coord, Orientation};

use crate::atlas::geo::validity::edge::Edge;
use crate::atlas::geo::validity::meeting::turn;

/// Edges in a block at most.
const BLOCK: usize = 256;

/// The edges by their numbers, from south to north. No block is empty.
#[derive(Default)]
pub(super) struct Front {
    blocks: Vec<Vec<usize>>,
}

/// A position between two edges, or before the first or after the last: a block and a position in it.
#[derive(Clone, Copy)]
pub(super) struct FrontPosition {
    block: usize,
    at: usize,
}

impl Front {
    /// The position of the first edge that does not lie to the south of a position.
    pub(super) fn place(&self, edges: &[Edge], at: Coord) -> FrontPosition {
        let is_south = |edge: &usize| {
            let [west, east] = edges[*edge].ends();
            turn(west, east, at) == Orientation::CounterClockwise
        };
        let block = self
            .blocks
            .partition_point(|block| block.last().is_some_and(is_south));
        let within = self.blocks.get(block);
        FrontPosition {
            block,
            at: within.map_or(0, |block| block.partition_point(is_south)),
        }
    }

    /// The edges from a position on.
    pub(super) fn from(&self, place: FrontPosition) -> impl Iterator<Item = usize> {
        let (first, rest) = match self.blocks.get(place.block) {
            Some(block) => (&block[place.at..], &self.blocks[place.block + 1..]),
            None => (&[][..], &[][..]),
        };
        first.iter().chain(rest.iter().flatten()).copied()
    }

    /// The edge before a position.
    pub(super) fn before(&self, place: FrontPosition) -> Option<usize> {
        if place.at > 0 {
            return Some(self.blocks[place.block][place.at - 1]);
        }
        let block = place.block.checked_sub(1)?;
        self.blocks[block].last().copied()
    }

    /// Puts edges in the position of so many that follow it.
    pub(super) fn replace(&mut self, place: FrontPosition, mut count: usize, by: &[usize]) {
        let FrontPosition { block, at } = place;
        if self.blocks.len() == block {
            self.blocks.push(Vec::new());
        }
        let own = &mut self.blocks[block];
        let end = own.len().min(at + count);
        count -= end - at;
        own.splice(at..end, by.iter().copied());
        // What is left to be taken out stands in the blocks that follow.
        let mut whole = block + 1;
        while let Some(next) = self.blocks.get_mut(whole)
            && count > 0
        {
            let taken = next.len().min(count);
            count -= taken;
            if taken < next.len() {
                next.drain(..taken);
                break;
            }
            whole += 1;
        }
        let own = &self.blocks[block];
        if own.is_empty() {
            self.blocks.drain(block..whole);
        } else if own.len() > BLOCK {
            let parts: Vec<Vec<usize>> = own.chunks(BLOCK / 2).map(<[usize]>::to_vec).collect();
            self.blocks.splice(block..whole, parts);
        } else {
            self.blocks.drain(block + 1..whole);
        }
    }
}
