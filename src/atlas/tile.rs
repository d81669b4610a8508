//! What a vector tile holds: a layer's features in one square of the Web Mercator grid. Where single
//! positions crowd, they are counted in clusters.

use std::collections::BTreeMap;

use geo::{Geometry, Rect};

use crate::atlas::clip::{Shape, shape_in};
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::position::{Bounds, LngLat, mercator_cell, mercator_place};
use crate::atlas::query::ItemsQuery;
use crate::atlas::schema::{FieldType, Schema, Value};

/// The highest zoom that there are tiles of.
pub const ZOOM_MAX: u8 = 22;
/// Units that a tile is wide and high (Vector Tile Specification 2.1 §4.1).
pub const EXTENT: u32 = 4096;
/// So many units beyond its edge a tile still shows lines and areas, so that no stroke ends at it.
pub const BUFFER: u32 = 64;
/// Single positions that a tile shows each on its own at most; more are clustered.
pub const POINTS_MAX: usize = 2000;
/// A clustered tile is divided in so many cells each way: the tiles of the fifth zoom below it.
const CELLS: u32 = 32;

/// A tile of the tile matrix set `WebMercatorQuad` (OGC 17-083r4 annex D.1). There is no other way to
/// one than [`Self::new`], so it lies within the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileAddress {
    zoom: u8,
    row: u32,
    column: u32,
}

/// What a tile shows.
#[derive(Debug)]
pub struct Tile<'a> {
    /// What the features are.
    pub schema: &'a Schema,
    /// The field by whose values clusters count.
    pub class: Option<usize>,
    /// The fields that features have in a tile.
    pub fields: Vec<usize>,
    /// Shapes in order of id, then points and clusters from north to south. The same content gives
    /// the same order.
    pub marks: Vec<Mark<'a>>,
}

/// One thing in a tile.
#[derive(Debug)]
pub enum Mark<'a> {
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
    /// How many have which value of the class field, as its place in the field's list of values;
    /// only values that occur, in their order.
    pub by_class: Vec<(usize, u64)>,
}

impl TileAddress {
    /// The tile in a row and a column of a zoom, counted from 0 in the north-west; `None` if the set
    /// has no such tile.
    pub fn new(zoom: u8, row: u32, column: u32) -> Option<Self> {
        let inside = zoom <= ZOOM_MAX && row >> zoom == 0 && column >> zoom == 0;
        inside.then_some(Self { zoom, row, column })
    }

    /// Where a cell of [`mercator_cell`] lies from the tile's north-western corner, in cells: right,
    /// down; `None` outside of the tile.
    fn offset_of(self, cell: [u32; 2]) -> Option<[u32; 2]> {
        let index = |cell: u32| u64::from(cell) >> (32 - self.zoom);
        let inside =
            index(cell[0]) == u64::from(self.column) && index(cell[1]) == u64::from(self.row);
        inside.then(|| cell.map(|cell| cell & (u32::MAX >> self.zoom)))
    }

    /// An offset within the tile in parts of which so many make the whole tile.
    fn in_parts(self, offset: [u32; 2], parts: u32) -> [u32; 2] {
        offset.map(|cells| {
            let part = (u64::from(cells) * u64::from(parts)) >> (32 - self.zoom);
            u32::try_from(part).unwrap_or(parts)
        })
    }

    /// Where a position in the tile is in units, right and down; `None` outside of the tile.
    pub fn units_of(self, at: LngLat) -> Option<[u32; 2]> {
        let offset = self.offset_of(mercator_cell(at))?;
        Some(self.in_parts(offset, EXTENT))
    }

    /// Where a place in the square of [`crate::atlas::position::mercator`] is in units, right and
    /// down, whether in the tile or not.
    pub fn units_of_place(self, place: [f64; 2]) -> [f64; 2] {
        let tiles = f64::from(1_u32 << self.zoom);
        let [x, y] = place;
        [
            (x * tiles - f64::from(self.column)) * f64::from(EXTENT),
            (y * tiles - f64::from(self.row)) * f64::from(EXTENT),
        ]
    }

    /// Units that the whole world is wide.
    pub fn world_units(self) -> f64 {
        f64::from(EXTENT) * f64::from(1_u32 << self.zoom)
    }

    /// The tile with its buffer in degrees; it ends with the world's square.
    pub fn rect(self) -> Rect {
        let (tiles, buffer) = (
            f64::from(1_u32 << self.zoom),
            f64::from(BUFFER) / f64::from(EXTENT),
        );
        let place = |by: f64| {
            let x = (f64::from(self.column) + by) / tiles;
            mercator_place(x, (f64::from(self.row) + by) / tiles)
        };
        let (low, high) = (place(-buffer), place(1.0 + buffer));
        Rect::new((low.lng(), low.lat()), (high.lng(), high.lat()))
    }

    /// All that may have a part in the tile: its buffered box, and in the outermost rows all up to the
    /// pole, as [`mercator_cell`] has it.
    fn reach(self) -> Option<Bounds> {
        let (low, high) = (self.rect().min(), self.rect().max());
        let last_row = (1_u32 << self.zoom) - 1;
        let south = if self.row == last_row { -90.0 } else { low.y };
        let north = if self.row == 0 { 90.0 } else { high.y };
        Bounds::new(low.x, south, high.x, north).ok()
    }
}

impl Layer {
    /// What a tile of this layer holds: all that the question selects but for its page. A single
    /// position is in exactly one tile of a zoom. Up to [`POINTS_MAX`] of them are shown as they are;
    /// otherwise the tile is divided in cells, and several in one cell become a cluster.
    pub fn tile(&self, address: TileAddress, query: &ItemsQuery) -> Tile<'_> {
        let schema = self.schema();
        let mut crowd = Crowd::new(address, schema);
        let mut shapes = Vec::new();
        if let Some(reach) = address.reach() {
            self.for_each_in(reach, query, &mut |feature| match feature.geometry() {
                Some(Geometry::Point(point)) => {
                    let cell = mercator_cell(LngLat::of(point.0));
                    if let Some(offset) = address.offset_of(cell) {
                        crowd.add(Single { offset, feature });
                    }
                }
                Some(geometry) => {
                    if let Some(shape) = shape_in(geometry, address) {
                        shapes.push((feature, shape));
                    }
                }
                None => {}
            });
        }
        shapes.sort_unstable_by(|a, b| a.0.id().cmp(b.0.id()));
        let mut marks: Vec<Mark<'_>> = shapes
            .into_iter()
            .map(|(feature, shape)| Mark::Shape { shape, feature })
            .collect();
        marks.extend(crowd.into_marks());
        Tile {
            schema,
            class: schema.class_field(),
            fields: shown_fields(schema),
            marks,
        }
    }
}

/// The fields that a map draws and labels by: names, closed lists, dates, numbers and flags. Other
/// texts and lists are left to the features themselves.
fn shown_fields(schema: &Schema) -> Vec<usize> {
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

/// A feature that is a single position in the tile.
#[derive(Clone, Copy)]
struct Single<'a> {
    /// Cells from the tile's north-western corner: right, down.
    offset: [u32; 2],
    feature: FeatureRef<'a>,
}

/// The single positions of a tile: each on its own as long as they are few, then counted by cell.
struct Crowd<'a> {
    address: TileAddress,
    /// The class field with all that it may hold.
    class: Option<(usize, &'a [String])>,
    few: Vec<Single<'a>>,
    /// By row and column of the cell, once they are many.
    cells: BTreeMap<(u32, u32), Cell<'a>>,
}

/// The single positions of a cell.
struct Cell<'a> {
    first: Single<'a>,
    count: u64,
    offset_sum: [u64; 2],
    by_class: Box<[u64]>,
}

impl<'a> Crowd<'a> {
    fn new(address: TileAddress, schema: &'a Schema) -> Self {
        let class = schema.class_field();
        Self {
            address,
            class: class.map(|field| (field, &*schema.fields[field].values)),
            few: Vec::new(),
            cells: BTreeMap::new(),
        }
    }

    fn add(&mut self, single: Single<'a>) {
        if self.cells.is_empty() {
            self.few.push(single);
            if self.few.len() > POINTS_MAX {
                for single in std::mem::take(&mut self.few) {
                    self.count(single);
                }
            }
        } else {
            self.count(single);
        }
    }

    fn count(&mut self, single: Single<'a>) {
        let [column, row] = self.address.in_parts(single.offset, CELLS);
        let classes = self.class.map_or(0, |(_, values)| values.len());
        let cell = self.cells.entry((row, column)).or_insert_with(|| Cell {
            first: single,
            count: 0,
            offset_sum: [0; 2],
            by_class: vec![0; classes].into(),
        });
        cell.count += 1;
        for (sum, cells) in cell.offset_sum.iter_mut().zip(single.offset) {
            *sum += u64::from(cells);
        }
        if let Some((field, values)) = self.class
            && let Value::Text(text) = &single.feature.values()[field]
            && let Some(place) = values.iter().position(|value| **value == **text)
        {
            cell.by_class[place] += 1;
        }
    }

    fn into_marks(mut self) -> Vec<Mark<'a>> {
        let address = self.address;
        let order = |single: &Single<'a>| [single.offset[1], single.offset[0]];
        self.few.sort_unstable_by(|a, b| {
            let by_place = order(a).cmp(&order(b));
            by_place.then_with(|| a.feature.id().cmp(b.feature.id()))
        });
        let few = self.few.into_iter().map(|single| single.mark(address));
        few.chain(self.cells.into_values().map(|cell| cell.mark(address)))
            .collect()
    }
}

impl<'a> Single<'a> {
    fn mark(self, address: TileAddress) -> Mark<'a> {
        Mark::Point {
            at: address.in_parts(self.offset, EXTENT),
            feature: self.feature,
        }
    }
}

impl<'a> Cell<'a> {
    fn mark(self, address: TileAddress) -> Mark<'a> {
        if self.count == 1 {
            return self.first.mark(address);
        }
        let mean = self.offset_sum.map(|sum| {
            // A mean of 32-bit numbers is one.
            u32::try_from(sum / self.count).unwrap_or(u32::MAX)
        });
        let by_class = self.by_class.iter().copied().enumerate();
        Mark::Cluster(Cluster {
            at: address.in_parts(mean, EXTENT),
            count: self.count,
            by_class: by_class.filter(|(_, count)| *count > 0).collect(),
        })
    }
}
