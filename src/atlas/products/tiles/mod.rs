//! What a vector tile holds: a layer's features in one tile of a tile matrix set. Where single
//! positions crowd, they are counted in clusters.

mod boxed;
mod crowd;

use crate::atlas::geo::clip::{Shape, shape_in};
use crate::atlas::geo::position::Bounds;
use crate::atlas::geo::tiling::TileAddress;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::model::schema::{FieldType, Schema};
use crate::atlas::products::tiles::crowd::Crowd;
use crate::atlas::query::question::ItemsQuery;

/// Single positions that a tile shows each on its own at most; more are clustered.
pub const POINTS_MAX: usize = 2000;
/// Vertices of the shapes that a tile is made from at most, each shape counted as some more; many times
/// what a tile can tell.
const WEIGHT_MAX: usize = 2_000_000;
const WEIGHT_OF_ONE: usize = 20;

/// What a tile shows.
#[derive(Debug)]
pub struct Tile<'a> {
    /// The schema of the layer.
    pub schema: &'a Schema,
    /// The field by whose values clusters count.
    pub class: Option<usize>,
    /// The fields that features have in a tile.
    pub fields: Vec<usize>,
    /// Shapes in order of id, then points and clusters from north to south. The same content gives
    /// the same order.
    pub marks: Vec<TileFeature<'a>>,
}

/// One thing in a tile.
#[derive(Debug)]
pub enum TileFeature<'a> {
    /// A feature that is a single position.
    Point {
        /// Where, in units from the tile's north-western corner: right, down.
        at: [u32; 2],
        /// The feature.
        feature: FeatureRef<'a>,
    },
    /// A feature that is a line, an area, or several of anything.
    Shape {
        /// The part of it in the tile.
        shape: Shape,
        /// The feature.
        feature: FeatureRef<'a>,
    },
    /// Several features in one cell, each a single position.
    Cluster(Cluster),
}

/// Several features in one cell of a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The mean of their positions, in units from the tile's north-western corner.
    pub at: [u32; 2],
    /// How many they are, at least two.
    pub count: u64,
    /// How many have which value of the class field, as its index in the field's list of values;
    /// only values that occur, in their order.
    pub by_class: Vec<(usize, u64)>,
}

impl Layer {
    /// What a tile of this layer holds: all that the question selects but for its page. A single
    /// position is in exactly one tile of a zoom. Up to [`POINTS_MAX`] of them are shown as they are;
    /// otherwise the tile is divided in cells, and several in one cell become a cluster.
    ///
    /// A tile of `WebMercatorQuad` is one range of rows in each part and so is a cell of it: what is
    /// not filtered is counted from their ends, without a look at the features between. Those of other
    /// sets are boxes, in which each position is looked at.
    pub fn tile(&self, address: TileAddress, query: &ItemsQuery) -> Tile<'_> {
        let schema = self.schema();
        let (mut shapes, mut room) = (Vec::new(), WEIGHT_MAX);
        let crowd = Crowd::new(self, address, query);
        for (level, execution) in crowd.executions.iter().enumerate() {
            let reach = address.reach().map(Bounds::rectangles).unwrap_or_default();
            for row in execution.shapes_meeting(&reach) {
                let feature = self.feature_at(level, row);
                let geometry = feature.geometry();
                let Some(shape) = geometry.and_then(|geometry| shape_in(&geometry, address)) else {
                    continue;
                };
                room = room.saturating_sub(weight(&shape));
                shapes.push((feature, shape));
                if room == 0 {
                    room = WEIGHT_MAX - keep_largest(&mut shapes);
                }
            }
        }
        shapes.sort_unstable_by(|a, b| a.0.id().cmp(&b.0.id()));
        let mut marks: Vec<TileFeature<'_>> = shapes
            .into_iter()
            .map(|(feature, shape)| TileFeature::Shape { shape, feature })
            .collect();
        marks.extend(crowd.marks());
        Tile {
            schema,
            class: schema.class_field(),
            fields: shown_fields(schema),
            marks,
        }
    }
}

/// What a shape takes: its vertices, and what it is besides.
fn weight(shape: &Shape) -> usize {
    shape.vertices() + WEIGHT_OF_ONE
}

/// Leaves out the smallest shapes, until those that stay take half of what they may. No tile tells more.
/// Returns the vertices that they take.
fn keep_largest(shapes: &mut Vec<(FeatureRef<'_>, Shape)>) -> usize {
    shapes.sort_by_cached_key(|(_, shape)| std::cmp::Reverse(shape.size()));
    let mut taken = 0;
    let fits = shapes.iter().position(|(_, shape)| {
        taken += weight(shape);
        taken > WEIGHT_MAX / 2
    });
    shapes.truncate(fits.unwrap_or(shapes.len()).max(1));
    taken.min(WEIGHT_MAX - 1)
}

/// The fields that a map draws and labels by: names, closed lists, dates, numbers and flags. Other
/// texts and lists are left to the features themselves.
pub fn shown_fields(schema: &Schema) -> Vec<usize> {
    let is_name = |name: &str| name == "title" || name == "name" || name.starts_with("name_");
    let first_text = schema
        .fields
        .iter()
        .position(|field| field.kind == FieldType::String && field.values.is_empty());
    let named = schema.fields.iter().any(|field| is_name(&field.name));
    let shown = schema.fields.iter().enumerate().filter(|(index, field)| {
        // The feature's own id has this name.
        &*field.name != "id"
            && match field.kind {
                FieldType::Json => false,
                FieldType::String => {
                    !field.values.is_empty()
                        || is_name(&field.name)
                        || (!named && first_text == Some(*index))
                }
                _ => true,
            }
    });
    shown.map(|(index, _)| index).collect()
}
