//! A packed Hilbert R-tree over the single positions of a part (Kamel and Faloutsos 1994, VLDB).
//!
//! Positions are in the order of the curve (`hilbert.rs`) and every node takes the next sixteen, so the
//! tree has no pointers, each subtree is one range of rows, and how many a node holds is known from
//! its place. A node knows its box in earth-centred metres, its box in degrees and its days: a
//! question passes it over, takes it whole, or looks inside.

mod node;

use std::ops::Range;

use crate::atlas::geo::boxes;
use crate::atlas::geo::geodesy::{GeodesicOrigin, ROUNDING_M, chord_2};
use crate::atlas::geo::hilbert;
use crate::atlas::geo::position::LngLat;
use crate::atlas::index::{RowId, row_id};
use crate::atlas::model::budget;
use crate::atlas::model::time::TimeSpan;

pub(super) use node::Packed;
pub use node::{Relation, TreeNode};
use node::{joined, single};

/// Children of a node.
pub const FANOUT: usize = 1 << FANOUT_BITS;
const FANOUT_BITS: u32 = 4;
/// Earth-centred coordinates are kept in steps of so many to the metre: below four millimetres, and
/// the earth fits into 32 bits.
const STEPS_PER_M: f64 = 256.0;
/// A kept coordinate is off by half a step at most; a chord between an exact and a kept position by
/// no more than this (half a step along each axis, and rounding).
pub const KEPT_M: f64 = 0.5 * 1.7321 / STEPS_PER_M + ROUNDING_M;
/// Boxes in degrees are kept in ten millionths, rounded outwards.
pub const STEPS_PER_DEG: f64 = 1e7;
/// Positions between two sums.
const SUMMED: usize = 256;
/// About what a look at a node takes, in nanoseconds.
const NODE_NS: u64 = 15;

/// Positions in the order of the curve, and the tree over them.
#[derive(Debug, Default)]
pub struct Points {
    /// Longitude and latitude in degrees, exact.
    pub(super) degrees: Vec<[f64; 2]>,
    /// The same earth-centred, in steps.
    pub(super) kept: Vec<[i32; 3]>,
    /// Leaves first, then the nodes above them, the root last.
    pub(super) nodes: Vec<Packed>,
    /// The key along the curve of each leaf's first position.
    pub(super) leaf_keys: Vec<u64>,
    /// The sums of longitudes and latitudes, in steps, before every 256th position.
    pub(super) sums: Vec<[i64; 2]>,
    /// West, south, east, north of all, exact.
    pub(super) bounds: Option<[f64; 4]>,
}

impl Points {
    /// Indexes positions that are in order of the curve, with the span of each.
    pub fn new(degrees: Vec<[f64; 2]>, span: impl Fn(RowId) -> TimeSpan) -> Self {
        let mut points = Self {
            kept: Vec::with_capacity(degrees.len()),
            sums: Vec::with_capacity(degrees.len() / SUMMED + 1),
            degrees,
            ..Self::default()
        };
        let leaves = points.degrees.len().div_ceil(FANOUT);
        points.nodes.reserve(leaves + leaves / 15 + 2);
        points.leaf_keys.reserve(leaves);
        let mut sum = [0_i64; 2];
        for (row, at) in (0..).zip(0..points.degrees.len()) {
            let [lng, lat] = points.degrees[at];
            let position = LngLat::of(geo::Coord { x: lng, y: lat });
            if at.is_multiple_of(SUMMED) {
                points.sums.push(sum);
            }
            points.bounds = boxes::widened(points.bounds, Some([lng, lat, lng, lat]));
            let steps = [lng, lat].map(|deg| rounded(deg * STEPS_PER_DEG));
            sum = [sum[0] + i64::from(steps[0]), sum[1] + i64::from(steps[1])];
            let kept = position.ecef().map(|metres| rounded(metres * STEPS_PER_M));
            points.kept.push(kept);
            let own = single(kept, [lng, lat], span(row));
            if at.is_multiple_of(FANOUT) {
                points.leaf_keys.push(hilbert::key_of(position));
                points.nodes.push(own);
            } else if let Some(leaf) = points.nodes.last_mut() {
                *leaf = joined(leaf, &own);
            }
        }
        let mut below = 0..points.nodes.len();
        while below.len() > 1 {
            let start = points.nodes.len();
            for first in below.clone().step_by(FANOUT) {
                let children = first..(first + FANOUT).min(below.end);
                let node = points.nodes[children]
                    .iter()
                    .copied()
                    .reduce(|a, b| joined(&a, &b));
                points.nodes.extend(node);
            }
            below = start..points.nodes.len();
        }
        points
    }

    /// How many positions there are.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.degrees.len()
    }

    /// The position of a row.
    pub fn position(&self, row: RowId) -> LngLat {
        let [x, y] = self.degrees[row as usize];
        LngLat::of(geo::Coord { x, y })
    }

    /// A position in degrees, longitude first.
    pub fn degrees_of(&self, row: RowId) -> [f64; 2] {
        self.degrees[row as usize]
    }

    /// The positions of neighbouring rows in degrees, in order.
    pub fn degrees_in(&self, rows: Range<usize>) -> &[[f64; 2]] {
        &self.degrees[rows]
    }

    /// The squared chord in square metres from an earth-centred position to a kept one: off by
    /// [`KEPT_M`] in its root.
    pub fn chord_2(&self, row: RowId, ecef: [f64; 3]) -> f64 {
        chord_2(metres(self.kept[row as usize]), ecef)
    }

    /// The squared chords to neighbouring rows, in order.
    pub fn chords_2(&self, rows: Range<usize>, ecef: [f64; 3]) -> impl Iterator<Item = f64> {
        let kept = &self.kept[rows];
        kept.iter().map(move |kept| chord_2(metres(*kept), ecef))
    }

    /// The exact distance in metres.
    pub fn distance_m(&self, row: RowId, origin: &GeodesicOrigin) -> f64 {
        let at = self.position(row);
        origin.distance_m(at.ecef(), || at)
    }

    /// The box around all positions in degrees: west, south, east, north.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        self.bounds
    }

    /// Walks down from the root. `relate` is told a node and which of up to eight conditions are
    /// open, a bit each, and says which remain so; nothing if the node is to be passed over. `give`
    /// gets ranges of rows in order, each with the conditions that are open there. Returns how many
    /// nodes were looked at.
    pub fn walk(
        &self,
        open: u8,
        relate: &impl Fn(TreeNode<'_>, u8) -> Option<u8>,
        give: &mut impl FnMut(Range<RowId>, u8),
    ) -> u64 {
        let mut looked = 0;
        if let Some(level) = self.top() {
            self.descend(level, 0..1, open, relate, give, &mut looked);
        }
        looked
    }

    fn descend(
        &self,
        level: Level,
        siblings: Range<usize>,
        open: u8,
        relate: &impl Fn(TreeNode<'_>, u8) -> Option<u8>,
        give: &mut impl FnMut(Range<RowId>, u8),
        looked: &mut u64,
    ) {
        *looked += siblings.len() as u64;
        budget::spend(NODE_NS * siblings.len() as u64);
        let below = level.below(self.leaves());
        for index in siblings {
            let node = TreeNode(&self.nodes[level.start + index]);
            match (relate(node, open), below) {
                (None, _) => {}
                (Some(open), Some(below)) if open != 0 => {
                    let children = Level::children(index, below.len);
                    self.descend(below, children, open, relate, give, looked);
                }
                (Some(open), _) => give(self.rows(level, index), open),
            }
        }
    }

    /// The root's level; `None` without any position.
    fn top(&self) -> Option<Level> {
        let mut level = Level {
            start: 0,
            len: self.leaves(),
            height: 0,
        };
        while level.len > 1 {
            level = level.above();
        }
        (level.len == 1).then_some(level)
    }

    fn leaves(&self) -> usize {
        self.leaf_keys.len()
    }

    fn rows(&self, level: Level, index: usize) -> Range<RowId> {
        let width = FANOUT << (FANOUT_BITS * level.height);
        let row = |at: usize| row_id(at.min(self.len()));
        row(index * width)..row((index + 1) * width)
    }

    /// The root, to start a search from.
    pub fn start(&self) -> Option<Branch> {
        self.top().map(|level| Branch { level, index: 0 })
    }

    /// What is known of a subtree.
    pub fn node(&self, branch: Branch) -> TreeNode<'_> {
        TreeNode(&self.nodes[branch.level.start + branch.index])
    }

    /// The subtrees of a subtree; `None` for a leaf.
    pub fn children(&self, branch: Branch) -> Option<impl Iterator<Item = Branch> + use<>> {
        let below = branch.level.below(self.leaves())?;
        let children = Level::children(branch.index, below.len);
        Some(children.map(move |index| Branch {
            level: below,
            index,
        }))
    }

    /// The rows of a subtree.
    pub fn rows_of(&self, branch: Branch) -> Range<RowId> {
        self.rows(branch.level, branch.index)
    }

    /// The first row from `rows` on whose key along the curve is at least `key`; the rows'
    /// end if none is.
    pub fn first_from(&self, rows: Range<RowId>, key: u64) -> RowId {
        let (start, end) = (rows.start as usize, rows.end as usize);
        if start >= end {
            return rows.end;
        }
        // The leaf that holds it is the last one that begins before the key.
        let leaves = start / FANOUT..end.div_ceil(FANOUT);
        let after = self.leaf_keys[leaves.clone()].partition_point(|first| *first < key);
        let leaf = (leaves.start + after).saturating_sub(1);
        let from = (leaf * FANOUT).max(start);
        let to = ((leaf + 1) * FANOUT).min(end);
        (row_id(from)..row_id(to))
            .find(|row| hilbert::key_of(self.position(*row)) >= key)
            .unwrap_or(row_id(to.max(start)))
    }

    /// The sums of longitudes and of latitudes of a range, in steps.
    pub fn sum(&self, rows: Range<RowId>) -> [i64; 2] {
        let [a, b] = [self.sum_before(rows.start), self.sum_before(rows.end)];
        [b[0] - a[0], b[1] - a[1]]
    }

    /// Longitude and latitude in steps.
    pub fn steps(&self, row: RowId) -> [i64; 2] {
        let degrees = self.degrees[row as usize];
        degrees.map(|deg| i64::from(rounded(deg * STEPS_PER_DEG)))
    }

    fn sum_before(&self, row: RowId) -> [i64; 2] {
        let row = row as usize;
        let block = (row / SUMMED).min(self.sums.len().saturating_sub(1));
        let Some(known) = self.sums.get(block) else {
            return [0; 2];
        };
        let rest = &self.degrees[block * SUMMED..row];
        rest.iter().fold(*known, |sum, degrees| {
            let steps = degrees.map(|deg| i64::from(rounded(deg * STEPS_PER_DEG)));
            [sum[0] + steps[0], sum[1] + steps[1]]
        })
    }

    /// Bytes in memory: the tree, and the exact positions.
    pub fn sizes(&self) -> [usize; 2] {
        let tree = size_of_val(&*self.kept)
            + size_of_val(&*self.nodes)
            + size_of_val(&*self.leaf_keys)
            + size_of_val(&*self.sums);
        [tree, size_of_val(&*self.degrees)]
    }
}

/// A subtree.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    level: Level,
    index: usize,
}

/// The nodes of one height.
#[derive(Clone, Copy, Debug)]
struct Level {
    /// Where they start.
    start: usize,
    len: usize,
    /// 0 for leaves.
    height: u32,
}

impl Level {
    fn above(self) -> Self {
        Self {
            start: self.start + self.len,
            len: self.len.div_ceil(FANOUT),
            height: self.height + 1,
        }
    }

    fn below(self, leaves: usize) -> Option<Self> {
        let height = self.height.checked_sub(1)?;
        let len = leaves.div_ceil(1 << (FANOUT_BITS * height));
        Some(Self {
            start: self.start - len,
            len,
            height,
        })
    }

    fn children(index: usize, below: usize) -> Range<usize> {
        index * FANOUT..((index + 1) * FANOUT).min(below)
    }
}

/// A step's number; what does not fit saturates.
fn rounded(steps: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "the earth fits")]
    let steps = steps.round() as i32;
    steps
}

fn metres(kept: [i32; 3]) -> [f64; 3] {
    kept.map(|steps| f64::from(steps) / STEPS_PER_M)
}
