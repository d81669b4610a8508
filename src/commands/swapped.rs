//! Longitude and latitude in the wrong order: the terminal takes longitude first, as the API does; maps and
//! people often say latitude first. What looks so is answered as it was asked, and said.

use crate::atlas::Atlas;
use crate::atlas::position::{Bounds, LngLat};
use crate::atlas::swapped;
use crate::commands::{lengths, say};

/// Says so if a position is far from the border, and the same with its numbers swapped is near it.
pub(super) fn position(atlas: &Atlas, at: LngLat) {
    let Some(found) = atlas
        .border()
        .and_then(|border| swapped::position(border, at))
    else {
        return;
    };
    say::note(format_args!(
        "{at} is longitude {}, latitude {}, {} from the border: the order is LON,LAT. If it was meant the other \
         way round: {}",
        at.lng(),
        at.lat(),
        lengths::distance(found.distance_m),
        command(&at.to_string(), &found.other.to_string())
    ));
}

/// The same of a box.
pub(super) fn bounds(atlas: &Atlas, given: Bounds) {
    let Some(found) = atlas
        .border()
        .and_then(|border| swapped::bounds(border, given))
    else {
        return;
    };
    let told = |bounds: Bounds| bounds.sides().map(|side| side.to_string()).join(",");
    let [west, south, east, north] = given.sides();
    say::note(format_args!(
        "the box {} lies at longitudes {west} to {east}, latitudes {south} to {north}, {} from the border: the \
         order is west,south,east,north. If it was meant the other way round: {}",
        told(given),
        lengths::distance(found.distance_m),
        command(&told(given), &told(found.other))
    ));
}

/// The command line that runs, with another value.
fn command(given: &str, right: &str) -> String {
    let args = std::env::args().skip(1).map(|arg| {
        let (name, value) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (format!("{name}="), value),
            _ => (String::new(), &*arg),
        };
        // It may have been written otherwise, such as with blanks.
        let numbers = value.split(',').map(|number| number.trim().parse::<f64>());
        let numbers: Vec<String> = numbers.flatten().map(|number| number.to_string()).collect();
        if numbers.join(",") == given {
            format!("{name}{right}")
        } else {
            quoted(&arg)
        }
    });
    let words: Vec<String> = std::iter::once("bordermap".to_owned())
        .chain(args)
        .collect();
    words.join(" ")
}

/// An argument as a shell is given it.
fn quoted(arg: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@%+".contains(&byte);
    if !arg.is_empty() && arg.bytes().all(is_plain) {
        return arg.to_owned();
    }
    format!("'{}'", arg.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_change_is_quoted() {
        assert_eq!(quoted("--radius=25km"), "--radius=25km");
        assert_eq!(
            quoted("category = 'strike'"),
            r"'category = '\''strike'\'''"
        );
        assert_eq!(quoted(""), "''");
    }
}
