//! The walls between the rooms, held by reading every `crate::` path of the source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each room may import of ours (ARCHITECTURE.md, "The walls").
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("atlas", &["atlas"]),
    ("format", &["atlas", "format", "geopackage"]),
    ("geopackage", &["atlas", "geopackage"]),
    (
        "store",
        &["atlas", "fresh", "geopackage", "system", "store"],
    ),
    ("fresh", &[]),
    ("system", &[]),
    ("live", &["atlas", "prepared", "store"]),
    ("prepared", &["atlas", "fresh", "prepared"]),
    (
        "import",
        &["atlas", "format", "fresh", "live", "store", "import"],
    ),
    // What is shipped goes the way of every other row.
    (
        "seed",
        &["atlas", "format", "live", "store", "import", "seed"],
    ),
    ("http", &["atlas", "format", "fresh", "live", "http"]),
    (
        "commands",
        &[
            "atlas",
            "format",
            "fresh",
            "geopackage",
            "live",
            "prepared",
            "system",
            "store",
            "import",
            "seed",
            "http",
            "commands",
            "config",
        ],
    ),
    // Flags are parsed once, into types that cannot be wrong: the rooms' own.
    (
        "config",
        &["atlas", "format::form", "http::options", "config"],
    ),
];

/// Words that must not stand in a room's code.
const MUST_NOT_SAY: &[(&str, &[&str])] = &[
    (
        "atlas",
        &[
            "axum",
            "tokio",
            "rusqlite",
            "std::fs",
            "std::io",
            "std::net",
            "std::env",
            "SystemTime",
            "Instant::now",
            "async ",
        ],
    ),
    (
        "format",
        &[
            "axum", "tokio", "rusqlite", "std::fs", "std::env", "std::net",
        ],
    ),
    ("store", &["axum", "tokio", "std::env"]),
    ("geopackage", &["axum", "tokio", "std::env", "std::fs"]),
    ("live", &["axum", "rusqlite"]),
    ("prepared", &["axum", "tokio", "rusqlite", "std::env"]),
    ("http", &["rusqlite", "std::env", "SELECT "]),
];

fn sources(under: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file without its comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| {
        let comment = line.trim_start().starts_with("//");
        if comment { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `src/http/items.rs` is `http::items`; `src/http/mod.rs` is `http`.
fn module(source: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let path = source.strip_prefix(src).unwrap().with_extension("");
    let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
    parts.join("::").trim_end_matches("::mod").to_owned()
}

/// Every path after `crate::`, the members of a `{…}` group each on their own.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let path: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
            .collect();
        match rest[path.len()..].strip_prefix('{') {
            Some(group) => {
                let members = group.split('}').next().unwrap_or_default();
                for member in members.split(',').map(str::trim).filter(|m| !m.is_empty()) {
                    found.insert(format!("{path}{member}"));
                }
            }
            None => {
                found.insert(path);
            }
        }
    }
    found
}

fn all() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all: Vec<_> = sources(&src)
        .iter()
        .map(|path| (module(path), code(path)))
        .collect();
    all.sort();
    assert!(all.len() > 20, "the source was not found");
    all
}

fn within(path: &str, room: &str) -> bool {
    path.strip_prefix(room)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn rooms_import_only_what_they_may() {
    let mut breaches = Vec::new();
    for (module, code) in all() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(room, _)| within(&module, room)) else {
            assert!(
                module == "lib" || module == "main",
                "{module} is in no room"
            );
            continue;
        };
        for path in imports(&code) {
            if !allowed.iter().any(|room| within(&path, room)) {
                breaches.push(format!("{module} imports {path}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn rooms_never_say_certain_words() {
    let mut breaches = Vec::new();
    for (module, code) in all() {
        for (_, words) in MUST_NOT_SAY
            .iter()
            .filter(|(room, _)| within(&module, room))
        {
            for word in words.iter().filter(|word| code.contains(**word)) {
                breaches.push(format!("{module} says {word}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn a_door_imports_no_other_door_and_nothing_imports_the_wiring() {
    // What doors share; everything else in the room is a door.
    const SHARED: &[&str] = &[
        "address",
        "answer",
        "app",
        "clients",
        "clock",
        "compress",
        "document",
        "files",
        "frame",
        "guard",
        "identity",
        "json_schema",
        "link",
        "load",
        "metrics",
        "negotiate",
        "open",
        "openapi_parts",
        "options",
        "page",
        "params",
        "pieces",
        "problem",
        "process",
        "reading",
        "route",
        "selection",
        "turns",
        "unsent",
    ];
    let mut breaches = Vec::new();
    for (module, code) in all() {
        let Some(here) = module.strip_prefix("http::") else {
            continue;
        };
        for path in imports(&code) {
            let Some(there) = path.strip_prefix("http::") else {
                if path == "http" {
                    breaches.push(format!("{module} imports the wiring"));
                }
                continue;
            };
            let there = there.split("::").next().unwrap_or_default();
            let is_wiring = there.chars().next().is_some_and(char::is_uppercase)
                || there == "router"
                || there == "serve";
            let own = here.split("::").next() == Some(there);
            if is_wiring || !(own || SHARED.contains(&there)) {
                breaches.push(format!("{module} imports {path}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}
