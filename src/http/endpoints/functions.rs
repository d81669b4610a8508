//! `/api/functions`: the functions of our own that a filter can call (OGC 19-079r2 §8.3).

use askama::Template;
use axum::response::Response;
use serde_json::{Value as Json, json};

use crate::format::cql2::functions::{Argument, FUNCTIONS, Function};
use crate::http::kit::answer;
use crate::http::kit::document;
use crate::http::kit::link;
use crate::http::kit::negotiate::{HTML, JSON, Offer};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::server::app::App;

/// The functions.
pub const ROUTE: Route = Route {
    path: "/api/functions",
    door: Door::Tried(functions),
    operation: Some(Operation {
        id: "getFunctions",
        summary: "The functions that a filter can call, besides those of CQL2",
        tag: "Capabilities",
        parameters: &["f"],
        selects: Selects::Nothing,
        answers: &[(link::JSON, "functions"), (link::HTML, "html")],
        errors: &[400, 406],
    }),
};

static OFFERS: [Offer; 2] = [JSON, HTML];

#[derive(Template)]
#[template(path = "functions.html")]
struct Page {
    frame: Frame,
    functions: &'static [Function],
}

fn functions(app: &App, ask: &Ask) -> Result<Response, Problem> {
    document::answer(app, ask, app.live.snapshot().revision(), &OFFERS, |offer| {
        let here = format!("{}/api/functions", ask.base);
        let body = if offer.is_html() {
            let crumbs = [("/api/functions", "Functions")];
            let json = Some(format!("{here}?f=json"));
            page::render(&Page {
                frame: Frame::new(&ask.base, "Functions", &crumbs, json),
                functions: &FUNCTIONS,
            })?
        } else {
            answer::json(&json!({
                "links": link::of_document(&here),
                "functions": FUNCTIONS.iter().map(described).collect::<Vec<_>>(),
            }))
        };
        Ok(body)
    })
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
