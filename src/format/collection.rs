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
pub struct CollectionHead<'a> {
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
    text_of(out)
}

fn text_of(json: Vec<u8>) -> String {
    String::from_utf8(json).expect("what serde_json writes is UTF-8")
}

/// A whole collection of one page.
pub fn page(head: &CollectionHead<'_>, view: &View, hits: &[Hit<'_>]) -> Vec<u8> {
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
pub fn begin(out: &mut Vec<u8>, head: &CollectionHead<'_>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_may_be_empty() {
        let mut out = Vec::new();
        begin(&mut out, &CollectionHead::default());
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
