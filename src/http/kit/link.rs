//! A link in a document (OGC 17-069r4 §7.2, RFC 8288).

use std::sync::Arc;

use arc_swap::ArcSwap;
use schemars::JsonSchema;
use serde::Serialize;

use crate::atlas::model::schema::{GeometryKind, Schema};
use crate::format::FORMATS;
use crate::format::collection;
use crate::http::kit::escape::escaped_segment;

/// `application/json`.
pub const JSON: &str = "application/json";
/// `application/geo+json` (RFC 7946 §12).
pub const GEOJSON: &str = "application/geo+json";
/// `text/html`.
pub const HTML: &str = "text/html";
/// A table (RFC 4180).
pub const CSV: &str = "text/csv; charset=utf-8";
/// A vector tile (the media type that its specification registers).
pub const MVT: &str = "application/vnd.mapbox-vector-tile";
/// Relation to a list of vector tilesets (OGC 20-057 §9.2).
pub const TILESETS_VECTOR: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
/// Relation to a tile matrix set's definition (OGC 20-057 §8.2).
pub const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
/// Relation to the list of them (OGC 20-057 annex).
pub const TILING_SCHEMES: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";
/// Required by the OpenAPI 3.0 class of OGC API Features, word by word (17-069r4 §9).
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// A link with an absolute address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "link")]
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
    /// Whether the address has variables in braces (RFC 6570).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub templated: bool,
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
            templated: false,
        }
    }

    /// The link to the layer that something is of.
    pub fn to_layer(base: &str, schema: &Schema) -> Self {
        let href = format!("{base}{}", layer_path(schema));
        Self::new("collection", JSON, href, schema.title.clone())
    }

    /// A link to many of a kind, whose address has variables in braces (RFC 6570 level 1).
    pub fn template(rel: &'static str, media: &'static str, href: String, title: &str) -> Self {
        Self {
            templated: true,
            ..Self::new(rel, media, href, title)
        }
    }
}

/// The path of a layer.
pub fn layer_path(schema: &Schema) -> String {
    format!("/api/collections/{}", escaped_segment(&schema.id))
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
        // Every link has a type (17-069r4, requirements 13 and 15); the text of a licence is a page.
        Some(Link::new("license", HTML, href, licence.title.clone()))
    })
}

/// Links as the members of a JSON array.
pub fn members(links: &[Link]) -> String {
    let text = serde_json::to_string(links).unwrap_or_default();
    // Without its brackets.
    text.get(1..text.len() - 1).unwrap_or_default().to_owned()
}

/// What every page of a layer's features says of the layer, as text.
pub struct LayerText {
    schema: Arc<Schema>,
    /// A page of its features in each encoding that it has (17-069r4 §7.15.5, requirement 28).
    pub encodings: Vec<Encoding>,
    /// The layer's path.
    pub path: String,
    /// The title as a JSON string.
    pub title: String,
    /// The links to the licences: members of a JSON array, each after a comma.
    pub licences: String,
    /// The notice of [`collection::notice`].
    pub notice: String,
}

/// An encoding of a page of features.
pub struct Encoding {
    /// A link to it, from `f=` in its address on: a JSON object's end.
    pub link: String,
    /// Whether it shows other coordinates, if they are asked for.
    pub has_systems: bool,
}

fn encodings(kind: GeometryKind) -> Vec<Encoding> {
    let encoding = |f: &str, rel: &str, media: &str, title: &str, has_systems: bool| Encoding {
        link: format!(r#"f={f}","rel":"{rel}","type":"{media}","title":"{title}"}}"#),
        has_systems,
    };
    let page = "This page of features";
    let mut all = vec![
        encoding("json", "self", GEOJSON, page, true),
        encoding(
            "html",
            "alternate",
            HTML,
            &format!("{page} for people"),
            true,
        ),
    ];
    // The first of the forms is the page itself.
    for other in FORMATS[1..].iter().filter(|other| other.suits(kind)) {
        let title = format!("As {}", other.title);
        let name = other.names[0];
        all.push(encoding(
            name,
            "alternate",
            other.media,
            &title,
            other.has_systems,
        ));
    }
    all
}

impl LayerText {
    fn of(schema: &Arc<Schema>) -> Self {
        let licences: Vec<Link> = licences(schema).collect();
        let licences = members(&licences);
        Self {
            path: layer_path(schema),
            title: serde_json::to_string(&schema.title).unwrap_or_default(),
            licences: if licences.is_empty() {
                licences
            } else {
                format!(",{licences}")
            },
            notice: collection::notice(schema),
            encodings: encodings(schema.geometry),
            schema: Arc::clone(schema),
        }
    }
}

/// The texts of all layers that were asked for, each made once for a schema.
#[derive(Default)]
pub struct LayerTexts(ArcSwap<Vec<Arc<LayerText>>>);

impl LayerTexts {
    /// The text of the layer with this schema.
    pub fn of(&self, schema: &Arc<Schema>) -> Arc<LayerText> {
        let all = self.0.load();
        let kept = all.iter().find(|text| Arc::ptr_eq(&text.schema, schema));
        kept.map_or_else(|| self.made(schema), Arc::clone)
    }

    /// Makes the text, in place of that of an earlier schema.
    fn made(&self, schema: &Arc<Schema>) -> Arc<LayerText> {
        let made = Arc::new(LayerText::of(schema));
        self.0.rcu(|all| {
            let others = all.iter().filter(|text| text.schema.id != schema.id);
            others.chain([&made]).cloned().collect::<Vec<_>>()
        });
        made
    }
}
