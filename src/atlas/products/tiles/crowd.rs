//! The single positions of a tile, each on its own or counted by cell: along the curve that features
//! are in the order of, of which a tile of `WebMercatorQuad` and each cell of it is one range.
//!
//! A library would keep a tree of clusters for every zoom; here the order of the features is that
//! tree already.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::atlas::geo::hilbert;
use crate::atlas::geo::position::LngLat;
use crate::atlas::geo::tiling::{EXTENT, TileAddress, TileMatrixSet};
use crate::atlas::index::mask::each_bit;
use crate::atlas::index::points::{Points, STEPS_PER_DEG};
use crate::atlas::index::{RowId, row_id};
use crate::atlas::layer::{Layer, RowAddress};
use crate::atlas::model::budget;
use crate::atlas::model::schema::Value;
use crate::atlas::products::tiles::{Cluster, POINTS_MAX, TileFeature};
use crate::atlas::query::execution::Execution;
use crate::atlas::query::question::ItemsQuery;

/// A clustered tile is divided in the tiles of so many zooms below it: 32 each way.
pub(super) const CELL_ZOOMS: u8 = 5;
/// About what it takes to place or to count a position, and to count a cell, in nanoseconds.
const ROW_NS: u64 = 15;
const CELL_NS: u64 = 500;

/// The single positions of a tile: each on its own if they are few, else counted by cell.
pub(super) struct Crowd<'a, 'q> {
    layer: &'a Layer,
    pub(super) address: TileAddress,
    /// The question to each part of the layer.
    pub(super) executions: Vec<Execution<'q>>,
    /// The class field with how many values it may have.
    class: Option<(usize, usize)>,
    /// For each part, which value of the closed list each code of the class column is.
    classes: Vec<Vec<Option<usize>>>,
}

/// The single positions of a cell.
pub(super) struct ClusterCell {
    count: u64,
    /// Sums of longitudes and latitudes, in steps.
    sum: [i64; 2],
    by_class: Vec<u64>,
}

/// A single position: where it is from the tile's north-western corner, and whose it is.
pub(super) type Placed = ([u32; 2], RowAddress);

/// A range of rows in each part.
type Ranges = Vec<Range<RowId>>;

impl<'a, 'q> Crowd<'a, 'q>
where
    'a: 'q,
{
    pub(super) fn new(layer: &'a Layer, address: TileAddress, query: &'q ItemsQuery) -> Self {
        let schema = layer.schema();
        let executions: Vec<Execution<'q>> = layer.executions(query).collect();
        let class = schema.class_field();
        let values = class.map_or(&[][..], |field| &schema.fields[field].values);
        let classes = executions.iter().map(|execution| {
            let listed = class.and_then(|field| execution.part().listed(field));
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
            executions,
            layer,
            address,
        }
    }

    /// What a tile shows of them.
    pub(super) fn marks(&self) -> Vec<TileFeature<'a>> {
        match self.address.set() {
            TileMatrixSet::WebMercatorQuad => self.along_the_curve(),
            TileMatrixSet::WorldCrs84Quad => self.in_a_box(),
        }
    }

    /// The marks of a tile that is one range of the curve.
    fn along_the_curve(&self) -> Vec<TileFeature<'a>> {
        let (zoom, square) = (self.address.zoom(), self.address.square());
        let ranges: Ranges = self
            .executions
            .iter()
            .map(|execution| {
                let points = &execution.part().points;
                let all = 0..row_id(points.len());
                within(points, all, zoom, square)
            })
            .collect();
        let total: u64 = self
            .executions
            .iter()
            .zip(&ranges)
            .map(|(execution, range)| execution.count_in(range.clone()))
            .sum();
        if total <= POINTS_MAX as u64 {
            return self.singles(&ranges);
        }
        let mut cells = BTreeMap::new();
        self.divide(CELL_ZOOMS, square, &ranges, &mut cells);
        cells.into_values().flatten().collect()
    }

    /// Every position on its own.
    fn singles(&self, ranges: &[Range<RowId>]) -> Vec<TileFeature<'a>> {
        let mut singles = Vec::new();
        for (level, range) in ranges.iter().enumerate() {
            self.each_placed(level, range.clone(), &mut |placed| singles.push(placed));
        }
        self.shown(singles)
    }

    /// Gives the matching positions of a part's range that are in the tile.
    pub(super) fn each_placed(
        &self,
        level: usize,
        range: Range<RowId>,
        give: &mut impl FnMut(Placed),
    ) {
        let execution = &self.executions[level];
        execution.each_in(range, &mut |first, mask| {
            budget::spend(ROW_NS * u64::from(mask.count_ones()));
            for bit in each_bit(mask) {
                let row = row_id(first + bit);
                let at = execution.part().points.position(row);
                if let Some(offset) = self.address.offset_of(at) {
                    give((offset, RowAddress::new(level, row)));
                }
            }
        });
    }

    /// Positions as they are shown each on its own, from north to south.
    pub(super) fn shown(&self, singles: Vec<Placed>) -> Vec<TileFeature<'a>> {
        let features = singles.into_iter();
        let mut features: Vec<_> = features
            .map(|(offset, address)| (offset, self.layer.at(address)))
            .collect();
        features.sort_unstable_by(|a, b| {
            let by_place = [a.0[1], a.0[0]].cmp(&[b.0[1], b.0[0]]);
            by_place.then_with(|| a.1.id().cmp(&b.1.id()))
        });
        let single = |(offset, feature)| TileFeature::Point {
            at: self.address.in_parts(offset, EXTENT),
            feature,
        };
        features.into_iter().map(single).collect()
    }

    /// Quarters a square until its cells are what a tile is divided in.
    fn divide(
        &self,
        zooms: u8,
        [column, row]: [u32; 2],
        ranges: &[Range<RowId>],
        cells: &mut BTreeMap<(u32, u32), Vec<TileFeature<'a>>>,
    ) {
        if ranges.iter().all(Range::is_empty) {
            return;
        }
        if zooms == 0 {
            let marks = self.cell([column, row], ranges);
            cells.insert((row, column), marks);
            return;
        }
        let zoom = self.address.zoom() + CELL_ZOOMS - zooms + 1;
        for [right, down] in [[0, 0], [1, 0], [0, 1], [1, 1]] {
            let square = [2 * column + right, 2 * row + down];
            let quarter: Ranges = self
                .executions
                .iter()
                .zip(ranges)
                .map(|(execution, range)| {
                    within(&execution.part().points, range.clone(), zoom, square)
                })
                .collect();
            self.divide(zooms - 1, square, &quarter, cells);
        }
    }

    /// What a cell shows: its one feature, or a cluster.
    fn cell(&self, square: [u32; 2], ranges: &[Range<RowId>]) -> Vec<TileFeature<'a>> {
        let mut cell = self.empty_cell();
        for (level, (execution, range)) in self.executions.iter().zip(ranges).enumerate() {
            self.count(level, execution, range.clone(), &mut cell);
        }
        match cell.count {
            0 => Vec::new(),
            1 => self.singles(ranges),
            _ => vec![TileFeature::Cluster(cell.cluster(self.address, square))],
        }
    }

    /// A cell that nothing was counted in.
    pub(super) fn empty_cell(&self) -> ClusterCell {
        ClusterCell {
            count: 0,
            sum: [0; 2],
            by_class: vec![0; self.class.map_or(0, |(_, values)| values)],
        }
    }

    /// Counts one position.
    pub(super) fn count_one(&self, address: RowAddress, cell: &mut ClusterCell) {
        let (level, row) = (address.level(), address.row());
        let part = self.executions[level].part();
        let steps = part.points.steps(row);
        cell.count += 1;
        cell.sum = [cell.sum[0] + steps[0], cell.sum[1] + steps[1]];
        let listed = self.class.and_then(|(field, _)| part.listed(field));
        let class = listed.and_then(|listed| self.classes[level][listed.codes.get(row)]);
        if let Some(class) = class {
            cell.by_class[class] += 1;
        }
    }

    /// Counts a part's share of a cell.
    fn count(
        &self,
        level: usize,
        execution: &Execution<'_>,
        range: Range<RowId>,
        cell: &mut ClusterCell,
    ) {
        budget::spend(CELL_NS);
        let points = &execution.part().points;
        let listed = self
            .class
            .and_then(|(field, _)| execution.part().listed(field));
        let classes = &self.classes[level];
        let mut add = |code: usize, count: i64| {
            if let Some(class) = classes[code] {
                cell.by_class[class] = cell.by_class[class].saturating_add_signed(count);
            }
        };
        if execution.is_everything() {
            let deleted = execution.deleted_in(range.clone());
            cell.count += (range.len() - deleted.len()) as u64;
            let sum = points.sum(range.clone());
            let gone = deleted.iter().map(|row| points.steps(*row));
            let sum = gone.fold(sum, |sum, gone| [sum[0] - gone[0], sum[1] - gone[1]]);
            cell.sum = [cell.sum[0] + sum[0], cell.sum[1] + sum[1]];
            if let Some(listed) = listed {
                for (code, count) in listed.counts(range).into_iter().enumerate() {
                    add(code, count.into());
                }
                for row in deleted {
                    add(listed.codes.get(*row), -1);
                }
            }
            return;
        }
        execution.each_in(range, &mut |first, mask| {
            budget::spend(ROW_NS * u64::from(mask.count_ones()));
            for bit in each_bit(mask) {
                let row = row_id(first + bit);
                self.count_one(RowAddress::new(level, row), cell);
            }
        });
    }
}

impl ClusterCell {
    /// How many positions were counted.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The cluster of a square of [`CELL_ZOOMS`] below the tile.
    pub(super) fn cluster(self, address: TileAddress, square: [u32; 2]) -> Cluster {
        let count = self.count as f64 * STEPS_PER_DEG;
        let [x, y] = self.sum.map(|sum| sum as f64 / count);
        let mean = address.projected(LngLat::of(geo::Coord { x, y }));
        // Rounding, and the poles, must not move it out of its cell.
        let first = address.square().map(|index| index << CELL_ZOOMS);
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

/// The rows of a range that lie in a square of a zoom.
fn within(points: &Points, rows: Range<RowId>, zoom: u8, [column, row]: [u32; 2]) -> Range<RowId> {
    let [first, last] = hilbert::keys_of_tile(zoom, column, row);
    let start = points.first_from(rows.clone(), first);
    let end = match last.checked_add(1) {
        Some(next) => points.first_from(start..rows.end, next),
        None => rows.end,
    };
    start..end
}
