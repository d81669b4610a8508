//! Making parts: of features, or of other parts without going back to features.

use geo::{BoundingRect, Geometry};

use crate::atlas::change::Feature;
use crate::atlas::fragment::{self, Names};
use crate::atlas::grid;
use crate::atlas::part::columns::{Column, Maker};
use crate::atlas::part::ids::Ids;
use crate::atlas::part::points::Points;
use crate::atlas::part::shapes::Shapes;
use crate::atlas::part::texts::Texts;
use crate::atlas::part::times::Times;
use crate::atlas::part::{Part, Slot};
use crate::atlas::position::LngLat;
use crate::atlas::schema::{Schema, Value};
use crate::atlas::time::{DatePrecision, TimeSpan};

/// So many features a core are worth a thread.
const MANY: usize = 16 * 1024;

/// Where a feature comes in the order of slots: single positions, other places, no place; each along
/// the curve.
type Order = (u8, u64);

/// Whether all cores may be used, or others are waiting for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Nobody waits but for this.
    Full,
    /// Beside readers.
    Aside,
}

impl Part {
    /// Packs features, whose ids differ.
    pub fn of(schema: &Schema, features: &[Feature]) -> Self {
        let raw = Raw::of(schema, features);
        let mut order: Vec<(Order, Slot)> = (0..)
            .zip(features)
            .map(|(at, feature)| (order_of(feature.geometry.as_ref()), at))
            .collect();
        order.sort_unstable();
        let mut texts = Texts::with_capacity(features.len(), raw.texts.sizes()[0]);
        let (mut degrees, mut shapes) = (Vec::new(), Vec::new());
        let mut spans = Vec::with_capacity(features.len());
        for (_, at) in &order {
            texts.push(raw.texts.bytes(*at));
            spans.push(raw.spans[*at as usize]);
            match &features[*at as usize].geometry {
                Some(Geometry::Point(point)) => degrees.push([point.x(), point.y()]),
                other => shapes.push(other.clone()),
            }
        }
        let order: Vec<(u32, Slot)> = order.into_iter().map(|(_, at)| (0, at)).collect();
        let fields = schema.fields.iter().zip(&raw.columns);
        let columns = fields.map(|(field, column)| Column::gathered(field.kind, &[column], &order));
        let columns = columns.collect();
        Self::put_together(Effort::Aside, texts, degrees, shapes, spans, columns)
    }

    /// The same on all cores.
    pub fn of_many(schema: &Schema, features: &[Feature]) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = features.len().div_ceil(threads).max(1);
        if threads == 1 || share < MANY {
            return Self::of(schema, features);
        }
        let parts: Vec<Self> = std::thread::scope(|scope| {
            let shares = features.chunks(share);
            let workers: Vec<_> = shares
                .map(|share| scope.spawn(move || Self::of(schema, share)))
                .collect();
            let done = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
            done.map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let sources: Vec<(&Self, Vec<Slot>)> = parts
            .iter()
            .map(|part| (part, (0..).take(part.len()).collect()))
            .collect();
        Self::gathered(schema, &sources, Effort::Full)
    }

    /// One part of some slots of others under the same schema. Costs in proportion to all of them.
    pub fn gathered(schema: &Schema, sources: &[(&Self, Vec<Slot>)], effort: Effort) -> Self {
        let mut order: Vec<(Order, u32, Slot)> =
            Vec::with_capacity(sources.iter().map(|(_, slots)| slots.len()).sum());
        for (source, (part, slots)) in (0..).zip(sources) {
            let slots = slots.iter();
            order.extend(slots.map(|slot| (part.order_of(*slot), source, *slot)));
        }
        // Each source is in order already: a stable sort finds that out and merges.
        order.sort_by_key(|(order, ..)| *order);
        let order: Vec<(u32, Slot)> = order
            .into_iter()
            .map(|(_, source, slot)| (source, slot))
            .collect();
        let part = |source: &u32| sources[*source as usize].0;
        let gather_texts = || {
            let bytes = order
                .iter()
                .map(|(s, slot)| part(s).texts.bytes(*slot).len());
            let mut texts = Texts::with_capacity(order.len(), bytes.sum());
            for (source, slot) in &order {
                texts.push(part(source).texts.bytes(*slot));
            }
            texts
        };
        let gather_rest = || {
            let (mut degrees, mut shapes) = (Vec::new(), Vec::new());
            let mut spans = Vec::with_capacity(order.len());
            for (source, slot) in &order {
                let part = part(source);
                match part.position(*slot) {
                    Some(at) => degrees.push([at.lng(), at.lat()]),
                    None => shapes.push(part.shapes.geometry(*slot).cloned()),
                }
                spans.push(part.times.span(*slot));
            }
            let fields = schema.fields.iter().enumerate();
            let columns: Vec<Column> = fields
                .map(|(at, field)| {
                    let columns: Vec<&Column> =
                        sources.iter().map(|(part, _)| &part.columns[at]).collect();
                    Column::gathered(field.kind, &columns, &order)
                })
                .collect();
            (degrees, shapes, spans, columns)
        };
        let (texts, (degrees, shapes, spans, columns)) = both(effort, gather_texts, gather_rest);
        drop(order);
        Self::put_together(effort, texts, degrees, shapes, spans, columns)
    }

    fn put_together(
        effort: Effort,
        texts: Texts,
        degrees: Vec<[f64; 2]>,
        shapes: Vec<Option<Geometry>>,
        spans: Vec<TimeSpan>,
        columns: Vec<Column>,
    ) -> Self {
        let make_ids = || Ids::new(&texts);
        let make_rest = || {
            let first = Slot::try_from(degrees.len()).unwrap_or(Slot::MAX);
            let points = Points::new(degrees, |slot| spans[slot as usize]);
            (points, Shapes::new(first, shapes), Times::new(spans))
        };
        let (ids, (points, shapes, times)) = both(effort, make_ids, make_rest);
        Self {
            texts,
            ids,
            points,
            shapes,
            times,
            columns,
        }
    }

    fn order_of(&self, slot: Slot) -> Order {
        match self.position(slot) {
            Some(at) => (0, grid::place_of(at)),
            None => order_of(self.shapes.geometry(slot)),
        }
    }
}

/// What is made of features one after another as they come, to be put in order afterwards: a
/// feature's values lie together in memory, but features in the order of the curve do not.
struct Raw {
    texts: Texts,
    spans: Vec<TimeSpan>,
    columns: Vec<Column>,
}

impl Raw {
    fn of(schema: &Schema, features: &[Feature]) -> Self {
        let mut makers: Vec<Maker> = schema
            .fields
            .iter()
            .map(|field| Maker::new(field.kind, features.len()))
            .collect();
        let mut texts = Texts::with_capacity(features.len(), features.len() * 512);
        let mut spans = Vec::with_capacity(features.len());
        let (time, names) = (TimeOf::new(schema), Names::of(schema));
        let mut text = Vec::with_capacity(1024);
        for feature in features {
            text.clear();
            fragment::push_feature(&mut text, &names, feature);
            texts.push(&text);
            spans.push(time.span(|field| &feature.values[field]));
            for (maker, value) in makers.iter_mut().zip(&feature.values) {
                maker.push(value);
            }
        }
        Self {
            texts,
            spans,
            columns: makers.into_iter().map(Maker::finish).collect(),
        }
    }
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
        Some(Geometry::Point(point)) => (0, grid::place_of(LngLat::of(point.0))),
        Some(shape) => {
            let middle = shape.bounding_rect().map(geo::Rect::center);
            (1, middle.map_or(0, |at| grid::place_of(LngLat::of(at))))
        }
        None => (2, 0),
    }
}

/// Where a schema has a feature's time.
struct TimeOf {
    field: Option<usize>,
    precision: Option<usize>,
}

impl TimeOf {
    fn new(schema: &Schema) -> Self {
        let time = schema.time.as_ref();
        let precision = time.and_then(|time| time.precision_field.as_deref());
        Self {
            field: time.and_then(|time| schema.index_of(&time.field)),
            precision: precision.and_then(|name| schema.index_of(name)),
        }
    }

    /// The span that values say, or all time.
    fn span<'a>(&self, value: impl Fn(usize) -> &'a Value) -> TimeSpan {
        let text = |field: usize| match value(field) {
            Value::Text(text) => Some(&**text),
            _ => None,
        };
        let precision = match self.precision.and_then(text) {
            Some("month") => DatePrecision::Month,
            Some("year") => DatePrecision::Year,
            _ => DatePrecision::Day,
        };
        let date = self.field.and_then(text);
        date.and_then(|date| TimeSpan::of_feature(date, precision))
            .unwrap_or(TimeSpan::ALWAYS)
    }
}
