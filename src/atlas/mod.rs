//! What is known at one revision: layers by id, the border, and the next atlas from changes.
//!
//! Pure: no input or output, no clock, no HTTP, no `async`. A read cannot fail and never waits.

pub mod filter;
pub mod geo;
pub mod index;
pub mod layer;
pub mod load;
pub mod model;
pub mod products;
pub mod query;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::atlas::layer::aside::{Aside, Reason};
use crate::atlas::layer::compaction::Compaction;
use crate::atlas::layer::{FeatureChange, Layer};
use crate::atlas::model::change::{Change, Revision};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::products::border::Border;

/// The id of the layer that is the border line.
pub const BORDER_LAYER: &str = "border";
/// The id of the layer with the provinces on both sides of it, which tell what is inside of both countries.
pub const PROVINCES_LAYER: &str = "provinces";
/// The layers that derived fields derive from.
pub const DERIVED_FROM: [&str; 2] = [BORDER_LAYER, PROVINCES_LAYER];

/// Everything known at one revision; frozen.
#[derive(Clone, Default)]
pub struct Atlas {
    revision: Revision,
    /// In order of appearance.
    layers: Vec<Arc<Layer>>,
    border: Option<Arc<Border>>,
    aside: Arc<Aside>,
}

impl Atlas {
    /// The revision that the atlas is of.
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

    /// What a segment of the border is called.
    pub fn segment_name(&self, id: &str) -> Option<Box<str>> {
        let layer = self.layer(BORDER_LAYER)?;
        let name = layer.schema().index_of("name_en")?;
        match layer.feature(id)?.value(name) {
            Value::Text(name) => Some(name),
            _ => None,
        }
    }

    /// What the store has beside this, and why it is left out.
    pub fn aside(&self) -> &Aside {
        &self.aside
    }

    /// The border, once its layer is there; `None` also where a part of it is set aside, because
    /// kilometres along what is left would be wrong.
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
                    let id = feature.id.clone();
                    let content = next.admit(&layer, feature);
                    by_layer.entry(layer).or_default().push((id, content));
                }
                Change::Remove { layer, id } => {
                    next.restore(&layer, &id);
                    by_layer.entry(layer).or_default().push((id, None));
                }
                Change::Unreadable { layer, id, detail } => {
                    let reason = Reason::Unreadable(detail.into());
                    Arc::make_mut(&mut next.aside).note(&layer, &id, reason);
                    by_layer.entry(layer).or_default().push((id, None));
                }
            }
        }
        let is_bordered = DERIVED_FROM.iter().any(|id| by_layer.contains_key(*id));
        for (id, mut changes) in by_layer {
            next.make_room(&id, &mut changes);
            if let Some(layer) = next.layer_mut(&id) {
                *layer = Arc::new(layer.with(changes));
            }
        }
        if is_bordered {
            next.border = next.border_of_layers();
        }
        next
    }

    /// Compactions of large parts of layers where that pays, by the layer's id. Costs in proportion to
    /// their features: for the background.
    pub fn compactions(&self) -> Vec<(Box<str>, Compaction)> {
        let layers = self.layers.iter();
        layers
            .filter_map(|layer| Some((layer.schema().id.clone(), layer.compact()?)))
            .collect()
    }

    /// The same content, rebased on compactions of an earlier atlas.
    #[must_use]
    pub fn rebased_on(&self, compactions: &[(Box<str>, Compaction)]) -> Self {
        let mut next = self.clone();
        for (id, compaction) in compactions {
            if let Some(layer) = next.layer_mut(id) {
                *layer = Arc::new(layer.rebased_on(compaction));
            }
        }
        next
    }

    fn border_of_layers(&self) -> Option<Arc<Border>> {
        if self.aside.count(BORDER_LAYER) > 0 {
            return None;
        }
        let layer = self.layer(BORDER_LAYER)?;
        let provinces = self.layer(PROVINCES_LAYER);
        let provinces = provinces.filter(|_| self.aside.count(PROVINCES_LAYER) == 0);
        Border::of(layer, provinces.map(Arc::as_ref)).map(Arc::new)
    }

    /// Whether all is there that derived fields derive from: otherwise it says nothing.
    pub fn is_derivable(&self) -> bool {
        DERIVED_FROM.iter().all(|id| self.aside.count(id) == 0)
    }

    /// The feature, unless it is to be set aside: then it is noted, and gone from the layer.
    fn admit(&mut self, layer: &str, feature: Feature) -> Option<Feature> {
        let Some(reason) = Reason::against(&feature) else {
            self.restore(layer, &feature.id);
            return Some(feature);
        };
        Arc::make_mut(&mut self.aside).note(layer, &feature.id, reason);
        None
    }

    /// Sets aside what of the changes a layer has no room for.
    fn make_room(&mut self, layer: &str, changes: &mut [FeatureChange]) {
        let known = self.layer(layer);
        let outside = known.map_or_else(Vec::new, |known| known.without_room(changes));
        if outside.is_empty() {
            return;
        }
        let aside = Arc::make_mut(&mut self.aside);
        for (id, excess) in &outside {
            aside.note(layer, id, Reason::Cost(*excess));
        }
        let outside: HashSet<&str> = outside.iter().map(|(id, _)| &**id).collect();
        for (id, content) in changes {
            if outside.contains(&**id) {
                *content = None;
            }
        }
    }

    fn restore(&mut self, layer: &str, id: &str) {
        if self.aside.reason(layer, id).is_some() {
            Arc::make_mut(&mut self.aside).forget(layer, id);
        }
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
