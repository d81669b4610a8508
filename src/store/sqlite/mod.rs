//! The embedded store: an SQLite file that is at the same time a GeoPackage (OGC 12-128r18).
//!
//! # The file
//!
//! One real table a layer, as the standard wants it, so that GDAL and QGIS read the layers with
//! their types: `fid`, `geom` (from the first feature that has a place), `id`, and a column for
//! each field. `gpkg_contents`, `gpkg_geometry_columns` and `gpkg_spatial_ref_sys` are the
//! standard's (§1.1.2, §2.1.5), `gpkg_data_columns` and its constraints hold fields' titles and
//! closed lists (annex F.9), `gpkg_metadata` the terms of use (annex F.8).
//!
//! Beside them, registered as an extension (§2.3.2) and hidden from GIS programs:
//!
//! | table | what |
//! | --- | --- |
//! | `bordermap_store` | the format's number and the store's identity |
//! | `bordermap_notes` | texts that callers remember |
//! | `bordermap_layers` | each layer's number, table and schema (JSON), in order of appearance |
//! | `bordermap_columns` | which column holds which field: fields may be called anything |
//! | `bordermap_written` | dates as they were written, where GeoPackage wants another form |
//! | `bordermap_revisions` | each commit: when, whose, where its part of the log ends, and its hash |
//! | `bordermap_changes` | the log: what was added, updated, removed or described anew, in order, with what was there before |
//! | `bordermap_digests` | the digests of the log's entries and the seeds of their salts, in runs ([`crate::store::digest`]) |
//!
//! A row's present content is in its layer's table only; going back through the log from there
//! gives every earlier state.
//!
//! # Who waits for whom
//!
//! The file is in WAL mode: readers see the state that was committed when they began and never wait
//! for a writer, of this process or another. Writers wait for each other. `synchronous = FULL`: a
//! commit that has returned survives a lost power cord.

mod access;
mod backup;
mod check;
mod clock;
mod copy;
mod ddl;
mod description;
mod digests;
mod fault;
mod guard;
mod head;
mod hold;
mod interrupt;
mod layer_writer;
mod layers;
mod life;
mod lock;
mod log_line;
mod migrate;
mod obstacle;
mod open;
mod place;
mod read;
mod replay;
mod reshape;
mod restoring;
mod rows;
mod unnamed;
mod whole;
mod witness;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

use self::access::ReadOnlyAccess;
pub use self::copy::{Copied, Restored};
use self::fault::{StoreFault, StoreResult};
use self::hold::Hold;
use self::interrupt::Uses;
pub use self::migrate::Migrated;
use self::open::Purpose;
use self::write::CommitWriter;
use crate::atlas::model::change::{Change, Origin, Revision};
use crate::atlas::model::schema::Schema;
use crate::store::{Abandon, Commit, Depth, Interrupt, Sink, Standing, Store, StoreError};

/// Connections for reading that are kept open while nobody reads.
const IDLE_READERS_MAX: usize = 4;

/// A store in a file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    /// What it was called when it was opened, perhaps by a link.
    named: PathBuf,
    identity: String,
    migrated: Option<Migrated>,
    /// What is to be told of a restore that was interrupted.
    halted_restore: Option<String>,
    hold: Hold,
    /// How it is read, if it cannot be written.
    reading: Option<ReadOnlyAccess>,
    /// None once it is closed, or if it cannot be written.
    writer: Mutex<Option<Connection>>,
    idle_readers: Mutex<Vec<Connection>>,
    uses: Uses,
    interrupt: Interrupt,
    is_closed: AtomicBool,
    /// Held by whoever closes it.
    closing: Mutex<()>,
}

impl SqliteStore {
    /// The file, without links: what belongs to it lies beside this path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as it was called when it was opened.
    pub fn named(&self) -> &Path {
        &self.named
    }

    /// Where the file of a store really is, which may be named by a link, and need not be there yet.
    pub fn real_path(named: &Path) -> PathBuf {
        place::real(named)
    }

    /// What was done to it when it was opened, if it was older.
    pub fn migrated(&self) -> Option<&Migrated> {
        self.migrated.as_ref()
    }

    /// What became of a restore that was interrupted, in a sentence: told by the first who opens the store
    /// after it.
    pub fn halted_restore(&self) -> Option<&str> {
        self.halted_restore.as_deref()
    }

    /// Asks a connection of one's own: nobody else's question or commit is waited for.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> StoreResult<T>) -> Result<T, StoreError> {
        let answer = || {
            // Goes after the connection.
            let _using = self.uses.begin();
            let conn = self.reader()?;
            let answer = ask(&conn)?;
            // What takes every error as a finding has found nothing then.
            self.interrupt.check()?;
            self.keep(conn);
            Ok(answer)
        };
        answer().map_err(|fault: StoreFault| fault.at(&self.named))
    }

    /// A connection for reading; one that failed is not to be kept.
    fn reader(&self) -> StoreResult<Connection> {
        self.interrupt.check()?;
        if self.is_closed.load(Ordering::Acquire) {
            return Err(StoreFault::System("it is closed".into()));
        }
        let idle = locked(&self.idle_readers).pop();
        let lost = self.hold.lost();
        self.hold.stand(lost.is_some());
        if let Some(lost) = lost {
            return Err(StoreFault::Replaced(lost));
        }
        let mut conn = match (idle, &self.reading) {
            (Some(conn), _) => return Ok(conn),
            (None, Some(reading)) => reading.connect(&self.path)?,
            (None, None) => open::connect(&self.path, Purpose::Read)?,
        };
        self.interrupt.watch(&mut conn)?;
        Ok(conn)
    }

    /// The connection for writing, if there is one.
    fn writing<'c>(&self, writer: &'c mut Option<Connection>) -> StoreResult<&'c mut Connection> {
        writer.as_mut().ok_or_else(|| match &self.reading {
            Some(reading) => StoreFault::ReadOnly(reading.cause.clone()),
            None => StoreFault::System("it is closed".into()),
        })
    }

    /// What was acknowledged and is not in the store, in a sentence.
    pub fn missing(&self) -> Option<String> {
        self.hold.missing().map(life::missing)
    }

    fn keep(&self, conn: Connection) {
        // Without locks it would not hear of what others do.
        if self.reading.is_some() || self.is_closed.load(Ordering::Acquire) {
            return;
        }
        let mut idle_readers = locked(&self.idle_readers);
        if idle_readers.len() < IDLE_READERS_MAX {
            idle_readers.push(conn);
        }
    }

    /// Asks several questions about one state.
    fn read_one_state<T>(
        &self,
        ask: impl FnOnce(&Connection) -> StoreResult<T>,
    ) -> Result<T, StoreError> {
        self.read(|conn| {
            let state = conn.unchecked_transaction()?;
            ask(&state)
        })
    }
}

impl Store for SqliteStore {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn revision(&self) -> Result<Revision, StoreError> {
        self.read(read::revision)
    }

    fn has(&self, revision: Revision) -> Result<bool, StoreError> {
        self.read(|conn| read::has(conn, revision))
    }

    fn changes_after(
        &self,
        after: u64,
        sink: &mut dyn FnMut(Change),
    ) -> Result<Revision, StoreError> {
        self.read_one_state(|conn| read::changes_after(conn, after, sink))
    }

    fn whole(
        &self,
        describe: &mut dyn FnMut(Vec<Schema>) -> Vec<Box<dyn Sink>>,
    ) -> Result<(Revision, Vec<Box<dyn Sink>>), StoreError> {
        let mut whole = || {
            let _using = self.uses.begin();
            let readers = (0..whole::readers_count()).map(|_| self.reader());
            let mut readers = readers.collect::<Result<_, _>>()?;
            let whole = whole::read(&mut readers, describe)?;
            self.interrupt.check()?;
            for conn in readers {
                self.keep(conn);
            }
            Ok(whole)
        };
        whole().map_err(|fault: StoreFault| fault.at(&self.named))
    }

    fn commit(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let mut writer = locked(&self.writer);
        let done = self
            .writing(&mut writer)
            .and_then(|conn| commit(conn, &self.hold, &self.interrupt, origin, changes))
            .map_err(|fault| fault.at(&self.named));
        // What a large import has read and written is not asked for soon. It may fail in peace.
        let _ = writer.as_ref().map(Connection::release_memory);
        done
    }

    fn note(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.read(|conn| read::note(conn, key))
    }

    fn set_note(&self, key: &str, text: &str) -> Result<(), StoreError> {
        let set = |conn: &mut Connection| {
            self.interrupt.check()?;
            if let Some(lost) = self.hold.lost() {
                return Err(StoreFault::Replaced(lost));
            }
            conn.execute(
                "INSERT INTO bordermap_notes VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET text = excluded.text",
                [key, text],
            )?;
            Ok(())
        };
        let done = self.writing(&mut locked(&self.writer)).and_then(set);
        done.map_err(|fault: StoreFault| fault.at(&self.named))
    }

    fn shipped_ids(&self, layer: &str) -> Result<Vec<Box<str>>, StoreError> {
        self.read_one_state(|conn| read::shipped_ids(conn, layer))
    }

    fn check(
        &self,
        depth: Depth,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Vec<String>, StoreError> {
        match self.read_one_state(|conn| Ok(check::findings(conn, depth, progress))) {
            Err(StoreError::Damaged { detail, .. }) => Ok(vec![detail]),
            Ok(mut findings) => {
                findings.extend(self.missing());
                Ok(findings)
            }
            Err(error) => Err(error),
        }
    }

    fn remarks(&self) -> Result<Vec<String>, StoreError> {
        self.read(|conn| clock::odd_times(conn, clock::now_us()))
    }

    fn standing(&self) -> Standing {
        match (self.hold.lost(), &self.reading) {
            (Some(lost), _) => Standing::Lost(lost),
            (None, Some(reading)) => Standing::ReadOnly(reading.cause.clone()),
            (None, None) => Standing::Whole,
        }
    }

    fn close(&self) {
        self.end();
    }
}

/// All of the changes in one transaction; dropping it on the way undoes them.
fn commit(
    conn: &mut Connection,
    hold: &Hold,
    interrupt: &Interrupt,
    origin: Origin,
    changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
) -> StoreResult<Commit> {
    if let Some(lost) = hold.lost() {
        return Err(StoreFault::Replaced(lost));
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut writer = CommitWriter::new(&tx, origin)?;
    for change in changes {
        interrupt.check()?;
        let Ok(change) = change else {
            return Err(StoreFault::Told(StoreError::Abandoned));
        };
        writer.apply(change)?;
    }
    // The changes may have ended because of it.
    interrupt.check()?;
    let before = writer.before();
    let (done, has_changes) = writer.finish()?;
    if has_changes {
        // A commit that went into a file without a name would be acknowledged and never found.
        if let Some(lost) = hold.lost() {
            return Err(StoreFault::Replaced(lost));
        }
        let hash = digests::newest_hash(&tx)?;
        tx.commit()?;
        hold.committed(before, done.revision, hash.as_deref());
        // The disk has been waited for: the file may have gone meanwhile.
        if let Some(lost) = hold.lost() {
            return Err(hold.misplaced(done.revision, lost));
        }
    }
    Ok(done)
}

/// A connection is whole after a panic too: an unfinished transaction was undone.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
