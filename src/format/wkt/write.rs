//! Well-known text written.

use std::fmt::{self, Write};

use geo::{Coord, Geometry, LineString, Polygon};

/// Writes a geometry so that [`read`](super::read()) gives the same one, to the last bit.
pub fn write(geometry: &Geometry) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = put(&mut text, geometry);
    text
}

fn put(out: &mut String, geometry: &Geometry) -> fmt::Result {
    match geometry {
        Geometry::Point(at) => {
            out.push_str("POINT ");
            list(out, &[at.0], |out, at| coord(out, *at))
        }
        Geometry::MultiPoint(points) => {
            out.push_str("MULTIPOINT ");
            list(out, &points.0, |out, at| {
                list(out, &[at.0], |out, at| coord(out, *at))
            })
        }
        Geometry::LineString(line) => {
            out.push_str("LINESTRING ");
            coords(out, line)
        }
        Geometry::Line(line) => put(out, &Geometry::LineString((*line).into())),
        Geometry::MultiLineString(lines) => {
            out.push_str("MULTILINESTRING ");
            list(out, &lines.0, coords)
        }
        Geometry::Polygon(shape) => {
            out.push_str("POLYGON ");
            polygon(out, shape)
        }
        Geometry::Rect(rect) => put(out, &Geometry::Polygon(rect.to_polygon())),
        Geometry::Triangle(triangle) => put(out, &Geometry::Polygon(triangle.to_polygon())),
        Geometry::MultiPolygon(polygons) => {
            out.push_str("MULTIPOLYGON ");
            list(out, &polygons.0, polygon)
        }
        Geometry::GeometryCollection(parts) => {
            out.push_str("GEOMETRYCOLLECTION ");
            list(out, &parts.0, put)
        }
    }
}

fn polygon(out: &mut String, polygon: &Polygon) -> fmt::Result {
    let rings: Vec<&LineString> = std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .collect();
    list(out, &rings, |out, ring| coords(out, ring))
}

fn coords(out: &mut String, line: &LineString) -> fmt::Result {
    list(out, &line.0, |out, at| coord(out, *at))
}

fn coord(out: &mut String, at: Coord) -> fmt::Result {
    write!(out, "{} {}", at.x, at.y)
}

fn list<T>(
    out: &mut String,
    items: &[T],
    item: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    if items.is_empty() {
        out.push_str("EMPTY");
        return Ok(());
    }
    out.push('(');
    for (at, each) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        item(out, each)?;
    }
    out.push(')');
    Ok(())
}
