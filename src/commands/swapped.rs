//! Longitude and latitude in the wrong order: what looks so is answered as it was asked, and said with the
//! command that was perhaps meant.

use crate::atlas::Atlas;
use crate::atlas::products::swapped::Ordered;
use crate::commands::say;
use crate::format::warning::Warning;

/// Says so if a position or a box is far from the border, and the same with its numbers swapped is near it.
pub(super) fn tell(atlas: &Atlas, given: impl Ordered) {
    let border = atlas.border().map(|border| &**border);
    if let Some(warning) = Warning::of_order(border, "", given) {
        say::note(format_args!(
            "{}. If it was meant the other way round: {}",
            warning.detail,
            command(&given.to_string(), &warning.other)
        ));
    }
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
