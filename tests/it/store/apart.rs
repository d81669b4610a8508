//! A store's file that is moved away and back while another process has commits in the log alone.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::*;

const STORE: &str = "BORDERMAP_TEST_HOLD_STORE";

/// Not a test but the process that has the store: for each line that it is told it makes a commit, and says
/// what came of it. It ends in an orderly way when it is told no more.
#[test]
fn holding_process() {
    let Some(path) = std::env::var_os(STORE) else {
        return;
    };
    let store = SqliteStore::open(Path::new(&path)).unwrap();
    for id in std::io::stdin().lines() {
        let outcome = commit(&store, vec![posts(), post(&id.unwrap(), "held")]);
        let said = outcome.map_or("refused", |_| "done");
        writeln!(std::io::stdout(), "\ncommit {said}").unwrap();
    }
}

struct Holder {
    process: Child,
    told: Option<ChildStdin>,
    says: Lines<BufReader<ChildStdout>>,
}

impl Holder {
    fn of(path: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::apart::holding_process", "--nocapture"])
            .env(STORE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            told: process.stdin.take(),
            says: BufReader::new(process.stdout.take().unwrap()).lines(),
            process,
        }
    }

    /// Has it commit a post; whether it calls it done.
    fn commits(&mut self, id: &str) -> bool {
        writeln!(self.told.as_mut().unwrap(), "{id}").unwrap();
        let mut said = self.says.by_ref().map_while(Result::ok);
        said.find_map(|line| Some(line.strip_prefix("commit ")? == "done"))
            .expect("it has ended")
    }

    fn ends(mut self) {
        self.told = None;
        assert!(self.process.wait().unwrap().success());
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A store whose commits `a` and `b` are in another process's log alone, and whose file is away.
fn away() -> (TempDir, Holder, [PathBuf; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.gpkg");
    let moved = folder.path().join("moved.gpkg");
    let mut holder = Holder::of(&path);
    assert!(holder.commits("a") && holder.commits("b"));
    fs::rename(&path, &moved).unwrap();
    assert!(!holder.commits("refused"));
    // Nothing is made in its place.
    SqliteStore::open(&path).unwrap_err();
    assert!(!path.exists());
    (folder, holder, [path, moved])
}

/// Holds that what was called done is there, and nothing else.
#[track_caller]
fn check_found(path: &Path, ids: &[&str]) {
    let store = SqliteStore::open(path).unwrap();
    let wanted: Vec<_> = ids.iter().map(|id| format!("posts/{id} = held")).collect();
    assert_eq!(told(&store, 0)[1..], wanted);
    assert_eq!(store.missing(), None);
    check(&store);
}

#[test]
fn a_file_that_comes_back_to_its_process_has_all() {
    let (_folder, mut holder, [path, moved]) = away();
    fs::rename(&moved, &path).unwrap();
    let went_on = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        holder.commits("c")
    });
    assert!(went_on, "it never goes on");
    check_found(&path, &["a", "b", "c"]);
    holder.ends();
    check_found(&path, &["a", "b", "c"]);
}

#[test]
fn a_file_that_comes_back_after_the_end_of_its_process_has_all() {
    let (_folder, holder, [path, moved]) = away();
    holder.ends();
    fs::rename(&moved, &path).unwrap();
    check_found(&path, &["a", "b"]);
}

#[test]
fn a_file_that_comes_back_after_its_process_was_killed_has_all() {
    let (_folder, holder, [path, moved]) = away();
    holder.kill();
    // Still nothing takes the place of what the log belongs to.
    SqliteStore::open(&path).unwrap_err();
    fs::rename(&moved, &path).unwrap();
    check_found(&path, &["a", "b"]);
}
