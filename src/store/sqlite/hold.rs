//! Holding a store's file: a lock beside it that tells others that it is in use, and of which file.
//! The lock is a shared one on the head record, which goes with the process however that ends; what
//! must have the store for itself takes it exclusively.
//!
//! The main file is never opened here: closing any handle of it would take SQLite's own locks from
//! this process.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use super::fault::{StoreFault, StoreResult};
use super::head::{Alone, FileId, HeadRecord, SUFFIX};
use super::lock;
use super::witness::{self, STILL};
use crate::atlas::model::change::Revision;
use crate::fresh::beside;

/// A store's file that is held.
#[derive(Debug)]
pub(super) struct Hold {
    pub(super) store: PathBuf,
    /// What it was called, perhaps by a link.
    pub(super) named: PathBuf,
    /// The main file that was opened.
    pub(super) file: FileId,
    /// The log that is used.
    log: OnceLock<FileId>,
    watch: Mutex<Watch>,
    /// The head record, locked; none where it cannot be written.
    record: Mutex<Option<File>>,
    /// The head record that is under the store's name while the store is lost, locked.
    pub(super) guard: Mutex<Option<File>>,
}

/// What was seen of the main file.
#[derive(Debug, Default)]
struct Watch {
    /// As it was when it was last looked into and found whole.
    seen: Option<Stamp>,
    /// What it has changed to, since when.
    changed: Option<(Stamp, Instant)>,
    overwritten: Option<String>,
    /// It was not in its place, and has not been looked into since.
    was_away: bool,
}

/// The main file's size and time of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: (i64, i64),
}

impl Hold {
    /// Holds the file of a path together with others who have it open. It may have been named by a link.
    ///
    /// # Errors
    /// If they have another file open than the path leads to.
    pub(super) fn take(store: &Path, named: &Path) -> StoreResult<Self> {
        let file = file_id(store)?;
        // Where nothing can be written nobody needs to be told.
        let record = open_record(store).ok();
        if let Some(record) = &record {
            lock::share([store, named], record, file)?;
        }
        Ok(Self {
            store: store.to_owned(),
            named: named.to_owned(),
            file,
            log: OnceLock::new(),
            watch: Mutex::default(),
            record: Mutex::new(record),
            guard: Mutex::default(),
        })
    }

    /// Whether the path still leads to the file that was opened, with what was written to it; if not,
    /// what happened to it. Microseconds, unless the file has changed.
    pub(super) fn lost(&self) -> Option<String> {
        let facts = match self.in_place() {
            Ok(facts) => facts,
            Err(lost) => {
                self.watch().was_away = true;
                return Some(lost.into());
            }
        };
        if !self.has_its_log() {
            return Some("its log was removed or replaced".into());
        }
        self.overwritten(Stamp {
            bytes: facts.len(),
            modified: (facts.mtime(), facts.mtime_nsec()),
        })
    }

    /// Whether the log that is used is the one beside the path.
    fn has_its_log(&self) -> bool {
        let log = self.log.get();
        log.is_none_or(|log| file_id(&self.log_path()).ok() == Some(*log))
    }

    fn log_path(&self) -> PathBuf {
        beside(&self.store, "-wal")
    }

    /// The fault of a commit that is durable, but in a file that has lost its name: how.
    pub(super) fn misplaced(&self, revision: Revision, lost: String) -> StoreFault {
        StoreFault::Misplaced {
            revision: revision.number,
            log: self.log_path(),
            detail: lost,
        }
    }

    /// What the system knows of the main file, if it is where it was.
    fn in_place(&self) -> Result<Metadata, &'static str> {
        let facts = match fs::metadata(&self.store) {
            Ok(facts) => facts,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err("its file was removed or moved away");
            }
            Err(_) => return Err("its file cannot be reached"),
        };
        if id_of(&facts) != self.file {
            return Err("another file was put in its place");
        }
        // Who opens it by that name, now or later, would write to what nobody here reads.
        if self.named != self.store && file_id(&self.named).ok() != Some(self.file) {
            return Err("the link by which it was opened leads elsewhere now");
        }
        Ok(facts)
    }

    /// Whether somebody has written over the main file. It changes whenever the log is brought into
    /// it; it is looked into when it stands still again.
    fn overwritten(&self, stamp: Stamp) -> Option<String> {
        let mut watch = self.watch();
        if watch.seen == Some(stamp) {
            watch.was_away = false;
            return None;
        }
        match watch.changed {
            Some((changed, at)) if changed == stamp => {
                if at.elapsed() >= STILL {
                    let head = self.record().as_ref().and_then(HeadRecord::read);
                    watch.overwritten =
                        head.and_then(|head| witness::overwritten(&self.store, &head));
                    watch.was_away = false;
                    if watch.overwritten.is_some() {
                        // Whoever has committed may not have noted it yet: it is looked into again.
                        watch.changed = Some((stamp, Instant::now()));
                    } else {
                        watch.seen = Some(stamp);
                    }
                }
            }
            _ => watch.changed = Some((stamp, Instant::now())),
        }
        // Somebody may have written to it under another name, with another log.
        let looked_at = || "its file has come back and is being looked at".to_owned();
        let overwritten = watch.overwritten.clone();
        overwritten.or_else(|| watch.was_away.then(looked_at))
    }

    /// From here on the log that is there now is the one that is used.
    pub(super) fn watch_log(&self) {
        if let Ok(log) = file_id(&self.log_path()) {
            let _ = self.log.set(log);
        }
    }

    /// Takes note of what was found when the store was opened. `newest` asks the store for its newest
    /// revision with its hash, `has` whether a revision is in its history, with that hash if one is known.
    /// What is noted of another store is forgotten; what was acknowledged and is not there stays noted as
    /// lost.
    pub(super) fn opened(
        &self,
        identity: &str,
        newest: impl FnOnce() -> StoreResult<(Revision, Option<String>)>,
        has: impl Fn(Revision, Option<&str>) -> StoreResult<bool>,
    ) -> StoreResult<Option<Revision>> {
        let record = self.record();
        let Some(record) = &*record else {
            return Ok(None);
        };
        let _alone = Alone::with(record);
        // The record before the store: what others commit in between must not look as if it were lost.
        let known = HeadRecord::read(record);
        let (newest, hash) = newest()?;
        let mut head = match known.clone() {
            Some(head) if head.identity == identity => head,
            other => HeadRecord {
                identity: identity.to_owned(),
                revision: newest,
                file: other.and_then(|head| head.file),
                ..HeadRecord::default()
            },
        };
        if head.revision.number > 0
            && (newest < head.revision || !has(head.revision, head.hash.as_deref())?)
        {
            let lost = head.lost.map_or(0, |lost| lost.number);
            if head.revision.number > lost {
                head.lost = Some(head.revision);
            }
            head.base = None;
            head.log = None;
        }
        head.revision = newest;
        head.hash = hash;
        let log = witness::log_salts(&self.store);
        if log.is_none() || head.log != log || head.base.is_none() {
            head.base = witness::main_revision(&self.store);
            head.log = log;
        }
        head.file = Some(self.file);
        if known.as_ref() != Some(&head) {
            // Nothing depends on it: the store itself is whole.
            let _ = head.write(record);
        }
        Ok(head.lost)
    }

    /// Takes note of a commit that has become durable, of the revision before it, and of its hash.
    pub(super) fn committed(&self, before: Revision, revision: Revision, hash: Option<&str>) {
        self.note(|head| {
            let log = witness::log_salts(&self.store);
            if !self.has_its_log() {
                // Gone with the commit, or with the whole folder: nothing can be said of it now.
                head.base = None;
                head.log = None;
            } else if head.base.is_none() {
                head.base = witness::main_revision(&self.store);
                head.log = log;
            } else if head.log != log {
                // A log begins anew when the main file has taken in all of the one before. If others
                // have committed and not noted it yet, it may have begun with theirs.
                head.base = Some(before.min(head.revision));
                head.log = log;
            }
            // Another process may have noted a later one by now.
            if head.revision.number < revision.number {
                head.revision = revision;
                head.hash = hash.map(str::to_owned);
            }
        });
    }

    /// Takes note that the main file holds everything, and makes the record durable.
    pub(super) fn checkpointed(&self, newest: Revision) {
        self.note(|head| {
            if head.revision == newest {
                head.base = Some(newest);
                head.log = None;
            }
        });
        if let Some(record) = &*self.record() {
            let _ = record.sync_all();
        }
    }

    /// What was acknowledged and is not in the store.
    pub(super) fn missing(&self) -> Option<Revision> {
        let record = self.record();
        HeadRecord::read(record.as_ref()?)?.lost
    }

    /// Gives the lock back.
    pub(super) fn release(&self) {
        let mut record = self.record();
        *record = None;
        *self.guard.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn note(&self, change: impl FnOnce(&mut HeadRecord)) {
        let record = self.record();
        let Some(record) = &*record else { return };
        let _alone = Alone::with(record);
        if let Some(mut head) = HeadRecord::read(record) {
            change(&mut head);
            // Nothing depends on it: the store itself is whole.
            let _ = head.write(record);
        }
    }

    fn watch(&self) -> std::sync::MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn record(&self) -> std::sync::MutexGuard<'_, Option<File>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file as the system knows it.
pub(super) fn file_id(path: &Path) -> StoreResult<FileId> {
    Ok(id_of(&fs::metadata(path)?))
}

pub(super) fn id_of(facts: &Metadata) -> FileId {
    FileId {
        device: facts.dev(),
        inode: facts.ino(),
    }
}

/// Whether somebody has the store of a path open.
pub(super) fn is_in_use(store: &Path) -> bool {
    let record = File::open(beside(store, SUFFIX));
    record.is_ok_and(|record| matches!(record.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Opens the head record beside a store, makes an empty one if there is none.
pub(super) fn open_record(store: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(beside(store, SUFFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(number: u64) -> Revision {
        Revision {
            number,
            committed_at_us: 1_790_000_000_000_000,
        }
    }

    /// A folder with a store's file, and two who hold it.
    fn held() -> (tempfile::TempDir, [Hold; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.gpkg");
        fs::write(&store, "").unwrap();
        let both = [0; 2].map(|_| Hold::take(&store, &store).unwrap());
        let opened = both[0].opened("a", || Ok((revision(1), None)), |_, _| Ok(true));
        assert_eq!(opened.unwrap(), None);
        (folder, both)
    }

    #[test]
    fn what_is_committed_while_another_opens_is_not_lost() {
        let (_folder, [own, other]) = held();
        let newest = || {
            own.committed(revision(1), revision(2), None);
            Ok((revision(1), None))
        };
        let opened = other.opened("a", newest, |_, _| Ok(true));
        assert_eq!(opened.unwrap(), None);
        assert_eq!(other.missing(), None);
        // What was noted before is.
        own.committed(revision(2), revision(3), None);
        let opened = other.opened("a", || Ok((revision(2), None)), |_, _| Ok(true));
        assert_eq!(opened.unwrap(), Some(revision(3)));
    }

    #[test]
    fn a_log_may_have_begun_with_a_commit_that_is_not_noted_yet() {
        let (folder, [own, other]) = held();
        own.checkpointed(revision(1));
        fs::write(folder.path().join("store.gpkg-wal"), [7; 32]).unwrap();
        other.committed(revision(2), revision(3), None);
        own.committed(revision(1), revision(2), None);
        let head = HeadRecord::beside(&own.store).unwrap();
        assert_eq!(head.revision, revision(3));
        assert_eq!(head.base, Some(revision(1)));
    }
}
