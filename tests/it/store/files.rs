//! Files that are not what they should be: told plainly, left as they are.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Opens a file that must be refused, and holds that nothing in its folder has changed.
#[track_caller]
fn refused(path: &Path) -> StoreError {
    let state = || {
        let mut all: Vec<_> = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            // The locks of whoever has it open; no part of the data.
            .filter(|path| !path.as_os_str().to_string_lossy().ends_with("-shm"))
            .map(|path| (fs::read(&path).ok(), path))
            .collect();
        all.sort();
        all
    };
    let before = state();
    let error = SqliteStore::open(path).unwrap_err();
    SqliteStore::open_existing(path).unwrap_err();
    assert!(before == state(), "something has changed: {error}");
    error
}

/// A closed store of a few hundred features.
fn full() -> (TempDir, PathBuf) {
    let (folder, store) = empty();
    let posts = std::iter::once(posts());
    let rows = (0..500).map(|n| post(&n.to_string(), &"x".repeat(100)));
    commit(&store, posts.chain(rows).collect()).unwrap();
    let path = store.path().to_owned();
    (folder, path)
}

#[track_caller]
fn check_damaged(path: &Path, wanted: &str) {
    let error = refused(path);
    let StoreError::Damaged { detail, .. } = &error else {
        panic!("{error}");
    };
    assert!(detail.contains(wanted), "{detail}");
}

#[test]
fn a_newer_store_is_left_alone() {
    let (_folder, path) = full();
    raw(&path)
        .execute(
            "UPDATE bordermap_store SET text = '99' WHERE key = 'format'",
            [],
        )
        .unwrap();
    let error = refused(&path);
    assert!(
        matches!(
            error,
            StoreError::Newer {
                found: 99,
                supported: 2,
                ..
            }
        ),
        "{error}"
    );
}

/// One bit makes another format of a number: nothing is tried with what is not of that format.
#[test]
fn a_store_that_gives_a_wrong_format_is_left_alone() {
    let (_folder, path) = full();
    for format in ["0", "1"] {
        let say = "UPDATE bordermap_store SET text = ?1 WHERE key = 'format'";
        raw(&path).execute(say, [format]).unwrap();
        check_damaged(
            &path,
            &format!(
                "it says that it has format {format}, but its tables are not those of that format"
            ),
        );
    }
}

#[test]
fn files_that_are_no_store_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some#file?.gpkg");
    fs::write(&path, "").unwrap();
    check_damaged(&path, "it is empty");
    fs::write(&path, "a note to myself").unwrap();
    check_damaged(&path, "it is not an SQLite file");
    fs::write(&path, "a note to myself ".repeat(1000)).unwrap();
    check_damaged(&path, "it is not an SQLite file");
    fs::remove_file(&path).unwrap();

    for mode in ["DELETE", "WAL"] {
        let conn = raw(&path);
        conn.pragma_update(None, "journal_mode", mode).unwrap();
        conn.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
            .unwrap();
        drop(conn);
        check_damaged(&path, "not a GeoPackage");
        raw(&path)
            .pragma_update(None, "application_id", 0x4750_4B47)
            .unwrap();
        check_damaged(&path, "not one that bordermap has made");
        // Also while somebody works on it.
        let conn = raw(&path);
        conn.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        check_damaged(&path, "not one that bordermap has made");
        drop(conn);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn damaged_stores_are_left_alone() {
    let (_folder, path) = full();
    let whole = fs::read(&path).unwrap();
    for bytes in [50, 100, 4096, whole.len() / 2, whole.len() - 4096] {
        fs::write(&path, &whole[..bytes]).unwrap();
        check_damaged(&path, "");
    }
    let mut broken = whole.clone();
    broken[100..4096].fill(0xA5);
    fs::write(&path, &broken).unwrap();
    check_damaged(&path, "");
}

#[test]
fn damage_deeper_down_is_found_by_reading() {
    let (_folder, path) = full();
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    let mut found = 0;
    for page in 1..pages {
        let mut broken = whole.clone();
        broken[page * 4096..(page + 1) * 4096].fill(0xA5);
        fs::write(&path, &broken).unwrap();
        // Whatever is hit, there is an answer and no panic.
        if let Ok(store) = SqliteStore::open(&path) {
            assert_ne!(findings(&store), Vec::<String>::new(), "page {page}");
            if let Err(error) = store.changes_after(0, &mut |_| {}) {
                assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
                found += 1;
            }
        }
    }
    assert!(found > 0);
}

#[test]
fn checking_finds_what_was_changed_past_the_log() {
    let (_folder, path) = full();
    let changed = |sql: &str| {
        let conn = raw(&path);
        conn.pragma_update(None, "foreign_keys", false).unwrap();
        conn.execute_batch(sql).unwrap();
        drop(conn);
        findings(&SqliteStore::open_existing(&path).unwrap())
    };
    let finds = |sql: &str, wanted: &str| {
        let whole = fs::read(&path).unwrap();
        let findings = changed(sql);
        assert!(
            findings.iter().any(|finding| finding.contains(wanted)),
            "{findings:?}"
        );
        fs::write(&path, whole).unwrap();
    };
    assert_eq!(changed(""), Vec::<String>::new());
    finds(
        "DELETE FROM posts WHERE id = '7'",
        "\"7\" of layer posts is in the log, but not",
    );
    finds(
        "INSERT INTO posts (id) VALUES ('new')",
        "\"new\" of layer posts is in its table, but not",
    );
    finds(
        "UPDATE posts SET name = x'00'",
        "its field \"name\" is Blob",
    );
    finds(
        "UPDATE posts SET geom = x'00' WHERE id = '9'",
        "\"9\" of layer posts: its geometry is not",
    );
    finds("DELETE FROM bordermap_revisions", "is not in its revision");
    finds("UPDATE gpkg_contents SET max_x = 90", "is not its box");
    finds("DELETE FROM gpkg_contents", "posts");
    finds(
        "ALTER TABLE posts DROP COLUMN name",
        "lost its column \"name\"",
    );
    finds(
        "CREATE TRIGGER t AFTER INSERT ON posts BEGIN SELECT ST_IsEmpty(NEW.geom); END",
        "another program has put a trigger on posts (t)",
    );
    finds("DROP TABLE posts", "posts");
    finds(
        "UPDATE bordermap_layers SET schema = '{'",
        "the description of layer posts is broken",
    );
}

#[test]
fn a_locked_store_is_told_from_a_damaged_one() {
    let (_folder, path) = full();
    let conn = raw(&path);
    conn.pragma_update(None, "locking_mode", "EXCLUSIVE")
        .unwrap();
    conn.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    drop(conn);
    check(&SqliteStore::open(&path).unwrap());
}

#[test]
fn what_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (path, wanted) in [
        (
            folder.path().join("no/such/store.gpkg"),
            "there is no folder",
        ),
        (folder.path().to_owned(), "it is a folder"),
    ] {
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Failed { .. }), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
    let missing = folder.path().join("missing.gpkg");
    let error = SqliteStore::open_existing(&missing).unwrap_err();
    assert!(matches!(error, StoreError::Absent { .. }), "{error}");
    assert!(!missing.exists());
}

#[test]
fn creating_leaves_one_file_and_all_creators_agree() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.gpkg");
    let identities: Vec<_> = std::thread::scope(|scope| {
        let open = || SqliteStore::open(&path).unwrap().identity().to_owned();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(identities.iter().all(|identity| *identity == identities[0]));
    assert_eq!(identities[0].len(), 32);
    // The store and its head record.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
