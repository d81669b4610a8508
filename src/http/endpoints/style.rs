//! `/api/style.css`: how the pages for people look.

use axum::response::Response;

use crate::http::kit::answer::{self, Tag};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Route};
use crate::http::server::app::App;

/// The style sheet.
pub const ROUTE: Route = Route {
    path: "/api/style.css",
    door: Door::Tried(style),
    operation: None,
};

const STYLE: &str = include_str!("style.css");

fn style(_: &App, ask: &Ask) -> Result<Response, Problem> {
    Reader::new(&ask.params).finish()?;
    let tag = Tag::of_bytes(STYLE.as_bytes());
    Ok(tag
        .unchanged(ask)
        .unwrap_or_else(|| answer::ok(&tag, "text/css; charset=utf-8", STYLE)))
}
