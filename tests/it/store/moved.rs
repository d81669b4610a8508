//! A store that is lost while somebody has it open: nobody writes to what has its name, and it goes on
//! if it comes back as it was.

use std::fs;
use std::path::PathBuf;

use bordermap::store::Standing;

use super::*;

/// A store in a folder within another, with a commit in its log, and a copy of it from before.
fn served() -> (TempDir, SqliteStore, PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("d");
    fs::create_dir(&folder).unwrap();
    let store = SqliteStore::open(&folder.join("s.gpkg")).unwrap();
    commit(&store, vec![posts(), post("a", "first")]).unwrap();
    let copy = outer.path().join("copy.gpkg");
    store.backup(&copy).unwrap();
    commit(&store, vec![post("b", "second")]).unwrap();
    (outer, store, copy)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

#[track_caller]
fn check_refused(path: &Path) {
    match SqliteStore::open(path) {
        Err(StoreError::Lost { .. }) => {}
        other => panic!("it would be written: {other:?}"),
    }
}

#[test]
fn nobody_writes_to_what_took_the_name_of_a_store_and_its_record() {
    let (_outer, store, copy) = served();
    let path = store.path().to_owned();
    for suffix in ["", "-wal", "-shm", ".head"] {
        fs::remove_file(beside(&path, suffix)).unwrap();
    }
    // What follows a store asks it several times a second.
    store.revision().unwrap_err();
    check_refused(&path);
    fs::copy(&copy, &path).unwrap();
    store.revision().unwrap_err();
    check_refused(&path);
    check_refused(&path);
    // Also after the record was removed once more.
    fs::remove_file(beside(&path, ".head")).unwrap();
    store.revision().unwrap_err();
    check_refused(&path);
    // With its end it lets go of the name.
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, vec![post("c", "third")]).unwrap();
    check(&store);
}

#[test]
fn nobody_writes_to_what_took_the_name_of_a_folder() {
    let (outer, store, copy) = served();
    let (folder, away) = (outer.path().join("d"), outer.path().join("e"));
    fs::rename(&folder, &away).unwrap();
    store.revision().unwrap_err();
    fs::create_dir(&folder).unwrap();
    fs::copy(&copy, folder.join("s.gpkg")).unwrap();
    store.revision().unwrap_err();
    check_refused(&folder.join("s.gpkg"));
    // It comes back, and what had its name is held by nobody.
    let other = outer.path().join("f");
    fs::rename(&folder, &other).unwrap();
    fs::rename(&away, &folder).unwrap();
    assert_eq!(settled(&store), Standing::Whole);
    assert_eq!(store.revision().unwrap().number, 2);
    commit(&store, vec![post("c", "third")]).unwrap();
    check(&store);
    let other = SqliteStore::open(&other.join("s.gpkg")).unwrap();
    commit(&other, vec![post("d", "fourth")]).unwrap();
}

#[test]
fn a_record_that_was_removed_is_put_back() {
    let (_outer, store, copy) = served();
    let path = store.path().to_owned();
    fs::remove_file(beside(&path, ".head")).unwrap();
    store.revision().unwrap();
    let error = SqliteStore::restore(&copy, &path).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    let other = SqliteStore::open(&path).unwrap();
    commit(&other, vec![post("c", "third")]).unwrap();
    drop(store);
    other.revision().unwrap();
    check(&other);
}

/// Waits, for a while, until a store has made up its mind.
pub(super) fn settled(store: &SqliteStore) -> Standing {
    for _ in 0..40 {
        match store.standing() {
            Standing::Lost(why) if why.contains("is being looked at") => {}
            other => return other,
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it goes on looking");
}

#[test]
fn a_file_that_comes_back_as_it_was_is_gone_on_with() {
    let (outer, store, _) = served();
    let path = store.path().to_owned();
    fs::rename(&path, outer.path().join("moved.gpkg")).unwrap();
    store.revision().unwrap_err();
    fs::rename(outer.path().join("moved.gpkg"), &path).unwrap();
    assert_eq!(settled(&store), Standing::Whole);
    commit(&store, vec![post("c", "third")]).unwrap();
    check(&store);
}

#[test]
fn a_file_that_was_written_to_under_another_name_is_not_mixed_with_the_log() {
    for is_in_the_file in [false, true] {
        let (_outer, store, _) = served();
        let path = store.path().to_owned();
        let moved = path.with_file_name("moved.gpkg");
        if is_in_the_file {
            rusqlite::Connection::open(&path)
                .unwrap()
                .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
                .unwrap();
        }
        fs::rename(&path, &moved).unwrap();
        store.revision().unwrap_err();
        let Ok(other) = SqliteStore::open(&moved) else {
            // SQLite itself refuses, within one process, while its log lies under the old name.
            assert!(!is_in_the_file);
            continue;
        };
        let changes = vec![posts(), post("x", "elsewhere")];
        commit(&other, changes).unwrap();
        drop(other);
        let written = fs::read(&moved).unwrap();
        fs::rename(&moved, &path).unwrap();
        // Not for a moment is it taken for what it was.
        for _ in 0..12 {
            assert!(matches!(store.standing(), Standing::Lost(_)));
            commit(&store, vec![post("c", "third")]).unwrap_err();
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let Standing::Lost(why) = settled(&store) else {
            panic!("it is followed again");
        };
        assert!(why.contains("another state"), "{why}");
        drop(store);
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Mismatched { .. }), "{error}");
        assert!(fs::read(&path).unwrap() == written);
    }
}
