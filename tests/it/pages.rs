//! The README and the pages of docs say what is so: each command among them that is shown with what it prints is
//! run, and prints that.

use std::process::Command;

use crate::program::{Program, Said, Server};

/// Where the pages say that the server is.
const ADDRESS: &str = "http://127.0.0.1:8080";
/// Pages whose commands are shown with what they print.
const PAGES: [(&str, &str); 3] = [
    ("README.md", include_str!("../../README.md")),
    ("docs/api.md", include_str!("../../docs/api.md")),
    ("docs/import.md", include_str!("../../docs/import.md")),
];
/// What stands in a page for what is left out.
const LEFT_OUT: char = '…';

/// A command of a page, and what stands below it.
struct Shown {
    page: &'static str,
    command: String,
    printed: String,
}

fn shown() -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for (page, text) in PAGES {
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with("```") {
                inside = line == "```console";
            } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
                shown.push(Shown {
                    page,
                    command: command.to_owned(),
                    printed: String::new(),
                });
            } else if let Some(last) = shown.last_mut().filter(|_| inside) {
                last.printed.push_str(line);
                last.printed.push('\n');
            }
        }
    }
    shown
}

/// Whether a text is what a page shows, where that may leave something out.
fn is_as_shown(printed: &str, text: &str) -> bool {
    let mut parts = printed.trim_end().split(LEFT_OUT);
    let Some(mut rest) = parts
        .next()
        .and_then(|first| text.trim_end().strip_prefix(first))
    else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    for (at, part) in parts.iter().enumerate() {
        let found = if at + 1 == parts.len() {
            rest.ends_with(part).then(|| rest.len() - part.len())
        } else {
            rest.find(part)
        };
        let Some(found) = found else { return false };
        rest = &rest[found + part.len()..];
    }
    rest.is_empty()
}

/// What a command prints. What curl would get is asked here: tests need no curl.
fn printed(program: &Program, server: &Server, command: &str) -> String {
    if let Some(address) = command.strip_prefix("curl -s '") {
        let address = address.strip_suffix('\'').expect("curl gets one address");
        let path = address.strip_prefix(ADDRESS).expect("of this server");
        return server
            .get(&path.replace(' ', "%20"))
            .1
            .replace(&server.url, ADDRESS)
            // CSV ends its lines so.
            .replace("\r\n", "\n");
    }
    assert!(
        command.starts_with("bordermap ") || command.starts_with("cat "),
        "{command}: no such tool is named"
    );
    let mut shell = Command::new("sh");
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_bordermap"))
        .parent()
        .unwrap();
    let path = std::env::var("PATH").unwrap();
    shell.args(["-c", &format!("{command} 2>&1")]);
    shell.env("PATH", format!("{}:{path}", own.display()));
    shell
        .env_remove("BORDERMAP_STORE")
        .env("TMPDIR", program.scratch());
    let Said { out, .. } = program.said(shell);
    // Where the folder is, and the server.
    let folder = std::fs::canonicalize(program.path("")).unwrap();
    out.replace(&folder.display().to_string(), "/home/me")
        .replace(&server.url, ADDRESS)
}

#[test]
fn what_pages_show_is_what_is_printed() {
    let program = Program::new();
    let server = program.serve();
    // The smallest report, as the help and the page have it.
    let report = PAGES[2]
        .1
        .lines()
        .skip_while(|line| !line.starts_with("lon,lat,title,"))
        .take(2);
    program.file("report.csv", report.collect::<Vec<_>>().join("\n") + "\n");
    let all = shown();
    assert!(all.len() > 8, "{}", all.len());
    for Shown {
        page,
        command,
        printed: wanted,
    } in all
    {
        let found = printed(&program, &server, &command);
        assert!(
            is_as_shown(&wanted, &found),
            "{page}: {command}\n--- shown\n{wanted}\n--- printed\n{found}"
        );
    }
    server.stop();
}

#[test]
fn the_readme_is_short_and_its_claims_are_true() {
    let readme = PAGES[0].1;
    assert!(readme.lines().count() < 80, "{}", readme.lines().count());
    let rust = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        readme.contains(&format!("You need Rust {rust} or newer")),
        "Cargo.toml says {rust}"
    );
    let page: serde_json::Value =
        serde_json::from_str(include_str!("../../web/package.json")).unwrap();
    let node = page["engines"]["node"]
        .as_str()
        .unwrap()
        .trim_start_matches(">=");
    assert!(
        readme.contains(&format!("Node {node} or newer")),
        "web/package.json says {node}"
    );
    for tool in ["jq", "python", "wget"] {
        assert!(!readme.contains(&format!("{tool} ")), "{tool}");
    }
    // The help has the same smallest report.
    let row = |text: &str| {
        let mut lines = text
            .lines()
            .map(str::trim)
            .skip_while(|line| !line.starts_with("lon,lat,title,"));
        [lines.next(), lines.next()].map(|line| line.map(str::to_owned))
    };
    let help = Program::new().ok(&["import", "--help"]);
    assert!(row(&help)[1].is_some());
    assert_eq!(row(&help), row(PAGES[2].1));
}

/// Without the formats of features that are not built by default.
#[cfg(not(feature = "geoparquet"))]
#[test]
fn the_pages_name_every_file_format() {
    let titles = bordermap::format::file::FileFormat::titles();
    for (name, page) in [PAGES[0], PAGES[2]] {
        let page = page.replace('\n', " ");
        assert!(page.contains(&titles), "{name} does not name {titles}");
    }
    let help = bordermap::format::file::FileFormat::help();
    for command in ["import", "export"] {
        let told = Program::new().ok(&[command, "--help"]);
        assert!(told.contains(&help), "{told}");
    }
}

#[test]
fn what_is_left_out_may_be_anything() {
    assert!(is_as_shown("a…c…", "abbcd\n"));
    assert!(is_as_shown("ab\n", "ab"));
    assert!(!is_as_shown("a…c", "abcd"));
    assert!(!is_as_shown("ab", "abc"));
}
