//! Which store: asking makes none, writing says which one it was and who shows it.

use std::fs;
use std::process::Command;

use crate::program::Program;

/// Where the store of a folder really is.
fn place(program: &Program) -> String {
    let folder = fs::canonicalize(program.path(".")).unwrap();
    folder.join("bordermap.gpkg").display().to_string()
}

#[test]
fn asking_makes_no_store() {
    let program = Program::new();
    let said = program.run(&["near", "46.18,35.52", "--radius", "25km"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out.contains("of 7 in incidents within 25 km"),
        "{said:?}"
    );
    assert!(
        said.err.contains(&format!(
            "there is no store {}: the shipped data answer",
            place(&program)
        )),
        "{said:?}"
    );
    assert_eq!(program.features("incidents").len(), 148);
    let absent = format!("there is no store {}", place(&program));
    for args in [
        &["check"][..],
        &["backup", "copy.gpkg"],
        &["remove", "incidents", "iib-001"],
        &["near", "46,35", "--store", "bordermap.gpkg"],
        &["export", "border", "--store", "bordermap.gpkg"],
    ] {
        let said = program.fails(args, 8, &absent);
        assert!(
            said.err.contains("\"bordermap import\" make one"),
            "{said:?}"
        );
    }
    program.fails(
        &["restore", "copy.gpkg"],
        1,
        "the copy copy.gpkg: there is no such file",
    );
    program.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    let said = program.run(&["import", "posts.csv", "--layer", "posts", "--dry-run"]);
    assert_eq!(
        (said.code, said.out.contains("1 added")),
        (0, true),
        "{said:?}"
    );
    assert!(said.err.contains("it would be made"), "{said:?}");
    assert_eq!(program.names(), ["posts.csv"]);
    // What the shipped data answer is what the store answers that is made of them.
    let shipped = program.features("incidents");
    program.seed();
    assert_eq!(program.features("incidents"), shipped);
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, each step after the one before"
)]
fn writing_says_which_store_it_was_and_who_shows_it() {
    let program = Program::new();
    let row = |name: &str| format!("id,lon,lat,name\np1,46,35.5,{name}\n");
    let import = ["import", "posts.csv", "--layer", "posts"];
    let written = |name: &str| {
        program.file("posts.csv", row(name));
        let said = program.run(&import);
        assert_eq!(said.code, 0, "{said:?}");
        said.err
    };
    let place = place(&program);
    let err = written("one");
    let new =
        format!("made a new store, filled with the shipped data: {place}; no server runs on it");
    assert!(err.contains(&new), "{err}");
    let err = written("two");
    assert!(
        err.contains(&format!("the store is {place}; no server runs on it")),
        "{err}"
    );
    let server = program.serve();
    let shows = format!("the server on {}/ shows it", server.url);
    let err = written("three");
    assert!(
        err.contains(&format!("the store is {place}; {shows}")),
        "{err}"
    );
    let said = program.run(&["remove", "posts", "p1"]);
    assert!(said.err.contains(&shows), "{said:?}");
    assert_eq!(said.out, "1 removed\n");
    // From another folder it is another store, and the server's is named.
    fs::create_dir(program.path("elsewhere")).unwrap();
    let elsewhere = |args: &[&str]| {
        let mut command = program.command(args);
        command.current_dir(program.path("elsewhere"));
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, err) = elsewhere(&["near", "46,35"]);
    let named = format!("the server on {}/ has its store in {place}", server.url);
    assert!(code == Some(0) && err.contains(&named), "{err}");
    let (code, err) = elsewhere(&["import", "../posts.csv", "--layer", "posts"]);
    assert!(code == Some(0) && err.contains("made a new store"), "{err}");
    assert!(
        err.contains("warning: the server on") && err.contains(&format!("--store {place}")),
        "{err}"
    );
    let (code, err) = elsewhere(&[
        "import",
        "../posts.csv",
        "--layer",
        "posts",
        "--store",
        "../bordermap.gpkg",
    ]);
    assert!(
        code == Some(0) && err.contains(&shows) && !err.contains("warning"),
        "{err}"
    );
    server.stop();
    let err = written("four");
    assert!(err.contains("no server runs on it"), "{err}");
}

#[test]
fn a_killed_server_is_not_said_to_run() {
    let program = Program::new();
    let server = program.serve();
    server.signal("KILL");
    drop(server);
    program.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    let said = program.run(&["import", "posts.csv", "--layer", "posts"]);
    assert!(said.err.contains("no server runs on it"), "{said:?}");
}

#[test]
fn another_program_is_told_as_such() {
    let program = Program::new();
    // Its folder for temporary files is another: whether it is a server cannot be known.
    let server = program.serve_with(&[("TMPDIR", "/nowhere")]);
    program.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    let said = program.run(&["import", "posts.csv", "--layer", "posts"]);
    assert!(said.err.contains("another program has it open"), "{said:?}");
    server.stop();
}

#[test]
#[expect(clippy::too_many_lines, reason = "one reason after the other")]
fn a_store_that_cannot_be_made_or_written_says_why() {
    let program = Program::new();
    program.seed();
    program.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    let mut nobody = Command::new("id");
    if nobody.arg("-u").output().unwrap().stdout == b"0\n" {
        // Root may write anywhere: the kernel's own folder stands for one that nobody may write.
        let args = [
            "import",
            "posts.csv",
            "--layer",
            "posts",
            "--store",
            "/proc/1/new.gpkg",
        ];
        let said = program.run(&args);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(
            said.err.contains("/proc/1/new.gpkg cannot be used"),
            "{said:?}"
        );
        assert!(
            !said.err.contains("os error") && !said.err.contains("unable to open"),
            "{said:?}"
        );
    } else {
        let lock = |mode: &str| {
            let mut chmod = Command::new("chmod");
            assert!(
                chmod
                    .arg(mode)
                    .arg(program.path("."))
                    .status()
                    .unwrap()
                    .success()
            );
        };
        lock("555");
        let near = program.run(&["near", "46,35"]);
        let import = program.run(&["import", "posts.csv", "--layer", "posts"]);
        lock("755");
        assert_eq!(near.code, 0, "{near:?}");
        assert_eq!(import.code, 7, "{import:?}");
        assert!(
            import.err.contains("this user is not allowed to write"),
            "{import:?}"
        );
    }
    let said = program.fails(
        &["import", "nosuch.csv", "--layer", "posts"],
        1,
        "nosuch.csv cannot be read: there is no such file",
    );
    assert_eq!(said.err.matches("nosuch.csv").count(), 1, "{said:?}");
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
    program.fails(
        &["import", ".", "--layer", "posts"],
        1,
        ". is a folder, not a file",
    );
    let said = program.fails(
        &["export", "border", "-o", "no/such/folder.geojson"],
        1,
        "no such file or folder",
    );
    assert!(!said.err.contains("os error"), "{said:?}");
    let other = Program::new();
    other.file("posts.csv", "id,lon,lat,name\np1,46,35.5,Post\n");
    other.fails(
        &["import", "nosuch.csv", "--layer", "posts"],
        1,
        "nosuch.csv",
    );
    other.fails(
        &[
            "import",
            "nosuch.csv",
            "--layer",
            "posts",
            "--format",
            "csv",
        ],
        1,
        "nosuch.csv",
    );
    assert_eq!(
        other.names(),
        ["posts.csv"],
        "a file that is not there makes no store"
    );
}
