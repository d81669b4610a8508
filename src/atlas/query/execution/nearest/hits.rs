//! The nearest features so far, and how near those of several pieces are known to be.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::atlas::index::RowId;
use crate::atlas::query::execution::nearest::RowDistance;

/// A distance with the total order of its bits.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Metres(pub(super) f64);

impl Eq for Metres {}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Metres {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The first few hits by (distance, rank).
pub(super) struct NearestHits {
    want: usize,
    /// What is farther than this cannot be among them.
    most_m: f64,
    heap: BinaryHeap<(Metres, u32, RowId)>,
}

impl NearestHits {
    pub(super) fn new(want: usize, most_m: f64) -> Self {
        Self {
            want,
            most_m,
            heap: BinaryHeap::new(),
        }
    }

    pub(super) fn push(&mut self, distance_m: f64, rank: u32, row: RowId) {
        self.heap.push((Metres(distance_m), rank, row));
        if self.heap.len() > self.want {
            self.heap.pop();
        }
    }

    pub(super) fn bound_m(&self) -> f64 {
        if self.heap.len() < self.want {
            return self.most_m;
        }
        let last_m = self.heap.peek().map_or(f64::NEG_INFINITY, |last| last.0.0);
        last_m.min(self.most_m)
    }

    pub(super) fn hits(self) -> Vec<RowDistance> {
        self.heap
            .into_iter()
            .map(|(m, _, row)| (m.0, row))
            .collect()
    }
}

/// Features of several pieces, of which some have been seen.
#[derive(Default)]
pub(super) struct SeenPieces {
    /// The least distance of the pieces seen so far.
    pub(super) best_m: HashMap<RowId, f64>,
    /// The same by distance; entries that were bettered since are stale.
    pub(super) open: BinaryHeap<std::cmp::Reverse<(Metres, RowId)>>,
    /// Features whose distance is known, or that do not match.
    pub(super) settled: HashSet<RowId>,
}

impl SeenPieces {
    /// Features that no unseen piece can bring nearer, as all of those are at least so far.
    pub(super) fn settle_below(&mut self, least_m: f64) -> Vec<RowDistance> {
        let mut out = Vec::new();
        while let Some(std::cmp::Reverse((Metres(distance_m), row))) = self.open.peek().copied() {
            if distance_m >= least_m {
                break;
            }
            self.open.pop();
            if self.settled.insert(row) {
                out.push((distance_m, row));
            }
        }
        out
    }
}
