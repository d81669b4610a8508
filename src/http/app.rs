//! What all doors share.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::http::guard::Policies;
use crate::http::metrics::Metrics;
use crate::http::options::Options;
use crate::http::problem::Problem;
use crate::http::route::{Ask, Route};
use crate::live::LiveAtlas;

/// What all doors share; made once.
pub struct App {
    /// The newest atlas.
    pub live: LiveAtlas,
    /// What the operator decided.
    pub options: Options,
    /// What browsers are told that a page may do.
    pub policies: Policies,
    /// What is counted.
    pub metrics: Metrics,
    /// A permit for each export that may run.
    pub exports: Arc<Semaphore>,
    /// All doors, for the one that describes them.
    pub routes: &'static [Route],
}

impl App {
    /// The app at its start.
    pub fn new(live: LiveAtlas, options: Options, routes: &'static [Route]) -> Self {
        Self {
            live,
            policies: Policies::new(&options),
            metrics: Metrics::new(),
            exports: Arc::new(Semaphore::new(options.limits.concurrent_exports_max)),
            options,
            routes,
        }
    }
}

/// The layer that a request names.
///
/// # Errors
/// [`Problem::NoSuchLayer`].
pub fn layer<'a>(atlas: &'a Atlas, ask: &Ask) -> Result<&'a Arc<Layer>, Problem> {
    layer_called(atlas, ask.layer())
}

/// The layer of an id.
///
/// # Errors
/// [`Problem::NoSuchLayer`].
pub fn layer_called<'a>(atlas: &'a Atlas, id: &str) -> Result<&'a Arc<Layer>, Problem> {
    atlas.layer(id).ok_or_else(|| Problem::NoSuchLayer {
        layer: id.chars().take(100).collect(),
        known: atlas
            .layers()
            .map(|layer| layer.schema().id.to_string())
            .collect(),
    })
}
