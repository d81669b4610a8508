//! Feature collections (RFC 7946 §3.3) from answers: kept fragments, put one after another.
//!
//! A near answer's distance is spliced into each fragment as the last of its properties, in metres
//! with three decimals.

use std::io::Write;

use serde::Serialize;

use crate::atlas::layer::Layer;
use crate::atlas::query::Hit;

/// Roughly the bytes of one feature, to reserve room before writing.
const FEATURE_BYTES: usize = 700;

/// The members of a collection before its features. What is `None` or empty is left out.
#[derive(Debug, Default, Serialize)]
pub struct Head<'a, L: Serialize> {
    /// Where else there is to go.
    #[serde(skip_serializing_if = "<[L]>::is_empty")]
    pub links: &'a [L],
    /// The instant of the revision that was asked (OGC 17-069r4 §7.15.6).
    #[serde(rename = "timeStamp", skip_serializing_if = "Option::is_none")]
    pub time_stamp: Option<&'a str>,
    /// How many match in all.
    #[serde(rename = "numberMatched", skip_serializing_if = "Option::is_none")]
    pub number_matched: Option<u64>,
    /// How many are in this document.
    #[serde(rename = "numberReturned", skip_serializing_if = "Option::is_none")]
    pub number_returned: Option<u64>,
    /// Whom to name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<&'a str>,
    /// Under which terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licences: Option<&'a [crate::atlas::schema::Licence]>,
}

impl<'a, L: Serialize> Head<'a, L> {
    /// The notice that travels with a layer's data wherever they go.
    pub fn notice(layer: &'a Layer, links: &'a [L]) -> Self {
        let schema = layer.schema();
        Self {
            links,
            time_stamp: None,
            number_matched: None,
            number_returned: None,
            attribution: Some(&*schema.attribution).filter(|text| !text.is_empty()),
            licences: Some(&*schema.licences).filter(|licences| !licences.is_empty()),
        }
    }
}

/// A whole collection of one page.
pub fn page<L: Serialize>(head: &Head<'_, L>, hits: &[Hit<'_>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024 + hits.len() * FEATURE_BYTES);
    begin(&mut out, head);
    for (index, hit) in hits.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        feature(&mut out, hit);
    }
    end(&mut out);
    out
}

/// Writes a collection up to where its first feature stands.
pub fn begin<L: Serialize>(out: &mut Vec<u8>, head: &Head<'_, L>) {
    out.extend_from_slice(b"{\"type\":\"FeatureCollection\",");
    let start = out.len();
    // Writing text and whole numbers to memory does not fail.
    let _ = serde_json::to_writer(&mut *out, head);
    // The head is an object of its own: its members go on in ours.
    out.pop();
    out.remove(start);
    if out.len() > start {
        out.push(b',');
    }
    out.extend_from_slice(b"\"features\":[");
}

/// Writes one feature, with its distance if it has one.
pub fn feature(out: &mut Vec<u8>, hit: &Hit<'_>) {
    with_distance(out, hit.feature.geojson(), hit.distance_m);
}

/// Writes what closes a collection, and a line's end for tools that read by lines.
pub fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"]}\n");
}

/// Writes a feature's text with further members at its end.
pub fn feature_with(out: &mut Vec<u8>, geojson: &str, name: &str, member: &impl Serialize) {
    out.extend_from_slice(geojson.strip_suffix('}').unwrap_or(geojson).as_bytes());
    let _ = write!(out, ",\"{name}\":");
    let _ = serde_json::to_writer(&mut *out, member);
    out.push(b'}');
}

fn with_distance(out: &mut Vec<u8>, geojson: &str, distance_m: Option<f64>) {
    let (Some(distance_m), Some(open)) = (distance_m, geojson.strip_suffix("}}")) else {
        out.extend_from_slice(geojson.as_bytes());
        return;
    };
    out.extend_from_slice(open.as_bytes());
    if !open.ends_with('{') {
        out.push(b',');
    }
    if distance_m.is_finite() {
        let _ = write!(
            out,
            "\"distance_m\":{}}}}}",
            (distance_m * 1000.0).round() / 1000.0
        );
    } else {
        // A feature without geometry is nowhere.
        out.extend_from_slice(b"\"distance_m\":null}}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_becomes_the_last_property() {
        let check = |geojson: &str, distance_m: Option<f64>, expected: &str| {
            let mut out = Vec::new();
            with_distance(&mut out, geojson, distance_m);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        let with = r#"{"id":"a","properties":{"b":{}}}"#;
        check(with, None, with);
        check(
            with,
            Some(0.0),
            r#"{"id":"a","properties":{"b":{},"distance_m":0}}"#,
        );
        check(
            with,
            Some(1_234.567_89),
            r#"{"id":"a","properties":{"b":{},"distance_m":1234.568}}"#,
        );
        check(
            with,
            Some(f64::INFINITY),
            r#"{"id":"a","properties":{"b":{},"distance_m":null}}"#,
        );
        check(
            r#"{"properties":{}}"#,
            Some(1.5),
            r#"{"properties":{"distance_m":1.5}}"#,
        );
    }

    #[test]
    fn a_head_may_be_empty() {
        let mut out = Vec::new();
        begin(&mut out, &Head::<()>::default());
        end(&mut out);
        assert_eq!(out, b"{\"type\":\"FeatureCollection\",\"features\":[]}\n");
    }
}
