//! What a layer has room for: what its features weigh together, and which changes would be too much.

use std::collections::HashMap;

use crate::atlas::geo::cost::Excess;
use crate::atlas::index::weight::{Weight, without_room};
use crate::atlas::layer::{FeatureChange, Layer, Level};

impl Layer {
    /// What its features weigh together.
    pub fn weight(&self) -> Weight {
        self.levels.iter().map(Level::weight).sum()
    }

    /// What a feature weighs; nothing if it is not there.
    pub fn weight_of(&self, id: &str) -> Weight {
        let Some((level, row)) = self.find(id) else {
            return Weight::default();
        };
        Weight::of(self.levels[level].part.geometry(row).as_deref())
    }

    /// Which of the features that changes put it would have no room for, and why.
    pub fn without_room(&self, changes: &[FeatureChange]) -> Vec<(Box<str>, Excess)> {
        let weight_of = |change: &FeatureChange| {
            let feature = change.1.as_ref();
            Weight::of(feature.and_then(|feature| feature.geometry.as_ref()))
        };
        let put: Weight = changes.iter().map(weight_of).sum();
        // With what is deleted, which is looked up only where it matters.
        let had: Weight = self
            .levels
            .iter()
            .map(|level| level.part.shapes.weight())
            .sum();
        if put.is_nothing() || (had + put).excess().is_none() {
            return Vec::new();
        }
        let last: HashMap<&str, Weight> = changes
            .iter()
            .map(|change| (&*change.0, weight_of(change)))
            .collect();
        let replaced: Weight = last.keys().map(|id| self.weight_of(id)).sum();
        let weights = last.into_iter().map(|(id, weight)| (weight, id));
        let outside = without_room(self.weight() - replaced, weights.collect());
        let outside = outside.into_iter();
        outside.map(|(id, excess)| (id.into(), excess)).collect()
    }
}

impl Level {
    /// What the features of its rows that are not deleted weigh together.
    fn weight(&self) -> Weight {
        let shapes = &self.part.shapes;
        let first = shapes.rows().start;
        let deleted = self.deleted.rows().iter();
        let deleted: Weight = deleted
            .filter(|row| **row >= first)
            .map(|row| Weight::of(shapes.geometry(*row)))
            .sum();
        shapes.weight() - deleted
    }
}
