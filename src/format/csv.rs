//! CSV (RFC 4180) read and written: lon and lat columns for points, a column with well-known text
//! for any other geometry.
//!
//! What is written reads back the same; only null and the empty text become one. A text that a
//! spreadsheet would take for a formula is guarded by a mark if that is asked for (`guard.rs`), because for
//! every other reader the mark is part of the text; reading takes it away.

mod guard;
pub mod write;

use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use geo::Geometry;
use serde_json::Value as Json;

use crate::atlas::schema::FieldType;
use crate::format::limits::ROW_BYTES_MAX;
use crate::format::row::{Properties, Row, RowFault};
use crate::format::{limits, shape, wkt};

/// Column with the distance in an answer to a near question.
pub const DISTANCE_M: &str = "distance_m";

const ID: &str = "id";
const LNG_NAMES: [&str; 4] = ["lon", "lng", "longitude", "x"];
const LAT_NAMES: [&str; 3] = ["lat", "latitude", "y"];
const WKT_NAMES: [&str; 3] = ["geometry", "wkt", "geom"];

/// A longer first line has more columns than are taken.
const HEADER_BYTES_MAX: u64 = 1 << 20;

/// Reads CSV with a header. Cells stay text (an empty one is null) until [`typed`] gives them the
/// type of their field.
pub fn read<R: BufRead>(reader: R) -> Rows<R> {
    Rows {
        state: State::Start(reader),
    }
}

/// Gives a cell the type of its field; one that does not fit stays text, and the schema will say
/// what is wrong with it.
pub fn typed(kind: FieldType, cell: Json) -> Json {
    let Json::String(text) = &cell else {
        return cell;
    };
    let trimmed = text.trim();
    let read = match kind {
        FieldType::Integer => trimmed.parse::<i64>().ok().map(Json::from),
        FieldType::Number => trimmed.parse::<f64>().ok().map(Json::from),
        FieldType::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Json::Bool(true)),
            "false" | "no" | "0" => Some(Json::Bool(false)),
            _ => None,
        },
        FieldType::Json => serde_json::from_str(trimmed).ok(),
        FieldType::Date => Some(Json::from(dashed(trimmed))),
        FieldType::Datetime => Some(Json::from(trimmed)),
        FieldType::String => None,
    };
    // f64 reads "NaN", which JSON has no number for.
    read.filter(|read| !read.is_null()).unwrap_or(cell)
}

/// A date with dashes; GDAL writes `2023/03/19` into CSV.
pub fn dashed(date: &str) -> String {
    match date.as_bytes() {
        [_, _, _, _, b'/', _, _, b'/', _, _] => date.replace('/', "-"),
        _ => date.to_owned(),
    }
}

/// The rows of a CSV file.
pub struct Rows<R> {
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

impl<R: BufRead> Iterator for Rows<R> {
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

/// What stands in which column.
struct Columns {
    names: Vec<String>,
    id: Option<usize>,
    place: Place,
}

enum Place {
    LngLat(usize, usize),
    Wkt(usize),
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, String> {
        limits::check_columns(header.len()).map_err(|reason| format!("the header has {reason}"))?;
        let names = header
            .iter()
            .map(|name| guard::unguarded(name.trim()).to_owned());
        let names: Vec<String> = names.collect();
        for (at, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(format!("column {} has no name in the header", at + 1));
            }
            if names[..at].contains(name) {
                return Err(format!("the header has the column \"{name}\" twice"));
            }
        }
        let find = |wanted: &[&str]| {
            wanted.iter().find_map(|want| {
                names
                    .iter()
                    .position(|name| name.eq_ignore_ascii_case(want))
            })
        };
        let place = match (find(&WKT_NAMES), find(&LNG_NAMES), find(&LAT_NAMES)) {
            (Some(wkt), _, _) => Place::Wkt(wkt),
            (None, Some(lng), Some(lat)) => Place::LngLat(lng, lat),
            _ => {
                return Err(format!(
                    "the header has no columns lon and lat (nor lng, longitude, x; latitude, y), \
                     and no geometry, wkt or geom: it has {}",
                    names.join(", ")
                ));
            }
        };
        Ok(Self {
            id: find(&[ID]),
            names,
            place,
        })
    }

    fn row(&self, line: u64, record: &csv::ByteRecord) -> Result<Row, String> {
        if record.len() != self.names.len() {
            return Err(format!(
                "the row has {} cells, the header {}",
                record.len(),
                self.names.len()
            ));
        }
        let mut properties = Properties::default();
        let mut cells = Vec::with_capacity(record.len());
        for (name, cell) in self.names.iter().zip(record) {
            let cell = std::str::from_utf8(cell)
                .map_err(|_| format!("column \"{name}\" is not UTF-8; save the file as UTF-8"))?;
            cells.push(cell);
        }
        for (at, name) in self.names.iter().enumerate() {
            if Some(at) == self.id || self.place.uses(at) {
                continue;
            }
            let value = match cells[at] {
                "" => Json::Null,
                text => Json::from(guard::unguarded(text)),
            };
            properties.push(name.clone(), value);
        }
        Ok(Row {
            line,
            id: self
                .id
                .map(|at| guard::unguarded(cells[at]).to_owned())
                .filter(|id| !id.is_empty()),
            geometry: self.place.geometry(&cells)?,
            properties,
        })
    }
}

impl Place {
    fn uses(&self, column: usize) -> bool {
        match self {
            Self::LngLat(lng, lat) => column == *lng || column == *lat,
            Self::Wkt(wkt) => column == *wkt,
        }
    }

    fn geometry(&self, cells: &[&str]) -> Result<Option<Geometry>, String> {
        match self {
            Self::Wkt(at) if cells[*at].trim().is_empty() => Ok(None),
            Self::Wkt(at) => wkt::read(cells[*at]),
            Self::LngLat(lng, lat) => {
                let (lng, lat) = (cells[*lng].trim(), cells[*lat].trim());
                if lng.is_empty() && lat.is_empty() {
                    return Ok(None);
                }
                let at = shape::coord(degrees("longitude", lng)?, degrees("latitude", lat)?)?;
                Ok(Some(Geometry::Point(at.into())))
            }
        }
    }
}

fn degrees(what: &str, cell: &str) -> Result<f64, String> {
    cell.parse().map_err(|_| {
        let hint = if cell.contains(',') {
            ", with a point, not a comma"
        } else {
            ""
        };
        format!("the {what} \"{cell}\" is not a decimal number{hint}")
    })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(text: &[u8]) -> Vec<String> {
        read(text)
            .map(|row| match row {
                Ok(row) => format!(
                    "{}@{} {} {}",
                    row.id.unwrap_or_default(),
                    row.line,
                    row.geometry.as_ref().map(wkt::write).unwrap_or_default(),
                    row.properties
                        .iter()
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect::<Json>()
                ),
                Err(fault) => format!("!{} {}", fault.line, fault.reason),
            })
            .collect()
    }

    fn check(text: &str, wanted: &[&str]) {
        let told = told(text.as_bytes());
        assert_eq!(told.len(), wanted.len(), "{told:#?}");
        for (told, wanted) in told.iter().zip(wanted) {
            assert!(told.starts_with(wanted), "{told} is not {wanted}");
        }
    }

    #[test]
    fn dialects_are_taken() {
        check(
            "id,Lon,LAT,title\na,45.5,35.5,\"x, \"\"y\"\"\"\n",
            &[r#"a@2 POINT (45.5 35.5) {"title":"x, \"y\""}"#],
        );
        check(
            "\u{feff}x;y;n\r\n1;2;\r\n",
            &[r#"@2 POINT (1 2) {"n":null}"#],
        );
        check("longitude\tlatitude\n1\t2", &["@2 POINT (1 2) {}"]);
        check(
            "WKT\n\"LINESTRING (1 2, 3 4)\"\n",
            &["@2 LINESTRING (1 2, 3 4) {}"],
        );
        check(
            "lon,lat,geometry\n9,9,POINT (1 2)\n",
            &[r#"@2 POINT (1 2) {"lon":"9","lat":"9"}"#],
        );
        check("lon,lat\n,\n", &["@2  {}"]);
        check("lon,lat\n", &[]);
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        for end in ["\n", "\r\n"] {
            let text = [
                "lon,lat,t",
                "1,2,a",
                "",
                "",
                "1,2,\"b",
                "b\"",
                "1,2,c",
                "200,2,d",
                "1,2,e",
            ]
            .join(end);
            let lines: Vec<u64> = read(text.as_bytes())
                .map(|row| row.map_or_else(|fault| fault.line, |row| row.line))
                .collect();
            assert_eq!(lines, [2, 5, 7, 8, 9], "{end:?}");
            let lines: Vec<u64> = read(format!("{text}{end}").as_bytes())
                .map(|row| row.map_or_else(|fault| fault.line, |row| row.line))
                .collect();
            assert_eq!(lines, [2, 5, 7, 8, 9], "{end:?}");
        }
    }

    #[test]
    fn faults_say_what_is_wrong() {
        check("", &["!1 the header has no columns lon and lat"]);
        check("a,b\n1,2\n", &["!1 the header has no columns lon and lat"]);
        check(
            "lon,lat,a,a\n",
            &["!1 the header has the column \"a\" twice"],
        );
        check("lon,lat,\n", &["!1 column 3 has no name"]);
        check(
            "lon;lat\n1,5;2\n1;2\n",
            &[
                "!2 the longitude \"1,5\" is not a decimal number, with a point",
                "@3",
            ],
        );
        check(
            "lon,lat\n1\n1,2,3\n1,2",
            &[
                "!2 the row has 1 cells, the header 2",
                "!3 the row has 3",
                "@4",
            ],
        );
        check("lon,lat\n181,2\n", &["!2 longitude 181 is not between"]);
        check("lon,lat\n1,\n", &["!2 the latitude \"\" is not"]);
        check("wkt\nPOINT (1)\n", &["!2 \"1\" is not a position"]);
        let told = told(b"lon,lat,t\n1,2,\xE9\n");
        assert!(
            told[0].starts_with("!2 column \"t\" is not UTF-8"),
            "{told:?}"
        );
    }

    #[test]
    fn cells_take_the_type_of_their_field() {
        let check = |kind, cell: &str, wanted: Json| assert_eq!(typed(kind, cell.into()), wanted);
        check(FieldType::Integer, " 12", 12.into());
        check(FieldType::Integer, "1.5", "1.5".into());
        check(FieldType::Number, "1.5", 1.5.into());
        check(FieldType::Number, "NaN", "NaN".into());
        check(FieldType::Number, "1,5", "1,5".into());
        check(FieldType::Boolean, "Yes", true.into());
        check(FieldType::Boolean, "0", false.into());
        check(FieldType::Boolean, "maybe", "maybe".into());
        check(FieldType::Date, "2023/03/19", "2023-03-19".into());
        check(FieldType::Date, "19/03/2023", "19/03/2023".into());
        check(FieldType::Json, "[1]", serde_json::json!([1]));
        check(FieldType::String, "007", "007".into());
        assert_eq!(typed(FieldType::Integer, Json::Null), Json::Null);
    }

    proptest! {
        #[test]
        fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            told(&bytes);
            told(&[b"lon,lat,t\n", &*bytes].concat());
        }
    }
}
