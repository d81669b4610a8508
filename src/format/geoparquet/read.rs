//! The rows of a `GeoParquet` file. Its directory is at its end: what is read is copied to the
//! scratch file first.

use std::io::{self, BufRead};

use jiff::{Span, Timestamp};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row as Record};
use serde_json::Value as Json;
use tempfile::NamedTempFile;

use super::{EPOCH, GEO};
use crate::atlas::geo::wkb;
use crate::format::row::{Properties, Row, RowFault};
use crate::format::{id_column, shape};

/// Reads the rows of a file. A row's place is its number, from 1.
pub fn read<R: BufRead>(reader: R, scratch: Option<NamedTempFile>) -> GeoParquetRows<R> {
    GeoParquetRows {
        state: State::Start(reader, scratch),
        number: 0,
    }
}

/// The rows of a file.
pub struct GeoParquetRows<R> {
    state: State<R>,
    number: u64,
}

enum State<R> {
    Start(R, Option<NamedTempFile>),
    Rows {
        rows: Box<RowIter<'static>>,
        /// The column with the geometry.
        geometry: String,
        _copy: NamedTempFile,
    },
    Over,
}

impl<R: BufRead> Iterator for GeoParquetRows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.state, State::Start(..)) {
            let State::Start(reader, scratch) = std::mem::replace(&mut self.state, State::Over)
            else {
                return None;
            };
            match opened(reader, scratch) {
                Ok(state) => self.state = state,
                Err(reason) => return Some(Err(RowFault { line: 1, reason })),
            }
        }
        let State::Rows { rows, geometry, .. } = &mut self.state else {
            return None;
        };
        self.number += 1;
        let line = self.number;
        match rows.next()? {
            Ok(record) => {
                Some(row(&record, geometry, line).map_err(|reason| RowFault { line, reason }))
            }
            Err(error) => {
                self.state = State::Over;
                let reason = unread(&error);
                Some(Err(RowFault { line, reason }))
            }
        }
    }
}

fn opened<R: BufRead>(mut reader: R, scratch: Option<NamedTempFile>) -> Result<State<R>, String> {
    let failed = |error: io::Error| format!("the file cannot be copied: {error}");
    let mut copy = scratch.ok_or("there is no room for a copy of the file")?;
    io::copy(&mut reader, &mut copy).map_err(failed)?;
    let file = copy.reopen().map_err(failed)?;
    let file = SerializedFileReader::new(file).map_err(|error| unread(&error))?;
    let told = file.metadata().file_metadata().key_value_metadata();
    let geo = told.and_then(|told| told.iter().find(|one| one.key == GEO));
    let geo = geo.and_then(|geo| geo.value.as_deref());
    let geo = geo.ok_or("this is Parquet, but not GeoParquet: it has no \"geo\" metadata")?;
    let geometry = geometry_column(geo)?;
    Ok(State::Rows {
        rows: Box::new(file.into_iter()),
        geometry,
        _copy: copy,
    })
}

/// The geometry column, which must be well-known binary in WGS 84 degrees.
fn geometry_column(geo: &str) -> Result<String, String> {
    let geo: Json = serde_json::from_str(geo)
        .map_err(|error| format!("the \"geo\" metadata are not JSON: {error}"))?;
    let name = geo["primary_column"]
        .as_str()
        .ok_or("the \"geo\" metadata name no primary column")?;
    let column = &geo["columns"][name];
    if column["encoding"] != "WKB" {
        let encoding = &column["encoding"];
        return Err(format!(
            "the encoding of the geometry is {encoding}, not \"WKB\""
        ));
    }
    let crs = &column["crs"];
    let code = crs["id"]["code"].to_string();
    if crs.is_null() || code.contains("CRS84") || code.contains("4326") {
        return Ok(name.to_owned());
    }
    Err(format!(
        "the coordinate system is {}, and only WGS 84 degrees (OGC:CRS84) are taken, so convert the \
         file first, for example with ogr2ogr -t_srs EPSG:4326",
        crs["name"]
    ))
}

fn row(record: &Record, geometry_column: &str, line: u64) -> Result<Row, String> {
    let names: Vec<&str> = record
        .get_column_iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let id_column = id_column::among(&names);
    let (mut id, mut geometry) = (None, None);
    let mut properties = Properties::default();
    for (at, (name, field)) in record.get_column_iter().enumerate() {
        match field {
            Field::Bytes(bytes) if name == geometry_column => {
                let read = wkb::read(bytes.data()).map_err(|error| error.to_string())?;
                geometry = shape::checked(read)?;
            }
            _ if name == geometry_column => {}
            Field::Str(text) if Some(at) == id_column => id = Some(text.clone()),
            Field::Null if Some(at) == id_column => {}
            field => {
                let value = value(field).ok_or_else(|| {
                    format!("column \"{name}\" has a value of a kind that no field holds")
                })?;
                properties.push(name.clone(), value);
            }
        }
    }
    Ok(Row {
        line,
        id,
        geometry,
        properties,
    })
}

fn value(field: &Field) -> Option<Json> {
    Some(match field {
        Field::Null => Json::Null,
        Field::Bool(flag) => (*flag).into(),
        Field::Byte(number) => (*number).into(),
        Field::Short(number) => (*number).into(),
        Field::Int(number) => (*number).into(),
        Field::Long(number) => (*number).into(),
        Field::UByte(number) => (*number).into(),
        Field::UShort(number) => (*number).into(),
        Field::UInt(number) => (*number).into(),
        Field::ULong(number) => (*number).into(),
        Field::Float(number) => number_of((*number).into())?,
        Field::Double(number) => number_of(*number)?,
        Field::Str(text) => text.as_str().into(),
        Field::Date(days) => {
            let since_epoch = Span::new().try_days(*days).ok()?;
            EPOCH.checked_add(since_epoch).ok()?.to_string().into()
        }
        Field::TimestampMillis(ms) => Timestamp::from_millisecond(*ms).ok()?.to_string().into(),
        Field::TimestampMicros(us) => Timestamp::from_microsecond(*us).ok()?.to_string().into(),
        _ => return None,
    })
}

fn number_of(number: f64) -> Option<Json> {
    serde_json::Number::from_f64(number).map(Json::Number)
}

fn unread(error: &ParquetError) -> String {
    format!("this is not Parquet that can be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_no_calendar_has_is_no_value() {
        assert_eq!(value(&Field::Date(19_435)), Some("2023-03-19".into()));
        for days in [i32::MIN, -7_304_485, 7_304_485, i32::MAX] {
            assert_eq!(value(&Field::Date(days)), None);
        }
        assert_eq!(value(&Field::TimestampMillis(i64::MAX)), None);
        assert_eq!(value(&Field::TimestampMicros(i64::MIN)), None);
    }
}
