//! Answers compressed for those who can read it (RFC 9110 §12.5.3).

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;
use tower_service::Service;

use crate::http::kit::params::quoted;
use crate::http::kit::problem::Problem;

/// What a request says of the codings that it takes; empty if it says nothing.
pub fn codings(headers: &HeaderMap) -> HeaderMap {
    let mut codings = HeaderMap::new();
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        codings.append(header::ACCEPT_ENCODING, value.clone());
    }
    codings
}

/// The answer in a coding that the client takes; its body is compressed as it is read.
///
/// # Errors
/// [`Problem::NoCoding`] if the client takes none that there is.
pub fn compressed(codings: &HeaderMap, response: Response) -> Result<Response, Problem> {
    // Nothing to do, not even for `Vary`.
    if codings.is_empty() && response.headers().contains_key(header::VARY) {
        return Ok(response);
    }
    let status = response.status();
    let mut request = Request::new(());
    *request.headers_mut() = codings.clone();
    let mut service = Compression::new(Given(Some(response))).quality(CompressionLevel::Fastest);
    // It has its answer already, and so its future does.
    let response = match service.call(request).now_or_never() {
        Some(Ok(response)) => response.map(Body::new),
        Some(Err(never)) => match never {},
        None => return Err(Problem::Internal),
    };
    if response.status() == StatusCode::NOT_ACCEPTABLE && status != StatusCode::NOT_ACCEPTABLE {
        let accepted = codings.values().filter_map(|value| value.to_str().ok());
        let accepted = accepted.collect::<Vec<_>>().join(", ");
        return Err(Problem::NoCoding(quoted(&accepted).into_owned()));
    }
    Ok(response)
}

/// The same with its body whole: compressed here and now. For a body that is there already.
///
/// # Errors
/// The same.
pub fn whole(codings: &HeaderMap, response: Response) -> Result<Response, Problem> {
    let (head, body) = compressed(codings, response)?.into_parts();
    let bytes = to_bytes(body, usize::MAX).now_or_never();
    let Some(Ok(bytes)) = bytes else {
        tracing::error!("a body was not whole");
        return Err(Problem::Internal);
    };
    Ok(Response::from_parts(head, Body::from(bytes)))
}

/// A service that has its answer already.
struct Given(Option<Response>);

impl Service<Request<()>> for Given {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(self.0.take().unwrap_or_default()))
    }
}
