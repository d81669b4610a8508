//! Whether a geometry truly meets a box: plain geometry in longitude and latitude, where edges are
//! straight (RFC 7946 §3.1.1).

use geo::{BoundingRect, Coord, Geometry, Intersects, Line, LineString, Rect};

use crate::atlas::budget;
use crate::atlas::geodesy::{areas_of, vertices};

/// About what it takes to look at a vertex, in nanoseconds.
const VERTEX_NS: u64 = 3;

/// Whether a geometry and a rectangle share a point; both are closed sets. A rectangle may be a
/// line or a point.
pub fn meets(geometry: &Geometry, rect: &Rect) -> bool {
    match geometry {
        Geometry::Point(point) => holds(rect, point.0),
        Geometry::MultiPoint(points) => {
            budget::spend(VERTEX_NS * points.0.len() as u64);
            points.0.iter().any(|point| holds(rect, point.0))
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

/// West, south, east and north of what had these before, and of a geometry too.
pub fn widened(sides: Option<[f64; 4]>, geometry: &Geometry) -> Option<[f64; 4]> {
    let Some(rect) = geometry.bounding_rect() else {
        return sides;
    };
    let (low, high) = (rect.min(), rect.max());
    let [west, south, east, north] = sides.unwrap_or([low.x, low.y, high.x, high.y]);
    Some([
        west.min(low.x),
        south.min(low.y),
        east.max(high.x),
        north.max(high.y),
    ])
}

fn holds(rect: &Rect, at: Coord) -> bool {
    (rect.min().x..=rect.max().x).contains(&at.x) && (rect.min().y..=rect.max().y).contains(&at.y)
}

fn line_meets(line: &LineString, rect: &Rect) -> bool {
    budget::spend(VERTEX_NS * line.0.len() as u64);
    match line.0.as_slice() {
        [only] => holds(rect, *only),
        vertices => vertices
            .windows(2)
            .any(|edge| edge_meets(edge[0], edge[1], rect)),
    }
}

/// Whether an edge and a rectangle share a point.
pub fn edge_meets(from: Coord, to: Coord, rect: &Rect) -> bool {
    if holds(rect, from) || holds(rect, to) {
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
