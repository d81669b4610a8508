//! `/api/style.css`: how the pages for people look.

use axum::response::Response;

use crate::http::kit::answer::{self, Tag};
use crate::http::kit::endpoint::{Plain, Runs};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::server::app::App;

/// The style sheet.
pub static SHEET: Plain = Plain {
    path: "/api/style.css",
    runs: Runs::Tried,
    handle: style,
};

const STYLE: &str = include_str!("style.css");

fn style(_: &App, request: &Request) -> Result<Response, Problem> {
    Reader::new(&request.params).finish()?;
    let tag = Tag::of_bytes(STYLE.as_bytes());
    Ok(tag
        .unchanged(request)
        .unwrap_or_else(|| answer::ok(&tag, "text/css; charset=utf-8", STYLE)))
}
