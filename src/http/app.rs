//! What all doors share.

use std::num::NonZero;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::http::guard::Policies;
use crate::http::link::LayerTexts;
use crate::http::metrics::Metrics;
use crate::http::options::Options;
use crate::http::problem::Problem;
use crate::http::route::{Ask, Route, Table};
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
    /// The same and the files of the map page, by their paths.
    pub table: Table,
    /// What pages of features say of their layers.
    pub texts: LayerTexts,
}

impl App {
    /// The app at its start. `files` are the doors of the map page's files.
    pub fn new(
        live: LiveAtlas,
        options: Options,
        routes: &'static [Route],
        files: impl Iterator<Item = Route>,
    ) -> Self {
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
            table: Table::new(routes.iter().copied().chain(files)),
            texts: LayerTexts::default(),
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
