//! Layers that change: other descriptions, more fields, wider geometry columns.

use geo::Geometry;
use rusqlite::{Connection, params};

use super::description;
use super::fault::{StoreFault, StoreResult};
use super::layers::{self, StoredLayer};
use super::rows;
use crate::atlas::model::schema::{GeometryKind, Schema};
use crate::geopackage::contents;
use crate::geopackage::names::quoted;
use crate::geopackage::tables::{ANY_GEOMETRY, column_type, single_type};

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

/// Gives a layer a new description.
pub(super) fn redescribe(
    conn: &Connection,
    old: &StoredLayer,
    schema: &Schema,
) -> StoreResult<(Redescribed, StoredLayer)> {
    let text = description::text(schema)?;
    if text == description::text(&old.schema)? {
        return Ok((Redescribed::Same, old.clone()));
    }
    description::verify(schema)?;
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
        let layer = layers::make_table(conn, old.number, old.table.clone(), schema)?;
        return Ok((Redescribed::Words, layer));
    }
    let layer = extend(conn, old, schema)?;
    contents::describe(conn, &layer.as_table())?;
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
fn extend(conn: &Connection, old: &StoredLayer, schema: &Schema) -> StoreResult<StoredLayer> {
    let id = &schema.id;
    for field in &old.schema.fields {
        let Some(at) = schema.index_of(&field.name) else {
            let detail = format!(
                "its features have the field \"{}\", which would go",
                field.name
            );
            return Err(StoreFault::schema(id, detail));
        };
        if schema.fields[at].kind != field.kind {
            let detail = format!(
                "its features have the field \"{}\" as {:?}, which would become {:?}",
                field.name, field.kind, schema.fields[at].kind
            );
            return Err(StoreFault::schema(id, detail));
        }
    }
    if schema.geometry != old.schema.geometry && schema.geometry != GeometryKind::Any {
        rows::each_geometry(conn, old, &mut |geometry| {
            if layers::fits(schema.geometry, geometry) {
                return Ok(());
            }
            let kind = schema.geometry;
            Err(StoreFault::schema(
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
        layers::insert_column(conn, layer.number, &field.name, &column)?;
        layer.columns.push(column);
    }
    Ok(layer)
}

/// Makes a layer able to hold a geometry; whether its table had to be changed for that.
pub(super) fn make_room(
    conn: &Connection,
    layer: &mut StoredLayer,
    geometry: &Geometry,
) -> StoreResult<bool> {
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
    contents::register_geometry(conn, &layer.as_table())?;
    Ok(true)
}

fn drop_table(conn: &Connection, layer: &StoredLayer) -> StoreResult<()> {
    contents::forget(conn, &layer.as_table())?;
    conn.execute(
        "DELETE FROM bordermap_columns WHERE layer = ?1",
        [layer.number],
    )?;
    conn.execute_batch(&format!("DROP TABLE {}", quoted(&layer.table)))?;
    Ok(())
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
