//! A store under several names: symbolic links, which SQLite follows, and hard links, which it does not
//! know of.

use std::fs;
use std::os::unix::fs::symlink;

use bordermap::store::Standing;

use super::*;

/// A store in a folder, and a link to it in another, relative as people make them.
fn linked() -> (TempDir, SqliteStore, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real");
    let links = folder.path().join("links");
    fs::create_dir(&real).unwrap();
    fs::create_dir(&links).unwrap();
    let link = links.join("cur.gpkg");
    symlink("../real/s.gpkg", &link).unwrap();
    let store = SqliteStore::open(&real.join("s.gpkg")).unwrap();
    commit(&store, vec![posts(), post("a", "first")]).unwrap();
    (folder, store, link)
}

fn names_in(folder: &TempDir, name: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path().join(name)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_link_and_the_path_that_it_leads_to_are_one_store() {
    let (folder, store, link) = linked();
    let by_link = SqliteStore::open(&link).unwrap();
    assert_eq!(by_link.path(), fs::canonicalize(&link).unwrap());
    assert_eq!(by_link.named(), link);
    commit(&by_link, vec![post("b", "second")]).unwrap();
    commit(&store, vec![post("c", "third")]).unwrap();
    for each in [&store, &by_link] {
        assert_eq!(each.standing(), Standing::Whole);
        assert_eq!(told(each, 0).len(), 1 + 3);
        check(each);
    }
    drop(store);
    drop(by_link);
    assert_eq!(names_in(&folder, "real"), ["s.gpkg", "s.gpkg.head"]);
    assert_eq!(names_in(&folder, "links"), ["cur.gpkg"]);
    // Long after, too: nobody's witness is behind.
    for path in [&link, &folder.path().join("real/s.gpkg")] {
        check(&SqliteStore::open(path).unwrap());
    }
}

#[test]
fn a_link_to_what_is_not_there_yet_has_the_store_made_where_it_leads() {
    let (folder, store, link) = linked();
    drop(store);
    fs::remove_file(folder.path().join("real/s.gpkg")).unwrap();
    fs::remove_file(folder.path().join("real/s.gpkg.head")).unwrap();
    drop(SqliteStore::open(&link).unwrap());
    assert_eq!(names_in(&folder, "real"), ["s.gpkg", "s.gpkg.head"]);
    assert_eq!(names_in(&folder, "links"), ["cur.gpkg"]);
}

#[test]
fn a_copy_is_put_where_a_link_leads_and_the_link_stays() {
    let (folder, store, link) = linked();
    let copy = folder.path().join("copy.gpkg");
    store.backup(&copy).unwrap();
    commit(&store, vec![post("b", "second")]).unwrap();
    // Who has it open by its path is seen through the link.
    let error = SqliteStore::restore(&copy, &link).unwrap_err();
    let StoreError::Locked { path } = &error else {
        panic!("it is put over a store that is open: {error}");
    };
    assert_eq!(Path::new(path), link, "it is called as it was named");
    drop(store);
    let restored = SqliteStore::restore(&copy, &link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let store = SqliteStore::open(&folder.path().join("real/s.gpkg")).unwrap();
    assert_eq!(told(&store, 0).len(), 1 + 1);
    let aside = SqliteStore::open(&restored.aside.unwrap()).unwrap();
    assert_eq!(told(&aside, 0).len(), 1 + 2);
}

#[test]
fn a_store_is_no_copy_of_itself() {
    let (folder, store, link) = linked();
    let path = store.path().to_owned();
    drop(store);
    let second = folder.path().join("second.gpkg");
    fs::hard_link(&path, &second).unwrap();
    let before = fs::read(&path).unwrap();
    for copy in [&path, &link, &second] {
        for place in [&path, &link] {
            let error = SqliteStore::restore(copy, place).unwrap_err().to_string();
            assert!(error.contains("it is the store itself"), "{error}");
        }
    }
    assert!(fs::read(&path).unwrap() == before);
    assert_eq!(names_in(&folder, "real"), ["s.gpkg", "s.gpkg.head"]);
}

#[test]
fn a_link_that_leads_elsewhere_is_noticed() {
    let (folder, store, link) = linked();
    let other = folder.path().join("real/other.gpkg");
    store.backup(&other).unwrap();
    drop(store);
    let store = SqliteStore::open(&link).unwrap();
    fs::remove_file(&link).unwrap();
    symlink(&other, &link).unwrap();
    let Standing::Lost(why) = store.standing() else {
        panic!("it is not noticed");
    };
    assert!(why.contains("link"), "{why}");
    commit(&store, vec![post("b", "second")]).unwrap_err();
}

#[test]
fn a_file_with_two_names_is_only_read() {
    let (folder, store, _) = linked();
    let path = store.path().to_owned();
    drop(store);
    let second = folder.path().join("second.gpkg");
    fs::hard_link(&path, &second).unwrap();
    let bytes = fs::read(&path).unwrap();
    for name in [&path, &second] {
        let store = SqliteStore::open(name).unwrap();
        let Standing::ReadOnly(cause) = store.standing() else {
            panic!("it would be written");
        };
        assert!(cause.contains("2 names (hard links)"), "{cause}");
        assert_eq!(told(&store, 0).len(), 1 + 1);
        let error = commit(&store, vec![post("b", "second")]).unwrap_err();
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
    }
    assert!(fs::read(&path).unwrap() == bytes);
    fs::remove_file(&second).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, vec![post("b", "second")]).unwrap();
}
