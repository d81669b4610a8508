//! What the store tells: revisions, changes, facts. Each function wants a connection whose state
//! stands still, or asks one question only.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::fault::{StoreFault, StoreResult};
use super::layers::{self, StoredLayer};
use super::rows;
use crate::atlas::model::change::{Change, Revision};
use crate::geopackage::names::quoted;

/// The newest revision.
pub(super) fn revision(conn: &Connection) -> StoreResult<Revision> {
    let newest = conn
        .query_row(
            "SELECT number, committed_at_us FROM bordermap_revisions ORDER BY number DESC LIMIT 1",
            [],
            |row| {
                Ok(Revision {
                    number: row.get::<_, i64>(0)?.cast_unsigned(),
                    committed_at_us: row.get(1)?,
                })
            },
        )
        .optional()?;
    Ok(newest.unwrap_or_default())
}

/// Whether a revision is one of this store.
pub(super) fn has(conn: &Connection, revision: Revision) -> StoreResult<bool> {
    let found = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM bordermap_revisions WHERE number = ?1 AND committed_at_us = ?2)",
        params![revision.number.cast_signed(), revision.committed_at_us],
        |row| row.get(0),
    )?;
    Ok(found)
}

/// Gives the changes that lead from a revision to the newest.
pub(super) fn changes_after(
    conn: &Connection,
    after: u64,
    sink: &mut dyn FnMut(Change),
) -> StoreResult<Revision> {
    let newest = revision(conn)?;
    if after >= newest.number {
        return Ok(newest);
    }
    let changed = match after {
        0 => layers::all(conn)?
            .into_iter()
            .map(|layer| Changed {
                layer,
                described: true,
                whole: true,
                since_seq: i64::MAX,
            })
            .collect(),
        after => changed_layers(conn, after)?,
    };
    for changed in changed.iter().filter(|changed| changed.described) {
        sink(Change::Layer(Box::new(changed.layer.schema.clone())));
    }
    for changed in &changed {
        if changed.whole {
            gone_features(conn, changed, sink)?;
            all_features(conn, &changed.layer, sink)?;
        } else {
            changed_features(conn, changed, sink)?;
        }
    }
    Ok(newest)
}

/// A layer that has changed, and how.
struct Changed {
    layer: StoredLayer,
    /// Its description is another.
    described: bool,
    /// So are its fields, and with them every feature.
    whole: bool,
    /// The last entry of the log that is known.
    since_seq: i64,
}

fn changed_layers(conn: &Connection, after: u64) -> StoreResult<Vec<Changed>> {
    let since_seq: i64 = conn
        .query_row(
            "SELECT last_seq FROM bordermap_revisions WHERE number = ?1",
            [after.cast_signed()],
            |row| row.get(0),
        )
        .optional()?
        .ok_or_else(|| StoreFault::Damaged(format!("revision {after} is missing")))?;
    // The index would group without sorting, by reading the whole log.
    let mut found = conn.prepare(
        "SELECT layer, max(kind IN ('layer', 'fields')), max(kind = 'fields')
         FROM bordermap_changes NOT INDEXED WHERE seq > ?1 GROUP BY layer",
    )?;
    let kinds = found
        .query_map([since_seq], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<Vec<(i64, bool, bool)>, _>>()?;
    let mut changed = Vec::with_capacity(kinds.len());
    for layer in layers::all(conn)? {
        if let Some((_, described, whole)) = kinds.iter().find(|kind| kind.0 == layer.number) {
            changed.push(Changed {
                layer,
                described: *described,
                whole: *whole,
                since_seq,
            });
        }
    }
    Ok(changed)
}

fn all_features(
    conn: &Connection,
    layer: &StoredLayer,
    sink: &mut dyn FnMut(Change),
) -> StoreResult<()> {
    let mut found = conn.prepare(&format!(
        "SELECT {} FROM {} t ORDER BY t.fid",
        rows::select_list(layer),
        quoted(&layer.table)
    ))?;
    let mut rows = found.query([])?;
    while let Some(row) = rows.next()? {
        sink(put(row, 0, layer)?);
    }
    Ok(())
}

/// The feature of a row, or what is wrong with it.
fn put(row: &Row<'_>, first: usize, layer: &StoredLayer) -> StoreResult<Change> {
    match rows::feature(row, first, layer) {
        Ok(feature) => Ok(Change::Put {
            layer: layer.schema.id.clone(),
            feature,
        }),
        Err(StoreFault::Row { layer, id, detail }) => Ok(Change::Unreadable {
            layer: layer.into(),
            id: id.into(),
            detail: detail.into(),
        }),
        Err(other) => Err(other),
    }
}

/// The ids that the log names since then.
const NAMED: &str = "SELECT DISTINCT id FROM bordermap_changes NOT INDEXED
    WHERE seq > ?1 AND layer = ?2 AND id IS NOT NULL";

fn changed_features(
    conn: &Connection,
    changed: &Changed,
    sink: &mut dyn FnMut(Change),
) -> StoreResult<()> {
    let layer = &changed.layer;
    let id = &layer.schema.id;
    let mut found = conn.prepare(&format!(
        "SELECT c.id, {} FROM ({NAMED}) c LEFT JOIN {} t ON t.id = c.id",
        rows::select_list(layer),
        quoted(&layer.table)
    ))?;
    let mut rows = found.query(params![changed.since_seq, layer.number])?;
    while let Some(row) = rows.next()? {
        let is_gone = row.get::<_, Option<String>>(1)?.is_none();
        sink(if is_gone {
            Change::Remove {
                layer: id.clone(),
                id: row.get::<_, String>(0)?.into(),
            }
        } else {
            put(row, 1, layer)?
        });
    }
    Ok(())
}

fn gone_features(
    conn: &Connection,
    changed: &Changed,
    sink: &mut dyn FnMut(Change),
) -> StoreResult<()> {
    let layer = &changed.layer;
    let mut found = conn.prepare(&format!(
        "SELECT c.id FROM ({NAMED}) c WHERE NOT EXISTS (SELECT 1 FROM {} t WHERE t.id = c.id)",
        quoted(&layer.table)
    ))?;
    let mut rows = found.query(params![changed.since_seq, layer.number])?;
    while let Some(row) = rows.next()? {
        sink(Change::Remove {
            layer: layer.schema.id.clone(),
            id: row.get::<_, String>(0)?.into(),
        });
    }
    Ok(())
}

/// Ids of the features that are as the program shipped them.
pub(super) fn shipped_ids(conn: &Connection, layer: &str) -> StoreResult<Vec<Box<str>>> {
    let Some(layer) = layers::find(conn, layer)? else {
        return Ok(Vec::new());
    };
    let mut found = conn.prepare(&format!(
        "SELECT t.id FROM {} t WHERE 'shipped' = (
            SELECT r.origin FROM bordermap_changes c
            JOIN bordermap_revisions r ON r.number = c.revision
            WHERE c.layer = ?1 AND c.id = t.id AND r.origin <> 'derived'
            ORDER BY c.seq DESC LIMIT 1)
         ORDER BY t.fid",
        quoted(&layer.table)
    ))?;
    let ids = found
        .query_map([layer.number], |row| {
            row.get::<_, String>(0).map(Into::into)
        })?
        .collect::<Result<_, _>>()?;
    Ok(ids)
}

/// A remembered text.
pub(super) fn note(conn: &Connection, key: &str) -> StoreResult<Option<String>> {
    let text = conn
        .query_row(
            "SELECT text FROM bordermap_notes WHERE key = ?1",
            [key],
            |row| row.get(0),
        )
        .optional()?;
    Ok(text)
}

/// The text that tells this store from every other.
pub(super) fn identity(conn: &Connection) -> StoreResult<String> {
    conn.query_row(
        "SELECT text FROM bordermap_store WHERE key = 'identity'",
        [],
        |row| row.get(0),
    )
    .optional()?
    .ok_or_else(|| StoreFault::Damaged("it has lost its identity".into()))
}
