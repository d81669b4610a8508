//! Whether a geometry truly meets a box or another one: plain geometry in longitude and latitude, where
//! edges are straight (RFC 7946 §3.1.1).

pub mod relation;

use std::ops::ControlFlow;

use geo::{BoundingRect, Coord, Geometry, Intersects, Line, LineString, Rect};

use crate::atlas::geo::geodesy::{areas_of, vertices};
use crate::atlas::geo::pairs;
use crate::atlas::model::budget;

/// About what it takes to look at a vertex, in nanoseconds.
const VERTEX_NS: u64 = 3;

/// Whether a geometry and a rectangle share a point; both are closed sets. A rectangle may be a
/// line or a point.
pub fn meets(geometry: &Geometry, rect: &Rect) -> bool {
    match geometry {
        Geometry::Point(point) => rect.intersects(&point.0),
        Geometry::MultiPoint(points) => {
            budget::spend(VERTEX_NS * points.0.len() as u64);
            points.0.iter().any(|point| rect.intersects(&point.0))
        }
        Geometry::Line(line) => edge_meets(line.start, line.end, rect),
        Geometry::LineString(line) => line_meets(line, rect),
        Geometry::MultiLineString(lines) => lines.0.iter().any(|line| line_meets(line, rect)),
        Geometry::GeometryCollection(parts) => parts.0.iter().any(|part| meets(part, rect)),
        area => areas_of(area, &mut |polygon| {
            budget::spend(VERTEX_NS * vertices(polygon));
            line_meets(polygon.exterior(), rect)
                || polygon.interiors().iter().any(|ring| line_meets(ring, rect))
                // No edge of it meets the rectangle: it covers all of the rectangle or nothing.
                || polygon.intersects(&rect.min())
        }),
    }
}

/// Whether two geometries share a point; both are closed sets.
pub fn share_a_point(a: &Geometry, b: &Geometry) -> bool {
    let Some(common) = common(a, b) else {
        return false;
    };
    let (own, other) = (
        pairs::edges_of(a, Some(&common)),
        pairs::edges_of(b, Some(&common)),
    );
    let crossed = pairs::each_between(&own, &other, &mut |a, b| {
        if own[a].intersects(&other[b]) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    // Where no edges meet, what hangs together is inside of an area or outside as a whole.
    crossed || any_inside(a, b, &common) || any_inside(b, a, &common)
}

/// What the boxes around two geometries have in common.
fn common(a: &Geometry, b: &Geometry) -> Option<Rect> {
    let (a, b) = (a.bounding_rect()?, b.bounding_rect()?);
    let low = Coord {
        x: a.min().x.max(b.min().x),
        y: a.min().y.max(b.min().y),
    };
    let high = Coord {
        x: a.max().x.min(b.max().x),
        y: a.max().y.min(b.max().y),
    };
    (low.x <= high.x && low.y <= high.y).then(|| Rect::new(low, high))
}

/// Whether a position of any part of a geometry lies in an area of another; a position of each part that
/// hangs together is tried.
fn any_inside(parts: &Geometry, areas: &Geometry, common: &Rect) -> bool {
    let inside = |at: Coord| {
        common.intersects(&at)
            && areas_of(areas, &mut |polygon| {
                budget::spend(VERTEX_NS * vertices(polygon));
                polygon.intersects(&at)
            })
    };
    let first = |line: &LineString| line.0.first().is_some_and(|at| inside(*at));
    match parts {
        Geometry::Point(at) => inside(at.0),
        Geometry::MultiPoint(all) => all.0.iter().any(|at| inside(at.0)),
        Geometry::Line(line) => inside(line.start),
        Geometry::LineString(line) => first(line),
        Geometry::MultiLineString(all) => all.0.iter().any(first),
        Geometry::Polygon(polygon) => first(polygon.exterior()),
        Geometry::MultiPolygon(all) => all.0.iter().any(|polygon| first(polygon.exterior())),
        Geometry::Rect(rect) => inside(rect.min()),
        Geometry::Triangle(triangle) => inside(triangle.v1()),
        Geometry::GeometryCollection(all) => {
            all.0.iter().any(|part| any_inside(part, areas, common))
        }
    }
}

fn line_meets(line: &LineString, rect: &Rect) -> bool {
    budget::spend(VERTEX_NS * line.0.len() as u64);
    match line.0.as_slice() {
        [only] => rect.intersects(only),
        vertices => vertices
            .windows(2)
            .any(|edge| edge_meets(edge[0], edge[1], rect)),
    }
}

/// Whether an edge and a rectangle share a point.
pub fn edge_meets(from: Coord, to: Coord, rect: &Rect) -> bool {
    if rect.intersects(&from) || rect.intersects(&to) {
        return true;
    }
    let (low, high) = (rect.min(), rect.max());
    let apart = from.x.max(to.x) < low.x
        || from.x.min(to.x) > high.x
        || from.y.max(to.y) < low.y
        || from.y.min(to.y) > high.y;
    if apart {
        return false;
    }
    // Both ends are outside: the edge meets the rectangle where it meets a diagonal.
    let edge = Line::new(from, to);
    let other = |x1, y1, x2, y2| edge.intersects(&Line::new((x1, y1), (x2, y2)));
    other(low.x, low.y, high.x, high.y) || other(low.x, high.y, high.x, low.y)
}
