//! What an endpoint says of itself: its method and path, what it takes and how it answers.

use std::sync::Arc;

use axum::routing::MethodFilter;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::http::kit::negotiate::Representation;
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::kit::selection::SELECTION;
use crate::http::server::options::Limits;

/// A method that an endpoint may answer (RFC 9110 §9.3, RFC 5789). HEAD goes with GET, OPTIONS with every path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds what has no address yet.
    Post,
    /// Puts one thing in the place of another.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// Its name in `Allow`, with what goes with it.
    pub fn allowed(self) -> &'static str {
        match self {
            Self::Get => "GET, HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Its member in a path of the OpenAPI document.
    pub fn member(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// What the router takes it for.
    pub fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// An endpoint's entry in the OpenAPI document.
pub struct Operation {
    /// The method; HEAD goes with GET.
    pub method: Method,
    /// The path, with `{layer}` and `{id}` for what varies.
    pub path: &'static str,
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
    /// In what it answers, the first for whoever takes anything.
    pub representations: &'static [Representation],
    /// Statuses, besides 200, 304 and [`OF_ANY_REQUEST`](crate::http::kit::problem::OF_ANY_REQUEST).
    pub statuses: &'static [u16],
    /// Names among the document's `components/headers` of those that a 200 may have, besides its tag.
    pub headers: &'static [&'static str],
}

/// By which parameters an endpoint selects features.
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

/// What an endpoint reads its question from.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The request.
    pub request: &'a Request,
    /// What is known at the newest revision.
    pub atlas: &'a Atlas,
    /// What questions may cost.
    pub limits: &'a Limits,
    /// In what the client is answered; the first that there is if none suits it.
    pub representation: &'static Representation,
}

impl<'a> Asked<'a> {
    /// The layer that the path names.
    ///
    /// # Errors
    /// [`Problem::NoSuchLayer`].
    pub fn layer(&self) -> Result<&'a Arc<Layer>, Problem> {
        self.layer_called(self.request.layer())
    }

    /// The layer of an id.
    ///
    /// # Errors
    /// [`Problem::NoSuchLayer`].
    pub fn layer_called(&self, id: &str) -> Result<&'a Arc<Layer>, Problem> {
        let layers = || {
            self.atlas
                .layers()
                .map(|layer| layer.schema().id.to_string())
        };
        self.atlas.layer(id).ok_or_else(|| Problem::NoSuchLayer {
            layer: id.chars().take(100).collect(),
            known: layers().collect(),
        })
    }

    /// Has the question cost what one to so many features may.
    pub fn allow(&self, features: usize) {
        self.request.budget.allow(self.limits.budget_ns(features));
    }
}
