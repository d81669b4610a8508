//! A feature's GeoJSON text (RFC 7946), made once when it enters a layer.

use geo::{Coord, Geometry, LineString, Polygon};
use serde_json::Value as Json;

use crate::atlas::schema::{Field, Schema, Value};

/// The compact text of a feature: `type`, `id`, `geometry` and, last, `properties`, so that it ends
/// in `}}` and more properties can be spliced in before that.
pub fn feature_text(
    schema: &Schema,
    id: &str,
    geometry: Option<&Geometry>,
    values: &[Value],
) -> String {
    let mut text = String::with_capacity(256);
    text.push_str("{\"type\":\"Feature\",\"id\":");
    push_string(&mut text, id);
    text.push_str(",\"geometry\":");
    match geometry {
        Some(geometry) => push_geometry(&mut text, geometry),
        None => text.push_str("null"),
    }
    text.push_str(",\"properties\":{");
    for (at, (field, value)) in schema.fields.iter().zip(values).enumerate() {
        if at > 0 {
            text.push(',');
        }
        push_property(&mut text, field, value);
    }
    text.push_str("}}");
    text
}

fn push_property(text: &mut String, field: &Field, value: &Value) {
    push_string(text, &field.name);
    text.push(':');
    match value {
        Value::Null => text.push_str("null"),
        Value::Boolean(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Integer(number) => text.push_str(&number.to_string()),
        Value::Number(number) => push_number(text, *number),
        Value::Text(string) => push_string(text, string),
        Value::Json(json) => text.push_str(json),
    }
}

/// Escapes by RFC 8259 §7.
fn push_string(text: &mut String, string: &str) {
    text.push_str(&Json::String(string.to_owned()).to_string());
}

/// The shortest decimal that reads back as the same double.
fn push_number(text: &mut String, number: f64) {
    text.push_str(&Json::from(number).to_string());
}

/// The text of a geometry object (RFC 7946 §3.1).
pub fn geometry_text(geometry: &Geometry) -> String {
    let mut text = String::new();
    push_geometry(&mut text, geometry);
    text
}

fn push_geometry(text: &mut String, geometry: &Geometry) {
    let (name, coordinates): (&str, &dyn Fn(&mut String)) = match geometry {
        Geometry::Point(point) => ("Point", &|text| push_position(text, point.0)),
        Geometry::LineString(line) => ("LineString", &|text| push_line(text, line)),
        Geometry::Polygon(polygon) => ("Polygon", &|text| push_rings(text, polygon)),
        Geometry::MultiPoint(points) => ("MultiPoint", &|text| {
            push_list(text, points.0.iter(), |text, point| {
                push_position(text, point.0);
            });
        }),
        Geometry::MultiLineString(lines) => ("MultiLineString", &|text| {
            push_list(text, lines.0.iter(), push_line);
        }),
        Geometry::MultiPolygon(polygons) => ("MultiPolygon", &|text| {
            push_list(text, polygons.0.iter(), push_rings);
        }),
        Geometry::GeometryCollection(collection) => {
            text.push_str("{\"type\":\"GeometryCollection\",\"geometries\":");
            push_list(text, collection.0.iter(), push_geometry);
            text.push('}');
            return;
        }
        Geometry::Line(line) => {
            return push_geometry(text, &LineString::from(vec![line.start, line.end]).into());
        }
        Geometry::Rect(rect) => return push_geometry(text, &rect.to_polygon().into()),
        Geometry::Triangle(triangle) => return push_geometry(text, &triangle.to_polygon().into()),
    };
    text.push_str("{\"type\":\"");
    text.push_str(name);
    text.push_str("\",\"coordinates\":");
    coordinates(text);
    text.push('}');
}

fn push_rings(text: &mut String, polygon: &Polygon) {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    // RFC 7946 has no other way to write a polygon without any position.
    push_list(text, rings.filter(|ring| !ring.0.is_empty()), push_line);
}

fn push_line(text: &mut String, line: &LineString) {
    push_list(text, line.0.iter(), |text, coord| {
        push_position(text, *coord);
    });
}

fn push_position(text: &mut String, coord: Coord) {
    text.push('[');
    push_number(text, coord.x);
    text.push(',');
    push_number(text, coord.y);
    text.push(']');
}

fn push_list<'a, T: 'a>(
    text: &mut String,
    items: impl Iterator<Item = &'a T>,
    push: impl Fn(&mut String, &'a T),
) {
    text.push('[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            text.push(',');
        }
        push(text, item);
    }
    text.push(']');
}
