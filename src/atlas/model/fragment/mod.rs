//! A feature's GeoJSON text (RFC 7946), made once when it enters a layer.

mod read;

use geo::{Coord, Geometry, LineString, Polygon};

pub use read::{Pieces, any_text, id_in, members, pieces, value_at, values_in};

use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{Field, Schema, Value};

/// What every text begins with; the id follows.
const BEFORE_ID: &[u8] = b"{\"type\":\"Feature\",\"id\":";

/// The names of a schema's fields as their texts have them, made once for many features.
pub struct FieldNames(Vec<Vec<u8>>);

impl FieldNames {
    /// The names of the fields in their order.
    pub fn of(schema: &Schema) -> Self {
        let name = |(at, field): (usize, &Field)| {
            let mut text = Vec::new();
            if at > 0 {
                text.push(b',');
            }
            push_string(&mut text, &field.name);
            text.push(b':');
            text
        };
        Self(schema.fields.iter().enumerate().map(name).collect())
    }
}

/// Appends the compact text of a feature: `type`, `id`, `geometry` and, last, `properties`, so that it
/// ends in `}}` and more properties can be spliced in before that.
pub fn push_feature(text: &mut Vec<u8>, names: &FieldNames, feature: &Feature) {
    text.extend_from_slice(BEFORE_ID);
    push_string(text, &feature.id);
    text.extend_from_slice(b",\"geometry\":");
    match &feature.geometry {
        Some(geometry) => push_geometry(text, geometry),
        None => text.extend_from_slice(b"null"),
    }
    text.extend_from_slice(b",\"properties\":{");
    for (name, value) in names.0.iter().zip(&feature.values) {
        text.extend_from_slice(name);
        push_value(text, value);
    }
    text.extend_from_slice(b"}}");
}

fn push_value(text: &mut Vec<u8>, value: &Value) {
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
    let is_plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    // Without a way out in between the compiler looks at many bytes at once.
    if string
        .as_bytes()
        .iter()
        .fold(true, |all, byte| all & is_plain(byte))
    {
        text.push(b'"');
        text.extend_from_slice(string.as_bytes());
        text.push(b'"');
    } else {
        push_json(text, string);
    }
}

/// The shortest decimal that reads back as the same double.
fn push_number(text: &mut Vec<u8>, number: f64) {
    push_json(text, &number);
}

fn push_json<T: serde::Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) {
    // Writing text and numbers to memory does not fail.
    let _ = serde_json::to_writer(text, value);
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

#[cfg(test)]
mod tests {
    use geo::Point;
    use proptest::prelude::*;

    use super::*;

    fn schema() -> Schema {
        let kinds = ["string", "number", "json", "boolean", "integer", "string"];
        let fields = kinds
            .iter()
            .enumerate()
            .map(|(at, kind)| serde_json::json!({"name": format!("f{at} \"\u{e9}"), "type": kind}));
        let fields: Vec<_> = fields.collect();
        let schema = serde_json::json!({"id": "things", "title": "Things", "field": fields});
        serde_json::from_value(schema).unwrap()
    }

    fn text() -> impl Strategy<Value = Value> {
        let tricky = prop_oneof![
            "\\PC{0,12}",
            Just("\"properties\":{\\".to_owned()),
            Just("}},[\u{1}\n\\\"".to_owned())
        ];
        prop_oneof![3 => tricky.prop_map(|text| Value::Text(text.into())), 1 => Just(Value::Null)]
    }

    proptest! {
        /// What a text is read back as is what it was written from, whole or one by one.
        #[test]
        fn values_come_back(
            id in "\\PC{0,8}|\"properties\":\\{|a\\\\b",
            first in text(), last in text(), number: f64, whole: i64, flag: bool,
            json in "\\PC{0,8}",
        ) {
            let json = serde_json::json!({"a": [json, {"b": "}\"]"}], "c": null}).to_string();
            let number = if number.is_finite() { Value::Number(number) } else { Value::Null };
            let values = [first, number, Value::Json(json.into()), Value::Boolean(flag),
                Value::Integer(whole), last];
            let schema = schema();
            let feature = Feature {
                id: id.as_str().into(),
                geometry: Some(Point::new(45.5, 35.25).into()),
                values: values.clone().into(),
            };
            let mut bytes = Vec::new();
            push_feature(&mut bytes, &FieldNames::of(&schema), &feature);
            let text = std::str::from_utf8(&bytes).unwrap();
            prop_assert!(serde_json::from_str::<serde_json::Value>(text).is_ok());
            prop_assert_eq!(id_in(&bytes), id.as_str());
            prop_assert_eq!(&*values_in(&schema, text), &values[..]);
            for (field, value) in values.iter().enumerate() {
                prop_assert_eq!(&value_at(&schema, text, field), value);
            }
        }
    }
}
