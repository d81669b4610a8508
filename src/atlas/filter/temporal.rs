//! Temporal predicates: how two periods relate (OGC 21-065r2 §7.7; the relations of Allen 1983, doi
//! 10.1145/182.358434).

use crate::atlas::model::time::{DAY_US, TimeSpan};

/// A closed interval between two moments, each a day or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first moment; one that has no beginning is `i64::MIN` alone.
    pub first: TimeSpan,
    /// The last one; one that has no end is `i64::MAX` alone.
    pub last: TimeSpan,
}

impl Period {
    /// The beginning of time.
    pub const UNBEGUN: TimeSpan = TimeSpan {
        start_us: i64::MIN,
        last_us: i64::MIN,
    };
    /// The end of time.
    pub const UNENDED: TimeSpan = TimeSpan {
        start_us: i64::MAX,
        last_us: i64::MAX,
    };

    /// The period of a moment.
    pub fn only(moment: TimeSpan) -> Self {
        Self {
            first: moment,
            last: moment,
        }
    }

    /// From the first day of a span to its last one, or the instant that it is.
    pub fn of_span(span: TimeSpan) -> Self {
        if span.start_us == span.last_us {
            return Self::only(span);
        }
        let day = |start_us: i64| TimeSpan {
            start_us,
            last_us: start_us + (DAY_US - 1),
        };
        Self {
            first: day(span.start_us),
            last: day(span.last_us - (DAY_US - 1)),
        }
    }

    /// The span from the beginning of the first moment to the end of the last.
    pub fn span(self) -> TimeSpan {
        TimeSpan {
            start_us: self.first.start_us,
            last_us: self.last.last_us,
        }
    }
}

/// A temporal predicate: a relation of two periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemporalPredicate {
    /// The first begins after the second has ended.
    After,
    /// The first ends before the second begins.
    Before,
    /// The second begins and ends within the first.
    Contains,
    /// They share no moment.
    Disjoint,
    /// The first begins and ends within the second.
    During,
    /// They begin and end together.
    Equals,
    /// The second begins within the first, and they end together.
    FinishedBy,
    /// The first begins within the second, and they end together.
    Finishes,
    /// They share a moment.
    Intersects,
    /// The first ends when the second begins.
    Meets,
    /// The first begins when the second ends.
    MetBy,
    /// The second begins first and ends within the first.
    OverlappedBy,
    /// The first begins first and ends within the second.
    Overlaps,
    /// They begin together, and the second ends first.
    StartedBy,
    /// They begin together, and the first ends first.
    Starts,
}

/// A moment comes before another when it has ended before that begins.
fn before(a: TimeSpan, b: TimeSpan) -> bool {
    a.last_us < b.start_us
}

impl TemporalPredicate {
    /// Whether the relation holds of two periods.
    pub fn holds(self, a: Period, b: Period) -> bool {
        match self {
            Self::After => before(b.last, a.first),
            Self::Before => before(a.last, b.first),
            Self::Contains => before(a.first, b.first) && before(b.last, a.last),
            Self::Disjoint => before(a.last, b.first) || before(b.last, a.first),
            Self::Equals => a == b,
            Self::FinishedBy => before(a.first, b.first) && a.last == b.last,
            Self::Intersects => !Self::Disjoint.holds(a, b),
            Self::Meets => a.last == b.first,
            Self::Overlaps => {
                before(a.first, b.first) && before(b.first, a.last) && before(a.last, b.last)
            }
            Self::StartedBy => a.first == b.first && before(b.last, a.last),
            Self::During | Self::Finishes | Self::MetBy | Self::OverlappedBy | Self::Starts => {
                self.converse().holds(b, a)
            }
        }
    }

    /// The converse: the relation of the second period to the first.
    #[must_use]
    pub fn converse(self) -> Self {
        match self {
            Self::After => Self::Before,
            Self::Before => Self::After,
            Self::Contains => Self::During,
            Self::During => Self::Contains,
            Self::FinishedBy => Self::Finishes,
            Self::Finishes => Self::FinishedBy,
            Self::Meets => Self::MetBy,
            Self::MetBy => Self::Meets,
            Self::OverlappedBy => Self::Overlaps,
            Self::Overlaps => Self::OverlappedBy,
            Self::StartedBy => Self::Starts,
            Self::Starts => Self::StartedBy,
            same @ (Self::Disjoint | Self::Equals | Self::Intersects) => same,
        }
    }

    /// Whether it is defined for intervals alone.
    pub fn needs_intervals(self) -> bool {
        !matches!(
            self,
            Self::After | Self::Before | Self::Disjoint | Self::Equals | Self::Intersects
        )
    }

    /// A span that a period must meet for the relation to `other` to hold; `None` where most do.
    pub fn must_meet(self, other: Period) -> Option<TimeSpan> {
        let TimeSpan { start_us, last_us } = other.span();
        match self {
            Self::Disjoint => None,
            Self::After => Some(TimeSpan {
                start_us: last_us.saturating_add(1),
                last_us: i64::MAX,
            }),
            Self::Before => Some(TimeSpan {
                start_us: i64::MIN,
                last_us: start_us.saturating_sub(1),
            }),
            _ => Some(other.span()),
        }
    }
}
