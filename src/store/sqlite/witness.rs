//! Whether a main file and the write-ahead log beside it belong together. SQLite does not ask: a log
//! over a file that was put in place of its own mixes the two.

use std::collections::HashSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::fault::{StoreFault, StoreResult};
use super::head::HeadRecord;
use super::read;
use crate::atlas::model::change::Revision;
use crate::fresh::beside;
use crate::geopackage::alone;

/// A main file that has not changed for so long is not being written.
pub(super) const STILL: Duration = Duration::from_millis(300);

/// The size of a log's header (<https://www.sqlite.org/fileformat.html#the_write_ahead_log>).
const LOG_HEADER_BYTES: usize = 32;

/// Which log it is: salts that change whenever it begins anew. `None` if it holds nothing.
pub(super) fn log_salts(store: &Path) -> Option<[u8; 8]> {
    let mut header = [0; LOG_HEADER_BYTES];
    let log = File::open(beside(store, "-wal")).ok()?;
    log.read_exact_at(&mut header, 0).ok()?;
    let mut salts = [0; 8];
    salts.copy_from_slice(&header[16..24]);
    Some(salts)
}

/// The newest revision in the main file alone.
pub(super) fn main_revision(store: &Path) -> Option<Revision> {
    read::revision(&main_alone(store).ok()?).ok()
}

fn main_alone(store: &Path) -> StoreResult<Connection> {
    Ok(alone::open(store)?)
}

/// Holds that the log beside a main file is its own, as far as the head record knows.
///
/// # Errors
/// [`StoreFault::Mismatched`], with what speaks against it.
pub(super) fn belongs(store: &Path) -> StoreResult<()> {
    let Some(salts) = log_salts(store) else {
        return Ok(());
    };
    let Some(head) = HeadRecord::beside(store).filter(|head| head.log == Some(salts)) else {
        return Ok(());
    };
    let Some(base) = head.base else {
        return Ok(());
    };
    // A main file that cannot be read alone may be in the middle of taking in its log.
    let Ok(main) = main_alone(store) else {
        return Ok(());
    };
    if let Ok(identity) = read::identity(&main)
        && identity != head.identity
    {
        return Err(StoreFault::Mismatched(format!(
            "it is another store ({identity}) than the one whose log lies beside it ({})",
            head.identity
        )));
    }
    let Ok(found) = read::revision(&main) else {
        return Ok(());
    };
    let is_of_it = base.number == 0 || read::has(&main, base).unwrap_or(true);
    if found.number < base.number || !is_of_it {
        return Err(StoreFault::Mismatched(format!(
            "it ends with revision {}, but the log beside it goes on from revision {}",
            found.number, base.number
        )));
    }
    if !log_knows(store, found) {
        return Err(StoreFault::Mismatched(format!(
            "it ends with revision {}, which the log beside it does not have: something was committed to it \
             without this log, under another name",
            found.number
        )));
    }
    Ok(())
}

/// Whether the newest revision of a main file is in the history that its log leads to. A log has all that
/// it brings into the main file; what it does not know was written without it, and the two would be mixed.
/// Where that cannot be asked it is taken for granted.
fn log_knows(store: &Path, newest: Revision) -> bool {
    let look = || -> StoreResult<bool> {
        let conn = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // Nothing is brought into it by looking.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(read::revision(&conn)?.number == 0 || read::has(&conn, newest)?)
    };
    newest.number == 0 || look().unwrap_or(true)
}

/// What is wrong with a main file that is in use, as far as the head record knows: it changes only by
/// taking in its log, and so goes from its base towards the newest revision.
pub(super) fn overwritten(store: &Path, head: &HeadRecord) -> Option<String> {
    // Whoever takes in a log may be halfway, or have been killed there: then the main file alone is a
    // mixture, of which the log still has all that matters. What it says by itself counts for nothing,
    // unless it says that it is another store.
    let is_mixed = log_salts(store).is_some();
    let main = main_alone(store).ok();
    let found = main.and_then(|main| {
        let identity = read::identity(&main).ok()?;
        Some((identity, read::revision(&main).ok()))
    });
    match found {
        Some((identity, _)) if identity != head.identity => {
            Some("another store was written over it".into())
        }
        Some((_, Some(newest))) => {
            let base = head.base.map_or(0, |base| base.number);
            let is_between = (base..=head.revision.number).contains(&newest.number);
            let is_known = is_between && (!is_mixed || log_knows(store, newest));
            (!is_known).then(|| "another state of it was written over it".into())
        }
        _ if is_mixed && may_be_halfway(store) => None,
        _ => Some("its content is damaged: something was written over it".into()),
    }
}

/// Whether a main file that cannot be read alone may be one into which its log is being taken: its
/// first page is one of SQLite's, and what it lacks at its end is in the log.
///
/// It asks SQLite, whose own handles take no locks away when they are closed.
fn may_be_halfway(store: &Path) -> bool {
    let not_a_database = |main: Connection| {
        let asked = main.query_row("PRAGMA schema_version", [], |_| Ok(()));
        asked.is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::NotADatabase))
    };
    if main_alone(store).is_ok_and(not_a_database) {
        return false;
    }
    let covers = || {
        let log = Frames::read(&File::open(beside(store, "-wal")).ok()?)?;
        let main_pages = fs::metadata(store).ok()?.len() / log.page_bytes;
        let mut lacking = main_pages + 1..=u64::from(log.pages_of_all);
        Some(lacking.all(|page| log.pages.contains(&page)))
    };
    covers().unwrap_or(false)
}

/// What the committed frames of a log hold
/// (<https://www.sqlite.org/fileformat.html#the_write_ahead_log>).
struct Frames {
    page_bytes: u64,
    /// The pages that it has, by number from 1.
    pages: HashSet<u64>,
    /// How many pages the database has after the last commit in it.
    pages_of_all: u32,
}

impl Frames {
    /// Reads a log; `None` if no commit is in it.
    fn read(log: &File) -> Option<Self> {
        const FRAME_HEADER_BYTES: usize = 24;
        let number = |bytes: &[u8]| Some(u32::from_be_bytes(bytes.try_into().ok()?));
        let mut header = [0; LOG_HEADER_BYTES];
        log.read_exact_at(&mut header, 0).ok()?;
        let page_bytes = u64::from(number(&header[8..12])?);
        let mut frames = Self {
            page_bytes,
            pages: HashSet::new(),
            pages_of_all: 0,
        };
        let (mut since_commit, mut at) = (Vec::new(), LOG_HEADER_BYTES as u64);
        let mut frame = [0; FRAME_HEADER_BYTES];
        // What an earlier log left behind the end has other salts.
        while log.read_exact_at(&mut frame, at).is_ok() && frame[8..16] == header[16..24] {
            since_commit.push(u64::from(number(&frame[..4])?));
            let pages_of_all = number(&frame[4..8])?;
            if pages_of_all > 0 {
                frames.pages.extend(since_commit.drain(..));
                frames.pages_of_all = pages_of_all;
            }
            at += FRAME_HEADER_BYTES as u64 + page_bytes;
        }
        (page_bytes > 0 && frames.pages_of_all > 0).then_some(frames)
    }
}
