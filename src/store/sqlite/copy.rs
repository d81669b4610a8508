//! Copies of a store that are stores themselves: made while it is used, verified, put back.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::fault::{Fault, unwritable};
use super::open::{beside, exists};
use super::{SqliteStore, access, check, ddl, hold, layers, open, place, read, restoring, witness};
use crate::atlas::model::change::Revision;
use crate::fresh::{self, Fresh, folder_of};
use crate::geopackage::alone;
use crate::geopackage::names::quoted;
use crate::store::{Depth, StoreError};
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

impl SqliteStore {
    /// Copies the store, as it is at this moment, to a new file. Others may read and commit meanwhile.
    /// The copy is one file without a log, verified from end to end and durable when this returns.
    ///
    /// # Errors
    /// If there is a file of that name, it cannot be written, or the copy has a problem.
    pub fn backup(&self, to: &Path) -> Result<Copied, StoreError> {
        let at_copy = |fault: Fault| fault.at(to);
        if to.symlink_metadata().is_ok() {
            let there = "there is a file of this name already, and a backup never takes its place";
            return Err(at_copy(Fault::Copy(there.into())));
        }
        // Whoever opens the copy takes what lies beside it for its own.
        let mut companions = restoring::COMPANIONS
            .iter()
            .map(|suffix| beside(to, suffix));
        if let Some(of_another) = companions.find(|path| path.symlink_metadata().is_ok()) {
            return Err(at_copy(Fault::Copy(format!(
                "there is a file {} already, which is of another store and would be taken for this one's; move \
                 it elsewhere, or give the copy another name",
                of_another.display()
            ))));
        }
        fresh::sweep_beside(to);
        let fresh = Fresh::beside(to).map_err(|error| at_copy(cannot_write(to, &error)))?;
        let copied = self.read_one_state(|conn| {
            let wanted = contents(conn)?;
            copy_pages(conn, fresh.path()).map_err(|fault| match unwritable(&fault, to) {
                Some(cause) => Fault::Told(at_copy(cannot_be_written(&cause))),
                None => fault,
            })?;
            Ok(wanted)
        })?;
        let found = verified(fresh.path()).map_err(at_copy)?;
        if found != copied {
            return Err(at_copy(Fault::Copy(
                "it does not hold what the store holds".into(),
            )));
        }
        match fresh.put_new(to) {
            Ok(true) => Ok(copied),
            Ok(false) => Err(at_copy(Fault::Copy(
                "another program has made a file of this name".into(),
            ))),
            Err(error) => Err(at_copy(cannot_write(to, &error))),
        }
    }

    /// Puts a copy of a store in the place of a store, or where none is. The copy is verified first and
    /// stays as it is; what was in the place is moved aside with its log.
    ///
    /// # Errors
    /// If the copy has a problem or is the store itself, nothing can be written there, or any program has
    /// the store open.
    pub fn restore(from: &Path, store: &Path) -> Result<Restored, StoreError> {
        Self::restore_if(from, store, || true)
    }

    /// The same, if it may still be done when the copy is verified and nothing is moved yet: after that it
    /// is not to be interrupted.
    ///
    /// # Errors
    /// The same, and [`StoreError::Interrupted`] if it may not.
    pub fn restore_if(
        from: &Path,
        store: &Path,
        may_go_on: impl FnOnce() -> bool,
    ) -> Result<Restored, StoreError> {
        let place = &*place::real(store);
        may_restore(from, place, store)?;
        // What somebody holds is not swept, whatever it is called. Where there are no locks nothing is.
        let held = File::open(from);
        let _ = held.as_ref().map(File::try_lock_shared);
        let taken = take_copy(from, [place, store]).map_err(|fault| fault.at(from))?;
        if !may_go_on() {
            return Err(Fault::Interrupted.at(store));
        }
        let restored = restoring::put_back([place, store], taken, &|| Ok(()));
        restored.map_err(|fault| fault.at(store))
    }
}

/// Holds that a copy is another file than the store whose place it takes, and that it can be put there.
fn may_restore(from: &Path, place: &Path, store: &Path) -> Result<(), StoreError> {
    if let (Ok(copy), Ok(there)) = (hold::file_id(from), hold::file_id(place))
        && copy == there
    {
        let detail = "it is the store itself; a copy to be put in its place must be another file";
        return Err(Fault::Copy(detail.into()).at(from));
    }
    let folder = folder_of(place);
    if !folder.is_dir() {
        let detail = format!("there is no folder {}", folder.display());
        return Err(Fault::System(detail).at(store));
    }
    match access::obstacle_around(place) {
        Some(cause) => Err(Fault::ReadOnly(cause).at(store)),
        None => Ok(()),
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Fault {
    let cause = access::obstacle_around(path).unwrap_or_else(|| system::words(error));
    cannot_be_written(&cause)
}

fn cannot_be_written(cause: &str) -> Fault {
    Fault::Copy(format!("it cannot be written: {cause}"))
}

/// Copies what a connection sees into a file, which is then one without a log.
fn copy_pages(from: &Connection, to: &Path) -> Result<(), Fault> {
    let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Backup::new(from, &mut copy)?.step(ALL_PAGES)?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// What a copy holds that has been verified.
fn verified(copy: &Path) -> Result<Copied, Fault> {
    let conn = alone::open(copy)?;
    let findings = check::findings(&conn, Depth::Whole, &mut |_, _| {});
    if let Some(first) = findings.first() {
        return Err(Fault::Damaged(match findings.len() {
            1 => first.clone(),
            several => format!("{first}, and {} problems more", several - 1),
        }));
    }
    contents(&conn)
}

fn contents(conn: &Connection) -> Result<Copied, Fault> {
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
pub(super) fn take_copy(from: &Path, [place, named]: [&Path; 2]) -> Result<Taken, Fault> {
    let from = &*place::real(from);
    if !exists(from)? {
        return Err(Fault::Copy("there is no such file".into()));
    }
    witness::belongs(from)?;
    let format = open::inspect(from)?;
    fresh::sweep_beside(place);
    // It is not the copy that has the fault.
    let cannot = |cause: String| Fault::Told(Fault::ReadOnly(cause).at(named));
    let fresh = Fresh::beside(place).map_err(|error| {
        cannot(access::obstacle_around(place).unwrap_or_else(|| system::words(&error)))
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
