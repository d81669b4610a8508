//! A layer's description as the store keeps it: as text, and what must hold of it, so that the rows of
//! its table are features of it.

use std::collections::HashSet;

use rusqlite::Connection;

use super::fault::{StoreFault, StoreResult};
use crate::atlas::model::schema::{FieldType, Schema};

/// SQLite takes 2,000 columns a table; a few are ours.
const FIELDS_MAX: usize = 1_900;

/// The text of a layer's description.
pub(super) fn kept(conn: &Connection, number: i64) -> StoreResult<String> {
    let text = conn.query_row(
        "SELECT schema FROM bordermap_layers WHERE number = ?1",
        [number],
        |row| row.get(0),
    )?;
    Ok(text)
}

/// A description as it is kept.
pub(super) fn text(schema: &Schema) -> StoreResult<String> {
    serde_json::to_string(schema).map_err(|error| StoreFault::schema(&schema.id, error.to_string()))
}

/// What [`text`] wrote of the layer of that id, back; an error says in what it is broken. A member that
/// is unknown is one that is damaged, or of a newer program.
pub(super) fn parse(id: &str, text: &str) -> Result<Schema, String> {
    let schema: Schema = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if *schema.id != *id {
        return Err(format!("it is of a layer \"{}\"", schema.id));
    }
    hold(&schema)?;
    Ok(schema)
}

/// What a schema must keep for the store to hold its features.
pub(super) fn verify(schema: &Schema) -> StoreResult<()> {
    hold(schema).map_err(|detail| StoreFault::schema(&schema.id, detail))
}

/// Values lie by their place among the fields: each field is there once, and the derived ones are those
/// that the service puts there itself.
fn hold(schema: &Schema) -> Result<(), String> {
    if schema.fields.len() > FIELDS_MAX {
        let found = schema.fields.len();
        return Err(format!(
            "it has {found} fields; a layer holds up to {FIELDS_MAX}"
        ));
    }
    let mut seen = HashSet::new();
    if let Some(twice) = schema.fields.iter().find(|field| !seen.insert(&field.name)) {
        return Err(format!("it has the field \"{}\" twice", twice.name));
    }
    let wanted = schema.clone().with_derived();
    if !columns(schema).eq(columns(&wanted)) {
        let names: Vec<&str> = columns(&wanted)
            .filter(|(.., derived)| *derived)
            .map(|(name, ..)| name)
            .collect();
        return Err(format!(
            "its derived fields have to be its last, and these: [{}]",
            names.join(", ")
        ));
    }
    Ok(())
}

/// What a field is to a row.
fn columns(schema: &Schema) -> impl Iterator<Item = (&str, FieldType, bool)> {
    let fields = schema.fields.iter();
    fields.map(|field| (&*field.name, field.kind, field.derived))
}
