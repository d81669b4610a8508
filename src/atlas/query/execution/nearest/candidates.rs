//! Single positions that may be among the nearest, and the subtrees that wait to be opened.

use std::cmp::Ordering;

use crate::atlas::geo::geodesy::{ROUNDING_M, distance_m_max};
use crate::atlas::index::RowId;
use crate::atlas::index::points::{Branch, KEPT_M};
use crate::atlas::query::execution::nearest::SPARE;

/// Room for so many candidates is made at once; a list that grows is copied each time.
const CANDIDATES_ROOM_MAX: usize = 1024;
/// The same for subtrees: those that wait around a position of a crowded layer.
pub(super) const WAITING_ROOM: usize = 128;

/// A subtree that waits to be opened.
pub(super) struct Waiting {
    pub(super) least_2: f64,
    pub(super) branch: Branch,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    /// The nearest is the greatest: it comes out of a heap first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.least_2.total_cmp(&self.least_2)
    }
}

/// Single positions that may be among the first hits.
pub(super) struct Candidates {
    want: usize,
    /// Squared chords to kept positions, and rows.
    pub(super) chords: Vec<(f64, RowId)>,
    /// What is farther than this cannot be a hit.
    pub(super) bound_2: f64,
    /// When the farther ones are let go next.
    full: usize,
}

impl Candidates {
    pub(super) fn new(want: usize, radius_m: f64) -> Self {
        let reach_m = radius_m + KEPT_M + ROUNDING_M;
        let full = want.saturating_mul(2).saturating_add(SPARE);
        Self {
            want,
            chords: Vec::with_capacity(full.min(CANDIDATES_ROOM_MAX)),
            bound_2: reach_m * reach_m,
            full,
        }
    }

    pub(super) fn push(&mut self, chord_2: f64, row: RowId) {
        self.chords.push((chord_2, row));
        if self.chords.len() >= self.full {
            self.tighten();
            // Of many at one distance none can be let go: not to try again at each.
            self.full = self.full.max(self.chords.len() * 2);
        }
    }

    /// Lets go of what cannot be among the first.
    pub(super) fn tighten(&mut self) {
        if self.want == 0 || self.chords.len() <= self.want {
            return;
        }
        let (_, (chord_2, _), _) = self
            .chords
            .select_nth_unstable_by(self.want - 1, |a, b| a.0.total_cmp(&b.0));
        // So many exact distances are no more than this.
        let most_m = distance_m_max(chord_2.sqrt() + KEPT_M) + KEPT_M + 2.0 * ROUNDING_M;
        self.bound_2 = self.bound_2.min(most_m * most_m);
        let bound_2 = self.bound_2;
        self.chords.retain(|(chord_2, _)| *chord_2 <= bound_2);
    }
}
