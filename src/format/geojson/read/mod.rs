//! GeoJSON read row by row, whatever it is framed by: a feature collection, features on lines of their own,
//! or a text sequence (RFC 8142). One feature at a time is in memory.
//!
//! A feature that cannot be taken is a fault and reading goes on, as long as it is clear where the
//! next one starts; JSON that is broken in between ends with a fault.

mod root;

use std::io::BufRead;

use super::scan::{Broken, JsonScanner, shown};
use super::{RECORD_SEPARATOR, feature};
use crate::format::limits::too_long;
use crate::format::row::{Row, RowFault};
use root::Root;

/// Reads GeoJSON of any framing, told apart by how it begins. A bare feature or geometry is one
/// row; an array of features is taken like a collection.
pub fn read<R: BufRead>(reader: R) -> GeoJsonRows<R> {
    GeoJsonRows::new(reader, false)
}

/// Reads one feature a line or a text sequence, where even a first one that is broken does not hide
/// the others, and none at all is no fault.
pub fn read_lines<R: BufRead>(reader: R) -> GeoJsonRows<R> {
    GeoJsonRows::new(reader, true)
}

/// The rows of a GeoJSON file.
pub struct GeoJsonRows<R> {
    scanner: JsonScanner<R>,
    state: State,
    lines: bool,
    root: Root,
    text: Vec<u8>,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    /// A value of its own.
    Value,
    /// After a value of its own, which started on that line.
    After(u64),
    /// Features on lines of their own.
    Lines,
    /// Texts between record separators.
    Records,
    /// A feature of an array; `first` until one was there.
    Features {
        first: bool,
    },
    /// The members of a collection after its features.
    Tail,
    End,
}

type Step = Result<Option<Result<Row, RowFault>>, Broken>;

impl<R: BufRead> Iterator for GeoJsonRows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.state != State::End {
            let step = match self.state {
                State::Start => self.start(),
                State::Value => self.own_value(),
                State::After(line) => self.after(line),
                State::Lines => self.line(),
                State::Records => self.record(),
                State::Features { first } => self.element(first),
                State::Tail => self.tail(),
                State::End => Ok(None),
            };
            match step {
                Ok(None) => {}
                Ok(row) => return row,
                Err(broken) => {
                    self.state = State::End;
                    return Some(Err(fault(self.scanner.line(), broken.reason())));
                }
            }
        }
        None
    }
}

impl<R: BufRead> GeoJsonRows<R> {
    fn new(reader: R, lines: bool) -> Self {
        Self {
            scanner: JsonScanner::new(reader),
            state: State::Start,
            lines,
            root: Root::default(),
            text: Vec::new(),
        }
    }

    fn start(&mut self) -> Step {
        self.scanner.skip_bom()?;
        self.state = match self.scanner.skip_space()? {
            None if self.lines => State::End,
            None => return Err(Broken::Syntax("the file is empty".into())),
            Some(RECORD_SEPARATOR) => State::Records,
            Some(_) if self.lines => State::Lines,
            Some(b'{') => State::Value,
            Some(b'[') => {
                self.root.bare_array = true;
                self.scanner.bump()?;
                State::Features { first: true }
            }
            Some(byte) => {
                return Err(Broken::Syntax(format!("it begins with {}", shown(byte))));
            }
        };
        Ok(None)
    }

    fn after(&mut self, line: u64) -> Step {
        let ended_on = self.scanner.line();
        self.state = match self.scanner.skip_space()? {
            None => State::End,
            Some(RECORD_SEPARATOR) => State::Records,
            Some(_) if ended_on == line && self.scanner.line() > line => State::Lines,
            Some(_) => State::Value,
        };
        Ok(None)
    }

    fn line(&mut self) -> Step {
        let line = self.scanner.line();
        if self.scanner.peek()?.is_none() {
            self.state = State::End;
            return Ok(None);
        }
        self.text.clear();
        let fits = self.scanner.until(b'\n', &mut self.text)?;
        Ok(self.kept(line, fits))
    }

    fn record(&mut self) -> Step {
        while self.scanner.skip_space()? == Some(RECORD_SEPARATOR) {
            self.scanner.bump()?;
        }
        let line = self.scanner.line();
        if self.scanner.peek()?.is_none() {
            self.state = State::End;
            return Ok(None);
        }
        self.text.clear();
        let fits = self.scanner.until(RECORD_SEPARATOR, &mut self.text)?;
        Ok(self.kept(line, fits))
    }

    /// The row of a kept text, if it is not blank.
    fn kept(&mut self, line: u64, fits: bool) -> Option<Result<Row, RowFault>> {
        if !fits {
            return Some(Err(fault(line, too_long())));
        }
        if self.text.trim_ascii().is_empty() {
            return None;
        }
        Some(self.parse(line))
    }

    fn element(&mut self, first: bool) -> Step {
        match self.scanner.skip_space()? {
            Some(b']') => {
                self.scanner.bump()?;
                self.state = if self.root.bare_array {
                    State::After(0)
                } else {
                    State::Tail
                };
                return Ok(None);
            }
            _ if first => {}
            _ => {
                self.scanner.expect(b',')?;
                self.scanner.skip_space()?;
            }
        }
        self.state = State::Features { first: false };
        let line = self.scanner.line();
        self.text.clear();
        let fits = self.scanner.value(&mut self.text)?;
        Ok(self.kept(line, fits))
    }

    fn parse(&self, line: u64) -> Result<Row, RowFault> {
        feature::parse(line, &self.text).map_err(|reason| {
            let word = feature::not_a_number(&self.text).map_or_else(String::new, |word| {
                format!("; it has {word}, for which JSON has no word: null would be right")
            });
            fault(line, format!("{reason}{word}"))
        })
    }
}

fn fault(line: u64, reason: String) -> RowFault {
    RowFault { line, reason }
}
