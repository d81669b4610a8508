//! A layer: its features by id, by distance, by box and by time; a bulk-loaded base and a small
//! recent part that changes touch.

use geo::Geometry;

use crate::atlas::position::Bounds;
use crate::atlas::query::{Answer, ItemsQuery};
use crate::atlas::schema::{Schema, Value};
use crate::atlas::time::TimeSpan;

/// The features of a layer at one revision; frozen.
#[derive(Clone)]
pub struct Layer {}

/// A feature in a layer.
#[derive(Clone, Copy, Debug)]
pub struct FeatureRef<'a> {
    marker: std::marker::PhantomData<&'a ()>,
}

impl Layer {
    /// What the layer is.
    pub fn schema(&self) -> &Schema {
        todo!()
    }

    /// How many features it has.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A feature by its id.
    pub fn feature(&self, id: &str) -> Option<FeatureRef<'_>> {
        let _ = id;
        todo!()
    }

    /// Answers a question. Exact: what an index finds, geometry confirms.
    pub fn items(&self, query: &ItemsQuery) -> Answer<'_> {
        let _ = query;
        todo!()
    }

    /// Every feature, in order of id.
    pub fn features(&self) -> impl Iterator<Item = FeatureRef<'_>> {
        std::iter::empty()
    }

    /// The box around all features; `None` without any geometry.
    pub fn extent(&self) -> Option<Bounds> {
        todo!()
    }

    /// From the first to the last known time; `None` without any.
    pub fn time_extent(&self) -> Option<TimeSpan> {
        todo!()
    }
}

impl<'a> FeatureRef<'a> {
    /// Its id.
    pub fn id(self) -> &'a str {
        todo!()
    }

    /// Its GeoJSON text, made once: an object with `type`, `id`, `geometry` and, last,
    /// `properties`, so that it ends in `}}`. `properties` is never empty braces only if the schema
    /// has fields.
    pub fn geojson(self) -> &'a str {
        todo!()
    }

    /// Its geometry.
    pub fn geometry(self) -> Option<&'a Geometry> {
        todo!()
    }

    /// Its values, in the schema's order.
    pub fn values(self) -> &'a [Value] {
        todo!()
    }

    /// Its time.
    pub fn time(self) -> Option<TimeSpan> {
        todo!()
    }
}
