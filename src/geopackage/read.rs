//! The rows of one layer of any GeoPackage, whoever has written it.

use std::collections::HashMap;
use std::path::Path;

use geo::Geometry;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value as Json;

use super::names::quoted;
use super::untrusted::said;
use super::{geometry, untrusted};

/// Rows that are read at once.
const BATCH_ROWS: u32 = 256;
/// A batch ends sooner where its rows are large.
const BATCH_BYTES: usize = 1 << 20;
/// Layers that are named where none is the wanted one.
const TABLES_TOLD: usize = 20;

/// A row of a layer.
#[derive(Debug)]
pub struct Record {
    /// Its primary key.
    pub fid: i64,
    /// What its column `id` says, if there is one.
    pub id: Option<String>,
    /// Its geometry, or what is wrong with it.
    pub geometry: Result<Option<Geometry>, String>,
    /// Its other columns by the names of their fields, or what is wrong with one.
    pub properties: Result<Vec<(String, Json)>, String>,
    /// The columns of which it has bytes.
    pub passed_over: Vec<String>,
}

/// A layer of a file.
pub struct FeatureTable {
    conn: Connection,
    select: String,
    columns: Vec<Column>,
    /// The column of the primary key.
    key: String,
    has_geometry: bool,
    /// The least number that the next row may have; `None` after the greatest that there can be.
    from: Option<i64>,
}

struct Column {
    field: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The feature's id, where a field of the layer is not called so.
    Id,
    Boolean,
    Json,
    Other,
}

impl FeatureTable {
    /// Opens the layer of a file that was named, or the one that is called like another, or its only one. Nobody may
    /// write the file meanwhile, and it has no log: a copy of one's own.
    ///
    /// # Errors
    /// One sentence: it is no GeoPackage, has no such layer, or is in other coordinates.
    pub fn open(path: &Path, named: Option<&str>, like: &str) -> Result<Self, String> {
        let conn = untrusted::open(path).map_err(|error| said(&error))?;
        check_whole(&conn, path)?;
        let table = table(&conn, named, like)?;
        let geometry = geometry_column(&conn, &table)?;
        let (key, columns) = columns(&conn, &table, geometry.as_deref())?;
        let number = row_number(&key, &columns)?;
        let place = geometry.as_deref().map_or("NULL".to_owned(), quoted);
        let mut list = vec![number.to_owned(), quoted(&key), place];
        list.extend(columns.iter().map(|(column, _)| quoted(column)));
        Ok(Self {
            conn,
            select: format!(
                "SELECT {} FROM {} WHERE {number} >= ?1 ORDER BY {number} LIMIT ?2",
                list.join(", "),
                quoted(&table),
            ),
            columns: columns.into_iter().map(|(_, column)| column).collect(),
            key,
            has_geometry: geometry.is_some(),
            from: Some(i64::MIN),
        })
    }

    /// The column that has the numbers of the rows.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The next rows, in the order of their keys; none after the last.
    ///
    /// # Errors
    /// One sentence, if the file is damaged.
    pub fn batch(&mut self) -> Result<Vec<Record>, String> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        let Some(from) = self.from else {
            return Ok(batch);
        };
        let mut statement = self
            .conn
            .prepare(&self.select)
            .map_err(|error| said(&error))?;
        let mut rows = statement
            .query(params![from, BATCH_ROWS])
            .map_err(|error| said(&error))?;
        while bytes < BATCH_BYTES {
            let Some(row) = rows.next().map_err(|error| said(&error))? else {
                break;
            };
            let (record, length) = self.record(row)?;
            // In a damaged file they may go round in circles.
            if self.from.is_none_or(|from| record.fid < from) {
                return Err("the GeoPackage is damaged: its rows are out of order".into());
            }
            self.from = record.fid.checked_add(1);
            bytes += length;
            batch.push(record);
        }
        Ok(batch)
    }

    /// A row, and about how many bytes it has.
    fn record(&self, row: &Row<'_>) -> Result<(Record, usize), String> {
        let stored = |at: usize| row.get_ref(at).map_err(|error| said(&error));
        let fid: i64 = row.get(0).map_err(|error| said(&error))?;
        // SQLite keeps anything, also nothing, in a key that was declared in an odd way.
        if stored(1)? != ValueRef::Integer(fid) {
            return Err(format!(
                "the key of row {fid} of the GeoPackage is not its number: the primary key must be declared \
                 as INTEGER PRIMARY KEY, without DESC"
            ));
        }
        let mut length = 0;
        let geometry = match stored(2)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(blob) if self.has_geometry => {
                length += blob.len();
                geometry::decode(blob)
                    .map(Some)
                    .map_err(|error| error.to_string())
            }
            _ => Err("the geometry is not a blob".into()),
        };
        let mut id = None;
        let mut properties = Ok(Vec::with_capacity(self.columns.len()));
        let mut passed_over = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let stored = stored(at + 3)?;
            if let ValueRef::Text(text) = stored {
                length += text.len();
            }
            if let ValueRef::Blob(_) = stored {
                passed_over.push(column.field.clone());
                continue;
            }
            match (column.kind, value(column, stored)) {
                (Kind::Id, Ok(Json::String(text))) => id = Some(text),
                (Kind::Id, Ok(Json::Number(number))) => id = Some(number.to_string()),
                (Kind::Id, Ok(_)) => {}
                (_, Ok(value)) => {
                    if let Ok(properties) = &mut properties {
                        properties.push((column.field.clone(), value));
                    }
                }
                (_, Err(reason)) => properties = properties.and(Err(reason)),
            }
        }
        let record = Record {
            fid,
            id,
            geometry,
            properties,
            passed_over,
        };
        Ok((record, length))
    }
}

fn value(column: &Column, stored: ValueRef<'_>) -> Result<Json, String> {
    let name = &column.field;
    Ok(match stored {
        // Bytes are passed over before.
        ValueRef::Null | ValueRef::Blob(_) => Json::Null,
        ValueRef::Integer(flag @ 0..=1) if column.kind == Kind::Boolean => Json::Bool(flag == 1),
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => {
            let number = serde_json::Number::from_f64(number);
            number
                .map(Json::Number)
                .ok_or_else(|| format!("column \"{name}\" has a number that is not finite"))?
        }
        ValueRef::Text(bytes) => {
            let text = str::from_utf8(bytes)
                .map_err(|_| format!("column \"{name}\" has text that is not UTF-8"))?;
            let json = (column.kind == Kind::Json).then(|| serde_json::from_str(text).ok());
            json.flatten().unwrap_or_else(|| text.into())
        }
    })
}

/// SQLite fills up a last page that is cut off, and nobody may look at it.
fn check_whole(conn: &Connection, path: &Path) -> Result<(), String> {
    let page = conn.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0));
    let page = page.map_err(|error| said(&error))?;
    let length = path.metadata().map_err(|error| error.to_string())?.len();
    if length.is_multiple_of(page.unsigned_abs()) {
        Ok(())
    } else {
        Err("the GeoPackage is damaged: its last page is cut off".into())
    }
}

/// The table to read.
fn table(conn: &Connection, named: Option<&str>, like: &str) -> Result<String, String> {
    for needed in [
        "gpkg_contents",
        "gpkg_geometry_columns",
        "gpkg_spatial_ref_sys",
    ] {
        must_have(conn, needed)?;
    }
    let mut tables = conn
        .prepare(
            "SELECT table_name FROM gpkg_contents
             WHERE data_type IN ('features', 'attributes') ORDER BY table_name",
        )
        .map_err(|error| said(&error))?;
    let tables = tables
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<String>>>)
        .map_err(|error| said(&error))?;
    let listed = || {
        let more = if tables.len() > TABLES_TOLD {
            ", …"
        } else {
            ""
        };
        format!(
            "{}{more}",
            tables[..tables.len().min(TABLES_TOLD)].join(", ")
        )
    };
    let wanted = named.unwrap_or(like);
    let same = tables.iter().find(|table| *table == wanted);
    let table = match (same, tables.as_slice()) {
        (Some(same), _) => same,
        (None, []) => return Err("the GeoPackage has no layer of features".into()),
        (None, [only]) if named.is_none() => only,
        (None, _) if named.is_some() => {
            return Err(format!(
                "the GeoPackage has no layer \"{wanted}\"; it has {}",
                listed()
            ));
        }
        (None, _) => {
            return Err(format!(
                "the GeoPackage has several layers, and none is called {wanted}; --source-layer says which of {}",
                listed()
            ));
        }
    };
    must_have(conn, table)?;
    Ok(table.clone())
}

fn must_have(conn: &Connection, table: &str) -> Result<(), String> {
    if untrusted::has_table(conn, table).map_err(|error| said(&error))? {
        return Ok(());
    }
    Err(format!(
        "the GeoPackage has no table {table} that holds rows: views and virtual tables are not read"
    ))
}

/// The geometry column of a table, which must be in WGS 84 degrees.
fn geometry_column(conn: &Connection, table: &str) -> Result<Option<String>, String> {
    let found = conn
        .query_row(
            "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?1 LIMIT 1",
            [table],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)),
        )
        .optional()
        .map_err(|error| said(&error))?;
    let Some((column, srs_id)) = found else {
        return Ok(None);
    };
    let reference = conn
        .query_row(
            "SELECT upper(organization), organization_coordsys_id, srs_name
             FROM gpkg_spatial_ref_sys WHERE srs_id = ?1 LIMIT 1",
            [srs_id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
        .map_err(|error| said(&error))?;
    let Some((organization, number, name)): Option<(String, i64, String)> = reference else {
        return Ok(None);
    };
    let is_wgs84 = (organization == "EPSG" && number == 4326)
        || (organization == "OGC" && number == 84)
        || name.to_ascii_uppercase().contains("CRS84");
    if is_wgs84 {
        return Ok(Some(column));
    }
    Err(format!(
        "the coordinate system is \"{name}\" ({organization}:{number}), and only WGS 84 degrees \
         (EPSG:4326) are taken, so convert the file first, for example with ogr2ogr -t_srs EPSG:4326"
    ))
}

/// The primary key and the other columns with what they hold.
fn columns(
    conn: &Connection,
    table: &str,
    geometry: Option<&str>,
) -> Result<(String, Vec<(String, Column)>), String> {
    let all = untrusted::columns(conn, table)?;
    let mut keys = all.iter().filter(|column| column.is_key);
    let key = match (keys.next(), keys.next()) {
        (Some(key), None) if key.declared.eq_ignore_ascii_case("INTEGER") => key.name.clone(),
        _ => {
            return Err(format!(
                "table \"{table}\" has no integer primary key of one column"
            ));
        }
    };
    let fields = fields(conn, table)?;
    let mut told = Vec::new();
    for column in all {
        if column.name == key || Some(column.name.as_str()) == geometry {
            continue;
        }
        let (field, mime) = fields.get(&column.name).cloned().unwrap_or_default();
        let kind = if column.name.eq_ignore_ascii_case("id") {
            Kind::Id
        } else if mime.as_deref() == Some("application/json") {
            Kind::Json
        } else if column.declared.eq_ignore_ascii_case("BOOLEAN") {
            Kind::Boolean
        } else {
            Kind::Other
        };
        let field = field.unwrap_or_else(|| column.name.clone());
        told.push((column.name, Column { field, kind }));
    }
    Ok((key, told))
}

/// The name by which SQLite gives the number of a row: one that no column has
/// (<https://www.sqlite.org/rowidtable.html>).
fn row_number(key: &str, columns: &[(String, Column)]) -> Result<&'static str, String> {
    let is_free = |name: &&str| {
        let columns = columns.iter().map(|(column, _)| column.as_str());
        let mut taken = columns.chain([key]);
        taken.all(|column| !column.eq_ignore_ascii_case(name))
    };
    let names = ["rowid", "oid", "_rowid_"].into_iter();
    names.clone().find(is_free).ok_or_else(|| {
        "the GeoPackage has columns of all three names under which rows are numbered: rowid, oid and _rowid_"
            .into()
    })
}

/// A field's name, and the type of what it holds.
type Told = (Option<String>, Option<String>);

/// What is told of a table's columns (annex F.9).
fn fields(conn: &Connection, table: &str) -> Result<HashMap<String, Told>, String> {
    const NAMES: &str = "gpkg_data_columns";
    if !untrusted::has_table(conn, NAMES).map_err(|error| said(&error))? {
        return Ok(HashMap::new());
    }
    let told = conn.prepare(
        "SELECT column_name, name, mime_type FROM gpkg_data_columns WHERE table_name = ?1 LIMIT ?2",
    );
    told.and_then(|mut told| {
        let column = |row: &Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
        told.query_map(params![table, untrusted::COLUMNS_MAX], column)?
            .collect()
    })
    .map_err(|error| said(&error))
}
