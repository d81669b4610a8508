//! A process killed while it writes: each commit is in whole or not at all.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::*;

const STORE: &str = "BORDERMAP_TEST_WRITE_TO";

/// Features of each commit; enough that most kills hit the middle of one.
const FEATURES: u64 = 3_000;

/// Not a test but the process that is killed: it writes commit after commit, each of features that
/// carry its number, and says so when one is done.
#[test]
fn writer_process() {
    let Some(path) = std::env::var_os(STORE) else {
        return;
    };
    let store = SqliteStore::open(Path::new(&path)).unwrap();
    let mut out = std::io::stdout();
    loop {
        let next = store.revision().unwrap().number + 1;
        let rows = (0..FEATURES).map(|n| post(&n.to_string(), &next.to_string()));
        commit(&store, std::iter::once(posts()).chain(rows).collect()).unwrap();
        writeln!(out, "\ndone {next}").unwrap();
    }
}

#[test]
fn a_killed_writer_leaves_whole_commits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.gpkg");
    for kill in 0..12 {
        let acknowledged = write_and_kill(&path, kill);
        let store = SqliteStore::open(&path).unwrap();
        check(&store);
        let revision = store.revision().unwrap().number;
        assert!(revision >= acknowledged, "revision {acknowledged} is lost");
        let told = told(&store, 0);
        if revision == 0 {
            assert_eq!(told, Vec::<String>::new());
            continue;
        }
        assert_eq!(told.len() as u64, 1 + FEATURES);
        let whole = format!(" = {revision}");
        assert!(told[1..].iter().all(|feature| feature.ends_with(&whole)));
    }
}

/// Lets a process write for a while, kills it and gives the last commit that it called done. The
/// first two kills hit wherever it is by then, perhaps making the file; the others come at
/// different times after a commit.
fn write_and_kill(path: &Path, kill: u32) -> u64 {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::killed::writer_process", "--nocapture"])
        .env(STORE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut done = BufReader::new(writer.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("done ")?.parse().ok());
    let first = (kill > 1).then(|| done.next().unwrap());
    std::thread::sleep(Duration::from_millis(7) * (1 + kill));
    writer.kill().unwrap();
    writer.wait().unwrap();
    done.last().or(first).unwrap_or_default()
}
