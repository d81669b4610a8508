//! The near question to one part of a layer: by distance and id, exactly.
//!
//! Chords through the earth order and prune, Karney's geodesic decides (see [`crate::atlas::geodesy`]).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::atlas::geodesy::{Origin, chord_2, covers, distance_m_max, distance_to_piece_m};
use crate::atlas::part::{IndexedPiece, IndexedPoint, Part, Slot};
use crate::atlas::query::{Cursor, ItemsQuery, Near};

/// Earth-centred coordinates are doubles of up to 6.4 million metres: a chord is wrong by far less
/// than this. Bounds are widened by it, so that rounding never decides.
const ROUNDING_M: f64 = 1e-6;

/// What a near question finds in a part.
pub struct Found {
    /// Exact distance in metres and slot, in order of (distance, id), after the cursor.
    pub hits: Vec<(f64, Slot)>,
    /// How many match within the radius, whatever the cursor; only if asked to count.
    pub matched: u64,
}

/// A near question to one part.
pub struct Search<'a> {
    part: &'a Part,
    query: &'a ItemsQuery,
    visible: &'a dyn Fn(Slot) -> bool,
    /// Whether the question asks nothing of a feature but its distance.
    anything: bool,
    origin: Origin,
    radius_m: f64,
    /// At most so many hits.
    want: usize,
}

impl<'a> Search<'a> {
    /// A question to a part of which only some slots are visible.
    pub fn new(
        part: &'a Part,
        query: &'a ItemsQuery,
        near: Near,
        visible: &'a dyn Fn(Slot) -> bool,
        want: usize,
    ) -> Self {
        Self {
            part,
            query,
            visible,
            anything: query.is_anything(),
            origin: Origin::new(near.at),
            radius_m: near.radius_m.unwrap_or(f64::INFINITY),
            want,
        }
    }

    /// Everything within the radius, counted, and the first hits after the cursor.
    pub fn within(&self) -> Found {
        let (mut matched, points) = self.points_within();
        let mut hits = self.select(points);
        for (slot, distance_m) in self.shapes_within() {
            matched += 1;
            if self.is_after_cursor(distance_m, slot) {
                hits.push((distance_m, slot));
            }
        }
        hits.sort_unstable_by(order);
        hits.truncate(self.want);
        Found { hits, matched }
    }

    /// The first hits after the cursor, drawn nearest first until no further one can come before
    /// them.
    pub fn nearest(&self) -> Vec<(f64, Slot)> {
        let mut first = First::new(self.want);
        let mut shapes = Shapes::default();
        for slot in self.covering() {
            shapes.settled.insert(slot);
            self.offer(&mut first, 0.0, slot);
        }
        let points = &self.part.points;
        let mut points = points
            .nearest_neighbor_iter_with_distance_2(self.origin.ecef())
            .map(|(point, chord_2)| (chord_2.sqrt(), point))
            .peekable();
        let pieces = &self.part.pieces;
        let mut pieces = pieces
            .nearest_neighbor_iter_with_distance_2(self.origin.ecef())
            .map(|(entry, chord_2)| (chord_2.sqrt(), entry))
            .peekable();
        loop {
            let to_point = points.peek().map_or(f64::INFINITY, |next| next.0);
            let to_piece = pieces.peek().map_or(f64::INFINITY, |next| next.0);
            let least_m = to_point.min(to_piece) - ROUNDING_M;
            for (distance_m, slot) in shapes.settle_below(least_m) {
                self.offer(&mut first, distance_m, slot);
            }
            if least_m == f64::INFINITY || least_m > first.bound_m().min(self.radius_m) {
                break;
            }
            if to_point <= to_piece
                && let Some((chord_m, point)) = points.next()
            {
                if !self.is_surely_before_cursor(chord_m) && self.passes(point.data) {
                    self.offer(&mut first, self.distance_to_point_m(point), point.data);
                }
            } else if let Some((_, entry)) = pieces.next() {
                self.look_at(entry, &mut shapes);
            }
        }
        for (distance_m, slot) in shapes.settle_below(f64::INFINITY) {
            self.offer(&mut first, distance_m, slot);
        }
        first.into_sorted()
    }

    fn offer(&self, first: &mut First, distance_m: f64, slot: Slot) {
        if distance_m <= self.radius_m && self.is_after_cursor(distance_m, slot) {
            first.push(distance_m, slot);
        }
    }

    /// Takes a piece into what is known of its feature.
    fn look_at(&self, entry: &IndexedPiece, shapes: &mut Shapes) {
        if shapes.settled.contains(&entry.slot) {
            return;
        }
        let known_m = shapes.best_m.get(&entry.slot).copied();
        if known_m.is_none() && !self.passes(entry.slot) {
            shapes.settled.insert(entry.slot);
            return;
        }
        let known_m = known_m.unwrap_or(f64::INFINITY);
        let bound_m = known_m + ROUNDING_M;
        let found_m = distance_to_piece_m(&self.origin, entry.piece, bound_m);
        if let Some(found_m) = found_m.filter(|found_m| *found_m < known_m) {
            shapes.best_m.insert(entry.slot, found_m);
            shapes.open.push(Reverse((Metres(found_m), entry.slot)));
        }
    }

    /// How many single positions match, and those that may come after the cursor, with the squares
    /// of their chords.
    fn points_within(&self) -> (u64, Vec<(f64, &'a IndexedPoint)>) {
        let (mut matched, mut after) = (0, Vec::new());
        let reach_m = self.radius_m + ROUNDING_M;
        // Chords up to this are surely within the radius: their geodesics are no longer.
        let sure_m = self.radius_m - (distance_m_max(self.radius_m) - self.radius_m) - ROUNDING_M;
        let sure_2 = if sure_m > 0.0 { sure_m * sure_m } else { 0.0 };
        let cursor_m = self.cursor_m();
        let part = self.part;
        for point in part
            .points
            .locate_within_distance(self.origin.ecef(), reach_m * reach_m)
        {
            if !self.passes(point.data) {
                continue;
            }
            let chord_2 = chord_2(*point.geom(), self.origin.ecef());
            if chord_2 > sure_2 && self.distance_to_point_m(point) > self.radius_m {
                continue;
            }
            matched += 1;
            if cursor_m.is_none() || !self.is_surely_before_cursor(chord_2.sqrt()) {
                after.push((chord_2, point));
            }
        }
        (matched, after)
    }

    /// From chords of single positions to the exact distances of the first ones after the cursor.
    fn select(&self, mut chords: Vec<(f64, &'a IndexedPoint)>) -> Vec<(f64, Slot)> {
        // Those that the cursor may still leave out, though their chord does not say so.
        let doubtful = self.cursor_m().map_or(0, |cursor_m| {
            let below = (cursor_m + ROUNDING_M) * (cursor_m + ROUNDING_M);
            chords
                .iter()
                .filter(|(chord_2, _)| *chord_2 <= below)
                .count()
        });
        let enough = self.want.saturating_add(doubtful);
        if enough < chords.len() {
            let (_, (chord_2, _), _) =
                chords.select_nth_unstable_by(enough, |a, b| a.0.total_cmp(&b.0));
            // At least `enough` exact distances are no more than this, so no further one counts.
            let bound_m = distance_m_max(chord_2.sqrt()) + 2.0 * ROUNDING_M;
            chords.retain(|(chord_2, _)| *chord_2 <= bound_m * bound_m);
        }
        chords
            .into_iter()
            .map(|(_, point)| (self.distance_to_point_m(point), point.data))
            .filter(|(distance_m, slot)| self.is_after_cursor(*distance_m, *slot))
            .collect()
    }

    /// The exact distances of lines, areas and groups of positions that match.
    fn shapes_within(&self) -> HashMap<Slot, f64> {
        let mut shapes = Shapes::default();
        let covering = self.covering();
        shapes.settled.extend(&covering);
        let reach_m = self.radius_m + ROUNDING_M;
        let pieces = &self.part.pieces;
        for entry in pieces.locate_within_distance(self.origin.ecef(), reach_m * reach_m) {
            self.look_at(entry, &mut shapes);
        }
        let mut found = shapes.best_m;
        found.retain(|_, distance_m| *distance_m <= self.radius_m);
        found.extend(covering.into_iter().map(|slot| (slot, 0.0)));
        found
    }

    /// Matching features whose area covers the position.
    fn covering(&self) -> Vec<Slot> {
        let mut slots = self.part.around(self.origin.at());
        slots.retain(|slot| {
            let geometry = self.part.stored(*slot).feature.geometry.as_ref();
            geometry.is_some_and(|geometry| covers(geometry, self.origin.at()))
                && self.passes(*slot)
        });
        slots
    }

    fn passes(&self, slot: Slot) -> bool {
        // Without looking at the feature, which is most likely in no cache of the processor.
        (self.visible)(slot) && (self.anything || self.part.satisfies(slot, self.query))
    }

    fn distance_to_point_m(&self, point: &IndexedPoint) -> f64 {
        self.origin
            .distance_m(*point.geom(), || self.part.position(point.data))
    }

    fn cursor_m(&self) -> Option<f64> {
        match self.query.cursor {
            Some(Cursor::AfterDistance { distance_m, .. }) => Some(distance_m),
            _ => None,
        }
    }

    fn is_surely_before_cursor(&self, chord_m: f64) -> bool {
        self.cursor_m()
            .is_some_and(|cursor_m| distance_m_max(chord_m) + ROUNDING_M < cursor_m)
    }

    fn is_after_cursor(&self, distance_m: f64, slot: Slot) -> bool {
        match &self.query.cursor {
            Some(Cursor::AfterDistance { distance_m: m, id }) => {
                let here = &*self.part.stored(slot).feature.id;
                distance_m.total_cmp(m).then_with(|| here.cmp(id)).is_gt()
            }
            _ => true,
        }
    }
}

fn order(a: &(f64, Slot), b: &(f64, Slot)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

/// A distance with the total order of its bits.
#[derive(Clone, Copy, PartialEq)]
struct Metres(f64);

impl Eq for Metres {}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Metres {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The first few hits by (distance, slot).
struct First {
    want: usize,
    heap: BinaryHeap<(Metres, Slot)>,
}

impl First {
    fn new(want: usize) -> Self {
        Self {
            want,
            heap: BinaryHeap::new(),
        }
    }

    fn push(&mut self, distance_m: f64, slot: Slot) {
        self.heap.push((Metres(distance_m), slot));
        if self.heap.len() > self.want {
            self.heap.pop();
        }
    }

    /// What is farther than this cannot be among the first.
    fn bound_m(&self) -> f64 {
        if self.heap.len() < self.want {
            return f64::INFINITY;
        }
        self.heap.peek().map_or(f64::NEG_INFINITY, |last| last.0.0)
    }

    fn into_sorted(self) -> Vec<(f64, Slot)> {
        let sorted = self.heap.into_sorted_vec();
        sorted.into_iter().map(|(m, slot)| (m.0, slot)).collect()
    }
}

/// Features of several pieces, of which some have been seen.
#[derive(Default)]
struct Shapes {
    /// The least distance of the pieces seen so far.
    best_m: HashMap<Slot, f64>,
    /// The same by distance; entries that were bettered since are stale.
    open: BinaryHeap<Reverse<(Metres, Slot)>>,
    /// Features whose distance is known, or that do not match.
    settled: HashSet<Slot>,
}

impl Shapes {
    /// Features that no unseen piece can bring nearer, as all of those are at least so far.
    fn settle_below(&mut self, least_m: f64) -> Vec<(f64, Slot)> {
        let mut out = Vec::new();
        while let Some(Reverse((Metres(distance_m), slot))) = self.open.peek().copied() {
            if distance_m >= least_m {
                break;
            }
            self.open.pop();
            if self.settled.insert(slot) {
                out.push((distance_m, slot));
            }
        }
        out
    }
}
