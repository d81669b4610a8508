//! What all doors share.

use std::num::NonZero;
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
    /// A permit for each answer that may be computed at the same time at [`crate::http::route::Door::InTurn`].
    pub turns: Arc<Semaphore>,
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
            turns: Arc::new(Semaphore::new(
                std::thread::available_parallelism().map_or(1, NonZero::get),
            )),
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
    atlas
        .layer(ask.layer())
        .ok_or_else(|| Problem::NoSuchLayer {
            layer: ask.layer().chars().take(100).collect(),
            known: atlas
                .layers()
                .map(|layer| layer.schema().id.to_string())
                .collect(),
        })
}
