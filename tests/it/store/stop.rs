//! The end of a store's use, and what is witnessed of it outside the database.

use std::fs;
use std::path::PathBuf;

use super::*;

/// A store with a few commits in its log, whose process was killed: what it leaves, under another
/// name in the same folder.
fn killed(folder: &TempDir, store: &SqliteStore, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    for suffix in ["", "-wal", ".head"] {
        let of = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        fs::copy(of(store.path()), of(&path)).unwrap();
    }
    path
}

fn filled() -> (TempDir, SqliteStore) {
    let (folder, store) = empty();
    commit(&store, vec![posts(), post("a", "first")]).unwrap();
    (folder, store)
}

#[test]
fn a_closed_store_is_one_file_and_its_head() {
    let (folder, store) = filled();
    let other = SqliteStore::open(store.path()).unwrap();
    commit(&other, vec![post("b", "second")]).unwrap();
    assert_eq!(told(&store, 0).len(), 3);
    store.close();
    // The last one does it.
    assert!(names(&folder).contains(&"a store.gpkg-wal".to_owned()));
    drop(other);
    assert_eq!(names(&folder), ["a store.gpkg", "a store.gpkg.head"]);
    store.close();
    assert!(store.revision().is_err());
    assert!(commit(&store, vec![post("c", "third")]).is_err());
    // The file alone has everything.
    let copy = folder.path().join("copy.gpkg");
    fs::copy(store.path(), &copy).unwrap();
    assert_eq!(told(&SqliteStore::open(&copy).unwrap(), 0).len(), 3);
}

/// Wipes the pages of a main file that its log has too, but for the first, whose header says what the
/// file is: no reader may look at them, because whoever took in the log was killed halfway.
fn wipe_what_the_log_has(path: &Path) -> usize {
    const LOG_HEADER_BYTES: usize = 32;
    const FRAME_HEADER_BYTES: usize = 24;
    let log = fs::read(format!("{}-wal", path.display())).unwrap();
    let mut main = fs::read(path).unwrap();
    let page_bytes = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    let frames = log[LOG_HEADER_BYTES..].chunks_exact(FRAME_HEADER_BYTES + page_bytes);
    let pages = frames.map(|frame| u32::from_be_bytes(frame[..4].try_into().unwrap()) as usize);
    let mut wiped = 0;
    for page in pages.filter(|page| *page > 1) {
        if let Some(bytes) = main.get_mut((page - 1) * page_bytes..page * page_bytes) {
            bytes.fill(0);
            wiped += 1;
        }
    }
    fs::write(path, main).unwrap();
    wiped
}

#[test]
fn a_main_file_that_took_in_half_of_its_log_is_not_lost() {
    let (folder, store) = filled();
    commit(&store, vec![post("b", "second")]).unwrap();
    let path = killed(&folder, &store, "half.gpkg");
    assert!(wipe_what_the_log_has(&path) > 5);
    let half = SqliteStore::open(&path).unwrap();
    for _ in 0..3 {
        assert_eq!(half.revision().unwrap().number, 2);
        // Longer than a file must stand still before it is looked into.
        std::thread::sleep(std::time::Duration::from_millis(400));
    }
    assert_eq!(told(&half, 0).len(), 3);
    commit(&half, vec![post("c", "third")]).unwrap();
    check(&half);
}

#[test]
fn a_log_that_lost_its_end_is_found() {
    let (folder, store) = filled();
    commit(&store, vec![post("b", "second")]).unwrap();
    let path = killed(&folder, &store, "cut.gpkg");
    check(&SqliteStore::open(&path).unwrap());
    let path = killed(&folder, &store, "cut.gpkg");
    let log = PathBuf::from(format!("{}-wal", path.display()));
    let whole = fs::read(&log).unwrap();
    // From the end on: no half commit, only fewer of them.
    for bytes in [whole.len() - 4096, whole.len() / 2, 0] {
        let path = killed(&folder, &store, "cut.gpkg");
        fs::write(&log, &whole[..bytes]).unwrap();
        let cut = SqliteStore::open(&path).unwrap();
        assert!(cut.revision().unwrap().number < 2);
        let findings = super::findings(&cut);
        assert!(
            findings[0].contains("up to revision 2 were acknowledged"),
            "{findings:?}"
        );
        // What is committed later does not hide it.
        commit(&cut, vec![posts(), post("c", "third")]).unwrap();
        commit(&cut, vec![post("d", "fourth")]).unwrap();
        commit(&cut, vec![post("e", "fifth")]).unwrap();
        drop(cut);
        let findings = super::findings(&SqliteStore::open(&path).unwrap());
        assert!(
            findings[0].contains("up to revision 2 were acknowledged"),
            "{findings:?}"
        );
    }
}

#[test]
fn a_copy_is_not_mixed_with_the_log_of_another() {
    let (folder, store) = empty();
    commit(&store, vec![posts(), post("a", "first")]).unwrap();
    drop(store);
    let path = folder.path().join("a store.gpkg");
    let backup = fs::read(&path).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    let rows = (0..3000).map(|n| post(&n.to_string(), &"x".repeat(100)));
    commit(&store, rows.collect()).unwrap();
    drop(store);
    // The main file has gone on since, and so has the log after it.
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, vec![post("b", "second")]).unwrap();
    let path = killed(&folder, &store, "restored.gpkg");
    fs::write(&path, &backup).unwrap();
    let log = fs::read(folder.path().join("restored.gpkg-wal")).unwrap();
    for open in [SqliteStore::open, SqliteStore::open_existing] {
        let error = open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Mismatched { .. }), "{error}");
        assert!(error.to_string().contains("bordermap restore"), "{error}");
    }
    assert!(fs::read(&path).unwrap() == backup, "it is left as it is");
    assert!(fs::read(folder.path().join("restored.gpkg-wal")).unwrap() == log);
    // The log without its file, and with another store's.
    fs::remove_file(&path).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Mismatched { .. }), "{error}");
    let (_other_folder, other) = filled();
    other.close();
    fs::copy(other.path(), &path).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Mismatched { .. }), "{error}");
    // Its own file is none of these.
    let path = killed(&folder, &store, "restored.gpkg");
    check(&SqliteStore::open(&path).unwrap());
}

#[test]
fn a_file_that_was_replaced_or_removed_takes_no_commit() {
    let (folder, store) = filled();
    let path = store.path().to_owned();
    let aside = folder.path().join("aside.gpkg");
    fs::rename(&path, &aside).unwrap();
    let error = commit(&store, vec![post("b", "second")]).unwrap_err();
    assert!(matches!(error, StoreError::Lost { .. }), "{error}");
    assert!(matches!(
        store.revision().unwrap_err(),
        StoreError::Lost { .. }
    ));
    // Nobody makes a new one beside those who have the old one open.
    let log = fs::read(folder.path().join("a store.gpkg-wal")).unwrap();
    SqliteStore::open(&path).unwrap_err();
    let (_other_folder, other) = filled();
    other.close();
    fs::copy(other.path(), &path).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    let refused = matches!(
        error,
        StoreError::Lost { .. } | StoreError::Mismatched { .. }
    );
    assert!(refused, "{error}");
    assert!(fs::read(folder.path().join("a store.gpkg-wal")).unwrap() == log);
    // It has come back.
    fs::rename(&aside, &path).unwrap();
    assert_eq!(moved::settled(&store), bordermap::store::Standing::Whole);
    commit(&store, vec![post("b", "second")]).unwrap();
    drop(store);
    check(&SqliteStore::open(&path).unwrap());
}

/// Waits, for a while, until a store says that it is lost.
fn lost(store: &SqliteStore) -> String {
    for _ in 0..100 {
        if let bordermap::store::Standing::Lost(why) = store.standing() {
            return why;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it is not noticed");
}

#[test]
fn a_file_that_is_overwritten_in_place_is_noticed() {
    let (_other_folder, other) = filled();
    let other_path = other.path().to_owned();
    drop(other);
    let overwrites: [&dyn Fn(&Path); 4] = [
        &|path| fs::write(path, fs::read(&other_path).unwrap()).unwrap(),
        &|path| fs::write(path, fs::read(path.with_extension("old")).unwrap()).unwrap(),
        &|path| {
            fs::OpenOptions::new()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(20_000)
                .unwrap();
        },
        &|path| fs::write(path, b"garbage".repeat(5000)).unwrap(),
    ];
    for overwrite in overwrites {
        let (folder, store) = empty();
        let path = store.path().to_owned();
        drop(store);
        fs::copy(&path, path.with_extension("old")).unwrap();
        let store = SqliteStore::open(&path).unwrap();
        commit(&store, vec![posts(), post("a", "first")]).unwrap();
        drop(store);
        let store = SqliteStore::open(&path).unwrap();
        commit(&store, vec![post("b", "second")]).unwrap();
        assert_eq!(store.standing(), bordermap::store::Standing::Whole);
        overwrite(&path);
        lost(&store);
        let written = fs::read(&path).unwrap();
        let error = commit(&store, vec![post("c", "third")]).unwrap_err();
        assert!(
            matches!(error, StoreError::Lost { .. } | StoreError::Damaged { .. }),
            "{error}"
        );
        // Nobody else writes to it either, and the end leaves it as it is.
        SqliteStore::open(&path).unwrap_err();
        drop(store);
        assert!(fs::read(&path).unwrap() == written);
        drop(folder);
    }
}

#[test]
fn a_log_that_is_removed_is_noticed() {
    let (folder, store) = filled();
    fs::remove_file(folder.path().join("a store.gpkg-wal")).unwrap();
    assert!(lost(&store).contains("log"));
    let error = commit(&store, vec![post("b", "second")]).unwrap_err();
    assert!(matches!(error, StoreError::Lost { .. }), "{error}");
}

#[test]
fn checkpoints_of_others_are_no_overwriting() {
    let (_folder, store) = filled();
    let other = SqliteStore::open(store.path()).unwrap();
    for round in 0..4 {
        let rows = (0..4000).map(|n| post(&n.to_string(), &format!("{round}{}", "x".repeat(99))));
        commit(&other, rows.collect()).unwrap();
        for _ in 0..3 {
            assert_eq!(store.standing(), bordermap::store::Standing::Whole);
            std::thread::sleep(std::time::Duration::from_millis(160));
        }
    }
    drop(other);
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert_eq!(store.standing(), bordermap::store::Standing::Whole);
}
