//! What flags are given, as text, to what it means; names of which there is a list are offered by the shell.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PathBufValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use tracing_subscriber::EnvFilter;

use crate::atlas::geo::position::parse_length_m;
use crate::atlas::model::schema::FieldType;
use crate::atlas::query::question::RADIUS_M_MAX;
use crate::format::FORMATS;
use crate::format::file::FileFormat;
use crate::format::view::PlaceColumns;

/// The file formats by their names.
pub(super) fn forms() -> impl TypedValueParser<Value = &'static FileFormat> {
    let names = FORMATS.iter().map(|format| {
        let (name, others) = (format.names[0], &format.names[1..]);
        PossibleValue::new(name)
            .aliases(others.iter().copied())
            .help(format.title)
    });
    PossibleValuesParser::new(names)
        .try_map(|name| FileFormat::named(&name).ok_or("no such format"))
}

/// The columns of a table that say where, by their names.
pub(super) fn place_columns() -> impl TypedValueParser<Value = PlaceColumns> {
    let names = PlaceColumns::ALL.map(|(_, name, title)| PossibleValue::new(name).help(title));
    PossibleValuesParser::new(names)
        .try_map(|name| PlaceColumns::named(&name).ok_or("no such columns"))
}

/// An encoding by any of its names on the web.
pub(super) fn encoding(name: &str) -> Result<&'static encoding_rs::Encoding, String> {
    encoding_rs::Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| {
        "it is the name of an encoding, such as utf-8, utf-16le, windows-1256 or windows-1252"
            .into()
    })
}

/// A column and the type of its values.
pub(super) fn typed_column(text: &str) -> Result<(String, FieldType), String> {
    let wanted = "it is COLUMN=TYPE, with text, integer, number, boolean, date, datetime or json for the type";
    let (column, kind) = text.rsplit_once('=').ok_or(wanted)?;
    let kind = match kind {
        "text" => Some(FieldType::String),
        kind => FieldType::named(kind),
    };
    Ok((column.to_owned(), kind.ok_or(wanted)?))
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

/// A radius as it was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Radius {
    /// How far, in metres.
    pub metres: f64,
    /// No unit was written: people may have meant kilometres.
    pub is_bare: bool,
}

/// A length that can be a radius.
pub(super) fn radius(text: &str) -> Result<Radius, String> {
    let metres = parse_length_m(text).map_err(|error| error.to_string())?;
    if metres > 0.0 && metres <= RADIUS_M_MAX {
        let is_bare = text.trim().ends_with(|end: char| !end.is_alphabetic());
        return Ok(Radius { metres, is_bare });
    }
    Err(format!(
        "a radius is more than 0 and at most {} km",
        RADIUS_M_MAX / 1000.0
    ))
}

/// A whole number between two, both included.
pub(super) fn whole_number(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.trim().parse().ok();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| match most {
                u64::MAX => format!("it is a whole number from {least} up"),
                _ => format!("it is a whole number from {least} to {most}"),
            })
    }
}

/// A filter of the log.
pub(super) fn log_filter(text: &str) -> Result<String, String> {
    let read = EnvFilter::try_new(text);
    read.map(|_| text.to_owned()).map_err(|error| {
        format!("{error}; it is a level such as info, or such as bordermap::access=info")
    })
}

/// The path of a store.
pub(super) fn store_path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        let is_address = path.to_str().is_some_and(|text| text.contains("://"));
        (!is_address)
            .then_some(path)
            .ok_or("a store is a file, not an address")
    })
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
    use crate::atlas::geo::position::{Bounds, LngLat};

    #[test]
    fn decimal_commas_are_told_with_points() {
        let radius = |text: &str| super::radius(text).map(|radius| (radius.metres, radius.is_bare));
        assert_eq!(radius("25"), Ok((25.0, true)));
        assert_eq!(radius("2.5km"), Ok((2500.0, false)));
        assert!(radius("12,5").unwrap_err().ends_with(": 12.5"));
        assert!(radius("12,5 km").unwrap_err().ends_with(": 12.5 km"));
        assert!(radius("12,5,5").unwrap_err().contains("is not a length"));
        let place = |text: &str| text.parse::<LngLat>().unwrap_err().detail;
        assert!(place("46,18,35,52").ends_with(": 46.18,35.52"));
        assert!(place("46,18;35,52").ends_with(": 46.18,35.52"));
        assert!(place("46;35,52").ends_with(": 46,35.52"));
        assert!(place("46.18").contains("longitude first"));
        assert!(place("460,35").contains("longitude 460"));
        let bounds = |text: &str| text.parse::<Bounds>().unwrap_err().detail;
        assert!(bounds("45,5;35,5;47;36").ends_with(": 45.5,35.5,47,36"));
        assert!(bounds("1,2,3").contains("west,south,east,north"));
    }

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
