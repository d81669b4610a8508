//! `/api/conformance`: the classes of the standards that the API keeps (OGC 17-069r4 §7.4).

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::kit::endpoint::{Answered, Fixed, page_or_json};
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::Frame;
use crate::http::kit::representation::{HTML, JSON};
use crate::http::server::app::App;

/// The conformance declaration.
pub static DECLARATION: Fixed = Fixed {
    operation: Operation {
        path: "/api/conformance",
        id: "getConformance",
        summary: "The conformance classes that the API keeps",
        tag: "Capabilities",
        representations: &[JSON.of::<Conformance<'_>>(), HTML],
        ..Operation::READS
    },
    answer: answered,
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

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "conformance")]
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

fn answered(_: &App, asked: &Asked<'_>) -> Answered {
    let base = &asked.request.base;
    let here = format!("{base}/api/conformance");
    page_or_json(
        asked,
        || Page {
            frame: Frame::of_document(base, "Conformance", &[("/api/conformance", "Conformance")]),
            classes: &CLASSES,
        },
        || Conformance {
            links: link::of_document(&here),
            conforms_to: &CLASSES,
        },
    )
}
