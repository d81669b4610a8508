//! Texts without what a comparison is not to see: case, or accents.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::atlas::model::budget;

/// About what it takes to copy a text, and to take a letter apart and put it together again, in
/// nanoseconds.
const COPY_NS: u64 = 30;
const LETTER_NS: u64 = 100;

/// A text without case: full case folding (Unicode 3.13, D144), then composed.
pub fn caseless(text: &str) -> String {
    budget::spend(COPY_NS + text.len() as u64 / 4);
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let letters = text.chars().inspect(|_| budget::spend(LETTER_NS));
    letters.nfd().default_case_fold().nfc().collect()
}

/// A text without accents: decomposed, without its combining marks, and composed again. The marks of
/// Arabic script, hamza above a letter among them, go too.
pub fn accentless(text: &str) -> String {
    budget::spend(COPY_NS + text.len() as u64 / 4);
    if text.is_ascii() {
        return text.to_owned();
    }
    let letters = text.chars().inspect(|_| budget::spend(LETTER_NS));
    letters
        .nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .nfc()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_goes() {
        for (text, folded) in [
            ("KØBENHAVN", "københavn"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("E\u{301}", "é"),
        ] {
            assert_eq!(caseless(text), folded, "{text}");
        }
    }

    #[test]
    fn accents_go() {
        for (text, folded) in [
            ("débárquér", "debarquer"),
            ("e\u{301}", "e"),
            ("أربيل", "اربيل"),
            ("قَصر", "قصر"),
            ("København", "København"),
        ] {
            assert_eq!(accentless(text), folded, "{text}");
        }
    }
}
