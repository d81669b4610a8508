//! What is known at one revision: layers by id, the border, and the next atlas from changes.
//!
//! Pure: no input or output, no clock, no HTTP, no `async`. A read cannot fail and never waits.

pub mod border;
pub mod change;
pub mod filter;
pub mod fragment;
pub mod geodesy;
pub mod layer;
pub mod nearby;
pub mod part;
pub mod planar;
pub mod position;
pub mod query;
pub mod schema;
pub mod time;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::atlas::border::Border;
use crate::atlas::change::{Change, Revision};
use crate::atlas::layer::Layer;

/// The id of the layer that is the border line.
pub const BORDER_LAYER: &str = "border";

/// Everything known at one revision; frozen.
#[derive(Clone, Default)]
pub struct Atlas {
    revision: Revision,
    /// In order of appearance.
    layers: Vec<Arc<Layer>>,
    border: Option<Arc<Border>>,
}

impl Atlas {
    /// The revision that this atlas is.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The layers in their order of appearance.
    pub fn layers(&self) -> impl Iterator<Item = &Arc<Layer>> {
        self.layers.iter()
    }

    /// A layer by its id.
    pub fn layer(&self, id: &str) -> Option<&Arc<Layer>> {
        self.layers.iter().find(|layer| &*layer.schema().id == id)
    }

    /// The border, once its layer is there.
    pub fn border(&self) -> Option<&Arc<Border>> {
        self.border.as_ref()
    }

    /// The next atlas. Changes of unknown layers are passed over: a store commits a layer before
    /// its features.
    #[must_use]
    pub fn with(&self, revision: Revision, changes: Vec<Change>) -> Self {
        let _ = (revision, changes, BTreeMap::<u8, u8>::new());
        todo!()
    }
}
