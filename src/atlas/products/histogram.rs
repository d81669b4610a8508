//! Counting: how many features that a question selects fall into each bin of one or more axes.

use crate::atlas::index::columns::Column;
use crate::atlas::index::mask::each_bit;
use crate::atlas::index::times::Spans;
use crate::atlas::index::{Part, RowId, row_id};
use crate::atlas::layer::Layer;
use crate::atlas::model::budget;
use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::model::time::TimeSpan;
use crate::atlas::products::border::KM_STEPS;
use crate::atlas::query::question::ItemsQuery;

/// About what it takes to place a feature on its axes, in nanoseconds.
const ROW_NS: u64 = 20;

/// By what features are told apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Bins of equal length along the border, from its northern end.
    BorderKm {
        /// The field with the border kilometre: its index in the schema.
        field: usize,
        /// The length of a bin in centimetres, which is how finely border kilometres are known;
        /// at least 1.
        bin_cm: u64,
        /// How many bins there are. What lies beyond the last one is in the last one: kilometres
        /// are rounded, also at the end of the line.
        bins: usize,
    },
    /// Intervals of time, one after another.
    Time {
        /// Where each starts and the last one ends, in microseconds since 1970; ascending.
        edges_us: Vec<i64>,
    },
    /// Texts of a field.
    Values {
        /// The field's index in the schema.
        field: usize,
        /// The texts, one a bin.
        values: Vec<Box<str>>,
    },
}

/// Where a feature falls on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisPosition {
    /// In this bin.
    Bin(usize),
    /// On no bin, because it has no value.
    Absent,
    /// Its span of time meets the axis, but no single interval holds all of it.
    Spanning,
    /// It has a value that the axis does not reach.
    Outside,
}

impl Axis {
    /// How many bins it has.
    pub fn bins(&self) -> usize {
        match self {
            Self::BorderKm { bins, .. } => *bins,
            Self::Time { edges_us } => edges_us.len().saturating_sub(1),
            Self::Values { values, .. } => values.len(),
        }
    }

    /// Where each row of a part falls, as a number among all positions on the axis: read from columns,
    /// where each of a list's values is placed once.
    fn on<'a>(&'a self, part: &'a Part, schema: &'a Schema) -> OnAxis<'a> {
        match self {
            Self::BorderKm {
                field,
                bin_cm,
                bins,
            } => self.on_field(part, schema, *field, move |value| match value {
                Value::Number(km) => place_of_km(*km, *bin_cm, *bins),
                _ => AxisPosition::Absent,
            }),
            Self::Values { field, values } => {
                self.on_field(part, schema, *field, move |value| match value {
                    Value::Text(text) => place_of_text(text, values),
                    _ => AxisPosition::Absent,
                })
            }
            Self::Time { edges_us } => {
                let place = move |span: TimeSpan| match span {
                    TimeSpan::ALWAYS => self.number(AxisPosition::Absent),
                    span => self.number(place_of_span(span, edges_us)),
                };
                match &part.times.spans {
                    Spans::Listed(spans, codes, _) => {
                        let numbers: Vec<usize> = spans.iter().map(|span| place(*span)).collect();
                        Box::new(move |row| numbers[codes.get(row)])
                    }
                    Spans::Each(spans) => Box::new(move |row| place(spans[row as usize])),
                }
            }
        }
    }

    fn on_field<'a>(
        &'a self,
        part: &'a Part,
        schema: &'a Schema,
        field: usize,
        place: impl Fn(&Value) -> AxisPosition + 'a,
    ) -> OnAxis<'a> {
        match &part.columns[field] {
            Column::Listed(listed) => {
                let places = listed.values.iter().map(place);
                let numbers: Vec<usize> = places.map(|place| self.number(place)).collect();
                Box::new(move |row| numbers[listed.codes.get(row)])
            }
            _ => Box::new(move |row| self.number(place(&part.value(row, field, schema)))),
        }
    }

    /// The number of a position among all positions on the axis: the bins come first.
    fn number(&self, place: AxisPosition) -> usize {
        number(place, self.bins())
    }
}

/// Where a row falls on an axis.
type OnAxis<'a> = Box<dyn Fn(RowId) -> usize + 'a>;

/// The number of a position on an axis: the bins come first, then absent, spanning and outside.
fn number(place: AxisPosition, bins: usize) -> usize {
    match place {
        AxisPosition::Bin(bin) => bin,
        AxisPosition::Absent => bins,
        AxisPosition::Spanning => bins + 1,
        AxisPosition::Outside => bins + 2,
    }
}

/// Where a border kilometre falls.
fn place_of_km(km: f64, bin_cm: u64, bins: usize) -> AxisPosition {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast that is too large or negative stops at the end of the type"
    )]
    let cm = (km * KM_STEPS).round() as u64;
    let bin = usize::try_from(cm / bin_cm.max(1)).unwrap_or(usize::MAX);
    bins.checked_sub(1).map_or(AxisPosition::Outside, |last| {
        AxisPosition::Bin(bin.min(last))
    })
}

/// Where a span of time falls.
fn place_of_span(span: TimeSpan, edges_us: &[i64]) -> AxisPosition {
    let (Some(first), Some(end)) = (edges_us.first(), edges_us.last()) else {
        return AxisPosition::Outside;
    };
    if span.last_us < *first || span.start_us >= *end {
        return AxisPosition::Outside;
    }
    let next = edges_us.partition_point(|edge| *edge <= span.start_us);
    match (next.checked_sub(1), edges_us.get(next)) {
        (Some(bin), Some(end)) if span.last_us < *end => AxisPosition::Bin(bin),
        _ => AxisPosition::Spanning,
    }
}

fn place_of_text(text: &str, values: &[Box<str>]) -> AxisPosition {
    let bin = values.iter().position(|value| **value == *text);
    bin.map_or(AxisPosition::Outside, AxisPosition::Bin)
}

/// Counts of features by their positions on some axes. Each feature is counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// Bins of each axis.
    bins: Vec<usize>,
    /// By the positions on all axes, the last axis changing fastest; on each the bins come first.
    counts: Vec<u64>,
}

impl Histogram {
    /// Places on an axis besides its bins.
    const APART: usize = 3;

    /// Nothing counted yet. Takes memory for every combination of positions.
    fn new(axes: &[Axis]) -> Self {
        let bins: Vec<usize> = axes.iter().map(Axis::bins).collect();
        let cells = bins.iter().map(|bins| bins + Self::APART).product();
        Self {
            bins,
            counts: vec![0; cells],
        }
    }

    /// How many features fall on these positions, one on each axis.
    pub fn at(&self, places: &[AxisPosition]) -> u64 {
        self.counts[self.cell(places.iter().copied())]
    }

    fn cell(&self, places: impl Iterator<Item = AxisPosition>) -> usize {
        let places = self.bins.iter().zip(places);
        places.fold(0, |cell, (bins, place)| {
            cell * (bins + Self::APART) + number(place, *bins)
        })
    }
}

impl Layer {
    /// Counts what a question selects by its positions on some axes, from columns alone.
    pub fn histogram(&self, query: &ItemsQuery, axes: &[Axis]) -> Histogram {
        let mut histogram = Histogram::new(axes);
        for execution in self.executions(query) {
            let on: Vec<(usize, OnAxis<'_>)> = axes
                .iter()
                .map(|axis| {
                    let width = axis.bins() + Histogram::APART;
                    (width, axis.on(execution.part(), self.schema()))
                })
                .collect();
            execution.each_match(&mut |first, mask| {
                budget::spend(ROW_NS * u64::from(mask.count_ones()));
                for bit in each_bit(mask) {
                    let row = row_id(first + bit);
                    let cell = on
                        .iter()
                        .fold(0, |cell, (width, on)| cell * width + on(row));
                    histogram.counts[cell] += 1;
                }
            });
        }
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kilometre_on_an_edge_is_in_the_bin_that_starts_there() {
        let check = |km: f64, expected: usize| {
            // Bins of 100 m: 0.3 / 0.1 is less than 3 in floating point.
            assert_eq!(
                place_of_km(km, 10_000, 100),
                AxisPosition::Bin(expected),
                "{km}"
            );
        };
        check(0.0, 0);
        check(0.099_99, 0);
        check(0.1, 1);
        check(0.3, 3);
        check(0.7, 7);
        check(9.9, 99);
        check(10.0, 99);
        check(1e300, 99);
        check(-1.0, 0);
        assert_eq!(place_of_km(1.0, 0, 0), AxisPosition::Outside);
    }

    #[test]
    fn a_span_is_in_the_interval_that_holds_all_of_it() {
        let check = |start_us: i64, last_us: i64, expected: AxisPosition| {
            let span = TimeSpan { start_us, last_us };
            assert_eq!(place_of_span(span, &[10, 20, 30]), expected, "{span:?}");
        };
        check(10, 19, AxisPosition::Bin(0));
        check(20, 20, AxisPosition::Bin(1));
        check(29, 29, AxisPosition::Bin(1));
        check(30, 40, AxisPosition::Outside);
        check(0, 9, AxisPosition::Outside);
        check(0, 10, AxisPosition::Spanning);
        check(19, 20, AxisPosition::Spanning);
        check(29, 30, AxisPosition::Spanning);
        check(0, 100, AxisPosition::Spanning);
        let always = TimeSpan::ALWAYS;
        assert_eq!(place_of_span(always, &[]), AxisPosition::Outside);
        assert_eq!(place_of_span(always, &[0]), AxisPosition::Spanning);
    }
}
