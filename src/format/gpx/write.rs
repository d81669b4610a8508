//! Features written as GPX.

use std::io;
use std::sync::Arc;

use geo::{Coord, Geometry};

use super::{FEATURE_ID, FIELD, NAMESPACE, PREFIX};
use crate::atlas::layer::answer::Hit;
use crate::atlas::layer::{Layer, RowAddress};
use crate::atlas::model::budget;
use crate::atlas::model::label::label;
use crate::atlas::model::schema::{FieldType, Schema, Value};
use crate::format::csv::DISTANCE_M;
use crate::format::notice;
use crate::format::view::View;
use crate::format::writer::{BYTE_NS, PIECE_BYTES, Writer};
use crate::format::xml::{self, push_attribute, push_element};

/// Writes one document.
pub struct Gpx {
    layer: Arc<Layer>,
    told: Told,
    /// Whether single points are expected: then tracks wait for them.
    has_points: bool,
    /// What is written as tracks after the points, and how many of them are.
    later: Vec<(RowAddress, Option<f64>)>,
    done: usize,
}

/// What is told of features.
struct Told {
    schema: Arc<Schema>,
    view: View,
}

impl Gpx {
    /// A document of the layer's features, which must be points and lines
    /// ([`crate::format::file::FileFormat::refuses`]).
    pub fn new(layer: &Arc<Layer>, view: &View) -> Self {
        use crate::atlas::model::schema::GeometryKind::Line;
        Self {
            has_points: layer.schema().geometry != Line,
            layer: Arc::clone(layer),
            told: Told {
                schema: view.schema(layer),
                view: view.clone(),
            },
            later: Vec::new(),
            done: 0,
        }
    }
}

impl Writer for Gpx {
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let schema = self.layer.schema();
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx");
        push_attribute(out, "version", "1.1");
        push_attribute(out, "creator", "bordermap");
        push_attribute(out, "xmlns", "http://www.topografix.com/GPX/1/1");
        push_attribute(out, "xmlns:bordermap", NAMESPACE);
        out.extend_from_slice(b">\n<metadata>");
        push_element(out, "name", &schema.title);
        let notice = notice::lines(schema);
        if !notice.is_empty() {
            push_element(out, "desc", &notice);
        }
        out.extend_from_slice(b"</metadata>\n");
        Ok(())
    }

    fn features(&mut self, out: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        for hit in hits {
            let geometry = hit.feature.geometry();
            match geometry.as_deref() {
                Some(Geometry::Point(point)) => {
                    push_waypoint(out, &self.told, hit, point.0);
                }
                _ if self.has_points => self.later.push((hit.feature.address(), hit.distance_m)),
                geometry => push_track(out, &self.told, hit, geometry)?,
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        while out.len() < PIECE_BYTES {
            let Some((place, distance_m)) = self.later.get(self.done) else {
                out.extend_from_slice(b"</gpx>\n");
                return Ok(true);
            };
            let hit = Hit {
                feature: self.layer.at(*place),
                distance_m: *distance_m,
            };
            budget::spend(BYTE_NS * hit.feature.geojson_bytes().len() as u64);
            let geometry = hit.feature.geometry();
            push_track(out, &self.told, &hit, geometry.as_deref())?;
            self.done += 1;
        }
        Ok(false)
    }
}

fn push_waypoint(out: &mut Vec<u8>, told: &Told, hit: &Hit<'_>, at: Coord) {
    push_position(out, "wpt", at);
    let values = told.view.values(hit.feature);
    if let Some(instant) = instant(&told.schema, &values) {
        push_element(out, "time", instant);
    }
    push_told(out, &told.schema, hit, &values, None);
    out.extend_from_slice(b"</wpt>\n");
}

fn push_track(
    out: &mut Vec<u8>,
    told: &Told,
    hit: &Hit<'_>,
    geometry: Option<&Geometry>,
) -> io::Result<()> {
    let mut kind = None;
    let mut points = Vec::new();
    let lines: Vec<&[Coord]> = match geometry {
        None => Vec::new(),
        Some(Geometry::LineString(line)) => vec![&line.0],
        Some(Geometry::MultiLineString(all)) => {
            kind = Some("MultiLineString");
            all.iter().map(|line| &line.0[..]).collect()
        }
        Some(Geometry::MultiPoint(all)) => {
            kind = Some("MultiPoint");
            points.extend(all.iter().map(|point| [point.0]));
            points.iter().map(|point| &point[..]).collect()
        }
        Some(_) => return Err(io::Error::other("GPX has a form for points and lines only")),
    };
    out.extend_from_slice(b"<trk>");
    push_told(out, &told.schema, hit, &told.view.values(hit.feature), kind);
    for line in lines {
        out.extend_from_slice(b"<trkseg>");
        for at in line {
            push_position(out, "trkpt", *at);
            out.extend_from_slice(b"</trkpt>");
        }
        out.extend_from_slice(b"</trkseg>");
    }
    out.extend_from_slice(b"</trk>\n");
    Ok(())
}

fn push_position(out: &mut Vec<u8>, name: &str, at: Coord) {
    let (lat, lng) = (at.y, at.x);
    out.extend_from_slice(format!("<{name} lat=\"{lat}\" lon=\"{lng}\">").as_bytes());
}

/// Writes a feature's name, and its id and values as extensions. `kind` is its geometry's, where a
/// track does not tell.
fn push_told(
    out: &mut Vec<u8>,
    schema: &Schema,
    hit: &Hit<'_>,
    values: &[Value],
    kind: Option<&str>,
) {
    let label = label(schema, |at| values.get(at));
    if let Some(label) = label.and_then(Value::text) {
        push_element(out, "name", &label);
    }
    out.extend_from_slice(format!("<extensions><{FEATURE_ID}").as_bytes());
    if let Some(kind) = kind {
        push_attribute(out, "geometry", kind);
    }
    out.push(b'>');
    xml::push_text(out, &hit.feature.id());
    out.extend_from_slice(format!("</{FEATURE_ID}>").as_bytes());
    for (field, value) in schema.fields.iter().zip(values) {
        if let Some(text) = value.text() {
            push_value(out, &field.name, field.kind, &text);
        }
    }
    let distance = hit.distance_m.filter(|metres| metres.is_finite());
    if let Some(metres) = distance {
        push_value(out, DISTANCE_M, FieldType::Number, &format!("{metres:.3}"));
    }
    out.extend_from_slice(b"</extensions>");
}

fn push_value(out: &mut Vec<u8>, name: &str, kind: FieldType, text: &str) {
    let kind = match kind {
        FieldType::String | FieldType::Date | FieldType::Datetime => None,
        FieldType::Integer => Some("integer"),
        FieldType::Number => Some("number"),
        FieldType::Boolean => Some("boolean"),
        FieldType::Json => Some("json"),
    };
    let own = format!("{PREFIX}{name}");
    let is_plain = is_name(name) && own != FIELD && own != FEATURE_ID;
    let element = if is_plain { own.as_str() } else { FIELD };
    out.push(b'<');
    out.extend_from_slice(element.as_bytes());
    if !is_plain {
        push_attribute(out, "name", name);
    }
    if let Some(kind) = kind {
        push_attribute(out, "type", kind);
    }
    out.push(b'>');
    xml::push_text(out, text);
    out.extend_from_slice(format!("</{element}>").as_bytes());
}

/// Whether a field's name can be an element's everywhere.
fn is_name(name: &str) -> bool {
    let mut letters = name.bytes();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-'))
}

/// The instant of a feature that is known to the second; a day is no instant.
fn instant<'a>(schema: &Schema, values: &'a [Value]) -> Option<&'a str> {
    let at = schema.index_of(&schema.time.as_ref()?.field)?;
    match values.get(at)? {
        Value::Text(text) if schema.fields[at].kind == FieldType::Datetime => Some(text),
        _ => None,
    }
}
