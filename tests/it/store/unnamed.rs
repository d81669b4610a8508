//! Rows whose id is damaged: they go by their number, and can be withdrawn by that.

use std::fs;

use super::*;

/// A store of three posts, of the last of which the row alone is changed, as a bad disk does it: not the
/// indexes, not the log. What stands in the row is the id and the name.
fn damaged(row: &[u8]) -> (TempDir, SqliteStore) {
    let (folder, store) = empty();
    commit(
        &store,
        vec![posts(), post("b", "other"), post("c", "third")],
    )
    .unwrap();
    commit(&store, vec![post("zebra", "crossing")]).unwrap();
    let path = store.path().to_owned();
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let whole = b"zebracrossing";
    let at = bytes
        .windows(whole.len())
        .position(|window| window == whole);
    let at = at.expect("the row");
    bytes[at..at + whole.len()].copy_from_slice(row);
    fs::write(&path, bytes).unwrap();
    (folder, SqliteStore::open(&path).unwrap())
}

#[track_caller]
fn withdrawn(store: &SqliteStore) -> Vec<String> {
    let before = store.revision().unwrap().number;
    let said = told(store, 0);
    let named = "posts/damaged-row-3: its id \"\u{fffd}ebra\" is not UTF-8";
    assert!(said.iter().any(|line| line == named), "{said:?}");
    let done = commit(store, vec![gone("posts", "damaged-row-3")]).unwrap();
    assert_eq!(done.removed, 1);
    assert_eq!(told(store, 0).len(), 1 + 2);
    let mut said = told(store, before);
    said.sort();
    said
}

#[test]
fn it_is_withdrawn_and_the_log_knows_which_it_was() {
    let (_folder, store) = damaged(b"\xffebracrossing");
    assert_eq!(
        withdrawn(&store),
        ["posts/damaged-row-3 gone", "posts/zebra gone"]
    );
    check(&store);
    // What is right comes back, and no other row goes by such a name.
    commit(&store, vec![post("zebra", "crossing")]).unwrap();
    for name in ["damaged-row-3", "damaged-row-2", "damaged-row-x"] {
        assert_eq!(
            commit(&store, vec![gone("posts", name)]).unwrap().unchanged,
            1
        );
    }
    check(&store);
}

#[test]
fn which_it_was_is_not_guessed() {
    let (_folder, store) = damaged(b"\xffebracrossimg");
    assert_eq!(withdrawn(&store), ["posts/damaged-row-3 gone"]);
    let findings = findings(&store);
    assert!(
        findings.iter().all(|finding| finding.contains("\"zebra\"")),
        "{findings:?}"
    );
    assert!(
        findings[0].contains("in the log, but not in its table"),
        "{findings:?}"
    );
}
