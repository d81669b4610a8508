//! Whether a layer has room for what is imported into it.

use std::sync::Arc;

use crate::atlas::change::Feature;
use crate::atlas::cost::{Excess, LAYER_LENGTH_DEG_MAX, length_deg};
use crate::atlas::layer::Layer;

/// How long the edges of a layer are together with what was taken so far.
pub(super) struct Room {
    /// What is there before, if the layer is.
    layer: Option<Arc<Layer>>,
    length_deg: f64,
}

impl Room {
    /// That of a layer; `None` for one that is to be created.
    pub(super) fn of(layer: Option<Arc<Layer>>) -> Self {
        let length_deg = layer.as_ref().map_or(0.0, |layer| layer.length_deg());
        Self { layer, length_deg }
    }

    /// Takes a feature, in the place of what has its id in the layer. Each id comes once.
    ///
    /// # Errors
    /// If the edges of the layer would be too long together; nothing is taken then.
    pub(super) fn take(&mut self, feature: &Feature) -> Result<(), Excess> {
        let own_deg = feature.geometry.as_ref().map_or(0.0, length_deg);
        // Layers of positions need no look at what was there.
        if self.length_deg + own_deg == 0.0 {
            return Ok(());
        }
        let replaced = self.layer.as_ref();
        let replaced_deg = replaced.map_or(0.0, |layer| layer.length_deg_of(&feature.id));
        let length_deg = self.length_deg - replaced_deg + own_deg;
        if own_deg > replaced_deg && length_deg > LAYER_LENGTH_DEG_MAX {
            return Err(Excess::Layer(length_deg));
        }
        self.length_deg = length_deg;
        Ok(())
    }
}
