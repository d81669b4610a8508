//! Patterns of `LIKE`: `%` for any text, `_` for one character, `\` before one that means itself.
//!
//! Between two `%` stands a run of letters and `_` of a certain length. Each run is looked for where the
//! one before it was found: what the first position leaves open, a later one leaves open too. A run
//! with `_` in it is looked for at all positions at once, a bit each (Baeza-Yates and Gonnet 1992, doi
//! 10.1145/135239.135243): so a text costs its length times that of the longest run, over 64.

use std::collections::HashMap;

use crate::atlas::model::budget;

/// About what it takes to look at a byte of a text, and to take 64 positions one letter further, in
/// nanoseconds.
const BYTE_NS: u64 = 1;
const WORD_NS: u64 = 2;

/// A pattern, ready to be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What the text begins with.
    first: Run,
    /// What stands between two `%`, in order, and what the text ends with; `None` without any `%`.
    rest: Option<(Vec<Middle>, Run)>,
}

/// Letters, or any one where there is none.
type Run = Vec<Option<char>>;

/// A run that may stand anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Middle {
    /// Letters alone.
    Text(String),
    /// Some of them may be any.
    Positions(Positions),
}

/// A run as bits: which of its positions a letter may stand at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Positions {
    len: usize,
    /// Where each letter may stand, 64 positions a word, row by row; first the row of letters that stand
    /// only where any may.
    rows: Vec<u64>,
    /// The rows of ASCII letters, and of others that have one of their own.
    ascii: Vec<usize>,
    others: HashMap<char, usize>,
}

impl Pattern {
    /// Reads a pattern. A backslash at the end means itself.
    pub fn new(text: &str) -> Self {
        let mut runs = vec![Run::new()];
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let place = match letter {
                '%' => {
                    runs.push(Run::new());
                    continue;
                }
                '_' => None,
                '\\' => Some(letters.next().unwrap_or('\\')),
                other => Some(other),
            };
            if let Some(run) = runs.last_mut() {
                run.push(place);
            }
        }
        let mut runs = runs.into_iter();
        let first = runs.next().unwrap_or_default();
        let rest = runs.next_back().map(|last| {
            let middle = runs.filter(|run| !run.is_empty());
            let middle = middle.map(|run| Middle::new(&run));
            (middle.collect(), last)
        });
        Self { first, rest }
    }

    /// Whether all of a text is as the pattern says.
    pub fn matches(&self, text: &str) -> bool {
        budget::spend(BYTE_NS * text.len() as u64);
        let Some(text) = begun(&self.first, text) else {
            return false;
        };
        let Some((middle, last)) = &self.rest else {
            return text.is_empty();
        };
        let Some(mut text) = ended(last, text) else {
            return false;
        };
        for run in middle {
            match run.find(text) {
                Some(after) => text = after,
                None => return false,
            }
        }
        true
    }
}

/// What follows a run that a text begins with.
fn begun<'t>(run: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let mut letters = text.chars();
    let mut fits = |place: &Option<char>| {
        let letter = letters.next();
        letter.is_some() && place.is_none_or(|own| letter == Some(own))
    };
    run.iter().all(&mut fits).then_some(letters.as_str())
}

/// What stands before a run that a text ends with.
fn ended<'t>(run: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let mut letters = text.chars();
    let mut fits = |place: &Option<char>| {
        let letter = letters.next_back();
        letter.is_some() && place.is_none_or(|own| letter == Some(own))
    };
    run.iter().rev().all(&mut fits).then_some(letters.as_str())
}

impl Middle {
    fn new(run: &[Option<char>]) -> Self {
        match run.iter().copied().collect() {
            Some(text) => Self::Text(text),
            None => Self::Positions(Positions::new(run)),
        }
    }

    /// What follows the first position where it stands.
    fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Text(own) => text.find(&**own).map(|at| &text[at + own.len()..]),
            Self::Positions(places) => places.find(text),
        }
    }
}

impl Positions {
    fn new(run: &[Option<char>]) -> Self {
        let words = run.len().div_ceil(64);
        let mut any = vec![0; words];
        for (at, _) in run.iter().enumerate().filter(|(_, place)| place.is_none()) {
            any[at / 64] |= 1 << (at % 64);
        }
        let mut places = Self {
            len: run.len(),
            rows: any,
            ascii: vec![0; 128],
            others: HashMap::new(),
        };
        for (at, letter) in run.iter().enumerate() {
            let Some(letter) = letter else {
                continue;
            };
            let mut row = places.row_of(*letter);
            if row == 0 {
                budget::spend(WORD_NS * words as u64);
                row = places.rows.len() / words;
                places.rows.extend_from_within(..words);
                match places.ascii.get_mut(*letter as usize) {
                    Some(own) => *own = row,
                    None => {
                        places.others.insert(*letter, row);
                    }
                }
            }
            places.rows[row * words + at / 64] |= 1 << (at % 64);
        }
        places
    }

    fn row_of(&self, letter: char) -> usize {
        match self.ascii.get(letter as usize) {
            Some(row) => *row,
            None => self.others.get(&letter).copied().unwrap_or_default(),
        }
    }

    fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        // A text that is shorter has no room for it.
        if text.len() < self.len {
            return None;
        }
        match self.len.div_ceil(64) {
            1 => self.find_word(text),
            words => self.find_words(text, words),
        }
    }

    fn find_word<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (end, mut reached) = (1 << (self.len - 1), 0);
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            // At each letter one more begins, and those go on that it fits.
            reached = (reached << 1 | 1) & self.rows[self.row_of(letter)];
            if reached & end != 0 {
                return Some(letters.as_str());
            }
        }
        None
    }

    fn find_words<'t>(&self, text: &'t str, words: usize) -> Option<&'t str> {
        let (end, mut reached) = (self.len - 1, vec![0_u64; words]);
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            budget::spend(WORD_NS * words as u64);
            let row = self.row_of(letter) * words;
            let mut carried = 1;
            for (reached, fits) in reached.iter_mut().zip(&self.rows[row..row + words]) {
                let next = *reached >> 63;
                *reached = (*reached << 1 | carried) & fits;
                carried = next;
            }
            if reached[end / 64] >> (end % 64) & 1 == 1 {
                return Some(letters.as_str());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By trying every way.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], rest) => rest.is_empty(),
            (['%', after @ ..], _) => (0..=text.len()).any(|skip| slowly(after, &text[skip..])),
            (['_', after @ ..], [_, rest @ ..]) => slowly(after, rest),
            (['\\', own, after @ ..] | [own, after @ ..], [letter, rest @ ..]) => {
                own == letter && slowly(after, rest)
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_trying_every_way_matches(
            pattern in r"[ab%_\\]{0,9}", text in r"[ab%_\\é]{0,9}", wide in 0..3_usize,
        ) {
            // A run of more than 64 positions, in a text of more.
            let run = format!("%{}", "_".repeat(70 * wide));
            let pattern = if wide == 0 { pattern } else { run + &pattern };
            let text = "ab".repeat(38 * wide) + &text;
            let [letters, places] = [&text, &pattern].map(|text| text.chars().collect::<Vec<_>>());
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), slowly(&places, &letters));
        }
    }
}
