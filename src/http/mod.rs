//! The wire: the endpoints behind their paths, and the frame around them.
//!
//! axum's router finds the path and the method. What surrounds every request (its id, the host check, limits,
//! headers, log and metrics) is one frame of ours and not a stack of layers, because most answers take a few
//! microseconds: measured in process, a request through one fallback takes 1.44 µs, through these routes 1.68 µs, and
//! twelve layers of tower-http would add 5.9 µs, a fifth of what a near question takes.

mod endpoints;
pub mod kit;
mod openapi;
pub mod server;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request as Received};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use crate::http::endpoints::{
    border, border_counts, collections, conformance, docs, export, functions, health, items,
    landing, schemas, style, tiles, web,
};
use crate::http::kit::endpoint::Handler;
use crate::http::kit::operation;
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::server::app::App;
use crate::http::server::frame::Template;
use crate::http::server::options::Options;
use crate::http::server::run;
use crate::http::server::serve::Service;
use crate::live::LiveAtlas;

pub use crate::http::endpoints::web::NO_MAP;

/// What answers, in the order of its description; besides the files of the map page.
static ENDPOINTS: [&dyn Handler; 30] = [
    &web::MAP,
    &landing::ROOT,
    &openapi::DESCRIPTION,
    &docs::Documentation,
    &style::SHEET,
    &conformance::DECLARATION,
    &functions::LIST,
    &collections::LIST,
    &collections::OneCollection,
    &schemas::SCHEMA,
    &schemas::QUERYABLES,
    &schemas::SORTABLES,
    &items::FeatureList,
    &items::OneFeature,
    &export::FeatureExport,
    &tiles::tilesets::OF_LAYER,
    &tiles::tileset::OF_LAYER,
    &tiles::OF_LAYER,
    &tiles::tilesets::OF_DATASET,
    &tiles::tileset::OF_DATASET,
    &tiles::OF_DATASET,
    &tiles::matrix_sets::LIST,
    &tiles::matrix_sets::OneTileMatrixSet,
    &border::LOCATE,
    &border::POSITION,
    &border_counts::ByTime,
    &border_counts::BeforeAndAfter,
    &health::LIVE,
    &health::READY,
    &health::METRICS,
];

/// Every path that there is, besides the files of the map page.
pub fn paths() -> impl Iterator<Item = &'static str> {
    ENDPOINTS.iter().map(|endpoint| endpoint.path())
}

/// The service over an atlas.
pub fn service(live: LiveAtlas, options: Options) -> Service {
    let limits = options.limits;
    let described = ENDPOINTS.iter().filter_map(|endpoint| endpoint.described());
    let app = Arc::new(App::new(live, options, described.collect()));
    let handlers = ENDPOINTS.into_iter().chain(web::files());
    Service {
        router: router(&app, handlers),
        limits,
        app: Some(app),
    }
}

/// The router to these handlers.
fn router(app: &Arc<App>, handlers: impl Iterator<Item = &'static dyn Handler>) -> Router {
    let mut paths: Vec<(&'static str, Vec<&'static dyn Handler>)> = Vec::new();
    for handler in handlers {
        let path = handler.path();
        match paths.iter_mut().find(|(own, _)| *own == path) {
            Some((_, methods)) => methods.push(handler),
            None => paths.push((path, vec![handler])),
        }
    }
    let routes = paths.into_iter();
    let router = routes.fold(Router::new(), |router, (path, handlers)| {
        router.route(path, methods(app, &handlers))
    });
    // Prepares the handlers now, not for each request.
    router.fallback(nowhere).with_state(())
}

/// The methods of one path. HEAD is answered as GET, whose body the router takes away after its length was noted
/// (RFC 9110 §9.3.2); OPTIONS tells the methods.
fn methods(app: &Arc<App>, handlers: &[&'static dyn Handler]) -> MethodRouter {
    let allow = allow(handlers.iter().map(|handler| handler.method()));
    let others = move |received: Received| {
        let answer = other_method(received.method(), allow.clone());
        std::future::ready(answer)
    };
    let mut router = MethodRouter::new().fallback(others);
    for handler in handlers {
        let (app, handler) = (Arc::clone(app), *handler);
        router = router.on(handler.method().facts().2, move |received: Received| {
            answered(Arc::clone(&app), handler, received)
        });
    }
    router
}

/// The methods of a path as `Allow` lists them (RFC 9110 §10.2.1).
fn allow(methods: impl Iterator<Item = operation::Method>) -> HeaderValue {
    let names = methods.map(|method| method.facts().0).chain(["OPTIONS"]);
    let names: Vec<_> = names.collect();
    HeaderValue::try_from(names.join(", ")).expect("names of methods can stand in a header")
}

/// Answers a method that the path has no handler for.
fn other_method(method: &Method, allow: HeaderValue) -> Response {
    if method == Method::OPTIONS {
        return (StatusCode::NO_CONTENT, [(header::ALLOW, allow)]).into_response();
    }
    Problem::Method(method.to_string(), allow).into_response()
}

/// Answers a path that there is nothing under.
async fn nowhere(received: Received) -> Problem {
    Problem::NoSuchPath(received.uri().path().chars().take(200).collect())
}

/// Runs a handler and says under which path it stands.
async fn answered(app: Arc<App>, handler: &'static dyn Handler, received: Received) -> Response {
    // No handler takes a body yet: it is not read.
    let (head, _) = received.into_parts();
    let answer = match request_of(head, handler).await {
        Ok(request) => run::run(&app, handler, request).await,
        Err(problem) => Err(problem),
    };
    let mut response = answer.into_response();
    response.extensions_mut().insert(Template(handler.path()));
    response
}

/// The request that the frame has made, with what varies in its path.
async fn request_of(mut head: Parts, handler: &dyn Handler) -> Result<Request, Problem> {
    let request = head.extensions.remove::<Request>();
    let mut request = request.ok_or(Problem::Internal)?;
    if handler.path().contains('{') {
        let captures = RawPathParams::from_request_parts(&mut head, &()).await;
        let captures = captures.map_err(|_| {
            let detail = "The path is not UTF-8 text in percent-encoding.";
            Problem::Malformed(detail.into())
        })?;
        request.captures = captures.iter().map(|(_, text)| text.to_owned()).collect();
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_allows_the_methods_of_its_endpoints() {
        let read = allow([operation::Method::Get].into_iter());
        assert_eq!(read, "GET, HEAD, OPTIONS");
        let written = [operation::Method::Get, operation::Method::Put];
        assert_eq!(allow(written.into_iter()), "GET, HEAD, PUT, OPTIONS");
    }
}
