//! Patterns of `LIKE`: `%` for any text, `_` for one character, `\` before one that means itself.

/// A pattern, ready to be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Exactly(char),
    One,
    Any,
}

impl Pattern {
    /// Reads a pattern. A backslash at the end means itself.
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let piece = match letter {
                '%' if pieces.last() == Some(&Piece::Any) => continue,
                '%' => Piece::Any,
                '_' => Piece::One,
                '\\' => Piece::Exactly(letters.next().unwrap_or('\\')),
                other => Piece::Exactly(other),
            };
            pieces.push(piece);
        }
        Self(pieces)
    }

    /// Whether all of a text is as the pattern says. Only the last `%` is ever tried again, as what
    /// matched before it stays good: at most pattern times text steps.
    pub fn matches(&self, text: &str) -> bool {
        let (mut at, mut rest) = (0, text.chars());
        // After the last `%`, and where in the text to try next.
        let mut again: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let mut ahead = rest.clone();
            let letter = ahead.next();
            let fits = match (self.0.get(at), letter) {
                (None, None) => return true,
                (Some(Piece::Any), _) => {
                    at += 1;
                    again = Some((at, rest.clone()));
                    continue;
                }
                (Some(Piece::One), Some(_)) => true,
                (Some(Piece::Exactly(own)), Some(letter)) => *own == letter,
                _ => false,
            };
            if fits {
                at += 1;
                rest = ahead;
                continue;
            }
            let Some((after, from)) = &mut again else {
                return false;
            };
            if from.next().is_none() {
                return false;
            }
            at = *after;
            rest = from.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By trying every way.
    fn slowly(pattern: &[Piece], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, rest) => rest.is_none(),
            (Some((Piece::Any, after)), _) => {
                (0..=text.len()).any(|skip| slowly(after, &text[skip..]))
            }
            (Some((Piece::One, after)), Some((_, rest))) => slowly(after, rest),
            (Some((Piece::Exactly(own), after)), Some((letter, rest))) => {
                own == letter && slowly(after, rest)
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_trying_every_way_matches(
            pattern in r"[ab%_\\]{0,9}", text in r"[ab%_\\]{0,9}",
        ) {
            let pattern = Pattern::new(&pattern);
            let letters: Vec<char> = text.chars().collect();
            prop_assert_eq!(pattern.matches(&text), slowly(&pattern.0, &letters));
        }
    }
}
