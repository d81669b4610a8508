//! Making parts: of features, or of other parts without going back to features. Either way what is made
//! of each feature is gathered in the order of the curve.

use std::borrow::Cow;

use geo::{BoundingRect, Geometry};

use crate::atlas::geo::hilbert;
use crate::atlas::geo::position::LngLat;
use crate::atlas::index::columns::{Column, Maker};
use crate::atlas::index::ids::Ids;
use crate::atlas::index::points::Points;
use crate::atlas::index::shapes::Shapes;
use crate::atlas::index::texts::FeatureTexts;
use crate::atlas::index::times::Times;
use crate::atlas::index::weight::Weight;
use crate::atlas::index::{Part, RowId, row_id};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::feature::TimeOf;
use crate::atlas::model::fragment::{self, FieldNames};
use crate::atlas::model::schema::Schema;
use crate::atlas::model::time::TimeSpan;

/// So many features a core are worth a thread.
const MANY: usize = 16 * 1024;

/// Where a feature comes in the order of rows: single positions, other geometries, no geometry; each along
/// the curve.
pub type Order = (u8, u64);

/// Whether all cores may be used, or others are waiting for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// All cores: nobody waits but for this.
    Full,
    /// One core, because readers use the others.
    Aside,
}

/// What is made of features one after another as they come. A feature's values lie together in
/// memory, but features in the order of the curve do not: to put texts and codes in order is cheap.
pub struct Unordered {
    texts: FeatureTexts,
    spans: Vec<TimeSpan>,
    orders: Vec<Order>,
    geometries: Vec<Option<Geometry>>,
    columns: Vec<Column>,
    weight: Weight,
}

impl Unordered {
    /// Prepares features on the calling thread.
    pub fn of(schema: &Schema, features: Vec<Feature>) -> Self {
        let count = features.len();
        let mut makers: Vec<Maker> = schema
            .fields
            .iter()
            .map(|field| Maker::new(field.kind, count))
            .collect();
        let (time, names) = (TimeOf::new(schema), FieldNames::of(schema));
        let mut made = Self {
            texts: FeatureTexts::with_capacity(count, 0),
            spans: Vec::with_capacity(count),
            orders: Vec::with_capacity(count),
            geometries: Vec::with_capacity(count),
            columns: Vec::new(),
            weight: Weight::default(),
        };
        let mut text = Vec::with_capacity(1024);
        for (at, feature) in features.into_iter().enumerate() {
            text.clear();
            fragment::push_feature(&mut text, &names, &feature);
            if at == 0 {
                // The others are about as long.
                made.texts = FeatureTexts::with_capacity(count, text.len() * count * 17 / 16);
            }
            made.texts.push(&text);
            made.spans.push(time.span(|field| &feature.values[field]));
            made.orders.push(order_of(feature.geometry.as_ref()));
            for (maker, value) in makers.iter_mut().zip(&feature.values) {
                maker.push(value);
            }
            made.weight += Weight::of(feature.geometry.as_ref());
            made.geometries.push(feature.geometry);
        }
        made.columns = makers.into_iter().map(Maker::finish).collect();
        made
    }

    /// Prepares features on all cores, a share each.
    pub fn of_many(schema: &Schema, mut features: Vec<Feature>) -> Vec<Self> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = features.len().div_ceil(threads);
        if threads == 1 || share < MANY {
            return vec![Self::of(schema, features)];
        }
        let mut shares = Vec::new();
        while features.len() > share {
            shares.push(features.split_off(features.len() - share));
        }
        shares.push(features);
        std::thread::scope(|scope| {
            let workers: Vec<_> = shares
                .into_iter()
                .map(|share| scope.spawn(move || Self::of(schema, share)))
                .collect();
            let done = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
            done.map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// What all features weigh together.
    pub fn weight(&self) -> Weight {
        self.weight
    }

    /// What the feature of each row weighs, with its id.
    pub fn weights(&self) -> impl Iterator<Item = (RowId, Weight, Cow<'_, str>)> {
        let geometries = (0..).zip(&self.geometries);
        geometries.map(|(row, geometry)| (row, Weight::of(geometry.as_ref()), self.texts.id(row)))
    }

    /// All row ids.
    pub fn rows(&self) -> Vec<RowId> {
        (0..).take(self.spans.len()).collect()
    }
}

/// Where what was made of features is gathered from.
pub trait RowSource: Sync {
    /// Where a feature comes in the order of rows.
    fn order(&self, row: RowId) -> Order;
    /// The text of a row.
    fn text(&self, row: RowId) -> &[u8];
    /// The time span of a row.
    fn span(&self, row: RowId) -> TimeSpan;
    /// The position of a row in degrees, longitude first, if it is a single one.
    fn position(&self, row: RowId) -> Option<[f64; 2]>;
    /// The geometry of a row, if it is not a single position.
    fn shape(&self, row: RowId) -> Option<&Geometry>;
    /// The column of a field.
    fn column(&self, field: usize) -> &Column;
}

impl RowSource for Unordered {
    fn order(&self, row: RowId) -> Order {
        self.orders[row as usize]
    }

    fn text(&self, row: RowId) -> &[u8] {
        self.texts.bytes(row)
    }

    fn span(&self, row: RowId) -> TimeSpan {
        self.spans[row as usize]
    }

    fn position(&self, row: RowId) -> Option<[f64; 2]> {
        match &self.geometries[row as usize] {
            Some(Geometry::Point(point)) => Some([point.x(), point.y()]),
            _ => None,
        }
    }

    fn shape(&self, row: RowId) -> Option<&Geometry> {
        self.geometries[row as usize].as_ref()
    }

    fn column(&self, field: usize) -> &Column {
        &self.columns[field]
    }
}

impl RowSource for Part {
    fn order(&self, row: RowId) -> Order {
        match Part::position(self, row) {
            Some(at) => (0, hilbert::key_of(at)),
            None => order_of(self.shapes.geometry(row)),
        }
    }

    fn text(&self, row: RowId) -> &[u8] {
        self.texts.bytes(row)
    }

    fn span(&self, row: RowId) -> TimeSpan {
        self.times.span(row)
    }

    fn position(&self, row: RowId) -> Option<[f64; 2]> {
        ((row as usize) < self.points.len()).then(|| self.points.degrees_of(row))
    }

    fn shape(&self, row: RowId) -> Option<&Geometry> {
        self.shapes.geometry(row)
    }

    fn column(&self, field: usize) -> &Column {
        &self.columns[field]
    }
}

impl Part {
    /// Packs features, whose ids differ; many of them on all cores.
    pub fn of(schema: &Schema, features: Vec<Feature>) -> Self {
        let made = Unordered::of_many(schema, features);
        let effort = if made.len() > 1 {
            Effort::Full
        } else {
            Effort::Aside
        };
        Self::of_unordered(schema, &made, effort)
    }

    /// Packs all of what was made of features, whose ids differ.
    pub fn of_unordered(schema: &Schema, made: &[Unordered], effort: Effort) -> Self {
        let sources: Vec<(&Unordered, Vec<RowId>)> =
            made.iter().map(|made| (made, made.rows())).collect();
        Self::gathered(schema, &sources, effort)
    }

    /// One part of some rows of several sources under the same schema. Costs in proportion to all
    /// of them.
    pub fn gathered<S: RowSource>(
        schema: &Schema,
        sources: &[(&S, Vec<RowId>)],
        effort: Effort,
    ) -> Self {
        let order = in_order(sources);
        let from = |source: &u32| sources[*source as usize].0;
        let gather_texts = || {
            let bytes = order.iter().map(|(s, row)| from(s).text(*row).len());
            let mut texts = FeatureTexts::with_capacity(order.len(), bytes.sum());
            for (source, row) in &order {
                texts.push(from(source).text(*row));
            }
            texts
        };
        let gather_rest = || {
            let (mut degrees, mut shapes) = (Vec::new(), Vec::new());
            let mut spans = Vec::with_capacity(order.len());
            for (source, row) in &order {
                let from = from(source);
                match from.position(*row) {
                    Some(at) => degrees.push(at),
                    None => shapes.push(from.shape(*row).cloned()),
                }
                spans.push(from.span(*row));
            }
            let first = row_id(degrees.len());
            let points = Points::new(degrees, |row| spans[row as usize]);
            let fields = schema.fields.iter().enumerate();
            let columns: Vec<Column> = fields
                .map(|(at, field)| {
                    let columns: Vec<&Column> =
                        sources.iter().map(|(from, _)| from.column(at)).collect();
                    Column::gathered(field.kind, &columns, &order)
                })
                .collect();
            (
                points,
                Shapes::new(first, shapes),
                Times::new(spans),
                columns,
            )
        };
        let make_ids = || {
            let texts = gather_texts();
            (Ids::new(&texts), texts)
        };
        let ((ids, texts), (points, shapes, times, columns)) = both(effort, make_ids, gather_rest);
        Self {
            texts,
            ids,
            points,
            shapes,
            times,
            columns,
        }
    }
}

/// The rows of several sources in the order of the new part: which source, which row.
fn in_order<S: RowSource>(sources: &[(&S, Vec<RowId>)]) -> Vec<(u32, RowId)> {
    let count = sources.iter().map(|(_, rows)| rows.len()).sum();
    let mut order: Vec<(Order, u32, RowId)> = Vec::with_capacity(count);
    for (source, (from, rows)) in (0..).zip(sources) {
        let rows = rows.iter();
        order.extend(rows.map(|row| (from.order(*row), source, *row)));
    }
    // A part is in order already: a stable sort finds that out and merges.
    order.sort_by_key(|(order, ..)| *order);
    let order = order.into_iter();
    order.map(|(_, source, row)| (source, row)).collect()
}

/// Runs two pieces of work, side by side if that is wanted.
fn both<A: Send, B>(
    effort: Effort,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if effort == Effort::Aside {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn order_of(geometry: Option<&Geometry>) -> Order {
    match geometry {
        Some(Geometry::Point(point)) => (0, hilbert::key_of(LngLat::of(point.0))),
        Some(shape) => {
            let middle = shape.bounding_rect().map(geo::Rect::center);
            (1, middle.map_or(0, |at| hilbert::key_of(LngLat::of(at))))
        }
        None => (2, 0),
    }
}
