//! Whether a geometry is valid (OGC 06-103r4 §6.1.11): areas whose rings do not cross, holes inside. What
//! the library says, but with looks at the budget: it compares each edge with each, and each part with
//! each.

use std::ops::ControlFlow;

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::validation::{GeometryIndex, InvalidMultiPolygon, InvalidPolygon, RingRole};
use geo::{
    BoundingRect, Geometry, Intersects, Line, LineString, MultiPolygon, Polygon,
    RemoveRepeatedPoints, Validation,
};

use crate::atlas::budget;
use crate::atlas::pairs;
use crate::atlas::planar::relation::relate;

/// Distinct positions of a ring at least, the first again at the end.
const RING_MIN: usize = 4;
/// About what it takes to compare the boxes of two parts, in nanoseconds.
const BOX_NS: u64 = 5;

/// Says the first thing that is wrong with a geometry whose coordinates are finite.
///
/// # Errors
/// One sentence without its end.
pub fn check(geometry: &Geometry) -> Result<(), String> {
    match geometry {
        Geometry::Polygon(polygon) => check_polygon(polygon).map_err(|error| error.to_string()),
        Geometry::MultiPolygon(all) => check_polygons(all).map_err(|error| error.to_string()),
        Geometry::GeometryCollection(parts) => {
            parts.0.iter().enumerate().try_for_each(|(at, part)| {
                let said = |error| format!("geometry at index {at} is invalid: {error}");
                check(part).map_err(said)
            })
        }
        other => other.check_validation().map_err(|error| error.to_string()),
    }
}

fn check_polygon(polygon: &Polygon) -> Result<(), InvalidPolygon> {
    let exterior = (RingRole::Exterior, polygon.exterior());
    let holes = polygon.interiors().iter().enumerate();
    let holes = holes.map(|(at, ring)| (RingRole::Interior(at), ring));
    for (role, ring) in std::iter::once(exterior).chain(holes) {
        if ring.remove_repeated_points().0.len() < RING_MIN {
            return Err(InvalidPolygon::TooFewPointsInRing(role));
        }
        if crosses_itself(ring) {
            return Err(InvalidPolygon::SelfIntersection(role));
        }
    }
    let area = |ring: &LineString| Geometry::from(Polygon::new(ring.clone(), Vec::new()));
    let outer = area(polygon.exterior());
    let holes: Vec<Geometry> = polygon.interiors().iter().map(area).collect();
    for (at, hole) in holes.iter().enumerate() {
        let role = RingRole::Interior(at);
        let matrix = relate(&outer, hole);
        if !matrix.is_contains() {
            return Err(InvalidPolygon::InteriorRingNotContainedInExteriorRing(role));
        }
        let edges = matrix.get(CoordPos::OnBoundary, CoordPos::OnBoundary);
        if edges == Dimensions::OneDimensional {
            return Err(InvalidPolygon::IntersectingRingsOnALine(
                RingRole::Exterior,
                role,
            ));
        }
    }
    match first_shared(&holes) {
        None => Ok(()),
        Some((a, b, shared)) => {
            let (a, b) = (RingRole::Interior(a), RingRole::Interior(b));
            Err(match shared {
                Shared::Area => InvalidPolygon::IntersectingRingsOnAnArea(a, b),
                Shared::Line => InvalidPolygon::IntersectingRingsOnALine(a, b),
            })
        }
    }
}

fn check_polygons(all: &MultiPolygon) -> Result<(), InvalidMultiPolygon> {
    for (at, polygon) in all.0.iter().enumerate() {
        check_polygon(polygon)
            .map_err(|error| InvalidMultiPolygon::InvalidPolygon(GeometryIndex(at), error))?;
    }
    let parts: Vec<Geometry> = all.0.iter().cloned().map(Geometry::from).collect();
    match first_shared(&parts) {
        None => Ok(()),
        Some((a, b, shared)) => {
            let (a, b) = (GeometryIndex(a), GeometryIndex(b));
            Err(match shared {
                Shared::Area => InvalidMultiPolygon::ElementsOverlaps(a, b),
                Shared::Line => InvalidMultiPolygon::ElementsTouchOnALine(a, b),
            })
        }
    }
}

/// What two areas share that must not.
enum Shared {
    Area,
    Line,
}

/// The first two of some areas that share more than single positions.
fn first_shared(areas: &[Geometry]) -> Option<(usize, usize, Shared)> {
    let boxes: Vec<_> = areas.iter().map(BoundingRect::bounding_rect).collect();
    for (a, own) in boxes.iter().enumerate() {
        budget::spend(BOX_NS * (boxes.len() - a) as u64);
        for (b, other) in boxes.iter().enumerate().skip(a + 1) {
            let apart = own
                .zip(*other)
                .is_none_or(|(own, other)| !own.intersects(&other));
            if apart {
                continue;
            }
            let matrix = relate(&areas[a], &areas[b]);
            let inside = matrix.get(CoordPos::Inside, CoordPos::Inside);
            if inside == Dimensions::TwoDimensional {
                return Some((a, b, Shared::Area));
            }
            let edges = matrix.get(CoordPos::OnBoundary, CoordPos::OnBoundary);
            if edges == Dimensions::OneDimensional {
                return Some((a, b, Shared::Line));
            }
        }
    }
    None
}

/// Whether edges of a ring meet that do not follow each other.
fn crosses_itself(ring: &LineString) -> bool {
    let edges: Vec<Line> = ring.lines().collect();
    pairs::each_among(&edges, &mut |a, b| {
        let (a, b) = (edges[a], edges[b]);
        if a.start != b.end && a.end != b.start && a.intersects(&b) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
}

#[cfg(test)]
mod tests {
    use geo::Coord;
    use proptest::prelude::*;

    use super::*;

    fn ring() -> impl Strategy<Value = LineString> {
        let at = || {
            (0..6_i32, 0..6_i32).prop_map(|(x, y)| Coord {
                x: f64::from(x),
                y: f64::from(y),
            })
        };
        prop::collection::vec(at(), 3..6).prop_map(LineString::new)
    }

    fn polygon() -> impl Strategy<Value = Polygon> {
        (ring(), prop::collection::vec(ring(), 0..3))
            .prop_map(|(exterior, holes)| Polygon::new(exterior, holes))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn it_says_what_the_library_says(polygons in prop::collection::vec(polygon(), 1..4)) {
            let said = |geometry: &Geometry| {
                let error = geometry.check_validation().err();
                error.map_or(Ok(()), |error| Err(error.to_string()))
            };
            let one = Geometry::from(polygons[0].clone());
            prop_assert_eq!(check(&one), said(&one));
            let all = Geometry::from(MultiPolygon::new(polygons));
            // The library looks for overlaps before it has looked at all parts.
            prop_assert_eq!(check(&all).is_ok(), said(&all).is_ok());
        }
    }
}
