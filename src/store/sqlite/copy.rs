//! Copies of a store that are stores themselves: their pages, what they hold, and that it is whole.

use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::fault::{StoreFault, StoreResult, unwritable};
use super::open::exists;
use super::{check, ddl, layers, obstacle, open, place, read, witness};
use crate::atlas::model::change::Revision;
use crate::fresh::{self, Fresh};
use crate::geopackage::alone;
use crate::geopackage::names::quoted;
use crate::store::Depth;
use crate::system;

/// All pages in one step: a copy in several begins anew whenever somebody commits in between.
const ALL_PAGES: i32 = -1;

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its newest revision.
    pub revision: Revision,
    /// Its layers with the number of their features.
    pub layers: Vec<(Box<str>, u64)>,
}

/// What came of putting a copy in place.
#[derive(Debug)]
pub struct Restored {
    /// What is there now.
    pub copied: Copied,
    /// Where that is now which was there before.
    pub aside: Option<PathBuf>,
    /// Where an earlier one, which was interrupted at its end, had moved what was there before that.
    pub earlier: Option<PathBuf>,
}

/// Copies what a connection sees into a file, which is then one without a log.
pub(super) fn copy_pages(from: &Connection, to: &Path) -> StoreResult<()> {
    let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Backup::new(from, &mut copy)?.step(ALL_PAGES)?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// What a copy holds that has been verified.
pub(super) fn verified(copy: &Path) -> StoreResult<Copied> {
    let conn = alone::open(copy)?;
    let findings = check::findings(&conn, Depth::Whole, &mut |_, _| {});
    if let Some(first) = findings.first() {
        return Err(StoreFault::Damaged(match findings.len() {
            1 => first.clone(),
            several => format!("{first}, and {} problems more", several - 1),
        }));
    }
    contents(&conn)
}

/// What a store holds.
pub(super) fn contents(conn: &Connection) -> StoreResult<Copied> {
    let revision = read::revision(conn)?;
    let mut counted = Vec::new();
    for layer in layers::all(conn)? {
        let count = format!("SELECT count(*) FROM {}", quoted(&layer.table));
        let features: i64 = conn.query_row(&count, [], |row| row.get(0))?;
        counted.push((layer.schema.id, features.unsigned_abs()));
    }
    Ok(Copied {
        revision,
        layers: counted,
    })
}

/// A copy on its way into a place.
pub(super) struct Taken {
    pub(super) fresh: Fresh,
    pub(super) copied: Copied,
    pub(super) identity: String,
}

/// Copies a copy once more, beside the place where it will be, and verifies that. The place may have been
/// named by a link.
pub(super) fn take_copy(from: &Path, [place, named]: [&Path; 2]) -> StoreResult<Taken> {
    let from = &*place::real(from);
    if !exists(from)? {
        return Err(StoreFault::Copy("there is no such file".into()));
    }
    witness::belongs(from)?;
    let format = open::inspect(from)?;
    fresh::sweep_beside(place);
    // It is not the copy that has the fault.
    let cannot = |cause: String| StoreFault::Told(StoreFault::ReadOnly(cause).at(named));
    let fresh = Fresh::beside(place).map_err(|error| {
        cannot(obstacle::around(place).unwrap_or_else(|| system::words(&error)))
    })?;
    let make = || {
        copy_pages(&open::looking(from)?, fresh.path())?;
        let mut conn =
            Connection::open_with_flags(fresh.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if format < ddl::FORMAT {
            let tx = conn.transaction()?;
            ddl::migrate(&tx, format)?;
            tx.commit()?;
        }
        read::identity(&conn)
    };
    let identity = make().map_err(|fault| match unwritable(&fault, place) {
        Some(cause) => cannot(cause),
        None => fault,
    })?;
    let copied = verified(fresh.path())?;
    Ok(Taken {
        fresh,
        copied,
        identity,
    })
}
