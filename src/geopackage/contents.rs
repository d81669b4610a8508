//! What GeoPackage's own tables say about a layer.

use std::fmt::Write as _;

use rusqlite::{Connection, params};

use crate::atlas::geo::boxes::Sides;
use crate::atlas::model::schema::{Field, FieldType, Schema};

/// A layer and the table that holds it.
#[derive(Clone, Copy, Debug)]
pub struct LayerTable<'a> {
    /// The table's name.
    pub name: &'a str,
    /// What the layer is.
    pub schema: &'a Schema,
    /// The column of each field, in the schema's order.
    pub columns: &'a [String],
    /// The declared type of the geometry column; without one, nothing has had a place yet.
    pub geometry: Option<&'a str>,
    /// The reference system of its geometries.
    pub srs_id: i32,
    /// Tells the layer from others whose names differ only in what names cannot hold.
    pub number: i64,
}

/// Enters a new layer.
pub fn register(conn: &Connection, layer: &LayerTable<'_>) -> rusqlite::Result<()> {
    conn.execute(
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES (?1, 'attributes')",
        [layer.name],
    )?;
    if layer.geometry.is_some() {
        register_geometry(conn, layer)?;
    }
    describe(conn, layer)
}

/// Enters a layer's geometry column, or its new type.
pub fn register_geometry(conn: &Connection, layer: &LayerTable<'_>) -> rusqlite::Result<()> {
    conn.execute(
        "UPDATE gpkg_contents SET data_type = 'features', srs_id = ?2 WHERE table_name = ?1",
        params![layer.name, layer.srs_id],
    )?;
    conn.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)
         ON CONFLICT (table_name) DO UPDATE SET geometry_type_name = excluded.geometry_type_name",
        params![layer.name, layer.geometry, layer.srs_id],
    )?;
    Ok(())
}

/// Takes a layer out again.
pub fn forget(conn: &Connection, layer: &LayerTable<'_>) -> rusqlite::Result<()> {
    clear_description(conn, layer)?;
    for table in ["gpkg_geometry_columns", "gpkg_contents"] {
        conn.execute(
            &format!("DELETE FROM {table} WHERE table_name = ?1"),
            [layer.name],
        )?;
    }
    Ok(())
}

/// Writes what a layer's schema says in words, anew.
pub fn describe(conn: &Connection, layer: &LayerTable<'_>) -> rusqlite::Result<()> {
    clear_description(conn, layer)?;
    let schema = layer.schema;
    let title = match schema.title.trim() {
        "" => &schema.id,
        title => title,
    };
    // Identifiers are unique; titles need not be.
    conn.execute(
        "UPDATE gpkg_contents SET description = ?3, identifier = CASE
            WHEN EXISTS (SELECT 1 FROM gpkg_contents WHERE identifier = ?2 AND table_name <> ?1)
            THEN ?2 || ' (' || ?1 || ')' ELSE ?2 END
         WHERE table_name = ?1",
        params![layer.name, title, schema.description],
    )?;
    for (field, column) in schema.fields.iter().zip(layer.columns) {
        describe_field(conn, layer, field, column)?;
    }
    if let Some(terms) = terms(schema) {
        conn.execute(
            "INSERT INTO gpkg_metadata (md_standard_uri, mime_type, metadata)
             VALUES ('http://purl.org/dc/terms/', 'text/plain', ?1)",
            [terms],
        )?;
        conn.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id)
             VALUES ('table', ?1, ?2)",
            params![layer.name, conn.last_insert_rowid()],
        )?;
    }
    Ok(())
}

fn describe_field(
    conn: &Connection,
    layer: &LayerTable<'_>,
    field: &Field,
    column: &str,
) -> rusqlite::Result<()> {
    let mut description = field.description.clone();
    if let Some(unit) = &field.unit {
        let gap = if description.is_empty() { "" } else { " " };
        let _ = write!(description, "{gap}Unit: {unit}.");
    }
    let closed_list = (field.kind == FieldType::String && !field.values.is_empty())
        .then(|| constraint(layer, column));
    conn.execute(
        "INSERT INTO gpkg_data_columns VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            layer.name,
            column,
            &*field.name,
            none_if_empty(&field.title),
            none_if_empty(&description),
            (field.kind == FieldType::Json).then_some("application/json"),
            closed_list,
        ],
    )?;
    let Some(name) = closed_list else {
        return Ok(());
    };
    let mut insert = conn.prepare(
        "INSERT OR IGNORE INTO gpkg_data_column_constraints (constraint_name, constraint_type, value)
         VALUES (?1, 'enum', ?2)",
    )?;
    for value in &field.values {
        insert.execute([&name, value])?;
    }
    Ok(())
}

fn clear_description(conn: &Connection, layer: &LayerTable<'_>) -> rusqlite::Result<()> {
    conn.execute(
        "DELETE FROM gpkg_data_column_constraints WHERE constraint_name IN
            (SELECT constraint_name FROM gpkg_data_columns WHERE table_name = ?1)",
        [layer.name],
    )?;
    conn.execute(
        "DELETE FROM gpkg_data_columns WHERE table_name = ?1",
        [layer.name],
    )?;
    let mut references = conn.prepare(
        "DELETE FROM gpkg_metadata_reference WHERE table_name = ?1 RETURNING md_file_id",
    )?;
    let files = references
        .query_map([layer.name], |row| row.get::<_, i64>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for file in files {
        conn.execute("DELETE FROM gpkg_metadata WHERE id = ?1", [file])?;
    }
    Ok(())
}

/// The name of a field's closed list: the table and column, numbered so that no two are the same.
fn constraint(layer: &LayerTable<'_>, column: &str) -> String {
    let number = layer.number;
    format!("{}_{}_{number}", layer.name, column).to_lowercase()
}

/// Whom to name and what is allowed, in words.
fn terms(schema: &Schema) -> Option<String> {
    let mut lines = Vec::new();
    if !schema.attribution.is_empty() {
        lines.push(format!("Attribution: {}", schema.attribution));
    }
    for licence in &schema.licences {
        let url = licence.url.as_deref().unwrap_or_default();
        lines.push(
            format!("Licence: {} {url}", licence.title)
                .trim_end()
                .to_owned(),
        );
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn none_if_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The box that the contents table gives for a layer.
pub fn sides(conn: &Connection, table: &str) -> rusqlite::Result<Option<Sides>> {
    let sides = conn.query_row(
        "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?1",
        [table],
        |row| {
            let side = |at| row.get::<_, Option<f64>>(at);
            Ok([side(0)?, side(1)?, side(2)?, side(3)?])
        },
    )?;
    Ok(match sides {
        [Some(west), Some(south), Some(east), Some(north)] => Some([west, south, east, north]),
        _ => None,
    })
}

/// Writes a layer's box and the time of its last change.
pub fn changed(
    conn: &Connection,
    table: &str,
    sides: Option<Sides>,
    at_us: i64,
) -> rusqlite::Result<()> {
    let side = |at: usize| sides.map(|sides| sides[at]);
    conn.execute(
        "UPDATE gpkg_contents SET min_x = ?2, min_y = ?3, max_x = ?4, max_y = ?5,
            last_change = strftime('%Y-%m-%dT%H:%M:%fZ', ?6 / 1000000.0, 'unixepoch')
         WHERE table_name = ?1",
        params![table, side(0), side(1), side(2), side(3), at_us],
    )?;
    Ok(())
}
