//! The log from its beginning: what each entry made, as it can be told today. A feature's content
//! after an entry is what its next entry has put aside, or what its row has.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::description;
use super::fault::{StoreFault, StoreResult};
use super::layers::{self, StoredLayer};
use super::rows::{self, Kept};
use crate::atlas::model::schema::Schema;
use crate::geopackage::geometry;
use crate::geopackage::names::quoted;
use crate::store::digest::{Content, EntryKind, LogEntry, Names};

/// What can be told of an entry.
pub(super) enum Told<'a> {
    /// What it made.
    Entry(LogEntry<'a>),
    /// It was damaged before it was put aside, which the log says.
    Lost,
    /// What is wrong with it.
    Wrong(String),
}

/// Gives every entry of the log, in its order, to the sink. Wants a state that stands still.
pub(super) fn walk(
    conn: &Connection,
    sink: &mut dyn FnMut(i64, Told<'_>) -> StoreResult<()>,
) -> StoreResult<()> {
    let mut replay = Replay::new(conn)?;
    let mut entries = conn
        .prepare("SELECT seq, layer, id, kind FROM bordermap_changes NOT INDEXED ORDER BY seq")?;
    let mut rows = entries.query([])?;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        let line: Result<(i64, Option<String>, String), _> =
            (|| Ok::<_, rusqlite::Error>((row.get(1)?, row.get(2)?, row.get(3)?)))();
        let (layer, id, kind) = match line {
            Ok((layer, id, kind)) => (layer, id, EntryKind::of_text(&kind)),
            Err(error) => {
                sink(seq, Told::Wrong(error.to_string()))?;
                continue;
            }
        };
        match (kind, id) {
            (Some(kind @ (EntryKind::Layer | EntryKind::Fields)), None) => {
                replay.described(seq, layer, kind, sink)?;
            }
            (
                Some(
                    kind @ (EntryKind::Add
                    | EntryKind::Update
                    | EntryKind::Remove
                    | EntryKind::Discard),
                ),
                Some(id),
            ) => {
                replay.changed(seq, layer, kind, &id, sink)?;
            }
            _ => sink(seq, Told::Wrong("it is of no known kind".into()))?,
        }
    }
    Ok(())
}

struct Replay<'c> {
    conn: &'c Connection,
    next_description: Statement<'c>,
    next_of: Statement<'c>,
    /// By number.
    layers: HashMap<i64, Layer<'c>>,
}

struct Layer<'c> {
    /// As it is now.
    stored: StoredLayer,
    names: Names,
    /// Finds a row.
    row: Option<Statement<'c>>,
    /// As it was at the entry that is looked at.
    then: Option<(Schema, Names)>,
}

impl<'c> Replay<'c> {
    fn new(conn: &'c Connection) -> StoreResult<Self> {
        let layers = layers::all(conn)?.into_iter().map(|stored| {
            let layer = Layer {
                names: Names::of(&stored.schema),
                row: None,
                then: None,
                stored,
            };
            (layer.stored.number, layer)
        });
        Ok(Self {
            conn,
            next_description: conn.prepare(
                "SELECT previous FROM bordermap_changes
                 WHERE layer = ?1 AND id IS NULL AND seq > ?2 ORDER BY seq LIMIT 1",
            )?,
            next_of: conn.prepare(
                "SELECT kind, previous, previous_geom FROM bordermap_changes
                 WHERE layer = ?1 AND id = ?2 AND seq > ?3 ORDER BY seq LIMIT 1",
            )?,
            layers: layers.collect(),
        })
    }

    fn described(
        &mut self,
        seq: i64,
        layer: i64,
        kind: EntryKind,
        sink: &mut dyn FnMut(i64, Told<'_>) -> StoreResult<()>,
    ) -> StoreResult<()> {
        let Some(known) = self.layers.get_mut(&layer) else {
            return sink(seq, Told::Wrong("its layer is not there".into()));
        };
        let next: Option<Option<String>> = self
            .next_description
            .query_row([layer, seq], |row| row.get(0))
            .optional()?;
        let text = match next {
            Some(Some(text)) => text,
            Some(None) => {
                return sink(seq, Told::Wrong("what it described was not kept".into()));
            }
            None => description::kept(self.conn, layer)?,
        };
        let schema = match description::parse(&known.stored.schema.id, &text) {
            Ok(schema) => schema,
            Err(detail) => {
                let detail = format!("its description is broken: {detail}");
                return sink(seq, Told::Wrong(detail));
            }
        };
        let names = Names::of(&schema);
        known.then = Some((schema, names));
        let entry = LogEntry {
            kind,
            layer: &known.stored.schema.id,
            content: Content::Description(&text),
        };
        sink(seq, Told::Entry(entry))
    }

    fn changed(
        &mut self,
        seq: i64,
        layer: i64,
        kind: EntryKind,
        id: &str,
        sink: &mut dyn FnMut(i64, Told<'_>) -> StoreResult<()>,
    ) -> StoreResult<()> {
        let Some(known) = self.layers.get_mut(&layer) else {
            return sink(seq, Told::Wrong("its layer is not there".into()));
        };
        let is_there = matches!(kind, EntryKind::Add | EntryKind::Update);
        let mut found = self.next_of.query(params![layer, id, seq])?;
        let mut is_former = false;
        let kept = if let Some(next) = found.next()? {
            is_former = true;
            let next_kind = next.get::<_, String>(0).ok();
            let next_kind = next_kind.as_deref().and_then(EntryKind::of_text);
            match next_kind {
                Some(EntryKind::Discard) if is_there => return sink(seq, Told::Lost),
                Some(EntryKind::Update | EntryKind::Remove) if is_there => {
                    let Some((schema, _)) = &known.then else {
                        return sink(seq, Told::Wrong("its layer is not described".into()));
                    };
                    rows::former(schema, next).map(Some)
                }
                Some(EntryKind::Add) if !is_there => Ok(None),
                _ => Err("what follows in the log does not follow from it".to_owned()),
            }
        } else {
            match (known.row(self.conn, id)?, is_there) {
                (Ok(None), true) => Err("it is in the log, but not in its table".to_owned()),
                (Ok(Some(_)) | Err(_), false) => {
                    Err("it is withdrawn, but still in its table".to_owned())
                }
                (kept, _) => kept,
            }
        };
        let names = match &known.then {
            Some((_, then)) if is_former => then,
            _ => &known.names,
        };
        let content = match &kept {
            Err(detail) => {
                return sink(
                    seq,
                    Told::Wrong(format!(
                        "feature \"{id}\" of layer {}: {detail}",
                        known.stored.schema.id
                    )),
                );
            }
            Ok(None) => Content::Gone { id },
            Ok(Some((values, geom))) => Content::Feature {
                id,
                wkb: geom.as_deref().and_then(geometry::body),
                names,
                values,
            },
        };
        let entry = LogEntry {
            kind,
            layer: &known.stored.schema.id,
            content,
        };
        sink(seq, Told::Entry(entry))
    }
}

impl<'c> Layer<'c> {
    /// A feature's row as it is now; an inner error says what is wrong with it.
    fn row(&mut self, conn: &'c Connection, id: &str) -> StoreResult<Result<Option<Kept>, String>> {
        let statement = match &mut self.row {
            Some(statement) => statement,
            none => none.insert(conn.prepare(&format!(
                "SELECT {} FROM {} t WHERE t.id = ?1",
                rows::select_list(&self.stored),
                quoted(&self.stored.table)
            ))?),
        };
        let mut found = statement.query([id])?;
        let Some(row) = found.next()? else {
            return Ok(Ok(None));
        };
        Ok(match rows::feature(row, 0, &self.stored) {
            Ok(feature) => Ok(Some((feature.values, row.get(1)?))),
            Err(StoreFault::Row { detail, .. }) => Err(detail),
            Err(other) => return Err(other),
        })
    }
}
