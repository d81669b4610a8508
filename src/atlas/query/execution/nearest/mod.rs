//! The near question to one part: by distance and id, exactly.
//!
//! Chords through the earth order and prune, Karney's geodesic decides (see [`crate::atlas::geo::geodesy`]).
//! Nodes are opened in order of their least chord until no further one can hold a hit; pages after
//! the first pass over nodes that lie wholly before the cursor.

mod candidates;
mod hits;

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::atlas::geo::geodesy::{
    GeodesicOrigin, ROUNDING_M, covers, distance_m_max, distance_to_piece_m,
};
use crate::atlas::index::RowId;
use crate::atlas::index::points::KEPT_M;
use crate::atlas::index::shapes::IndexedPiece;
use crate::atlas::model::budget;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::execution::Execution;
use crate::atlas::query::execution::nearest::candidates::{Candidates, WAITING_ROOM, Waiting};
use crate::atlas::query::execution::nearest::hits::{Metres, NearestHits, SeenPieces};
use crate::atlas::query::question::Near;

/// Candidates beyond twice what is wanted before the farther ones are let go.
const SPARE: usize = 64;
/// About what it takes to open a node, to measure an exact distance, and to look at a piece of an edge
/// whose feature is settled, in nanoseconds.
const NODE_NS: u64 = 200;
const EXACT_NS: u64 = 100;
const PIECE_NS: u64 = 50;

/// A distance in metres, and whose it is.
pub type RowDistance = (f64, RowId);

impl Execution<'_> {
    /// Up to `want` hits after the cursor in order of (distance, id).
    pub fn nearest(&self, near: Near, want: usize) -> Vec<RowDistance> {
        let search = NearestSearch::new(self, near, want);
        let mut hits = search.points();
        hits.extend(search.shapes(hits.get(want.wrapping_sub(1)).map(|last| last.0)));
        hits.sort_unstable_by(|a, b| self.order(a, b));
        hits.truncate(want);
        hits
    }

    /// The lines, areas and groups of positions that match within the radius, with their distances.
    pub(super) fn shapes_within(&self) -> Vec<RowDistance> {
        let Some((near, radius_m)) = self
            .query
            .near
            .and_then(|near| Some((near, near.radius_m?)))
        else {
            return Vec::new();
        };
        let search = NearestSearch::new(self, near, usize::MAX);
        let mut shapes = SeenPieces::default();
        let covering = search.covering();
        shapes.settled.extend(&covering);
        let reach_m = radius_m + ROUNDING_M;
        let indexed = &self.part.shapes;
        for entry in indexed.pieces_within(search.origin.ecef(), reach_m) {
            search.look_at(entry, &mut shapes);
        }
        let within = shapes.best_m.into_iter().map(|(row, m)| (m, row));
        let within = within.filter(|(distance_m, _)| *distance_m <= radius_m);
        let covering = covering.into_iter().map(|row| (0.0, row));
        within.chain(covering).collect()
    }

    /// Whether a feature that is no single position lies within the radius, if there is one.
    pub(super) fn shape_is_near(&self, row: RowId) -> bool {
        let Some((near, radius_m)) = self
            .query
            .near
            .and_then(|near| Some((near, near.radius_m?)))
        else {
            return true;
        };
        let geometry = self.part.shapes.geometry(row);
        geometry.is_some_and(|geometry| {
            crate::atlas::geo::geodesy::distance_to_geometry_m(near.at, geometry) <= radius_m
        })
    }

    fn order(&self, a: &RowDistance, b: &RowDistance) -> Ordering {
        let ids = &self.part.ids;
        let by_id = || ids.rank(a.1).cmp(&ids.rank(b.1));
        a.0.total_cmp(&b.0).then_with(by_id)
    }
}

/// A near question under way.
struct NearestSearch<'s, 'a> {
    execution: &'s Execution<'a>,
    origin: GeodesicOrigin,
    radius_m: f64,
    /// At most so many hits.
    want: usize,
    /// The distance that the cursor names.
    cursor_m: Option<f64>,
    /// The conditions beside its own circle, which candidates are in.
    others: u8,
    /// Whether there are none: no position has to be looked at for them.
    has_no_others: bool,
}

impl<'s, 'a> NearestSearch<'s, 'a> {
    fn new(execution: &'s Execution<'a>, near: Near, want: usize) -> Self {
        Self {
            execution,
            origin: GeodesicOrigin::new(near.at),
            radius_m: near.radius_m.unwrap_or(f64::INFINITY),
            want,
            cursor_m: match execution.query.cursor {
                Some(Cursor::AfterDistance { distance_m, .. }) => Some(distance_m),
                _ => None,
            },
            others: execution.beside_circle(),
            has_no_others: execution.tests_only_circle(),
        }
    }

    /// The first hits among single positions.
    fn points(&self) -> Vec<RowDistance> {
        let points = &self.execution.part.points;
        let mut candidates = Candidates::new(self.want, self.radius_m);
        if let Some((_, rows)) = &self.execution.driven {
            self.execution.saw(0, rows.len() as u64, 0);
            let positions = rows
                .iter()
                .take_while(|row| (**row as usize) < points.len());
            for row in positions {
                budget::spend(EXACT_NS);
                let chord_2 = points.chord_2(*row, self.origin.ecef());
                self.consider(*row, chord_2, &mut candidates);
            }
        } else {
            self.descend(&mut candidates);
        }
        candidates.tighten();
        budget::spend(EXACT_NS * candidates.chords.len() as u64);
        let exact = candidates.chords.into_iter().map(|(_, row)| {
            let distance_m = points.distance_m(row, &self.origin);
            (distance_m, row)
        });
        let mut hits: Vec<RowDistance> = exact
            .filter(|(distance_m, _)| *distance_m <= self.radius_m)
            .collect();
        hits.sort_unstable_by(|a, b| self.execution.order(a, b));
        hits.truncate(self.want);
        hits
    }

    /// Opens nodes, nearest first.
    fn descend(&self, candidates: &mut Candidates) {
        let points = &self.execution.part.points;
        let ecef = self.origin.ecef();
        let root = points.start().map(|branch| Waiting {
            least_2: 0.0,
            branch,
        });
        let mut heap = BinaryHeap::with_capacity(WAITING_ROOM);
        heap.extend(root);
        let (mut nodes, mut looked) = (0, 0);
        while let Some(Waiting { least_2, branch }) = heap.pop() {
            if least_2 > candidates.bound_2 {
                break;
            }
            budget::spend(NODE_NS);
            let Some(children) = points.children(branch) else {
                let rows = points.rows_of(branch);
                looked += rows.len() as u64;
                let at = rows.start as usize..rows.end as usize;
                for (row, chord_2) in rows.zip(points.chords_2(at, ecef)) {
                    self.consider(row, chord_2, candidates);
                }
                continue;
            };
            for branch in children {
                nodes += 1;
                let node = points.node(branch);
                let [least_2, most_2] = node.chords_2(ecef);
                if least_2 <= candidates.bound_2
                    && !self.is_surely_before_cursor(most_2)
                    && (self.has_no_others
                        || self.execution.open_after(node, self.others).is_some())
                {
                    heap.push(Waiting { least_2, branch });
                }
            }
        }
        self.execution.saw(nodes, looked, 0);
    }

    /// Takes a position among the candidates if it may be a hit. Its squared chord is to the kept
    /// position.
    fn consider(&self, row: RowId, chord_2: f64, candidates: &mut Candidates) {
        if chord_2 > candidates.bound_2
            || self.is_surely_before_cursor(chord_2)
            || !(self.has_no_others || self.meets_others(row))
        {
            return;
        }
        // Near the distance of the cursor only the exact one decides.
        let doubtful = self
            .cursor_m
            .is_some_and(|cursor_m| chord_2.sqrt() - KEPT_M - ROUNDING_M <= cursor_m);
        let distance_m = || self.execution.part.points.distance_m(row, &self.origin);
        if !doubtful || self.is_after_cursor(distance_m(), row) {
            candidates.push(chord_2, row);
        }
    }

    /// Whether a position satisfies all but the near part.
    fn meets_others(&self, row: RowId) -> bool {
        let execution = self.execution;
        !execution.deleted.contains(row)
            && execution.passes(row)
            && execution.in_regions(row, self.others)
    }

    fn is_surely_before_cursor(&self, chord_2: f64) -> bool {
        self.cursor_m
            .is_some_and(|cursor_m| distance_m_max(chord_2.sqrt() + KEPT_M) + ROUNDING_M < cursor_m)
    }

    fn is_after_cursor(&self, distance_m: f64, row: RowId) -> bool {
        match &self.execution.query.cursor {
            Some(Cursor::AfterDistance { distance_m: m, id }) => {
                let here = || self.execution.part.texts.id(row);
                distance_m
                    .total_cmp(m)
                    .then_with(|| (*here()).cmp(id))
                    .is_gt()
            }
            _ => true,
        }
    }

    /// The first hits among lines, areas and groups of positions, drawn nearest first until no
    /// further one can come before them, or before `bound_m`.
    fn shapes(&self, bound_m: Option<f64>) -> Vec<RowDistance> {
        let indexed = &self.execution.part.shapes;
        if indexed.placed() == 0 {
            return Vec::new();
        }
        let mut first = NearestHits::new(self.want, bound_m.unwrap_or(f64::INFINITY));
        let mut shapes = SeenPieces::default();
        for row in self.covering() {
            shapes.settled.insert(row);
            self.offer(&mut first, 0.0, row);
        }
        let mut looked = 0;
        for (chord_m, entry) in indexed.pieces_from(self.origin.ecef()) {
            let least_m = chord_m - ROUNDING_M;
            for (distance_m, row) in shapes.settle_below(least_m) {
                self.offer(&mut first, distance_m, row);
            }
            if least_m > first.bound_m().min(self.radius_m) {
                break;
            }
            looked += 1;
            self.look_at(entry, &mut shapes);
        }
        self.execution.saw(0, looked, 0);
        for (distance_m, row) in shapes.settle_below(f64::INFINITY) {
            self.offer(&mut first, distance_m, row);
        }
        first.hits()
    }

    fn offer(&self, first: &mut NearestHits, distance_m: f64, row: RowId) {
        if distance_m <= self.radius_m && self.is_after_cursor(distance_m, row) {
            first.push(distance_m, self.execution.part.ids.rank(row), row);
        }
    }

    /// Takes a piece into what is known of its feature.
    fn look_at(&self, entry: &IndexedPiece, shapes: &mut SeenPieces) {
        budget::spend(PIECE_NS);
        if shapes.settled.contains(&entry.row) {
            return;
        }
        let known_m = shapes.best_m.get(&entry.row).copied();
        if known_m.is_none() && !self.shape_passes(entry.row) {
            shapes.settled.insert(entry.row);
            return;
        }
        let known_m = known_m.unwrap_or(f64::INFINITY);
        let mut best_m = known_m;
        entry.each_piece(&mut |piece| {
            let found_m = distance_to_piece_m(&self.origin, piece, best_m + ROUNDING_M);
            best_m = found_m.map_or(best_m, |found_m| found_m.min(best_m));
        });
        if best_m < known_m {
            shapes.best_m.insert(entry.row, best_m);
            shapes
                .open
                .push(std::cmp::Reverse((Metres(best_m), entry.row)));
        }
    }

    /// Matching features whose area covers the position.
    fn covering(&self) -> Vec<RowId> {
        let shapes = &self.execution.part.shapes;
        let mut rows = shapes.around(self.origin.at());
        rows.retain(|row| {
            let geometry = shapes.geometry(*row);
            geometry.is_some_and(|geometry| covers(geometry, self.origin.at()))
                && self.shape_passes(*row)
        });
        rows
    }

    /// Whether a line or an area satisfies all but the near part.
    fn shape_passes(&self, row: RowId) -> bool {
        let execution = self.execution;
        let geometry = execution.part.shapes.geometry(row);
        !execution.deleted.contains(row)
            && execution.passes(row)
            && geometry.is_some_and(|geometry| {
                execution
                    .regions
                    .iter()
                    .all(|region| region.holds_shape(geometry))
            })
    }
}
