//! `FlatGeobuf` read as a stream: the index is passed over, one feature at a time is in memory.
//! Every table is verified before it is read, every length held to a ceiling.

use std::io::{self, BufRead, Read};

use flatbuffers::{InvalidFlatbuffer, VerifierOptions};
use flatgeobuf::{
    ColumnType, Header, size_prefixed_root_as_feature_with_opts, size_prefixed_root_as_header,
};
use serde_json::Value as Json;

use super::{geometry, index};
use crate::format::row::{Properties, Row, RowFault};
use crate::format::{id_column, limits};

const HEADER_BYTES_MAX: u64 = 1 << 20;

/// What the parts of a table may take together, in bytes: several may be one and the same in the file.
const FEATURE_BYTES_MAX: usize = 2 * limits::ROW_BYTES_MAX;

/// Reads the rows of a file. A row's place is its feature's number, from 1.
pub fn read<R: BufRead>(reader: R) -> FlatGeobufRows<R> {
    FlatGeobufRows {
        reader,
        state: State::Start,
        number: 0,
        buffer: Vec::new(),
    }
}

/// The rows of a file.
pub struct FlatGeobufRows<R> {
    reader: R,
    state: State,
    /// Of the feature that is read.
    number: u64,
    buffer: Vec<u8>,
}

enum State {
    Start,
    Features {
        header: Vec<u8>,
        /// How many are still to come, if the header says so.
        left: Option<u64>,
    },
    End,
}

impl<R: BufRead> Iterator for FlatGeobufRows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.state, State::Start) {
            match self.start() {
                Ok(state) => self.state = state,
                Err(reason) => return Some(Err(self.over(1, reason))),
            }
        }
        let State::Features { header, left } = &mut self.state else {
            return None;
        };
        let is_last = *left == Some(0);
        self.number += 1;
        match framed(
            &mut self.reader,
            &mut self.buffer,
            limits::ROW_BYTES_MAX as u64,
        ) {
            Ok(false) if is_last || left.is_none() => {
                self.state = State::End;
                return None;
            }
            Ok(true) if !is_last => *left = left.map(|left| left - 1),
            Ok(true) => {
                let reason = "there are more features than the header says".into();
                return Some(Err(self.over(self.number, reason)));
            }
            Ok(false) => {
                let reason = "the file ends before its last feature".into();
                return Some(Err(self.over(self.number, reason)));
            }
            Err(reason) => return Some(Err(self.over(self.number, reason))),
        }
        let row = row(header, &self.buffer, self.number);
        Some(row.map_err(|reason| RowFault {
            line: self.number,
            reason,
        }))
    }
}

impl<R: BufRead> FlatGeobufRows<R> {
    fn over(&mut self, line: u64, reason: String) -> RowFault {
        self.state = State::End;
        RowFault { line, reason }
    }

    fn start(&mut self) -> Result<State, String> {
        let mut magic = [0; 8];
        self.reader
            .read_exact(&mut magic)
            .map_err(|error| unread(&error))?;
        // The fourth byte is the version, the last the patch level.
        if !(magic[..4] == *b"fgb\x03" && magic[4..7] == *b"fgb") {
            return Err("this is not FlatGeobuf of version 3".into());
        }
        let mut header = Vec::new();
        if !framed(&mut self.reader, &mut header, HEADER_BYTES_MAX)? {
            return Err("the file ends before its header".into());
        }
        let told =
            size_prefixed_root_as_header(&header).map_err(|error| broken("header", &error))?;
        check_crs(&told)?;
        limits::check_columns(told.columns().map_or(0, |columns| columns.len()))?;
        let count = told.features_count();
        let skipped = index::bytes_of(count, told.index_node_size())
            .ok_or("the header counts more features than a file can hold")?;
        let passed = io::copy(&mut (&mut self.reader).take(skipped), &mut io::sink())
            .map_err(|error| unread(&error))?;
        if passed < skipped {
            return Err("the file ends within its index".into());
        }
        Ok(State::Features {
            // A writer that does not know says 0.
            left: (count > 0).then_some(count),
            header,
        })
    }
}

/// Reads a table with its length in front into the buffer; false at the end of the file.
fn framed(reader: &mut impl BufRead, into: &mut Vec<u8>, bytes_max: u64) -> Result<bool, String> {
    into.clear();
    let is_over = reader
        .fill_buf()
        .map_err(|error| unread(&error))?
        .is_empty();
    if is_over {
        return Ok(false);
    }
    let mut length = [0; 4];
    reader
        .read_exact(&mut length)
        .map_err(|error| unread(&error))?;
    let bytes = u64::from(u32::from_le_bytes(length));
    if bytes > bytes_max {
        let mib = bytes_max >> 20;
        return Err(format!(
            "{bytes} bytes long, and {mib} MiB are taken at most"
        ));
    }
    into.extend_from_slice(&length);
    // Grows as the bytes come: a length is only what the file claims.
    let read = reader
        .take(bytes)
        .read_to_end(into)
        .map_err(|error| unread(&error))?;
    if (read as u64) < bytes {
        return Err("the file ends within it".into());
    }
    Ok(true)
}

fn row(header: &[u8], bytes: &[u8], line: u64) -> Result<Row, String> {
    let header = size_prefixed_root_as_header(header).map_err(|error| broken("header", &error))?;
    let ceilings = VerifierOptions {
        max_apparent_size: FEATURE_BYTES_MAX,
        ..VerifierOptions::default()
    };
    let feature = size_prefixed_root_as_feature_with_opts(&ceilings, bytes)
        .map_err(|error| broken("feature", &error))?;
    let geometry = match feature.geometry() {
        Some(table) => geometry::read(table, header.geometry_type())?,
        None => None,
    };
    let (id, properties) = match feature.properties() {
        Some(bytes) => properties(&header, bytes.bytes())?,
        None => (None, Properties::default()),
    };
    Ok(Row {
        line,
        id,
        geometry,
        properties,
    })
}

/// The feature's id, if a column has it, and its other properties. Of null there is nothing in a
/// file: it is put in, so that every row has all columns.
fn properties(header: &Header<'_>, bytes: &[u8]) -> Result<(Option<String>, Properties), String> {
    limits::check_properties(bytes.len())?;
    let columns = header.columns().ok_or("the header describes no columns")?;
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    let mut values = vec![Json::Null; names.len()];
    let mut rest = Input { rest: bytes };
    while !rest.rest.is_empty() {
        let at = usize::from(u16::from_le_bytes(rest.take()?));
        if at >= names.len() {
            return Err(format!("there is no column {at}"));
        }
        values[at] = rest
            .value(columns.get(at).type_())
            .map_err(|reason| format!("column \"{}\": {reason}", names[at]))?;
    }
    let id_column = id_column::among(&names);
    let mut id = None;
    let mut properties = Properties::default();
    for (at, (name, value)) in names.into_iter().zip(values).enumerate() {
        match value {
            Json::String(text) if Some(at) == id_column => id = Some(text),
            Json::Null if Some(at) == id_column => {}
            value => properties.push(name.to_owned(), value),
        }
    }
    Ok((id, properties))
}

struct Input<'a> {
    rest: &'a [u8],
}

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let taken = self.rest.split_first_chunk();
        let (taken, rest) = taken.ok_or("the properties end too early")?;
        self.rest = rest;
        Ok(*taken)
    }

    fn text(&mut self) -> Result<String, String> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        let split = self.rest.split_at_checked(length);
        let (text, rest) = split.ok_or("the properties end within a text")?;
        self.rest = rest;
        String::from_utf8(text.to_vec()).map_err(|_| "a text is not UTF-8".to_owned())
    }

    fn value(&mut self, kind: ColumnType) -> Result<Json, String> {
        Ok(match kind {
            ColumnType::Byte => i8::from_le_bytes(self.take()?).into(),
            ColumnType::UByte => u8::from_le_bytes(self.take()?).into(),
            ColumnType::Bool => Json::Bool(self.take::<1>()? != [0]),
            ColumnType::Short => i16::from_le_bytes(self.take()?).into(),
            ColumnType::UShort => u16::from_le_bytes(self.take()?).into(),
            ColumnType::Int => i32::from_le_bytes(self.take()?).into(),
            ColumnType::UInt => u32::from_le_bytes(self.take()?).into(),
            ColumnType::Long => i64::from_le_bytes(self.take()?).into(),
            ColumnType::ULong => u64::from_le_bytes(self.take()?).into(),
            ColumnType::Float => number(f32::from_le_bytes(self.take()?).into())?,
            ColumnType::Double => number(f64::from_le_bytes(self.take()?))?,
            ColumnType::String | ColumnType::DateTime => self.text()?.into(),
            ColumnType::Json => serde_json::from_str(&self.text()?)
                .map_err(|error| format!("this is not JSON: {error}"))?,
            _ => return Err("bytes, which no field holds".into()),
        })
    }
}

fn number(number: f64) -> Result<Json, String> {
    let number = serde_json::Number::from_f64(number);
    number
        .map(Json::Number)
        .ok_or_else(|| "the number is not finite".into())
}

fn check_crs(header: &Header<'_>) -> Result<(), String> {
    let Some(crs) = header.crs() else {
        return Ok(());
    };
    if matches!(crs.code(), 0 | 4326) {
        return Ok(());
    }
    Err(format!(
        "the coordinate system is {}:{}, and only WGS 84 degrees (EPSG:4326) are taken, so convert \
         the file first, for example with ogr2ogr -t_srs EPSG:4326",
        crs.org().unwrap_or("EPSG"),
        crs.code()
    ))
}

fn broken(what: &str, error: &InvalidFlatbuffer) -> String {
    // What the verifier says goes on with a trace of tables.
    let said = error.to_string();
    let said = said.lines().next().unwrap_or_default();
    format!("the {what} is damaged: {said}")
}

fn unread(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        "the file ends too early".into()
    } else {
        format!("the file cannot be read on: {error}")
    }
}
