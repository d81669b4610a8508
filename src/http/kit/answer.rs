//! A successful answer: its headers, its weak tag, and the 304 that spares making it again.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::atlas::geo::crs::Crs;
use crate::atlas::model::change::Revision;
use crate::atlas::model::hex;
use crate::atlas::model::schema::Schema;
use crate::format::warning::Warning;
use crate::http::kit::link;
use crate::http::kit::request::Request;
use crate::http::server::app::App;

/// The sources that this program was built from, as a short text. Without it a client would keep
/// an answer that a newer program writes differently.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "-", env!("BORDERMAP_BUILD"));

/// Headers that an answer has in the end, with a few to spare: room for them is made once.
const HEADERS: usize = 18;

/// A weak entity tag (RFC 9110 §8.8.3): of the store, its revision, the build, and what was asked
/// for in which encoding.
pub struct Tag(HeaderValue);

impl Tag {
    /// The tag of an answer.
    pub fn new(app: &App, revision: Revision, request: &Request, media: &str) -> Self {
        // Another compiler may hash otherwise: then a client asks once more for what it has.
        let mut hasher = DefaultHasher::new();
        (BUILD, app.live.store().identity(), media).hash(&mut hasher);
        (&request.base, &request.path, &request.params).hash(&mut hasher);
        let mut text = Vec::with_capacity(48);
        text.extend_from_slice(b"W/\"");
        // Writing a whole number to memory does not fail.
        let _ = serde_json::to_writer(&mut text, &revision.number);
        text.push(b'-');
        hex::push(&mut text, hasher.finish(), 16);
        text.push(b'"');
        Self::of_text(text)
    }

    /// The tag of bytes that the program carries.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let hash = blake3::hash(bytes).to_hex();
        Self::of_text(format!("W/\"{}\"", &hash[..16]).into_bytes())
    }

    fn of_text(text: Vec<u8>) -> Self {
        // Hexadecimal digits between quotation marks can stand in a header.
        Self(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("W/\"\"")))
    }

    /// A 304 if the client says that it has this already (RFC 9110 §13.1.2: weak comparison).
    pub fn unchanged(&self, request: &Request) -> Option<Response> {
        if !request.headers.contains_key(header::IF_NONE_MATCH) {
            return None;
        }
        let opaque = |tag: &[u8]| {
            let tag = tag.trim_ascii();
            tag.strip_prefix(b"W/").unwrap_or(tag).to_owned()
        };
        let own = opaque(self.0.as_bytes());
        let known = request
            .headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
            .any(|tag| tag.trim_ascii() == b"*" || opaque(tag) == own);
        known.then(|| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.put(&mut response);
            response
        })
    }

    /// Puts the tag, and how long it is good, into an answer.
    pub fn put(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.0.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(
            header::VARY,
            HeaderValue::from_static("accept, accept-encoding"),
        );
    }
}

/// A 200 with a body and its tag.
pub fn ok(tag: &Tag, media: &'static str, body: impl Into<Body>) -> Response {
    let mut response = untagged(media, body);
    tag.put(&mut response);
    response
}

/// Says in which coordinate reference system positions are (OGC 18-058r1 §7.5).
#[must_use]
pub fn with_crs(mut response: Response, crs: Crs) -> Response {
    const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");
    const CRS84: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";
    let value = match crs {
        // Nearly every answer is in it.
        Crs::Crs84 => Ok(HeaderValue::from_static(CRS84)),
        other => HeaderValue::try_from(format!("<{}>", other.uri())),
    };
    if let Ok(value) = value {
        response.headers_mut().insert(CONTENT_CRS, value);
    }
    response
}

/// A 200 that nobody may keep.
pub fn untagged(media: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.reserve(HEADERS);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A link as a header (RFC 8288 §3), for encodings that have no place for it.
pub fn put_link(response: &mut Response, href: &str, rel: &str, media: &str) {
    let link = format!("<{href}>; rel=\"{rel}\"; type=\"{media}\"");
    if let Ok(value) = HeaderValue::from_str(&link) {
        response.headers_mut().append(header::LINK, value);
    }
}

/// The licences of a layer as `Link` headers, for encodings that have no place for them.
pub fn put_licences(response: &mut Response, schema: &Schema) {
    for link in link::licences(schema) {
        if let Ok(value) = HeaderValue::from_str(&format!("<{}>; rel=\"license\"", link.href)) {
            response.headers_mut().append(header::LINK, value);
        }
    }
}

/// Warnings as headers, for encodings that have no place for them.
pub fn put_warnings(response: &mut Response, warnings: &[Warning]) {
    const WARNING: HeaderName = HeaderName::from_static("bordermap-warning");
    for warning in warnings {
        let Warning {
            parameter,
            detail,
            other,
            ..
        } = warning;
        let told = format!("{detail}; the other way round: {parameter}={other}");
        if let Ok(value) = HeaderValue::from_str(&told) {
            response.headers_mut().append(WARNING, value);
        }
    }
}

/// A document as compact JSON.
pub fn json(document: &impl serde::Serialize) -> Vec<u8> {
    // Our documents have text keys and finite numbers; such a document can always be written.
    serde_json::to_vec(document).unwrap_or_default()
}

/// The instant of a revision as RFC 3339 text.
pub fn time_stamp(revision: Revision) -> Cow<'static, str> {
    crate::atlas::model::time::rfc3339(revision.committed_at_us)
        .map_or("1970-01-01T00:00:00Z".into(), Cow::Owned)
}
