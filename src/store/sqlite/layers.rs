//! Layers as tables: finding, making and changing them.

use geo::Geometry;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::contents;
use super::fault::Fault;
use super::names::{self, quoted};
use super::rows;
use crate::atlas::schema::{FieldType, GeometryKind, Schema};

/// SQLite takes 2,000 columns a table; a few are ours.
const FIELDS_MAX: usize = 1_900;

/// The declared type of a column that takes every geometry.
const ANY_GEOMETRY: &str = "GEOMETRY";

/// A layer and where it is kept.
#[derive(Clone, Debug)]
pub(super) struct StoredLayer {
    /// Its number in the log, in order of appearance.
    pub(super) number: i64,
    pub(super) table: String,
    pub(super) schema: Schema,
    /// The column of each field, in the schema's order.
    pub(super) columns: Vec<String>,
    /// The declared type of the geometry column; without one, nothing has had a place yet.
    pub(super) geometry: Option<String>,
}

/// What a new description does to a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redescribed {
    /// It is the description that the layer has.
    Same,
    /// Features read as before.
    Words,
    /// Features have other fields, or the same in another order.
    Fields,
}

const SELECT: &str = "SELECT l.number, l.id, l.table_name, l.schema, g.geometry_type_name
    FROM bordermap_layers l LEFT JOIN gpkg_geometry_columns g ON g.table_name = l.table_name";

/// Every layer, in order of appearance.
pub(super) fn all(conn: &Connection) -> Result<Vec<StoredLayer>, Fault> {
    let mut found = conn.prepare(&format!("{SELECT} ORDER BY l.number"))?;
    let mut rows = found.query([])?;
    let mut layers = Vec::new();
    while let Some(row) = rows.next()? {
        layers.push(read(conn, row)?);
    }
    Ok(layers)
}

/// The layer of an id.
pub(super) fn find(conn: &Connection, id: &str) -> Result<Option<StoredLayer>, Fault> {
    let mut found = conn.prepare(&format!("{SELECT} WHERE l.id = ?1"))?;
    let mut rows = found.query([id])?;
    rows.next()?.map(|row| read(conn, row)).transpose()
}

fn read(conn: &Connection, row: &Row<'_>) -> Result<StoredLayer, Fault> {
    let number = row.get(0)?;
    let id: String = row.get(1)?;
    let text: String = row.get(3)?;
    let schema: Schema = serde_json::from_str(&text).map_err(|error| {
        Fault::Damaged(format!("the description of layer {id} is broken: {error}"))
    })?;
    let mut column =
        conn.prepare("SELECT column_name FROM bordermap_columns WHERE layer = ?1 AND field = ?2")?;
    let columns = schema
        .fields
        .iter()
        .map(|field| {
            column
                .query_row(params![number, &*field.name], |row| row.get(0))
                .optional()?
                .ok_or_else(|| {
                    let name = &field.name;
                    Fault::Damaged(format!("layer {id} has no column for its field \"{name}\""))
                })
        })
        .collect::<Result<_, _>>()?;
    Ok(StoredLayer {
        number,
        table: row.get(2)?,
        schema,
        columns,
        geometry: row.get(4)?,
    })
}

/// Makes a layer with its table.
pub(super) fn create(conn: &Connection, schema: &Schema) -> Result<StoredLayer, Fault> {
    verify(schema)?;
    let names = conn
        .prepare("SELECT name FROM sqlite_schema")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    let table = names::table(&schema.id, |wanted| {
        names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
    });
    conn.execute(
        "INSERT INTO bordermap_layers (id, table_name, schema) VALUES (?1, ?2, ?3)",
        params![&*schema.id, table, json(schema)?],
    )?;
    make_table(conn, conn.last_insert_rowid(), table, schema)
}

fn make_table(
    conn: &Connection,
    number: i64,
    table: String,
    schema: &Schema,
) -> Result<StoredLayer, Fault> {
    let mut layer = StoredLayer {
        number,
        table,
        schema: schema.clone(),
        columns: Vec::new(),
        // Whether a layer of anything is one of places shows with its first feature.
        geometry: match schema.geometry {
            GeometryKind::Any => None,
            kind => Some(single_type(kind).to_owned()),
        },
    };
    let mut columns = vec!["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned()];
    columns.extend(layer.geometry.as_ref().map(|kind| format!("geom {kind}")));
    columns.push("id TEXT NOT NULL UNIQUE".to_owned());
    for field in &schema.fields {
        let column = layer.name_column(&field.name, &[]);
        columns.push(format!("{} {}", quoted(&column), column_type(field.kind)));
        insert_column(conn, number, &field.name, &column)?;
        layer.columns.push(column);
    }
    conn.execute_batch(&format!(
        "CREATE TABLE {} ({})",
        quoted(&layer.table),
        columns.join(", ")
    ))?;
    contents::register(conn, &layer)?;
    Ok(layer)
}

/// Gives a layer a new description.
pub(super) fn redescribe(
    conn: &Connection,
    old: &StoredLayer,
    schema: &Schema,
) -> Result<(Redescribed, StoredLayer), Fault> {
    let text = json(schema)?;
    if text == json(&old.schema)? {
        return Ok((Redescribed::Same, old.clone()));
    }
    verify(schema)?;
    conn.execute(
        "UPDATE bordermap_layers SET schema = ?2 WHERE number = ?1",
        params![old.number, text],
    )?;
    let has_features: bool = conn.query_row(
        &format!("SELECT EXISTS (SELECT 1 FROM {})", quoted(&old.table)),
        [],
        |row| row.get(0),
    )?;
    if !has_features {
        drop_table(conn, old)?;
        let layer = make_table(conn, old.number, old.table.clone(), schema)?;
        return Ok((Redescribed::Words, layer));
    }
    let layer = extend(conn, old, schema)?;
    contents::describe(conn, &layer)?;
    let names = |schema: &Schema| {
        schema
            .fields
            .iter()
            .map(|f| f.name.clone())
            .collect::<Vec<_>>()
    };
    let effect = if names(schema) == names(&old.schema) {
        Redescribed::Words
    } else {
        Redescribed::Fields
    };
    Ok((effect, layer))
}

/// Adds the fields that a layer with features does not have yet.
fn extend(conn: &Connection, old: &StoredLayer, schema: &Schema) -> Result<StoredLayer, Fault> {
    let id = &schema.id;
    for field in &old.schema.fields {
        let Some(at) = schema.index_of(&field.name) else {
            let detail = format!(
                "its features have the field \"{}\", which would go",
                field.name
            );
            return Err(Fault::schema(id, detail));
        };
        if schema.fields[at].kind != field.kind {
            let detail = format!(
                "its features have the field \"{}\" as {:?}, which would become {:?}",
                field.name, field.kind, schema.fields[at].kind
            );
            return Err(Fault::schema(id, detail));
        }
    }
    if schema.geometry != old.schema.geometry && schema.geometry != GeometryKind::Any {
        rows::each_geometry(conn, old, &mut |geometry| {
            if fits(schema.geometry, geometry) {
                return Ok(());
            }
            let kind = schema.geometry;
            Err(Fault::schema(
                id,
                format!("it has geometries that are not {kind:?}"),
            ))
        })?;
    }
    let mut layer = StoredLayer {
        schema: schema.clone(),
        columns: Vec::new(),
        ..old.clone()
    };
    for field in &schema.fields {
        if let Some(at) = old.schema.index_of(&field.name) {
            layer.columns.push(old.columns[at].clone());
            continue;
        }
        let column = layer.name_column(&field.name, &old.columns);
        conn.execute_batch(&format!(
            "ALTER TABLE {} ADD COLUMN {} {}",
            quoted(&layer.table),
            quoted(&column),
            column_type(field.kind)
        ))?;
        insert_column(conn, layer.number, &field.name, &column)?;
        layer.columns.push(column);
    }
    Ok(layer)
}

/// Makes a layer able to hold a geometry; whether its table had to be changed for that.
pub(super) fn make_room(
    conn: &Connection,
    layer: &mut StoredLayer,
    geometry: &Geometry,
) -> Result<bool, Fault> {
    let kind = layer.schema.geometry;
    let wanted = match (kind, is_single(geometry)) {
        (GeometryKind::Any, _) | (_, false) => ANY_GEOMETRY,
        (kind, true) => single_type(kind),
    };
    let table = quoted(&layer.table);
    match layer.geometry.as_deref() {
        Some(declared) if declared == wanted || declared == ANY_GEOMETRY => return Ok(false),
        None => conn.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN geom {wanted}"))?,
        // SQLite cannot change a column's declared type. It is done once in a layer's life.
        Some(_) => {
            let spare = layer.name_column("geom_wide", &layer.columns);
            let spare = quoted(&spare);
            conn.execute_batch(&format!(
                "ALTER TABLE {table} ADD COLUMN {spare} {wanted};
                 UPDATE {table} SET {spare} = geom;
                 ALTER TABLE {table} DROP COLUMN geom;
                 ALTER TABLE {table} RENAME COLUMN {spare} TO geom;"
            ))?;
        }
    }
    layer.geometry = Some(wanted.to_owned());
    contents::register_geometry(conn, layer)?;
    Ok(true)
}

fn drop_table(conn: &Connection, layer: &StoredLayer) -> Result<(), Fault> {
    contents::forget(conn, layer)?;
    conn.execute(
        "DELETE FROM bordermap_columns WHERE layer = ?1",
        [layer.number],
    )?;
    conn.execute_batch(&format!("DROP TABLE {}", quoted(&layer.table)))?;
    Ok(())
}

fn insert_column(conn: &Connection, layer: i64, field: &str, column: &str) -> Result<(), Fault> {
    conn.execute(
        "INSERT INTO bordermap_columns (layer, field, column_name) VALUES (?1, ?2, ?3)",
        params![layer, field, column],
    )?;
    Ok(())
}

impl StoredLayer {
    /// A column name for a field, which may be called like a column of ours or, but for its case,
    /// like another field.
    fn name_column(&self, field: &str, others: &[String]) -> String {
        names::free(field, |name| {
            let mut columns = self.columns.iter().chain(others);
            ["fid", "geom", "id"]
                .iter()
                .any(|ours| ours.eq_ignore_ascii_case(name))
                || columns.any(|column| column.eq_ignore_ascii_case(name))
        })
    }
}

/// What a schema must keep for the store to hold its features.
fn verify(schema: &Schema) -> Result<(), Fault> {
    if schema.fields.len() > FIELDS_MAX {
        let found = schema.fields.len();
        let detail = format!("it has {found} fields; a layer holds up to {FIELDS_MAX}");
        return Err(Fault::schema(&schema.id, detail));
    }
    let mut seen = std::collections::HashSet::new();
    match schema.fields.iter().find(|field| !seen.insert(&field.name)) {
        None => Ok(()),
        Some(twice) => {
            let detail = format!("it has the field \"{}\" twice", twice.name);
            Err(Fault::schema(&schema.id, detail))
        }
    }
}

fn json(schema: &Schema) -> Result<String, Fault> {
    serde_json::to_string(schema).map_err(|error| Fault::schema(&schema.id, error.to_string()))
}

/// Whether a layer of some kind may have a geometry.
pub(super) fn fits(kind: GeometryKind, geometry: &Geometry) -> bool {
    use Geometry as G;
    match kind {
        GeometryKind::Any => true,
        GeometryKind::Point => matches!(geometry, G::Point(_) | G::MultiPoint(_)),
        GeometryKind::Line => {
            matches!(
                geometry,
                G::Line(_) | G::LineString(_) | G::MultiLineString(_)
            )
        }
        GeometryKind::Polygon => matches!(
            geometry,
            G::Polygon(_) | G::MultiPolygon(_) | G::Rect(_) | G::Triangle(_)
        ),
    }
}

fn is_single(geometry: &Geometry) -> bool {
    !matches!(
        geometry,
        Geometry::MultiPoint(_)
            | Geometry::MultiLineString(_)
            | Geometry::MultiPolygon(_)
            | Geometry::GeometryCollection(_)
    )
}

/// The type of a kind's geometries that are of one part (OGC 12-128r18 annex G.1).
fn single_type(kind: GeometryKind) -> &'static str {
    match kind {
        GeometryKind::Point => "POINT",
        GeometryKind::Line => "LINESTRING",
        GeometryKind::Polygon => "POLYGON",
        GeometryKind::Any => ANY_GEOMETRY,
    }
}

/// OGC 12-128r18 table 1.
fn column_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::String | FieldType::Json => "TEXT",
        FieldType::Integer => "INTEGER",
        FieldType::Number => "REAL",
        FieldType::Boolean => "BOOLEAN",
        FieldType::Date => "DATE",
        FieldType::Datetime => "DATETIME",
    }
}
