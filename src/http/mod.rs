//! The wire: the table of routes and the layers around them.

pub mod address;
pub mod answer;
pub mod app;
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
pub mod serve;

mod border;
mod collections;
mod conformance;
mod docs;
mod export;
mod health;
mod items;
mod landing;
mod openapi;
mod openapi_parts;
mod style;
mod tiles;
mod web;

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::http::app::App;
use crate::http::options::Options;
use crate::http::problem::Problem;
use crate::http::route::{Ask, Door, Route};
use crate::live::LiveAtlas;

/// Every path that there is, besides the files of the map page.
pub static ROUTES: [Route; 16] = [
    web::MAP,
    landing::ROUTE,
    openapi::ROUTE,
    docs::ROUTE,
    style::ROUTE,
    conformance::ROUTE,
    collections::LIST,
    collections::ONE,
    items::LIST,
    items::ONE,
    export::ROUTE,
    tiles::ROUTE,
    border::LOCATE,
    health::LIVE,
    health::READY,
    health::METRICS,
];

/// The service over an atlas.
pub fn router(live: LiveAtlas, options: Options) -> Router {
    let app = Arc::new(App::new(live, options, &ROUTES));
    let mut doors = Router::new();
    for route in &ROUTES {
        doors = doors.route(route.path, methods(*route));
    }
    for file in web::files() {
        doors = doors.route(file.path, methods(file));
    }
    let doors = doors
        .fallback(async |request: Request| Problem::NoSuchPath(path_of(&request)))
        .method_not_allowed_fallback(async |method: Method| Problem::Method(method.to_string()))
        .with_state(Arc::clone(&app))
        .layer(CatchPanicLayer::custom(caught))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    // The frame stands before the choice of a route, because it removes a proxy's prefix.
    Router::new()
        .fallback_service(doors)
        .layer(middleware::from_fn_with_state(app, frame::around))
}

/// GET, which answers HEAD too, and OPTIONS.
fn methods(route: Route) -> MethodRouter<Arc<App>> {
    let door = move |State(app), captures, request| run(route, app, captures, request);
    get(door).options(async || {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let allow = HeaderValue::from_static("GET, HEAD, OPTIONS");
        response.headers_mut().insert(header::ALLOW, allow);
        response
    })
}

/// Opens a door.
async fn run(
    route: Route,
    app: Arc<App>,
    captures: Result<RawPathParams, axum::extract::rejection::RawPathParamsRejection>,
    mut request: Request,
) -> Response {
    let ask = request.extensions_mut().remove::<Ask>();
    let answer = match (ask, captures) {
        (None, _) => Err(Problem::Internal),
        (_, Err(_)) => Err(Problem::Malformed(
            "The path is not UTF-8 text in percent-encoding.".into(),
        )),
        (Some(mut ask), Ok(captures)) => {
            ask.captures = captures.iter().map(|(_, value)| value.to_owned()).collect();
            match route.door {
                Door::Here(answer) => answer(&app, &ask),
                Door::Aside(answer) => aside(move || answer(&app, &ask)).await,
                Door::InTurn(answer) => {
                    // Whoever leaves while waiting is not computed for. Nobody closes the semaphore.
                    let turn = Arc::clone(&app.turns).acquire_owned().await;
                    aside(move || {
                        let answer = answer(&app, &ask);
                        drop(turn);
                        answer
                    })
                    .await
                }
            }
        }
    };
    let mut response = answer.into_response();
    response
        .extensions_mut()
        .insert(frame::Template(route.path));
    response
}

/// Answers on a thread of its own.
async fn aside(
    answer: impl FnOnce() -> Result<Response, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    tokio::task::spawn_blocking(answer)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a door panicked");
            Err(Problem::Internal)
        })
}

/// The path of a request for which there is no route.
fn path_of(request: &Request) -> String {
    request.uri().path().chars().take(200).collect()
}

/// A panic in a door: the cause goes to the log, the client learns that it was not its fault.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn caught(cause: Box<dyn std::any::Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message");
    tracing::error!(cause = text, "a door panicked");
    Problem::Internal.into_response()
}
