//! The whole state, read by several connections at once.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rusqlite::{Connection, Statement};

use super::fault::{StoreFault, StoreResult};
use super::layers::{self, StoredLayer};
use super::{read, rows};
use crate::atlas::model::change::Revision;
use crate::atlas::model::schema::Schema;
use crate::geopackage::names::quoted;
use crate::store::Sink;

/// Rows of a range: enough that taking one costs nothing, few enough that the threads end together.
const RANGE_ROWS: i64 = 20_000;
/// Ranges of a layer, at most, whatever numbers its rows have.
const RANGES_MAX: i64 = 1 << 16;
/// Readers begin within microseconds of each other: that a commit comes between is rare, and many
/// times in a row all but impossible.
const TRIES_MAX: u32 = 50;

/// How many connections are worth having. A reader waits for the disk now and then, so there are
/// two even on one core.
pub(super) fn readers_count() -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get().max(2))
}

/// Gives every feature to one of the sinks, one thread a reader. Readers that could not take part
/// are taken out; after an error none is of any use.
pub(super) fn read(
    readers: &mut Vec<Connection>,
    describe: &mut dyn FnMut(Vec<Schema>) -> Vec<Box<dyn Sink>>,
) -> StoreResult<(Revision, Vec<Box<dyn Sink>>)> {
    let revision = begin_together(readers)?;
    let [first, ..] = readers.as_slice() else {
        return Err(StoreFault::System(
            "there is no connection to read with".into(),
        ));
    };
    let layers = layers::all(first)?;
    let ranges = ranges(first, &layers)?;
    let mut sinks = describe(layers.iter().map(|layer| layer.schema.clone()).collect());
    let work = Work {
        layers: &layers,
        ranges: &ranges,
        next: AtomicUsize::new(0),
        has_failed: AtomicBool::new(false),
    };
    work.share(readers, &mut sinks)?;
    for reader in readers.iter() {
        reader.execute_batch("COMMIT")?;
    }
    Ok((revision, sinks))
}

/// Begins a read with each connection, all of one state: of that revision.
fn begin_together(readers: &mut Vec<Connection>) -> StoreResult<Revision> {
    for tried in 1.. {
        let revisions = readers.iter().map(begin).collect::<Result<Vec<_>, _>>()?;
        let newest = revisions.last().copied().unwrap_or_default();
        if tried < TRIES_MAX && revisions.iter().any(|revision| *revision != newest) {
            for reader in readers.iter() {
                reader.execute_batch("ROLLBACK")?;
            }
            continue;
        }
        let mut revisions = revisions.into_iter();
        readers.retain(|_| revisions.next() == Some(newest));
        return Ok(newest);
    }
    Ok(Revision::default())
}

/// The state that a connection sees stands still from its first question on.
fn begin(reader: &Connection) -> StoreResult<Revision> {
    reader.execute_batch("BEGIN")?;
    read::revision(reader)
}

/// Rows of a layer, by their first and last number.
struct Range {
    /// The layer's place among the layers.
    layer: usize,
    fids: [i64; 2],
}

fn ranges(conn: &Connection, layers: &[StoredLayer]) -> StoreResult<Vec<Range>> {
    let mut ranges = Vec::new();
    for (layer, stored) in layers.iter().enumerate() {
        let ends: (Option<i64>, Option<i64>) = conn.query_row(
            &format!(
                "SELECT (SELECT min(fid) FROM {table}), (SELECT max(fid) FROM {table})",
                table = quoted(&stored.table)
            ),
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (Some(mut first), Some(last)) = ends else {
            continue;
        };
        let rows = RANGE_ROWS.max(last.saturating_sub(first) / RANGES_MAX);
        while first <= last {
            let end = first.saturating_add(rows - 1).min(last);
            ranges.push(Range {
                layer,
                fids: [first, end],
            });
            let Some(next) = end.checked_add(1) else {
                break;
            };
            first = next;
        }
    }
    Ok(ranges)
}

/// What there is to read, taken range by range by whoever is free.
struct Work<'a> {
    layers: &'a [StoredLayer],
    ranges: &'a [Range],
    next: AtomicUsize,
    /// One has failed: the others need not go on.
    has_failed: AtomicBool,
}

impl Work<'_> {
    /// Reads with each connection into a sink of its own.
    fn share(&self, readers: &mut [Connection], sinks: &mut [Box<dyn Sink>]) -> StoreResult<()> {
        thread::scope(|scope| {
            let mut parts = readers.iter_mut().zip(sinks);
            let first = parts.next();
            // Where no thread is to be had, the others do its part.
            let others: Vec<_> = parts
                .filter_map(|(reader, sink)| {
                    thread::Builder::new()
                        .name("read".into())
                        .spawn_scoped(scope, move || self.take_part(reader, &mut **sink))
                        .ok()
                })
                .collect();
            let done = first.map_or(Ok(()), |(reader, sink)| self.take_part(reader, &mut **sink));
            let joined = others
                .into_iter()
                .map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            joined.fold(done, Result::and)
        })
    }

    fn take_part(&self, reader: &Connection, sink: &mut dyn Sink) -> StoreResult<()> {
        let done = self.read_ranges(reader, sink);
        if done.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        done
    }

    fn read_ranges(&self, reader: &Connection, sink: &mut dyn Sink) -> StoreResult<()> {
        let mut open: Option<(usize, Statement<'_>)> = None;
        while !self.has_failed.load(Ordering::Relaxed) {
            let Some(range) = self.ranges.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            let layer = &self.layers[range.layer];
            let found = match &mut open {
                Some((of, found)) if *of == range.layer => found,
                other => {
                    let (_, found) = other.insert((range.layer, rows_between(reader, layer)?));
                    found
                }
            };
            let mut rows = found.query(range.fids)?;
            while let Some(row) = rows.next()? {
                match rows::feature(row, 0, layer) {
                    Ok(feature) => sink.take(&layer.schema.id, feature),
                    Err(StoreFault::Row { layer, id, detail }) => {
                        sink.unreadable(&layer, &id, detail);
                    }
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(())
    }
}

fn rows_between<'c>(conn: &'c Connection, layer: &StoredLayer) -> StoreResult<Statement<'c>> {
    Ok(conn.prepare(&format!(
        "SELECT {} FROM {} t WHERE t.fid BETWEEN ?1 AND ?2",
        rows::select_list(layer),
        quoted(&layer.table)
    ))?)
}
