//! The profile of the border: counts by border kilometre and time.

use crate::atlas::layer::Layer;
use crate::atlas::model::budget;
use crate::atlas::model::calendar::Interval;
use crate::atlas::model::schema::BORDER_KM;
use crate::atlas::model::time::TimeSpan;
use crate::atlas::products::border::{Border, KM_STEPS};
use crate::atlas::products::histogram::{Axis, AxisPosition, Histogram};
use crate::atlas::query::question::ItemsQuery;

/// The layer that counts along the border are of when the question does not say.
pub const LAYER_DEFAULT: &str = "incidents";
/// The shortest bin, in kilometres.
pub const BIN_KM_MIN: f64 = 0.1;
/// The longest bin, in kilometres.
pub const BIN_KM_MAX: f64 = 2000.0;
/// The length of a bin when the question does not say, in kilometres.
pub const BIN_KM_DEFAULT: f64 = 10.0;
/// Bins times intervals at most.
pub const CELLS_MAX: u64 = 1_000_000;
/// About what it takes to read a count, in nanoseconds.
const CELL_NS: u64 = 5;

/// How the border and time are cut up.
#[derive(Clone, Debug)]
pub struct Grid {
    bin_cm: u64,
    /// Where bins start and the last one ends: at the end of the line.
    km_edges: Vec<f64>,
    interval: Interval,
    edges_us: Vec<i64>,
}

/// Counts by border kilometre and time. What `rows` and `unplaced` count is together all that the
/// question selects, each feature once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// One row a bin, from north to south.
    pub rows: Vec<ProfileRow>,
    /// Features without a position along the border.
    pub unplaced: ProfileRow,
}

/// Counts at one bin along the border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRow {
    /// One count an interval: of the features whose whole time it holds.
    pub counts: Vec<u64>,
    /// Features with a time that no single interval holds, such as a month among days.
    pub spanning: u64,
    /// Features without a time.
    pub undated: u64,
}

impl Grid {
    /// Bins of a length from [`BIN_KM_MIN`] to [`BIN_KM_MAX`] along the whole border, by the
    /// intervals that meet the period asked for; where it is open, by those of all that the layer
    /// holds.
    ///
    /// # Errors
    /// A sentence, if that is more than [`CELLS_MAX`].
    pub fn new(
        border: &Border,
        layer: &Layer,
        query: &ItemsQuery,
        bin_km: f64,
        interval: Interval,
    ) -> Result<Self, String> {
        let cm = |km: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "kilometres on earth are positive and small"
            )]
            let cm = (km * KM_STEPS).round() as u64;
            cm.max(1)
        };
        let (bin_cm, length_cm) = (cm(bin_km), cm(border.length_km()));
        let bins = length_cm.div_ceil(bin_cm);
        let period = period(query.datetime, layer.time_extent());
        let intervals = period.map_or(0, |period| interval.count(period));
        let cells = bins.saturating_mul(intervals);
        if cells > CELLS_MAX {
            return Err(format!(
                "{bins} bins of the border by {intervals} intervals are {cells} counts, more than \
                 {CELLS_MAX}; take longer intervals, a larger bin_km, or a shorter period with \
                 datetime=FROM/TO"
            ));
        }
        let edge = |bin: u64| (bin * bin_cm).min(length_cm) as f64 / KM_STEPS;
        Ok(Self {
            bin_cm,
            km_edges: (0..=bins).map(edge).collect(),
            interval,
            edges_us: period.map_or(Vec::new(), |period| interval.edges_us(period)),
        })
    }

    /// The length of a bin in kilometres, as it was rounded.
    pub fn bin_km(&self) -> f64 {
        self.bin_cm as f64 / KM_STEPS
    }

    /// Where bins start and the last one ends, in kilometres: one more than there are bins.
    pub fn km_edges(&self) -> &[f64] {
        &self.km_edges
    }

    /// The kind of interval.
    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// Where intervals start and the last one ends, in microseconds since 1970: one more than there
    /// are intervals, or none.
    pub fn edges_us(&self) -> &[i64] {
        &self.edges_us
    }

    /// Counts what a question to a border-referenced layer selects.
    pub fn count(&self, layer: &Layer, query: &ItemsQuery) -> Profile {
        let (bins, schema) = (self.km_edges.len() - 1, layer.schema());
        let along = Axis::BorderKm {
            field: schema.index_of_derived(BORDER_KM),
            bin_cm: self.bin_cm,
            bins,
        };
        let time = Axis::Time {
            edges_us: self.edges_us.clone(),
        };
        let intervals = time.bins();
        let histogram = layer.histogram(query, &[along, time]);
        let row = |place: AxisPosition| ProfileRow::of(&histogram, place, intervals);
        Profile {
            rows: (0..bins).map(|bin| row(AxisPosition::Bin(bin))).collect(),
            unplaced: row(AxisPosition::Absent),
        }
    }
}

impl ProfileRow {
    fn of(histogram: &Histogram, along: AxisPosition, intervals: usize) -> Self {
        budget::spend(CELL_NS * intervals as u64);
        let at = |time: AxisPosition| histogram.at(&[along, time]);
        Self {
            counts: (0..intervals)
                .map(|bin| at(AxisPosition::Bin(bin)))
                .collect(),
            // The intervals reach as far as what is selected; were one beyond, it would be told.
            spanning: at(AxisPosition::Spanning) + at(AxisPosition::Outside),
            undated: at(AxisPosition::Absent),
        }
    }

    /// All that is counted here, whenever it happened.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.spanning + self.undated
    }
}

/// The period asked for, its open ends closed by what there is; `None` if there is nothing.
fn period(asked: Option<TimeSpan>, covered: Option<TimeSpan>) -> Option<TimeSpan> {
    let asked = asked.unwrap_or(TimeSpan::ALWAYS);
    let closed_last = Some(asked.last_us).filter(|us| *us < i64::MAX);
    let start_us = match (asked.start_us, covered) {
        (i64::MIN, Some(covered)) => covered.start_us.min(asked.last_us),
        (i64::MIN, None) => closed_last?,
        (start_us, _) => start_us,
    };
    let covered_last = covered.map_or(start_us, |covered| covered.last_us.max(start_us));
    Some(TimeSpan {
        start_us,
        last_us: closed_last.unwrap_or(covered_last),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_ends_are_closed_by_what_there_is() {
        let check = |asked: Option<&str>, covered: Option<&str>, expected: Option<&str>| {
            let span = |text| TimeSpan::parse_query(text).unwrap();
            let period = period(asked.map(span), covered.map(span));
            assert_eq!(period, expected.map(span), "{asked:?} {covered:?}");
        };
        let covered = Some("2018-01-02/2025-12-21");
        check(None, covered, covered);
        check(None, None, None);
        check(Some("../.."), covered, covered);
        check(Some("../.."), None, None);
        check(
            Some("2023-01-01/.."),
            covered,
            Some("2023-01-01/2025-12-21"),
        );
        check(
            Some("../2019-12-31"),
            covered,
            Some("2018-01-02/2019-12-31"),
        );
        check(
            Some("1990-01-01/2030-12-31"),
            covered,
            Some("1990-01-01/2030-12-31"),
        );
        check(
            Some("2030-01-01T00:00:00Z/.."),
            covered,
            Some("2030-01-01T00:00:00Z"),
        );
        check(
            Some("../2000-01-01T00:00:00Z"),
            covered,
            Some("2000-01-01T00:00:00Z"),
        );
        check(Some("2023-01-01"), None, Some("2023-01-01"));
        check(
            Some("../2000-01-01T00:00:00Z"),
            None,
            Some("2000-01-01T00:00:00Z"),
        );
    }
}
