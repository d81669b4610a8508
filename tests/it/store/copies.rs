//! Copies of a store: made while it is used, put back.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use bordermap::fresh::Fresh;
use bordermap::store::sqlite::{Copied, Restored};

use super::*;

fn filled(posts_count: u32) -> (TempDir, SqliteStore) {
    let (folder, store) = empty();
    let rows = (0..posts_count).map(|n| post(&n.to_string(), "first"));
    commit(&store, std::iter::once(posts()).chain(rows).collect()).unwrap();
    (folder, store)
}

#[test]
fn a_copy_made_while_others_commit_is_one_state() {
    const POSTS: u32 = 200;
    let (_folder, store) = filled(POSTS);
    let copies = tempfile::tempdir().unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut revision = 1;
            while !is_over.load(Ordering::Relaxed) {
                revision += 1;
                let rows = (0..POSTS).map(|n| post(&n.to_string(), &revision.to_string()));
                commit(&store, rows.collect()).unwrap();
            }
        });
        for number in 0..5 {
            let to = copies.path().join(format!("{number}.gpkg"));
            let copied = store.backup(&to).unwrap();
            let copy = SqliteStore::open(&to).unwrap();
            check(&copy);
            assert_eq!(copy.revision().unwrap(), copied.revision);
            assert!(store.has(copied.revision).unwrap());
            assert_eq!(copied.layers, [("posts".into(), u64::from(POSTS))]);
            let of = copied.revision.number.to_string();
            let of = if of == "1" { "first".into() } else { of };
            let told = told(&copy, 0);
            assert!(
                told[1..]
                    .iter()
                    .all(|post| post.ends_with(&format!(" = {of}")))
            );
            drop(copy);
        }
        is_over.store(true, Ordering::Relaxed);
        writer.join().unwrap();
    });
    assert!(names(&copies).iter().all(|name| !name.contains(".new-")));
}

#[test]
fn a_copy_never_takes_the_place_of_a_file() {
    let (folder, store) = filled(3);
    let to = folder.path().join("copy.gpkg");
    fs::write(&to, "mine").unwrap();
    let error = store.backup(&to).unwrap_err();
    assert!(matches!(error, StoreError::Copy { .. }), "{error}");
    assert_eq!(fs::read(&to).unwrap(), b"mine");
    let error = store
        .backup(&folder.path().join("no/such.gpkg"))
        .unwrap_err();
    assert!(matches!(error, StoreError::Copy { .. }), "{error}");
    store.backup(&folder.path().join("other.gpkg")).unwrap();
    drop(store);
    let found = names(&folder);
    let wanted = [
        "a store.gpkg",
        "a store.gpkg.head",
        "copy.gpkg",
        "other.gpkg",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_copy_is_put_back_and_what_was_there_is_kept() {
    let (folder, store) = filled(3);
    let path = store.path().to_owned();
    let copy = folder.path().join("copy.gpkg");
    let copied: Copied = store.backup(&copy).unwrap();
    let bytes = fs::read(&copy).unwrap();
    commit(&store, vec![post("later", "later")]).unwrap();
    // Not while somebody has it.
    let error = SqliteStore::restore(&copy, &path).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    // The process is killed: its log stays.
    let log = fs::read(folder.path().join("a store.gpkg-wal")).unwrap();
    let main = fs::read(&path).unwrap();
    drop(store);
    fs::write(&path, &main).unwrap();
    fs::write(folder.path().join("a store.gpkg-wal"), &log).unwrap();

    let restored: Restored = SqliteStore::restore(&copy, &path).unwrap();
    assert_eq!(restored.copied, copied);
    let store = SqliteStore::open(&path).unwrap();
    check(&store);
    assert_eq!(told(&store, 0).len(), 1 + 3);
    commit(&store, vec![post("new", "new")]).unwrap();
    drop(store);
    assert!(fs::read(&copy).unwrap() == bytes, "the copy stays as it is");
    // What was there has its log, and is a store itself.
    let aside = SqliteStore::open(&restored.aside.unwrap()).unwrap();
    assert_eq!(told(&aside, 0).len(), 1 + 4);
    check(&aside);
    // Where none is, too.
    let fresh = folder.path().join("fresh.gpkg");
    assert!(SqliteStore::restore(&copy, &fresh).unwrap().aside.is_none());
    check(&SqliteStore::open(&fresh).unwrap());
}

#[test]
fn what_is_no_sound_copy_is_not_put_back() {
    let (folder, store) = filled(500);
    let path = store.path().to_owned();
    let copy = folder.path().join("copy.gpkg");
    store.backup(&copy).unwrap();
    drop(store);
    let before = fs::read(&path).unwrap();
    let whole = fs::read(&copy).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(&copy, bytes).unwrap();
        let error = SqliteStore::restore(&copy, &path).unwrap_err();
        assert!(!matches!(error, StoreError::Locked { .. }), "{error}");
        assert!(fs::read(&path).unwrap() == before);
    };
    refused(b"a note to myself");
    refused(&whole[..whole.len() - 4096]);
    let mut flipped = whole.clone();
    let text = flipped
        .windows(5)
        .rposition(|window| window == b"first")
        .unwrap();
    flipped[text] ^= 1;
    refused(&flipped);
    fs::remove_file(&copy).unwrap();
    SqliteStore::restore(&copy, &path).unwrap_err();
    assert_eq!(names(&folder), ["a store.gpkg", "a store.gpkg.head"]);
}

#[test]
fn an_interrupted_restore_is_not_taken_for_no_store() {
    let (folder, store) = filled(3);
    let path = store.path().to_owned();
    let copy = folder.path().join("copy.gpkg");
    store.backup(&copy).unwrap();
    drop(store);
    // A folder in the way of what comes last stops it half way.
    let record = folder.path().join("a store.gpkg.head");
    let head = fs::read_to_string(&record).unwrap();
    let lines = head.rsplit_once("sum ").unwrap().0.to_owned() + "restoring .before-x\n";
    let sum = blake3::hash(lines.as_bytes()).to_hex();
    fs::write(
        &record,
        format!("{:1024}", format!("{lines}sum {}\n", &sum[..16])),
    )
    .unwrap();
    fs::rename(&path, folder.path().join("a store.gpkg.before-x")).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(
        error.to_string().contains("a store.gpkg.before-x"),
        "{error}"
    );
    assert!(!path.exists());
    let restored = SqliteStore::restore(&copy, &path).unwrap();
    check(&SqliteStore::open(&path).unwrap());
    let aside = folder.path().join("a store.gpkg.before-x");
    assert_eq!(restored.aside, Some(aside));
}

#[test]
fn a_copy_does_not_get_a_name_beside_which_another_stores_files_lie() {
    let (folder, store) = filled(3);
    let to = folder.path().join("copy.gpkg");
    for suffix in ["-wal", "-shm", "-journal", ".head", ".prepared"] {
        let stale = folder.path().join(format!("copy.gpkg{suffix}"));
        fs::write(&stale, "of another").unwrap();
        let error = store.backup(&to).unwrap_err();
        assert!(matches!(error, StoreError::Copy { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(&stale.display().to_string()), "{text}");
        assert!(!to.exists());
        fs::remove_file(&stale).unwrap();
    }
    store.backup(&to).unwrap();
}

#[test]
fn a_copy_is_put_back_whatever_it_is_called() {
    let (folder, store) = filled(3);
    let path = store.path().to_owned();
    // Dates and numbers, and the very name that a file on its way has.
    let own = Fresh::beside(&path).unwrap().path().to_owned();
    let name = own.file_name().unwrap().to_str().unwrap();
    let names = [name, "a store.gpkg.new-2026-11", "a store.gpkg.new-1-2"];
    for name in names {
        store.backup(&folder.path().join(name)).unwrap();
    }
    drop(store);
    for name in names {
        let copy = folder.path().join(name);
        for has_store in [true, false] {
            if !has_store {
                fs::remove_file(&path).unwrap();
            }
            SqliteStore::restore(&copy, &path).unwrap();
            check(&SqliteStore::open(&path).unwrap());
            assert!(copy.exists(), "{name}");
        }
    }
}
