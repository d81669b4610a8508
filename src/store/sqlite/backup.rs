//! A store copied while it is used, and a copy put back in a store's place.

use std::fs::File;
use std::path::Path;

use super::copy::{Copied, Restored, contents, copy_pages, take_copy, verified};
use super::fault::{StoreFault, unwritable};
use super::place;
use super::{SqliteStore, hold, obstacle, restoring};
use crate::fresh::{self, Fresh, beside, folder_of};
use crate::store::StoreError;
use crate::system;

impl SqliteStore {
    /// Copies the store, as it is at this moment, to a new file. Others may read and commit meanwhile.
    /// The copy is one file without a log, verified from end to end and durable when this returns.
    ///
    /// # Errors
    /// If there is a file of that name, it cannot be written, or the copy has a problem.
    pub fn backup(&self, to: &Path) -> Result<Copied, StoreError> {
        let at_copy = |fault: StoreFault| fault.at(to);
        if to.symlink_metadata().is_ok() {
            let there = "there is a file of this name already, and a backup never takes its place";
            return Err(at_copy(StoreFault::Copy(there.into())));
        }
        // Whoever opens the copy takes what lies beside it for its own.
        let mut companions = restoring::COMPANIONS
            .iter()
            .map(|suffix| beside(to, suffix));
        if let Some(of_another) = companions.find(|path| path.symlink_metadata().is_ok()) {
            return Err(at_copy(StoreFault::Copy(format!(
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
                Some(cause) => StoreFault::Told(at_copy(cannot_be_written(&cause))),
                None => fault,
            })?;
            Ok(wanted)
        })?;
        let found = verified(fresh.path()).map_err(at_copy)?;
        if found != copied {
            return Err(at_copy(StoreFault::Copy(
                "it does not hold what the store holds".into(),
            )));
        }
        match fresh.put_new(to) {
            Ok(true) => Ok(copied),
            Ok(false) => Err(at_copy(StoreFault::Copy(
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
            return Err(StoreFault::Interrupted.at(store));
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
        return Err(StoreFault::Copy(detail.into()).at(from));
    }
    let folder = folder_of(place);
    if !folder.is_dir() {
        let detail = format!("there is no folder {}", folder.display());
        return Err(StoreFault::System(detail).at(store));
    }
    match obstacle::around(place) {
        Some(cause) => Err(StoreFault::ReadOnly(cause).at(store)),
        None => Ok(()),
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> StoreFault {
    let cause = obstacle::around(path).unwrap_or_else(|| system::words(error));
    cannot_be_written(&cause)
}

fn cannot_be_written(cause: &str) -> StoreFault {
    StoreFault::Copy(format!("it cannot be written: {cause}"))
}
