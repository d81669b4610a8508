//! What happens around every door: the request's id, the host check, the ceilings, the security
//! headers, CORS, the access log and the metrics. Every failure becomes its problem document here.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::address::{self, Address, Head, Peer, REQUEST_ID};
use crate::http::app::App;
use crate::http::guard;
use crate::http::options::Limits;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::route::Ask;

/// The path of the table that answered, left in the response by its door.
#[derive(Clone, Copy)]
pub struct Template(pub &'static str);

/// Runs a request through the doors and finishes what they answer.
pub async fn around(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let origin = request.headers().get(header::ORIGIN).cloned();
    let path = request.uri().path().to_owned();
    app.metrics.in_flight.inc();

    let address = admit(&app, &mut request);
    let base = match &address {
        Ok(address) => address.base.clone(),
        Err(_) => address::fallback(&app.options),
    };
    let mut response = match address {
        Ok(_) if guard::is_preflight(&app.options, request.method(), request.headers()) => {
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(_) => answer(&app, request, next).await,
        Err(Refusal::Problem(problem)) => problem.into_response(),
        Err(Refusal::Moved(base)) => moved(&base),
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = finished(&problem, allow, &base, &id, &response);
    }
    if method == Method::HEAD {
        response = without_body(response);
    }
    let template = response
        .extensions()
        .get()
        .map_or("", |Template(path)| *path);
    guard::put_headers(
        &app.options,
        &app.policies,
        template,
        origin.as_ref(),
        response.headers_mut(),
    );
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    app.metrics.in_flight.dec();
    let (status, took) = (response.status().as_u16(), began.elapsed());
    app.metrics
        .answered(template, method.as_str(), status, took);
    tracing::info!(
        target: "bordermap::access",
        %method, path, status, took_us = took.as_micros(), request_id = id, "answered"
    );
    response
}

/// Why a request does not come to a door.
enum Refusal {
    Problem(Problem),
    /// The map page has a slash at its end, because its own addresses are relative.
    Moved(String),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Checks what can be checked before any door, and prepares the request for them: the path without
/// a proxy's prefix and without a slash at its end, HEAD as GET, and the [`Ask`].
fn admit(app: &App, request: &mut Request) -> Result<Address, Refusal> {
    let limits = &app.options.limits;
    check_sizes(limits, request)?;
    let peer = request.extensions().get().map(|Peer(peer)| peer.ip());
    let head = Head {
        version: request.version(),
        uri: request.uri(),
        headers: request.headers(),
    };
    let address = address::of_request(&app.options, peer, head)?;
    let path = request.uri().path();
    if path == address.prefix && !path.is_empty() {
        return Err(Refusal::Moved(address.base));
    }
    let own = path
        .strip_prefix(&*address.prefix)
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path);
    let own = match own.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    }
    .to_owned();
    let ask = Ask {
        base: address.base.clone(),
        params: Params::decode(request.uri().query()),
        captures: Vec::new(),
        headers: request.headers().clone(),
        path: own.clone(),
    };
    // Only the path matters to the router; the query is in the Ask.
    *request.uri_mut() = own
        .parse::<Uri>()
        .map_err(|_| Problem::Malformed("The path is not one that HTTP knows.".into()))?;
    request.extensions_mut().insert(ask);
    if request.method() == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    Ok(address)
}

/// Holds the request's sizes against the ceilings.
fn check_sizes(limits: &Limits, request: &Request) -> Result<(), Problem> {
    let url_bytes = request.uri().path().len() + request.uri().query().map_or(0, str::len);
    if url_bytes > limits.url_bytes_max {
        return Err(Problem::UrlTooLong {
            bytes_max: limits.url_bytes_max,
        });
    }
    let body_bytes = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    if body_bytes > limits.body_bytes_max {
        return Err(Problem::BodyTooLarge {
            bytes_max: limits.body_bytes_max,
        });
    }
    Ok(())
}

/// Runs the doors, but not for ever.
async fn answer(app: &App, request: Request, next: Next) -> Response {
    let deadline = Duration::from_secs(app.options.limits.request_timeout_s);
    tokio::time::timeout(deadline, next.run(request))
        .await
        .unwrap_or_else(|_| Problem::Timeout.into_response())
}

/// A problem as the client sees it.
fn finished(
    problem: &Problem,
    allow: Option<HeaderValue>,
    base: &str,
    id: &str,
    bare: &Response,
) -> Response {
    let mut response = problem.render(base, id);
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    if let Some(template) = bare.extensions().get::<Template>() {
        response.extensions_mut().insert(*template);
    }
    response
}

/// The answer to HEAD: the headers of GET and nothing after them (RFC 9110 §9.3.2).
fn without_body(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        head.headers
            .entry(header::CONTENT_LENGTH)
            .or_insert(length.into());
    }
    Response::from_parts(head, Body::empty())
}

fn moved(base: &str) -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{base}/")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// The client's own id for the request if it is a short plain word, otherwise a new one.
fn request_id(headers: &HeaderMap) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("start"));
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    given
        .filter(|id| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        })
        .map_or_else(
            || {
                format!(
                    "{:08x}-{:x}",
                    *START >> 32,
                    COUNT.fetch_add(1, Ordering::Relaxed)
                )
            },
            str::to_owned,
        )
}
