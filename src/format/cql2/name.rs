//! The operators and the standardised functions, each with its name in JSON. In text they are written
//! the same in any case, or as symbols.

use crate::atlas::filter::arithmetic::Arithmetic;
use crate::atlas::filter::array::ArrayPredicate;
use crate::atlas::filter::condition::Comparison;
use crate::atlas::filter::expression::TextFolding;
use crate::atlas::filter::spatial::SpatialPredicate;
use crate::atlas::filter::temporal::TemporalPredicate;

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
    Fold(TextFolding),
    /// Two places.
    Spatial(SpatialPredicate),
    /// Two times.
    Temporal(TemporalPredicate),
    /// Two lists.
    Array(ArrayPredicate),
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
    ("casei", Op::Fold(TextFolding::Case)),
    ("accenti", Op::Fold(TextFolding::Accents)),
    ("s_contains", Op::Spatial(SpatialPredicate::Contains)),
    ("s_crosses", Op::Spatial(SpatialPredicate::Crosses)),
    ("s_disjoint", Op::Spatial(SpatialPredicate::Disjoint)),
    ("s_equals", Op::Spatial(SpatialPredicate::Equals)),
    ("s_intersects", Op::Spatial(SpatialPredicate::Intersects)),
    ("s_overlaps", Op::Spatial(SpatialPredicate::Overlaps)),
    ("s_touches", Op::Spatial(SpatialPredicate::Touches)),
    ("s_within", Op::Spatial(SpatialPredicate::Within)),
    ("t_after", Op::Temporal(TemporalPredicate::After)),
    ("t_before", Op::Temporal(TemporalPredicate::Before)),
    ("t_contains", Op::Temporal(TemporalPredicate::Contains)),
    ("t_disjoint", Op::Temporal(TemporalPredicate::Disjoint)),
    ("t_during", Op::Temporal(TemporalPredicate::During)),
    ("t_equals", Op::Temporal(TemporalPredicate::Equals)),
    ("t_finishedBy", Op::Temporal(TemporalPredicate::FinishedBy)),
    ("t_finishes", Op::Temporal(TemporalPredicate::Finishes)),
    ("t_intersects", Op::Temporal(TemporalPredicate::Intersects)),
    ("t_meets", Op::Temporal(TemporalPredicate::Meets)),
    ("t_metBy", Op::Temporal(TemporalPredicate::MetBy)),
    (
        "t_overlappedBy",
        Op::Temporal(TemporalPredicate::OverlappedBy),
    ),
    ("t_overlaps", Op::Temporal(TemporalPredicate::Overlaps)),
    ("t_startedBy", Op::Temporal(TemporalPredicate::StartedBy)),
    ("t_starts", Op::Temporal(TemporalPredicate::Starts)),
    ("a_equals", Op::Array(ArrayPredicate::Equals)),
    ("a_contains", Op::Array(ArrayPredicate::Contains)),
    ("a_containedBy", Op::Array(ArrayPredicate::ContainedBy)),
    ("a_overlaps", Op::Array(ArrayPredicate::Overlaps)),
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
            Self::Fold(_) | Self::Spatial(_) | Self::Temporal(_) | Self::Array(_)
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
