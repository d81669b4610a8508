//! The wire: the table of routes and the layers around them.

pub mod address;
pub mod answer;
pub mod app;
pub mod document;
pub mod files;
pub mod frame;
pub mod guard;
pub mod link;
pub mod metrics;
pub mod negotiate;
pub mod options;
pub mod page;
pub mod params;
pub mod problem;
pub mod process;
pub mod route;
pub mod selection;
pub mod serve;

mod border;
mod border_counts;
mod collections;
mod compress;
mod conformance;
mod docs;
mod export;
mod functions;
mod health;
mod items;
mod json_schema;
mod landing;
mod openapi;
mod openapi_parts;
mod schemas;
mod style;
mod tiles;
mod web;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::app::App;
use crate::http::frame::{Entry, METHODS, Outcome};
use crate::http::options::Options;
use crate::http::params::unescaped_segment;
use crate::http::problem::Problem;
use crate::http::route::{Answer, Ask, Door, Route};
use crate::live::LiveAtlas;

/// Every path that there is, besides the files of the map page.
pub static ROUTES: [Route; 29] = [
    web::MAP,
    landing::ROUTE,
    openapi::ROUTE,
    docs::ROUTE,
    style::ROUTE,
    conformance::ROUTE,
    functions::ROUTE,
    collections::LIST,
    collections::ONE,
    schemas::SCHEMA,
    schemas::QUERYABLES,
    schemas::SORTABLES,
    items::LIST,
    items::ONE,
    export::ROUTE,
    tiles::tilesets::OF_LAYER,
    tiles::tileset::OF_LAYER,
    tiles::OF_LAYER,
    tiles::tilesets::OF_DATASET,
    tiles::tileset::OF_DATASET,
    tiles::OF_DATASET,
    tiles::matrix_sets::LIST,
    tiles::matrix_sets::ONE,
    border::LOCATE,
    border_counts::PROFILE,
    border_counts::COMPARE,
    health::LIVE,
    health::READY,
    health::METRICS,
];

/// The service over an atlas.
///
/// One handler, and no layers around it: most answers take a few microseconds, which is what a
/// handful of boxed futures costs too.
pub fn router(live: LiveAtlas, options: Options) -> Router {
    let app = Arc::new(App::new(live, options, &ROUTES, web::files()));
    Router::new()
        .fallback(move |request: Request| answer(Arc::clone(&app), request))
        // Prepares the handler now, not for each request.
        .with_state(())
}

/// Answers a request.
async fn answer(app: Arc<App>, request: Request) -> Response {
    let (entry, ask) = frame::enter(&app, request);
    let outcome = match ask {
        Ok(ask) => open(&app, &entry, ask).await,
        Err(outcome) => outcome,
    };
    frame::leave(&app, entry, outcome)
}

/// Finds the door and opens it: to GET, and to HEAD as to GET; the router around this takes the body
/// from what answers HEAD, after its length was noted (RFC 9110 §9.3.2).
async fn open(app: &Arc<App>, entry: &Entry, mut ask: Ask) -> Outcome {
    let Some((route, captures)) = app.table.find(&ask.path) else {
        let path = ask.path.chars().take(200).collect();
        return Outcome::of_none(Err(Problem::NoSuchPath(path)));
    };
    match entry.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => {
            let answer = (StatusCode::NO_CONTENT, [(header::ALLOW, METHODS)]);
            return Outcome::of_none(Ok(answer.into_response()));
        }
        _ => return Outcome::of_none(Err(Problem::Method(entry.method.to_string()))),
    }
    let captures = captures.into_iter().map(unescaped_segment);
    let Some(captures) = captures.collect() else {
        let detail = "The path is not UTF-8 text in percent-encoding.";
        return Outcome {
            template: route.path,
            answer: Err(Problem::Malformed(detail.into())),
        };
    };
    ask.captures = captures;
    let codings = compress::codings(&ask.headers);
    let answer = match route.door {
        Door::Here(answer) => caught(|| answer(app, &ask)),
        Door::Weighed(answer) if selection::is_light(&ask.params) => caught(|| answer(app, &ask)),
        Door::Aside(answer) => aside(app, answer, ask).await,
        Door::Weighed(answer) | Door::InTurn(answer) => {
            // Whoever leaves while waiting is not computed for. Nobody closes the semaphore.
            let turn = Arc::clone(&app.turns).acquire_owned().await;
            let answer = aside(app, answer, ask).await;
            drop(turn);
            answer
        }
    };
    Outcome {
        template: route.path,
        answer: match answer {
            Ok(response) => Ok(compress::compressed(codings, response).await),
            Err(problem) => Err(problem),
        },
    }
}

/// Runs a door on a thread of its own, but does not wait for ever.
async fn aside(app: &Arc<App>, answer: Answer, ask: Ask) -> Result<Response, Problem> {
    let deadline = Duration::from_secs(app.options.limits.request_timeout_s);
    let app = Arc::clone(app);
    let running = tokio::task::spawn_blocking(move || caught(|| answer(&app, &ask)));
    match tokio::time::timeout(deadline, running).await {
        Ok(answer) => answer.unwrap_or(Err(Problem::Internal)),
        Err(_) => Err(Problem::Timeout),
    }
}

/// What a door answers. If it panics, the cause goes to the log, and the client learns that it was
/// not its fault.
fn caught(door: impl FnOnce() -> Result<Response, Problem>) -> Result<Response, Problem> {
    // A door leaves nothing half done: it reads.
    catch_unwind(AssertUnwindSafe(door)).unwrap_or_else(|cause| {
        let text = cause
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("without a message");
        tracing::error!(cause = text, "a door panicked");
        Err(Problem::Internal)
    })
}
