//! Times of commits by clocks that are wrong.

use bordermap::atlas::model::time::DAY_US;

use super::*;

/// A year, in microseconds.
const YEAR_US: i64 = 366 * DAY_US;

/// A store with some commits, the newest of which were made by a clock so far ahead.
fn ahead(commits: usize, wrong: usize, by_us: i64) -> (TempDir, SqliteStore) {
    let (folder, store) = empty();
    commit(&store, vec![posts()]).unwrap();
    for number in 1..commits {
        commit(&store, vec![post("a", &number.to_string())]).unwrap();
    }
    let path = store.path().to_owned();
    drop(store);
    raw(&path)
        .execute(
            "UPDATE bordermap_revisions SET committed_at_us = committed_at_us + ?1 WHERE number > ?2",
            rusqlite::params![by_us, i64::try_from(commits - wrong).unwrap()],
        )
        .unwrap();
    let store = SqliteStore::open(&path).unwrap();
    (folder, store)
}

/// By how much the next commit is later than the newest before it, in days.
fn next_is_later_by_days((_folder, store): &(TempDir, SqliteStore)) -> i64 {
    let before = store.revision().unwrap();
    let after = commit(store, vec![post("b", "new")]).unwrap().revision;
    assert_eq!(after.number, before.number + 1);
    assert_ne!(after.committed_at_us, before.committed_at_us);
    // The test itself takes a moment.
    (after.committed_at_us - before.committed_at_us + DAY_US / 2).div_euclid(DAY_US)
}

#[test]
fn one_wrong_clock_does_not_date_all_that_comes_after() {
    let store = ahead(3, 1, 50 * YEAR_US);
    assert_eq!(next_is_later_by_days(&store), -50 * 366);
    let remarks = store.1.remarks().unwrap();
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert!(
        remarks[0].starts_with("revision 3 is dated 20"),
        "{remarks:?}"
    );
    // Order is by number: what came later is what changed after.
    assert_eq!(told(&store.1, 3), ["posts/b = new"]);
    assert_eq!(
        store.1.remarks().unwrap().len(),
        1,
        "the next ones are right"
    );
    // Also if there never was another.
    let store = ahead(2, 2, 50 * YEAR_US);
    assert_eq!(next_is_later_by_days(&store), -50 * 366);
}

#[test]
fn a_clock_that_is_a_little_behind_keeps_the_order() {
    let store = ahead(3, 1, DAY_US / 2);
    let before = store.1.revision().unwrap().committed_at_us;
    assert_eq!(next_is_later_by_days(&store), 0);
    assert!(store.1.revision().unwrap().committed_at_us > before);
    assert_eq!(store.1.remarks().unwrap(), Vec::<String>::new());
    // All of the store is later than the clock: the clock may as well be wrong.
    let store = ahead(3, 3, 60 * DAY_US);
    assert_eq!(next_is_later_by_days(&store), 0);
}
