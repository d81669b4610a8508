//! Features written as KML.

use std::io;
use std::sync::Arc;

use geo::{Coord, Geometry, LineString, Polygon};

use super::{COLLECTION, LONG, NAMESPACE, SCHEMA};
use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::label::label;
use crate::atlas::model::schema::{FieldType, Schema, Value};
use crate::format::csv::DISTANCE_M;
use crate::format::view::View;
use crate::format::writer::Writer;
use crate::format::xml::{self, push_attribute, push_element};
use crate::format::{id_column, notice};

/// Writes one document.
pub struct Kml {
    schema: Arc<Schema>,
    view: View,
    has_distance: bool,
    /// Which fields have whole numbers that are all of 32 bits: KML has none of more.
    small: Vec<bool>,
}

impl Kml {
    /// A document of the layer's features.
    pub fn new(layer: &Layer, has_distance: bool, view: &View) -> Self {
        let schema = view.schema(layer);
        let is_small = |name: &str| {
            let field = layer.schema().index_of(name);
            field.is_some_and(|field| layer.fits_i32(field))
        };
        let fields = schema.fields.iter();
        Self {
            small: fields
                .map(|field| field.kind == FieldType::Integer && is_small(&field.name))
                .collect(),
            schema,
            view: view.clone(),
            has_distance,
        }
    }

    fn push_schema(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<Schema");
        push_attribute(out, "name", &self.schema.id);
        push_attribute(out, "id", &format!("{SCHEMA}{}", self.schema.id));
        out.extend_from_slice(b">\n");
        push_field(out, (id_column::of(&self.schema), ""), "string", false);
        for (field, is_small) in self.schema.fields.iter().zip(&self.small) {
            // There is no type for dates, nor for lists and objects.
            let kind = match field.kind {
                FieldType::Integer if *is_small => "int",
                FieldType::Number => "double",
                FieldType::Boolean => "bool",
                _ => "string",
            };
            let is_long = field.kind == FieldType::Integer && !is_small;
            push_field(out, (&field.name, &field.title), kind, is_long);
        }
        if self.has_distance {
            push_field(out, (DISTANCE_M, ""), "double", false);
        }
        out.extend_from_slice(b"</Schema>\n");
    }

    fn push_placemark(&self, out: &mut Vec<u8>, hit: &Hit<'_>) {
        let feature = hit.feature;
        let values = self.view.values(feature);
        out.extend_from_slice(b"<Placemark");
        push_attribute(out, "id", &feature.id());
        out.push(b'>');
        let label = label(&self.schema, |at| values.get(at));
        if let Some(label) = label.and_then(Value::text) {
            push_element(out, "name", &label);
        }
        if let Some(when) = when(&self.schema, &values) {
            out.extend_from_slice(b"<TimeStamp>");
            push_element(out, "when", when);
            out.extend_from_slice(b"</TimeStamp>");
        }
        out.extend_from_slice(b"<ExtendedData><SchemaData");
        push_attribute(out, "schemaUrl", &format!("#{SCHEMA}{}", self.schema.id));
        out.push(b'>');
        // Beside the attribute, which many programs do not show.
        push_value(out, id_column::of(&self.schema), &feature.id());
        for (field, value) in self.schema.fields.iter().zip(&values) {
            match value {
                // GDAL takes a bool for a whole number; both are XML Schema's (§3.2.2).
                Value::Boolean(flag) => push_value(out, &field.name, if *flag { "1" } else { "0" }),
                value => {
                    if let Some(text) = value.text() {
                        push_value(out, &field.name, &text);
                    }
                }
            }
        }
        let distance = hit.distance_m.filter(|metres| metres.is_finite());
        if let Some(metres) = distance {
            push_value(out, DISTANCE_M, &format!("{metres:.3}"));
        }
        out.extend_from_slice(b"</SchemaData></ExtendedData>");
        if let Some(geometry) = feature.geometry() {
            push_geometry(out, &geometry);
        }
        out.extend_from_slice(b"</Placemark>\n");
    }
}

impl Writer for Kml {
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml");
        push_attribute(out, "xmlns", "http://www.opengis.net/kml/2.2");
        push_attribute(out, "xmlns:bordermap", NAMESPACE);
        out.extend_from_slice(b">\n<Document>\n");
        push_element(out, "name", &self.schema.title);
        let notice = notice::lines(&self.schema);
        if !notice.is_empty() {
            push_element(out, "description", &notice);
        }
        out.push(b'\n');
        self.push_schema(out);
        Ok(())
    }

    fn features(&mut self, out: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        for hit in hits {
            self.push_placemark(out, hit);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        out.extend_from_slice(b"</Document>\n</kml>\n");
        Ok(true)
    }
}

/// Writes a field of the schema by its name and title; one of whole numbers of more than 32 bits is text to others.
fn push_field(out: &mut Vec<u8>, (name, title): (&str, &str), kind: &str, is_long: bool) {
    out.extend_from_slice(b"<SimpleField");
    push_attribute(out, "type", kind);
    push_attribute(out, "name", name);
    if is_long {
        push_attribute(out, LONG, "true");
    }
    out.push(b'>');
    if !title.is_empty() {
        push_element(out, "displayName", title);
    }
    out.extend_from_slice(b"</SimpleField>\n");
}

fn push_value(out: &mut Vec<u8>, name: &str, text: &str) {
    out.extend_from_slice(b"<SimpleData");
    push_attribute(out, "name", name);
    out.push(b'>');
    xml::push_text(out, text);
    out.extend_from_slice(b"</SimpleData>");
}

/// When a feature was, with no more of the date than is known (07-147r2 §16.20: a month is
/// `2023-03`).
fn when<'a>(schema: &Schema, values: &'a [Value]) -> Option<&'a str> {
    let time = schema.time.as_ref()?;
    let Value::Text(text) = values.get(schema.index_of(&time.field)?)? else {
        return None;
    };
    let precision = time.precision_field.as_deref();
    let precision = precision.and_then(|field| values.get(schema.index_of(field)?));
    match precision {
        Some(Value::Text(precision)) if &**precision == "month" => text.get(..7),
        Some(Value::Text(precision)) if &**precision == "year" => text.get(..4),
        _ => Some(text),
    }
}

fn push_geometry(out: &mut Vec<u8>, geometry: &Geometry) {
    match geometry {
        Geometry::Point(point) => push_point(out, point.0),
        Geometry::Line(line) => push_line(out, "LineString", &[line.start, line.end]),
        Geometry::LineString(line) => push_line(out, "LineString", &line.0),
        Geometry::Polygon(polygon) => push_polygon(out, polygon),
        Geometry::Rect(rect) => push_polygon(out, &rect.to_polygon()),
        Geometry::Triangle(triangle) => push_polygon(out, &triangle.to_polygon()),
        Geometry::MultiPoint(all) => multi(out, |out| {
            all.iter().for_each(|one| push_point(out, one.0));
        }),
        Geometry::MultiLineString(all) => multi(out, |out| {
            let mut lines = all.iter();
            lines
                .by_ref()
                .for_each(|one| push_line(out, "LineString", &one.0));
        }),
        Geometry::MultiPolygon(all) => multi(out, |out| {
            all.iter().for_each(|one| push_polygon(out, one));
        }),
        Geometry::GeometryCollection(all) => {
            out.extend_from_slice(b"<MultiGeometry");
            push_attribute(out, COLLECTION, "true");
            out.push(b'>');
            all.iter().for_each(|one| push_geometry(out, one));
            out.extend_from_slice(b"</MultiGeometry>");
        }
    }
}

fn multi(out: &mut Vec<u8>, members: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(b"<MultiGeometry>");
    members(out);
    out.extend_from_slice(b"</MultiGeometry>");
}

fn push_point(out: &mut Vec<u8>, at: Coord) {
    push_line(out, "Point", &[at]);
}

fn push_polygon(out: &mut Vec<u8>, polygon: &Polygon) {
    let ring = |out: &mut Vec<u8>, side: &str, ring: &LineString| {
        out.extend_from_slice(format!("<{side}>").as_bytes());
        push_line(out, "LinearRing", &ring.0);
        out.extend_from_slice(format!("</{side}>").as_bytes());
    };
    out.extend_from_slice(b"<Polygon>");
    ring(out, "outerBoundaryIs", polygon.exterior());
    for interior in polygon.interiors() {
        ring(out, "innerBoundaryIs", interior);
    }
    out.extend_from_slice(b"</Polygon>");
}

fn push_line(out: &mut Vec<u8>, name: &str, coords: &[Coord]) {
    let mut text = String::with_capacity(coords.len() * 36);
    for (index, at) in coords.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(&at.x.to_string());
        text.push(',');
        text.push_str(&at.y.to_string());
    }
    out.extend_from_slice(format!("<{name}><coordinates>{text}</coordinates></{name}>").as_bytes());
}
