//! `/api/functions`: the functions of our own that a filter can call (OGC 19-079r2 §8.3).

use askama::Template;
use axum::response::Response;
use serde_json::{Value as Json, json};

use crate::format::cql2::functions::{Argument, FUNCTIONS, Function};
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::link;
use crate::http::kit::negotiate::{HTML, JSON};
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::server::app::App;

/// The list of functions.
pub struct FunctionList;

static OPERATION: Operation = Operation {
    method: Method::Get,
    path: "/api/functions",
    id: "getFunctions",
    summary: "The functions that a filter can call, besides those of CQL2",
    tag: "Capabilities",
    parameters: &["f"],
    selects: Selects::Nothing,
    representations: &[JSON.of_schema("functions"), HTML],
    statuses: &[400, 406],
    headers: &[],
};

#[derive(Template)]
#[template(path = "functions.html")]
struct Page {
    frame: Frame,
    functions: &'static [Function],
}

impl Endpoint for FunctionList {
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
        let here = format!("{base}/api/functions");
        let body = if asked.representation.is_html() {
            let crumbs = [("/api/functions", "Functions")];
            let json = Some(format!("{here}?f=json"));
            page::render(&Page {
                frame: Frame::new(base, "Functions", &crumbs, json),
                functions: &FUNCTIONS,
            })?
        } else {
            answer::json(&json!({
                "links": link::of_document(&here),
                "functions": FUNCTIONS.iter().map(described).collect::<Vec<_>>(),
            }))
        };
        Ok(answer::untagged(asked.representation.media, body))
    }
}

fn described(function: &Function) -> Json {
    let argument = |argument: &Argument| {
        json!({
            "title": argument.title,
            "description": argument.description,
            "type": [argument.kind.name()],
        })
    };
    json!({
        "name": function.name,
        "description": function.description,
        "arguments": function.arguments.iter().map(argument).collect::<Vec<_>>(),
        "returns": [function.returns.name()],
    })
}
