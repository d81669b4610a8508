//! SIGTERM and SIGINT at any moment: what was begun ends soon, the store is one file that is whole, and
//! nothing else stays.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::program::{Program, Said};

/// What may lie in the folder of a store that nobody has open.
const STORE: [&str; 2] = ["bordermap.gpkg", "bordermap.gpkg.head"];
const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
/// Enough that an import takes many times longer than any moment here.
const ROWS_MANY: usize = 400_000;

/// So long after the start.
fn after(ms: u64) -> impl FnMut() -> bool {
    let start = Instant::now();
    move || start.elapsed() >= Duration::from_millis(ms)
}

fn bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |facts| facts.len())
}

/// As soon as the store's log has that size.
fn logged(program: &Program, bytes_min: u64) -> impl FnMut() -> bool {
    let log = program.path("bordermap.gpkg-wal");
    move || bytes(&log) >= bytes_min
}

/// Holds that nothing lies there but the store, and that its file alone is sound.
#[track_caller]
fn alone(program: &Program, others: &[&str], said: &Said) {
    let names = program.names();
    let is_known = |name: &String| STORE.contains(&&**name) || others.contains(&&**name);
    assert!(names.iter().all(is_known), "{names:?} after {said:?}");
    if program.path(STORE[0]).exists() {
        let copy = Program::new();
        fs::copy(program.path(STORE[0]), copy.path(STORE[0])).unwrap();
        assert!(copy.ok(&["check"]).contains("sound"), "after {said:?}");
    }
}

/// Holds that a command was ended by SIGTERM, unless it was done before.
#[track_caller]
fn by_term(said: &Said) {
    let is_told = said.err.contains("ended by SIGTERM");
    assert!(
        matches!((said.code, is_told), (143, true) | (0, false)),
        "{said:?}"
    );
}

fn many_rows(program: &Program) -> String {
    let mut rows = String::new();
    for n in 0..ROWS_MANY {
        let place = 44.0 + (n % 4_000) as f64 / 1_000.0;
        writeln!(
            rows,
            r#"{{"type":"Feature","id":"f{n}","geometry":{{"type":"Point","coordinates":[{place},35]}},"properties":{{"name":"name {n}"}}}}"#
        )
        .unwrap();
    }
    program.file("many.geojsonl", rows).display().to_string()
}

#[test]
fn a_server_that_makes_its_store_ends_whole() {
    let mut codes = Vec::new();
    for ms in [0, 5, 10, 20, 40, 80, 150, 300] {
        let program = Program::new();
        let said = program.ended(&SERVE, "TERM", after(ms));
        // Before the program has even begun, the system ends it.
        if said.code != -1 {
            alone(&program, &[], &said);
        }
        codes.push(said.code);
    }
    let program = Program::new();
    let said = program.ended(&SERVE, "TERM", logged(&program, 100_000));
    by_term(&said);
    alone(&program, &[], &said);
    codes.push(said.code);
    assert!(codes.contains(&143), "{codes:?}");
    // What was ended is taken up where it was.
    assert!(program.ok(&["check"]).contains("sound"));
    assert!(!program.features("incidents").is_empty());
}

#[test]
fn a_server_that_opens_its_store_ends_whole() {
    let program = Program::new();
    program.seed();
    let incidents = program.features("incidents");
    let whole = program.ok(&["check"]);
    for ms in [2, 5, 10, 20, 40, 80, 150] {
        let said = program.ended(&SERVE, "TERM", after(ms));
        if said.code != -1 {
            alone(&program, &[], &said);
        }
    }
    let log = program.path("bordermap.gpkg-shm");
    let said = program.ended(&SERVE, "TERM", || log.exists());
    by_term(&said);
    alone(&program, &[], &said);
    assert_eq!(program.ok(&["check"]), whole);
    assert_eq!(program.features("incidents"), incidents);
}

#[test]
fn an_import_that_is_interrupted_has_written_nothing() {
    let program = Program::new();
    program.seed();
    let incidents = program.features("incidents");
    let whole = program.ok(&["check"]);
    let rows = many_rows(&program);
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        for create in [true, false] {
            let layer = if create { "many" } else { "incidents" };
            let args = ["import", &*rows, "--layer", layer, "--ignore-unknown"];
            // Of a new layer: while its rows are looked through, or when they are written.
            let said = program.ended(&args, signal, after(if create { 400 } else { 100 }));
            assert_eq!(said.code, code, "{said:?}");
            assert!(
                said.err.contains(&format!("ended by SIG{signal}")),
                "{said:?}"
            );
            alone(&program, &["many.geojsonl"], &said);
        }
    }
    // In the midst of its commit.
    let args = ["import", &*rows, "--layer", "many"];
    let said = program.ended(&args, "TERM", in_commit(&program));
    assert_eq!(said.code, 143, "{said:?}");
    assert!(said.err.contains("nothing of it was written"), "{said:?}");
    alone(&program, &["many.geojsonl"], &said);
    assert_eq!(program.ok(&["check"]), whole);
    assert_eq!(program.features("incidents"), incidents);
}

/// As soon as somebody else can no longer write to the store, for a while.
fn in_commit(program: &Program) -> impl FnMut() -> bool {
    let path = program.path(STORE[0]);
    let mut since = None;
    move || {
        let other = rusqlite::Connection::open(&path).unwrap();
        other.busy_timeout(Duration::ZERO).unwrap();
        let is_free = other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok();
        if is_free {
            since = None;
        }
        !is_free && since.get_or_insert_with(Instant::now).elapsed() > Duration::from_millis(300)
    }
}

#[test]
fn an_export_that_nobody_reads_ends_and_leaves_nothing() {
    let program = Program::new();
    program.seed();
    let args = ["export", "incidents", "--format", "gpkg"];
    let mut begun = None;
    let said = program.ended(&args, "TERM", || {
        let is_begun = program
            .names()
            .iter()
            .any(|name| name.ends_with(".scratch"));
        is_begun && begun.get_or_insert_with(Instant::now).elapsed() > Duration::from_millis(500)
    });
    assert_eq!(said.code, 143, "{said:?}");
    alone(&program, &[], &said);
}

#[test]
fn an_import_from_a_pipe_that_is_silent_ends() {
    let program = Program::new();
    let whole = {
        program.seed();
        program.ok(&["check"])
    };
    let pipe = program.path("pipe");
    let mut make = std::process::Command::new("mkfifo");
    assert!(make.arg(&pipe).status().unwrap().success());
    // It gives one row and nothing more, without an end. Opened both ways nobody waits for the other.
    let mut rows = fs::File::options()
        .read(true)
        .write(true)
        .open(&pipe)
        .unwrap();
    let row = r#"{"type":"Feature","id":"x","geometry":null,"properties":{"name":"x"}}"#;
    std::io::Write::write_all(&mut rows, format!("{row}\n").as_bytes()).unwrap();
    let args = [
        "import", "pipe", "--layer", "places", "--format", "geojsonl",
    ];
    let said = program.ended(&args, "TERM", in_commit(&program));
    assert_eq!(said.code, 143, "{said:?}");
    alone(&program, &["pipe"], &said);
    assert_eq!(program.ok(&["check"]), whole);
}

#[test]
fn copies_are_made_whole_or_not_at_all() {
    let program = Program::new();
    program.seed();
    program.ok(&["backup", "copy.gpkg"]);
    let whole = program.ok(&["check"]);
    for ms in [5, 10, 20, 40, 80, 160] {
        let said = program.ended(&["backup", "other.gpkg"], "TERM", after(ms));
        alone(&program, &["copy.gpkg", "other.gpkg"], &said);
        assert_eq!(
            program.path("other.gpkg").exists(),
            said.code == 0,
            "{said:?}"
        );
        let _ = fs::remove_file(program.path("other.gpkg"));
        let said = program.ended(&["restore", "copy.gpkg"], "TERM", after(ms));
        let names = program.names();
        let aside = names.iter().filter(|name| name.contains(".before-"));
        let aside: Vec<&str> = aside.map(String::as_str).collect();
        assert_eq!(
            aside.len(),
            if said.code == 0 { 2 } else { 0 },
            "{names:?} {said:?}"
        );
        alone(&program, &[&["copy.gpkg"], &*aside].concat(), &said);
        for name in aside {
            fs::remove_file(program.path(name)).unwrap();
        }
        assert_eq!(program.ok(&["check"]), whole);
    }
}
