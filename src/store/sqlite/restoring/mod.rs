//! Putting a copy in a store's place: what is moved where, in which order, and what becomes of that when
//! it is interrupted.
//!
//! 1. The head record says that it is `restoring`, to which name and `putting` which file; durably.
//! 2. What was there gets a head record of its own under its other name.
//! 3. It moves there, its log first: a file without its log would pass for a whole one.
//! 4. The copy gets the store's name.
//! 5. The head record becomes that of the copy.
//!
//! Nobody opens what is only half there: the head record of the one name and the missing file of the other
//! forbid it. Whoever restores again goes on with the same name, so that all of it comes to lie together.

mod halted;

use std::fs::{self, File, TryLockError};
use std::path::Path;

use rustix::fs::FlockOperation;

use super::copy::{Restored, Taken};
use super::fault::{StoreFault, StoreResult};
use super::head::{self, HeadRecord};
use super::open::exists;
use super::{clock, hold};
use crate::atlas::model::time::rfc3339;
use crate::fresh::{self, beside};
use crate::store::StoreError;
use halted::{Begun, RestoreProgress};

pub(super) use halted::{refuse, settle};

/// What lies beside a store's file and is taken for its own.
pub(super) const COMPANIONS: [&str; 5] = ["-wal", "-journal", "-shm", ".prepared", head::SUFFIX];
/// What belongs to a store and moves with it, in this order.
const PARTS: [&str; 5] = ["-wal", "-journal", "-shm", MAIN, ".prepared"];
/// The main file.
const MAIN: &str = "";
/// Without these a file may not be what it was.
const NEEDED: [&str; 3] = ["-wal", "-journal", MAIN];
/// What the other name of what was there goes on with.
const BEFORE: &str = ".before-";

/// Puts a copy in a store's place, which may have been named by a link. `step` is asked before each change
/// whether to go on.
pub(super) fn put_back(
    [store, named]: [&Path; 2],
    taken: Taken,
    step: &dyn Fn() -> StoreResult<()>,
) -> StoreResult<Restored> {
    let Taken {
        fresh,
        copied,
        identity,
    } = taken;
    // Held until the end.
    let (record, _theirs) = lock(store, named)?;
    let mut before = HeadRecord::read(&record).unwrap_or_default();
    let begun = Begun::of(store, &before);
    (before.restoring, before.putting, before.kept) = (None, None, None);
    let kept = begun.as_ref().and_then(Begun::kept);
    let suffix = match begun {
        None => free_suffix(store),
        Some(begun) => match begun.progress {
            RestoreProgress::Unmoved | RestoreProgress::Between => begun.suffix,
            RestoreProgress::Put | RestoreProgress::Replaced => {
                // It tells of what was moved.
                before = HeadRecord::default();
                free_suffix(store)
            }
        },
    };
    let aside = beside(store, &suffix);
    HeadRecord {
        restoring: Some(suffix),
        putting: Some(hold::file_id(fresh.path())?),
        kept: kept.clone(),
        ..before.clone()
    }
    .write_durably(&record, step)?;
    fresh::sync_folder(store);
    move_aside(store, &aside, &before, step)?;
    step()?;
    if !fresh.put_new(store)? {
        return Err(StoreFault::System(
            "another program has made a file of this name meanwhile".into(),
        ));
    }
    HeadRecord {
        identity,
        revision: copied.revision,
        file: Some(hold::file_id(store)?),
        ..HeadRecord::default()
    }
    .write_durably(&record, step)?;
    let is_anything_aside = PARTS.iter().any(|part| is_there(&beside(&aside, part)));
    Ok(Restored {
        copied,
        aside: is_anything_aside.then_some(aside),
        earlier: kept.map(|suffix| beside(store, &suffix)),
    })
}

/// A store's head record and its file, if there is one, locked against everybody: other programs, such as QGIS,
/// hold SQLite's own locks only.
fn lock(store: &Path, named: &Path) -> StoreResult<(File, Option<File>)> {
    let locked = || {
        StoreFault::Told(StoreError::Locked {
            path: named.display().to_string(),
        })
    };
    let record = hold::open_record(store)?;
    match record.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(locked()),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    if !exists(store)? {
        return Ok((record, None));
    }
    let file = File::options().read(true).write(true).open(store)?;
    rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive)
        .map_err(|_| locked())?;
    Ok((record, Some(file)))
}

impl HeadRecord {
    fn write_durably(&self, record: &File, step: &dyn Fn() -> StoreResult<()>) -> StoreResult<()> {
        step()?;
        self.write(record)?;
        step()?;
        Ok(record.sync_all()?)
    }
}

/// Moves what is there, or still there, with a head record that says what it must hold.
fn move_aside(
    store: &Path,
    aside: &Path,
    before: &HeadRecord,
    step: &dyn Fn() -> StoreResult<()>,
) -> StoreResult<()> {
    let moves: Vec<_> = PARTS
        .iter()
        .map(|part| [beside(store, part), beside(aside, part)])
        .filter(|[from, _]| is_there(from))
        .collect();
    if let Some([from, to]) = moves.iter().find(|[_, to]| is_there(to)) {
        return Err(StoreFault::Replaced(format!(
            "putting back a copy was interrupted, and there is a new {} since, though what it was is {} already; \
             move one of them elsewhere",
            from.display(),
            to.display()
        )));
    }
    let is_anything_there =
        !moves.is_empty() || PARTS.iter().any(|part| is_there(&beside(aside, part)));
    if is_anything_there && !before.identity.is_empty() && HeadRecord::beside(aside).is_none() {
        step()?;
        let record = hold::open_record(aside)?;
        before.write_durably(&record, step)?;
        fresh::sync_folder(aside);
    }
    for [from, to] in moves {
        step()?;
        fs::rename(from, to)?;
    }
    fresh::sync_folder(store);
    Ok(())
}

/// What the other name of what was there ends with: one that nothing has.
fn free_suffix(store: &Path) -> String {
    // To the second, without what some file systems have no place for in a name.
    let now = rfc3339(clock::now_us()).unwrap_or_default();
    let now: String = now
        .chars()
        .take(19)
        .filter(|c| *c != '-' && *c != ':')
        .collect();
    let stem = format!("{BEFORE}{now}Z");
    let is_free = |suffix: &String| {
        let aside = beside(store, suffix);
        let mut all = COMPANIONS.iter().chain([&MAIN]);
        !all.any(|part| is_there(&beside(&aside, part)))
    };
    let others = (2..).map(|number| format!("{stem}-{number}"));
    let mut all = std::iter::once(stem.clone()).chain(others);
    all.find(is_free).unwrap_or(stem)
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::head::FileId;
    use super::*;
    use crate::atlas::model::change::{Change, Origin};
    use crate::store::sqlite::SqliteStore;
    use crate::store::sqlite::copy::take_copy;
    use crate::store::{Depth, Store};

    /// The revisions of the copy, and of what it replaces.
    const REVISIONS: [u64; 2] = [2, 4];

    fn commit(store: &SqliteStore) {
        let title = store.revision().unwrap().number.to_string();
        let schema = serde_json::from_value(serde_json::json!({"id": "posts", "title": title}));
        let change = Change::Layer(Box::new(schema.unwrap()));
        store
            .commit(Origin::User, &mut std::iter::once(Ok(change)))
            .unwrap();
    }

    /// A copy, and a later store as a killed process leaves it: its last commit is in its log alone.
    fn killed() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let store = SqliteStore::open(&at("made.gpkg")).unwrap();
        commit(&store);
        commit(&store);
        store.backup(&at("copy.gpkg")).unwrap();
        commit(&store);
        drop(store);
        let store = SqliteStore::open(&at("made.gpkg")).unwrap();
        commit(&store);
        for part in ["", "-wal", ".head"] {
            fs::copy(
                at(&format!("made.gpkg{part}")),
                at(&format!("s.gpkg{part}")),
            )
            .unwrap();
        }
        drop(store);
        folder
    }

    fn number(store: &SqliteStore) -> u64 {
        let findings = store.check(Depth::Whole, &mut |_, _| {}).unwrap();
        assert_eq!(findings, Vec::<String>::new());
        store.revision().unwrap().number
    }

    /// Restores, and stops before a step, counted from 0; what came of it if there is none such.
    fn stopped_at(copy: &Path, store: &Path, at: u32) -> Option<Restored> {
        let taken = take_copy(copy, [store, store]).unwrap();
        let left = Cell::new(at);
        let step = || match left.get() {
            0 => Err(StoreFault::System("killed".into())),
            steps => {
                left.set(steps - 1);
                Ok(())
            }
        };
        put_back([store, store], taken, &step).ok()
    }

    /// Opens a store as somebody does who does not know; what that says.
    fn looked_at(store: &Path) -> String {
        match SqliteStore::open(store) {
            Ok(opened) => {
                assert!(REVISIONS.contains(&number(&opened)));
                opened.halted_restore().unwrap_or_default().to_owned()
            }
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("interrupted"), "{text}");
                text
            }
        }
    }

    #[test]
    fn nothing_is_lost_however_a_restore_is_interrupted() {
        let killed = killed();
        let stops = (0..100).find(|at| {
            let ways = [
                (None, false),
                (None, true),
                (Some(*at), false),
                (Some(at / 2), true),
                (Some(at + 1), true),
            ];
            !ways
                .into_iter()
                .all(|(again, looks)| is_interrupted_without_loss(killed.path(), *at, again, looks))
        });
        assert!(stops.is_some_and(|at| at > 8), "{stops:?} steps");
    }

    /// Restores over what lies in a folder, stopped before a step and perhaps before another, perhaps looked at
    /// between; then restores whole. Whether there was such a step.
    fn is_interrupted_without_loss(
        killed: &Path,
        at: u32,
        again: Option<u32>,
        looks: bool,
    ) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let [copy, store] = ["copy.gpkg", "s.gpkg"].map(|name| folder.path().join(name));
        for name in ["copy.gpkg", "s.gpkg", "s.gpkg-wal", "s.gpkg.head"] {
            fs::copy(killed.join(name), folder.path().join(name)).unwrap();
        }
        let mut told = Vec::new();
        let restoring = || HeadRecord::beside(&store).and_then(|head| head.restoring);
        if stopped_at(&copy, &store, at).is_some() {
            return false;
        }
        // Of one that is over nothing is to be told; what was there lies beside it.
        let mut is_over_untold = restoring().is_none();
        told.extend(looks.then(|| looked_at(&store)));
        let mut restored = Vec::new();
        if let Some(again) = again {
            restored.extend(stopped_at(&copy, &store, again));
            is_over_untold |= restoring().is_none();
            told.extend(looks.then(|| looked_at(&store)));
        }
        restored.push(SqliteStore::restore(&copy, &store).unwrap());
        let restored = restored.into_iter();
        let paths = restored.flat_map(|restored| [restored.aside, restored.earlier]);
        told.extend(paths.flatten().map(|path| path.display().to_string()));
        if is_over_untold {
            let entries = fs::read_dir(folder.path()).unwrap();
            told.extend(entries.map(|entry| entry.unwrap().path().display().to_string()));
        }
        let restored = SqliteStore::open(&store).unwrap();
        assert_eq!(restored.halted_restore(), None);
        assert_eq!(number(&restored), REVISIONS[0]);
        let words = told.iter().flat_map(|text| text.split([' ', ',', ';']));
        let mut kept = words
            .filter(|word| word.contains(BEFORE))
            .filter(|word| !COMPANIONS.iter().any(|part| word.ends_with(part)));
        let has_all = |path: &str| {
            SqliteStore::open_existing(path.as_ref())
                .is_ok_and(|store| number(&store) == REVISIONS[1])
        };
        assert!(kept.any(has_all), "{at} {again:?} {looks}: {told:?}");
        true
    }

    #[test]
    fn a_copy_that_was_all_but_put_back_lacks_nothing() {
        let killed = killed();
        let [copy, store] = ["copy.gpkg", "s.gpkg"].map(|name| killed.path().join(name));
        let mut at = 0;
        while !fs::exists(&store).unwrap() || hold::file_id(&store).ok() != putting(&store) {
            assert!(stopped_at(&copy, &store, at).is_none());
            at += 1;
        }
        let opened = SqliteStore::open(&store).unwrap();
        assert_eq!(number(&opened), REVISIONS[0]);
        let told = opened.halted_restore().unwrap();
        assert!(told.contains("this is the copy; what was there"), "{told}");
    }

    fn putting(store: &Path) -> Option<FileId> {
        HeadRecord::beside(store)?.putting
    }

    #[test]
    fn what_came_since_is_not_mixed_with_what_was_moved() {
        let killed = killed();
        let [copy, store] = ["copy.gpkg", "s.gpkg"].map(|name| killed.path().join(name));
        assert!(stopped_at(&copy, &store, 6).is_none());
        assert!(!is_there(&beside(&store, "-wal")) && is_there(&store));
        fs::write(beside(&store, "-wal"), "of another program").unwrap();
        let error = SqliteStore::restore(&copy, &store).unwrap_err().to_string();
        assert!(error.contains("move one of them elsewhere"), "{error}");
        fs::remove_file(beside(&store, "-wal")).unwrap();
        let aside = SqliteStore::restore(&copy, &store).unwrap().aside.unwrap();
        assert_eq!(number(&SqliteStore::open(&aside).unwrap()), REVISIONS[1]);
    }
}
