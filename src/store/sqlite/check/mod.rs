//! Verifying a store from end to end.

mod content;
mod findings;
mod standard;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params};

use super::fault::StoreResult;
use super::layer_writer;
use super::layers::{self, StoredLayer};
use super::rows::{self, GEOM};
use crate::atlas::model::schema::Value;
use crate::geopackage::contents;
use crate::geopackage::geometry::{self, SRS_ID};
use crate::geopackage::names::quoted;
use crate::store::Depth;
use findings::{FINDINGS_MAX, Findings};

/// Is told how many entries of the log are verified, of how many.
pub(super) type Progress<'a> = dyn FnMut(u64, u64) + 'a;

/// What is wrong with a store; empty if nothing is. Wants a state that stands still.
pub(super) fn findings(
    conn: &Connection,
    depth: Depth,
    progress: &mut Progress<'_>,
) -> Vec<String> {
    let mut findings = Findings::default();
    // A log that cannot be counted is told of below.
    let all = content::entries(conn).unwrap_or_default();
    if depth == Depth::Whole {
        progress(0, all);
    }
    for part in [integrity, references, triggers, revisions] {
        let outcome = part(conn, &mut findings);
        findings.fault(outcome);
    }
    let layers = match layers::all(conn) {
        Ok(layers) => layers,
        Err(fault) => {
            findings.fault(Err(fault));
            return findings.all();
        }
    };
    for layer in &layers {
        for part in [columns, features, forms, log, entries] {
            let outcome = part(conn, layer, &mut findings);
            findings.fault(outcome);
        }
    }
    let outcome = standard::verify(conn, &layers, &mut findings);
    findings.fault(outcome);
    if depth == Depth::Whole {
        let outcome = content::verify(conn, &mut findings, progress);
        findings.fault(outcome);
    }
    findings.all()
}

/// The file's own structure.
fn integrity(conn: &Connection, findings: &mut Findings) -> StoreResult<()> {
    let mut check = conn.prepare(&format!("PRAGMA integrity_check({FINDINGS_MAX})"))?;
    let mut rows = check.query([])?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            findings.push("integrity", format!("SQLite finds: {line}"));
        }
    }
    Ok(())
}

/// What the GeoPackage tables say of each other.
fn references(conn: &Connection, findings: &mut Findings) -> StoreResult<()> {
    each_text(
        conn,
        "SELECT DISTINCT \"table\" || ' to ' || parent FROM pragma_foreign_key_check",
        &mut |text| {
            findings.push(
                "reference",
                format!("a reference from {text} leads nowhere"),
            );
        },
    )
}

/// GIS programs put triggers on a layer when they make a spatial index for it. They call functions
/// that only those programs have, so every commit to the layer fails.
fn triggers(conn: &Connection, findings: &mut Findings) -> StoreResult<()> {
    each_text(
        conn,
        "SELECT tbl_name || ' (' || name || ')' FROM sqlite_schema WHERE type = 'trigger'",
        &mut |text| {
            findings.push(
                "trigger",
                format!("another program has put a trigger on {text}"),
            );
        },
    )
}

/// Revisions are counted from 1 without a gap, and each has its part of the
/// log.
fn revisions(conn: &Connection, findings: &mut Findings) -> StoreResult<()> {
    each_text(
        conn,
        "WITH pairs AS (
            SELECT number, last_seq,
                lag(number, 1, 0) OVER w AS number_before,
                lag(last_seq, 1, 0) OVER w AS seq_before
            FROM bordermap_revisions WINDOW w AS (ORDER BY number))
         SELECT 'revision ' || number || CASE
            WHEN number <> number_before + 1 THEN ' follows ' || number_before
            ELSE ' has no changes' END
         FROM pairs
         WHERE number <> number_before + 1 OR last_seq <= seq_before",
        &mut |text| findings.push("revision", text.to_owned()),
    )?;
    each_text(
        conn,
        "SELECT 'change ' || c.seq || ' is not in its revision ' || c.revision
         FROM bordermap_changes c LEFT JOIN bordermap_revisions r ON r.number = c.revision
         LEFT JOIN bordermap_revisions b ON b.number = c.revision - 1
         WHERE r.number IS NULL OR c.seq > r.last_seq OR c.seq <= coalesce(b.last_seq, 0)",
        &mut |text| findings.push("revision", text.to_owned()),
    )?;
    each_text(
        conn,
        "SELECT 'change ' || c.seq || ' is about a layer that is not there'
         FROM bordermap_changes c WHERE c.layer NOT IN (SELECT number FROM bordermap_layers)",
        &mut |text| findings.push("revision", text.to_owned()),
    )
}

/// The table has the columns that its layer needs, and no others.
fn columns(conn: &Connection, layer: &StoredLayer, findings: &mut Findings) -> StoreResult<()> {
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
            findings.push(
                "column",
                format!("layer {id} has lost its column \"{name}\""),
            );
        }
    }
    for name in &found {
        if !wanted.contains(&name.as_str()) {
            findings.push(
                "column",
                format!("layer {id} has a column \"{name}\" that is no field of it"),
            );
        }
    }
    Ok(())
}

/// Every row is a feature of its layer.
fn features(conn: &Connection, layer: &StoredLayer, findings: &mut Findings) -> StoreResult<()> {
    let schema = &layer.schema;
    let mut found = conn.prepare(&format!(
        "SELECT {} FROM {} t",
        rows::select_list(layer),
        quoted(&layer.table)
    ))?;
    let mut rows = found.query([])?;
    while let Some(row) = rows.next()? {
        let feature = match rows::feature(row, 0, layer) {
            Ok(feature) => feature,
            Err(fault) => {
                findings.fault(Err(fault));
                continue;
            }
        };
        let name = format!("feature \"{}\" of layer {}", feature.id, schema.id);
        for (field, value) in schema.fields.iter().zip(&feature.values) {
            if let Err(detail) = rows::cell(field, value) {
                findings.push("feature", format!("{name}: {detail}"));
            }
            if let Value::Text(text) = value
                && !field.values.is_empty()
                && !field.values.iter().any(|known| **known == **text)
            {
                let field = &field.name;
                let detail =
                    format!("its field \"{field}\" is \"{text}\", which is not in its list");
                findings.push("list", format!("{name}: {detail}"));
            }
        }
        if let Some(geometry) = &feature.geometry
            && row.get_ref(GEOM)?.as_blob().ok() != Some(&geometry::encode(geometry, SRS_ID))
        {
            findings.push(
                "geometry",
                format!("{name}: the header of its geometry is wrong"),
            );
        }
        if let Some(geometry) = &feature.geometry
            && !layers::fits(schema.geometry, geometry)
        {
            findings.push(
                "feature",
                format!("{name}: its geometry is not a {:?}", schema.geometry),
            );
        }
    }
    Ok(())
}

/// What the columns of a layer hold of dates that are kept as they were written is the same date.
fn forms(conn: &Connection, layer: &StoredLayer, findings: &mut Findings) -> StoreResult<()> {
    let id = &layer.schema.id;
    for (field, column) in layer.schema.fields.iter().zip(&layer.columns) {
        if !layer.has_forms || !rows::has_form(field.kind) {
            continue;
        }
        let mut found = conn.prepare(&format!(
            "SELECT w.text, t.{} FROM bordermap_written w JOIN {} t ON t.fid = w.fid
             WHERE w.layer = ?1 AND w.column_name = ?2",
            quoted(column),
            quoted(&layer.table)
        ))?;
        let mut rows = found.query(params![layer.number, column])?;
        while let Some(row) = rows.next()? {
            let written = Value::Text(row.get::<_, String>(0)?.into());
            let kept = row.get_ref(1)?;
            let fits = rows::cell(field, &written).is_ok_and(|cell| {
                cell.written.is_some()
                    && cell
                        .stored
                        .to_sql()
                        .is_ok_and(|stored| stored == ToSqlOutput::Borrowed(kept))
            });
            if !fits {
                let text = text_of(row.get_ref(0)?);
                findings.push(
                    "form",
                    format!(
                        "layer {id} keeps \"{text}\" as another date in its column \"{column}\""
                    ),
                );
            }
        }
    }
    let fields = layer.schema.fields.iter().zip(&layer.columns);
    let dated = fields.filter(|(field, _)| rows::has_form(field.kind));
    let dated: Vec<&str> = dated.map(|(_, column)| column.as_str()).collect();
    let mut found =
        conn.prepare("SELECT DISTINCT column_name FROM bordermap_written WHERE layer = ?1")?;
    let mut rows = found.query([layer.number])?;
    while let Some(row) = rows.next()? {
        let column = text_of(row.get_ref(0)?);
        if !dated.contains(&&*column) {
            findings.push(
                "form",
                format!("layer {id} keeps dates of a column \"{column}\""),
            );
        }
    }
    Ok(())
}

/// The log ends, for each feature, in what the table has.
fn log(conn: &Connection, layer: &StoredLayer, findings: &mut Findings) -> StoreResult<()> {
    let table = quoted(&layer.table);
    let id = &layer.schema.id;
    // SQLite takes the other columns from the row that has the greatest seq.
    let last = "SELECT id, kind, max(seq) FROM bordermap_changes
         WHERE layer = ?1 AND id IS NOT NULL GROUP BY id";
    let mut found = conn.prepare(&format!(
        "WITH last AS ({last})
         SELECT last.id, 'is in the log, but not in its table' FROM last
         WHERE last.kind NOT IN ('remove', 'discard') AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = last.id)
         UNION ALL
         SELECT t.id, 'is in its table, but not in the log' FROM {table} t
         LEFT JOIN last ON last.id = t.id WHERE coalesce(last.kind, 'remove') IN ('remove', 'discard')
         LIMIT {FINDINGS_MAX}"
    ))?;
    let mut rows = found.query([layer.number])?;
    while let Some(row) = rows.next()? {
        let (feature, what) = (text_of(row.get_ref(0)?), text_of(row.get_ref(1)?));
        findings.push("log", format!("feature \"{feature}\" of layer {id} {what}"));
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
        findings.push(
            "log",
            format!("layer {id} keeps {orphans} date(s) of features that have gone"),
        );
    }
    Ok(())
}

/// GeoPackage's tables say what is true of the layer.
fn entries(conn: &Connection, layer: &StoredLayer, findings: &mut Findings) -> StoreResult<()> {
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
        findings.push(
            "entry",
            format!("layer {id} is not listed in gpkg_contents as {wanted}"),
        );
        return Ok(());
    }
    if contents::sides(conn, &layer.table)? != layer_writer::measured(conn, layer)? {
        findings.push(
            "entry",
            format!("the box that gpkg_contents gives for layer {id} is not its box"),
        );
    }
    Ok(())
}

fn each_text(conn: &Connection, sql: &str, sink: &mut dyn FnMut(&str)) -> StoreResult<()> {
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
