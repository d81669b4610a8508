//! Filters: the conditions of a query beside geometry and time, as a tree in which every condition stands
//! the right way round, made so that columns can test it.
//!
//! A filter is made from a [`condition::Condition`], which knows true, false and unknown: `NOT` is
//! carried down to the leaves (the laws of De Morgan hold in Kleene's logic too), so that above them
//! only what is true matters and a mask of bits says it all (`normal.rs`).
//!
//! | file | what it holds |
//! | --- | --- |
//! | `condition`, `expression` | what is true, false or unknown of a feature; what has a value for it |
//! | `normal` | from a condition to a filter: NOT at the leaves, forms for columns |
//! | `datum` | the values of expressions and their order |
//! | `spatial`, `temporal`, `array` | the predicates |
//! | `arithmetic`, `pattern` | sums and products; patterns of LIKE |
//! | `text_search` | terms that are found however a text writes their letters |

pub mod arithmetic;
pub mod array;
pub mod condition;
pub mod datum;
pub mod expression;
mod normal;
pub mod pattern;
pub mod spatial;
pub mod temporal;
pub mod text_search;

use std::borrow::Cow;
use std::sync::Arc;

use geo::Geometry;

use crate::atlas::filter::condition::Condition;
use crate::atlas::model::budget;
use crate::atlas::model::schema::Value;
use crate::atlas::model::time::TimeSpan;

/// About what it takes to compare a value with another, in nanoseconds.
const VALUE_NS: u64 = 5;

/// What must hold of a feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every part holds; of no parts: everything.
    All(Vec<Filter>),
    /// Some part holds; of no parts: nothing.
    Any(Vec<Filter>),
    /// A field has one of these values, which are of the field's own type.
    AnyOf {
        /// The field's index in the schema.
        field: usize,
        /// The values, at least one.
        values: Vec<Value>,
    },
    /// A field's number lies in a range. Null, and what is no number, lies in none.
    Between {
        /// The field's index in the schema.
        field: usize,
        /// The range.
        range: Range<f64>,
    },
    /// Any other condition.
    Term(Term),
}

/// A condition that is known to hold, or known not to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub(in crate::atlas) condition: Arc<Condition>,
    /// Whether it must be true, or false. Unknown is neither.
    pub(in crate::atlas) when: bool,
    reads: Reads,
}

/// What a condition reads of a feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Fields by their index in the schema, each once.
    pub fields: Vec<usize>,
    /// Whether it reads the geometry.
    pub geometry: bool,
    /// Whether it reads the id.
    pub id: bool,
    /// Whether it reads the time.
    pub time: bool,
}

/// A feature as a filter sees it.
pub trait Subject {
    /// The value of a field by its index in the schema.
    fn value(&self, field: usize) -> Cow<'_, Value>;
    /// The geometry.
    fn geometry(&self) -> Option<Cow<'_, Geometry>>;
    /// The id.
    fn id(&self) -> Cow<'_, str>;
    /// The time, as precisely as it is known.
    fn time(&self) -> Option<TimeSpan>;
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

    /// Whether a value is a number in it.
    pub fn has(&self, value: &Value) -> bool {
        match value {
            Value::Number(number) => self.contains(*number),
            Value::Integer(number) => self
                .integers()
                .is_some_and(|integers| integers.contains(*number)),
            _ => false,
        }
    }
}

impl Filter {
    /// The filter that everything passes.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// The filter that nothing passes.
    pub fn nothing() -> Self {
        Self::Any(Vec::new())
    }

    /// Whether it is the filter that everything passes.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_everything))
    }

    /// The parts that all must hold.
    pub fn into_parts(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts.into_iter().flat_map(Self::into_parts).collect(),
            one => vec![one],
        }
    }

    /// Whether a feature passes.
    pub fn holds(&self, subject: &dyn Subject) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(subject)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(subject)),
            Self::AnyOf { field, values } => {
                budget::spend(VALUE_NS * values.len() as u64);
                values.contains(&subject.value(*field))
            }
            Self::Between { field, range } => range.has(&subject.value(*field)),
            Self::Term(term) => term.holds(subject),
        }
    }
}

impl Term {
    /// What the condition reads.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// The condition, if it must be true.
    pub fn condition(&self) -> Option<&Condition> {
        self.when.then_some(&*self.condition)
    }

    /// Whether a feature passes.
    pub fn holds(&self, subject: &dyn Subject) -> bool {
        self.condition.truth(subject) == Some(self.when)
    }
}

impl Reads {
    /// The only field that is read, if nothing else is.
    pub fn only_field(&self) -> Option<usize> {
        match &*self.fields {
            [field] if !(self.geometry || self.id || self.time) => Some(*field),
            _ => None,
        }
    }

    /// Whether nothing but the time is read.
    pub fn only_time(&self) -> bool {
        self.time && self.fields.is_empty() && !(self.geometry || self.id)
    }

    /// Whether nothing is read.
    pub fn nothing(&self) -> bool {
        *self == Self::default()
    }
}
