//! Opening and creating the file. Nothing that might not be a store of ours is opened for writing.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::ddl;
use super::fault::{StoreFault, StoreResult};
use super::obstacle;
use super::place::has_journal;
use super::witness;
use crate::fresh::{self, Fresh};
use crate::geopackage::alone;
use crate::geopackage::tables;

/// How long a lock of another program is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How much of the write-ahead log stays on the disk after a large commit.
const WAL_KEPT_BYTES: i64 = 64 << 20;

/// Taken page by page as a commit needs it, given back at its end. An import in random order of ids
/// is twice as fast with it as with a quarter of it.
const WRITER_CACHE_KIB: i64 = 256 << 10;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Write,
    Read,
}

/// Whether there is a file.
pub(super) fn exists(path: &Path) -> StoreResult<bool> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(StoreFault::System("it is a folder".into())),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Opens a store that [`inspect`] has found to be ours.
pub(super) fn connect(path: &Path, purpose: Purpose) -> StoreResult<Connection> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // A reader needs none of these, and must not wait for whoever changes them.
    if purpose == Purpose::Read {
        conn.pragma_update(None, "query_only", true)?;
        return Ok(conn);
    }
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    // macOS acknowledges an ordinary fsync before the disk has the bytes.
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "journal_size_limit", WAL_KEPT_BYTES)?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    Ok(conn)
}

/// Makes a new store. It is built beside its place and put there whole, so that an interrupted
/// creation leaves nothing under the name, and never over another file.
pub(super) fn create(path: &Path) -> StoreResult<()> {
    let folder = fresh::folder_of(path);
    if !folder.is_dir() {
        return Err(StoreFault::System(format!(
            "there is no folder {}",
            folder.display()
        )));
    }
    fresh::sweep_beside(path);
    let fresh = Fresh::beside(path).map_err(|error| match obstacle::around(path) {
        Some(cause) => StoreFault::System(format!("it cannot be made: {cause}")),
        None => error.into(),
    })?;
    build(fresh.path())?;
    // If another process was faster, its store is as good.
    fresh.put_new(path)?;
    Ok(())
}

fn build(fresh: &Path) -> StoreResult<()> {
    let mut conn = Connection::open_with_flags(fresh, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    let tx = conn.transaction()?;
    tables::mark(&tx)?;
    ddl::migrate(&tx, 0)?;
    tx.commit()?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// Finds out whether a file is a store of ours, and of which format, without leaving a trace.
pub(super) fn inspect(path: &Path) -> StoreResult<u32> {
    let busy = has_journal(path);
    read_header(path, busy)?;
    if busy {
        return format_at(path, Look::Shared);
    }
    match format_at(path, Look::Alone) {
        // Somebody has begun to write while we looked without a lock.
        Err(_) if has_journal(path) => format_at(path, Look::Shared),
        other => other,
    }
}

/// How a file is looked at.
#[derive(Clone, Copy)]
enum Look {
    /// Nobody has it open: without locks and so without the files that come with them.
    Alone,
    /// Its journal is there already: by the rules.
    Shared,
}

fn format_at(path: &Path, look: Look) -> StoreResult<u32> {
    format_of(&look_at(path, look)?)
}

/// A connection for looking at a file that [`inspect`] has found to be a store.
pub(super) fn looking(path: &Path) -> StoreResult<Connection> {
    let look = if has_journal(path) {
        Look::Shared
    } else {
        Look::Alone
    };
    look_at(path, look)
}

fn look_at(path: &Path, look: Look) -> StoreResult<Connection> {
    let conn = match look {
        Look::Alone => alone::open(path)?,
        Look::Shared => Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
    };
    conn.busy_timeout(BUSY_TIMEOUT)?;
    Ok(conn)
}

/// The format of a store; an error if it is not one, or one of a later version.
pub(super) fn format_of(conn: &Connection) -> StoreResult<u32> {
    let ours: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'bordermap_store')",
        [],
        |row| row.get(0),
    )?;
    if !ours {
        return Err(StoreFault::Damaged(
            "it is a GeoPackage, but not one that bordermap has made".into(),
        ));
    }
    let text = conn
        .query_row(
            "SELECT text FROM bordermap_store WHERE key = 'format'",
            [],
            |row| row.get::<_, String>(0),
        )
        .optional()?;
    let format: u32 = text
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| StoreFault::Damaged("it does not say which format it has".into()))?;
    if format > ddl::FORMAT {
        return Err(StoreFault::Newer {
            found: format,
            supported: ddl::FORMAT,
        });
    }
    // What an older one lacks is made, which must not be tried with a store that has it.
    if !ddl::is_of(conn, format)? {
        return Err(StoreFault::Damaged(format!(
            "it says that it has format {format}, but its tables are not those of that format: the number is \
             damaged. Put back a copy with \"bordermap restore COPY\""
        )));
    }
    Ok(format)
}

/// Finds out from its beginning whether a file can be a store.
pub(super) fn inspect_header(path: &Path) -> StoreResult<()> {
    read_header(path, has_journal(path))
}

/// What the first 100 bytes tell (<https://www.sqlite.org/fileformat.html#the_database_header>).
fn read_header(path: &Path, busy: bool) -> StoreResult<()> {
    let damaged = |detail: &str| Err(StoreFault::Damaged(detail.into()));
    let mut file = File::open(path)?;
    let file_bytes = file.metadata()?.len();
    let mut header = [0; 100];
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            return damaged(if file_bytes == 0 {
                "it is empty"
            } else {
                "it is not an SQLite file"
            });
        }
        other => other?,
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return damaged("it is not an SQLite file");
    }
    let number = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&header[at..at + 4]);
        u32::from_be_bytes(bytes)
    };
    if number(68).cast_signed() != tables::APPLICATION_ID {
        return damaged("it is an SQLite file, but not a GeoPackage");
    }
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        other => u64::from(other),
    };
    if witness::log_salts(path).is_some() && header[18] == 1 {
        return Err(StoreFault::Mismatched(
            "it has never had a log of that kind, as a copy has not".into(),
        ));
    }
    // The size is true if the change counter agrees; pages may still wait in a journal.
    let size_is_valid = number(24) == number(92);
    if !busy && size_is_valid && file_bytes < page_bytes * u64::from(number(28)) {
        return damaged("its end is missing");
    }
    Ok(())
}
