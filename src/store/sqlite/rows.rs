//! Features as rows and back.

use std::collections::BTreeMap;

use geo::Geometry;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row};
use serde_json::value::RawValue;

use super::fault::{StoreFault, StoreResult};
use super::layers::StoredLayer;
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{Field, FieldType, Schema, Value};
use crate::geopackage::geometry;
use crate::geopackage::names::quoted;

/// Where the columns of [`select_list`] start that are not values.
const ID: usize = 0;
pub(super) const GEOM: usize = 1;
const VALUES: usize = 2;

/// What a row is called whose id is damaged, before its number.
pub(super) const UNNAMED: &str = "damaged-row-";

/// Values, and the geometry as it is kept.
pub(super) type Kept = (Box<[Value]>, Option<Vec<u8>>);

/// What to select from a layer's table `t` to read its features: id, geometry, values, the row's
/// number. A date that was written in another form than GeoPackage wants is kept beside the table, so
/// that it comes back as it was written.
pub(super) fn select_list(layer: &StoredLayer) -> String {
    let mut list = vec!["t.id".to_owned()];
    list.push(
        layer
            .geometry
            .as_ref()
            .map_or("NULL", |_| "t.geom")
            .to_owned(),
    );
    for (field, column) in layer.schema.fields.iter().zip(&layer.columns) {
        let quoted = quoted(column);
        list.push(if layer.has_forms && has_form(field.kind) {
            let number = layer.number;
            let name = column.replace('\'', "''");
            format!(
                "coalesce((SELECT w.text FROM bordermap_written w WHERE w.layer = {number} \
                 AND w.fid = t.fid AND w.column_name = '{name}'), t.{quoted})"
            )
        } else {
            format!("t.{quoted}")
        });
    }
    list.push("t.fid".to_owned());
    list.join(", ")
}

/// The number of a row, of whose [`select_list`] the first column is `first`.
pub(super) fn fid(row: &Row<'_>, first: usize, layer: &StoredLayer) -> StoreResult<i64> {
    Ok(row.get(first + VALUES + layer.columns.len())?)
}

/// Whether GeoPackage prescribes a form for a type that we also take in others.
pub(super) fn has_form(kind: FieldType) -> bool {
    matches!(kind, FieldType::Date | FieldType::Datetime)
}

/// Reads a feature from a row whose columns from `first` on are the [`select_list`].
pub(super) fn feature(row: &Row<'_>, first: usize, layer: &StoredLayer) -> StoreResult<Feature> {
    let id = match row.get_ref(first + ID)? {
        ValueRef::Text(bytes) => str::from_utf8(bytes).map_err(|_| {
            let told = String::from_utf8_lossy(bytes);
            format!("its id \"{told}\" is not UTF-8")
        }),
        _ => Err("its id is not text".into()),
    };
    let damaged = |id: String, detail| StoreFault::Row {
        layer: layer.schema.id.to_string(),
        id,
        detail,
    };
    let id = match id {
        Ok(id) => id,
        Err(detail) => {
            return Err(damaged(
                format!("{UNNAMED}{}", fid(row, first, layer)?),
                detail,
            ));
        }
    };
    let (geometry, values) =
        content(row, first, layer)?.map_err(|detail| damaged(id.to_owned(), detail))?;
    Ok(Feature {
        id: id.into(),
        geometry,
        values,
    })
}

/// What a feature has beside its id.
type Held = (Option<Geometry>, Box<[Value]>);

/// Reads what a row has beside the id; an inner error says what is wrong with it.
pub(super) fn content(
    row: &Row<'_>,
    first: usize,
    layer: &StoredLayer,
) -> StoreResult<Result<Held, String>> {
    let geometry = match row.get_ref(first + GEOM)? {
        ValueRef::Null => None,
        ValueRef::Blob(blob) => match geometry::decode(blob) {
            Ok(geometry) => Some(geometry),
            Err(error) => return Ok(Err(format!("its geometry is {error}"))),
        },
        _ => return Ok(Err("its geometry is no blob".into())),
    };
    let mut values = Vec::with_capacity(layer.schema.fields.len());
    for (at, field) in layer.schema.fields.iter().enumerate() {
        match value(field, row.get_ref(first + VALUES + at)?) {
            Ok(value) => values.push(value),
            Err(detail) => return Ok(Err(detail)),
        }
    }
    Ok(Ok((geometry, values.into())))
}

fn value(field: &Field, stored: ValueRef<'_>) -> Result<Value, String> {
    Ok(match (field.kind, stored) {
        (_, ValueRef::Null) => Value::Null,
        (FieldType::Boolean, ValueRef::Integer(flag @ 0..=1)) => Value::Boolean(flag == 1),
        (FieldType::Integer, ValueRef::Integer(number)) => Value::Integer(number),
        (FieldType::Number, ValueRef::Real(number)) => Value::Number(number),
        (FieldType::Json, ValueRef::Text(bytes)) => Value::Json(utf8(bytes)?.into()),
        (FieldType::String | FieldType::Date | FieldType::Datetime, ValueRef::Text(bytes)) => {
            Value::Text(utf8(bytes)?.into())
        }
        (kind, other) => {
            let found = other.data_type();
            return Err(format!(
                "its field \"{}\" is {found}, not {kind:?}",
                field.name
            ));
        }
    })
}

fn utf8(bytes: &[u8]) -> Result<&str, String> {
    str::from_utf8(bytes).map_err(|_| "a text is not UTF-8".into())
}

/// Whether the [`select_list`] of a row has this very content.
pub(super) fn same(row: &Row<'_>, geom: Option<&[u8]>, values: &[Value]) -> StoreResult<bool> {
    let same_geom = match (row.get_ref(GEOM)?, geom) {
        (ValueRef::Null, None) => true,
        (ValueRef::Blob(stored), Some(new)) => stored == new,
        _ => false,
    };
    if !same_geom {
        return Ok(false);
    }
    for (at, value) in values.iter().enumerate() {
        let same = match (row.get_ref(VALUES + at)?, value) {
            (ValueRef::Null, Value::Null) => true,
            (ValueRef::Integer(stored), Value::Integer(new)) => stored == *new,
            (ValueRef::Integer(stored), Value::Boolean(new)) => stored == i64::from(*new),
            #[expect(clippy::float_cmp, reason = "any other number is another content")]
            (ValueRef::Real(stored), Value::Number(new)) => stored == *new,
            (ValueRef::Text(stored), Value::Text(new) | Value::Json(new)) => {
                stored == new.as_bytes()
            }
            _ => false,
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A value as its column holds it.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    pub(super) stored: ToSqlOutput<'a>,
    /// The text as it was written, where the column's form is another.
    pub(super) written: Option<&'a str>,
}

/// Turns a value into what its column holds; an error says what is wrong with it.
pub(super) fn cell<'a>(field: &Field, value: &'a Value) -> Result<Cell<'a>, String> {
    let wrong = |found: &str| {
        Err(format!(
            "field \"{}\" is {found}, not {:?}",
            field.name, field.kind
        ))
    };
    let plain = |stored| Cell {
        stored: ToSqlOutput::Borrowed(stored),
        written: None,
    };
    Ok(match (field.kind, value) {
        (_, Value::Null) => plain(ValueRef::Null),
        (FieldType::Boolean, Value::Boolean(flag)) => plain(ValueRef::Integer((*flag).into())),
        (FieldType::Integer, Value::Integer(number)) => plain(ValueRef::Integer(*number)),
        // SQLite would keep a NaN as null.
        (FieldType::Number, Value::Number(number)) if number.is_finite() => {
            plain(ValueRef::Real(*number))
        }
        (FieldType::String, Value::Text(text)) | (FieldType::Json, Value::Json(text)) => {
            plain(ValueRef::Text(text.as_bytes()))
        }
        (FieldType::Date | FieldType::Datetime, Value::Text(text)) => {
            if has_shape(text, field.kind) {
                plain(ValueRef::Text(text.as_bytes()))
            } else if let Some(canonical) = canonical(text, field.kind) {
                Cell {
                    stored: canonical.into(),
                    written: Some(text),
                }
            } else {
                return wrong(&format!("\"{text}\""));
            }
        }
        (_, Value::Boolean(flag)) => return wrong(&flag.to_string()),
        (_, Value::Integer(number)) => return wrong(&number.to_string()),
        (_, Value::Number(number)) => return wrong(&number.to_string()),
        (_, Value::Text(text) | Value::Json(text)) => return wrong(&format!("\"{text}\"")),
    })
}

/// Whether a date or an instant has GeoPackage's form already (OGC 12-128r18 table 1).
fn has_shape(text: &str, kind: FieldType) -> bool {
    let shape: &[u8] = match kind {
        FieldType::Date => b"0000-00-00",
        _ => b"0000-00-00T00:00:00.000Z",
    };
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            wanted => byte == *wanted,
        })
}

/// A date or an instant in GeoPackage's form.
fn canonical(text: &str, kind: FieldType) -> Option<String> {
    match kind {
        FieldType::Date => text.parse::<Date>().ok().map(|date| date.to_string()),
        _ => text.parse::<Timestamp>().ok().map(|at| format!("{at:.3}")),
    }
}

/// A feature's values by field name, for the log. Written by hand so that a number is kept to its
/// last bit and JSON as it is.
pub(super) fn history(layer: &StoredLayer, values: &[Value]) -> String {
    let members: Vec<_> = layer
        .schema
        .fields
        .iter()
        .zip(values)
        .filter_map(|(field, value)| {
            let value = match value {
                Value::Null => return None,
                Value::Boolean(flag) => flag.to_string(),
                Value::Integer(number) => number.to_string(),
                // With its point, so that it stays a number of this kind.
                Value::Number(number) => format!("{number:?}"),
                Value::Text(text) => json_text(text),
                Value::Json(json) => json.to_string(),
            };
            Some(format!("{}:{value}", json_text(&field.name)))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What an entry of the log has put aside: its second and third column, under the description that
/// the layer had then.
pub(super) fn former(schema: &Schema, entry: &Row<'_>) -> Result<Kept, String> {
    let column = |at| entry.get_ref(at).map_err(|error| error.to_string());
    let values = match column(1)? {
        ValueRef::Text(bytes) => of_history(schema, utf8(bytes)?)?,
        _ => return Err("what it was before was not kept".into()),
    };
    let geom = match column(2)? {
        ValueRef::Null => None,
        ValueRef::Blob(blob) => {
            let geometry = geometry::decode(blob);
            geometry.map_err(|error| format!("its former geometry is {error}"))?;
            Some(blob.to_vec())
        }
        _ => return Err("its former geometry is no blob".into()),
    };
    Ok((values, geom))
}

/// What [`history`] wrote, back.
fn of_history(schema: &Schema, text: &str) -> Result<Box<[Value]>, String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text)
        .map_err(|error| format!("what it was before cannot be read: {error}"))?;
    let mut values = vec![Value::Null; schema.fields.len()];
    for (name, member) in members {
        let wrong = || format!("its former field \"{name}\" is {member}");
        let at = schema.index_of(&name).ok_or_else(wrong)?;
        let json = member.get();
        values[at] = match schema.fields[at].kind {
            FieldType::Boolean => Value::Boolean(json.parse().map_err(|_| wrong())?),
            FieldType::Integer => Value::Integer(json.parse().map_err(|_| wrong())?),
            FieldType::Number => Value::Number(json.parse().map_err(|_| wrong())?),
            FieldType::Json => Value::Json(json.into()),
            FieldType::String | FieldType::Date | FieldType::Datetime => {
                let text: String = serde_json::from_str(json).map_err(|_| wrong())?;
                Value::Text(text.into())
            }
        };
    }
    Ok(values.into())
}

/// Gives every geometry of a layer that can be read.
pub(super) fn each_geometry(
    conn: &Connection,
    layer: &StoredLayer,
    sink: &mut dyn FnMut(&Geometry) -> StoreResult<()>,
) -> StoreResult<()> {
    if layer.geometry.is_none() {
        return Ok(());
    }
    let mut found = conn.prepare(&format!(
        "SELECT geom FROM {} WHERE geom IS NOT NULL",
        quoted(&layer.table)
    ))?;
    let mut rows = found.query([])?;
    while let Some(row) = rows.next()? {
        let blob = row.get_ref(0)?.as_blob().unwrap_or_default();
        // One that cannot be read is no reason to refuse what is asked of the others.
        if let Ok(geometry) = geometry::decode(blob) {
            sink(&geometry)?;
        }
    }
    Ok(())
}
