//! What a door is: a path, a function, and its description in the API's own document; and the table
//! that finds the door behind a path.

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::atlas::model::budget::Budget;
use crate::http::kit::params::Params;
use crate::http::kit::problem::Problem;
use crate::http::kit::selection::SELECTION;
use crate::http::server::app::App;
use crate::http::server::clients::Client;

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
    /// Tried on the thread that read the request; what is not done there within half a millisecond, or is
    /// asked for by what is known to take longer, begins anew in its turn.
    Tried(Answer),
    /// Computes for long: goes to its turn at once.
    InTurn(Answer),
    /// May wait for a disk, never computes for long; on a thread of its own.
    Waits(Answer),
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
    /// Names among the document's `components/parameters`, besides those by which it selects.
    pub parameters: &'static [&'static str],
    /// By what it selects features.
    pub selects: Selects,
    /// The media types of the answer, each with the name of its schema.
    pub answers: &'static [(&'static str, &'static str)],
    /// Error statuses, besides [`OF_ANY_REQUEST`](crate::http::kit::problem::OF_ANY_REQUEST).
    pub errors: &'static [u16],
}

/// By which parameters a door selects features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selects {
    /// By none.
    Nothing,
    /// By those of [`SELECTION`].
    Filters,
    /// By those and by every field of the layer.
    FiltersAndFields,
}

impl Operation {
    /// The names of all its parameters but the layer's fields.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let filters: &[_] = match self.selects {
            Selects::Nothing => &[],
            Selects::Filters | Selects::FiltersAndFields => &SELECTION,
        };
        self.parameters.iter().chain(filters).copied()
    }

    /// Whether the layer's fields are parameters too.
    pub fn has_fields(&self) -> bool {
        self.selects == Selects::FiltersAndFields
    }
}

/// A request as a door sees it.
#[derive(Clone)]
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
    /// The request's id, for what the log tells of it.
    pub request_id: HeaderValue,
    /// Who asks.
    pub client: Arc<Client>,
    /// What it may cost.
    pub budget: Budget,
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
    pub fn accept(&self) -> Option<Cow<'_, str>> {
        let mut all = self
            .headers
            .get_all(axum::http::header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let first = Cow::Borrowed(all.next()?);
        Some(all.fold(first, |list, next| list + "," + next))
    }
}

/// All doors by their paths.
pub struct Table {
    /// Paths in which nothing varies, in their order.
    fixed: Vec<Route>,
    varying: Vec<Pattern>,
}

/// A path in which whole segments vary.
struct Pattern {
    route: Route,
    /// What stands before the first segment that varies.
    start: &'static str,
    /// What stands after each of them: empty or with a slash at the beginning.
    after: Vec<&'static str>,
}

impl Table {
    /// The table of these doors.
    pub fn new(routes: impl IntoIterator<Item = Route>) -> Self {
        let mut table = Self {
            fixed: Vec::new(),
            varying: Vec::new(),
        };
        for route in routes {
            if route.path.contains('{') {
                table.varying.push(Pattern::new(route));
            } else {
                table.fixed.push(route);
            }
        }
        table.fixed.sort_by_key(|route| route.path);
        table
    }

    /// The door behind a path, and what stands in the segments that vary, as it was sent. A path
    /// without such segments goes before one with them; among those the first in the table.
    pub fn find<'p>(&self, path: &'p str) -> Option<(Route, Vec<&'p str>)> {
        if let Ok(at) = self.fixed.binary_search_by_key(&path, |route| route.path) {
            return Some((self.fixed[at], Vec::new()));
        }
        let mut patterns = self.varying.iter();
        patterns.find_map(|pattern| Some((pattern.route, pattern.captures(path)?)))
    }
}

impl Pattern {
    fn new(route: Route) -> Self {
        let mut pieces = route.path.split('{');
        Self {
            route,
            start: pieces.next().unwrap_or_default(),
            after: pieces
                .map(|piece| piece.split_once('}').map_or("", |(_, after)| after))
                .collect(),
        }
    }

    /// What stands in the segments that vary, if the path is one of this pattern's.
    fn captures<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let mut rest = path.strip_prefix(self.start)?;
        let mut captures = Vec::new();
        for after in &self.after {
            let (segment, tail) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            if segment.is_empty() {
                return None;
            }
            rest = tail.strip_prefix(after)?;
            captures.push(segment);
        }
        rest.is_empty().then_some(captures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_door() {
        let paths = ["/a", "/a/{x}", "/a/{x}/b", "/a/{x}/b/{y}", "/a/c"];
        let table = Table::new(paths.map(|path| Route {
            path,
            door: Door::Tried(|_, _| Err(Problem::Internal)),
            operation: None,
        }));
        let check = |path: &str, expected: Option<(&str, &[&str])>| {
            let found = table.find(path);
            let found = found.as_ref().map(|(route, all)| (route.path, &**all));
            assert_eq!(found, expected, "{path}");
        };
        check("/a", Some(("/a", &[])));
        check("/a/c", Some(("/a/c", &[])));
        check("/a/%2F", Some(("/a/{x}", &["%2F"])));
        check("/a/c/b", Some(("/a/{x}/b", &["c"])));
        check("/a/1/b/2", Some(("/a/{x}/b/{y}", &["1", "2"])));
        for nowhere in [
            "",
            "/",
            "/a/",
            "/b",
            "/a//b",
            "/a/1/",
            "/a/1/c",
            "/a/1/b/",
            "/a/1/b/2/3",
        ] {
            check(nowhere, None);
        }
    }
}
