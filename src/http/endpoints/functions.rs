//! `/api/functions`: the functions of our own that a filter can call (OGC 19-079r2 §8.3).

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use crate::format::cql2::functions::{FUNCTIONS, Function};
use crate::http::kit::endpoint::{Answered, Fixed, page_or_json};
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::Frame;
use crate::http::kit::representation::{HTML, JSON};
use crate::http::server::app::App;

/// The list of functions.
pub static LIST: Fixed = Fixed {
    operation: Operation {
        path: "/api/functions",
        id: "getFunctions",
        summary: "The functions that a filter can call, besides those of CQL2",
        tag: "Capabilities",
        representations: &[JSON.of::<Functions>(), HTML],
        ..Operation::READS
    },
    answer: answered,
};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "functions")]
struct Functions {
    links: Vec<Link>,
    functions: &'static [Function],
}

#[derive(Template)]
#[template(path = "functions.html")]
struct Page {
    frame: Frame,
    functions: &'static [Function],
}

fn answered(_: &App, asked: &Asked<'_>) -> Answered {
    let base = &asked.request.base;
    let here = format!("{base}/api/functions");
    page_or_json(
        asked,
        || Page {
            frame: Frame::of_document(base, "Functions", &[("/api/functions", "Functions")]),
            functions: &FUNCTIONS,
        },
        || Functions {
            links: link::of_document(&here),
            functions: &FUNCTIONS,
        },
    )
}
