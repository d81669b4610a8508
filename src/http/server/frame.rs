//! What happens around every endpoint: the request's id, the host check, the ceilings, the security
//! headers, CORS, the access log and the metrics. Every failure becomes its problem document here.
//!
//! One frame of our own: twelve layers of tower-http cost 5.9 µs, a fifth of a near answer.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::Request as Received;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::metrics::gauge::Gauge;
use tower_service::Service as _;

use crate::atlas::model::budget::Budget;
use crate::atlas::model::hex;
use crate::http::kit::params::Params;
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::server::address::{self, Address, Head, OPERATORS, Peer, REQUEST_ID, Room};
use crate::http::server::app::App;
use crate::http::server::clients::{Client, Who};
use crate::http::server::guard;
use crate::http::server::identity;
use crate::http::server::options::Limits;

/// What the frame keeps of a request until it is answered.
struct Entry {
    method: Method,
    began: Instant,
    id: HeaderValue,
    uri: Uri,
    origin: Option<HeaderValue>,
    /// What every link begins with.
    base: String,
    room: Room,
    in_flight: InFlight,
}

/// The path, with what varies in it, under which what has answered stands: it goes with the answer, for the metrics.
#[derive(Clone, Copy)]
pub struct Template(pub &'static str);

/// A request being answered. Counted until it is dropped, because a client may leave before.
struct InFlight(Gauge);

impl InFlight {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Answers a request: takes it in, has the router answer it, and finishes the answer.
pub async fn around(app: &App, mut router: Router, received: Received) -> Response {
    let (entry, entered) = enter(app, received);
    let response = match entered {
        Ok(received) => router
            .call(received)
            .await
            .unwrap_or_else(|never| match never {}),
        Err(response) => response,
    };
    leave(app, entry, response)
}

/// Takes a request in: with what endpoints need of it, or what came of it before any of them.
fn enter(app: &App, received: Received) -> (Entry, Result<Received, Response>) {
    let (began, in_flight) = (Instant::now(), InFlight::new(&app.metrics.in_flight));
    let (mut head, body) = received.into_parts();
    let peer = head.extensions.get::<Peer>().copied();
    let room = peer.map_or(Room::Usual, |Peer(_, room)| room);
    let peer = peer.map(|Peer(peer, _)| peer.ip());
    let address = match room {
        // Whatever name an operator's tools know this address by: nothing there is worth a trick.
        Room::Operators => Ok(Address {
            base: address::fallback(&app.options),
            prefix: String::new(),
        }),
        _ => address_of(app, peer, &head),
    };
    let who = match room {
        // Nobody asks there whom limits should hold off.
        Room::Operators => Who::Local,
        _ => identity::client_of(&app.options, peer, &head.headers),
    };
    let client = app.clients.of(who);
    let entry = Entry {
        began,
        in_flight,
        id: request_id(&head.headers),
        origin: head.headers.get(header::ORIGIN).cloned(),
        base: match &address {
            Ok(address) => address.base.clone(),
            Err(_) => address::fallback(&app.options),
        },
        method: head.method.clone(),
        uri: head.uri.clone(),
        room,
    };
    let headers = std::mem::take(&mut head.headers);
    let request = address
        .map_err(Refusal::Problem)
        .and_then(|address| admit(app, &entry, address, (client, headers)));
    let entered = request.map(|request| {
        if request.path != entry.uri.path() {
            // The router finds what is under our own path, whatever a proxy has put before it.
            head.uri = Uri::try_from(&request.path).unwrap_or(head.uri);
        }
        head.extensions.insert(request);
        Received::from_parts(head, body)
    });
    let entered = entered.map_err(|refusal| refusal.answer(&entry));
    (entry, entered)
}

/// Checks what can be checked before anything else, and finds where the client believes us to be.
fn address_of(app: &App, peer: Option<IpAddr>, head: &Parts) -> Result<Address, Problem> {
    check_sizes(&app.options.limits, head)?;
    let request = Head {
        version: head.version,
        uri: &head.uri,
        headers: &head.headers,
    };
    address::of_request(&app.options, peer, request)
}

/// Why a request does not come to an endpoint.
enum Refusal {
    Problem(Problem),
    /// A browser asks whether another site may call; the headers of every answer tell it.
    Preflight,
    /// The map page has a slash at its end, because its own addresses are relative.
    Moved,
}

impl Refusal {
    fn answer(self, entry: &Entry) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Preflight => StatusCode::NO_CONTENT.into_response(),
            Self::Moved => moved(&entry.base),
        }
    }
}

/// The request as an endpoint sees it: its path without a proxy's prefix and without a slash at its
/// end.
fn admit(
    app: &App,
    entry: &Entry,
    address: Address,
    (client, headers): (Arc<Client>, HeaderMap),
) -> Result<Request, Refusal> {
    let path = entry.uri.path();
    if path == address.prefix && !path.is_empty() {
        return Err(Refusal::Moved);
    }
    if guard::is_preflight(&app.options, &entry.method, &headers) {
        return Err(Refusal::Preflight);
    }
    let own = path
        .strip_prefix(&*address.prefix)
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path);
    let own = match own.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    };
    check_room(app, entry.room, own).map_err(Refusal::Problem)?;
    // The router would take nothing between two slashes for what varies in a path.
    if own.contains("//") {
        return Err(Refusal::Problem(nothing_under(own)));
    }
    Ok(Request {
        base: address.base,
        params: Params::decode(entry.uri.query()),
        captures: Vec::new(),
        headers,
        request_id: entry.id.clone(),
        path: own.to_owned(),
        client,
        budget: Budget::new(app.options.limits.budget_ns(0)),
    })
}

/// Whether there is room for a path on a connection.
fn check_room(app: &App, room: Room, path: &str) -> Result<(), Problem> {
    let is_operators = OPERATORS.contains(&path);
    // As long as a connection on which nothing comes is kept.
    let retry_after_s = app.options.limits.head_timeout_s;
    match room {
        Room::Usual => Ok(()),
        Room::Reserve | Room::Operators if is_operators => Ok(()),
        Room::Operators => Err(nothing_under(path)),
        Room::Crowd => Err(app.limited("connections", retry_after_s)),
        Room::Reserve => {
            app.metrics.load.busy("connections");
            Err(Problem::Busy {
                because: "As many connections are open as may",
                retry_after_s,
            })
        }
    }
}

/// That there is nothing under a path, which is told as far as it is short.
fn nothing_under(path: &str) -> Problem {
    Problem::NoSuchPath(path.chars().take(200).collect())
}

/// Finishes an answer.
fn leave(app: &App, entry: Entry, mut response: Response) -> Response {
    let template = response.extensions_mut().remove::<Template>();
    let template = template.map_or("", |Template(path)| path);
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = finished(&problem, &entry);
    }
    let headers = response.headers_mut();
    guard::put_headers(
        &app.options,
        &app.policies,
        template,
        entry.origin.as_ref(),
        headers,
    );
    headers.insert(REQUEST_ID, entry.id.clone());
    if entry.room != Room::Usual {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    // Before the client can know, so that whoever waited for the answer does not count as waiting.
    drop(entry.in_flight);
    let (method, status) = (entry.method.as_str(), response.status().as_u16());
    let took = entry.began.elapsed();
    app.metrics.answered(template, method, status, took);
    tracing::info!(
        target: "bordermap::access",
        method, path = entry.uri.path(), status, took_us = took.as_micros(),
        request_id = text_of(&entry.id), "answered"
    );
    response
}

/// Holds the request's sizes against the ceilings.
fn check_sizes(limits: &Limits, head: &Parts) -> Result<(), Problem> {
    let url_bytes = head.uri.path().len() + head.uri.query().map_or(0, str::len);
    if url_bytes > limits.url_bytes_max {
        return Err(Problem::UrlTooLong {
            bytes_max: limits.url_bytes_max,
        });
    }
    let body_bytes = head
        .headers
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

/// A problem as the client sees it.
fn finished(problem: &Problem, entry: &Entry) -> Response {
    let mut response = problem.render(&entry.base, text_of(&entry.id));
    if entry.method == Method::HEAD {
        // What the router does with every other answer (RFC 9110 §9.3.2).
        let length = response.body().size_hint().exact().map(HeaderValue::from);
        let length = length.map(|length| (header::CONTENT_LENGTH, length));
        response.headers_mut().extend(length);
        *response.body_mut() = Body::empty();
    }
    response
}

fn moved(base: &str) -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{base}/")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// The client's own id for the request if it is a short plain word, otherwise a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("start"));
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    let given = headers.get(REQUEST_ID).filter(|id| {
        let id = id.as_bytes();
        (1..=64).contains(&id.len()) && id.iter().all(plain)
    });
    given.cloned().unwrap_or_else(|| {
        let mut text = Vec::with_capacity(32);
        hex::push(&mut text, *START >> 32, 8);
        text.push(b'-');
        hex::push(&mut text, COUNT.fetch_add(1, Ordering::Relaxed), 1);
        // Hexadecimal digits can stand in a header.
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// A request's id as text; it is plain.
pub fn text_of(id: &HeaderValue) -> &str {
    id.to_str().unwrap_or_default()
}
