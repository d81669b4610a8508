//! What a door is: a path, a function, and its description in the API's own document.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::http::app::App;
use crate::http::params::Params;
use crate::http::problem::Problem;

/// One path and what stands behind it.
#[derive(Clone, Copy)]
pub struct Route {
    /// The path, with `{layer}` and `{id}` for what varies.
    pub path: &'static str,
    /// What answers.
    pub door: Door,
    /// How the OpenAPI document describes it; `None` for what is no part of the API.
    pub operation: Option<Operation>,
}

/// The function behind a path.
#[derive(Clone, Copy)]
pub enum Door {
    /// Answers in microseconds, on the thread that read the request.
    Here(Answer),
    /// May wait for a disk or compute for long; runs on a thread of its own.
    Aside(Answer),
    /// Computes for long; as many at once as there are processors, the others wait for their turn.
    InTurn(Answer),
}

/// Answers one request.
pub type Answer = fn(&App, &Ask) -> Result<Response, Problem>;

/// A path's entry in the OpenAPI document.
#[derive(Clone, Copy)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// The OpenAPI tag.
    pub tag: &'static str,
    /// Names among the document's `components/parameters`.
    pub parameters: &'static [&'static str],
    /// Whether every field of the layer is a parameter too.
    pub fields: bool,
    /// The media types of the answer, each with the name of its schema.
    pub answers: &'static [(&'static str, &'static str)],
    /// Error statuses, besides 500 and those of the frame.
    pub errors: &'static [u16],
}

/// A request as a door sees it.
#[derive(Clone, Debug)]
pub struct Ask {
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
}

impl Ask {
    /// What stands at `{layer}`, the first that varies.
    pub fn layer(&self) -> &str {
        self.captures.first().map_or("", String::as_str)
    }

    /// What stands at `{id}`, the second that varies.
    pub fn id(&self) -> &str {
        self.captures.get(1).map_or("", String::as_str)
    }

    /// A header's text, if it is there and readable.
    pub fn header(&self, name: &axum::http::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The `Accept` header, or all of them as one list.
    pub fn accept(&self) -> Option<String> {
        let mut all = self
            .headers
            .get_all(axum::http::header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let first = all.next()?.to_owned();
        Some(all.fold(first, |list, next| list + "," + next))
    }
}
