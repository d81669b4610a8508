//! The pieces of a line in the line's own order, which is neighbourhood enough for a flat index:
//! boxes over runs of pieces, over runs of such runs, and so on. So too of any geometry.

use geo::{Coord, Geometry};

use crate::atlas::geo::boxes;
use crate::atlas::geo::geodesy::{
    GeodesicOrigin, Piece, chord_2, distance_m_max, distance_to_piece_m, dot, for_each_piece, minus,
};
use crate::atlas::geo::position::LngLat;
use crate::atlas::model::budget;

/// Pieces under a box, and boxes under a box.
const RUN: usize = 8;
/// Straight distances are wrong by far less than this, and so is where a piece's nearest point is
/// said to be.
const MARGIN_M: f64 = 1e-3;
/// About what it takes to take in a piece, to compare two boxes, and to compare two runs of pieces, in
/// nanoseconds.
const PIECE_NS: u64 = 150;
const BOXES_NS: u64 = 10;
const RUNS_NS: u64 = 800;

/// Pieces of edges and the boxes over them.
#[derive(Default)]
pub(in crate::atlas) struct Edges {
    pieces: Vec<EdgePiece>,
    /// The boxes over the pieces first, then the boxes over these; the last level is one run.
    levels: Vec<Vec<Box3>>,
}

/// A piece of an edge.
struct EdgePiece {
    piece: Piece,
    /// The number of the edge.
    edge: usize,
    /// The ends in earth-centred metres.
    ends: [[f64; 3]; 2],
    /// The piece leaves the straight line between its ends by this at most.
    sag_m: f64,
}

/// Low and high corner in earth-centred metres.
type Box3 = [[f64; 3]; 2];

impl Edges {
    /// The edges of a geometry, indexed.
    pub(in crate::atlas) fn of(geometry: &Geometry) -> Self {
        let mut edges = Self::default();
        for_each_piece(geometry, &mut |piece| {
            budget::spend(PIECE_NS);
            edges.push_piece(0, piece);
        });
        edges.index();
        edges
    }

    /// Adds an edge; edges come in the order of the line.
    pub(in crate::atlas) fn push(&mut self, edge: usize, from: Coord, to: Coord) {
        for_each_piece(&geo::Line::new(from, to).into(), &mut |piece| {
            self.push_piece(edge, piece);
        });
    }

    fn push_piece(&mut self, edge: usize, piece: Piece) {
        self.pieces.push(EdgePiece {
            piece,
            edge,
            ends: [piece.from, piece.to].map(|end| LngLat::of(end).ecef()),
            sag_m: piece.sag_m(),
        });
    }

    /// Makes the boxes; to be called when all edges are there.
    pub(in crate::atlas) fn index(&mut self) {
        let mut level = runs(&self.pieces, EdgePiece::bounds);
        self.levels.clear();
        while level.len() > RUN {
            let above = runs(&level, |each| *each);
            self.levels.push(level);
            level = above;
        }
        self.levels.push(level);
    }

    /// Gives every piece, with its edge, that may be the nearest to a position by geodesic distance:
    /// few but those that share their nearest point. `give` tells the least distance so far.
    pub(in crate::atlas) fn nearest(
        &self,
        to: [f64; 3],
        give: &mut impl FnMut(usize, Piece) -> f64,
    ) {
        let mut chord_m_max = f64::INFINITY;
        self.descend(to, &mut |found| {
            if let Some(each) = found {
                chord_m_max = chord_m_max.min(each.straight_m(to) + each.sag_m);
            }
            chord_m_max
        });
        // A chord is not longer than its geodesic: what lies beyond this is farther by any measure.
        let mut bound_m = distance_m_max(chord_m_max + MARGIN_M) + MARGIN_M;
        self.descend(to, &mut |found| {
            if let Some(each) = found
                && each.straight_m(to) - each.sag_m <= bound_m
            {
                bound_m = bound_m.min(give(each.edge, each.piece) + MARGIN_M);
            }
            bound_m
        });
    }

    /// Whether any piece is at most so many metres from a position by geodesic distance.
    pub(in crate::atlas) fn reach(&self, from: &GeodesicOrigin, most_m: f64) -> bool {
        let to = from.ecef();
        let mut is_found = false;
        self.descend(to, &mut |found| {
            if let Some(each) = found
                && !is_found
                && each.straight_m(to) - each.sag_m <= most_m + MARGIN_M
            {
                let found_m = distance_to_piece_m(from, each.piece, most_m);
                is_found = found_m.is_some_and(|found_m| found_m <= most_m);
            }
            // Once one is found nothing is near enough to be looked at.
            if is_found { 0.0 } else { most_m + MARGIN_M }
        });
        is_found
    }

    /// The least geodesic distance in metres from an end of a piece of either to a piece of the other.
    pub(in crate::atlas) fn distance_m(&self, other: &Self) -> f64 {
        let mut best_m = f64::INFINITY;
        if let (Some(own), Some(to)) = (self.top(), other.top()) {
            let both = Both { own: self, other };
            both.descend([own, to], &mut best_m);
        }
        best_m
    }

    /// All of it as a box over boxes; `None` of nothing.
    fn top(&self) -> Option<Node> {
        (!self.pieces.is_empty()).then_some(Node {
            level: self.levels.len(),
            index: 0,
        })
    }

    /// The box of a node; all of space for the one that holds all.
    fn bounds(&self, node: Node) -> Box3 {
        let level = self.levels.get(node.level);
        level.map_or([[f64::NEG_INFINITY; 3], [f64::INFINITY; 3]], |boxes| {
            boxes[node.index]
        })
    }

    /// The boxes in a box.
    fn below(&self, node: Node) -> impl Iterator<Item = (Node, &Box3)> {
        let level = node.level - 1;
        let boxes = &self.levels[level];
        let first = node.index * RUN;
        let run = first..boxes.len().min(first + RUN);
        run.map(move |index| (Node { level, index }, &boxes[index]))
    }

    /// The pieces in a box that has no boxes in it.
    fn run(&self, node: Node) -> &[EdgePiece] {
        let first = node.index * RUN;
        &self.pieces[first..self.pieces.len().min(first + RUN)]
    }

    /// Visits the pieces whose box is not beyond the bound that the visit gives, near ones first;
    /// asked without a piece it gives the bound alone.
    fn descend(&self, to: [f64; 3], visit: &mut impl FnMut(Option<&EdgePiece>) -> f64) {
        if let Some(top) = self.levels.len().checked_sub(1) {
            self.descend_run(top, 0, to, visit);
        }
    }

    fn descend_run(
        &self,
        level: usize,
        first: usize,
        to: [f64; 3],
        visit: &mut impl FnMut(Option<&EdgePiece>) -> f64,
    ) {
        let boxes = &self.levels[level];
        let boxes = &boxes[first..boxes.len().min(first + RUN)];
        let mut near = [(f64::INFINITY, 0); RUN];
        let bound_m = visit(None);
        let mut count = 0;
        for (at, each) in boxes.iter().enumerate() {
            let box_2 = distance_2(each, to);
            if box_2 <= bound_m * bound_m {
                near[count] = (box_2, first + at);
                count += 1;
            }
        }
        let near = &mut near[..count];
        near.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        for (box_2, at) in near {
            let bound_m = visit(None);
            if *box_2 > bound_m * bound_m {
                break;
            }
            let below = *at * RUN;
            if level > 0 {
                self.descend_run(level - 1, below, to, visit);
            } else {
                let end = self.pieces.len().min(below + RUN);
                self.pieces[below..end].iter().for_each(|each| {
                    visit(Some(each));
                });
            }
        }
    }
}

/// A box of a level; above the last level is one that holds all.
#[derive(Clone, Copy)]
struct Node {
    level: usize,
    index: usize,
}

/// Two lists of pieces, of which those near to each other are looked for.
struct Both<'a> {
    own: &'a Edges,
    other: &'a Edges,
}

impl Both<'_> {
    /// Opens the higher one of two boxes, the nearest of what is in it first, and at the bottom measures.
    fn descend(&self, [own, other]: [Node; 2], best_m: &mut f64) {
        if own.level == 0 && other.level == 0 {
            return measure(self.own.run(own), self.other.run(other), best_m);
        }
        let opens_own = own.level >= other.level;
        let (opened, kept) = if opens_own {
            ((self.own, own), (self.other, other))
        } else {
            ((self.other, other), (self.own, own))
        };
        let against = kept.0.bounds(kept.1);
        let mut near = [(f64::INFINITY, opened.1); RUN];
        let mut count = 0;
        for (node, each) in opened.0.below(opened.1) {
            near[count] = (between_2(each, &against).sqrt(), node);
            count += 1;
        }
        budget::spend(BOXES_NS * count as u64);
        let near = &mut near[..count];
        near.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        for (least_m, node) in near {
            if *least_m > *best_m {
                break;
            }
            let pair = if opens_own {
                [*node, kept.1]
            } else {
                [kept.1, *node]
            };
            self.descend(pair, best_m);
        }
    }
}

/// Measures between two runs, both ways.
fn measure(own: &[EdgePiece], other: &[EdgePiece], best_m: &mut f64) {
    budget::spend(RUNS_NS);
    for (from, to) in [(own, other), (other, own)] {
        let mut before = None;
        for each in from {
            for (end, ecef) in [each.piece.from, each.piece.to].into_iter().zip(each.ends) {
                // Most pieces begin where the one before them ended.
                if before == Some(end) {
                    continue;
                }
                before = Some(end);
                for piece in to {
                    if piece.straight_m(ecef) - piece.sag_m - MARGIN_M > *best_m {
                        continue;
                    }
                    let origin = GeodesicOrigin::new(LngLat::of(end));
                    let found_m = distance_to_piece_m(&origin, piece.piece, *best_m);
                    *best_m = best_m.min(found_m.unwrap_or(*best_m));
                }
            }
        }
    }
}

impl EdgePiece {
    /// The box of the piece.
    fn bounds(&self) -> Box3 {
        let [a, b] = self.ends;
        [
            std::array::from_fn(|axis| a[axis].min(b[axis]) - self.sag_m),
            std::array::from_fn(|axis| a[axis].max(b[axis]) + self.sag_m),
        ]
    }

    /// The distance to the straight line between the ends.
    fn straight_m(&self, to: [f64; 3]) -> f64 {
        let [from, end] = self.ends;
        let (along, away) = (minus(end, from), minus(to, from));
        let length_2 = dot(along, along);
        let share = if length_2 > 0.0 {
            (dot(along, away) / length_2).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let foot = std::array::from_fn(|axis| from[axis] + along[axis] * share);
        chord_2(foot, to).sqrt()
    }
}

/// The boxes over runs of what has boxes.
fn runs<T>(all: &[T], bounds: impl Fn(&T) -> Box3) -> Vec<Box3> {
    let joined = |run: &[T]| {
        let rest = run.iter().skip(1).map(&bounds);
        rest.fold(bounds(&run[0]), boxes::union)
    };
    all.chunks(RUN).map(joined).collect()
}

/// The squared distance between two boxes.
fn between_2(a: &Box3, b: &Box3) -> f64 {
    let mut sum = 0.0;
    for axis in 0..3 {
        let apart = (a[0][axis] - b[1][axis])
            .max(b[0][axis] - a[1][axis])
            .max(0.0);
        sum += apart * apart;
    }
    sum
}

/// The squared distance to a box.
fn distance_2([low, high]: &Box3, to: [f64; 3]) -> f64 {
    let mut sum = 0.0;
    for axis in 0..3 {
        let beyond = (low[axis] - to[axis]).max(to[axis] - high[axis]).max(0.0);
        sum += beyond * beyond;
    }
    sum
}

#[cfg(test)]
mod tests {
    use geo::LineString;
    use proptest::prelude::*;

    use super::*;
    use crate::atlas::geo::geodesy::distance_to_geometry_m;

    fn line() -> impl Strategy<Value = Geometry> {
        let near = || (40.0..50.0_f64, 30.0..40.0_f64);
        let far = || (-180.0..=180.0_f64, -90.0..=90.0_f64);
        let at = prop_oneof![near().boxed(), far().boxed()];
        let at = at.prop_map(|(x, y)| Coord { x, y });
        prop::collection::vec(at, 1..4).prop_map(|line| LineString::new(line).into())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// The least of the distances from all ends of pieces, each measured by itself.
        #[test]
        fn the_nearest_pieces_are_found(own in line(), other in line()) {
            let mut least_m = f64::INFINITY;
            for (from, to) in [(&own, &other), (&other, &own)] {
                for_each_piece(from, &mut |piece| {
                    for end in [piece.from, piece.to] {
                        least_m = least_m.min(distance_to_geometry_m(LngLat::of(end), to));
                    }
                });
            }
            let found_m = Edges::of(&own).distance_m(&Edges::of(&other));
            prop_assert!((found_m - least_m).abs() <= 1e-6, "{} {}", found_m, least_m);
        }
    }
}
