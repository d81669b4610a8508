//! The commands, as a person runs them.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value as Json;

use bordermap::live::LiveAtlas;
use bordermap::prepared::Prepared;
use bordermap::store::Store as _;
use bordermap::store::sqlite::SqliteStore;

use crate::program::Program;

#[test]
fn near_is_a_table_for_people() {
    let program = Program::new();
    let table = program.ok(&["near", "46.18,35.52", "--radius", "25km"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines[0].contains("km from the border, on the Iranian side, at border km"),
        "{table}"
    );
    assert!(
        lines[1].ends_with("in incidents within 25 km, nearest first"),
        "{table}"
    );
    assert!(lines[3].trim_start().starts_with("distance"), "{table}");
    assert!(table.contains("about 1 km ±20 km"), "{table}");
    assert_eq!(
        program
            .ok(&["near", "0,0", "--radius", "1m"])
            .lines()
            .last(),
        Some("Nothing in incidents within 1 m.")
    );
}

#[test]
fn near_for_programs_is_what_the_server_answers() {
    let program = Program::new();
    let server = program.serve();
    let told: Json = serde_json::from_str(&program.ok(&[
        "near",
        "46.18,35.52",
        "--radius",
        "60km",
        "--where",
        "category=clash",
        "--json",
    ]))
    .unwrap();
    let (status, answer) = server.get(
        "/api/collections/incidents/items?near=46.18,35.52&radius=60km&category=clash&limit=10",
    );
    assert_eq!(status, 200, "{answer}");
    let answer: Json = serde_json::from_str(&answer).unwrap();
    assert_eq!(told["features"], answer["features"]);
    assert_eq!(told["numberMatched"], answer["numberMatched"]);
    assert!(!told["features"].as_array().unwrap().is_empty());
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log:?}");
}

#[test]
fn a_selection_that_cannot_be_is_a_clear_message() {
    let program = Program::new();
    program.fails(&["near", "46"], 2, "LON,LAT");
    program.fails(&["near", "460,35"], 2, "longitude 460");
    program.fails(&["near", "46,35", "--radius", "0"], 2, "more than 0");
    program.fails(
        &["near", "46,35", "--radius", "2001km"],
        2,
        "at most 2000 km",
    );
    program.fails(&["near", "46,35", "--datetime", "soon"], 2, "2023-03-19");
    program.fails(
        &["near", "46,35", "--layer", "nope"],
        1,
        "there is no layer \"nope\"; there are border,",
    );
    program.fails(
        &["near", "46,35", "--where", "mood=bad"],
        1,
        "no property \"mood\"",
    );
    program.fails(
        &["near", "46,35", "--where", "category=bad"],
        1,
        "not one of clash",
    );
    program.fails(
        &[
            "near",
            "46,35",
            "--layer",
            "places",
            "--datetime",
            "2020-01-01",
        ],
        1,
        "no time",
    );
    program.fails(&["export", "incidents", "--radius", "5km"], 2, "--near");
    program.fails(
        &["export", "incidents", "--bbox", "1,2,3"],
        2,
        "west,south,east,north",
    );
}

#[test]
fn a_store_is_a_geopackage_of_several_layers() {
    let program = Program::new();
    program.seed();
    let count = program.features("crossings").len();
    fs::copy(program.path("bordermap.gpkg"), program.path("copy.gpkg")).unwrap();
    let said = program.ok(&["import", "copy.gpkg", "--layer", "crossings"]);
    assert_eq!(
        said,
        format!("0 added, 0 updated, {count} unchanged, 0 refused\n")
    );
    let args = ["import", "copy.gpkg", "--layer", "nothing"];
    program.fails(
        &args,
        1,
        "several layers, and none is called nothing; --source-layer says which of border, ",
    );
}

#[test]
fn removing_is_all_or_nothing() {
    let program = Program::new();
    program.seed();
    program.fails(
        &["remove", "crossings", "bashmaq-penjwen", "atlantis"],
        1,
        "no feature \"atlantis\"; nothing was removed",
    );
    assert_eq!(program.features("crossings").len(), 12);
    program.ok(&["remove", "crossings", "bashmaq-penjwen", "bashmaq-penjwen"]);
    assert_eq!(program.features("crossings").len(), 11);
    program.fails(&["remove", "crossings", "bashmaq-penjwen"], 1, "no feature");
    program.ok(&["check"]);
}

#[test]
fn what_is_no_store_is_left_as_it_is() {
    let program = Program::new();
    for content in [
        &b"not a store"[..],
        &[0; 5000],
        b"SQLite format 3\0 and then something else",
    ] {
        program.file("bordermap.gpkg", content);
        for args in [
            &["check"][..],
            &["near", "46,35"],
            &["serve", "--listen", "127.0.0.1:0"],
        ] {
            program.fails(args, 5, "bordermap.gpkg");
        }
        assert_eq!(fs::read(program.path("bordermap.gpkg")).unwrap(), content);
    }
    program.fails(&["check", "--store", "nothing.gpkg"], 8, "nothing.gpkg");
    assert!(!program.path("nothing.gpkg").exists());
}

#[test]
fn a_store_of_a_newer_program_is_left_alone() {
    let program = Program::new();
    program.seed();
    let store = Connection::open(program.path("bordermap.gpkg")).unwrap();
    store
        .execute(
            "UPDATE bordermap_store SET text = '999' WHERE key = 'format'",
            [],
        )
        .unwrap();
    drop(store);
    program.fails(&["near", "46,35"], 4, "made by a newer version");
    program.fails(&["check"], 4, "made by a newer version");
}

#[test]
fn a_locked_store_is_a_clear_message() {
    let program = Program::new();
    program.seed();
    program.file("more.csv", "lon,lat,name\n46,35,a\n");
    let store = Connection::open(program.path("bordermap.gpkg")).unwrap();
    store.execute_batch("BEGIN IMMEDIATE").unwrap();
    program.seed();
    program.fails(&["import", "more.csv", "--layer", "more"], 3, "locked");
    store.execute_batch("ROLLBACK").unwrap();
    program.ok(&["import", "more.csv", "--layer", "more"]);
}

#[test]
fn check_finds_derived_fields_that_are_out_of_date() {
    let program = Program::new();
    program.seed();
    let store = Connection::open(program.path("bordermap.gpkg")).unwrap();
    let moved = store.execute("UPDATE crossings SET border_km = 1", []);
    assert_eq!(moved.unwrap(), 12);
    drop(store);
    let said = program.fails(&["check"], 5, "bordermap.gpkg has ");
    assert!(said.out.contains("crossings"), "{said:?}");
}

/// What is left of a store that has lost its newest commits is sound in itself: the base that was
/// prepared from them tells.
#[test]
fn check_finds_lost_commits_by_the_prepared_base() {
    let program = Program::new();
    program.seed();
    let path = program.path("bordermap.gpkg");
    let earlier = fs::read(&path).unwrap();
    program.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    let atlas = LiveAtlas::open(store.clone()).unwrap().snapshot();
    let prepared = Prepared::beside(&path);
    prepared.save(store.identity(), &atlas).unwrap();
    drop(store);
    assert!(program.ok(&["check"]).contains("is sound"));
    fs::write(&path, earlier).unwrap();
    // Without the other witness.
    let _ = fs::remove_file(program.path("bordermap.gpkg.head"));
    for args in [&["check"][..], &["check", "--quick"]] {
        let said = program.fails(args, 5, "has 1 problem");
        assert!(
            said.out.contains("the commits between them are lost"),
            "{said:?}"
        );
    }
}

#[test]
fn a_place_without_room_is_no_fault_of_the_copy_or_the_store() {
    let program = Program::new();
    program.seed();
    program.ok(&["backup", "copy.gpkg"]);
    // Files have a limit of a few hundred kilobytes: writing fails as it does on a full disk.
    let limited = |args: &str| {
        let mut shell = Command::new("sh");
        let program_path = env!("CARGO_BIN_EXE_bordermap");
        let line = format!("trap '' XFSZ; ulimit -f 600; exec {program_path} {args}");
        shell.args(["-c", &line]);
        program.said(shell)
    };
    let said = limited("restore copy.gpkg --store new.gpkg");
    assert_eq!(said.code, 7, "{said:?}");
    assert!(
        said.err.contains("the store") && said.err.contains("new.gpkg"),
        "{said:?}"
    );
    let said = limited("backup second.gpkg");
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err
            .contains("the copy second.gpkg: it cannot be written"),
        "{said:?}"
    );
    assert!(!program.path("new.gpkg").exists() && !program.path("second.gpkg").exists());
}

#[test]
fn an_import_beside_a_server_shows_within_a_second() {
    let program = Program::new();
    let server = program.serve();
    program.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    let committed = Instant::now();
    while server.get("/api/collections/posts/items/p1").0 != 200 {
        assert!(
            committed.elapsed() < Duration::from_secs(1),
            "not shown within a second"
        );
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.stop().0, 0);
}
