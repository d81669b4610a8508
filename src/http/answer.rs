//! A successful answer: its headers, its weak tag, and the 304 that spares making it again.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::atlas::change::Revision;
use crate::atlas::schema::Schema;
use crate::http::app::App;
use crate::http::link;
use crate::http::route::Ask;

/// The sources that this program was built from, as a short text. Without it a client would keep
/// an answer that a newer program writes differently.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "-", env!("BORDERMAP_BUILD"));

/// A weak entity tag (RFC 9110 §8.8.3): of the store, its revision, the build, and what was asked
/// for in which encoding.
pub struct Tag(String);

impl Tag {
    /// The tag of an answer.
    pub fn new(app: &App, revision: Revision, ask: &Ask, media: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        let query = ask.params.with(&[], &[]);
        let parts = [
            BUILD,
            app.live.store().identity(),
            &ask.base,
            &ask.path,
            &query,
            media,
        ];
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let hash = hasher.finalize().to_hex();
        Self(format!("W/\"{}-{}\"", revision.number, &hash[..16]))
    }

    /// The tag of bytes that the program carries.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let hash = blake3::hash(bytes).to_hex();
        Self(format!("W/\"{}\"", &hash[..16]))
    }

    /// A 304 if the client says that it has this already (RFC 9110 §13.1.2: weak comparison).
    pub fn unchanged(&self, ask: &Ask) -> Option<Response> {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let own = opaque(&self.0);
        let known = ask
            .headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|list| list.split(','))
            .any(|tag| tag.trim() == "*" || opaque(tag) == own);
        known.then(|| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.put(&mut response);
            response
        })
    }

    /// Puts the tag, and how long it is good, into an answer.
    fn put(&self, response: &mut Response) {
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&self.0) {
            headers.insert(header::ETAG, tag);
        }
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

/// A 200 that nobody may keep.
pub fn untagged(media: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The licences of a layer as `Link` headers, for encodings that have no place for them.
pub fn put_licences(response: &mut Response, schema: &Schema) {
    for link in link::licences(schema) {
        if let Ok(value) = HeaderValue::from_str(&format!("<{}>; rel=\"license\"", link.href)) {
            response.headers_mut().append(header::LINK, value);
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
    crate::atlas::time::rfc3339(revision.committed_at_us)
        .map_or("1970-01-01T00:00:00Z".into(), Cow::Owned)
}
