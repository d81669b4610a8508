//! The expression tree that a question asks of properties.

use crate::atlas::schema::Value;

/// What must hold of a feature's properties.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every part holds; of no parts: everything.
    All(Vec<Filter>),
    /// A field has one of these values, which are of the field's own type.
    AnyOf {
        /// The field's place in the schema.
        field: usize,
        /// The values, at least one.
        values: Vec<Value>,
    },
    /// A field's number lies in a range. Null, and what is no number, lies in none.
    Between {
        /// The field's place in the schema.
        field: usize,
        /// The range.
        range: Range<f64>,
    },
}

/// A closed range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range<T> {
    /// The least value in it.
    pub low: T,
    /// The largest value in it.
    pub high: T,
}

impl<T: PartialOrd + Copy> Range<T> {
    /// The range of one value.
    pub fn only(value: T) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    /// Whether a value is in it.
    pub fn contains(&self, value: T) -> bool {
        self.low <= value && value <= self.high
    }
}

impl Range<f64> {
    /// The integers in it; `None` if there are none.
    pub fn integers(&self) -> Option<Range<i64>> {
        let (low, high) = (self.low.ceil(), self.high.floor());
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast saturates, as it should"
        )]
        let range = Range {
            low: low as i64,
            high: high as i64,
        };
        (low <= high).then_some(range)
    }
}

impl Filter {
    /// The filter that everything passes.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it is the filter that everything passes.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_everything))
    }

    /// Whether a feature with these values passes.
    pub fn holds(&self, values: &[Value]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(values)),
            Self::AnyOf { field, .. } | Self::Between { field, .. } => {
                self.holds_of(*field, &values[*field])
            }
        }
    }

    /// Whether a feature passes whose field has this value, as far as this field decides.
    pub fn holds_of(&self, of: usize, value: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds_of(of, value)),
            Self::AnyOf { field, values } => *field != of || values.contains(value),
            Self::Between { field, range } => {
                *field != of
                    || match value {
                        Value::Number(number) => range.contains(*number),
                        Value::Integer(number) => {
                            let whole = range.integers();
                            whole.is_some_and(|range| range.contains(*number))
                        }
                        _ => false,
                    }
            }
        }
    }
}
