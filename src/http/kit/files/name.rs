//! What a download is called: the layer and what was taken of it, so that two exports are told apart
//! in a folder.

use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::model::schema::Schema;
use crate::atlas::query::question::{ItemsQuery, Near};
use crate::http::kit::params::Params;

/// So many values are named; more only make it a selection.
const VALUES_MAX: usize = 4;
/// As long as every file system takes, with room for what a browser appends.
const LENGTH_MAX: usize = 150;
/// Parameters that select by what no name has room for.
const UNTOLD: [&str; 3] = ["filter", "q", "id"];

/// The name of the file that `params`, read as `query`, select of a layer: letters, digits, dots and hyphens.
pub fn of(schema: &Schema, params: &Params, query: &ItemsQuery, extension: &str) -> String {
    let mut parts = vec![plain(&schema.id)];
    let values: Vec<String> = params
        .pairs()
        .filter(|(name, _)| schema.fields.iter().any(|field| *field.name == **name))
        .map(|(_, value)| plain(value))
        .collect();
    let untold = UNTOLD.iter().any(|name| params.first(name).is_some());
    if untold || values.len() > VALUES_MAX || values.iter().any(String::is_empty) {
        parts.push("selected".to_owned());
    } else {
        parts.extend(values);
    }
    parts.extend(params.first("datetime").and_then(days));
    if let Some(bbox) = query.bbox {
        parts.push(sides(bbox));
    } else if params.first("bbox").is_some() {
        parts.push("bbox".to_owned());
    }
    parts.extend(query.near.map(around));
    let limit = params.first("limit");
    parts.extend(limit.map(|count| format!("first-{}", plain(count))));
    let mut name = parts.join("-");
    name.truncate(LENGTH_MAX);
    format!("{name}.{extension}")
}

/// A text as a part of a name: what could mean something to a shell or a file system is left out.
fn plain(text: &str) -> String {
    let kept = |letter: &char| letter.is_ascii_alphanumeric() || "-_".contains(*letter);
    text.chars().filter(kept).collect()
}

/// The days of an interval, as far as it has any.
fn days(text: &str) -> Option<String> {
    let day = |end: &str| plain(end.get(..10).unwrap_or(end));
    let (from, to) = text.split_once('/').unwrap_or((text, text));
    match (day(from), day(to)) {
        (from, to) if from.is_empty() && to.is_empty() => None,
        (from, to) if to.is_empty() => Some(format!("from-{from}")),
        (from, to) if from.is_empty() => Some(format!("until-{to}")),
        (from, to) if from == to => Some(from),
        (from, to) => Some(format!("{from}-to-{to}")),
    }
}

fn around(Near { at, radius_m }: Near) -> String {
    let radius = radius_m.map_or_else(String::new, |metres| format!("-{}", length(metres)));
    format!("near-{}{radius}", position(at))
}

fn position(at: LngLat) -> String {
    format!("{}-{}", latitude(at.lat()), longitude(at.lng()))
}

fn sides(bbox: Bounds) -> String {
    let [west, south, east, north] = bbox.sides();
    format!(
        "bbox-{}-{}-{}-{}",
        longitude(west),
        latitude(south),
        longitude(east),
        latitude(north)
    )
}

fn latitude(degrees: f64) -> String {
    format!(
        "{}{}",
        short(degrees),
        if degrees < 0.0 { 'S' } else { 'N' }
    )
}

fn longitude(degrees: f64) -> String {
    format!(
        "{}{}",
        short(degrees),
        if degrees < 0.0 { 'W' } else { 'E' }
    )
}

/// Kilometres, or metres where there are few.
fn length(metres: f64) -> String {
    if metres < 1000.0 {
        format!("{}m", short(metres))
    } else {
        format!("{}km", short(metres / 1000.0))
    }
}

/// The size of a number with at most four decimals.
fn short(number: f64) -> String {
    let text = format!("{:.4}", number.abs());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_as_far_as_there_are_any() {
        let told = |text| days(text).unwrap_or_default();
        assert_eq!(told("2020-01-01/.."), "from-2020-01-01");
        assert_eq!(told("../2020-01-01T10:00:00Z"), "until-2020-01-01");
        assert_eq!(told("2020-01-01/2020-12-31"), "2020-01-01-to-2020-12-31");
        assert_eq!(told("2020-01-01"), "2020-01-01");
        assert_eq!(told("../.."), "");
    }

    #[test]
    fn names_hold_nothing_that_means_something_to_a_shell() {
        assert_eq!(plain("a/../b; rm \"x\" \u{2066}é"), "abrmx");
        assert_eq!(short(-46.18), "46.18");
        assert_eq!(short(35.0), "35");
        assert_eq!(length(60_000.0), "60km");
        assert_eq!(length(12_500.0), "12.5km");
        assert_eq!(length(600.0), "600m");
    }
}
