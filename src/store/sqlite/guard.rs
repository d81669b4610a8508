//! Whoever opens a store's name must find out that it is held here, whatever became of the record that
//! was locked: it may have been removed or moved with the folder, and another file have the name.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::PoisonError;

use super::head::{FileId, HeadRecord, SUFFIX};
use super::hold::{Hold, id_of, open_record};
use super::place;
use crate::fresh::beside;

impl Hold {
    /// Sees to it that the head record under the store's name is locked and says which file is held.
    /// Commands then refuse to write to another one. Where that cannot be done now, it is tried again
    /// with the next call. Microseconds, if all is as it was.
    pub(super) fn stand(&self, is_lost: bool) {
        let mut record = self.record();
        let Some(own) = &*record else { return };
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        let place = if is_lost {
            // A link may lead elsewhere now.
            &*place::real(&self.named)
        } else {
            &self.store
        };
        let there = fs::metadata(beside(place, SUFFIX)).ok();
        let there = there.as_ref().map(id_of);
        if there.is_some() && there == id(own) {
            *guard = None;
            return;
        }
        let is_guarded = there.is_some() && there == guard.as_ref().and_then(id);
        if is_lost {
            if !is_guarded {
                *guard = self.claim(place, None);
            }
            return;
        }
        // The file is where it was, its record is not.
        let known = HeadRecord::read(own);
        // Of the same process, but another handle: it would be in its own way.
        *guard = None;
        if let Some(claimed) = self.claim(place, known.as_ref()) {
            *record = Some(claimed);
        }
    }

    /// Locks the record of a place and says in it which file is held; what is known goes into one that
    /// knows less. `None` if somebody else has it for another file.
    fn claim(&self, place: &Path, known: Option<&HeadRecord>) -> Option<File> {
        let record = open_record(place).ok()?;
        match record.try_lock() {
            Ok(()) => {
                let mut head = HeadRecord::read(&record).unwrap_or_default();
                if let Some(known) = known
                    && (head.identity != known.identity || head.revision < known.revision)
                {
                    head = known.clone();
                }
                head.file = Some(self.file);
                // Between the two locks somebody may have taken it for himself.
                let is_had = head.write(&record).is_ok() && record.try_lock_shared().is_ok();
                (is_had && held_in(&record) == Some(self.file)).then_some(record)
            }
            Err(TryLockError::WouldBlock) => {
                let is_had = record.try_lock_shared().is_ok();
                (is_had && held_in(&record) == Some(self.file)).then_some(record)
            }
            Err(TryLockError::Error(_)) => None,
        }
    }
}

fn id(file: &File) -> Option<FileId> {
    Some(id_of(&file.metadata().ok()?))
}

fn held_in(record: &File) -> Option<FileId> {
    HeadRecord::read(record)?.file
}
