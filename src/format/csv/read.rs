//! CSV read row by row: the delimiter is the one that the header uses, and a row is no longer than may be.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::columns::Columns;
use crate::format::limits::ROW_BYTES_MAX;
use crate::format::row::{Row, RowFault};

/// A longer first line has more columns than are taken.
const HEADER_BYTES_MAX: u64 = 1 << 20;

/// Reads CSV with a header. Cells stay text (an empty one is null) until `typed` gives them the
/// type of their field.
pub fn read<R: BufRead>(reader: R) -> CsvRows<R> {
    CsvRows {
        state: State::Start(reader),
    }
}

/// The rows of a CSV file.
pub struct CsvRows<R> {
    state: State<R>,
}

enum State<R> {
    Start(R),
    Rows(Box<Table<R>>),
    End,
}

struct Table<R> {
    csv: csv::Reader<Limited<io::Chain<Cursor<Vec<u8>>, R>>>,
    left: Arc<AtomicU64>,
    crlf: bool,
    columns: Columns,
    record: csv::ByteRecord,
}

impl<R: BufRead> Iterator for CsvRows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if let State::Start(_) = self.state {
            let State::Start(reader) = std::mem::replace(&mut self.state, State::End) else {
                return None;
            };
            match Table::open(reader) {
                Ok(table) => self.state = State::Rows(Box::new(table)),
                Err(reason) => return Some(Err(RowFault { line: 1, reason })),
            }
        }
        let State::Rows(table) = &mut self.state else {
            return None;
        };
        match table.next() {
            Ok(row) => row,
            Err(fault) => {
                self.state = State::End;
                Some(Err(fault))
            }
        }
    }
}

impl<R: BufRead> Table<R> {
    fn open(mut reader: R) -> Result<Self, String> {
        let mut first = Vec::new();
        (&mut reader)
            .take(HEADER_BYTES_MAX)
            .read_until(b'\n', &mut first)
            .map_err(|error| format!("the file cannot be read: {error}"))?;
        if first.starts_with(&[0xEF, 0xBB, 0xBF]) {
            first.drain(..3);
        }
        if first.starts_with(&[0xFF, 0xFE]) || first.starts_with(&[0xFE, 0xFF]) {
            return Err("the file is UTF-16; save it as CSV in UTF-8".into());
        }
        let left = Arc::new(AtomicU64::new(ROW_BYTES_MAX as u64));
        let crlf = first.ends_with(b"\r\n");
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(delimiter(&first))
            .flexible(true)
            .from_reader(Limited {
                inner: Cursor::new(first).chain(reader),
                left: Arc::clone(&left),
            });
        let header = csv
            .headers()
            .map_err(|error| format!("the header cannot be read: {}", said(&error)))?;
        let columns = Columns::of(header)?;
        Ok(Self {
            csv,
            left,
            crlf,
            columns,
            record: csv::ByteRecord::new(),
        })
    }

    /// The next row or its fault; the outer error ends the reading.
    fn next(&mut self) -> Result<Option<Result<Row, RowFault>>, RowFault> {
        self.left.store(ROW_BYTES_MAX as u64, Ordering::Relaxed);
        let before = self.csv.position().line();
        let more = self
            .csv
            .read_byte_record(&mut self.record)
            .map_err(|error| RowFault {
                line: before,
                reason: said(&error),
            })?;
        if !more {
            return Ok(None);
        }
        let line = start_line(&self.record, self.csv.position().line(), before, self.crlf);
        let row = self.columns.row(line, &self.record);
        Ok(Some(row.map_err(|reason| RowFault { line, reason })))
    }
}

/// The line where a record starts. The parser's own count begins where it stood before, with blank
/// lines still ahead of it. So count back from its end, which is before the LF of a CR LF.
fn start_line(record: &csv::ByteRecord, after: u64, before: u64, crlf: bool) -> u64 {
    let within: u64 = record
        .as_slice()
        .iter()
        .map(|byte| u64::from(*byte == b'\n'))
        .sum();
    after.saturating_sub(within + u64::from(!crlf)).max(before)
}

/// The delimiter that a header uses most outside its quotes.
fn delimiter(header: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    for byte in header {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(each, _)| each == byte && !quoted) {
            *count += 1;
        }
    }
    // The first of equals: a comma.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(byte, _)| *byte)
}

fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => format!("the file cannot be read on: {error}"),
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8; save the file as UTF-8".into(),
        _ => error.to_string(),
    }
}

/// Gives no more than what is left for one row: a quote that is never closed would make one of the rest
/// of the file.
struct Limited<R> {
    inner: R,
    left: Arc<AtomicU64>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 && read > 0 {
            return Err(io::Error::other(format!(
                "a row is longer than {} MiB; perhaps a quote is not closed",
                ROW_BYTES_MAX >> 20
            )));
        }
        self.left
            .store(left.saturating_sub(read as u64), Ordering::Relaxed);
        Ok(read)
    }
}
