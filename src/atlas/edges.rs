//! The pieces of a line in the line's own order, which is neighbourhood enough for a flat index:
//! boxes over runs of pieces, over runs of such runs, and so on.

use geo::Coord;

use crate::atlas::geodesy::{Piece, chord_2, distance_m_max, dot, for_each_piece, minus};
use crate::atlas::position::LngLat;

/// Pieces under a box, and boxes under a box.
const RUN: usize = 8;
/// Straight distances are wrong by far less than this, and so is where a piece's nearest point is
/// said to be.
const MARGIN_M: f64 = 1e-3;

/// Pieces of edges and the boxes over them.
#[derive(Default)]
pub(super) struct Edges {
    pieces: Vec<EdgePiece>,
    /// The boxes over the pieces first, then the boxes over these; the last level is one run.
    levels: Vec<Vec<Box3>>,
}

/// A piece of an edge.
struct EdgePiece {
    piece: Piece,
    /// The number of the edge.
    edge: usize,
    /// Its ends in earth-centred metres.
    ends: [[f64; 3]; 2],
    /// The piece leaves the straight line between its ends by this at most.
    sag_m: f64,
}

/// Low and high corner in earth-centred metres.
type Box3 = [[f64; 3]; 2];

impl Edges {
    /// Adds an edge; edges come in the order of the line.
    pub(super) fn push(&mut self, edge: usize, from: Coord, to: Coord) {
        for_each_piece(&geo::Line::new(from, to).into(), &mut |piece| {
            let ends = [piece.from, piece.to].map(|end| LngLat::of(end).ecef());
            let [low, _] = piece.ecef_box();
            self.pieces.push(EdgePiece {
                piece,
                edge,
                ends,
                // The box is that of the ends, made larger by it.
                sag_m: ends[0][0].min(ends[1][0]) - low[0],
            });
        });
    }

    /// Makes the boxes; to be called when all edges are there.
    pub(super) fn index(&mut self) {
        let boxes: Vec<Box3> = self
            .pieces
            .iter()
            .map(|each| each.piece.ecef_box())
            .collect();
        let mut level = runs(&boxes);
        self.levels.clear();
        while level.len() > RUN {
            let above = runs(&level);
            self.levels.push(level);
            level = above;
        }
        self.levels.push(level);
    }

    /// Gives every piece, with its edge, that may be the nearest to a position by geodesic distance:
    /// few but those that share their nearest point. `give` tells the least distance so far.
    pub(super) fn nearest(&self, to: [f64; 3], give: &mut impl FnMut(usize, Piece) -> f64) {
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

impl EdgePiece {
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

/// The boxes over runs of boxes.
fn runs(boxes: &[Box3]) -> Vec<Box3> {
    let joined = |run: &[Box3]| {
        run.iter().skip(1).fold(run[0], |[low, high], each| {
            [
                std::array::from_fn(|axis| low[axis].min(each[0][axis])),
                std::array::from_fn(|axis| high[axis].max(each[1][axis])),
            ]
        })
    };
    boxes.chunks(RUN).map(joined).collect()
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
