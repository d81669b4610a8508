//! What stands before the rows of a CSV file: a mark of spreadsheets, blank lines, a title, the header.

use std::io::{self, BufRead, Read};

use crate::format::reading::{ReadOptions, Remarks};
use crate::format::table::Columns;

/// A longer header has more columns than are taken.
const HEAD_BYTES_MAX: u64 = 1 << 20;
/// A header is looked for in so many lines.
const LINES_MAX: usize = 30;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The beginning of a file, up to its header.
pub(super) struct Beginning {
    /// What was read and is still to be parsed: the header's line and what came after it.
    pub(super) rest: Vec<u8>,
    /// The lines before it.
    pub(super) lines_before: u64,
    /// What separates cells.
    pub(super) delimiter: u8,
    /// Whether lines end as on Windows.
    pub(super) crlf: bool,
}

impl Beginning {
    /// Reads on until the header is found; without one whose columns say where, it is the first line
    /// that is not blank.
    pub(super) fn read(
        reader: &mut impl BufRead,
        options: &ReadOptions,
        remarks: &Remarks,
    ) -> io::Result<Self> {
        let mut lines = lines(reader)?;
        if let Some(first) = lines.first_mut()
            && first.starts_with(&[0xEF, 0xBB, 0xBF])
        {
            first.drain(..3);
        }
        let is_blank = |line: &Vec<u8>| line.trim_ascii().is_empty();
        let mut first = lines.iter().take_while(|line| is_blank(line)).count();
        let told = lines.get(first).and_then(|line| told_delimiter(line));
        first += usize::from(told.is_some());
        first += lines[first..]
            .iter()
            .take_while(|line| is_blank(line))
            .count();
        let header = if options.has_no_header {
            None
        } else {
            lines.iter().enumerate().skip(first).find_map(|(at, line)| {
                let delimiter = told.unwrap_or_else(|| usual_delimiter(line));
                is_header(line, delimiter, options).then_some((at, delimiter))
            })
        };
        let (at, delimiter) = header.unwrap_or_else(|| {
            let line = lines.get(first).map_or(&[][..], |line| line);
            (first, told.unwrap_or_else(|| usual_delimiter(line)))
        });
        let titles = lines.get(first..at).unwrap_or_default();
        let titles = titles.iter().filter(|line| !is_blank(line)).count();
        if titles > 0 {
            let lines = if titles == 1 { "line" } else { "lines" };
            remarks.say(format!("passed over: {titles} {lines} before the header"));
        }
        let crlf = lines.get(at).is_some_and(|line| line.ends_with(b"\r\n"));
        let rest = lines.get(at..).unwrap_or_default().concat();
        Ok(Self {
            rest,
            lines_before: at as u64,
            delimiter,
            crlf,
        })
    }
}

/// The first lines, with their ends.
fn lines(reader: &mut impl BufRead) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    let mut left = HEAD_BYTES_MAX;
    while lines.len() < LINES_MAX && left > 0 {
        let mut line = Vec::new();
        let read = reader.by_ref().take(left).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        left -= read as u64;
        lines.push(line);
    }
    Ok(lines)
}

/// The delimiter that spreadsheets tell in a line of its own: `sep=;`.
fn told_delimiter(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_end();
    match line.split_at_checked(4) {
        Some((word, [delimiter])) if word.eq_ignore_ascii_case(b"sep=") => Some(*delimiter),
        // A tab is trimmed away.
        Some((word, [])) if word.eq_ignore_ascii_case(b"sep=") => Some(b'\t'),
        _ => None,
    }
}

/// The delimiter that a line uses most outside its quotes; the first of equals.
fn usual_delimiter(line: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = DELIMITERS.map(|delimiter| (delimiter, 0_u32));
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(each, _)| each == byte && !quoted) {
            *count += 1;
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| *delimiter)
}

fn is_header(line: &[u8], delimiter: u8, options: &ReadOptions) -> bool {
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(line);
    let Some(Ok(cells)) = csv.records().next() else {
        return false;
    };
    let cells: Vec<&str> = cells.iter().collect();
    Columns::is_header(&cells, &options.columns)
}
