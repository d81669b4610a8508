//! One commit: changes into rows and into the log.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::description;
use super::digests::{self, DigestWriter};
use super::fault::{self, StoreFault, StoreResult};
use super::layer_writer::{Found, LayerWriter, Undone};
use super::log_line::LogLine;
use super::reshape::{self, Redescribed};
use super::{clock, layers, read, unnamed};
use crate::atlas::model::change::{Change, Origin, Revision};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Schema;
use crate::geopackage::contents;
use crate::store::digest::{self, Content, EntryKind};
use crate::store::{Commit, StoreError};

pub(super) fn origin_text(origin: Origin) -> &'static str {
    match origin {
        Origin::Shipped => "shipped",
        Origin::User => "user",
        Origin::Derived => "derived",
    }
}

/// A commit on its way, inside a transaction.
pub(super) struct CommitWriter<'c> {
    conn: &'c Connection,
    origin: Origin,
    /// The newest revision before this commit.
    before: Revision,
    /// The newest entry of the log.
    seq: i64,
    first_seq: i64,
    layers: HashMap<Box<str>, LayerWriter<'c>>,
    log: Statement<'c>,
    last_origin: Statement<'c>,
    digests: DigestWriter<'c>,
    /// Added, and not in the log yet.
    run: Option<Run>,
    done: Commit,
}

/// Rows that were added one after another. Copied into the log together they cost half.
struct Run {
    layer: Box<str>,
    fids: RangeInclusive<i64>,
    first_seq: i64,
}

/// Rows of a run, at most: what is copied should still be at hand.
const RUN_ROWS_MAX: i64 = 1_000;

impl<'c> CommitWriter<'c> {
    pub(super) fn new(conn: &'c Connection, origin: Origin) -> StoreResult<Self> {
        let seq = conn.query_row(
            "SELECT coalesce(max(seq), 0) FROM bordermap_changes",
            [],
            |row| row.get(0),
        )?;
        let before = read::revision(conn)?;
        Ok(Self {
            conn,
            origin,
            before,
            seq,
            first_seq: seq,
            layers: HashMap::new(),
            log: conn.prepare(
                "INSERT INTO bordermap_changes
                    (seq, revision, layer, id, kind, previous, previous_geom)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            // What the service derives says nothing about whose a feature is.
            last_origin: conn.prepare(
                "SELECT r.origin FROM bordermap_changes c
                 JOIN bordermap_revisions r ON r.number = c.revision
                 WHERE c.layer = ?1 AND c.id = ?2 AND r.origin <> 'derived'
                 ORDER BY c.seq DESC LIMIT 1",
            )?,
            digests: DigestWriter::new(conn)?,
            run: None,
            done: Commit {
                revision: before,
                ..Commit::default()
            },
        })
    }

    /// The newest revision before this commit.
    pub(super) fn before(&self) -> Revision {
        self.before
    }

    pub(super) fn apply(&mut self, change: Change) -> StoreResult<()> {
        match change {
            Change::Layer(schema) => self.layer(&schema),
            Change::Put { layer, feature } => self.put(&layer, &feature),
            Change::Remove { layer, id } => self.remove(&layer, &id),
            Change::Unreadable { layer, id, detail } => {
                let detail = format!("feature \"{id}\" cannot be written: {detail}");
                Err(StoreFault::schema(&layer, detail))
            }
        }
    }

    /// Writes what can be known only at the end. Whether anything has changed comes with it.
    pub(super) fn finish(mut self) -> StoreResult<(Commit, bool)> {
        self.end_run()?;
        if self.seq == self.first_seq {
            return Ok((self.done, false));
        }
        let committed_at_us = clock::time_after(self.conn, self.before, clock::now_us())?;
        self.done.revision = Revision {
            number: self.before.number + 1,
            committed_at_us,
        };
        let row = digest::RevisionRow {
            number: self.done.revision.number,
            committed_at_us,
            origin: origin_text(self.origin),
        };
        let hash = self
            .digests
            .end_revision(&digests::head(self.conn)?, &row)?;
        self.conn.execute(
            "INSERT INTO bordermap_revisions
                (number, committed_at_us, origin, last_seq, encoding, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                row.number.cast_signed(),
                committed_at_us,
                row.origin,
                self.seq,
                digest::ENCODING,
                hash
            ],
        )?;
        for writer in self.layers.values_mut().filter(|writer| writer.changed) {
            let sides = writer.sides(self.conn)?;
            contents::changed(self.conn, &writer.stored.table, sides, committed_at_us)?;
        }
        Ok((self.done, true))
    }

    fn layer(&mut self, schema: &Schema) -> StoreResult<()> {
        self.end_run()?;
        let (stored, kind, previous) = match layers::find(self.conn, &schema.id)? {
            None => (layers::create(self.conn, schema)?, EntryKind::Layer, None),
            Some(old) => {
                let previous = description::kept(self.conn, old.number)?;
                let (effect, stored) = reshape::redescribe(self.conn, &old, schema)?;
                let kind = match effect {
                    Redescribed::Same => return Ok(()),
                    Redescribed::Words => EntryKind::Layer,
                    Redescribed::Fields => EntryKind::Fields,
                };
                (stored, kind, Some(previous))
            }
        };
        let entry = LogLine {
            layer: stored.number,
            id: None,
            kind,
            previous: previous.as_deref(),
            previous_geom: None,
        };
        let description = description::text(schema)?;
        let hashed = digest::LogEntry {
            kind,
            layer: &schema.id,
            content: Content::Description(&description),
        };
        self.digests.push(self.seq + 1, &hashed)?;
        self.record(&entry)?;
        // What was kept ready is about the columns that it had.
        let earlier = self.layers.remove(&schema.id);
        let mut writer = LayerWriter::new(self.conn, stored)?;
        writer.redescribed(earlier.is_some());
        self.layers.insert(schema.id.clone(), writer);
        Ok(())
    }

    fn put(&mut self, layer: &str, feature: &Feature) -> StoreResult<()> {
        let writer = open(self.conn, &mut self.layers, layer)?;
        let content = writer.content(feature)?;
        // Shipped data must look whether a user has removed the feature.
        if self.origin != Origin::Shipped
            && let Some(fid) = writer.insert_if_new(&content)?
        {
            let entry = writer.entry(EntryKind::Add, &content);
            self.digests.push(self.seq + 1, &entry)?;
            return self.added(layer, fid);
        }
        let undone = match writer.compare(&content)? {
            Found::Same => {
                self.done.unchanged += 1;
                return Ok(());
            }
            Found::Other(stored) => Some(stored),
            Found::Nothing => None,
        };
        let number = writer.stored.number;
        if is_kept(self.origin, &mut self.last_origin, number, &feature.id)? {
            self.done.kept += 1;
            return Ok(());
        }
        let stored = match undone {
            Some(stored) if stored.is_damaged() => {
                self.take_away(layer, &feature.id, &stored)?;
                None
            }
            stored => stored,
        };
        let writer = open(self.conn, &mut self.layers, layer)?;
        let Some(stored) = stored else {
            let inserted = writer.insert(&content)?;
            let Some(fid) = inserted else {
                return fault::took(0, 1, &writer.stored.table);
            };
            let entry = writer.entry(EntryKind::Add, &content);
            self.digests.push(self.seq + 1, &entry)?;
            return self.added(layer, fid);
        };
        writer.update(&stored, &content)?;
        let entry = writer.entry(EntryKind::Update, &content);
        self.digests.push(self.seq + 1, &entry)?;
        self.done.updated += 1;
        self.record(&LogLine::of_feature(
            number,
            &feature.id,
            EntryKind::Update,
            &stored,
        ))
    }

    /// Takes note of a row that was added.
    fn added(&mut self, layer: &str, fid: i64) -> StoreResult<()> {
        self.done.added += 1;
        match &mut self.run {
            Some(run)
                if *run.layer == *layer
                    && run.fids.end().checked_add(1) == Some(fid)
                    && fid - run.fids.start() < RUN_ROWS_MAX =>
            {
                run.fids = *run.fids.start()..=fid;
            }
            _ => {
                self.end_run()?;
                self.run = Some(Run {
                    layer: layer.into(),
                    fids: fid..=fid,
                    first_seq: self.seq + 1,
                });
            }
        }
        self.seq += 1;
        Ok(())
    }

    /// Enters what was added into the log; to be called before anything else enters it, and before
    /// a row is taken away.
    fn end_run(&mut self) -> StoreResult<()> {
        let Some(run) = self.run.take() else {
            return Ok(());
        };
        let revision = (self.before.number + 1).cast_signed();
        open(self.conn, &mut self.layers, &run.layer)?.log_added(run.fids, run.first_seq, revision)
    }

    fn remove(&mut self, layer: &str, id: &str) -> StoreResult<()> {
        self.end_run()?;
        let writer = open(self.conn, &mut self.layers, layer)?;
        let Some(stored) = writer.find(id)? else {
            let Some(fid) = unnamed::find(self.conn, &writer.stored, id)? else {
                self.done.unchanged += 1;
                return Ok(());
            };
            self.done.removed += 1;
            return self.remove_unnamed(layer, id, fid);
        };
        let number = writer.stored.number;
        if is_kept(self.origin, &mut self.last_origin, number, id)? {
            self.done.kept += 1;
            return Ok(());
        }
        self.done.removed += 1;
        self.take_away(layer, id, &stored)
    }

    /// Takes a row away that goes by a name of its own, because its id is damaged.
    fn remove_unnamed(&mut self, layer: &str, name: &str, fid: i64) -> StoreResult<()> {
        let writer = open(self.conn, &mut self.layers, layer)?;
        let former = unnamed::former_id(self.conn, &writer.stored, fid)?;
        let damaged = Undone::damaged(fid);
        self.take_away(layer, name, &damaged)?;
        match former {
            // The log goes on to name it as there.
            Some(id) => self.enter_gone(layer, &id, &damaged),
            None => Ok(()),
        }
    }

    /// Takes a feature away and enters it into the log.
    fn take_away(&mut self, layer: &str, id: &str, stored: &Undone) -> StoreResult<()> {
        // What was added is copied into the log from its row.
        self.end_run()?;
        let writer = open(self.conn, &mut self.layers, layer)?;
        writer.remove(stored)?;
        self.enter_gone(layer, id, stored)
    }

    /// Enters into the log that a feature has gone.
    fn enter_gone(&mut self, layer: &str, id: &str, stored: &Undone) -> StoreResult<()> {
        let number = open(self.conn, &mut self.layers, layer)?.stored.number;
        let kind = if stored.is_damaged() {
            EntryKind::Discard
        } else {
            EntryKind::Remove
        };
        let entry = digest::LogEntry {
            kind,
            layer,
            content: Content::Gone { id },
        };
        self.digests.push(self.seq + 1, &entry)?;
        self.record(&LogLine::of_feature(number, id, kind, stored))
    }

    /// Enters a change into the log whose digest is made.
    fn record(&mut self, entry: &LogLine<'_>) -> StoreResult<()> {
        self.end_run()?;
        self.seq += 1;
        let rows = self.log.execute(params![
            self.seq,
            (self.before.number + 1).cast_signed(),
            entry.layer,
            entry.id,
            entry.kind.text(),
            entry.previous,
            entry.previous_geom,
        ])?;
        fault::took(rows, 1, "the log")
    }
}

/// What is kept ready for a layer.
fn open<'a, 'c>(
    conn: &'c Connection,
    layers: &'a mut HashMap<Box<str>, LayerWriter<'c>>,
    id: &str,
) -> StoreResult<&'a mut LayerWriter<'c>> {
    if !layers.contains_key(id) {
        let unknown = || StoreFault::Told(StoreError::UnknownLayer(id.to_owned()));
        let stored = layers::find(conn, id)?.ok_or_else(unknown)?;
        layers.insert(id.into(), LayerWriter::new(conn, stored)?);
    }
    let unknown = || StoreFault::Told(StoreError::UnknownLayer(id.to_owned()));
    layers.get_mut(id).ok_or_else(unknown)
}

/// Whether a feature is a user's and so not for shipped data to change.
fn is_kept(
    origin: Origin,
    last_origin: &mut Statement<'_>,
    layer: i64,
    id: &str,
) -> StoreResult<bool> {
    if origin != Origin::Shipped {
        return Ok(false);
    }
    let users = last_origin
        .query_row(params![layer, id], |row| {
            Ok(matches!(row.get_ref(0)?, ValueRef::Text(b"user")))
        })
        .optional()?;
    Ok(users.unwrap_or(false))
}
