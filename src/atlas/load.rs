//! The whole state into an atlas: features are packed as they come, a chunk at a time, so that never
//! all of them are there unpacked; several packers may work side by side.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::atlas::Atlas;
use crate::atlas::index::build::{Effort, Unordered};
use crate::atlas::index::weight::{Weight, without_room};
use crate::atlas::index::{Part, RowId};
use crate::atlas::layer::Layer;
use crate::atlas::layer::aside::{Aside, Reason};
use crate::atlas::model::change::Revision;
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Schema;

/// Features that are packed together.
const CHUNK: usize = 32 * 1024;

/// Packs its share of the features of a state. Each feature of a layer comes to one packer, once.
pub struct Packer {
    schemas: HashMap<Box<str>, Arc<Schema>>,
    waiting: HashMap<Box<str>, Vec<Feature>>,
    packed: HashMap<Box<str>, Vec<Unordered>>,
    aside: Aside,
}

impl Packer {
    /// A packer for these layers.
    pub fn new(schemas: &[Arc<Schema>]) -> Self {
        let by_id = schemas
            .iter()
            .map(|schema| (schema.id.clone(), schema.clone()));
        Self {
            schemas: by_id.collect(),
            waiting: HashMap::new(),
            packed: HashMap::new(),
            aside: Aside::default(),
        }
    }

    /// Takes a feature; one of an unknown layer is passed over, and one that cannot be part of an atlas
    /// is set aside.
    pub fn take(&mut self, layer: &str, feature: Feature) {
        if let Some(reason) = Reason::against(&feature) {
            self.aside.note(layer, &feature.id, reason);
            return;
        }
        if !self.waiting.contains_key(layer) {
            self.waiting.insert(layer.into(), Vec::new());
        }
        let Some(waiting) = self.waiting.get_mut(layer) else {
            return;
        };
        waiting.push(feature);
        if waiting.len() >= CHUNK {
            self.pack(layer);
        }
    }

    /// Takes note of a feature whose content is damaged.
    pub fn set_aside(&mut self, layer: &str, id: &str, detail: String) {
        self.aside.note(layer, id, Reason::Unreadable(detail));
    }

    fn pack(&mut self, layer: &str) {
        let features = self.waiting.remove(layer).unwrap_or_default();
        if let Some(schema) = self.schemas.get(layer) {
            let made = Unordered::of(schema, features);
            self.packed.entry(layer.into()).or_default().push(made);
        }
    }

    fn finish(mut self) -> HashMap<Box<str>, Vec<Unordered>> {
        let layers: Vec<Box<str>> = self.waiting.keys().cloned().collect();
        for layer in &layers {
            self.pack(layer);
        }
        self.packed
    }
}

/// The part of what was made of a layer's features; what it has no room for is set aside.
fn part_of(schema: &Schema, made: &[Unordered], aside: &mut Aside) -> Part {
    let outside = outside(&schema.id, made, aside);
    let sources = made.iter().enumerate().map(|(at, made)| {
        let mut rows = made.rows();
        if !outside.is_empty() {
            rows.retain(|row| !outside.contains(&(at, *row)));
        }
        (made, rows)
    });
    let sources: Vec<(&Unordered, Vec<RowId>)> = sources.collect();
    Part::gathered(schema, &sources, Effort::Full)
}

/// What of a layer's features it has no room for, which is set aside: before anything is indexed.
fn outside(layer: &str, made: &[Unordered], aside: &mut Aside) -> HashSet<(usize, RowId)> {
    let sum: Weight = made.iter().map(Unordered::weight).sum();
    if sum.excess().is_none() {
        return HashSet::new();
    }
    let weights = made.iter().enumerate().flat_map(|(at, made)| {
        let weights = made.weights();
        weights.map(move |(row, weight, id)| (weight, (id, (at, row))))
    });
    let outside = without_room(Weight::default(), weights.collect()).into_iter();
    outside
        .map(|((id, at), excess)| {
            aside.note(layer, &id, Reason::Cost(excess));
            at
        })
        .collect()
}

impl Atlas {
    /// The atlas of layers, in their order of appearance, with what packers have packed. Uses all
    /// cores.
    pub fn of_packed(revision: Revision, schemas: Vec<Arc<Schema>>, packers: Vec<Packer>) -> Self {
        let mut made: HashMap<Box<str>, Vec<Unordered>> = HashMap::new();
        let mut aside = Aside::default();
        for mut packer in packers {
            aside.extend(std::mem::take(&mut packer.aside));
            for (layer, packed) in packer.finish() {
                made.entry(layer).or_default().extend(packed);
            }
        }
        let layers = schemas.into_iter().map(|schema: Arc<Schema>| {
            let made = made.remove(&schema.id).unwrap_or_default();
            let part = part_of(&schema, &made, &mut aside);
            Layer::of_part(schema, part)
        });
        let layers = layers.collect();
        Self::of_layers(revision, layers, aside)
    }

    /// The atlas of whole layers, in their order of appearance, and of what is set aside.
    pub fn of_layers(revision: Revision, layers: Vec<Layer>, aside: Aside) -> Self {
        let mut atlas = Self {
            revision,
            layers: layers.into_iter().map(Arc::new).collect(),
            border: None,
            aside: Arc::new(aside),
        };
        atlas.border = atlas.border_of_layers();
        atlas
    }
}
