//! GeoPackage's tables, and what SQLite knows of all tables, against what the layers' descriptions make.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::super::ddl;
use super::super::fault::StoreResult;
use super::super::layers::StoredLayer;
use super::Findings;
use crate::geopackage::tables::{ANY_GEOMETRY, column_type, single_type};
use crate::geopackage::{contents, tables};

/// Tables, and what of them follows from the layers alone.
const TOLD: [(&str, &str); 7] = [
    ("gpkg_spatial_ref_sys", "SELECT * FROM gpkg_spatial_ref_sys"),
    (
        "gpkg_contents",
        "SELECT table_name, data_type, description, srs_id FROM gpkg_contents",
    ),
    (
        "gpkg_geometry_columns",
        "SELECT * FROM gpkg_geometry_columns",
    ),
    ("gpkg_data_columns", "SELECT * FROM gpkg_data_columns"),
    (
        "gpkg_data_column_constraints",
        "SELECT * FROM gpkg_data_column_constraints",
    ),
    (
        "gpkg_metadata",
        "SELECT r.reference_scope, r.table_name, r.column_name, r.row_id_value, r.md_parent_id,
            m.md_scope, m.md_standard_uri, m.mime_type, m.metadata
         FROM gpkg_metadata m LEFT JOIN gpkg_metadata_reference r ON r.md_file_id = m.id",
    ),
    ("gpkg_extensions", "SELECT * FROM gpkg_extensions"),
];

/// Makes the tables anew in memory and holds the file's against them.
pub(super) fn verify(
    conn: &Connection,
    layers: &[StoredLayer],
    findings: &mut Findings,
) -> StoreResult<()> {
    let anew = Connection::open_in_memory()?;
    tables::mark(&anew)?;
    ddl::migrate(&anew, 0)?;
    for layer in layers {
        contents::register(&anew, &layer.as_table())?;
        columns(conn, layer, findings)?;
        entry(conn, layer, findings)?;
    }
    let schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema
        WHERE tbl_name GLOB 'gpkg_*' OR tbl_name GLOB 'bordermap_*'";
    for (table, sql) in TOLD.into_iter().chain([("sqlite_schema", schema)]) {
        let (found, wanted) = (rows(conn, sql)?, rows(&anew, sql)?);
        for row in found.iter().filter(|row| !wanted.contains(row)) {
            findings.push(
                "standard",
                format!("{table} has {row}, which does not follow from the layers"),
            );
        }
        for row in wanted.iter().filter(|row| !found.contains(row)) {
            findings.push("standard", format!("{table} has lost {row}"));
        }
    }
    Ok(())
}

fn rows(conn: &Connection, sql: &str) -> StoreResult<Vec<String>> {
    let mut found = conn.prepare(sql)?;
    let count = found.column_count();
    let mut rows = found.query([])?;
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..count).map(|at| {
            Ok(match row.get(at)? {
                Value::Null => "null".to_owned(),
                Value::Text(text) => format!("\"{text}\""),
                other => format!("{other:?}"),
            })
        });
        let cells: Vec<String> = cells.collect::<Result<_, rusqlite::Error>>()?;
        told.push(format!("({})", cells.join(", ")));
    }
    told.sort_unstable();
    Ok(told)
}

/// A table's columns have the types of their fields.
fn columns(conn: &Connection, layer: &StoredLayer, findings: &mut Findings) -> StoreResult<()> {
    let mut declared = conn.prepare("SELECT type FROM pragma_table_info(?1) WHERE name = ?2")?;
    let fields = layer.schema.fields.iter().zip(&layer.columns);
    let fields = fields.map(|(field, column)| (column.as_str(), column_type(field.kind)));
    let geometry = layer.geometry.as_deref().map(|kind| ("geom", kind));
    let ours = [("fid", "INTEGER"), ("id", "TEXT")];
    for (column, wanted) in ours.into_iter().chain(geometry).chain(fields) {
        let found: Vec<String> = declared
            .query_map([layer.table.as_str(), column], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        // One that is not there is another finding.
        if let [found] = found.as_slice()
            && found != wanted
        {
            let id = &layer.schema.id;
            findings.push(
                "standard",
                format!("the column \"{column}\" of layer {id} is {found}, not {wanted}"),
            );
        }
    }
    let kind = layer.schema.geometry;
    let fits = layer.geometry.as_deref().is_none_or(|declared| {
        declared == ANY_GEOMETRY
            || (kind != crate::atlas::model::schema::GeometryKind::Any
                && declared == single_type(kind))
    });
    if !fits {
        let (id, found) = (
            &layer.schema.id,
            layer.geometry.as_deref().unwrap_or_default(),
        );
        findings.push(
            "standard",
            format!("the geometry of layer {id} is declared as {found}, which is not a {kind:?}"),
        );
    }
    Ok(())
}

/// A layer's name and time in the contents table: the name may have been another layer's first.
fn entry(conn: &Connection, layer: &StoredLayer, findings: &mut Findings) -> StoreResult<()> {
    let title = match layer.schema.title.trim() {
        "" => &*layer.schema.id,
        title => title,
    };
    let mut found = conn.prepare(
        "SELECT identifier IS ?2 OR identifier IS ?2 || ' (' || ?1 || ')',
            last_change IS (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(r.committed_at_us) / 1000000.0, 'unixepoch')
                FROM bordermap_revisions r WHERE r.number = (SELECT c.revision FROM bordermap_changes c
                    WHERE c.layer = ?3 ORDER BY c.seq DESC LIMIT 1))
         FROM gpkg_contents WHERE table_name = ?1",
    )?;
    let mut rows = found.query(rusqlite::params![layer.table, title, layer.number])?;
    while let Some(row) = rows.next()? {
        let id = &layer.schema.id;
        if !row.get::<_, bool>(0)? {
            findings.push(
                "standard",
                format!("gpkg_contents calls layer {id} otherwise than its description"),
            );
        }
        if !row.get::<_, bool>(1)? {
            findings.push(
                "standard",
                format!("gpkg_contents gives layer {id} another time than its last revision"),
            );
        }
    }
    Ok(())
}
