//! Features that a store remembers and an atlas leaves out, because what they hold cannot be indexed or
//! would cost everybody: each is known by its layer and id, with the reason. It is not answered, nothing
//! is derived of it, and it goes like any other feature: by removing it, or by a content that is right.

use std::collections::BTreeMap;

use geo::{CoordsIter, Geometry};
use serde::{Deserialize, Serialize};

use crate::atlas::geo::cost::{Cost, Excess};
use crate::atlas::geo::position::LngLat;
use crate::atlas::model::feature::Feature;

/// Why a feature is set aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Reason {
    /// A position that is not on earth; the text says which.
    #[error("its geometry is not on earth: {0}")]
    Position(String),
    /// What the store keeps of it is no feature of its layer; the text says why.
    #[error("what the store keeps of it is damaged: {0}")]
    Unreadable(String),
    /// It would cost too much to index, draw and answer.
    #[error("{0}")]
    Cost(#[from] Excess),
}

impl Reason {
    /// Why this feature cannot be part of an atlas; `None` for nearly all.
    pub fn against(feature: &Feature) -> Option<Self> {
        let geometry = feature.geometry.as_ref()?;
        if let Geometry::Point(point) = geometry {
            return fault_of(point.0);
        }
        if let Some(fault) = geometry.coords_iter().find_map(fault_of) {
            return Some(fault);
        }
        let excess = Cost::of(geometry).excess();
        excess
            .or_else(|| Excess::of_crossings(geometry))
            .map(Self::Cost)
    }
}

fn fault_of(at: geo::Coord) -> Option<Reason> {
    let fault = LngLat::new(at.x, at.y).err()?;
    Some(Reason::Position(fault.detail))
}

/// The features that are set aside, by layer and id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    layers: BTreeMap<Box<str>, BTreeMap<Box<str>, Reason>>,
}

impl Aside {
    /// Sets a feature aside.
    pub fn note(&mut self, layer: &str, id: &str, reason: Reason) {
        let layer = self.layers.entry(layer.into()).or_default();
        layer.insert(id.into(), reason);
    }

    /// A feature is no longer set aside, if it was.
    pub fn forget(&mut self, layer: &str, id: &str) {
        let Some(features) = self.layers.get_mut(layer) else {
            return;
        };
        features.remove(id);
        if features.is_empty() {
            self.layers.remove(layer);
        }
    }

    /// All of another's too.
    pub fn extend(&mut self, other: Self) {
        for (layer, features) in other.layers {
            self.layers.entry(layer).or_default().extend(features);
        }
    }

    /// Why a feature is set aside, if it is.
    pub fn reason(&self, layer: &str, id: &str) -> Option<&Reason> {
        self.layers.get(layer)?.get(id)
    }

    /// How many features of a layer are set aside.
    pub fn count(&self, layer: &str) -> usize {
        self.layers.get(layer).map_or(0, BTreeMap::len)
    }

    /// Whether features of a layer are set aside because of the others in it: once those change, there may
    /// be room.
    pub fn is_crowded(&self, layer: &str) -> bool {
        let features = self.layers.get(layer);
        let mut reasons = features.into_iter().flat_map(BTreeMap::values);
        reasons.any(|reason| {
            matches!(
                reason,
                Reason::Cost(Excess::Layer(_) | Excess::LayerPositions(_))
            )
        })
    }

    /// Whether nothing is set aside.
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// Each feature that is set aside: its layer, its id and why; in order of layer and id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Reason)> {
        self.layers.iter().flat_map(|(layer, features)| {
            let features = features.iter();
            features.map(move |(id, reason)| (&**layer, &**id, reason))
        })
    }
}
