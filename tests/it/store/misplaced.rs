//! A store that is moved away in the middle of a commit: nobody is told that it is there, and it is found
//! when the store comes back.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bordermap::live::LiveAtlas;
use bordermap::store::Standing;

use super::moved::settled;
use super::*;

/// Features of a commit: the disk is written to for long enough to be met at it.
const FEATURES: u64 = 40_000;
/// How often it is tried to meet a commit at the disk.
const ROUNDS: u64 = 20;

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |facts| facts.len())
}

/// Makes a commit, and `moves` the store when the log grows, which it does when all has been looked at that
/// is before the disk is written.
fn report_while(
    live: &LiveAtlas,
    changes: Vec<Change>,
    log: &Path,
    moves: impl FnOnce() + Send,
) -> Result<Commit, StoreError> {
    let before = length(log);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while length(log) == before && !is_over.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
            moves();
        });
        let outcome = live.report(Origin::User, &mut changes.into_iter().map(Ok));
        is_over.store(true, Ordering::Relaxed);
        outcome
    })
}

/// What of a store is moved away: `from` and `to` below its outer folder.
fn check_misplaced(from: &str, to: &str) {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("d");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("s.gpkg");
    let log = PathBuf::from(format!("{}-wal", path.display()));
    let (from, to) = (outer.path().join(from), outer.path().join(to));
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    // Somebody reads the empty store meanwhile: what is committed stays in the log alone.
    let reader = raw(&path);
    let begin = "BEGIN; SELECT count(*) FROM bordermap_revisions";
    reader.execute_batch(begin).unwrap();
    commit(&*store, vec![posts()]).unwrap();
    let live = LiveAtlas::open(store.clone()).unwrap();
    for round in 1..=ROUNDS {
        let known = live.snapshot().revision();
        let rows = (0..FEATURES).map(|n| post(&n.to_string(), &round.to_string()));
        let away = || fs::rename(&from, &to).unwrap();
        let outcome = report_while(&live, rows.collect(), &log, away);
        let is_refused = matches!(outcome, Err(StoreError::Misplaced { .. }));
        if is_refused {
            assert_eq!(live.snapshot().revision(), known, "it is published");
            live.follow().unwrap_err();
        }
        fs::rename(&to, &from).unwrap();
        assert_eq!(settled(&store), Standing::Whole);
        // Wherever it was, now it is found.
        live.follow().unwrap();
        assert_eq!(live.snapshot().revision().number, known.number + 1);
        if let Err(error) = outcome
            && is_refused
        {
            let text = error.to_string();
            assert!(text.contains(&log.display().to_string()), "{text}");
            commit(&*store, vec![post("after", "it came back")]).unwrap();
            check(&*store);
            // As a process leaves it that is killed.
            let killed = outer.path().join("killed");
            fs::create_dir(&killed).unwrap();
            for name in ["s.gpkg", "s.gpkg-wal", "s.gpkg.head"] {
                fs::copy(folder.join(name), killed.join(name)).unwrap();
            }
            let left = SqliteStore::open(&killed.join("s.gpkg")).unwrap();
            assert_eq!(told(&left, 0), told(&*store, 0));
            assert_eq!(left.missing(), None);
            return;
        }
    }
    panic!("{ROUNDS} commits were called done while the store was somewhere else");
}

#[test]
fn a_commit_whose_file_is_moved_away_is_not_called_done() {
    check_misplaced("d/s.gpkg", "moved.gpkg");
}

#[test]
fn a_commit_whose_folder_is_moved_away_is_not_called_done() {
    check_misplaced("d", "e");
}

#[test]
fn a_commit_that_is_not_noted_yet_is_taken_for_foreign_for_a_moment_only() {
    let (folder, store) = empty();
    commit(&store, vec![posts(), post("a", "first")]).unwrap();
    let record = folder.path().join("a store.gpkg.head");
    let before = fs::read(&record).unwrap();
    commit(&store, vec![post("b", "second")]).unwrap();
    let noted = fs::read(&record).unwrap();
    fs::write(&record, before).unwrap();
    let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
    let taken_in = raw(store.path()).query_row(checkpoint, [], |_| Ok(()));
    taken_in.unwrap();
    let until = |wanted: fn(&Standing) -> bool| {
        (0..60).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            wanted(&store.standing())
        })
    };
    assert!(until(|standing| matches!(standing, Standing::Lost(_))));
    fs::write(&record, noted).unwrap();
    assert!(until(|standing| *standing == Standing::Whole));
    commit(&store, vec![post("c", "third")]).unwrap();
}
