//! Before and after: counts per border segment in a window before an instant and in one after it.

use crate::atlas::layer::Layer;
use crate::atlas::model::schema::BORDER_SEGMENT;
use crate::atlas::model::time::TimeSpan;
use crate::atlas::products::border::Border;
use crate::atlas::products::histogram::{Axis, AxisPosition};
use crate::atlas::query::question::ItemsQuery;

/// Counts before and after an instant. Together they count each feature once that the question
/// selects and whose time meets the windows, or that has no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowComparison {
    /// One for each segment, from north to south.
    pub segments: Vec<BeforeAfter>,
    /// Features on no segment.
    pub unplaced: BeforeAfter,
    /// Features without a time, on a segment or on none.
    pub undated: u64,
}

/// Counts in both windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BeforeAfter {
    /// Features whose whole time is in the window before.
    pub before: u64,
    /// Features whose whole time is in the window after.
    pub after: u64,
    /// Features whose time meets the windows, but neither of them holds all of it: it goes on across
    /// the instant, or across an outer edge.
    pub straddling: u64,
}

impl BeforeAfter {
    /// How many more there are after than before.
    pub fn change(&self) -> i64 {
        // Counts are far below 2^63.
        self.after.cast_signed() - self.before.cast_signed()
    }

    /// How many there are after for each one before; `None` without any before.
    pub fn ratio(&self) -> Option<f64> {
        (self.before > 0).then(|| self.after as f64 / self.before as f64)
    }

    /// The counts of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            before: self.before + other.before,
            after: self.after + other.after,
            straddling: self.straddling + other.straddling,
        }
    }
}

impl WindowComparison {
    /// Counts what a question to a border-referenced layer selects in the windows between three
    /// ascending edges, in microseconds since 1970.
    pub fn new(border: &Border, layer: &Layer, query: &ItemsQuery, edges_us: [i64; 3]) -> Self {
        let ids: Vec<Box<str>> = border.segments().map(|(id, _)| id.into()).collect();
        let along = Axis::Values {
            field: layer.schema().index_of_derived(BORDER_SEGMENT),
            values: ids,
        };
        let time = Axis::Time {
            edges_us: edges_us.into(),
        };
        let (segments, mut query) = (along.bins(), query.clone());
        // A period that was asked for narrows further, and is not the same as one that both meet.
        query.datetime = query.datetime.or(Some(TimeSpan {
            start_us: edges_us[0],
            last_us: edges_us[2] - 1,
        }));
        let histogram = layer.histogram(&query, &[along, time]);
        let row = |place: AxisPosition| BeforeAfter {
            before: histogram.at(&[place, AxisPosition::Bin(0)]),
            after: histogram.at(&[place, AxisPosition::Bin(1)]),
            straddling: histogram.at(&[place, AxisPosition::Spanning]),
        };
        let places = (0..segments).map(AxisPosition::Bin);
        let nowhere = [AxisPosition::Absent, AxisPosition::Outside];
        let undated = places.clone().chain(nowhere);
        Self {
            segments: places.map(row).collect(),
            unplaced: row(AxisPosition::Absent).and(row(AxisPosition::Outside)),
            undated: undated
                .map(|place| histogram.at(&[place, AxisPosition::Absent]))
                .sum(),
        }
    }

    /// The counts of all segments and of what is on none.
    pub fn total(&self) -> BeforeAfter {
        let segments = self.segments.iter().copied();
        segments.fold(self.unplaced, BeforeAfter::and)
    }

    /// How many features are counted, each once.
    pub fn matched(&self) -> u64 {
        let total = self.total();
        total.before + total.after + total.straddling + self.undated
    }
}

/// Whether a half-open window leaves what the data cover.
pub fn is_incomplete(from_us: i64, until_us: i64, covered: Option<TimeSpan>) -> bool {
    covered.is_none_or(|covered| from_us < covered.start_us || until_us - 1 > covered.last_us)
}
