//! The operators and the standardised functions, each with its name in JSON. In text they are written
//! the same in any case, or as symbols.

use crate::atlas::filter::arithmetic::Arithmetic;
use crate::atlas::filter::array::Sets;
use crate::atlas::filter::condition::Comparison;
use crate::atlas::filter::expression::Fold;
use crate::atlas::filter::spatial::Places;
use crate::atlas::filter::temporal::Times;

/// What is done with operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// All are true; two or more.
    And,
    /// Some are true; two or more.
    Or,
    /// It is false.
    Not,
    /// Two values compared.
    Compare(Comparison),
    /// A text and a pattern.
    Like,
    /// A value and its bounds.
    Between,
    /// A value and a list.
    In,
    /// A value.
    IsNull,
    /// Two numbers.
    Arithmetic(Arithmetic),
    /// A text.
    Fold(Fold),
    /// Two places.
    Places(Places),
    /// Two times.
    Times(Times),
    /// Two lists.
    Sets(Sets),
}

const NAMES: [(&str, Op); 49] = [
    ("and", Op::And),
    ("or", Op::Or),
    ("not", Op::Not),
    ("=", Op::Compare(Comparison::Equal)),
    ("<>", Op::Compare(Comparison::NotEqual)),
    ("<", Op::Compare(Comparison::Less)),
    ("<=", Op::Compare(Comparison::AtMost)),
    (">", Op::Compare(Comparison::Greater)),
    (">=", Op::Compare(Comparison::AtLeast)),
    ("like", Op::Like),
    ("between", Op::Between),
    ("in", Op::In),
    ("isNull", Op::IsNull),
    ("+", Op::Arithmetic(Arithmetic::Plus)),
    ("-", Op::Arithmetic(Arithmetic::Minus)),
    ("*", Op::Arithmetic(Arithmetic::Times)),
    ("/", Op::Arithmetic(Arithmetic::Over)),
    ("div", Op::Arithmetic(Arithmetic::Div)),
    ("%", Op::Arithmetic(Arithmetic::Modulo)),
    ("^", Op::Arithmetic(Arithmetic::Power)),
    ("casei", Op::Fold(Fold::Case)),
    ("accenti", Op::Fold(Fold::Accents)),
    ("s_contains", Op::Places(Places::Contains)),
    ("s_crosses", Op::Places(Places::Crosses)),
    ("s_disjoint", Op::Places(Places::Disjoint)),
    ("s_equals", Op::Places(Places::Equals)),
    ("s_intersects", Op::Places(Places::Intersects)),
    ("s_overlaps", Op::Places(Places::Overlaps)),
    ("s_touches", Op::Places(Places::Touches)),
    ("s_within", Op::Places(Places::Within)),
    ("t_after", Op::Times(Times::After)),
    ("t_before", Op::Times(Times::Before)),
    ("t_contains", Op::Times(Times::Contains)),
    ("t_disjoint", Op::Times(Times::Disjoint)),
    ("t_during", Op::Times(Times::During)),
    ("t_equals", Op::Times(Times::Equals)),
    ("t_finishedBy", Op::Times(Times::FinishedBy)),
    ("t_finishes", Op::Times(Times::Finishes)),
    ("t_intersects", Op::Times(Times::Intersects)),
    ("t_meets", Op::Times(Times::Meets)),
    ("t_metBy", Op::Times(Times::MetBy)),
    ("t_overlappedBy", Op::Times(Times::OverlappedBy)),
    ("t_overlaps", Op::Times(Times::Overlaps)),
    ("t_startedBy", Op::Times(Times::StartedBy)),
    ("t_starts", Op::Times(Times::Starts)),
    ("a_equals", Op::Sets(Sets::Equals)),
    ("a_contains", Op::Sets(Sets::Contains)),
    ("a_containedBy", Op::Sets(Sets::ContainedBy)),
    ("a_overlaps", Op::Sets(Sets::Overlaps)),
];

impl Op {
    /// The operator of a name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let mut names = NAMES.iter();
        names
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, op)| *op)
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        let mut names = NAMES.iter();
        names
            .find(|(_, op)| *op == self)
            .map_or("", |(name, _)| name)
    }

    /// Whether it is written as a function in text.
    pub fn is_function(self) -> bool {
        matches!(
            self,
            Self::Fold(_) | Self::Places(_) | Self::Times(_) | Self::Sets(_)
        )
    }

    /// How many operands it takes: at least, and at most.
    pub fn operands(self) -> (usize, usize) {
        match self {
            Self::And | Self::Or => (2, usize::MAX),
            Self::Not | Self::IsNull | Self::Fold(_) => (1, 1),
            Self::Between => (3, 3),
            _ => (2, 2),
        }
    }
}

/// Words that name no property unless they are quoted.
const WORDS: [&str; 11] = [
    "and", "or", "not", "like", "between", "in", "is", "null", "true", "false", "div",
];

/// Whether a text is a word of the language.
pub fn is_word(text: &str) -> bool {
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a name can begin with a character (rule `identifierStart`).
pub fn is_start(letter: char) -> bool {
    letter == ':'
        || letter == '_'
        || letter.is_ascii_alphabetic()
        || matches!(letter,
            '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
            | '\u{37f}'..='\u{1ffe}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// Whether a name can go on with a character (rule `identifierPart`).
pub fn is_part(letter: char) -> bool {
    is_start(letter)
        || letter == '.'
        || letter.is_ascii_digit()
        || matches!(letter, '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}
