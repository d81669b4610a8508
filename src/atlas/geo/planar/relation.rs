//! How two geometries stand to each other (OGC 06-103r4 §6.1.15), unless that would take too long: the
//! library that works it out cannot be stopped.

use geo::relate::IntersectionMatrix;
use geo::{Geometry, Relate};

use crate::atlas::geo::cost::Cost;
use crate::atlas::geo::pairs;
use crate::atlas::model::budget;

/// About what an edge adds to what a relation takes, a pair of edges whose boxes meet, and a part of one
/// geometry beside a position of the other, in nanoseconds.
const EDGE_NS: u64 = 500;
const PAIR_NS: u64 = 400;
const BESIDE_NS: u64 = 2;
/// What would take longer is not begun, in nanoseconds.
const MOST_NS: u64 = 200_000_000;
/// The same for the caller.
const TOO_LONG: &str = "to relate its geometry to a feature would take more than 200 ms, and nothing could stop \
    it in between";
/// Geometries of so few positions are not worth counting pairs of edges.
const FEW: usize = 64;

/// The dimensionally extended nine-intersection matrix of two geometries. Under a budget, a question ends
/// that would take too long for it.
pub fn relate(own: &Geometry, other: &Geometry) -> IntersectionMatrix {
    let cost_ns = cost_ns(own, other);
    budget::begin(cost_ns);
    if cost_ns > MOST_NS {
        budget::refuse(TOO_LONG);
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

#[cfg(test)]
mod tests {
    use geo::LineString;

    use super::*;
    use crate::atlas::model::budget::{Budget, Stopped};

    /// Back and forth over the same positions, and the same mirrored, whose edges all meet those.
    fn zigzags(edges: u32) -> [Geometry; 2] {
        let ends = (0..=edges).map(|end| (f64::from(end % 2), f64::from(end) / f64::from(edges)));
        let turned = ends.clone().map(|(x, y)| (y, x));
        let lines: [LineString; 2] = [ends.collect(), turned.collect()];
        lines.map(Geometry::LineString)
    }

    #[test]
    fn what_nothing_could_stop_is_not_begun_whatever_the_budget() {
        let an_hour = Budget::new(3_600_000_000_000);
        let related = |edges| {
            let [own, other] = zigzags(edges);
            an_hour.run(|| 0, u64::MAX, || relate(&own, &other).is_intersects())
        };
        assert_eq!(related(50), Ok(true));
        assert_eq!(related(1_500), Err(Stopped::Refused(TOO_LONG)));
    }
}
