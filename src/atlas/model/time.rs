//! Spans of time, read from features and from questions.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use crate::atlas::model::refusal::{Code, Refusal};

/// A day in microseconds; days are UTC and have no leap seconds.
pub const DAY_US: i64 = 86_400_000_000;

/// A closed span in microseconds since 1970-01-01 UTC; an open end is the extreme of `i64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan {
    /// The first microsecond.
    pub start_us: i64,
    /// The last microsecond.
    pub last_us: i64,
}

/// How much of a written date is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DatePrecision {
    /// The day.
    #[default]
    Day,
    /// Its month: the span is the whole month.
    Month,
    /// Its year: the span is the whole year.
    Year,
}

impl TimeSpan {
    /// Whether two spans share an instant.
    pub fn intersects(self, other: Self) -> bool {
        self.start_us <= other.last_us && other.start_us <= self.last_us
    }

    /// The span of a feature's date or instant; days are UTC.
    pub fn of_feature(text: &str, precision: DatePrecision) -> Option<Self> {
        let Ok(date) = text.get(..10)?.parse::<Date>() else {
            return None;
        };
        if text.len() > 10 {
            return instant(text).map(|us| Self {
                start_us: us,
                last_us: us,
            });
        }
        match precision {
            DatePrecision::Day => days(date, date),
            DatePrecision::Month => days(date.first_of_month(), date.last_of_month()),
            DatePrecision::Year => days(date.first_of_year(), date.last_of_year()),
        }
    }

    /// Reads the `datetime` parameter: an instant, a day, or an interval `a/b` whose ends may be
    /// open (`..` or empty). A day stands for the whole day (OGC 17-069r4 §7.15.4). The end may also
    /// be a duration (ISO 8601), which the standard's own test suite asks for.
    ///
    /// # Errors
    /// One sentence that names what is wrong and what would be right.
    pub fn parse_query(text: &str) -> Result<Self, Refusal> {
        let Some((from, to)) = text.split_once('/') else {
            if text.is_empty() || text == ".." {
                return Err(expected(text));
            }
            return end(text).map(|span| span.unwrap_or(Self::ALWAYS));
        };
        let from = end(from)?;
        let to = match from {
            Some(start) if to.starts_with('P') => {
                let span = after(start, to).ok_or_else(|| Refusal {
                    code: Code::NotADuration,
                    ..expected(to)
                });
                Some(span?)
            }
            _ => end(to)?,
        };
        let span = Self {
            start_us: from.map_or(i64::MIN, |span| span.start_us),
            last_us: to.map_or(i64::MAX, |span| span.last_us),
        };
        if span.start_us > span.last_us {
            return Err(Refusal::new(
                Code::ReversedInterval,
                format!("the interval \"{text}\" ends before it starts"),
            ));
        }
        Ok(span)
    }

    /// The span of all time, which a feature without a time has.
    pub const ALWAYS: Self = Self {
        start_us: i64::MIN,
        last_us: i64::MAX,
    };
}

/// An instant of a span as RFC 3339 text; `None` for an open end.
pub fn rfc3339(us: i64) -> Option<String> {
    if us == i64::MIN || us == i64::MAX {
        return None;
    }
    Timestamp::from_microsecond(us)
        .ok()
        .map(|at| at.to_string())
}

/// The day of an instant, `YYYY-MM-DD`; `None` for an open end.
pub fn day(us: i64) -> Option<String> {
    let at = Timestamp::from_microsecond(us).ok()?;
    Some(Offset::UTC.to_datetime(at).date().to_string())
}

/// Reads an instant in microseconds since 1970; a day stands for its first one.
///
/// # Errors
/// What a time should have been, as a clause.
pub fn parse_instant(text: &str) -> Result<i64, Refusal> {
    let read = end(text).ok().flatten();
    read.map(|span| span.start_us).ok_or_else(|| {
        Refusal::new(
            Code::NotADate,
            "it is a day such as 2023-03-19 or an instant such as 2023-03-19T06:30:00Z",
        )
    })
}

/// One end of an interval, `None` where it is open.
fn end(text: &str) -> Result<Option<TimeSpan>, Refusal> {
    if text.is_empty() || text == ".." {
        return Ok(None);
    }
    let span = if text.len() == 10 {
        text.parse::<Date>().ok().and_then(|date| days(date, date))
    } else {
        instant(text).map(|us| TimeSpan {
            start_us: us,
            last_us: us,
        })
    };
    span.map(Some).ok_or_else(|| expected(text))
}

/// What ends so long after a start: two days from a day on are that day and the next.
fn after(start: TimeSpan, duration: &str) -> Option<TimeSpan> {
    let duration: Span = duration
        .parse()
        .ok()
        .filter(|span: &Span| span.is_positive())?;
    let began = Timestamp::from_microsecond(start.start_us).ok()?;
    let ended = Offset::UTC.to_datetime(began).checked_add(duration).ok()?;
    let us = Offset::UTC.to_timestamp(ended).ok()?.as_microsecond();
    let is_day = start.last_us > start.start_us;
    Some(TimeSpan {
        start_us: us,
        last_us: if is_day { us - 1 } else { us },
    })
}

fn expected(text: &str) -> Refusal {
    let detail = format!(
        "\"{text}\" is not a day (2023-03-19), an instant (2023-03-19T06:30:00Z) or an interval \
         of them (2023-03-19/2023-12-31, 2023-03-19/.., ../2023-12-31, 2023-03-19/P1M)"
    );
    Refusal::new(Code::NotADate, detail)
}

/// An RFC 3339 instant with its offset.
fn instant(text: &str) -> Option<i64> {
    if !text.is_ascii() || !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
        return None;
    }
    text.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_microsecond)
}

/// From the first microsecond of one day to the last of another, UTC.
fn days(first: Date, last: Date) -> Option<TimeSpan> {
    let midnight = |date: Date| {
        Offset::UTC
            .to_timestamp(date.to_datetime(Time::midnight()))
            .ok()
    };
    Some(TimeSpan {
        start_us: midnight(first)?.as_microsecond(),
        last_us: midnight(last)?.as_microsecond() + DAY_US - 1,
    })
}
