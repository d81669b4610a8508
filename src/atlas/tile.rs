//! What a vector tile holds: a layer's features in one square of the Web Mercator grid. Where single
//! positions crowd, they are counted in clusters.

use std::collections::BTreeMap;
use std::ops::Range;

use geo::Rect;

use crate::atlas::ask::Asked;
use crate::atlas::ask::test::each_bit;
use crate::atlas::clip::{Shape, shape_in};
use crate::atlas::grid;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::part::Slot;
use crate::atlas::part::points::{Points, STEPS_PER_DEG};
use crate::atlas::position::{Bounds, LngLat, mercator, mercator_cell, mercator_place};
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
/// A clustered tile is divided in the tiles of so many zooms below it: 32 each way.
const CELL_ZOOMS: u8 = 5;

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
    ///
    /// A tile is one range of slots in each part and so is a cell of it: what is not filtered is
    /// counted from their ends, without a look at the features between.
    pub fn tile(&self, address: TileAddress, query: &ItemsQuery) -> Tile<'_> {
        let schema = self.schema();
        let mut shapes = Vec::new();
        let crowd = Crowd::new(self, address, query);
        for (level, asked) in crowd.asked.iter().enumerate() {
            let reach = address.reach().map(Bounds::rectangles).unwrap_or_default();
            for slot in asked.shapes_meeting(&reach) {
                let feature = self.feature_at(level, slot);
                let geometry = feature.geometry();
                let shape = geometry.and_then(|geometry| shape_in(&geometry, address));
                shapes.extend(shape.map(|shape| (feature, shape)));
            }
        }
        shapes.sort_unstable_by(|a, b| a.0.id().cmp(&b.0.id()));
        let mut marks: Vec<Mark<'_>> = shapes
            .into_iter()
            .map(|(feature, shape)| Mark::Shape { shape, feature })
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

/// The single positions of a tile: each on its own if they are few, else counted by cell.
struct Crowd<'a, 'q> {
    layer: &'a Layer,
    address: TileAddress,
    /// The question to each part of the layer.
    asked: Vec<Asked<'q>>,
    /// The class field with how many values it may have.
    class: Option<(usize, usize)>,
    /// For each part, which value of the closed list each code of the class column is.
    classes: Vec<Vec<Option<usize>>>,
}

/// The single positions of a cell.
struct Cell {
    count: u64,
    /// Sums of longitudes and latitudes, in steps.
    sum: [i64; 2],
    by_class: Vec<u64>,
}

/// A range of slots in each part.
type Ranges = Vec<Range<Slot>>;

impl<'a, 'q> Crowd<'a, 'q>
where
    'a: 'q,
{
    fn new(layer: &'a Layer, address: TileAddress, query: &'q ItemsQuery) -> Self {
        let schema = layer.schema();
        let asked: Vec<Asked<'q>> = layer.asked(query).collect();
        let class = schema.class_field();
        let values = class.map_or(&[][..], |field| &schema.fields[field].values);
        let classes = asked.iter().map(|asked| {
            let listed = class.and_then(|field| asked.part().listed(field));
            let listed = listed.map_or(&[][..], |listed| &listed.values);
            let place = |value: &Value| match value {
                Value::Text(text) => values.iter().position(|value| **value == **text),
                _ => None,
            };
            listed.iter().map(place).collect()
        });
        Self {
            classes: classes.collect(),
            class: class.map(|field| (field, values.len())),
            asked,
            layer,
            address,
        }
    }

    fn marks(&self) -> Vec<Mark<'a>> {
        let address = self.address;
        let ranges: Ranges = self
            .asked
            .iter()
            .map(|asked| {
                let points = &asked.part().points;
                let all = 0..Slot::try_from(points.len()).unwrap_or(Slot::MAX);
                within(points, all, address.zoom, address.column, address.row)
            })
            .collect();
        let total: u64 = self
            .asked
            .iter()
            .zip(&ranges)
            .map(|(asked, range)| asked.count_in(range.clone()))
            .sum();
        if total <= POINTS_MAX as u64 {
            return self.singles(&ranges);
        }
        let mut cells = BTreeMap::new();
        self.divide(
            CELL_ZOOMS,
            [address.column, address.row],
            &ranges,
            &mut cells,
        );
        cells.into_values().flatten().collect()
    }

    /// Every position on its own.
    fn singles(&self, ranges: &[Range<Slot>]) -> Vec<Mark<'a>> {
        let mut singles = Vec::new();
        for (level, (asked, range)) in self.asked.iter().zip(ranges).enumerate() {
            asked.each_in(range.clone(), &mut |first, mask| {
                for bit in each_bit(mask) {
                    let slot = Slot::try_from(first + bit).unwrap_or(Slot::MAX);
                    let offset = self
                        .address
                        .offset_of(mercator_cell(asked.part().points.position(slot)));
                    singles
                        .extend(offset.map(|offset| (offset, self.layer.feature_at(level, slot))));
                }
            });
        }
        singles.sort_unstable_by(|a, b| {
            let by_place = [a.0[1], a.0[0]].cmp(&[b.0[1], b.0[0]]);
            by_place.then_with(|| a.1.id().cmp(&b.1.id()))
        });
        let single = |(offset, feature)| Mark::Point {
            at: self.address.in_parts(offset, EXTENT),
            feature,
        };
        singles.into_iter().map(single).collect()
    }

    /// Quarters a square until its cells are what a tile is divided in.
    fn divide(
        &self,
        zooms: u8,
        [column, row]: [u32; 2],
        ranges: &[Range<Slot>],
        cells: &mut BTreeMap<(u32, u32), Vec<Mark<'a>>>,
    ) {
        if ranges.iter().all(Range::is_empty) {
            return;
        }
        if zooms == 0 {
            let marks = self.cell([column, row], ranges);
            cells.insert((row, column), marks);
            return;
        }
        let zoom = self.address.zoom + CELL_ZOOMS - zooms + 1;
        for [right, down] in [[0, 0], [1, 0], [0, 1], [1, 1]] {
            let square = [2 * column + right, 2 * row + down];
            let quarter: Ranges = self
                .asked
                .iter()
                .zip(ranges)
                .map(|(asked, range)| {
                    within(
                        &asked.part().points,
                        range.clone(),
                        zoom,
                        square[0],
                        square[1],
                    )
                })
                .collect();
            self.divide(zooms - 1, square, &quarter, cells);
        }
    }

    /// What a cell shows: its one feature, or a cluster.
    fn cell(&self, square: [u32; 2], ranges: &[Range<Slot>]) -> Vec<Mark<'a>> {
        let mut cell = Cell {
            count: 0,
            sum: [0; 2],
            by_class: vec![0; self.class.map_or(0, |(_, values)| values)],
        };
        for (level, (asked, range)) in self.asked.iter().zip(ranges).enumerate() {
            self.count(level, asked, range.clone(), &mut cell);
        }
        match cell.count {
            0 => Vec::new(),
            1 => self.singles(ranges),
            _ => vec![Mark::Cluster(cell.cluster(self.address, square))],
        }
    }

    /// Counts a part's share of a cell.
    fn count(&self, level: usize, asked: &Asked<'_>, range: Range<Slot>, cell: &mut Cell) {
        let points = &asked.part().points;
        let listed = self.class.and_then(|(field, _)| asked.part().listed(field));
        let classes = &self.classes[level];
        let mut add = |code: usize, count: i64| {
            if let Some(class) = classes[code] {
                cell.by_class[class] = cell.by_class[class].saturating_add_signed(count);
            }
        };
        if asked.is_everything() {
            let hidden = asked.hidden_in(range.clone());
            cell.count += (range.len() - hidden.len()) as u64;
            let sum = points.sum(range.clone());
            let gone = hidden.iter().map(|slot| points.steps(*slot));
            let sum = gone.fold(sum, |sum, gone| [sum[0] - gone[0], sum[1] - gone[1]]);
            cell.sum = [cell.sum[0] + sum[0], cell.sum[1] + sum[1]];
            if let Some(listed) = listed {
                for (code, count) in listed.counts(range).into_iter().enumerate() {
                    add(code, count.into());
                }
                for slot in hidden {
                    add(listed.codes.get(*slot), -1);
                }
            }
            return;
        }
        asked.each_in(range, &mut |first, mask| {
            cell.count += u64::from(mask.count_ones());
            for bit in each_bit(mask) {
                let slot = Slot::try_from(first + bit).unwrap_or(Slot::MAX);
                let steps = points.steps(slot);
                cell.sum = [cell.sum[0] + steps[0], cell.sum[1] + steps[1]];
                if let Some(listed) = listed {
                    add(listed.codes.get(slot), 1);
                }
            }
        });
    }
}

impl Cell {
    fn cluster(self, address: TileAddress, square: [u32; 2]) -> Cluster {
        let count = self.count as f64 * STEPS_PER_DEG;
        let [x, y] = self.sum.map(|sum| sum as f64 / count);
        let mean = address.units_of_place(mercator(LngLat::of(geo::Coord { x, y })));
        // Rounding, and the poles, must not move it out of its cell.
        let first = [address.column, address.row].map(|index| index << CELL_ZOOMS);
        let width = EXTENT >> CELL_ZOOMS;
        let at = [0, 1].map(|axis| {
            let corner = (square[axis] - first[axis]) * width;
            let last = corner + width - 1;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it lies between the sides of a tile"
            )]
            let unit = mean[axis].clamp(f64::from(corner), f64::from(last)) as u32;
            unit
        });
        let by_class = self.by_class.into_iter().enumerate();
        Cluster {
            at,
            count: self.count,
            by_class: by_class.filter(|(_, count)| *count > 0).collect(),
        }
    }
}

/// The slots of a range that lie in a square of a zoom.
fn within(points: &Points, slots: Range<Slot>, zoom: u8, column: u32, row: u32) -> Range<Slot> {
    let [first, last] = grid::stretch(zoom, column, row);
    let start = points.first_from(slots.clone(), first);
    let end = match last.checked_add(1) {
        Some(next) => points.first_from(start..slots.end, next),
        None => slots.end,
    };
    start..end
}
