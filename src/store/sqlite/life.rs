//! How a store is opened and closed.

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::access::ReadOnlyAccess;
use super::fault::{StoreFault, StoreResult};
use super::head;
use super::hold::{self, Hold};
use super::interrupt::{self, Uses};
use super::migrate::{self, Migrated};
use super::open::{self, Purpose};
use super::{SqliteStore, ddl, digests, locked, obstacle, place, read, restoring, witness};
use crate::atlas::model::change::Revision;
use crate::fresh::beside;
use crate::store::{Interrupt, StoreError};

/// How long others are waited for when the log is emptied at the end.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);
/// How long those of this process who read are waited for at the end.
const USES_TIMEOUT: Duration = Duration::from_secs(10);

impl SqliteStore {
    /// Opens the store of a path; makes an empty one if there is no file. A file that is anything
    /// else is left as it is.
    pub fn open(named: &Path) -> Result<Self, StoreError> {
        Self::open_with(named, &Interrupt::default())
    }

    /// The same, also of what is done with it, until the word to end comes.
    pub fn open_with(named: &Path, interrupt: &Interrupt) -> Result<Self, StoreError> {
        let path = &*place::real(named);
        let open = || {
            interrupt.check()?;
            if !open::exists(path)? {
                Self::may_create(path)?;
                open::create(path)?;
            }
            Self::connect([path, named], interrupt)
        };
        open().map_err(|fault| fault.at(named))
    }

    /// Opens the store of a path; an error if there is no file.
    pub fn open_existing(named: &Path) -> Result<Self, StoreError> {
        Self::open_existing_with(named, &Interrupt::default())
    }

    /// The same, also of what is done with it, until the word to end comes.
    pub fn open_existing_with(named: &Path, interrupt: &Interrupt) -> Result<Self, StoreError> {
        let path = &*place::real(named);
        let open = || {
            interrupt.check()?;
            if !open::exists(path)? {
                Self::may_be_absent(path)?;
                return Err(StoreFault::Told(StoreError::Absent {
                    path: path.display().to_string(),
                }));
            }
            Self::connect([path, named], interrupt)
        };
        open().map_err(|fault| fault.at(named))
    }

    /// Whether there is a file at a path, whatever it is.
    pub fn is_there(named: &Path) -> bool {
        place::real(named).exists()
    }

    /// Whether a program has the store of a path open: another one, if this one has not.
    pub fn is_in_use(named: &Path) -> bool {
        hold::is_in_use(&place::real(named))
    }

    /// Holds that a file which is not there is not missed by anybody.
    fn may_be_absent(path: &Path) -> StoreResult<()> {
        restoring::refuse(path)?;
        if witness::log_salts(path).is_some() {
            return Err(StoreFault::Mismatched(
                "there is no such file, only its log".into(),
            ));
        }
        Ok(())
    }

    /// Holds that a new store under a name would not hide another.
    fn may_create(path: &Path) -> StoreResult<()> {
        Self::may_be_absent(path)?;
        // Whoever makes one at this moment is done soon.
        if hold::is_in_use(path) && !open::exists(path)? {
            return Err(StoreFault::Replaced(
                "its file was removed or moved away while another program has it open; stop that \
                 program, or put the file back"
                    .into(),
            ));
        }
        Ok(())
    }

    fn connect([path, named]: [&Path; 2], interrupt: &Interrupt) -> StoreResult<Self> {
        restoring::refuse(path)?;
        // First of all: it is what has a file of a lower layer copied where there are such.
        let obstacle = obstacle::of(path);
        witness::belongs(path)?;
        if let Some(cause) = obstacle {
            return Self::connect_reading([path, named], interrupt, cause);
        }
        let format = open::inspect(path)?;
        let hold = Hold::take(path, named)?;
        let halted_restore = restoring::settle(path, hold.record().as_ref())?;
        let mut writer = open::connect(path, Purpose::Write)?;
        interrupt.watch(&mut writer)?;
        match migrate::migrate(&mut writer, path, format, interrupt) {
            Err(StoreFault::ReadOnly(cause)) => {
                drop((writer, hold));
                Self::connect_reading([path, named], interrupt, cause)
            }
            migrated => {
                let mut store = Self::of([path, named], hold, interrupt, writer, None, migrated?)?;
                store.halted_restore = halted_restore;
                Ok(store)
            }
        }
    }

    fn connect_reading(
        [path, named]: [&Path; 2],
        interrupt: &Interrupt,
        cause: String,
    ) -> StoreResult<Self> {
        open::inspect_header(path)?;
        let reading = ReadOnlyAccess::of(path, cause)?;
        let format = open::format_of(&reading.connect(path)?)?;
        let reading = if format == ddl::FORMAT {
            reading
        } else {
            reading.in_newest_format(path, format)?
        };
        let conn = reading.connect(path)?;
        let hold = Hold::take(path, named)?;
        let halted_restore = restoring::settle(path, hold.record().as_ref())?;
        let mut store = Self::of([path, named], hold, interrupt, conn, Some(reading), None)?;
        store.halted_restore = halted_restore;
        Ok(store)
    }

    fn of(
        [path, named]: [&Path; 2],
        hold: Hold,
        interrupt: &Interrupt,
        conn: Connection,
        reading: Option<ReadOnlyAccess>,
        migrated: Option<Migrated>,
    ) -> StoreResult<Self> {
        let identity = read::identity(&conn)?;
        let newest = || {
            // Of one state: others may commit meanwhile.
            let state = conn.unchecked_transaction()?;
            Ok((read::revision(&state)?, digests::newest_hash(&state)?))
        };
        let lost = hold.opened(&identity, newest, |revision, hash| {
            // A new format has other hashes.
            let is_other = migrated.is_some() || reading.as_ref().is_some_and(|it| it.is_older);
            let hash = hash.filter(|_| !is_other);
            Ok(read::has(&conn, revision)?
                && hash.is_none_or(|hash| digests::has_hash(&conn, revision, hash)))
        })?;
        if let Some(lost) = lost {
            tracing::warn!("{}", missing(lost));
        }
        if reading.is_none() {
            hold.watch_log();
        }
        Ok(Self {
            migrated,
            halted_restore: None,
            identity,
            path: path.to_owned(),
            named: named.to_owned(),
            hold,
            writer: Mutex::new(reading.is_none().then_some(conn)),
            reading,
            idle_readers: Mutex::default(),
            uses: Uses::default(),
            interrupt: interrupt.clone(),
            is_closed: AtomicBool::new(false),
            closing: Mutex::new(()),
        })
    }

    /// Closes it; see [`Store::close`](crate::store::Store::close).
    pub(super) fn end(&self) {
        // Who comes second returns when it is closed.
        let _closing = locked(&self.closing);
        self.is_closed.store(true, Ordering::Release);
        self.uses.wait(USES_TIMEOUT);
        let readers = std::mem::take(&mut *locked(&self.idle_readers));
        let Some(mut writer) = locked(&self.writer).take() else {
            self.hold.release();
            return;
        };
        interrupt::ignore(&mut writer);
        let is_lost = self.hold.lost().is_some();
        if is_lost {
            // What stands under the name now must not get what was written for another file.
            for conn in readers.iter().chain([&writer]) {
                let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
            }
        }
        drop(readers);
        if !is_lost && let Ok(Some(newest)) = checkpoint(&writer) {
            self.hold.checkpointed(newest);
        }
        drop(writer);
        self.hold.release();
        if !is_lost {
            tidy(&self.path);
        }
    }
}

/// Removes the log that two programs leave when they end at the same moment: each still sees the other.
fn tidy(path: &Path) {
    if !beside(path, "-wal").exists() {
        return;
    }
    let Ok(record) = File::open(beside(path, head::SUFFIX)) else {
        return;
    };
    // Somebody else has the store, and will end one day.
    if record.try_lock().is_err() || witness::belongs(path).is_err() {
        return;
    }
    // The last connection takes the log with it when it is closed.
    if let Ok(conn) = open::connect(path, Purpose::Write) {
        let _ = checkpoint(&conn);
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.end();
    }
}

/// Brings everything into the main file; the newest revision, or none if somebody else uses the log:
/// whoever closes it last does it.
fn checkpoint(conn: &Connection) -> StoreResult<Option<Revision>> {
    conn.busy_timeout(CLOSE_TIMEOUT)?;
    let newest = read::revision(conn)?;
    let busy: bool = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok((!busy).then_some(newest))
}

/// What is said of a revision that was acknowledged and is not there.
pub(super) fn missing(lost: Revision) -> String {
    format!(
        "commits up to revision {} were acknowledged and are not in the store: its log has lost its \
         end, or an older copy was put in its place",
        lost.number
    )
}
