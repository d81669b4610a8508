//! What an expression is for one feature, and how two of them compare.

use std::borrow::Cow;
use std::cmp::Ordering;

use geo::Geometry;
use serde_json::Value as Json;

use crate::atlas::filter::temporal::Period;
use crate::atlas::geo::position::Bounds;
use crate::atlas::model::budget;
use crate::atlas::model::schema::{FieldType, Value};
use crate::atlas::model::time::{DatePrecision, TimeSpan};

/// About what it takes to compare two members of lists, and to read a byte of JSON, in nanoseconds.
const MEMBER_NS: u64 = 15;
const JSON_NS: u64 = 10;

/// A value while it is worked with.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum<'a> {
    /// Not known.
    Null,
    /// true or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A day or an instant: the span that it is.
    Moment(TimeSpan),
    /// From one moment to another.
    Period(Period),
    /// A geometry.
    Geometry(Cow<'a, Geometry>),
    /// A box, which may cross the antimeridian.
    Box(Bounds),
    /// A list, as a set.
    List(Vec<Datum<'a>>),
    /// A JSON object, compact.
    Object(Box<str>),
}

impl<'a> Datum<'a> {
    /// The value of a field of a type.
    pub fn of(value: Cow<'a, Value>, kind: FieldType) -> Self {
        let text = match value {
            Cow::Borrowed(Value::Text(text)) => Cow::Borrowed(&**text),
            Cow::Owned(Value::Text(text)) => Cow::Owned(text.into()),
            other => return Self::of_plain(&other),
        };
        match kind {
            FieldType::Date | FieldType::Datetime => Self::moment(&text),
            _ => Self::Text(text),
        }
    }

    fn of_plain(value: &Value) -> Self {
        match value {
            Value::Boolean(flag) => Self::Boolean(*flag),
            Value::Integer(number) => Self::Integer(*number),
            Value::Number(number) => Self::Number(*number),
            Value::Json(json) => {
                budget::spend(JSON_NS * json.len() as u64);
                serde_json::from_str(json).map_or(Self::Null, Self::of_json)
            }
            Value::Null | Value::Text(_) => Self::Null,
        }
    }

    /// A JSON value.
    fn of_json(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Boolean(flag),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Self::Integer(integer),
                (None, Some(number)) => Self::Number(number),
                (None, None) => Self::Null,
            },
            Json::String(text) => Self::Text(text.into()),
            Json::Array(items) => Self::List(items.into_iter().map(Self::of_json).collect()),
            Json::Object(_) => Self::Object(json.to_string().into()),
        }
    }

    /// A day or an instant from its text; null if it is none.
    pub fn moment(text: &str) -> Self {
        TimeSpan::of_feature(text, DatePrecision::Day).map_or(Self::Null, Self::Moment)
    }

    /// A number, null if it is not finite.
    pub fn number(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number)
        } else {
            Self::Null
        }
    }

    /// The order of two values; `None` where one is null or they have none. Texts are ordered by
    /// code point; a day is compared as its first instant.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (Self::Integer(a), Self::Number(b)) => integer_to_number(*a, *b),
            (Self::Number(a), Self::Integer(b)) => integer_to_number(*b, *a).map(Ordering::reverse),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Boolean(a), Self::Boolean(b)) => Some(a.cmp(b)),
            (Self::Moment(a), Self::Moment(b)) => Some(a.start_us.cmp(&b.start_us)),
            _ => None,
        }
    }

    /// Whether two members of sets are the same one. In a JSON list a date is a text.
    pub fn is_same(&self, other: &Self) -> bool {
        budget::spend(MEMBER_NS);
        match (self, other) {
            (Self::Text(text), Self::Moment(_)) => Self::moment(text) == *other,
            (Self::Moment(_), Self::Text(text)) => Self::moment(text) == *self,
            (Self::List(a), Self::List(b)) => same_members(a, b),
            _ => self == other || self.order(other) == Some(Ordering::Equal),
        }
    }
}

/// Whether two lists have the same members. Each pair is compared once at most: of lists in lists, to
/// compare both ways would take twice as long with each level.
pub(super) fn same_members(a: &[Datum<'_>], b: &[Datum<'_>]) -> bool {
    let mut met = vec![false; b.len()];
    for one in a {
        let mut has_it = false;
        for (met, other) in met.iter_mut().zip(b) {
            if !(has_it && *met) && one.is_same(other) {
                (has_it, *met) = (true, true);
            }
        }
        if !has_it {
            return false;
        }
    }
    met.into_iter().all(|met| met)
}

/// The exact order of an integer and a number.
fn integer_to_number(integer: i64, number: f64) -> Option<Ordering> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if number.is_nan() {
        None
    } else if number >= BEYOND {
        Some(Ordering::Less)
    } else if number < -BEYOND {
        Some(Ordering::Greater)
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "it is in range")]
        let whole = number.trunc() as i64;
        let rest = || 0.0.partial_cmp(&number.fract());
        match integer.cmp(&whole) {
            Ordering::Equal => rest(),
            order => Some(order),
        }
    }
}
