//! Time cut up: into days, weeks, months, quarters or years (ISO 8601, UTC), or into the windows
//! before and after an instant.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::time::{DAY_US, TimeSpan};

/// The longest window before or after an instant, in days.
pub const WINDOW_DAYS_MAX: i64 = 36_500;

/// Monday, 29 December 1969, in days since 1970-01-01: where a week of ISO 8601 starts.
const A_MONDAY: i64 = -3;

/// A kind of interval that time is cut into; each begins at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// A day.
    Day,
    /// A week from Monday on (ISO 8601).
    Week,
    /// A month.
    Month,
    /// Three months from January, April, July or October on.
    Quarter,
    /// A year.
    Year,
}

impl Interval {
    /// Every kind with its name.
    pub const NAMES: [(&str, Self); 5] = [
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("quarter", Self::Quarter),
        ("year", Self::Year),
    ];

    /// The name, as the parameter `interval` has it.
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(name, _)| *name)
    }

    /// How many intervals a span with two ends meets.
    pub fn count(self, span: TimeSpan) -> u64 {
        let [first, last] = [span.start_us, span.last_us].map(|us| self.number_at(us));
        last.abs_diff(first) + 1
    }

    /// The edges of the intervals that a span with two ends meets, in microseconds since 1970: where
    /// each starts, and where the last one ends. One more than [`Self::count`].
    pub fn edges_us(self, span: TimeSpan) -> Vec<i64> {
        let [first, last] = [span.start_us, span.last_us].map(|us| self.number_at(us));
        (first..=last + 1)
            // The calendar ends with the year 9999, and so does its last interval.
            .map(|number| self.start_us(number).unwrap_or(i64::MAX))
            .collect()
    }

    /// The number of the interval that holds an instant, counted from the one of 1970-01-01.
    fn number_at(self, us: i64) -> i64 {
        let days = us.div_euclid(DAY_US);
        let months = || {
            let date = civil(us).date();
            (i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1
        };
        match self {
            Self::Day => days,
            Self::Week => (days - A_MONDAY).div_euclid(7),
            Self::Month => months(),
            Self::Quarter => months().div_euclid(3),
            Self::Year => months().div_euclid(12),
        }
    }

    fn start_us(self, number: i64) -> Option<i64> {
        let months = match self {
            Self::Day => return Some(number * DAY_US),
            Self::Week => return Some((number * 7 + A_MONDAY) * DAY_US),
            Self::Month => number,
            Self::Quarter => number * 3,
            Self::Year => number * 12,
        };
        let year = i16::try_from(1970 + months.div_euclid(12)).ok()?;
        let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
        let date = Date::new(year, month, 1).ok()?;
        micros(date.to_datetime(Time::midnight()))
    }
}

impl FromStr for Interval {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            let detail = "it is day, week, month, quarter or year; month if left out";
            Refusal::new(Code::NotOneOf, detail)
        })
    }
}

/// A length of time before and after an instant: days, or a duration of the calendar.
#[derive(Clone, Copy, Debug)]
pub struct Window(Span);

impl Default for Window {
    fn default() -> Self {
        Self(Span::new().days(365))
    }
}

impl Window {
    /// The edges of the window before an instant and of the one after it, in microseconds since
    /// 1970: where the first starts, the instant, where the second ends. Both are half open.
    ///
    /// # Errors
    /// A sentence, if a window is shorter than a day, longer than [`WINDOW_DAYS_MAX`], or reaches
    /// beyond the calendar.
    pub fn around(self, at_us: i64) -> Result<[i64; 3], Refusal> {
        let at = civil(at_us);
        let ends = [at.checked_sub(self.0).ok(), at.checked_add(self.0).ok()];
        let [Some(from), Some(until)] = ends.map(|end| end.and_then(micros)) else {
            let detail = "it reaches beyond the calendar, which ends with the year 9999";
            return Err(Refusal::new(Code::BeyondCalendar, detail));
        };
        let lengths = [at_us - from, until - at_us];
        if lengths
            .iter()
            .any(|us| !(DAY_US..=WINDOW_DAYS_MAX * DAY_US).contains(us))
        {
            return Err(Self::out_of_range());
        }
        Ok([from, at_us, until])
    }

    fn out_of_range() -> Refusal {
        Refusal::out_of_range([1.0, WINDOW_DAYS_MAX as f64], Self::expected())
    }

    fn expected() -> String {
        format!(
            "it is a length from 1d to {WINDOW_DAYS_MAX}d, or such a duration as ISO 8601 writes \
             it: P1Y, P6M, P2W; 365d if left out"
        )
    }
}

impl FromStr for Window {
    type Err = Refusal;

    /// Reads `365d` or a duration such as `P1Y`.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let span = match text.strip_suffix('d') {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                let days = digits.parse::<i64>().ok();
                let days = days.filter(|days| (1..=WINDOW_DAYS_MAX).contains(days));
                let days = days.ok_or_else(Self::out_of_range)?;
                Some(Span::new().days(days))
            }
            // jiff reads more than ISO 8601: "1 year ago".
            _ if text.starts_with('P') => text.parse::<Span>().ok(),
            _ => None,
        };
        span.filter(Span::is_positive)
            .map(Self)
            .ok_or_else(|| Refusal::new(Code::NotADuration, Self::expected()))
    }
}

/// An instant on the clock of UTC; what is beyond the calendar, at its end.
fn civil(us: i64) -> DateTime {
    let beyond = if us < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Offset::UTC.to_datetime(Timestamp::from_microsecond(us).unwrap_or(beyond))
}

fn micros(at: DateTime) -> Option<i64> {
    Some(Offset::UTC.to_timestamp(at).ok()?.as_microsecond())
}
