//! A feature's GeoJSON text (RFC 7946), made once when it enters a layer.

use geo::{Coord, Geometry, LineString, Polygon};

use crate::atlas::schema::{Field, Schema, Value};

/// The compact text of a feature: `type`, `id`, `geometry` and, last, `properties`, so that it ends
/// in `}}` and more properties can be spliced in before that.
pub fn feature_text(
    schema: &Schema,
    id: &str,
    geometry: Option<&Geometry>,
    values: &[Value],
) -> String {
    let mut text = Vec::with_capacity(512);
    text.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    push_string(&mut text, id);
    text.extend_from_slice(b",\"geometry\":");
    match geometry {
        Some(geometry) => push_geometry(&mut text, geometry),
        None => text.extend_from_slice(b"null"),
    }
    text.extend_from_slice(b",\"properties\":{");
    for (at, (field, value)) in schema.fields.iter().zip(values).enumerate() {
        if at > 0 {
            text.push(b',');
        }
        push_property(&mut text, field, value);
    }
    text.extend_from_slice(b"}}");
    finished(text)
}

fn push_property(text: &mut Vec<u8>, field: &Field, value: &Value) {
    push_string(text, &field.name);
    text.push(b':');
    match value {
        Value::Null => text.extend_from_slice(b"null"),
        Value::Boolean(flag) => text.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Integer(number) => push_json(text, number),
        Value::Number(number) => push_number(text, *number),
        Value::Text(string) => push_string(text, string),
        Value::Json(json) => text.extend_from_slice(json.as_bytes()),
    }
}

/// Escapes by RFC 8259 §7.
fn push_string(text: &mut Vec<u8>, string: &str) {
    push_json(text, string);
}

/// The shortest decimal that reads back as the same double.
fn push_number(text: &mut Vec<u8>, number: f64) {
    push_json(text, &number);
}

fn push_json<T: serde::Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) {
    // Writing text and numbers to memory does not fail.
    let _ = serde_json::to_writer(text, value);
}

/// Bytes that were put together from texts are text.
fn finished(text: Vec<u8>) -> String {
    String::from_utf8(text).unwrap_or_default()
}

/// The text of a geometry object (RFC 7946 §3.1).
pub fn geometry_text(geometry: &Geometry) -> String {
    let mut text = Vec::new();
    push_geometry(&mut text, geometry);
    finished(text)
}

/// Writes the coordinates of a geometry.
type Write<'a> = dyn Fn(&mut Vec<u8>) + 'a;

fn push_geometry(text: &mut Vec<u8>, geometry: &Geometry) {
    let (name, coordinates): (&str, &Write) = match geometry {
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
            text.extend_from_slice(b"{\"type\":\"GeometryCollection\",\"geometries\":");
            push_list(text, collection.0.iter(), push_geometry);
            text.push(b'}');
            return;
        }
        Geometry::Line(line) => {
            return push_geometry(text, &LineString::from(vec![line.start, line.end]).into());
        }
        Geometry::Rect(rect) => return push_geometry(text, &rect.to_polygon().into()),
        Geometry::Triangle(triangle) => return push_geometry(text, &triangle.to_polygon().into()),
    };
    text.extend_from_slice(b"{\"type\":\"");
    text.extend_from_slice(name.as_bytes());
    text.extend_from_slice(b"\",\"coordinates\":");
    coordinates(text);
    text.push(b'}');
}

fn push_rings(text: &mut Vec<u8>, polygon: &Polygon) {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    // RFC 7946 has no other way to write a polygon without any position.
    push_list(text, rings.filter(|ring| !ring.0.is_empty()), push_line);
}

fn push_line(text: &mut Vec<u8>, line: &LineString) {
    push_list(text, line.0.iter(), |text, coord| {
        push_position(text, *coord);
    });
}

fn push_position(text: &mut Vec<u8>, coord: Coord) {
    text.push(b'[');
    push_number(text, coord.x);
    text.push(b',');
    push_number(text, coord.y);
    text.push(b']');
}

fn push_list<'a, T: 'a>(
    text: &mut Vec<u8>,
    items: impl Iterator<Item = &'a T>,
    push: impl Fn(&mut Vec<u8>, &'a T),
) {
    text.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            text.push(b',');
        }
        push(text, item);
    }
    text.push(b']');
}
