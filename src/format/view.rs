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

/// The columns of a table that say where a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceColumns {
    /// `lon` and `lat`, for single points.
    LngLat,
    /// `geometry`, as well-known text.
    Wkt,
}

impl PlaceColumns {
    /// Each with its name, and what it is for people.
    pub const ALL: [(Self, &'static str, &'static str); 2] = [
        (Self::LngLat, "lonlat", "lon and lat"),
        (Self::Wkt, "wkt", "well-known text"),
    ];

    /// The ones of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(columns, own, _)| (own == name).then_some(columns))
    }
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
        match pieces {
            Some(pieces) => self.push(out, pieces),
            None => out.extend_from_slice(hit.feature.geojson_bytes()),
        }
        if let Some(distance_m) = hit.distance_m {
            splice_distance(out, distance_m);
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

/// Gives the feature whose text ends here its distance, as the last of its properties.
fn splice_distance(out: &mut Vec<u8>, distance_m: f64) {
    if !out.ends_with(b"}}") {
        return;
    }
    out.truncate(out.len() - 2);
    if !out.ends_with(b"{") {
        out.push(b',');
    }
    out.extend_from_slice(b"\"distance_m\":");
    push_distance(out, distance_m);
    out.extend_from_slice(b"}}");
}

/// Writes a length in metres with three decimals at most; `null` for the distance of a feature
/// without geometry, which is nowhere.
fn push_distance(out: &mut Vec<u8>, metres: f64) {
    // Up to here a double holds every millimetre, so that the decimals are those of the double.
    const WHOLE_MM_MAX: f64 = 1e12;
    let mm = (metres * 1000.0).round();
    if !(0.0..=WHOLE_MM_MAX).contains(&mm) {
        let _ = serde_json::to_writer(out, &metres);
        return;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and checked to be from 0 to 1e12"
    )]
    let mm = mm as u64;
    let _ = serde_json::to_writer(&mut *out, &(mm / 1000));
    let digit = |unit: u64| b'0' + (mm / unit % 10) as u8;
    let decimals = [b'.', digit(100), digit(10), digit(1)];
    let wanted = match mm % 1000 {
        0 => 0,
        part if part % 100 == 0 => 2,
        part if part % 10 == 0 => 3,
        _ => 4,
    };
    out.extend_from_slice(&decimals[..wanted]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_becomes_the_last_property() {
        let check = |geojson: &str, distance_m: f64, expected: &str| {
            let mut out = geojson.as_bytes().to_vec();
            splice_distance(&mut out, distance_m);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        let with = r#"{"id":"a","properties":{"b":{}}}"#;
        check(
            with,
            0.0,
            r#"{"id":"a","properties":{"b":{},"distance_m":0}}"#,
        );
        check(
            with,
            1_234.567_89,
            r#"{"id":"a","properties":{"b":{},"distance_m":1234.568}}"#,
        );
        check(
            with,
            f64::INFINITY,
            r#"{"id":"a","properties":{"b":{},"distance_m":null}}"#,
        );
        check(
            r#"{"properties":{}}"#,
            1.5,
            r#"{"properties":{"distance_m":1.5}}"#,
        );
    }

    #[test]
    fn metres_are_written_as_the_shortest_decimal() {
        let check = |metres: f64| {
            let mut out = Vec::new();
            push_distance(&mut out, metres);
            let expected = ((metres * 1000.0).round() / 1000.0).to_string();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{metres}");
        };
        (0..2000).for_each(|mm| check(f64::from(mm) / 1000.0));
        for metres in [0.000_5, 9_999.999_5, 20_003_931.459, 999_999_999.999] {
            check(metres);
        }
        let mut metres = 0.000_123_4;
        while metres < 2.1e7 {
            check(metres);
            metres *= 1.003_7;
        }
    }

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
