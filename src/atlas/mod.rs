//! What is known at one revision: layers by id, the border, and the next atlas from changes.
//!
//! Pure: no input or output, no clock, no HTTP, no `async`. A read cannot fail and never waits.

pub mod border;
pub mod change;
pub mod clip;
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
pub mod tile;
pub mod time;

use std::collections::HashMap;
use std::sync::Arc;

use crate::atlas::border::Border;
use crate::atlas::change::{Change, Revision};
use crate::atlas::layer::{FeatureChange, Layer};
use crate::atlas::schema::Schema;

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
        let mut next = self.clone();
        next.revision = revision;
        let mut by_layer: HashMap<Box<str>, Vec<FeatureChange>> = HashMap::new();
        for change in changes {
            match change {
                Change::Layer(schema) => next.describe(*schema),
                Change::Put { layer, feature } => {
                    let changes = by_layer.entry(layer).or_default();
                    changes.push((feature.id.clone(), Some(feature)));
                }
                Change::Remove { layer, id } => by_layer.entry(layer).or_default().push((id, None)),
            }
        }
        for (id, changes) in by_layer {
            if let Some(layer) = next.layer_mut(&id) {
                *layer = Arc::new(layer.with(revision.number, changes));
            }
            if &*id == BORDER_LAYER {
                next.border = next
                    .layer(BORDER_LAYER)
                    .and_then(|layer| Border::of(layer))
                    .map(Arc::new);
            }
        }
        next
    }

    /// Layers with so many recent changes that a merge pays, merged. Costs in proportion to all
    /// their features: for the background.
    pub fn merges(&self) -> Vec<Layer> {
        let due = self.layers.iter().filter(|layer| layer.wants_merge());
        due.map(|layer| layer.merged()).collect()
    }

    /// The same content over bases that were merged at an earlier revision.
    #[must_use]
    pub fn over(&self, merges: &[Layer], revision: Revision) -> Self {
        let mut next = self.clone();
        for merged in merges {
            if let Some(layer) = next.layer_mut(&merged.schema().id) {
                *layer = Arc::new(layer.over(merged, revision.number));
            }
        }
        next
    }

    fn describe(&mut self, schema: Schema) {
        match self.layer_mut(&schema.id) {
            Some(layer) => *layer = Arc::new(layer.with_schema(schema)),
            None => self.layers.push(Arc::new(Layer::new(schema))),
        }
    }

    fn layer_mut(&mut self, id: &str) -> Option<&mut Arc<Layer>> {
        let mut layers = self.layers.iter_mut();
        layers.find(|layer| &*layer.schema().id == id)
    }
}
