//! How a store is read that cannot be written: on a read-only medium, in a folder of somebody else, on a
//! full disk.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::ddl;
use super::fault::{StoreFault, StoreResult};
use super::place::has_journal;
use crate::fresh::{self, beside};
use crate::geopackage::alone;

/// How a store is read that cannot be written.
#[derive(Debug)]
pub(super) struct ReadOnlyAccess {
    /// Why it cannot be written.
    pub(super) cause: String,
    /// Where its log cannot be used in place: a copy that has taken it in. Where it has an older format: a
    /// copy of the newest.
    copy: Option<NamedTempFile>,
    /// Whether it has an older format.
    pub(super) is_older: bool,
}

impl ReadOnlyAccess {
    pub(super) fn of(path: &Path, cause: String) -> StoreResult<Self> {
        let in_place = Self {
            cause,
            copy: None,
            is_older: false,
        };
        if !has_journal(path) || in_place.connect(path).is_ok_and(|conn| answers(&conn)) {
            return Ok(in_place);
        }
        let copy = in_place.copied(
            path,
            "a log beside it, and there is no room for a copy that takes in the log",
        )?;
        Ok(Self {
            copy: Some(copy),
            ..in_place
        })
    }

    /// The same of a store of an older format, by a copy that is brought to the newest.
    pub(super) fn in_newest_format(mut self, path: &Path, format: u32) -> StoreResult<Self> {
        let copy = match self.copy.take() {
            Some(copy) => copy,
            None => self.copied(
                path,
                "an older format, and there is no room for a copy in the newest",
            )?,
        };
        let mut conn = Connection::open_with_flags(copy.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.pragma_update(None, "trusted_schema", false)?;
        let tx = conn.transaction()?;
        ddl::migrate(&tx, format)?;
        tx.commit()?;
        conn.close().map_err(|(_, error)| error)?;
        Ok(Self {
            cause: format!(
                "{} (a copy of it is read: it has format {format})",
                self.cause
            ),
            copy: Some(copy),
            is_older: true,
        })
    }

    /// A copy that has taken in its log. `because` says what it has that a copy is needed for.
    fn copied(&self, path: &Path, because: &str) -> StoreResult<NamedTempFile> {
        let copy = copy(path).map_err(|error| {
            StoreFault::System(format!(
                "it can only be read ({}), has {because}: {error}",
                self.cause
            ))
        })?;
        alone::take_in_log(copy.path()).map_err(StoreFault::Damaged)?;
        Ok(copy)
    }

    /// A connection to what there is at this moment.
    pub(super) fn connect(&self, path: &Path) -> StoreResult<Connection> {
        let conn = match &self.copy {
            Some(copy) => alone::open(copy.path())?,
            None if has_journal(path) => {
                Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?
            }
            None => alone::open(path)?,
        };
        conn.pragma_update(None, "trusted_schema", false)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(conn)
    }
}

fn answers(conn: &Connection) -> bool {
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .is_ok()
}

/// The file with its log or journal, under another name.
fn copy(path: &Path) -> io::Result<NamedTempFile> {
    let copy = fresh::scratch()?;
    // Not its permissions: the copy is to be written.
    let content = |from: &Path, to: &Path| io::copy(&mut File::open(from)?, &mut File::create(to)?);
    content(path, copy.path())?;
    for suffix in ["-wal", "-journal"] {
        match content(&beside(path, suffix), &beside(copy.path(), suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(copy)
}
