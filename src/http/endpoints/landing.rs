//! `/api`: where a client begins (OGC 17-069r4 §7.2).

use askama::Template;
use axum::response::Response;
use serde::Serialize;

use crate::atlas::model::schema::Role;
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::link::{self, Link};
use crate::http::kit::negotiate::{HTML, JSON};
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::server::app::App;

/// The landing page.
pub struct LandingPage;

static OPERATION: Operation = Operation {
    method: Method::Get,
    path: "/api",
    id: "getLandingPage",
    summary: "Where to begin: links to everything else",
    tag: "Capabilities",
    parameters: &["f"],
    selects: Selects::Nothing,
    representations: &[JSON.of_schema("landingPage"), HTML],
    statuses: &[400, 406],
    headers: &[],
};

const TITLE: &str = "bordermap";
const DESCRIPTION: &str = "The Iran–Iraq border, and what has been publicly reported near it: \
    layers of features, near queries in geodesic metres, and places measured along the border line.";

#[derive(Serialize)]
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

impl Endpoint for LandingPage {
    type Question<'a> = ();

    fn operation(&self) -> &Operation {
        &OPERATION
    }

    fn read<'a>(
        &self,
        _: &Asked<'a>,
        _: &mut Reader<'a>,
    ) -> Result<Late<Self::Question<'a>>, Problem> {
        Ok(Ok(()))
    }

    fn answer(
        &self,
        _: &App,
        asked: &Asked<'_>,
        (): Self::Question<'_>,
    ) -> Result<Response, Problem> {
        let base = &asked.request.base;
        let body = if asked.representation.is_html() {
            let layers = asked.atlas.layers();
            let layers = layers.map(|layer| (layer.schema(), layer.len()));
            let data = layers.filter(|(schema, _)| schema.role == Role::Data);
            page::render(&Page {
                layers: data
                    .map(|(schema, count)| (&*schema.id, &*schema.title, count))
                    .collect(),
                frame: Frame::new(base, TITLE, &[], Some(format!("{base}/api?f=json"))),
                description: DESCRIPTION,
                version: env!("CARGO_PKG_VERSION"),
            })?
        } else {
            answer::json(&Landing {
                title: TITLE,
                description: DESCRIPTION,
                links: links(base),
            })
        };
        Ok(answer::untagged(asked.representation.media, body))
    }
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
