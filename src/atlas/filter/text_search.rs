//! Text search (OGC API Features Part 9, draft 24-031, §6): terms that are found in a text however they
//! are written there: upper or lower case, with or without accents, in any of the letters by which
//! Arabic, Persian and Kurdish keyboards write the same one.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::atlas::model::budget;
use crate::atlas::model::refusal::{Code, Refusal};

/// Terms at most.
pub const TERMS_MAX: usize = 16;
/// Characters at most.
pub const CHARS_MAX: usize = 500;
/// Letters that are folded between two looks at the budget, and about what each takes in nanoseconds.
const PIECE: usize = 64;
const LETTER_NS: u64 = 5;

/// What is searched for: any of some terms. Words of a term follow each other in the text, with any
/// white space between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSearch {
    /// Folded, none empty.
    terms: Vec<String>,
}

impl TextSearch {
    /// Reads terms parted by commas, the Arabic one as well.
    ///
    /// # Errors
    /// One sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.chars().nth(CHARS_MAX).is_some() {
            let detail = format!("it is longer than {CHARS_MAX} characters");
            return Err(Refusal::new(Code::TooLong, detail));
        }
        let terms = text.split([',', '،']).map(|term| folded(term.trim()));
        let terms: Vec<String> = terms.filter(|term| !term.trim().is_empty()).collect();
        if terms.is_empty() {
            let detail = "it is one or more terms, separated by commas";
            return Err(Refusal::new(Code::Empty, detail));
        }
        if terms.len() > TERMS_MAX {
            let detail = format!("it has more than {TERMS_MAX} terms");
            return Err(Refusal::new(Code::TooMany, detail));
        }
        Ok(Self { terms })
    }

    /// Whether a text has any of the terms. `room` is written over.
    pub fn finds(&self, text: &str, room: &mut String) -> bool {
        room.clear();
        fold(text, room);
        budget::spend(room.len() as u64 / 4 * self.terms.len() as u64);
        self.terms.iter().any(|term| room.contains(&**term))
    }
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, &mut out);
    out
}

/// Appends what remains of a text when everything is taken from it that does not matter.
fn fold(text: &str, out: &mut String) {
    for (at, c) in text.chars().enumerate() {
        if at % PIECE == 0 {
            budget::spend(PIECE as u64 * LETTER_NS);
        }
        match c {
            '!'..='~' => out.push(c.to_ascii_lowercase()),
            // What Arabic writes is looked up as it stands: most of it is a letter of its own.
            '\u{600}'..='\u{6ff}' => out.extend(arabic(c)),
            _ if c.is_whitespace() || c.is_control() => push_space(out),
            // Compatibility forms are taken apart, so that accents stand alone.
            _ => decompose_compatible(c, |part| push_part(part, out)),
        }
    }
}

/// Writes what a character was taken apart to.
fn push_part(c: char, out: &mut String) {
    match c {
        '\u{600}'..='\u{6ff}' => out.extend(arabic(c)),
        _ if is_ignored(c) => {}
        _ if c.is_whitespace() => push_space(out),
        _ => {
            for lower in c.to_lowercase().filter(|lower| !is_ignored(*lower)) {
                match lower {
                    'ı' => out.push('i'),
                    'ø' => out.push('o'),
                    'ł' => out.push('l'),
                    'đ' => out.push('d'),
                    'ß' => out.push_str("ss"),
                    other => out.push(other),
                }
            }
        }
    }
}

/// Any white space is one space: also what a compatibility form of an accent that stands alone has.
fn push_space(out: &mut String) {
    if !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Accents, and what only steers how text is set.
fn is_ignored(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}'
    ) || is_combining_mark(c)
}

/// The one of several Arabic letters that stands for all of them; none for vowel signs and the stroke
/// that lengthens a word.
fn arabic(c: char) -> Option<char> {
    Some(match c {
        'ا'..='غ' | 'ف' | 'ق' | 'ك'..='و' | 'ي' if c != 'ة' => c,
        'آ' | 'أ' | 'إ' | 'ٱ' => 'ا',
        'ؤ' | 'ۆ' | 'ۇ' | 'ۅ' | 'ۏ' => 'و',
        'ئ' | 'ى' | 'ی' | 'ێ' | 'ې' | 'ے' | 'ۓ' => 'ي',
        'ک' | 'ڪ' => 'ك',
        'ة' | 'ە' | 'ۀ' | 'ھ' | 'ہ' | 'ۂ' | 'ۃ' => 'ه',
        'ڵ' => 'ل',
        'ڕ' => 'ر',
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        'ـ' => return None,
        other if is_combining_mark(other) => return None,
        other => other,
    })
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_letter_is_found_as_another_writes_it() {
        let check = |q: &str, text: &str, expected: bool| {
            let found = TextSearch::parse(q)
                .unwrap()
                .finds(text, &mut String::new());
            assert_eq!(found, expected, "{q} in {text}");
        };
        check("MARIVAN", "Guard killed at Marivan", true);
        check("arivan", "Marivan", true);
        check("zurich", "Zürich", true);
        check("şırnak", "Sirnak", true);
        check("STRASSE", "Straße", true);
        // ye, kaf, he
        check("كردستان", "کردستان", true);
        check("مریوان", "مريوان", true);
        check("سليمانية", "سلێمانیە", true);
        check("مصطفى", "مصطفی", true);
        check("هەولێر", "ههولير", true);
        // hamza, madda, wasla
        check("احمد", "أحمد", true);
        check("إيران", "ايران", true);
        check("آبادان", "ابادان", true);
        check("مؤمن", "مومن", true);
        check("رئيس", "ریيس", true);
        check("ٱلله", "الله", true);
        // vowel signs, tatweel, zero width non-joiner, presentation forms, digits
        check("كَرْبَلَاء", "كربلاء", true);
        check("بـصـرة", "بصره", true);
        check("قصرشیرین", "قصر\u{200c}شیرین", true);
        check("ﺑﻐﺪﺍﺩ", "بغداد", true);
        check("١٩٨٨", "۱۹۸۸", true);
        check("1988", "سنة ١٩٨٨", true);
        // what is another letter stays another
        check("گرد", "کرد", false);
        check("پاوه", "باوه", false);
        check("دژ", "دز", false);
        // accents that stand alone are a space
        check("a b", "a \u{1fdd}\u{fe70}b", true);
        // words of a term follow each other, terms stand for each other
        check("border guard", "a Border \n\t guard", true);
        check("guard border", "a border guard", false);
        check("border killed", "a border guard killed", false);
        check("sea,  guard ", "a border guard", true);
        check("بحر، حرس", "حرس الحدود", true);
        check("sea,land", "a border guard", false);
    }

    #[test]
    fn a_question_has_terms_and_not_too_many() {
        for wrong in ["", " ", ",", "ً", &"a,".repeat(17), &"a".repeat(501)] {
            assert!(TextSearch::parse(wrong).is_err(), "{wrong}");
        }
        assert!(TextSearch::parse(&"a,".repeat(16)).is_ok());
    }

    proptest! {
        /// A text is found in itself, and what is folded once is folded.
        #[test]
        fn a_text_is_found_in_itself(text in "\\PC{1,20}") {
            let once = folded(&text);
            prop_assert_eq!(&folded(&once), &once);
            let plain = text.replace([',', '،'], "");
            if let Ok(search) = TextSearch::parse(&plain) {
                prop_assert!(search.finds(&plain, &mut String::new()));
            }
        }
    }
}
