//! `/health/live`, `/health/ready` and `/metrics`: what operators and their tools ask.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::http::kit::answer;
use crate::http::kit::endpoint::{Plain, Runs};
use crate::http::kit::link;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::server::address::OPERATORS;
use crate::http::server::app::App;
use crate::live::Standing;

/// Whether the process runs at all.
pub static LIVE: Plain = Plain {
    path: OPERATORS[0],
    runs: Runs::Tried,
    handle: live,
};

/// Whether it has something to serve; how its store is stands beside it.
pub static READY: Plain = Plain {
    path: OPERATORS[1],
    runs: Runs::Waits,
    handle: ready,
};

/// What it has counted.
pub static METRICS: Plain = Plain {
    path: OPERATORS[2],
    runs: Runs::Waits,
    handle: metrics,
};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

fn live(_: &App, request: &Request) -> Result<Response, Problem> {
    Reader::new(&request.params).finish()?;
    Ok(answer::untagged(
        link::JSON,
        answer::json(&json!({ "status": "live" })),
    ))
}

fn ready(app: &App, request: &Request) -> Result<Response, Problem> {
    Reader::new(&request.params).finish()?;
    let atlas = app.live.snapshot();
    // The file is looked at, not asked: whatever became of it, what is served is served.
    let (store, reason) = match app.live.store().standing() {
        Standing::Whole => match app.live.store().revision() {
            Ok(_) => ("ok", None),
            Err(error) => {
                tracing::warn!(%error, "the store does not answer");
                (
                    "failing",
                    Some("it does not answer; the log says why".to_owned()),
                )
            }
        },
        Standing::ReadOnly(cause) => (
            "read-only",
            Some(format!(
                "{cause}; once it can be written, the server has to be started again"
            )),
        ),
        Standing::Lost(cause) => ("lost", Some(cause)),
    };
    let layers = atlas.layers().count();
    let ready = layers > 0;
    let mut document = json!({
        "status": if ready { "ready" } else { "not ready" },
        "store": store,
        "layers": layers,
        "revision": atlas.revision().number,
    });
    if let Some(reason) = reason {
        document["reason"] = reason.into();
    }
    let mut response = answer::untagged(link::JSON, answer::json(&document));
    if !ready {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(response)
}

fn metrics(app: &App, request: &Request) -> Result<Response, Problem> {
    Reader::new(&request.params).finish()?;
    app.metrics
        .load
        .observe(&app.turns, &app.unsent, &app.clients);
    Ok(answer::untagged(OPENMETRICS, app.metrics.text(&app.live)))
}
