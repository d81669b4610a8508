//! What comes next in a text: taken if it is what may come, refused if it is not what has to.

use super::Parser;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::cql2::text::scan::{Token, fault};
use crate::format::cql2::{At, FilterFault, FilterResult};

impl Parser<'_> {
    pub(super) fn expected<T>(&mut self, wanted: &str, found: &Token<'_>) -> FilterResult<T> {
        Err(fault(
            self.scan.here(),
            format!("expected {wanted}, found {}", found.shown()),
        ))
    }

    pub(super) fn refused(&mut self, code: Code, detail: impl Into<String>) -> FilterFault {
        FilterFault::new(At::Byte(self.scan.here()), Refusal::new(code, detail))
    }

    pub(super) fn take_sign(&mut self, sign: &str) -> FilterResult<bool> {
        let is_next = matches!(self.scan.peek()?, Token::Sign(own) if own == sign);
        if is_next {
            self.scan.next()?;
        }
        Ok(is_next)
    }

    pub(super) fn take_word(&mut self, word: &str) -> FilterResult<bool> {
        let is_next =
            matches!(self.scan.peek()?, Token::Word(own) if own.eq_ignore_ascii_case(word));
        if is_next {
            self.scan.next()?;
        }
        Ok(is_next)
    }

    pub(super) fn need_sign(&mut self, sign: &str) -> FilterResult<()> {
        if self.take_sign(sign)? {
            return Ok(());
        }
        let found = self.scan.peek()?;
        self.expected(&format!("\"{sign}\""), &found)
    }

    pub(super) fn need_word(&mut self, word: &str) -> FilterResult<()> {
        if self.take_word(word)? {
            return Ok(());
        }
        let found = self.scan.peek()?;
        self.expected(word, &found)
    }
}
