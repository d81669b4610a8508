//! The headers that tell browsers what a page may do, and which other sites may call (CORS).
//! Headers are set in the one frame, not by tower-http's layers, for the reason that `frame.rs` gives.

use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method};

use crate::http::server::options::{Options, SiteOrigin};

/// The path of the map page, the only one that may be shown in another site's frame.
pub const MAP_PATH: &str = "/";

/// Everything comes from this server; no inline script or style; nothing is embedded.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; \
    connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ";

/// Response headers that a script of another site may read.
const EXPOSED: &str =
    "bordermap-warning, content-crs, content-disposition, etag, link, retry-after, x-request-id";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The content security policies, made once.
pub struct Policies {
    /// Of the map page.
    map: HeaderValue,
    /// Of everything else, which nobody may frame.
    other: HeaderValue,
}

impl Policies {
    /// The policies that the options ask for.
    pub fn new(options: &Options) -> Self {
        let policy = |ancestors: &str| {
            // An origin was parsed from an address: it can stand in a header.
            HeaderValue::from_str(&format!("{POLICY}{ancestors}"))
                .unwrap_or(HeaderValue::from_static("default-src 'none'"))
        };
        let embedding: Vec<&str> = options
            .embed_origins
            .iter()
            .map(SiteOrigin::as_str)
            .collect();
        let other = policy("'none'");
        Self {
            map: if embedding.is_empty() {
                other.clone()
            } else {
                policy(&embedding.join(" "))
            },
            other,
        }
    }
}

/// Headers of every answer. `template` is the path of the table that answered.
pub fn put_headers(
    options: &Options,
    policies: &Policies,
    template: &str,
    origin: Option<&HeaderValue>,
    headers: &mut HeaderMap,
) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(
        PERMISSIONS_POLICY,
        "camera=(), microphone=(), payment=(), usb=()",
    );
    set(OPENER_POLICY, "same-origin");
    set(RESOURCE_POLICY, "same-origin");
    let policy = if template == MAP_PATH {
        &policies.map
    } else {
        &policies.other
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    put_cors(options, origin, headers);
}

/// Whether a browser asks if another site may call, and the operator has named any.
pub fn is_preflight(options: &Options, method: &Method, headers: &HeaderMap) -> bool {
    !options.cors_origins.is_empty()
        && method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn put_cors(options: &Options, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    if options.cors_origins.is_empty() {
        return;
    }
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    let Some(origin) = origin else { return };
    let allowed = options
        .cors_origins
        .iter()
        .any(|allowed| allowed.as_str().as_bytes() == origin.as_bytes());
    if !allowed {
        return;
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS");
    set(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "accept, if-none-match, x-request-id",
    );
    set(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    set(header::ACCESS_CONTROL_MAX_AGE, "3600");
}
