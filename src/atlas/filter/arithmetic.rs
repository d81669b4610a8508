//! Sums and products of numbers.

use crate::atlas::filter::datum::Datum;

/// What is done with two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`: a fraction, also of whole numbers.
    Over,
    /// `div`: the whole part of a fraction, towards zero.
    Div,
    /// `%`: what `div` leaves; it has the sign of the first.
    Modulo,
    /// `^`
    Power,
}

impl Arithmetic {
    /// The result. Null if one is null, if it divides by zero, or if no finite number is the result;
    /// whole numbers stay whole as far as they fit.
    pub fn of(self, a: &Datum<'_>, b: &Datum<'_>) -> Datum<'static> {
        if let (Datum::Integer(a), Datum::Integer(b)) = (a, b)
            && let Some(whole) = self.of_integers(*a, *b)
        {
            return Datum::Integer(whole);
        }
        match (number(a), number(b)) {
            (Some(a), Some(b)) => Datum::number(self.of_numbers(a, b)),
            _ => Datum::Null,
        }
    }

    /// `None` if the result is not whole or does not fit.
    fn of_integers(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Self::Plus => a.checked_add(b),
            Self::Minus => a.checked_sub(b),
            Self::Times => a.checked_mul(b),
            Self::Div => a.checked_div(b),
            Self::Modulo => a.checked_rem(b),
            Self::Power => a.checked_pow(u32::try_from(b).ok()?),
            Self::Over => None,
        }
    }

    fn of_numbers(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Plus => a + b,
            Self::Minus => a - b,
            Self::Times => a * b,
            Self::Over => a / b,
            Self::Div => (a / b).trunc(),
            Self::Modulo => a % b,
            Self::Power => a.powf(b),
        }
    }
}

fn number(datum: &Datum<'_>) -> Option<f64> {
    match datum {
        Datum::Integer(number) => Some(*number as f64),
        Datum::Number(number) => Some(*number),
        _ => None,
    }
}
