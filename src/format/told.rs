//! Words of others (names, values, a file's own text) as they are told to a person.

/// The longest that is told whole, in characters.
const CHARACTERS_MAX: usize = 1_000;
/// Of what is longer the end is told too, since it says what would be right.
const END_CHARACTERS: usize = 300;

/// A text on one line, without what would steer a terminal or turn around what stands beside it, and no
/// longer than a person reads: of a longer one the beginning and the end, with how much is left out.
pub fn told(text: &str) -> String {
    let count = text.chars().count();
    if count <= CHARACTERS_MAX {
        return plain(text.chars());
    }
    let left_out = count - CHARACTERS_MAX;
    let beginning = plain(text.chars().take(CHARACTERS_MAX - END_CHARACTERS));
    let end = plain(text.chars().skip(count - END_CHARACTERS));
    format!("{beginning} … ({left_out} characters left out) … {end}")
}

fn plain(text: impl Iterator<Item = char>) -> String {
    let mut plain = String::new();
    for letter in text {
        if letter.is_control() || turns_around(letter) {
            plain.extend(letter.escape_unicode());
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// Whether a character changes the direction of what follows (Unicode UAX #9 §2): what is written after
/// it would be read in another order.
fn turns_around(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_on_one_line_and_not_at_length() {
        assert_eq!(told("a name, مرز"), "a name, مرز");
        assert_eq!(
            told("a\n\u{1b}[31mb\u{202e}\0"),
            "a\\u{a}\\u{1b}[31mb\\u{202e}\\u{0}"
        );
        let long = format!("begins {}ends", "é".repeat(1_000_000));
        let short = told(&long);
        assert!(short.starts_with("begins é") && short.ends_with("éends"));
        assert!(short.contains("(999011 characters left out)"), "{short}");
        assert!(short.chars().count() < 1_100);
    }
}
