//! Conditions: what is true, false or unknown of a feature (OGC 21-065r2 §6.2, table 1). What is null
//! makes a comparison unknown.

use std::cmp::Ordering;

use crate::atlas::filter::array::ArrayPredicate;
use crate::atlas::filter::datum::Datum;
use crate::atlas::filter::expression::Expr;
use crate::atlas::filter::pattern::Pattern;
use crate::atlas::filter::spatial::{self, SpatialPredicate};
use crate::atlas::filter::temporal::{Period, TemporalPredicate};
use crate::atlas::filter::{Reads, Subject};
use crate::atlas::model::budget;

/// About what it takes to look at a condition, without what its values take, in nanoseconds.
const CONDITION_NS: u64 = 20;

/// A condition whose types were checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every part is true.
    All(Vec<Condition>),
    /// Some part is true.
    Any(Vec<Condition>),
    /// It is false.
    Not(Box<Condition>),
    /// A boolean expression is true.
    Is(Expr),
    /// Two values have an order.
    Compare(Comparison, Box<[Expr; 2]>),
    /// The first value is at least the second and at most the third.
    Between(Box<[Expr; 3]>),
    /// A value is one of these.
    In(Expr, Vec<Expr>),
    /// A text is as a pattern says.
    Like(Expr, Pattern),
    /// A value is null.
    IsNull(Expr),
    /// A spatial predicate holds of two geometries.
    Spatial(SpatialPredicate, Box<[Expr; 2]>),
    /// Two geometries are at most so many metres apart.
    Within(Box<[Expr; 3]>),
    /// A temporal predicate holds of two times.
    Temporal(TemporalPredicate, Box<[Expr; 2]>),
    /// An array predicate holds of two lists.
    Array(ArrayPredicate, Box<[Expr; 2]>),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// Whether an order is the one that is asked for.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }

    /// The converse: how the second value compares to the first.
    #[must_use]
    pub fn converse(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same @ (Self::Equal | Self::NotEqual) => same,
        }
    }

    /// The negation: holds exactly where this does not.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// What must hold of the two for this to be true, or false.
    #[must_use]
    pub fn when(self, truth: bool) -> Self {
        if truth { self } else { self.negated() }
    }
}

impl Condition {
    /// Whether it is true of a feature; `None` if that is unknown.
    pub fn truth(&self, subject: &dyn Subject) -> Option<bool> {
        budget::spend(CONDITION_NS);
        let value = |of: &'_ Expr| matches!(of.value(subject), Datum::Null);
        match self {
            Self::All(parts) => kleene(parts, subject, false),
            Self::Any(parts) => kleene(parts, subject, true),
            Self::Not(part) => part.truth(subject).map(|truth| !truth),
            Self::Is(of) => match of.value(subject) {
                Datum::Boolean(truth) => Some(truth),
                _ => None,
            },
            Self::Compare(comparison, of) => {
                let order = of[0].value(subject).order(&of[1].value(subject));
                order.map(|order| comparison.holds(order))
            }
            Self::Between(of) => {
                let own = of[0].value(subject);
                let low = own.order(&of[1].value(subject)).map(Ordering::is_ge);
                let high = own.order(&of[2].value(subject)).map(Ordering::is_le);
                match (low, high) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (low, high) => Some(low? && high?),
                }
            }
            Self::In(of, values) => {
                let own = of.value(subject);
                let mut known = Some(false);
                budget::spend(CONDITION_NS * values.len() as u64);
                for other in values {
                    match own.order(&other.value(subject)) {
                        Some(Ordering::Equal) => return Some(true),
                        Some(_) => {}
                        None => known = None,
                    }
                }
                known
            }
            Self::Like(of, pattern) => match of.value(subject) {
                Datum::Text(text) => Some(pattern.matches(&text)),
                _ => None,
            },
            Self::IsNull(of) => Some(value(of)),
            Self::Spatial(predicate, of) => {
                predicate.holds(&of[0].value(subject), &of[1].value(subject))
            }
            Self::Within(of) => {
                let apart = spatial::distance_m(&of[0].value(subject), &of[1].value(subject))?;
                let order = Datum::number(apart).order(&of[2].value(subject))?;
                Some(order.is_le())
            }
            Self::Temporal(predicate, of) => {
                let own = period(&of[0].value(subject))?;
                Some(predicate.holds(own, period(&of[1].value(subject))?))
            }
            Self::Array(predicate, of) => {
                predicate.holds(&of[0].value(subject), &of[1].value(subject))
            }
        }
    }

    /// Takes down what it reads.
    pub fn read(&self, reads: &mut Reads) {
        let all = |of: &[Expr], reads: &mut Reads| of.iter().for_each(|one| one.read(reads));
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.read(reads)),
            Self::Not(part) => part.read(reads),
            Self::Is(of) | Self::Like(of, _) | Self::IsNull(of) => of.read(reads),
            Self::In(of, values) => {
                of.read(reads);
                all(values, reads);
            }
            Self::Between(of) | Self::Within(of) => all(&**of, reads),
            Self::Compare(_, of)
            | Self::Spatial(_, of)
            | Self::Temporal(_, of)
            | Self::Array(_, of) => {
                all(&**of, reads);
            }
        }
    }
}

/// The truth of parts, of which one that is `decisive` decides.
fn kleene(parts: &[Condition], subject: &dyn Subject, decisive: bool) -> Option<bool> {
    let mut known = Some(!decisive);
    for part in parts {
        match part.truth(subject) {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => known = None,
        }
    }
    known
}

/// A time as a period.
pub(in crate::atlas) fn period(datum: &Datum<'_>) -> Option<Period> {
    match datum {
        Datum::Moment(moment) => Some(Period::only(*moment)),
        Datum::Period(period) => Some(*period),
        _ => None,
    }
}
