//! Layers as tables: finding and making them.

use geo::Geometry;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::description;
use super::fault::{StoreFault, StoreResult};
use crate::atlas::model::schema::{GeometryKind, Schema};
use crate::geopackage::contents;
use crate::geopackage::geometry::SRS_ID;
use crate::geopackage::names::{self, quoted};
use crate::geopackage::tables::{column_type, single_type};

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
    /// Whether dates of it are kept beside the table, in the form that they were written in.
    pub(super) has_forms: bool,
}

const SELECT: &str = "SELECT l.number, l.id, l.table_name, l.schema, g.geometry_type_name,
        EXISTS (SELECT 1 FROM bordermap_written w WHERE w.layer = l.number)
    FROM bordermap_layers l LEFT JOIN gpkg_geometry_columns g ON g.table_name = l.table_name";

/// Every layer, in order of appearance.
pub(super) fn all(conn: &Connection) -> StoreResult<Vec<StoredLayer>> {
    let mut found = conn.prepare(&format!("{SELECT} ORDER BY l.number"))?;
    let mut rows = found.query([])?;
    let mut layers = Vec::new();
    while let Some(row) = rows.next()? {
        layers.push(read(conn, row)?);
    }
    Ok(layers)
}

/// The layer of an id.
pub(super) fn find(conn: &Connection, id: &str) -> StoreResult<Option<StoredLayer>> {
    let mut found = conn.prepare(&format!("{SELECT} WHERE l.id = ?1"))?;
    let mut rows = found.query([id])?;
    rows.next()?.map(|row| read(conn, row)).transpose()
}

fn read(conn: &Connection, row: &Row<'_>) -> StoreResult<StoredLayer> {
    let number = row.get(0)?;
    let id: String = row.get(1)?;
    let text: String = row.get(3)?;
    let schema = description::parse(&id, &text).map_err(|detail| {
        StoreFault::Damaged(format!("the description of layer {id} is broken: {detail}"))
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
                    StoreFault::Damaged(format!(
                        "layer {id} has no column for its field \"{name}\""
                    ))
                })
        })
        .collect::<Result<_, _>>()?;
    Ok(StoredLayer {
        number,
        table: row.get(2)?,
        schema,
        columns,
        geometry: row.get(4)?,
        has_forms: row.get(5)?,
    })
}

/// Makes a layer with its table.
pub(super) fn create(conn: &Connection, schema: &Schema) -> StoreResult<StoredLayer> {
    description::verify(schema)?;
    let names = conn
        .prepare("SELECT name FROM sqlite_schema")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    let table = names::table(&schema.id, |wanted| {
        names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
    });
    conn.execute(
        "INSERT INTO bordermap_layers (id, table_name, schema) VALUES (?1, ?2, ?3)",
        params![&*schema.id, table, description::text(schema)?],
    )?;
    make_table(conn, conn.last_insert_rowid(), table, schema)
}

pub(super) fn make_table(
    conn: &Connection,
    number: i64,
    table: String,
    schema: &Schema,
) -> StoreResult<StoredLayer> {
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
        has_forms: false,
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
    contents::register(conn, &layer.as_table())?;
    Ok(layer)
}

pub(super) fn insert_column(
    conn: &Connection,
    layer: i64,
    field: &str,
    column: &str,
) -> StoreResult<()> {
    conn.execute(
        "INSERT INTO bordermap_columns (layer, field, column_name) VALUES (?1, ?2, ?3)",
        params![layer, field, column],
    )?;
    Ok(())
}

impl StoredLayer {
    /// The layer as GeoPackage's own tables tell of it.
    pub(super) fn as_table(&self) -> contents::LayerTable<'_> {
        contents::LayerTable {
            name: &self.table,
            schema: &self.schema,
            columns: &self.columns,
            geometry: self.geometry.as_deref(),
            srs_id: SRS_ID,
            number: self.number,
        }
    }

    /// A column name for a field, which may be called like a column of ours or, but for its case,
    /// like another field.
    pub(super) fn name_column(&self, field: &str, others: &[String]) -> String {
        names::free(field, |name| {
            let mut columns = self.columns.iter().chain(others);
            ["fid", "geom", "id"]
                .iter()
                .any(|ours| ours.eq_ignore_ascii_case(name))
                || columns.any(|column| column.eq_ignore_ascii_case(name))
        })
    }
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
