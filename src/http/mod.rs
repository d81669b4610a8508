//! The wire: the table of routes and the layers around them.

mod endpoints;
pub mod kit;
mod openapi;
pub mod server;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::endpoints::{
    border, border_counts, collections, conformance, docs, export, functions, health, items,
    landing, schemas, style, tiles, web,
};
use crate::http::kit::params::unescaped_segment;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Route};
use crate::http::server::app::App;
use crate::http::server::frame::{Entry, METHODS, Outcome};
use crate::http::server::options::Options;
use crate::http::server::serve::Service;
use crate::http::server::{frame, open};
use crate::live::LiveAtlas;

pub use crate::http::endpoints::web::NO_MAP;

/// Every path that there is, besides the files of the map page.
pub static ROUTES: [Route; 30] = [
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
    border::POSITION,
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
pub fn service(live: LiveAtlas, options: Options) -> Service {
    let limits = options.limits;
    let app = Arc::new(App::new(live, options, &ROUTES, web::files()));
    let shared = Arc::clone(&app);
    let router = Router::new()
        .fallback(move |request: Request| answer(Arc::clone(&shared), request))
        // Prepares the handler now, not for each request.
        .with_state(());
    Service {
        router,
        limits,
        app: Some(app),
    }
}

/// Answers a request.
async fn answer(app: Arc<App>, request: Request) -> Response {
    let (entry, ask) = frame::enter(&app, request);
    let outcome = match ask {
        Ok(ask) => routed(&app, &entry, ask).await,
        Err(outcome) => outcome,
    };
    frame::leave(&app, entry, outcome)
}

/// Finds the door and opens it: to GET, and to HEAD as to GET; the router around this takes the body
/// from what answers HEAD, after its length was noted (RFC 9110 §9.3.2).
async fn routed(app: &Arc<App>, entry: &Entry, mut ask: Ask) -> Outcome {
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
    Outcome {
        template: route.path,
        answer: open::open(app, route.door, ask).await,
    }
}
