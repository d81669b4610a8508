//! What an endpoint says of itself: its method and path, what it takes and how it answers.

use std::sync::Arc;

use axum::routing::MethodFilter;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::http::kit::parameters::Parameter;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::Representation;
use crate::http::kit::request::Request;
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
    /// Its name in `Allow`, with what goes with it; its member in a path of the OpenAPI document; what the router takes
    /// it for.
    pub fn facts(self) -> (&'static str, &'static str, MethodFilter) {
        match self {
            Self::Get => ("GET, HEAD", "get", MethodFilter::GET),
            Self::Post => ("POST", "post", MethodFilter::POST),
            Self::Put => ("PUT", "put", MethodFilter::PUT),
            Self::Patch => ("PATCH", "patch", MethodFilter::PATCH),
            Self::Delete => ("DELETE", "delete", MethodFilter::DELETE),
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
    /// What varies in the path, besides the layer.
    pub in_path: &'static [&'static Parameter],
    /// In what it answers, the first for whoever takes anything.
    pub representations: &'static [Representation],
    /// Statuses, besides 200, 304 and [`OF_ANY_REQUEST`](crate::http::kit::problem::OF_ANY_REQUEST).
    pub statuses: &'static [u16],
    /// Names among the document's `components/headers` of those that a 200 may have, besides its tag.
    pub headers: &'static [&'static str],
}

impl Operation {
    /// One that reads, takes nothing in its path and answers a request that is right; the rest is its own.
    pub const READS: Self = Self {
        method: Method::Get,
        path: "",
        id: "",
        summary: "",
        tag: "",
        in_path: &[],
        representations: &[],
        statuses: &[400, 406],
        headers: &[],
    };
}

/// What can be described.
pub trait Describe: Sync {
    /// What it says of itself.
    fn operation(&self) -> &Operation;

    /// Reads all parameters that there are, whatever comes of it.
    fn read_all<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>);
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
