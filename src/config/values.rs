//! What flags are given, as text, to what it means; names of which there is a list are offered by the shell.

use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::atlas::position::parse_length_m;
use crate::atlas::query::RADIUS_M_MAX;
use crate::format::form::{FORMS, Form, PlaceColumns};

/// The forms of file by their names.
pub(super) fn forms() -> impl TypedValueParser<Value = Form> {
    let names = FORMS.iter().map(|facts| {
        let (name, others) = (facts.names[0], &facts.names[1..]);
        PossibleValue::new(name)
            .aliases(others.iter().copied())
            .help(facts.title)
    });
    PossibleValuesParser::new(names).try_map(|name| Form::named(&name).ok_or("no such format"))
}

/// The columns of a table that say where, by their names.
pub(super) fn place_columns() -> impl TypedValueParser<Value = PlaceColumns> {
    let names = PlaceColumns::ALL.map(|(_, name, title)| PossibleValue::new(name).help(title));
    PossibleValuesParser::new(names)
        .try_map(|name| PlaceColumns::named(&name).ok_or("no such columns"))
}

/// A time such as 2s, 1.5s or 500ms; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, scale) = match text.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let seconds = number.trim().parse().ok().map(|number: f64| number * scale);
    seconds
        .filter(|seconds| (0.001..=3600.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "it is a time from 1ms to 3600s, such as 2s or 500ms".into())
}

/// A length that can be a radius.
pub(super) fn radius(text: &str) -> Result<f64, String> {
    let metres = parse_length_m(text).map_err(|error| error.to_string())?;
    if metres > 0.0 && metres <= RADIUS_M_MAX {
        return Ok(metres);
    }
    Err(format!(
        "a radius is more than 0 and at most {} km",
        RADIUS_M_MAX / 1000.0
    ))
}

/// What a property is to be.
pub(super) fn condition(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(property, _)| !property.is_empty())
        .map(|(property, value)| (property.to_owned(), value.to_owned()))
        .ok_or_else(|| "it must be PROPERTY=VALUE".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_a_time() {
        let check = |text: &str, expected_ms: Option<u64>| {
            let found = duration(text).ok();
            assert_eq!(found, expected_ms.map(Duration::from_millis), "{text}");
        };
        check("2s", Some(2000));
        check("1.5s", Some(1500));
        check("500ms", Some(500));
        check("3", Some(3000));
        for wrong in ["", "0s", "-1s", "NaN", "inf", "1e9s", "2 minutes"] {
            check(wrong, None);
        }
    }
}
