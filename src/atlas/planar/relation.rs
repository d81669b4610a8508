//! How two geometries stand to each other (OGC 06-103r4 §6.1.15), unless that would take too long: the
//! library that works it out cannot be stopped.

use geo::relate::IntersectionMatrix;
use geo::{Geometry, Relate};

use crate::atlas::budget;
use crate::atlas::cost::Cost;
use crate::atlas::pairs;

/// About what an edge adds to what a relation takes, a pair of edges whose boxes meet, and a part of one
/// geometry beside a position of the other, in nanoseconds.
const EDGE_NS: u64 = 500;
const PAIR_NS: u64 = 400;
const BESIDE_NS: u64 = 2;
/// What would take longer is not begun, in nanoseconds.
const MOST_NS: u64 = 200_000_000;
/// Geometries of so few positions are not worth counting pairs of edges.
const FEW: usize = 64;

/// The dimensionally extended nine-intersection matrix of two geometries. Under a budget, a question ends
/// that would take too long for it.
pub fn relate(own: &Geometry, other: &Geometry) -> IntersectionMatrix {
    let cost_ns = cost_ns(own, other);
    budget::begin(cost_ns);
    if cost_ns > MOST_NS {
        budget::refuse();
    }
    own.relate(other)
}

fn cost_ns(own: &Geometry, other: &Geometry) -> u64 {
    let (a, b) = (Cost::of(own), Cost::of(other));
    let positions = a.positions + b.positions;
    // A position that stands alone is a part like a line or a ring; there are not more of them than this.
    let parts = |cost: Cost, geometry: &Geometry| match geometry {
        Geometry::Point(_) => 1,
        Geometry::MultiPoint(_) | Geometry::GeometryCollection(_) => cost.positions,
        _ => cost.parts,
    };
    let beside = parts(a, own) * b.positions + parts(b, other) * a.positions;
    let certain_ns = EDGE_NS * positions as u64 + BESIDE_NS * beside as u64;
    if positions <= FEW || certain_ns > MOST_NS {
        return certain_ns;
    }
    let most = usize::try_from(MOST_NS / PAIR_NS).unwrap_or(usize::MAX);
    certain_ns + PAIR_NS * pairs::count(own, other, most + 1) as u64
}
