//! A field of an order, made ready for the parts of a layer: where the ranks of its values come from.

use std::cmp::Ordering;

use crate::atlas::index::RowId;
use crate::atlas::index::columns::{Codes, Column};
use crate::atlas::index::times::Times;
use crate::atlas::layer::Layer;
use crate::atlas::model::schema::{FieldType, Value};
use crate::atlas::model::time::{DAY_US, TimeSpan};
use crate::atlas::query::sort::{Rank, compared, of_integer, of_number};

/// A field of the order.
pub(super) struct Key<'a> {
    pub(super) field: usize,
    descending: bool,
    /// Where ranks come from, by level.
    ranks: Vec<Ranks<'a>>,
    /// Whether different texts may have one rank.
    is_head: bool,
}

/// Where the ranks of a part's rows come from.
enum Ranks<'a> {
    /// From a list of values, each with its rank.
    Listed(&'a Codes, Vec<Rank>),
    Numbers(&'a [f64]),
    Integers(&'a [i64], &'a [u64]),
    /// From the time of each, which is the field's own unless a day stands for its month or year.
    Times(&'a Times),
    /// From the features' texts.
    Texts,
}

impl<'a> Key<'a> {
    /// The key, and the rank of a cursor's value among those of the layer.
    pub(super) fn new(
        layer: &'a Layer,
        field: usize,
        descending: bool,
        cursor: Option<&Value>,
    ) -> (Self, Option<Rank>) {
        let kind = layer.schema.fields[field].kind;
        let listed = || {
            layer
                .levels
                .iter()
                .map(|level| match &level.part.columns[field] {
                    Column::Listed(listed) => Some(listed),
                    _ => None,
                })
        };
        // Texts that are all listed are put in their order once.
        let texts =
            (kind == FieldType::String && listed().all(|listed| listed.is_some())).then(|| {
                let lists = listed().flatten().flat_map(|listed| &listed.values);
                let mut texts: Vec<&str> = lists.chain(cursor).filter_map(compared_text).collect();
                texts.sort_unstable();
                texts.dedup();
                texts
            });
        let rank = |value: &Value| match (&texts, compared_text(value)) {
            (Some(texts), Some(text)) => {
                let place = texts.partition_point(|known| *known < text);
                Rank::new(place as u64, descending)
            }
            _ => Rank::of(kind, value, descending),
        };
        let time = layer.schema.time.as_ref();
        let is_time = time.is_some_and(|time| *time.field == *layer.schema.fields[field].name);
        let ranks = layer
            .levels
            .iter()
            .map(|level| match &level.part.columns[field] {
                Column::Listed(listed) => {
                    Ranks::Listed(&listed.codes, listed.values.iter().map(rank).collect())
                }
                Column::Numbers(numbers) => Ranks::Numbers(numbers),
                Column::Integers(numbers, nulls) => Ranks::Integers(numbers, nulls),
                Column::Hashed(_) if is_time => Ranks::Times(&level.part.times),
                Column::Hashed(_) | Column::Unread => Ranks::Texts,
            });
        let key = Self {
            field,
            descending,
            ranks: ranks.collect(),
            is_head: kind == FieldType::String && texts.is_none(),
        };
        (key, cursor.map(rank))
    }

    pub(super) fn rank(&self, layer: &Layer, level: usize, row: RowId) -> Rank {
        let at = row as usize;
        match &self.ranks[level] {
            Ranks::Listed(codes, ranks) => ranks[codes.get(row)],
            Ranks::Numbers(numbers) if numbers[at].is_nan() => Rank::NULL,
            Ranks::Numbers(numbers) => Rank::new(of_number(numbers[at]), self.descending),
            Ranks::Integers(_, nulls) if nulls[at / 64] >> (at % 64) & 1 == 1 => Rank::NULL,
            Ranks::Integers(numbers, _) => Rank::new(of_integer(numbers[at]), self.descending),
            Ranks::Times(times) => match times.span(row) {
                TimeSpan::ALWAYS => Rank::NULL,
                span if span.last_us - span.start_us < DAY_US => {
                    Rank::new(of_integer(span.start_us), self.descending)
                }
                _ => self.rank_of_text(layer, level, row),
            },
            Ranks::Texts => self.rank_of_text(layer, level, row),
        }
    }

    fn rank_of_text(&self, layer: &Layer, level: usize, row: RowId) -> Rank {
        let kind = layer.schema.fields[self.field].kind;
        let value = layer.feature_at(level, row).value(self.field);
        Rank::of(kind, &value, self.descending)
    }

    /// The order of two values of one rank.
    pub(super) fn compare_rest(
        &self,
        a: impl FnOnce() -> Value,
        b: impl FnOnce() -> Value,
    ) -> Ordering {
        if !self.is_head {
            return Ordering::Equal;
        }
        let (a, b) = (a(), b());
        let by_text = compared_text(&a).cmp(&compared_text(&b));
        if self.descending {
            by_text.reverse()
        } else {
            by_text
        }
    }
}

fn compared_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(compared(text)),
        _ => None,
    }
}
