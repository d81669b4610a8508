//! `/api`: where a client begins (OGC 17-069r4 §7.2).

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use crate::atlas::model::schema::Role;
use crate::http::kit::endpoint::{Answered, Fixed, page_or_json};
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::Frame;
use crate::http::kit::representation::{HTML, JSON};
use crate::http::server::app::App;

/// The landing page.
pub static ROOT: Fixed = Fixed {
    operation: Operation {
        path: "/api",
        id: "getLandingPage",
        summary: "Where to begin: links to everything else",
        tag: "Capabilities",
        representations: &[JSON.of::<Landing<'_>>(), HTML],
        ..Operation::READS
    },
    answer: answered,
};

const TITLE: &str = "bordermap";
const DESCRIPTION: &str = "The Iran–Iraq border, and what has been publicly reported near it: \
    layers of features, near queries in geodesic metres, and places measured along the border line.";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "landingPage")]
struct Landing<'a> {
    title: &'a str,
    description: &'a str,
    links: Vec<Link>,
}

#[derive(Template)]
#[template(path = "landing.html")]
struct Page<'a> {
    frame: Frame,
    /// The layers of data: id, title, how many features.
    layers: Vec<(&'a str, &'a str, usize)>,
    description: &'static str,
    version: &'static str,
}

fn answered(_: &App, asked: &Asked<'_>) -> Answered {
    let base = &asked.request.base;
    page_or_json(
        asked,
        || {
            let layers = asked.atlas.layers();
            let layers = layers.map(|layer| (layer.schema(), layer.len()));
            let data = layers.filter(|(schema, _)| schema.role == Role::Data);
            Page {
                layers: data
                    .map(|(schema, count)| (&*schema.id, &*schema.title, count))
                    .collect(),
                frame: Frame::of_document(base, TITLE, &[]),
                description: DESCRIPTION,
                version: env!("CARGO_PKG_VERSION"),
            }
        },
        || Landing {
            title: TITLE,
            description: DESCRIPTION,
            links: links(base),
        },
    )
}

fn links(base: &str) -> Vec<Link> {
    let at = |path: &str| format!("{base}{path}");
    let mut links = link::of_document(&at("/api"));
    links.extend([
        Link::new(
            "service-desc",
            link::OPENAPI,
            at("/api/openapi.json"),
            "The API's definition",
        ),
        Link::new(
            "service-doc",
            link::HTML,
            at("/api/docs"),
            "The API's documentation",
        ),
        Link::new(
            "conformance",
            link::JSON,
            at("/api/conformance"),
            "What the API conforms to",
        ),
        Link::new("data", link::JSON, at("/api/collections"), "The layers"),
        Link::new(
            link::TILESETS_VECTOR,
            link::JSON,
            at("/api/tiles"),
            "Vector tiles of all layers",
        ),
        Link::new(
            link::TILING_SCHEMES,
            link::JSON,
            at("/api/tileMatrixSets"),
            "The grids that the tiles lie in",
        ),
        Link::new(
            "http://www.opengis.net/def/rel/ogc/1.0/functions",
            link::JSON,
            at("/api/functions"),
            "The functions that filters can call",
        ),
        Link::new("related", link::HTML, at("/"), "The map"),
    ]);
    links
}
