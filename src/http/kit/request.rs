//! A request as an endpoint sees it.

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::atlas::model::budget::Budget;
use crate::http::kit::params::Params;
use crate::http::server::clients::Client;

/// A request, read as far as every endpoint needs it.
#[derive(Clone)]
pub struct Request {
    /// What every link begins with.
    pub base: String,
    /// The path as it was sent, still escaped, without the prefix of a proxy.
    pub path: String,
    /// The query, decoded.
    pub params: Params,
    /// What varies in the path, decoded, in its order.
    pub captures: Vec<String>,
    /// The headers.
    pub headers: HeaderMap,
    #[expect(clippy::struct_field_names, reason = "there are other ids")]
    /// The request's id, for what the log tells of it.
    pub request_id: HeaderValue,
    /// Whose request it is.
    pub client: Arc<Client>,
    /// What it may cost.
    pub budget: Budget,
}

impl Request {
    /// What stands at `{layer}`, the first that varies.
    pub fn layer(&self) -> &str {
        self.captures.first().map_or("", String::as_str)
    }

    /// What stands at `{id}`, the second that varies.
    pub fn id(&self) -> &str {
        self.captures.get(1).map_or("", String::as_str)
    }

    /// A header's text, if it is there and readable.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The `Accept` header, or all of them as one list.
    pub fn accept(&self) -> Option<Cow<'_, str>> {
        let all = self.headers.get_all(header::ACCEPT).iter();
        let mut all = all.filter_map(|value| value.to_str().ok());
        let first = Cow::Borrowed(all.next()?);
        Some(all.fold(first, |list, next| list + "," + next))
    }
}
