//! Whoever reads has read enough (`| head`), or the terminal is gone: no command makes a noise of it, and the
//! exit code still says what became of it.

use std::fs::File;
use std::net::TcpListener;
use std::process::Command;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use crate::program::Program;

/// Runs a command of whose output nobody reads a byte; its exit code.
fn unread(mut command: Command) -> i32 {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    command.status().unwrap().code().unwrap_or(-1)
}

#[test]
fn no_command_minds_a_reader_who_leaves() {
    let program = Program::new();
    let check = |args: &[&str], code: i32| {
        assert_eq!(unread(program.command(args)), code, "{args:?}");
    };
    let row = "id,lon,lat,name\np1,46,35.5,Post\n";
    program.file("posts.csv", row);
    program.file("bad.csv", "id,lon,lat,name\np2,46,95,Post\n");
    check(&["--help"], 0);
    check(&["help", "near"], 0);
    check(&["completions", "bash"], 0);
    check(&["neer"], 2);
    check(&["near", "46"], 2);
    // Before there is a store, with a note about that.
    check(&["near", "46.18,35.52"], 0);
    check(&["import", "posts.csv", "--layer", "posts"], 0);
    check(&["import", "bad.csv", "--layer", "posts"], 6);
    check(&["import", "nosuch.csv", "--layer", "posts"], 1);
    check(&["near", "46.18,35.52", "--radius", "25"], 0);
    check(&["near", "46.18,35.52", "--json"], 0);
    check(&["near", "35.52,46.18"], 0);
    check(&["near", "46,35", "--layer", "nope"], 1);
    for format in ["geojson", "csv", "gpkg", "fgb"] {
        check(&["export", "towns", "--format", format], 0);
    }
    check(&["check"], 0);
    check(&["remove", "posts", "p1"], 0);
    check(&["remove", "posts", "p1"], 1);
    check(&["backup", "copy.gpkg"], 0);
    check(&["restore", "copy.gpkg"], 0);
    check(&["check", "--store", "none.gpkg"], 8);
    let store = Connection::open(program.path("bordermap.gpkg")).unwrap();
    store
        .execute("UPDATE crossings SET border_km = 1", [])
        .unwrap();
    drop(store);
    check(&["check"], 5);
}

#[test]
fn a_server_outlives_whoever_read_what_it_said() {
    let program = Program::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let mut command =
        program.command(&["serve", "--listen", &address.to_string(), "--log", "info"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = command
        .stdout(writer.try_clone().unwrap())
        .stderr(writer)
        .spawn()
        .unwrap();
    let answers = || {
        let asked = ureq::get(format!("http://{address}/health/live")).call();
        asked.is_ok_and(|answer| answer.status() == 200)
    };
    let mut tries = 0;
    while !answers() && tries < 600 {
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        thread::sleep(Duration::from_millis(100));
        tries += 1;
    }
    // It logs each request, which nobody reads.
    assert!(answers() && answers());
    let mut kill = Command::new("kill");
    assert!(
        kill.args(["-TERM", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_cannot_be_written_is_said_by_every_command() {
    let program = Program::new();
    program.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    for args in [
        &["--help"][..],
        &["--version"],
        &["help", "near"],
        &["import", "--help"],
        &["completions", "bash"],
        &["import", "posts.csv", "--layer", "posts"],
        &["near", "46.18,35.52"],
        &["export", "towns"],
        &["check"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = program.command(args).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        let sentence = "bordermap: standard output cannot be written: the disk is full\n";
        assert!(said.ends_with(sentence), "{args:?}: {said}");
    }
}
