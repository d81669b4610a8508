//! Answers compressed for those who can read it (RFC 9110 §12.5.3).

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;
use tower_service::Service;

/// What a request says of the codings that it takes; empty if it says nothing.
pub fn codings(headers: &HeaderMap) -> HeaderMap {
    let mut codings = HeaderMap::new();
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        codings.append(header::ACCEPT_ENCODING, value.clone());
    }
    codings
}

/// The answer in a coding that the client takes.
pub async fn compressed(codings: HeaderMap, response: Response) -> Response {
    // Nothing to do, not even for `Vary`.
    if codings.is_empty() && response.headers().contains_key(header::VARY) {
        return response;
    }
    let mut request = Request::new(());
    *request.headers_mut() = codings;
    let mut service = Compression::new(Given(Some(response))).quality(CompressionLevel::Fastest);
    match service.call(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
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
