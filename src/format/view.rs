//! How an answer shows its features: in which coordinate reference system (OGC 18-058r1), with which of
//! their properties (OGC API Features Part 6, draft 24-019). What is not asked to change stays as it was
//! kept, byte for byte.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::Arc;

use geo::{Coord, Geometry, MapCoords};

use crate::atlas::geo::crs::Crs;
use crate::atlas::layer::answer::Hit;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::model::budget;
use crate::atlas::model::fragment::{self, Pieces};
use crate::atlas::model::schema::{Schema, Value};
use crate::format::collection;
use crate::format::form::PlaceColumns;

/// Decimals of a metre that coordinates have at most: millimetres.
const PER_METRE: f64 = 1000.0;
/// About what it takes to write a position in another system, in nanoseconds.
const POSITION_NS: u64 = 500;

/// How features are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The system of the coordinates.
    pub crs: Crs,
    /// The places of the properties in the schema, ascending; all of them if `None`.
    pub fields: Option<Vec<usize>>,
    /// In a table: which columns say where; what suits the layer if `None`.
    pub columns: Option<PlaceColumns>,
    /// In a table: cells that a spreadsheet would take for formulas are guarded.
    pub safe: bool,
}

impl View {
    /// Whether features are shown as they are kept.
    pub fn is_plain(&self) -> bool {
        self.crs == Crs::Crs84 && self.fields.is_none()
    }

    /// Writes one feature, with its distance if it has one.
    pub fn feature(&self, out: &mut Vec<u8>, hit: &Hit<'_>) {
        let pieces = if self.is_plain() {
            None
        } else {
            fragment::pieces(hit.feature.geojson())
        };
        let Some(pieces) = pieces else {
            return collection::feature(out, hit);
        };
        self.push(out, pieces);
        if let Some(distance_m) = hit.distance_m {
            collection::splice_distance(out, distance_m);
        }
    }

    /// The layer's schema with the fields that are shown.
    pub fn schema(&self, layer: &Layer) -> Arc<Schema> {
        let Some(places) = &self.fields else {
            return Arc::clone(layer.schema());
        };
        let all = &layer.schema().fields;
        Arc::new(Schema {
            fields: places.iter().map(|at| all[*at].clone()).collect(),
            ..Schema::clone(layer.schema())
        })
    }

    /// The values of the fields that are shown, in their order.
    pub fn values(&self, feature: FeatureRef<'_>) -> Box<[Value]> {
        let Some(places) = &self.fields else {
            return feature.values();
        };
        let mut all = feature.values();
        let chosen = places.iter();
        chosen
            .map(|at| std::mem::replace(&mut all[*at], Value::Null))
            .collect()
    }

    /// A feature's geometry as files have it that know no order of axes: east before north.
    pub fn geometry<'a>(&self, feature: FeatureRef<'a>) -> Option<Cow<'a, Geometry>> {
        let geometry = feature.geometry()?;
        if matches!(self.crs, Crs::Crs84 | Crs::LatLng) {
            return Some(geometry);
        }
        let shown = geometry.map_coords(|at| {
            budget::spend(POSITION_NS);
            let [x, y] = self.crs.east_north(at.x, at.y).unwrap_or([f64::NAN; 2]);
            Coord { x, y }
        });
        Some(Cow::Owned(shown))
    }

    fn push(&self, out: &mut Vec<u8>, pieces: Pieces<'_>) {
        out.extend_from_slice(pieces.before.as_bytes());
        push_geometry(out, pieces.geometry, self.crs);
        out.extend_from_slice(b",\"properties\":{");
        match &self.fields {
            None => out.extend_from_slice(pieces.members.as_bytes()),
            Some(fields) => push_chosen(out, pieces.members, fields),
        }
        out.extend_from_slice(b"}}");
    }
}

/// Writes those members whose places are among the fields.
fn push_chosen(out: &mut Vec<u8>, members: &str, fields: &[usize]) {
    let mut wanted = fields.iter().copied().peekable();
    let mut is_first = true;
    for (at, member) in fragment::members(members).enumerate() {
        if wanted.next_if_eq(&at).is_some() {
            if !is_first {
                out.push(b',');
            }
            is_first = false;
            out.extend_from_slice(member.as_bytes());
        } else if wanted.peek().is_none() {
            return;
        }
    }
}

/// Writes a geometry's text with its coordinates in another system.
fn push_geometry(out: &mut Vec<u8>, text: &str, crs: Crs) {
    if crs == Crs::Crs84 {
        return out.extend_from_slice(text.as_bytes());
    }
    let mut rest = text;
    // A bracket with a number after it opens a position; names and other brackets stand between.
    while let Some(open) = rest.find('[') {
        let (before, inner) = rest.split_at(open + 1);
        out.extend_from_slice(before.as_bytes());
        rest = inner;
        let is_position = inner.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if let Some(end) = inner.find(']').filter(|_| is_position) {
            push_position(out, &inner[..end], crs);
            rest = &inner[end..];
        }
    }
    out.extend_from_slice(rest.as_bytes());
}

/// Writes the coordinates of a position, of which a text has longitude and latitude.
fn push_position(out: &mut Vec<u8>, text: &str, crs: Crs) {
    budget::spend(POSITION_NS);
    let Some((lng, lat)) = text.split_once(',') else {
        return;
    };
    if crs == Crs::LatLng {
        for piece in [lat, ",", lng] {
            out.extend_from_slice(piece.as_bytes());
        }
        return;
    }
    let degrees = lng.parse().ok().zip(lat.parse().ok());
    let coordinates = degrees.and_then(|(lng, lat)| crs.coordinates(lng, lat));
    let [x, y] = coordinates.unwrap_or([f64::NAN; 2]);
    push_metres(out, x);
    out.push(b',');
    push_metres(out, y);
}

/// Writes a coordinate to the millimetre; `null` where there is none.
fn push_metres(out: &mut Vec<u8>, metres: f64) {
    if !metres.is_finite() {
        return out.extend_from_slice(b"null");
    }
    // Zero has no sign here.
    let rounded = (metres * PER_METRE).round() / PER_METRE + 0.0;
    // Writing to memory does not fail.
    let _ = write!(out, "{rounded}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"type":"Feature","id":"a]\"","geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[45,-33.5]},{"type":"LineString","coordinates":[[45.1,33],[-45,0]]}]},"properties":{"a":"[1,2]","b":null,"c":[{"d":",}"}],"e":1.5}}"#;

    fn shown(view: &View) -> String {
        let mut out = Vec::new();
        view.push(&mut out, fragment::pieces(TEXT).unwrap());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_what_was_asked_for_changes() {
        assert_eq!(shown(&View::default()), TEXT);
        let crs = Crs::LatLng;
        let turned = shown(&View {
            crs,
            ..View::default()
        });
        let expected = TEXT
            .replace("[45,-33.5]", "[-33.5,45]")
            .replace("[[45.1,33],[-45,0]]", "[[33,45.1],[0,-45]]");
        assert_eq!(turned, expected);
        let crs = Crs::WebMercator;
        let metres = shown(&View {
            crs,
            ..View::default()
        });
        assert!(metres.contains("[5009377.086,-3961860.217]"), "{metres}");
        assert!(metres.contains(",[-5009377.086,0]]"), "{metres}");
    }

    #[test]
    fn only_some_properties_are_shown() {
        let check = |fields: &[usize], expected: &str| {
            let view = View {
                fields: Some(fields.to_vec()),
                ..View::default()
            };
            let text = shown(&view);
            let (_, members) = text.split_once(r#""properties":"#).unwrap();
            assert_eq!(members, format!("{expected}}}"));
        };
        check(&[], "{}");
        check(&[0], r#"{"a":"[1,2]"}"#);
        check(&[1, 3], r#"{"b":null,"e":1.5}"#);
        check(&[2], r#"{"c":[{"d":",}"}]}"#);
        check(
            &[0, 1, 2, 3],
            r#"{"a":"[1,2]","b":null,"c":[{"d":",}"}],"e":1.5}"#,
        );
    }
}
