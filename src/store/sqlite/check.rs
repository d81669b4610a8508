//! Verifying a store from end to end.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

use super::fault::Fault;
use super::layer_writer;
use super::layers::{self, StoredLayer};
use super::rows;
use crate::geopackage::contents;
use crate::geopackage::names::quoted;

/// Findings of one sort, at most: the first few tell as much as the last thousand.
const FINDINGS_MAX: usize = 20;

/// What is wrong, in plain sentences.
pub(super) fn findings(conn: &Connection) -> Vec<String> {
    let mut findings = Vec::new();
    for part in [integrity, references, triggers, revisions] {
        note_fault(part(conn, &mut findings), &mut findings);
    }
    match layers::all(conn) {
        Err(fault) => note_fault(Err(fault), &mut findings),
        Ok(layers) => {
            for layer in &layers {
                for part in [columns, features, log, entries] {
                    note_fault(part(conn, layer, &mut findings), &mut findings);
                }
            }
        }
    }
    findings
}

/// A part that cannot even be read is a finding.
fn note_fault(outcome: Result<(), Fault>, findings: &mut Vec<String>) {
    match outcome {
        Ok(()) => {}
        Err(Fault::Damaged(detail) | Fault::System(detail)) => findings.push(detail),
        Err(Fault::Sqlite(error)) => findings.push(format!("a part cannot be read: {error}")),
        Err(Fault::Told(error)) => findings.push(error.to_string()),
        Err(Fault::Newer(format)) => findings.push(format!("it has format {format}")),
    }
}

/// The file's own structure.
fn integrity(conn: &Connection, findings: &mut Vec<String>) -> Result<(), Fault> {
    let mut check = conn.prepare(&format!("PRAGMA integrity_check({FINDINGS_MAX})"))?;
    let mut rows = check.query([])?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            findings.push(format!("SQLite finds: {line}"));
        }
    }
    Ok(())
}

/// What the GeoPackage tables say of each other.
fn references(conn: &Connection, findings: &mut Vec<String>) -> Result<(), Fault> {
    each_text(
        conn,
        "SELECT DISTINCT \"table\" || ' to ' || parent FROM pragma_foreign_key_check",
        &mut |text| findings.push(format!("a reference from {text} leads nowhere")),
    )
}

/// GIS programs put triggers on a layer when they make a spatial index for it. They call functions
/// that only those programs have, so every commit to the layer fails.
fn triggers(conn: &Connection, findings: &mut Vec<String>) -> Result<(), Fault> {
    each_text(
        conn,
        "SELECT tbl_name || ' (' || name || ')' FROM sqlite_schema WHERE type = 'trigger'",
        &mut |text| findings.push(format!("another program has put a trigger on {text}")),
    )
}

/// Revisions are counted from 1 without a gap, later ones are later, and each has its part of the
/// log.
fn revisions(conn: &Connection, findings: &mut Vec<String>) -> Result<(), Fault> {
    each_text(
        conn,
        "WITH pairs AS (
            SELECT number, committed_at_us AS at, last_seq,
                lag(number, 1, 0) OVER w AS number_before,
                lag(committed_at_us, 1) OVER w AS at_before,
                lag(last_seq, 1, 0) OVER w AS seq_before
            FROM bordermap_revisions WINDOW w AS (ORDER BY number))
         SELECT 'revision ' || number || CASE
            WHEN number <> number_before + 1 THEN ' follows ' || number_before
            WHEN at <= at_before THEN ' is not later than the one before'
            ELSE ' has no changes' END
         FROM pairs
         WHERE number <> number_before + 1 OR at <= at_before OR last_seq <= seq_before",
        &mut |text| findings.push(text.to_owned()),
    )?;
    each_text(
        conn,
        "SELECT 'change ' || c.seq || ' is not in its revision ' || c.revision
         FROM bordermap_changes c LEFT JOIN bordermap_revisions r ON r.number = c.revision
         LEFT JOIN bordermap_revisions b ON b.number = c.revision - 1
         WHERE r.number IS NULL OR c.seq > r.last_seq OR c.seq <= coalesce(b.last_seq, 0)",
        &mut |text| findings.push(text.to_owned()),
    )?;
    each_text(
        conn,
        "SELECT 'change ' || c.seq || ' is about a layer that is not there'
         FROM bordermap_changes c WHERE c.layer NOT IN (SELECT number FROM bordermap_layers)",
        &mut |text| findings.push(text.to_owned()),
    )
}

/// The table has the columns that its layer needs, and no others.
fn columns(
    conn: &Connection,
    layer: &StoredLayer,
    findings: &mut Vec<String>,
) -> Result<(), Fault> {
    let mut wanted = vec!["fid", "id"];
    wanted.extend(layer.geometry.as_ref().map(|_| "geom"));
    wanted.extend(layer.columns.iter().map(String::as_str));
    let mut info = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let found = info
        .query_map([&layer.table], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let id = &layer.schema.id;
    for name in &wanted {
        if !found.iter().any(|found| found == name) {
            findings.push(format!("layer {id} has lost its column \"{name}\""));
        }
    }
    for name in &found {
        if !wanted.contains(&name.as_str()) {
            findings.push(format!(
                "layer {id} has a column \"{name}\" that is no field of it"
            ));
        }
    }
    Ok(())
}

/// Every row is a feature of its layer.
fn features(
    conn: &Connection,
    layer: &StoredLayer,
    findings: &mut Vec<String>,
) -> Result<(), Fault> {
    let schema = &layer.schema;
    let mut found = conn.prepare(&format!(
        "SELECT {} FROM {} t",
        rows::select_list(layer),
        quoted(&layer.table)
    ))?;
    let mut rows = found.query([])?;
    let before = findings.len();
    while let Some(row) = rows.next()? {
        if findings.len() - before == FINDINGS_MAX {
            break;
        }
        let feature = match rows::feature(row, 0, layer) {
            Ok(feature) => feature,
            Err(fault) => {
                note_fault(Err(fault), findings);
                continue;
            }
        };
        let name = format!("feature \"{}\" of layer {}", feature.id, schema.id);
        for (field, value) in schema.fields.iter().zip(&feature.values) {
            if let Err(detail) = rows::cell(field, value) {
                findings.push(format!("{name}: {detail}"));
            }
        }
        if let Some(geometry) = &feature.geometry
            && !layers::fits(schema.geometry, geometry)
        {
            findings.push(format!(
                "{name}: its geometry is not a {:?}",
                schema.geometry
            ));
        }
    }
    Ok(())
}

/// The log ends, for each feature, in what the table has.
fn log(conn: &Connection, layer: &StoredLayer, findings: &mut Vec<String>) -> Result<(), Fault> {
    let table = quoted(&layer.table);
    let id = &layer.schema.id;
    // SQLite takes the other columns from the row that has the greatest seq.
    let last = "SELECT id, kind, max(seq) FROM bordermap_changes
         WHERE layer = ?1 AND id IS NOT NULL GROUP BY id";
    let mut found = conn.prepare(&format!(
        "WITH last AS ({last})
         SELECT last.id, 'is in the log, but not in its table' FROM last
         WHERE last.kind <> 'remove' AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = last.id)
         UNION ALL
         SELECT t.id, 'is in its table, but not in the log' FROM {table} t
         LEFT JOIN last ON last.id = t.id WHERE coalesce(last.kind, 'remove') = 'remove'
         LIMIT {FINDINGS_MAX}"
    ))?;
    let mut rows = found.query([layer.number])?;
    while let Some(row) = rows.next()? {
        let (feature, what) = (text_of(row.get_ref(0)?), text_of(row.get_ref(1)?));
        findings.push(format!("feature \"{feature}\" of layer {id} {what}"));
    }
    let orphans: i64 = conn.query_row(
        &format!(
            "SELECT count(*) FROM bordermap_written w WHERE w.layer = ?1
             AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.fid = w.fid)"
        ),
        [layer.number],
        |row| row.get(0),
    )?;
    if orphans > 0 {
        findings.push(format!(
            "layer {id} keeps {orphans} date(s) of features that have gone"
        ));
    }
    Ok(())
}

/// GeoPackage's tables say what is true of the layer.
fn entries(
    conn: &Connection,
    layer: &StoredLayer,
    findings: &mut Vec<String>,
) -> Result<(), Fault> {
    let id = &layer.schema.id;
    let wanted = if layer.geometry.is_some() {
        "features"
    } else {
        "attributes"
    };
    let listed: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM gpkg_contents WHERE table_name = ?1 AND data_type = ?2)",
        params![layer.table, wanted],
        |row| row.get(0),
    )?;
    if !listed {
        findings.push(format!(
            "layer {id} is not listed in gpkg_contents as {wanted}"
        ));
        return Ok(());
    }
    if contents::sides(conn, &layer.table)? != layer_writer::measured(conn, layer)? {
        findings.push(format!(
            "the box that gpkg_contents gives for layer {id} is not its box"
        ));
    }
    Ok(())
}

fn each_text(conn: &Connection, sql: &str, sink: &mut dyn FnMut(&str)) -> Result<(), Fault> {
    let mut found = conn.prepare(&format!("{sql} LIMIT {FINDINGS_MAX}"))?;
    let mut rows = found.query([])?;
    while let Some(row) = rows.next()? {
        sink(&text_of(row.get_ref(0)?));
    }
    Ok(())
}

fn text_of(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    }
}
