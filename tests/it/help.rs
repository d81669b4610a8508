//! What `--help` says: every example of every command runs, and what is listed is there.

use std::fs;
use std::process::Command;

use crate::program::{Program, Server};

const COMMANDS: [&str; 9] = [
    "serve",
    "import",
    "remove",
    "export",
    "near",
    "check",
    "backup",
    "restore",
    "completions",
];

/// A folder with all that the examples speak of.
fn furnished() -> Program {
    let program = Program::new();
    program.seed();
    let rows = "id,lon,lat,name\na1,46,35.5,A\na2,46,35.6,B\na3,46,35.7,C\n";
    program.file("camps.csv", rows);
    program.file("posts.csv", rows);
    let feature = |id: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","geometry":{{"type":"Point","coordinates":[46,35.5]}},"properties":{{"name":"{id}"}}}}"#
        )
    };
    program.file("sectors.geojsonl", feature("s1") + "\n");
    let posts = ["a1", "a2", "a3"].map(feature).join(",");
    let posts = format!(r#"{{"type":"FeatureCollection","features":[{posts}]}}"#);
    program.file("posts.geojson", posts);
    let help = program.ok(&["import", "--help"]);
    let report: Vec<&str> = help
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("lon,lat,"))
        .take(2)
        .collect();
    program.file("reports.csv", report.join("\n") + "\n");
    program.ok(&["backup", "copy.gpkg"]);
    for folder in [
        "backups",
        "var",
        ".local/share/bash-completion/completions",
        ".config/fish/completions",
        ".zfunc",
    ] {
        fs::create_dir_all(program.path(folder)).unwrap();
    }
    for name in ["backups/bordermap-2026-11-30.gpkg", "var/bordermap.gpkg"] {
        fs::copy(program.path("copy.gpkg"), program.path(name)).unwrap();
    }
    program
}

/// The command lines among the examples of a help, without what stands beside them.
fn examples(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    let whole = lines.join("\n").replace("\\\n", " ");
    let commands = whole.lines().map(|line| {
        let line = line.trim();
        // What explains it stands apart.
        line.split("   ").next().unwrap_or(line).to_owned()
    });
    commands.collect()
}

/// An example in the test's own folders, as a shell runs it.
fn shell(program: &Program, example: &str) -> Command {
    let folder = program.path("").display().to_string();
    let line = example
        .replace("/backups/", &format!("{folder}backups/"))
        .replace("/var/lib/bordermap/", &format!("{folder}var/"))
        .replace("0.0.0.0:8080", "127.0.0.1:0")
        .replace("localhost:8081", "localhost:0");
    let mut command = program.command(&[]);
    let mut shell = Command::new("sh");
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_bordermap"))
        .parent()
        .unwrap();
    let path = std::env::var("PATH").unwrap();
    shell.args(["-c", &line]).current_dir(&folder);
    for (name, value) in command.args([""]).get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
        .env("HOME", &folder)
        .env("PATH", format!("{}:{path}", own.display()));
    shell
}

#[test]
fn every_example_of_every_help_runs() {
    let mut run = 0;
    for command in COMMANDS {
        let program = furnished();
        let help = program.ok(&[command, "--help"]);
        let examples = examples(&help);
        assert!(!examples.is_empty(), "{command}: {help}");
        for example in examples {
            run += 1;
            if command == "serve" {
                let mut serve = shell(
                    &program,
                    &example.replace("bordermap serve", "exec bordermap serve"),
                );
                if !example.contains("--listen") {
                    serve.env("BORDERMAP_LISTEN", "127.0.0.1:0");
                }
                let (code, log) = Server::of(serve).stop();
                assert_eq!(code, 0, "{example}: {log:?}");
                continue;
            }
            if command == "remove" {
                program.ok(&["import", "posts.csv", "--layer", "posts"]);
            }
            if command == "backup" {
                // A backup takes no other file's place.
                for name in ["copy.gpkg", "backups/bordermap-2026-11-30.gpkg"] {
                    fs::remove_file(program.path(name)).unwrap_or_default();
                }
            }
            if command == "restore" && example.contains("--store") {
                fs::remove_file(program.path("var/bordermap.gpkg")).unwrap();
            }
            let said = program.said(shell(&program, &example));
            assert_eq!(said.code, 0, "{example}: {said:?}");
        }
    }
    assert!(run > 20, "{run}");
}

#[test]
fn the_examples_of_the_program_itself_run() {
    let program = furnished();
    let examples = examples(&program.ok(&["--help"]));
    assert!(
        examples.len() > 3 && examples[0] == "bordermap",
        "{examples:?}"
    );
    let mut serve = shell(&program, "exec bordermap");
    serve.env("BORDERMAP_LISTEN", "127.0.0.1:0");
    assert_eq!(Server::of(serve).stop().0, 0);
    for example in &examples[1..] {
        let said = program.said(shell(&program, example));
        assert_eq!(said.code, 0, "{example}: {said:?}");
    }
}

#[test]
fn help_is_a_command_too() {
    let program = Program::new();
    let help = program.ok(&["help"]);
    for command in COMMANDS {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command}: {help}"
        );
        assert_eq!(
            program.ok(&["help", command]),
            program.ok(&[command, "--help"])
        );
    }
    assert!(help.contains("BORDERMAP_STORE"), "{help}");
    assert!(
        program
            .ok(&["help", "--help"])
            .contains("Usage: bordermap help")
    );
    assert!(program.names().is_empty(), "help makes no store");
}

/// One report by hand is one step: the help's own file is taken, and one that lacks something is told all of
/// it, with what would be right.
#[test]
fn the_smallest_report_is_in_the_help() {
    let program = furnished();
    assert!(
        program
            .ok(&["import", "reports.csv", "--layer", "incidents"])
            .starts_with("1 added")
    );
    program.file("less.csv", "lon,lat,title\n46.18,35.52,A report\n");
    let said = program.fails(
        &["import", "less.csv", "--layer", "incidents"],
        6,
        "less.csv: line 2",
    );
    for part in [
        "\"category\" is missing, which is one of clash, strike",
        "\"date\" is missing, which is a date such as",
        "\"sources\" is missing, which is JSON: List of {name, ref}",
        "needs these columns: lon,lat,title,category,date,date_precision,position_precision,status,sources;",
    ] {
        assert!(said.err.contains(part), "{part}: {said:?}");
    }
}

/// The exit codes are the same in the help and in the page for operators.
#[test]
fn exit_codes_are_told_alike() {
    let help = Program::new().ok(&["--help"]);
    let help = help.replace("\n     ", " ");
    let page = include_str!("../../docs/operate.md");
    for code in 0..=8 {
        let told = help
            .lines()
            .find_map(|line| line.strip_prefix(&format!("  {code}  ")));
        let told = told.unwrap_or_else(|| panic!("{code} is not in the help"));
        let row = format!("| {code} | {} |", told.replace('|', "\\|"));
        assert!(page.contains(&row), "{row}");
    }
    assert!(page.contains("| 129, 130, 143 |") && help.contains("  129, 130, 143  "));
}
