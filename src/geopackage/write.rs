//! A GeoPackage of one layer, written from beginning to end.

use std::io;
use std::path::Path;

use geo::Geometry;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, Statement, params};

use super::contents;
use super::geometry;
use super::names::{self, quoted};
use super::rtree::RTree;
use super::tables::{self, ANY_GEOMETRY, column_type, single_type};
use crate::atlas::geo::boxes::{self, Sides};
use crate::atlas::geo::crs::Crs;
use crate::atlas::model::schema::{Schema, Value};

/// Memory for pages of the file, in KiB; what is more goes to the file at once.
const CACHE_KIB: i64 = 4096;

/// A file that is being written.
pub struct Package {
    conn: Connection,
    srs_id: i32,
    schema: Schema,
    table: String,
    columns: Vec<String>,
    insert: String,
    seen: Seen,
    index: RTree,
    is_typed: bool,
    rows: u32,
}

/// What the geometries so far have in common.
#[derive(Default)]
struct Seen {
    sides: Option<Sides>,
    /// Their type; [`ANY_GEOMETRY`] if there were several.
    kind: Option<&'static str>,
}

/// Adds features to a file.
pub struct Batch<'p> {
    statement: Statement<'p>,
    srs_id: i32,
    seen: &'p mut Seen,
    index: &'p mut RTree,
    rows: &'p mut u32,
}

impl Package {
    /// Begins a file over an empty one, of about so many features with geometries in a system. `extra` are
    /// fields beyond the layer's own, of numbers.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn create(
        path: &Path,
        schema: &Schema,
        extra: &[&str],
        crs: Crs,
        features: usize,
    ) -> rusqlite::Result<Self> {
        let conn = Connection::open(path)?;
        // The file is nothing until it is whole, and is thrown away if it does not become so.
        conn.pragma_update(None, "journal_mode", "OFF")?;
        conn.pragma_update(None, "synchronous", "OFF")?;
        conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
        tables::mark(&conn)?;
        conn.execute_batch("BEGIN")?;
        conn.execute_batch(tables::STANDARD)?;
        tables::add_system(&conn, crs)?;
        conn.execute_batch(tables::EXTENSIONS)?;
        conn.execute_batch(tables::REGISTERED)?;
        let mut columns: Vec<String> = Vec::with_capacity(schema.fields.len() + extra.len());
        let mut declared = vec![
            "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned(),
            format!("geom {ANY_GEOMETRY}"),
            "id TEXT NOT NULL".to_owned(),
        ];
        let own = schema.fields.iter();
        let own = own.map(|field| (&*field.name, column_type(field.kind)));
        let extra = extra.iter().map(|name| (*name, "REAL"));
        for (name, kind) in own.chain(extra) {
            let column = names::free(name, |name| {
                let ours = ["fid", "geom", "id"].into_iter();
                ours.chain(columns.iter().map(String::as_str))
                    .any(|taken| taken.eq_ignore_ascii_case(name))
            });
            declared.push(format!("{} {kind}", quoted(&column)));
            columns.push(column);
        }
        let table = names::table(&schema.id, |_| false);
        let create = format!("CREATE TABLE {} ({})", quoted(&table), declared.join(", "));
        conn.execute_batch(&create)?;
        let marks = ", ?".repeat(columns.len() + 1);
        let package = Self {
            insert: format!("INSERT INTO {} VALUES (NULL, ?{marks})", quoted(&table)),
            conn,
            srs_id: crs.epsg(),
            schema: schema.clone(),
            table,
            columns,
            seen: Seen::default(),
            index: RTree::with_capacity(features),
            is_typed: false,
            rows: 0,
        };
        contents::register(&package.conn, &package.described())?;
        Ok(package)
    }

    /// Begins to add features.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn batch(&mut self) -> rusqlite::Result<Batch<'_>> {
        Ok(Batch {
            statement: self.conn.prepare(&self.insert)?,
            srs_id: self.srs_id,
            seen: &mut self.seen,
            index: &mut self.index,
            rows: &mut self.rows,
        })
    }

    /// Writes a part of what stands after the last feature, in some milliseconds. Whether only
    /// [`Self::finish`] is left.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn index(&mut self) -> rusqlite::Result<bool> {
        if !self.is_typed {
            self.declare_type()?;
            self.is_typed = true;
        }
        self.index.write(&self.conn, &self.table)
    }

    /// Declares the one type that all geometries have. It has to be the same for the column and in the
    /// standard's table (requirement 31), and is known only at the end.
    fn declare_type(&self) -> rusqlite::Result<()> {
        let conn = &self.conn;
        let kind = self.seen.kind.unwrap_or(single_type(self.schema.geometry));
        if kind == ANY_GEOMETRY {
            return Ok(());
        }
        // SQLite documents this way of changing it.
        conn.execute_batch("PRAGMA writable_schema = ON")?;
        conn.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ', geom GEOMETRY, ', ', geom ' || ?2 || ', ')
             WHERE name = ?1",
            params![self.table, kind],
        )?;
        conn.execute_batch("PRAGMA writable_schema = RESET")?;
        let described = contents::LayerTable {
            geometry: Some(kind),
            ..self.described()
        };
        contents::register_geometry(conn, &described)
    }

    /// Ends the file, of which [`Self::index`] has written all. `at_us`: when its content was last
    /// changed, in microseconds since 1970; now if that is not known.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn finish(self, at_us: Option<i64>) -> rusqlite::Result<()> {
        let conn = &self.conn;
        let now = "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
        let at_us = match at_us {
            Some(at_us) => at_us,
            None => conn.query_row(now, [], |row| row.get(0))?,
        };
        contents::changed(conn, &self.table, self.seen.sides, at_us)?;
        conn.execute_batch(
            "UPDATE gpkg_metadata_reference SET timestamp = (SELECT last_change FROM gpkg_contents)",
        )?;
        conn.execute_batch("COMMIT")?;
        self.conn.close().map_err(|(_, error)| error)
    }

    fn described(&self) -> contents::LayerTable<'_> {
        contents::LayerTable {
            name: &self.table,
            schema: &self.schema,
            columns: &self.columns,
            geometry: Some(ANY_GEOMETRY),
            srs_id: self.srs_id,
            number: 1,
        }
    }
}

impl Batch<'_> {
    /// Adds a feature whose geometry has a [`crate::atlas::geo::hilbert::coarse_key`]; `extra` are the values of
    /// the fields beyond the layer's own.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn put(
        &mut self,
        id: &str,
        geometry: Option<(&Geometry, u32)>,
        values: &[Value],
        extra: &[Option<f64>],
    ) -> rusqlite::Result<()> {
        let (statement, srs_id) = (&mut self.statement, self.srs_id);
        let encoded = geometry.map(|(geometry, _)| geometry::encode(geometry, srs_id));
        statement.raw_bind_parameter(1, encoded)?;
        statement.raw_bind_parameter(2, id)?;
        let mut at = 3;
        for value in values {
            statement.raw_bind_parameter(at, stored(value))?;
            at += 1;
        }
        for value in extra {
            statement.raw_bind_parameter(at, value)?;
            at += 1;
        }
        statement.raw_execute()?;
        // A table of its own counts its rows from one.
        *self.rows += 1;
        if let Some((geometry, place)) = geometry {
            self.seen.see(geometry);
            self.index.push(*self.rows, geometry, place);
        }
        Ok(())
    }
}

impl Seen {
    /// Takes note of a geometry's type and box.
    fn see(&mut self, geometry: &Geometry) {
        let kind = type_of(geometry);
        self.kind = match self.kind {
            Some(seen) if seen != kind => Some(ANY_GEOMETRY),
            _ => Some(kind),
        };
        self.sides = boxes::widened(self.sides, boxes::sides_of(geometry));
    }
}

/// OGC 12-128r18 annex G.1.
fn type_of(geometry: &Geometry) -> &'static str {
    match geometry {
        Geometry::Point(_) => "POINT",
        Geometry::Line(_) | Geometry::LineString(_) => "LINESTRING",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "POLYGON",
        Geometry::MultiPoint(_) => "MULTIPOINT",
        Geometry::MultiLineString(_) => "MULTILINESTRING",
        Geometry::MultiPolygon(_) => "MULTIPOLYGON",
        Geometry::GeometryCollection(_) => "GEOMETRYCOLLECTION",
    }
}

/// A value as its column holds it. An instant stays as it was written: readers take every form of
/// RFC 3339, and what is written has to come back the same.
fn stored(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Boolean(flag) => ValueRef::Integer((*flag).into()),
        Value::Integer(number) => ValueRef::Integer(*number),
        Value::Number(number) => ValueRef::Real(*number),
        Value::Text(text) | Value::Json(text) => ValueRef::Text(text.as_bytes()),
    })
}

/// A failure of the file as the system would tell it.
pub fn io_error(error: rusqlite::Error) -> io::Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => io::Error::new(io::ErrorKind::StorageFull, error),
        _ => io::Error::other(error),
    }
}
