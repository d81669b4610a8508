//! What the command line's own parser cannot know of a wrong word: what it was probably a part of.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Error, Parser};

use crate::config::Cli;

/// The command line, or what is to be said instead: help, a version, or what is wrong.
pub(super) fn read() -> Result<Cli, Error> {
    Cli::try_parse().or_else(|error| {
        if asks_for_help(&error) {
            return Cli::try_parse_from(["bordermap", "help", "help"]);
        }
        Err(with_tip(error))
    })
}

/// `help --help`: the parser's own command has no flags.
fn asks_for_help(error: &Error) -> bool {
    let word = word(
        error,
        ErrorKind::InvalidSubcommand,
        ContextKind::InvalidSubcommand,
    );
    word.is_some_and(|word| ["-h", "--help"].contains(&word))
}

/// The same error, with what would be right where a shell has parted one value into words.
fn with_tip(mut error: Error) -> Error {
    let word = word(&error, ErrorKind::UnknownArgument, ContextKind::InvalidArg);
    if let Some(tip) = word.and_then(tip) {
        let tip = vec![StyledStr::from(tip)];
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tip));
    }
    error
}

/// The word that an error of a kind is about.
fn word(error: &Error, kind: ErrorKind, context: ContextKind) -> Option<&str> {
    match error.get(context) {
        Some(ContextValue::String(word)) if error.kind() == kind => Some(word),
        _ => None,
    }
}

/// What a word was probably a part of.
fn tip(word: &str) -> Option<&'static str> {
    let mut numbers = word.trim_end_matches(',').split(',');
    if numbers.all(|number| number.parse::<f64>().is_ok()) {
        return Some(
            "a position or a box is one word, with commas and without blanks: LON,LAT such as 46.18,35.52, or \
             west,south,east,north",
        );
    }
    let is_unit = ["m", "km", "nmi", "mi"].contains(&word);
    is_unit.then_some("a length is one word, without a blank before its unit: 25km")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_several_words_is_recognised() {
        let check = |args: &[&str], expected: Option<&str>| {
            let args = std::iter::once(&"bordermap").chain(args);
            let told = with_tip(Cli::try_parse_from(args).unwrap_err()).to_string();
            let tip = told
                .lines()
                .find_map(|line| line.trim().strip_prefix("tip: "));
            assert_eq!(tip.is_some(), expected.is_some(), "{told}");
            assert!(
                tip.unwrap_or_default()
                    .contains(expected.unwrap_or_default()),
                "{told}"
            );
        };
        check(&["near", "46.18,", "35.52"], Some("46.18,35.52"));
        check(&["near", "46.18", "35.52"], Some("46.18,35.52"));
        check(&["near", "-46.18", "-35.52"], Some("46.18,35.52"));
        check(
            &["export", "incidents", "--near", "46.18,", "35.52"],
            Some("46.18,35.52"),
        );
        check(
            &["export", "incidents", "--bbox", "45,", "35,", "47,", "36"],
            Some("west,south,east,north"),
        );
        check(
            &["near", "46.18,35.52", "--radius", "25", "km"],
            Some("25km"),
        );
        check(&["near", "46.18,35.52", "clashes"], None);
    }
}
