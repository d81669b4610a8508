//! From a condition to a filter: `NOT` is carried to the leaves, what is the same for every feature is
//! settled, and what columns test by value or range takes that form.

use std::sync::Arc;

use crate::atlas::filter::condition::{Comparison, Condition};
use crate::atlas::filter::datum::Datum;
use crate::atlas::filter::expression::{Expr, Nobody};
use crate::atlas::filter::{Filter, Range, Reads, Term};
use crate::atlas::model::schema::{FieldType, Value};

/// Whole numbers up to this are the same as doubles.
const EXACT_MAX: i64 = 1 << 53;

impl From<Condition> for Filter {
    /// What passes is what the condition is true of.
    fn from(condition: Condition) -> Self {
        leaf(condition, true)
    }
}

/// The filter of a condition that must be true, or false.
fn leaf(condition: Condition, when: bool) -> Filter {
    match condition {
        Condition::Not(part) => leaf(*part, !when),
        Condition::All(parts) => together(parts, when, when),
        Condition::Any(parts) => together(parts, when, !when),
        other => {
            let mut reads = Reads::default();
            other.read(&mut reads);
            if reads.nothing() {
                let passes = other.truth(&Nobody) == Some(when);
                return if passes {
                    Filter::everything()
                } else {
                    Filter::nothing()
                };
            }
            by_column(&other, when).unwrap_or_else(|| {
                let condition = Arc::new(other);
                Filter::Term(Term {
                    condition,
                    when,
                    reads,
                })
            })
        }
    }
}

/// The parts as one filter, without a level for nothing.
fn together(parts: Vec<Condition>, when: bool, all: bool) -> Filter {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts.into_iter().map(|part| leaf(part, when)) {
        match part {
            Filter::All(parts) if all => flat.extend(parts),
            Filter::Any(parts) if !all => flat.extend(parts),
            other => flat.push(other),
        }
    }
    match flat.len() {
        1 => flat.swap_remove(0),
        _ if all => Filter::All(flat),
        _ => Filter::Any(flat),
    }
}

/// The form that columns test directly, if there is one.
fn by_column(condition: &Condition, when: bool) -> Option<Filter> {
    match condition {
        Condition::Is(of) => {
            let (field, FieldType::Boolean) = field_of(of)? else {
                return None;
            };
            Some(any_of(field, vec![Value::Boolean(when)]))
        }
        Condition::Compare(comparison, of) => {
            let (comparison, field, constant) = match (&of[0], &of[1]) {
                (field @ Expr::Field { .. }, other) => (*comparison, field, other),
                (other, field) => (comparison.converse(), field, other),
            };
            compared(
                comparison.when(when),
                field_of(field)?,
                &constant.constant()?,
            )
        }
        Condition::Between(of) => between(of, when),
        Condition::In(of, values) if when => one_of(of, values),
        Condition::IsNull(of) if !when => match field_of(of)? {
            (field, FieldType::Number | FieldType::Integer) => {
                let range = Range {
                    low: f64::NEG_INFINITY,
                    high: f64::INFINITY,
                };
                Some(Filter::Between { field, range })
            }
            _ => None,
        },
        _ => None,
    }
}

/// A field between two constants, or outside of them.
fn between(of: &[Expr; 3], when: bool) -> Option<Filter> {
    let field = field_of(&of[0])?;
    let (low, high) = (of[1].constant()?, of[2].constant()?);
    let compared = |comparison, bound| compared(comparison, field, bound);
    if !when {
        let below = compared(Comparison::Less, &low)?;
        return Some(Filter::Any(vec![
            below,
            compared(Comparison::Greater, &high)?,
        ]));
    }
    match (
        compared(Comparison::AtLeast, &low)?,
        compared(Comparison::AtMost, &high)?,
    ) {
        (Filter::Between { range: above, .. }, Filter::Between { range: below, .. }) => {
            let range = Range {
                low: above.low,
                high: below.high,
            };
            Some(Filter::Between {
                field: field.0,
                range,
            })
        }
        _ => None,
    }
}

/// A field that has one of some constants.
fn one_of(of: &Expr, values: &[Expr]) -> Option<Filter> {
    let (field, kind) = field_of(of)?;
    let mut own = Vec::with_capacity(values.len());
    for value in values {
        match own_value(kind, &value.constant()?) {
            Own::Value(value) => own.push(value),
            Own::Nothing => {}
            Own::Unclear => return None,
        }
    }
    Some(if own.is_empty() {
        Filter::nothing()
    } else {
        any_of(field, own)
    })
}

fn field_of(expr: &Expr) -> Option<(usize, FieldType)> {
    match expr {
        Expr::Field { field, kind } => Some((*field, *kind)),
        _ => None,
    }
}

fn any_of(field: usize, values: Vec<Value>) -> Filter {
    Filter::AnyOf { field, values }
}

/// A field compared with a constant.
fn compared(
    comparison: Comparison,
    (field, kind): (usize, FieldType),
    constant: &Datum<'_>,
) -> Option<Filter> {
    if comparison == Comparison::Equal {
        return match own_value(kind, constant) {
            Own::Value(value) => Some(any_of(field, vec![value])),
            Own::Nothing => Some(Filter::nothing()),
            Own::Unclear => None,
        };
    }
    // Of whole numbers the neighbours have to be exact, too: behind 2^53 every other one is no double.
    let number = match (kind, constant) {
        (FieldType::Number, Datum::Number(number)) => *number,
        (FieldType::Integer, Datum::Number(number)) if number.abs() < EXACT_MAX as f64 => *number,
        (FieldType::Integer, Datum::Integer(number))
            if number.unsigned_abs() < EXACT_MAX.unsigned_abs() =>
        {
            *number as f64
        }
        (FieldType::Number, Datum::Integer(number))
            if number.unsigned_abs() <= EXACT_MAX.unsigned_abs() =>
        {
            *number as f64
        }
        _ => return None,
    };
    let between = |low, high| Filter::Between {
        field,
        range: Range { low, high },
    };
    let below = between(f64::NEG_INFINITY, number.next_down());
    let above = between(number.next_up(), f64::INFINITY);
    Some(match comparison {
        Comparison::Less => below,
        Comparison::AtMost => between(f64::NEG_INFINITY, number),
        Comparison::Greater => above,
        Comparison::AtLeast => between(number, f64::INFINITY),
        Comparison::NotEqual | Comparison::Equal => Filter::Any(vec![below, above]),
    })
}

/// What a constant is among the values of a field.
enum Own {
    /// This one.
    Value(Value),
    /// None of them equals it.
    Nothing,
    /// That is not to be said by one value.
    Unclear,
}

/// A constant as a value of a field's type.
fn own_value(kind: FieldType, constant: &Datum<'_>) -> Own {
    Own::Value(match (kind, constant) {
        (_, Datum::Null) => return Own::Nothing,
        (FieldType::Boolean, Datum::Boolean(flag)) => Value::Boolean(*flag),
        (FieldType::Integer, Datum::Integer(number)) => Value::Integer(*number),
        (FieldType::Integer, Datum::Number(number)) if number.abs() <= EXACT_MAX as f64 => {
            if number.fract() != 0.0 {
                return Own::Nothing;
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it is whole and below 2^53"
            )]
            let whole = *number as i64;
            Value::Integer(whole)
        }
        (FieldType::Number, Datum::Number(number)) => Value::Number(*number),
        (FieldType::Number, Datum::Integer(number))
            if number.unsigned_abs() <= EXACT_MAX.unsigned_abs() =>
        {
            Value::Number(*number as f64)
        }
        (FieldType::String, Datum::Text(text)) => Value::Text((&**text).into()),
        _ => return Own::Unclear,
    })
}
