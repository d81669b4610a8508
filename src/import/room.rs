//! Whether a layer has room for what is imported into it.

use std::sync::Arc;

use crate::atlas::geo::cost::Excess;
use crate::atlas::index::weight::Weight;
use crate::atlas::layer::Layer;
use crate::atlas::model::feature::Feature;

/// What a layer weighs with what was taken so far.
pub(super) struct LayerRoom {
    /// What is there before, if the layer is.
    layer: Option<Arc<Layer>>,
    weight: Weight,
}

impl LayerRoom {
    /// That of a layer; `None` for one that is to be created.
    pub(super) fn of(layer: Option<Arc<Layer>>) -> Self {
        let weight = layer
            .as_ref()
            .map_or_else(Weight::default, |layer| layer.weight());
        Self { layer, weight }
    }

    /// Takes a feature, in the place of what has its id in the layer. Each id comes once.
    ///
    /// # Errors
    /// If the layer would weigh too much; nothing is taken then.
    pub(super) fn take(&mut self, feature: &Feature) -> Result<(), Excess> {
        let own = Weight::of(feature.geometry.as_ref());
        // Layers of positions need no look at what was there.
        if (self.weight + own).is_nothing() {
            return Ok(());
        }
        let replaced = self.layer.as_ref();
        let replaced = replaced.map_or_else(Weight::default, |layer| layer.weight_of(&feature.id));
        let weight = self.weight - replaced + own;
        if let Some(excess) = weight.excess_by(own - replaced) {
            return Err(excess);
        }
        self.weight = weight;
        Ok(())
    }
}
