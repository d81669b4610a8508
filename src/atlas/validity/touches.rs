//! Where rings touch: they must not cross there, nor cut their area apart.

use std::collections::{HashMap, HashSet};

use geo::{Coord, Orientation};

use crate::atlas::budget;
use crate::atlas::validity::area::{Area, Ring};
use crate::atlas::validity::meeting::{is_left_of, turn};
use crate::atlas::validity::{Fault, Kind};

/// About what it takes to look at an edge, and at where two rings touch, in nanoseconds.
const EDGE_NS: u64 = 2;
const TOUCH_NS: u64 = 300;

/// Two rings that have a position in common and do not cross there.
pub(super) struct Touch {
    pub(super) rings: [usize; 2],
    at: Coord,
    /// Whether the second lies in what the first goes around, and the first in the second.
    pub(super) inside: [bool; 2],
}

impl Area {
    /// The positions that rings have in common; an error where they cross there.
    pub(super) fn touches(&self, met: &[(Coord, usize, usize)]) -> Result<Vec<Touch>, Fault> {
        let mut known = HashSet::new();
        let mut touches = Vec::new();
        let is_left: Vec<bool> = if met.is_empty() {
            Vec::new()
        } else {
            self.rings
                .iter()
                .map(|ring| self.is_left_inside(ring))
                .collect()
        };
        for (at, a, b) in met {
            budget::spend(TOUCH_NS);
            let rings = [*a, *b].map(|edge| self.edges[edge].ring);
            if !known.insert((rings, bits(*at))) {
                continue;
            }
            let ways = [*a, *b].map(|edge| self.way_through(edge, *at));
            let sides =
                |way: [Coord; 2], other: [Coord; 2]| other.map(|to| is_left_of(way, *at, to));
            let [of_first, of_second] = [sides(ways[0], ways[1]), sides(ways[1], ways[0])];
            if of_first[0] != of_first[1] || of_second[0] != of_second[1] {
                return Err(Fault {
                    kind: Kind::Crossing,
                    at: *at,
                });
            }
            touches.push(Touch {
                rings,
                at: *at,
                inside: [
                    of_first[0] == is_left[rings[0]],
                    of_second[0] == is_left[rings[1]],
                ],
            });
        }
        Ok(touches)
    }

    /// Whether what a ring, which does not cross itself, goes around lies to its left: as it turns at its
    /// lowest vertex in the west.
    fn is_left_inside(&self, ring: &Ring) -> bool {
        let key = |edge: &usize| {
            let at = self.edges[*edge].from;
            (at.x, at.y)
        };
        let order = |a: &usize, b: &usize| {
            key(a)
                .partial_cmp(&key(b))
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        budget::spend(EDGE_NS * ring.edges.len() as u64);
        let Some(corner) = ring.edges.clone().min_by(order) else {
            return false;
        };
        let corner_edge = &self.edges[corner];
        turn(
            self.edges[self.before(corner)].from,
            corner_edge.from,
            corner_edge.to,
        ) == Orientation::CounterClockwise
    }

    /// Rings of one polygon that touch must not enclose a part of it: as a graph of rings and positions
    /// they have no cycle.
    pub(super) fn check_whole(&self, touches: &[Touch]) -> Result<(), Fault> {
        let mut groups: Vec<usize> = (0..self.rings.len()).collect();
        let mut positions = HashMap::new();
        let mut tied = HashSet::new();
        for touch in touches {
            budget::spend(TOUCH_NS);
            let [a, b] = touch.rings.map(|ring| self.rings[ring].polygon);
            if a != b {
                continue;
            }
            let position = *positions.entry((a, bits(touch.at))).or_insert_with(|| {
                groups.push(groups.len());
                groups.len() - 1
            });
            for ring in touch.rings {
                if !tied.insert((ring, position)) {
                    continue;
                }
                let [one, other] = [ring, position].map(|node| root(&mut groups, node));
                if one == other {
                    return Err(Fault {
                        kind: Kind::Parted,
                        at: touch.at,
                    });
                }
                groups[one] = other;
            }
        }
        Ok(())
    }
}

/// The node that stands for a group, the ways to it shortened.
fn root(groups: &mut [usize], mut node: usize) -> usize {
    while groups[node] != node {
        groups[node] = groups[groups[node]];
        node = groups[node];
    }
    node
}

fn bits(at: Coord) -> [u64; 2] {
    // The two zeros are one place.
    [at.x, at.y].map(|ordinate| (ordinate + 0.0).to_bits())
}
