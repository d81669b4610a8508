//! The words and signs of a filter's text.

use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::cql2::name::{is_part, is_start};
use crate::format::cql2::{At, FilterFault, FilterResult};

/// A reader of words and signs.
pub(super) struct TokenScanner<'t> {
    text: &'t str,
    at: usize,
}

/// A word or a sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// A name or a word of the language.
    Word(&'t str),
    /// A name in double quotes.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A sign.
    Sign(&'static str),
    /// Nothing more.
    End,
}

/// Longer ones before those that they begin with.
const SIGNS: [&str; 16] = [
    "<>", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%",
];

impl<'t> TokenScanner<'t> {
    /// At the beginning of a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next word or sign begins.
    pub fn here(&mut self) -> usize {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    /// The text from here.
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Passes over so many bytes.
    pub fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// The next word or sign, without passing over it.
    pub fn peek(&mut self) -> FilterResult<Token<'t>> {
        let start = self.here();
        let token = self.next();
        self.at = start;
        token
    }

    /// The next word or sign.
    pub fn next(&mut self) -> FilterResult<Token<'t>> {
        let start = self.here();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(Token::End);
        };
        if first == '\'' {
            return self.text();
        }
        if first == '"' {
            return self.quoted();
        }
        if is_start(first) {
            let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            self.at += end;
            return Ok(Token::Word(&rest[..end]));
        }
        let is_number = |rest: &str| rest.starts_with(|digit: char| digit.is_ascii_digit());
        if is_number(rest) || (first == '.' && is_number(&rest[1..])) {
            return self.number();
        }
        if first == '^' {
            self.at += 1;
            return Ok(Token::Sign("^"));
        }
        match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => {
                self.at += sign.len();
                Ok(Token::Sign(sign))
            }
            None => Err(fault(start, format!("\"{first}\" is no part of a filter"))),
        }
    }

    /// A text; `''` and `\'` stand for a quote.
    fn text(&mut self) -> FilterResult<Token<'t>> {
        let start = self.at;
        let mut text = String::new();
        let mut rest = &self.rest()[1..];
        loop {
            let Some(end) = rest.find('\'') else {
                return Err(fault(
                    start,
                    "the text that begins here has no closing quote".into(),
                ));
            };
            let (before, after) = (&rest[..end], &rest[end + 1..]);
            if let Some(before) = before.strip_suffix('\\') {
                text.push_str(before);
                text.push('\'');
                rest = after;
            } else if let Some(after) = after.strip_prefix('\'') {
                text.push_str(before);
                text.push('\'');
                rest = after;
            } else {
                text.push_str(before);
                self.at = self.text.len() - after.len();
                return Ok(Token::Text(text));
            }
        }
    }

    /// A name in double quotes; `""` stands for one of them.
    fn quoted(&mut self) -> FilterResult<Token<'t>> {
        let start = self.at;
        let mut name = String::new();
        let mut rest = &self.rest()[1..];
        loop {
            let Some(end) = rest.find('"') else {
                return Err(fault(
                    start,
                    "the name that begins here has no closing quote".into(),
                ));
            };
            name.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            let Some(after) = rest.strip_prefix('"') else {
                self.at = self.text.len() - rest.len();
                return Ok(Token::Quoted(name));
            };
            name.push('"');
            rest = after;
        }
    }

    fn number(&mut self) -> FilterResult<Token<'t>> {
        let start = self.at;
        let bytes = self.rest().as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = end + 1 + sign;
            if digits(exponent) > exponent {
                end = digits(exponent);
            }
        }
        let text = &self.rest()[..end];
        self.at += end;
        if let Ok(integer) = text.parse() {
            return Ok(Token::Integer(integer));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Token::Number(number)),
            _ => {
                let detail = format!("{text} is not a number that can be counted with");
                Err(FilterFault::new(
                    At::Byte(start),
                    Refusal::new(Code::NotANumber, detail),
                ))
            }
        }
    }
}

impl Token<'_> {
    /// As it is told to people.
    pub fn shown(&self) -> String {
        match self {
            Self::Word(word) => format!("\"{}\"", short(word)),
            Self::Quoted(name) => format!("the name \"{}\"", short(name)),
            Self::Text(text) => format!("the text '{}'", short(text)),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Sign(sign) => format!("\"{sign}\""),
            Self::End => "the end".into(),
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(24).collect()
}

/// What is not written as the language has it.
pub(super) fn fault(at: usize, detail: String) -> FilterFault {
    FilterFault::new(At::Byte(at), Refusal::new(Code::FilterSyntax, detail))
}
