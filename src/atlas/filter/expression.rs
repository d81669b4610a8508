//! Expressions: what has a value for a feature.

use std::borrow::Cow;

use geo::Geometry;

use crate::atlas::filter::arithmetic::Arithmetic;
use crate::atlas::filter::condition::Condition;
use crate::atlas::filter::datum::Datum;
use crate::atlas::filter::spatial;
use crate::atlas::filter::temporal::Period;
use crate::atlas::filter::{Reads, Subject};
use crate::atlas::model::budget;
use crate::atlas::model::schema::{FieldType, Value};
use crate::atlas::model::text_folding::{accentless, caseless};
use crate::atlas::model::time::TimeSpan;

/// About what it takes to copy an item of a list, in nanoseconds.
const ITEM_NS: u64 = 30;

/// An expression whose types were checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// The same for every feature.
    Constant(Datum<'static>),
    /// The value of a field.
    Field {
        /// The field's index in the schema.
        field: usize,
        /// Its type.
        kind: FieldType,
    },
    /// The feature's id.
    Id,
    /// Its geometry.
    Geometry,
    /// Its time: the whole month where no more is known.
    Time,
    /// A text without case or accents.
    Folded(TextFolding, Box<Expr>),
    /// What two numbers make.
    Arithmetic(Arithmetic, Box<[Expr; 2]>),
    /// The geodesic distance between two geometries, in metres.
    Distance(Box<[Expr; 2]>),
    /// From one moment to another.
    Interval(Box<[Expr; 2]>),
    /// A list of these.
    List(Vec<Expr>),
    /// Whether a condition holds.
    Truth(Box<Condition>),
}

/// What text folding takes out of a text before it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFolding {
    /// Upper and lower case.
    Case,
    /// Accents.
    Accents,
}

impl TextFolding {
    /// The text without it.
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Case => caseless(text),
            Self::Accents => accentless(text),
        }
    }
}

impl Expr {
    /// Its value for a feature.
    pub fn value<'s>(&'s self, subject: &'s dyn Subject) -> Datum<'s> {
        match self {
            Self::Constant(datum) => lent(datum),
            Self::Field { field, kind } => Datum::of(subject.value(*field), *kind),
            Self::Id => Datum::Text(subject.id()),
            Self::Geometry => subject.geometry().map_or(Datum::Null, Datum::Geometry),
            Self::Time => match subject.time() {
                Some(span) => Datum::Period(Period::of_span(span)),
                None => Datum::Null,
            },
            Self::Folded(fold, text) => match text.value(subject) {
                Datum::Text(text) => Datum::Text(fold.of(&text).into()),
                _ => Datum::Null,
            },
            Self::Arithmetic(operator, of) => {
                operator.of(&of[0].value(subject), &of[1].value(subject))
            }
            Self::Distance(of) => {
                let metres = spatial::distance_m(&of[0].value(subject), &of[1].value(subject));
                metres.map_or(Datum::Null, Datum::number)
            }
            Self::Interval(ends) => match (ends[0].value(subject), ends[1].value(subject)) {
                (Datum::Moment(first), Datum::Moment(last)) => {
                    Datum::Period(Period { first, last })
                }
                _ => Datum::Null,
            },
            Self::List(items) => {
                budget::spend(ITEM_NS * items.len() as u64);
                Datum::List(items.iter().map(|item| item.value(subject)).collect())
            }
            Self::Truth(condition) => condition.truth(subject).map_or(Datum::Null, Datum::Boolean),
        }
    }

    /// Its value, if it is the same for every feature.
    pub fn constant(&self) -> Option<Datum<'static>> {
        if let Self::Constant(datum) = self {
            return Some(datum.clone());
        }
        let mut reads = Reads::default();
        self.read(&mut reads);
        reads.nothing().then(|| owned(self.value(&Nobody)))
    }

    /// Takes down what it reads.
    pub fn read(&self, reads: &mut Reads) {
        match self {
            Self::Constant(_) => {}
            Self::Field { field, .. } => {
                if let Err(at) = reads.fields.binary_search(field) {
                    reads.fields.insert(at, *field);
                }
            }
            Self::Id => reads.id = true,
            Self::Geometry => reads.geometry = true,
            Self::Time => reads.time = true,
            Self::Folded(_, text) => text.read(reads),
            Self::Arithmetic(_, of) | Self::Distance(of) | Self::Interval(of) => {
                of.iter().for_each(|one| one.read(reads));
            }
            Self::List(items) => items.iter().for_each(|one| one.read(reads)),
            Self::Truth(condition) => condition.read(reads),
        }
    }
}

/// The same value, borrowed where it is large.
fn lent<'s>(datum: &'s Datum<'static>) -> Datum<'s> {
    match datum {
        Datum::Text(text) => Datum::Text(Cow::Borrowed(text)),
        Datum::Geometry(place) => Datum::Geometry(Cow::Borrowed(place)),
        Datum::List(items) => {
            budget::spend(ITEM_NS * items.len() as u64);
            Datum::List(items.iter().map(lent).collect())
        }
        other => other.clone(),
    }
}

/// The same value, borrowing nothing.
fn owned(datum: Datum<'_>) -> Datum<'static> {
    match datum {
        Datum::Null => Datum::Null,
        Datum::Boolean(flag) => Datum::Boolean(flag),
        Datum::Integer(number) => Datum::Integer(number),
        Datum::Number(number) => Datum::Number(number),
        Datum::Text(text) => Datum::Text(text.into_owned().into()),
        Datum::Moment(moment) => Datum::Moment(moment),
        Datum::Period(period) => Datum::Period(period),
        Datum::Geometry(place) => Datum::Geometry(Cow::Owned(place.into_owned())),
        Datum::Box(bounds) => Datum::Box(bounds),
        Datum::List(items) => Datum::List(items.into_iter().map(owned).collect()),
        Datum::Object(json) => Datum::Object(json),
    }
}

/// A feature of which nothing is read: constants have a value without one.
pub(super) struct Nobody;

impl Subject for Nobody {
    fn value(&self, _: usize) -> Cow<'_, Value> {
        Cow::Owned(Value::Null)
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        None
    }

    fn id(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn time(&self) -> Option<TimeSpan> {
        None
    }
}
