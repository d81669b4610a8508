//! Rows whose id is damaged. Nobody can say what such a feature is called, so it goes by its row's
//! number, and can be withdrawn by that.

use rusqlite::{Connection, OptionalExtension};

use super::digests::DigestReader;
use super::fault::StoreResult;
use super::layers::StoredLayer;
use super::rows;
use crate::geopackage::geometry;
use crate::geopackage::names::quoted;
use crate::store::digest::{Content, Encoder, EntryKind, LogEntry, Names};

/// The row of that name, if there is one and its id is damaged.
pub(super) fn find(conn: &Connection, layer: &StoredLayer, name: &str) -> StoreResult<Option<i64>> {
    let Some(fid) = name
        .strip_prefix(rows::UNNAMED)
        .and_then(|fid| fid.parse().ok())
    else {
        return Ok(None);
    };
    let find = format!("SELECT id FROM {} WHERE fid = ?1", quoted(&layer.table));
    let is_damaged = conn
        .query_row(&find, [fid], |row| Ok(row.get_ref(0)?.as_str().is_err()))
        .optional()?;
    Ok(is_damaged.unwrap_or(false).then_some(fid))
}

/// Makes the index of ids anew from the rows, and finds out which id a row has had: one that the log has
/// and no row, of which the log's digest says that it had the very content of this row. `None` if that
/// cannot be shown.
///
/// # Errors
/// Also if several rows have one id.
pub(super) fn former_id(
    conn: &Connection,
    layer: &StoredLayer,
    fid: i64,
) -> StoreResult<Option<String>> {
    let table = quoted(&layer.table);
    // It may still have the id that the row has lost, and then SQLite refuses to take the row away.
    conn.execute_batch(&format!("REINDEX {table}"))?;
    let select = format!(
        "SELECT {} FROM {table} t WHERE t.fid = ?1",
        rows::select_list(layer)
    );
    let mut found = conn.prepare(&select)?;
    let mut found = found.query([fid])?;
    let Some(row) = found.next()? else {
        return Ok(None);
    };
    let Ok((_, values)) = rows::content(row, 0, layer)? else {
        return Ok(None);
    };
    let geom: Option<Vec<u8>> = row.get(rows::GEOM)?;
    drop(found);
    let names = Names::of(&layer.schema);
    let (mut digests, mut encoder) = (DigestReader::new(conn)?, Encoder::default());
    // SQLite takes the other columns from the row that has the greatest seq.
    let mut lost = conn.prepare(&format!(
        "WITH last AS (SELECT id, kind, max(seq) AS seq FROM bordermap_changes
            WHERE layer = ?1 AND id IS NOT NULL GROUP BY id)
         SELECT id, kind, seq FROM last
         WHERE kind IN ('add', 'update') AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = last.id)
         ORDER BY seq"
    ))?;
    let mut lost = lost.query([layer.number])?;
    while let Some(row) = lost.next()? {
        let (id, kind): (String, String) = (row.get(0)?, row.get(1)?);
        let Some(kind) = EntryKind::of_text(&kind) else {
            continue;
        };
        let entry = LogEntry {
            kind,
            layer: &layer.schema.id,
            content: Content::Feature {
                id: &id,
                wkb: geom.as_deref().and_then(geometry::body),
                names: &names,
                values: &values,
            },
        };
        let kept = digests.of(row.get(2)?)?;
        let is_it = kept.is_some_and(|kept| {
            kept.salt
                .is_some_and(|salt| encoder.digest(&salt, &entry) == kept.digest)
        });
        if is_it {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
