//! Feature collections (RFC 7946 §3.3) from answers: kept fragments, put one after another.
//!
//! A near answer's distance is spliced into each fragment as the last of its properties, in metres
//! with three decimals.

use serde::Serialize;

use crate::atlas::layer::answer::Hit;
use crate::atlas::model::budget;
use crate::atlas::model::schema::Schema;
use crate::atlas::query::explain::Explain;
use crate::format::view::View;
use crate::format::warning::Warning;

/// About what it takes to write a feature beside its bytes, in nanoseconds.
const FEATURE_NS: u64 = 100;

/// The members of a collection before its features. What is `None` or empty is left out.
#[derive(Debug, Default)]
pub struct Head<'a> {
    /// Where else there is to go: the members of a JSON array.
    pub links: &'a str,
    /// The instant of the revision that was asked (OGC 17-069r4 §7.15.6).
    pub time_stamp: Option<&'a str>,
    /// How many match in all.
    pub number_matched: Option<u64>,
    /// How many are in this document.
    pub number_returned: Option<u64>,
    /// What whoever asked should know beside it.
    pub warnings: &'a [Warning],
    /// How the answer was found, if that was asked.
    pub explain: Option<Explain>,
    /// What [`notice`] wrote.
    pub notice: &'a str,
}

/// The notice that travels with a layer's data wherever they go: whom to name and under which
/// terms, as members of a JSON object, each after a comma. It is long, and only with the schema does
/// it change.
pub fn notice(schema: &Schema) -> String {
    let mut out = Vec::new();
    if !schema.attribution.is_empty() {
        push_member(&mut out, "attribution", &schema.attribution);
    }
    if !schema.licences.is_empty() {
        push_member(&mut out, "licences", &schema.licences);
    }
    // What serde_json writes is text.
    String::from_utf8(out).unwrap_or_default()
}

/// A whole collection of one page.
pub fn page(head: &Head<'_>, view: &View, hits: &[Hit<'_>]) -> Vec<u8> {
    let room = 4096 + head.links.len() + head.notice.len() + room_for(hits);
    let mut out = Vec::with_capacity(room);
    begin(&mut out, head);
    for (index, hit) in hits.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        budget::spend(FEATURE_NS + hit.feature.geojson_bytes().len() as u64 / 4);
        view.feature(&mut out, hit);
    }
    end(&mut out);
    out
}

/// Bytes that features as they are kept will take.
///
/// Their texts lie anywhere in memory. Looking at the beginning of each before any is copied lets
/// the processor fetch them side by side, not one after another.
fn room_for(hits: &[Hit<'_>]) -> usize {
    /// A comma, `"distance_m":` and its metres.
    const BESIDE: usize = 40;
    let bytes = |hit: &Hit<'_>| {
        let text = hit.feature.geojson_bytes();
        let begun = usize::from(text.first() == Some(&b'{'));
        text.len() + begun * BESIDE
    };
    hits.iter().map(bytes).sum()
}

/// Writes a collection up to where its first feature stands.
pub fn begin(out: &mut Vec<u8>, head: &Head<'_>) {
    out.extend_from_slice(b"{\"type\":\"FeatureCollection\"");
    if !head.links.is_empty() {
        out.extend_from_slice(b",\"links\":[");
        out.extend_from_slice(head.links.as_bytes());
        out.push(b']');
    }
    if let Some(time_stamp) = head.time_stamp {
        push_member(out, "timeStamp", time_stamp);
    }
    if let Some(matched) = head.number_matched {
        push_member(out, "numberMatched", &matched);
    }
    if let Some(returned) = head.number_returned {
        push_member(out, "numberReturned", &returned);
    }
    if !head.warnings.is_empty() {
        push_member(out, "warnings", head.warnings);
    }
    if let Some(explain) = head.explain {
        push_member(out, "explain", &explain);
    }
    out.extend_from_slice(head.notice.as_bytes());
    out.extend_from_slice(b",\"features\":[");
}

/// Writes one feature, with its distance if it has one.
pub fn feature(out: &mut Vec<u8>, hit: &Hit<'_>) {
    out.extend_from_slice(hit.feature.geojson_bytes());
    if let Some(distance_m) = hit.distance_m {
        splice_distance(out, distance_m);
    }
}

/// Writes what closes a collection, and a line's end for tools that read by lines.
pub fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"]}\n");
}

/// Gives the object whose text ends here a further member.
pub fn splice_member(out: &mut Vec<u8>, name: &str, member: &(impl Serialize + ?Sized)) {
    if out.pop_if(|byte| *byte == b'}').is_some() {
        push_member(out, name, member);
        out.push(b'}');
    }
}

/// Writes a member after others. `name` has nothing in it to be escaped.
fn push_member(out: &mut Vec<u8>, name: &str, member: &(impl Serialize + ?Sized)) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    // Our texts and numbers can be written as JSON, and memory takes them.
    let _ = serde_json::to_writer(out, member);
}

/// Gives the feature whose text ends here its distance, as the last of its properties.
pub(super) fn splice_distance(out: &mut Vec<u8>, distance_m: f64) {
    if !out.ends_with(b"}}") {
        return;
    }
    out.truncate(out.len() - 2);
    if !out.ends_with(b"{") {
        out.push(b',');
    }
    out.extend_from_slice(b"\"distance_m\":");
    push_metres(out, distance_m);
    out.extend_from_slice(b"}}");
}

/// Writes a length in metres with three decimals at most; `null` for the distance of a feature
/// without geometry, which is nowhere.
fn push_metres(out: &mut Vec<u8>, metres: f64) {
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
            push_metres(&mut out, metres);
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

    #[test]
    fn a_head_may_be_empty() {
        let mut out = Vec::new();
        begin(&mut out, &Head::default());
        end(&mut out);
        assert_eq!(out, b"{\"type\":\"FeatureCollection\",\"features\":[]}\n");
    }

    #[test]
    fn a_member_goes_to_the_end_of_an_object() {
        let mut out = br#"{"a":{}}"#.to_vec();
        splice_member(&mut out, "b", "\"");
        assert_eq!(out, br#"{"a":{},"b":"\""}"#);
    }
}
