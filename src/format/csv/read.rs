//! CSV read row by row; a row is no longer than may be.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::beginning::Beginning;
use crate::format::limits::ROW_BYTES_MAX;
use crate::format::reading::{ReadOptions, Remarks};
use crate::format::row::{Row, RowFault};
use crate::format::table::Columns;

/// Reads CSV. Cells stay text (an empty one is null) until `typed` gives them the type of their field.
pub(super) fn read<R: BufRead>(reader: R, options: &ReadOptions, remarks: &Remarks) -> CsvRows<R> {
    CsvRows {
        state: State::Start(reader, options.clone(), remarks.clone()),
    }
}

/// The rows of a CSV file.
pub(super) struct CsvRows<R> {
    state: State<R>,
}

enum State<R> {
    Start(R, ReadOptions, Remarks),
    Rows(Box<Table<R>>),
    End,
}

struct Table<R> {
    csv: csv::Reader<Limited<io::Chain<Cursor<Vec<u8>>, R>>>,
    left: Arc<AtomicU64>,
    /// What stands before the header.
    lines_before: u64,
    crlf: bool,
    columns: Columns,
    record: csv::ByteRecord,
    /// Whether no row has been read.
    is_first: bool,
    remarks: Remarks,
}

impl<R: BufRead> Iterator for CsvRows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if let State::Start(..) = self.state {
            let State::Start(reader, options, remarks) =
                std::mem::replace(&mut self.state, State::End)
            else {
                return None;
            };
            match Table::open(reader, &options, &remarks) {
                Ok(table) => self.state = State::Rows(Box::new(table)),
                Err(fault) => return Some(Err(fault)),
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
    fn open(mut reader: R, options: &ReadOptions, remarks: &Remarks) -> Result<Self, RowFault> {
        let fault = |line, reason| RowFault { line, reason };
        let head = Beginning::read(&mut reader, options, remarks)
            .map_err(|error| fault(1, format!("the file cannot be read: {error}")))?;
        if !options.has_no_header && head.rest.trim_ascii().is_empty() {
            let reason = "the file is empty: its first line has the names of the columns";
            return Err(fault(1, reason.into()));
        }
        let left = Arc::new(AtomicU64::new(ROW_BYTES_MAX as u64));
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(head.delimiter)
            .has_headers(!options.has_no_header)
            .flexible(true)
            .from_reader(Limited {
                inner: Cursor::new(head.rest).chain(reader),
                left: Arc::clone(&left),
            });
        let line = head.lines_before + 1;
        let header = csv
            .headers()
            .map_err(|error| fault(line, format!("the header cannot be read: {}", said(&error))))?;
        let numbered: Vec<String>;
        let names: Vec<&str> = if options.has_no_header {
            numbered = (1..=header.len())
                .map(|at| format!("column_{at}"))
                .collect();
            numbered.iter().map(|name| &**name).collect()
        } else {
            header.iter().collect()
        };
        let mut columns =
            Columns::of(&names, &options.columns, remarks).map_err(|reason| fault(line, reason))?;
        if head.delimiter != b',' {
            columns.allow_decimal_comma();
        }
        Ok(Self {
            csv,
            left,
            lines_before: head.lines_before,
            crlf: head.crlf,
            columns,
            record: csv::ByteRecord::new(),
            is_first: true,
            remarks: remarks.clone(),
        })
    }

    /// The next row or its fault; the outer error ends the reading.
    fn next(&mut self) -> Result<Option<Result<Row, RowFault>>, RowFault> {
        loop {
            self.left.store(ROW_BYTES_MAX as u64, Ordering::Relaxed);
            let before = self.csv.position().line();
            let more = self.csv.read_byte_record(&mut self.record);
            let more = more.map_err(|error| RowFault {
                line: self.lines_before + before,
                reason: said(&error),
            })?;
            if !more {
                return Ok(None);
            }
            if std::mem::take(&mut self.is_first) && is_of_tags(&self.record) {
                self.remarks.say("passed over: the row of HXL tags");
                continue;
            }
            let after = self.csv.position().line();
            let line = self.lines_before + start_line(&self.record, after, before, self.crlf);
            let row = self.row(line);
            return Ok(Some(row.map_err(|reason| RowFault { line, reason })));
        }
    }

    fn row(&self, line: u64) -> Result<Row, String> {
        let mut cells = Vec::with_capacity(self.record.len());
        for (at, cell) in self.record.iter().enumerate() {
            let name = self.columns.name(at);
            cells.push(std::str::from_utf8(cell).map_err(|_| {
                format!(
                    "column \"{name}\" is not UTF-8; save the file as UTF-8, or say what it is, for example \
                     --encoding windows-1256"
                )
            })?);
        }
        self.columns.row(line, &cells)
    }
}

/// Whether a row has hashtags of the Humanitarian Exchange Language in place of values (HXL 1.1: a cell is a tag
/// or blank).
fn is_of_tags(record: &csv::ByteRecord) -> bool {
    let is_tag = |cell: &[u8]| {
        let tag = cell.strip_prefix(b"#").map(<[u8]>::trim_ascii_start);
        tag.and_then(<[u8]>::first)
            .is_some_and(u8::is_ascii_alphabetic)
    };
    let mut cells = record.iter().map(<[u8]>::trim_ascii);
    let mut filled = cells.by_ref().filter(|cell| !cell.is_empty()).peekable();
    filled.peek().is_some() && filled.all(is_tag)
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
