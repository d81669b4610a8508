//! When the features of a part happened: the spans that there are, which of them each row has, and
//! the rows in order of time.

use std::collections::HashMap;

use crate::atlas::index::RowId;
use crate::atlas::index::columns::Codes;
use crate::atlas::model::time::TimeSpan;

/// The spans of a part, by row. A feature without time has [`TimeSpan::ALWAYS`] and so meets every
/// span.
#[derive(Debug, Default)]
pub struct Times {
    /// The span of each row.
    pub spans: Spans,
    /// Rows by the start of their span; those without time come first.
    pub(super) by_start: Vec<RowId>,
    /// No span that has a start is longer, in microseconds.
    pub(super) longest_us: i64,
    /// From the first to the last known time.
    pub(super) extent: Option<TimeSpan>,
}

/// Days repeat, instants do not.
#[derive(Debug)]
pub enum Spans {
    /// The different spans, a code a row, and how many rows have each.
    Listed(Vec<TimeSpan>, Codes, Vec<u32>),
    /// The span of each row, where most differ.
    Each(Vec<TimeSpan>),
}

impl Default for Spans {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl Times {
    /// From the spans in order of row.
    pub fn new(spans: Vec<TimeSpan>) -> Self {
        let mut by_start: Vec<RowId> = (0..).take(spans.len()).collect();
        by_start.sort_unstable_by_key(|row| spans[*row as usize].start_us);
        let mut times = Self {
            by_start,
            ..Self::default()
        };
        for span in spans.iter().filter(|span| **span != TimeSpan::ALWAYS) {
            let long_us = span.last_us.saturating_sub(span.start_us);
            times.longest_us = times.longest_us.max(long_us);
            let extent = times.extent.get_or_insert(*span);
            extent.start_us = extent.start_us.min(span.start_us);
            extent.last_us = extent.last_us.max(span.last_us);
        }
        times.spans = Spans::of(spans);
        times
    }

    /// The span of a row.
    pub fn span(&self, row: RowId) -> TimeSpan {
        match &self.spans {
            Spans::Listed(spans, codes, _) => spans[codes.get(row)],
            Spans::Each(spans) => spans[row as usize],
        }
    }

    /// The rows that may meet a span, in no order: first those without time, then the others.
    pub fn candidates(&self, span: TimeSpan) -> [&[RowId]; 2] {
        let start = |row: &RowId| self.span(*row).start_us;
        let timeless = self.by_start.partition_point(|row| start(row) == i64::MIN);
        let earliest = span
            .start_us
            .saturating_sub(self.longest_us)
            .max(i64::MIN + 1);
        let from = self.by_start.partition_point(|row| start(row) < earliest);
        let to = self
            .by_start
            .partition_point(|row| start(row) <= span.last_us);
        let timed = self.by_start.get(from..to).unwrap_or_default();
        [&self.by_start[..timeless], timed]
    }

    /// From the first to the last known time.
    pub fn extent(&self) -> Option<TimeSpan> {
        self.extent
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        let spans = match &self.spans {
            Spans::Listed(spans, codes, totals) => {
                size_of_val(&**spans) + size_of_val(&**totals) + codes.bytes()
            }
            Spans::Each(spans) => size_of_val(&**spans),
        };
        spans + size_of_val(&*self.by_start)
    }
}

impl Spans {
    fn of(spans: Vec<TimeSpan>) -> Self {
        let mut places = HashMap::new();
        let mut list = Vec::new();
        let mut codes = Vec::with_capacity(spans.len());
        for span in &spans {
            let next = list.len();
            let place = *places.entry((span.start_us, span.last_us)).or_insert(next);
            if place == next {
                list.push(*span);
            }
            let Ok(code) = u16::try_from(place) else {
                return Self::Each(spans);
            };
            codes.push(code);
        }
        let codes = Codes::of(codes.into_iter(), list.len());
        let totals = codes.totals(list.len());
        Self::Listed(list, codes, totals)
    }
}
