//! The life of the store's file, as whoever runs the program meets it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use bordermap::fresh::{self, Fresh};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::program::{Program, Server};

/// Makes a store one as version 0.1.0 leaves it.
const FORMAT_1: &str = "DROP TABLE bordermap_digests;
    ALTER TABLE bordermap_revisions DROP COLUMN encoding;
    ALTER TABLE bordermap_revisions DROP COLUMN hash;
    DELETE FROM gpkg_extensions WHERE table_name = 'bordermap_digests';
    UPDATE bordermap_store SET text = '1' WHERE key = 'format'";

const POSTS: &str = "id,lon,lat,name\na,46,35,one\nb,46.5,35.5,two\n";

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Waits, for a while, until the server says that its store is so.
#[track_caller]
fn until(server: &Server, store: &str) -> Json {
    for _ in 0..100 {
        let (status, body) = server.get("/health/ready");
        assert_eq!(status, 200, "{body}");
        let body: Json = serde_json::from_str(&body).unwrap();
        if body["store"] == store {
            return body;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the store never became {store}");
}

fn count(server: &Server, layer: &str) -> Json {
    let (_, body) = server.get(&format!("/api/collections/{layer}/items?limit=1"));
    serde_json::from_str::<Json>(&body).unwrap()["numberMatched"].clone()
}

#[test]
fn after_an_orderly_end_the_file_alone_has_everything() {
    let program = Program::new();
    program.file("posts.csv", POSTS);
    let server = program.serve();
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log:?}");
    let folder = program.path("");
    let wanted = ["bordermap.gpkg", "bordermap.gpkg.head", "posts.csv"];
    assert_eq!(names(&folder), wanted);
    for args in [
        &["near", "46,35"][..],
        &["export", "posts", "-o", "posts.geojson"],
        &["check", "--quick"],
        &["remove", "posts", "b"],
    ] {
        program.ok(args);
        assert!(
            names(&folder).iter().all(|name| !name.contains("gpkg-")),
            "{args:?}"
        );
    }
    fs::copy(program.path("bordermap.gpkg"), program.path("copy.gpkg")).unwrap();
    let alone = program.ok(&["export", "posts", "--format", "csv", "--store", "copy.gpkg"]);
    assert_eq!(alone.lines().count(), 2, "{alone}");
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, each step after the one before"
)]
fn a_store_that_is_removed_or_replaced_under_a_server_is_noticed() {
    let program = Program::new();
    program.file("posts.csv", POSTS);
    let import = ["import", "posts.csv", "--layer", "posts"];
    let server = program.serve();
    program.ok(&["backup", "backup.gpkg"]);
    program.ok(&import);
    let path = program.path("bordermap.gpkg");
    let aside = program.path("elsewhere");
    fs::rename(&path, &aside).unwrap();
    let body = until(&server, "lost");
    assert_eq!(body["status"], "ready");
    assert!(
        body["reason"].as_str().unwrap().contains("moved away"),
        "{body}"
    );
    let (_, metrics) = server.get("/metrics");
    assert!(metrics.contains("\nbordermap_store_lost 1\n"), "{metrics}");
    server.until_logged("is lost");
    assert_eq!(
        count(&server, "incidents"),
        json!(148),
        "it serves what it knows"
    );
    // Nothing is acknowledged that nobody would find.
    let refused = program.run(&import);
    assert!([5, 7].contains(&refused.code), "{refused:?}");
    assert!(!path.exists());
    for log in ["-wal", "-shm"] {
        fs::rename(
            program.path(&format!("bordermap.gpkg{log}")),
            program.path(log),
        )
        .unwrap();
    }
    program.fails(&import, 7, "while another program has it open");
    // A copy is put in its place.
    fs::copy(program.path("backup.gpkg"), &path).unwrap();
    program.fails(
        &import,
        7,
        "another program has the file open that was here before",
    );
    let held = program.fails(&["restore", "backup.gpkg"], 3, "locked");
    assert!(
        held.err.contains("has it open; stop that first"),
        "{held:?}"
    );
    assert!(
        fs::read(&path).unwrap() == fs::read(program.path("backup.gpkg")).unwrap(),
        "it is left as it is"
    );
    // It comes back.
    for log in ["-wal", "-shm"] {
        fs::rename(
            program.path(log),
            program.path(&format!("bordermap.gpkg{log}")),
        )
        .unwrap();
    }
    fs::rename(&aside, &path).unwrap();
    until(&server, "ok");
    program.ok(&["remove", "posts", "a"]);
    for _ in 0..100 {
        if count(&server, "posts") == json!(1) {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(count(&server, "posts"), json!(1));
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log:?}");
    program.ok(&["check"]);
}

#[test]
fn a_copy_goes_out_and_comes_back() {
    let program = Program::new();
    program.file("posts.csv", POSTS);
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    let said = program.ok(&["backup", "copy.gpkg"]);
    assert!(said.contains("verified"), "{said}");
    program.fails(&["backup", "copy.gpkg"], 1, "never takes its place");
    program.ok(&["remove", "posts", "a", "b"]);
    let said = program.ok(&["restore", "copy.gpkg"]);
    assert!(said.contains("bordermap.gpkg.before-"), "{said}");
    assert_eq!(program.features("posts").len(), 2);
    assert!(program.ok(&["check"]).contains("is sound"));
    let refused = program.fails(
        &["restore", "posts.csv"],
        5,
        "the copy posts.csv cannot be put back",
    );
    assert_eq!(refused.out, "");
}

#[test]
fn what_killed_processes_left_is_swept() {
    let program = Program::new();
    program.seed();
    let temporary = program.path("tmp");
    fs::create_dir(&temporary).unwrap();
    // A file has its name whoever has made it.
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let fresh = name(
        Fresh::beside(&program.path("bordermap.gpkg"))
            .unwrap()
            .path(),
    );
    let scratch = name(fresh::scratch().unwrap().path());
    let dead = [
        &fresh,
        &format!("{fresh}-wal"),
        "bordermap.gpkg.prepared.new-99",
        &format!("tmp/{scratch}"),
        &format!("tmp/{scratch}-shm"),
    ];
    let others = [
        "bordermap.gpkg.newer",
        "bordermap.gpkg.new-2026-12",
        "bordermap.gpkg.new-99-0",
        &fresh.replace("bordermap", "other"),
        "tmp/.tmpx",
        "tmp/bordermap-field-notes.scratch",
    ];
    for name in dead.iter().chain(&others) {
        program.file(name, "x");
    }
    let server = program.serve_with(&[("TMPDIR", temporary.to_str().unwrap())]);
    for name in dead {
        assert!(!program.path(name).exists(), "{name}");
    }
    for name in others {
        assert!(program.path(name).exists(), "{name}");
    }
    server.stop();
}

/// A layer whose newest edits are in the log beside it, because another program has it open.
#[test]
fn what_another_program_has_not_yet_written_into_a_file_is_imported() {
    let program = Program::new();
    program.file("posts.csv", POSTS);
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    program.ok(&["export", "posts", "-o", "posts.gpkg"]);
    let path = program.path("posts.gpkg");
    let open = Connection::open(&path).unwrap();
    // They call functions that only other programs have.
    let triggers: String = open
        .query_row(
            "SELECT group_concat('DROP TRIGGER ' || quote(name), ';') FROM sqlite_schema WHERE type = 'trigger'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    open.execute_batch(&triggers).unwrap();
    open.pragma_update(None, "journal_mode", "WAL").unwrap();
    open.execute_batch(
        "PRAGMA wal_checkpoint(TRUNCATE); UPDATE posts SET name = 'edited' WHERE id = 'a'",
    )
    .unwrap();
    let before: Vec<_> = ["", "-wal"]
        .map(|log| fs::read(program.path(&format!("posts.gpkg{log}"))).unwrap())
        .into();
    assert!(!before[1].is_empty());
    let temporary = program.path("tmp");
    fs::create_dir(&temporary).unwrap();
    let mut import = program.command(&["import", "posts.gpkg", "--layer", "posts"]);
    let said = import.env("TMPDIR", &temporary).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    let names_of: Vec<_> = program
        .features("posts")
        .iter()
        .map(|post| post["properties"]["name"].clone())
        .collect();
    assert!(names_of.contains(&json!("edited")), "{names_of:?}");
    assert_eq!(names_of.len(), 2);
    // The other program's files are as they were, and nothing is left behind.
    let after: Vec<_> = ["", "-wal"]
        .map(|log| fs::read(program.path(&format!("posts.gpkg{log}"))).unwrap())
        .into();
    assert!(before == after);
    assert_eq!(names(&temporary), Vec::<String>::new());
}

/// A command of somebody who may read the folder and no more.
fn reader(program: &Program, args: &[&str]) -> Command {
    let mut command = program.command(args);
    if rustix::process::geteuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    command
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, each step after the one before"
)]
fn a_store_that_cannot_be_written_is_read() {
    let program = Program::new();
    program.file("posts.csv", POSTS);
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(program.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    let run = |args: &[&str]| {
        let output = reader(&program, args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let read = |posts: usize| {
        for name in names(&program.path("")) {
            mode(&name, 0o444);
        }
        mode("", 0o555);
        let before = names(&program.path(""));
        let (code, out, err) = run(&["near", "46,35", "--layer", "posts"]);
        assert_eq!(code, 0, "{err}");
        assert!(
            out.contains(&format!("{posts} of {posts} in posts")),
            "{out}"
        );
        assert!(
            err.contains("can only be read: this user is not allowed"),
            "{err}"
        );
        let (code, out, err) = run(&["check"]);
        assert!(code == 0 && out.contains("is sound"), "{out}{err}");
        assert_eq!(run(&["export", "posts"]).0, 0);
        let (code, _, err) = run(&["import", "posts.csv", "--layer", "more"]);
        assert!(
            code == 7 && err.contains("nothing was changed"),
            "{code} {err}"
        );
        assert_eq!(err.matches("can only be read").count(), 1, "{err}");
        let server = Server::of(reader(&program, &["serve", "--listen", "127.0.0.1:0"]));
        let ready = until(&server, "read-only");
        let reason = ready["reason"].as_str().unwrap();
        assert!(
            reason.ends_with("once it can be written, the server has to be started again"),
            "{reason}"
        );
        server.until_logged("start it again then");
        assert_eq!(server.stop().0, 0);
        assert_eq!(names(&program.path("")), before);
        mode("", 0o755);
        for name in before {
            mode(&name, 0o644);
        }
    };
    read(2);
    // A killed process has left its log.
    let path = program.path("bordermap.gpkg");
    let conn = Connection::open(&path).unwrap();
    conn.query_row("SELECT count(*) FROM posts", [], |_| Ok(()))
        .unwrap();
    program.ok(&["remove", "posts", "a"]);
    let log = program.path("bordermap.gpkg-wal");
    let (main, log_bytes) = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    drop(conn);
    fs::write(&path, main).unwrap();
    fs::write(&log, log_bytes).unwrap();
    read(1);
    // The same as version 0.1.0 left it: it is read as it is, and not brought to a newer format.
    program.ok(&["check"]);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(FORMAT_1).unwrap();
    drop(conn);
    let before = fs::read(&path).unwrap();
    read(1);
    assert!(fs::read(&path).unwrap() == before);
    program.ok(&["check"]);
    assert!(program.path("bordermap.format-1.gpkg").exists());
}
