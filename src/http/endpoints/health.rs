//! `/health/live`, `/health/ready` and `/metrics`: what operators and their tools ask.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::http::kit::answer;
use crate::http::kit::link;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Route};
use crate::http::server::address::OPERATORS;
use crate::http::server::app::App;
use crate::live::Standing;

/// Whether the process runs at all.
pub const LIVE: Route = Route {
    path: OPERATORS[0],
    door: Door::Tried(live),
    operation: None,
};

/// Whether it has something to serve; how its store is stands beside it.
pub const READY: Route = Route {
    path: OPERATORS[1],
    door: Door::Waits(ready),
    operation: None,
};

/// What it has counted.
pub const METRICS: Route = Route {
    path: OPERATORS[2],
    door: Door::Waits(metrics),
    operation: None,
};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

fn live(_: &App, ask: &Ask) -> Result<Response, Problem> {
    Reader::new(&ask.params).finish()?;
    Ok(answer::untagged(
        link::JSON,
        answer::json(&json!({ "status": "live" })),
    ))
}

fn ready(app: &App, ask: &Ask) -> Result<Response, Problem> {
    Reader::new(&ask.params).finish()?;
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

fn metrics(app: &App, ask: &Ask) -> Result<Response, Problem> {
    Reader::new(&ask.params).finish()?;
    app.load.observe(app);
    Ok(answer::untagged(OPENMETRICS, app.metrics.text(&app.live)))
}
