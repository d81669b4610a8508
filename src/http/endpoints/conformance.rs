//! `/api/conformance`: the classes of the standards that the API keeps (OGC 17-069r4 §7.4).

use askama::Template;
use axum::response::Response;
use serde::Serialize;

use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::link::{self, Link};
use crate::http::kit::negotiate::{HTML, JSON};
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::server::app::App;

/// The conformance declaration.
pub struct Declaration;

static OPERATION: Operation = Operation {
    method: Method::Get,
    path: "/api/conformance",
    id: "getConformance",
    summary: "The conformance classes that the API keeps",
    tag: "Capabilities",
    parameters: &["f"],
    selects: Selects::Nothing,
    representations: &[JSON.of_schema("conformance"), HTML],
    statuses: &[400, 406],
    headers: &[],
};

/// The classes, each of which a test holds.
const CLASSES: [&str; 42] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
    // Drafts from here on.
    "http://www.opengis.net/spec/ogcapi-features-6/1.0/conf/properties",
    "http://www.opengis.net/spec/ogcapi-features-6/1.0/conf/properties-features",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/features-sorting",
    "http://www.opengis.net/spec/ogcapi-features-9/1.0/conf/text-search",
    "http://www.opengis.net/spec/ogcapi-features-9/1.0/conf/features-text-search",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
];

#[derive(Serialize)]
struct Conformance<'a> {
    links: Vec<Link>,
    #[serde(rename = "conformsTo")]
    conforms_to: &'a [&'a str],
}

#[derive(Template)]
#[template(path = "conformance.html")]
struct Page {
    frame: Frame,
    classes: &'static [&'static str],
}

impl Endpoint for Declaration {
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
        let here = format!("{base}/api/conformance");
        let body = if asked.representation.is_html() {
            let crumbs = [("/api/conformance", "Conformance")];
            let json = Some(format!("{here}?f=json"));
            page::render(&Page {
                frame: Frame::new(base, "Conformance", &crumbs, json),
                classes: &CLASSES,
            })?
        } else {
            answer::json(&Conformance {
                links: link::of_document(&here),
                conforms_to: &CLASSES,
            })
        };
        Ok(answer::untagged(asked.representation.media, body))
    }
}
