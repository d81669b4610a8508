//! What a layer has room for: how long its edges are together, and which changes would be too much.

use std::collections::HashMap;

use crate::atlas::cost::{Excess, LAYER_LENGTH_DEG_MAX, length_deg, without_room};
use crate::atlas::layer::{FeatureChange, Layer, Level};

impl Layer {
    /// How long the edges of its features are together, in degrees (see [`length_deg`]).
    pub fn length_deg(&self) -> f64 {
        self.levels.iter().map(Level::length_deg).sum()
    }

    /// How long the edges of a feature are, in degrees; 0 if it is not there.
    pub fn length_deg_of(&self, id: &str) -> f64 {
        let Some((level, slot)) = self.find(id) else {
            return 0.0;
        };
        let geometry = self.levels[level].part.geometry(slot);
        geometry.map_or(0.0, |geometry| length_deg(&geometry))
    }

    /// Which of the features that changes put it would have no room for, and why.
    pub fn without_room(&self, changes: &[FeatureChange]) -> Vec<(Box<str>, Excess)> {
        let length_of = |change: &FeatureChange| {
            let geometry = change.1.as_ref()?.geometry.as_ref()?;
            Some(length_deg(geometry))
        };
        let put_deg: f64 = changes.iter().filter_map(length_of).sum();
        // With what is hidden, which is looked up only where it matters.
        let had_deg: f64 = self
            .levels
            .iter()
            .map(|level| level.part.shapes.length_deg())
            .sum();
        if put_deg == 0.0 || had_deg + put_deg <= LAYER_LENGTH_DEG_MAX {
            return Vec::new();
        }
        let last: HashMap<&str, f64> = changes
            .iter()
            .map(|change| (&*change.0, length_of(change).unwrap_or_default()))
            .collect();
        let replaced_deg: f64 = last.keys().map(|id| self.length_deg_of(id)).sum();
        let lengths = last.into_iter().map(|(id, length_deg)| (length_deg, id));
        let outside = without_room(self.length_deg() - replaced_deg, lengths.collect());
        let outside = outside.into_iter();
        outside.map(|(id, excess)| (id.into(), excess)).collect()
    }
}

impl Level {
    /// How long the edges of its visible features are together, in degrees.
    fn length_deg(&self) -> f64 {
        let shapes = &self.part.shapes;
        let first = shapes.slots().start;
        let hidden = self.hidden.slots().iter();
        let hidden_deg: f64 = hidden
            .filter(|slot| **slot >= first)
            .filter_map(|slot| shapes.geometry(*slot))
            .map(length_deg)
            .sum();
        shapes.length_deg() - hidden_deg
    }
}
