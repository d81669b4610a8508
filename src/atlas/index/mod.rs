//! A packed part of a layer: features side by side in memory, with their indexes and columns. Never
//! changed, only replaced.
//!
//! Single positions come first, in the order of the curve (`hilbert.rs`), then lines and areas, then
//! what has no geometry. A row is a feature's position in that order, and everything that is kept of a
//! feature is kept by its row.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `build` | parts from features, or from rows of other parts |
//! | `points` | the Hilbert R-tree over single positions |
//! | `shapes` | lines and areas, found by rstar |
//! | `columns` | the values of fields, by row |
//! | `times`, `ids`, `texts` | time spans, the order of ids, and GeoJSON texts, by row |
//! | `deleted` | deleted rows |
//! | `mask` | masks of 64 rows |
//! | `plain`, `flat` | a part as plain arrays and back |
//! | `weight` | what features weigh in their layer's index, and the ceilings for a layer |

pub mod build;
pub mod columns;
pub mod deleted;
mod flat;
pub mod ids;
pub mod mask;
pub mod plain;
pub mod points;
pub mod shapes;
pub mod texts;
pub mod times;
pub mod weight;

use std::borrow::Cow;

use geo::{Geometry, Point};

use crate::atlas::geo::boxes;
use crate::atlas::geo::position::LngLat;
use crate::atlas::index::columns::{Column, Listed};
use crate::atlas::index::ids::Ids;
use crate::atlas::index::points::Points;
use crate::atlas::index::shapes::Shapes;
use crate::atlas::index::texts::FeatureTexts;
use crate::atlas::index::times::Times;
use crate::atlas::model::budget;
use crate::atlas::model::fragment;
use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::model::time::TimeSpan;

/// The id of a feature's row in a part: its position in the order of the part's rows, from 0 on. A plain number and not a
/// type of its own, so that ranges of rows can be iterated; [`row_id`] is the one conversion to it.
pub type RowId = u32;

/// The row at a position in a part.
///
/// # Panics
///
/// If it is 2^32 or more: the texts of so many features fit in no memory.
#[inline]
pub fn row_id(position: usize) -> RowId {
    RowId::try_from(position).expect("a part has fewer than 2^32 rows")
}

/// Packed features.
#[derive(Debug, Default)]
pub struct Part {
    /// The GeoJSON texts of the features.
    pub texts: FeatureTexts,
    /// The order of the ids of the features.
    pub ids: Ids,
    /// The features that are a single position: rows from 0 on.
    pub points: Points,
    /// The features that are lines, areas or groups of positions, and those without a geometry.
    pub shapes: Shapes,
    /// The time spans of the features.
    pub times: Times,
    /// A column for each field of the schema.
    pub columns: Vec<Column>,
}

/// Bytes that a part takes in memory, by what for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The trees.
    pub index: usize,
    /// Exact positions.
    pub positions: usize,
    /// The orders of ids and of time.
    pub orders: usize,
    /// Columns.
    pub columns: usize,
    /// The features' own GeoJSON texts.
    pub texts: usize,
    /// What finds them.
    pub text_ends: usize,
}

impl Part {
    /// How many features there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row of the feature with an id.
    pub fn find(&self, id: &str) -> Option<RowId> {
        self.ids.find(&self.texts, id)
    }

    /// A feature's geometry.
    pub fn geometry(&self, row: RowId) -> Option<Cow<'_, Geometry>> {
        match self.position(row) {
            Some(at) => Some(Cow::Owned(Point::new(at.lng(), at.lat()).into())),
            None => self.shapes.geometry(row).map(Cow::Borrowed),
        }
    }

    /// A feature's position, if it is a single one.
    pub fn position(&self, row: RowId) -> Option<LngLat> {
        ((row as usize) < self.points.len()).then(|| self.points.position(row))
    }

    /// A feature's values, in the schema's order.
    pub fn values(&self, row: RowId, schema: &Schema) -> Box<[Value]> {
        fragment::values_in(schema, self.texts.text(row))
    }

    /// One of a feature's values: from its column, or from its text.
    pub fn value(&self, row: RowId, field: usize, schema: &Schema) -> Value {
        let kept = self.columns[field].value(row);
        kept.unwrap_or_else(|| {
            let text = self.texts.text(row);
            budget::spend(text.len() as u64 / 2);
            fragment::value_at(schema, text, field)
        })
    }

    /// A field's column, if it is a list of values.
    pub fn listed(&self, field: usize) -> Option<&Listed> {
        match &self.columns[field] {
            Column::Listed(listed) => Some(listed),
            _ => None,
        }
    }

    /// The box around all geometries in degrees, `[low corner, high corner]`.
    pub fn envelope(&self) -> Option<[[f64; 2]; 2]> {
        let points = self.points.bounds();
        let points = points.map(|[west, south, east, north]| [[west, south], [east, north]]);
        [points, self.shapes.envelope()]
            .into_iter()
            .flatten()
            .reduce(boxes::union)
    }

    /// From the first to the last known time.
    pub fn time_extent(&self) -> Option<TimeSpan> {
        self.times.extent()
    }

    /// The bytes that it takes in memory.
    pub fn sizes(&self) -> Sizes {
        let [tree, positions] = self.points.sizes();
        let [texts, text_ends] = self.texts.sizes();
        let columns: usize = self.columns.iter().map(Column::bytes).sum();
        Sizes {
            index: tree + self.shapes.bytes(),
            positions,
            orders: self.ids.bytes() + self.times.bytes(),
            columns,
            texts,
            text_ends,
        }
    }
}

impl std::ops::Add for Sizes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            index: self.index + other.index,
            positions: self.positions + other.positions,
            orders: self.orders + other.orders,
            columns: self.columns + other.columns,
            texts: self.texts + other.texts,
            text_ends: self.text_ends + other.text_ends,
        }
    }
}
