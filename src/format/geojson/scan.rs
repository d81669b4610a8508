//! Cuts JSON text into its values without understanding them, so that one feature at a time is in
//! memory and a bad one does not hide those after it.

use std::io::{self, BufRead};

use crate::format::limits::ROW_BYTES_MAX;

/// The deepest nesting that is followed; beyond it nothing a feature holds makes sense.
const DEPTH_MAX: usize = 512;

/// Bytes, and the line that they are on.
pub(super) struct JsonScanner<R> {
    inner: R,
    line: u64,
}

/// Why scanning cannot go on.
#[derive(Debug)]
pub(super) enum Broken {
    /// The input ended within a value.
    Ended,
    /// Brackets that do not match, or something else than was due.
    Syntax(String),
    /// The input could not be read.
    Io(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Broken {
    /// One sentence for people.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Ended => "the file ends in the middle of a value: it is not whole".into(),
            Self::Syntax(what) => format!("this is not JSON: {what}; reading stopped here"),
            Self::Io(error) => format!("the file cannot be read on: {error}"),
        }
    }
}

impl<R: BufRead> JsonScanner<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, line: 1 }
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next byte, left where it is.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(filled(&mut self.inner)?.first().copied())
    }

    /// Steps over the byte that was peeked at.
    pub(super) fn bump(&mut self) -> io::Result<()> {
        let byte = self.peek()?;
        self.line += u64::from(byte == Some(b'\n'));
        if byte.is_some() {
            self.inner.consume(1);
        }
        Ok(())
    }

    /// The next byte that is not white space.
    pub(super) fn skip_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.bump()?,
                other => return Ok(other),
            }
        }
    }

    /// Steps over a UTF-8 byte order mark, which RFC 8259 §8.1 lets parsers ignore.
    pub(super) fn skip_bom(&mut self) -> Result<(), Broken> {
        if self.peek()? != Some(0xEF) {
            return Ok(());
        }
        for wanted in [0xEF, 0xBB, 0xBF] {
            self.expect(wanted)?;
        }
        Ok(())
    }

    /// Steps over this byte, which must come next.
    pub(super) fn expect(&mut self, wanted: u8) -> Result<(), Broken> {
        match self.peek()? {
            Some(byte) if byte == wanted => Ok(self.bump()?),
            Some(byte) => Err(Broken::Syntax(format!(
                "{} stands where {} is due",
                shown(byte),
                shown(wanted)
            ))),
            None => Err(Broken::Ended),
        }
    }

    /// Copies one value into `keep`; `false` if it is longer than is kept, and was stepped over.
    pub(super) fn value(&mut self, keep: &mut Vec<u8>) -> Result<bool, Broken> {
        match self.skip_space()? {
            None => Err(Broken::Ended),
            Some(b'{' | b'[' | b'"') => self.nested(keep),
            Some(_) => self.scalar(keep),
        }
    }

    fn nested(&mut self, keep: &mut Vec<u8>) -> Result<bool, Broken> {
        let mut nesting = Nesting::default();
        let limit = keep.len() + ROW_BYTES_MAX;
        loop {
            let bytes = filled(&mut self.inner)?;
            if bytes.is_empty() {
                return Err(Broken::Ended);
            }
            let mut used = 0;
            let mut whole = false;
            for &byte in bytes {
                used += 1;
                self.line += u64::from(byte == b'\n');
                if nesting.step(byte)? {
                    whole = true;
                    break;
                }
            }
            if keep.len() < limit {
                keep.extend_from_slice(&bytes[..used.min(limit - keep.len())]);
            }
            self.inner.consume(used);
            if whole {
                return Ok(keep.len() < limit);
            }
        }
    }

    fn scalar(&mut self, keep: &mut Vec<u8>) -> Result<bool, Broken> {
        const SCALAR_BYTES_MAX: usize = 4096;
        let start = keep.len();
        while let Some(byte) = self.peek()? {
            if matches!(
                byte,
                b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n'
            ) {
                break;
            }
            if keep.len() - start == SCALAR_BYTES_MAX {
                return Err(Broken::Syntax("a number or word without end".into()));
            }
            keep.push(byte);
            self.bump()?;
        }
        if keep.len() == start {
            let found = self.peek()?.map_or_else(String::new, shown);
            return Err(Broken::Syntax(format!(
                "{found} stands where a value is due"
            )));
        }
        Ok(true)
    }

    /// Copies all up to a byte, which is stepped over, or to the end; `false` if that is more than
    /// is kept.
    pub(super) fn until(&mut self, end: u8, keep: &mut Vec<u8>) -> io::Result<bool> {
        let mut fits = true;
        loop {
            let bytes = filled(&mut self.inner)?;
            if bytes.is_empty() {
                return Ok(fits);
            }
            let found = bytes.iter().position(|byte| *byte == end);
            let piece = &bytes[..found.unwrap_or(bytes.len())];
            fits = fits && keep.len() + piece.len() <= ROW_BYTES_MAX;
            if fits {
                keep.extend_from_slice(piece);
            }
            let used = piece.len() + usize::from(found.is_some());
            self.line += count_lines(&bytes[..used]);
            self.inner.consume(used);
            if found.is_some() {
                return Ok(fits);
            }
        }
    }
}

/// Where in a nested value the scan is.
#[derive(Default)]
struct Nesting {
    open: Vec<u8>,
    in_text: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes one byte; whether the value is whole with it.
    fn step(&mut self, byte: u8) -> Result<bool, Broken> {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_text = false;
                    return Ok(self.open.is_empty());
                }
                _ => {}
            }
            return Ok(false);
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => {
                if self.open.len() == DEPTH_MAX {
                    return Err(Broken::Syntax(format!(
                        "nested deeper than {DEPTH_MAX} levels"
                    )));
                }
                self.open.push(byte);
            }
            b'}' | b']' => {
                let opened = if byte == b'}' { b'{' } else { b'[' };
                if self.open.pop() != Some(opened) {
                    return Err(Broken::Syntax(format!("{} closes nothing", shown(byte))));
                }
                return Ok(self.open.is_empty());
            }
            _ => {}
        }
        Ok(false)
    }
}

/// A byte as people would name it.
pub(super) fn shown(byte: u8) -> String {
    if byte.is_ascii_graphic() {
        format!("'{}'", char::from(byte))
    } else {
        format!("byte 0x{byte:02X}")
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// `fill_buf` that a signal does not interrupt.
fn filled(inner: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match inner.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    inner.fill_buf()
}
