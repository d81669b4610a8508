//! A link in a document (OGC 17-069r4 §7.2, RFC 8288).

use serde::Serialize;

use crate::atlas::schema::Schema;

/// `application/json`.
pub const JSON: &str = "application/json";
/// `application/geo+json` (RFC 7946 §12).
pub const GEOJSON: &str = "application/geo+json";
/// `text/html`.
pub const HTML: &str = "text/html";
/// One JSON document a line.
pub const NDJSON: &str = "application/x-ndjson";
/// A table (RFC 4180).
pub const CSV: &str = "text/csv; charset=utf-8";
/// A vector tile (the media type that its specification registers).
pub const MVT: &str = "application/vnd.mapbox-vector-tile";
/// Required by the OpenAPI 3.0 class of OGC API Features, word by word (17-069r4 §9).
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// A link with an absolute address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// The relation to the document that has it.
    pub rel: &'static str,
    /// The media type behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<&'static str>,
    /// What it is, for people.
    pub title: String,
}

impl Link {
    /// A link.
    pub fn new(
        rel: &'static str,
        media: impl Into<Option<&'static str>>,
        href: String,
        title: impl Into<String>,
    ) -> Self {
        Self {
            href,
            rel,
            r#type: media.into(),
            title: title.into(),
        }
    }
}

/// A JSON document's links to itself and to the same as a page.
pub fn of_document(here: &str) -> Vec<Link> {
    let page = format!("{here}?f=html");
    vec![
        Link::new("self", JSON, here.to_owned(), "This document"),
        Link::new("alternate", HTML, page, "This document as a page"),
    ]
}

/// A link to the text of each licence that has one.
pub fn licences(schema: &Schema) -> impl Iterator<Item = Link> + '_ {
    schema.licences.iter().filter_map(|licence| {
        let href = licence.url.clone()?;
        Some(Link::new("license", None, href, licence.title.clone()))
    })
}
