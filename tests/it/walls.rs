//! The walls between the rooms, held by reading every `crate::` and `super::` path of the source.

use std::collections::{BTreeMap, BTreeSet};
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
        &[
            "atlas",
            "format::FORMATS",
            "format::file",
            "format::view",
            "http::server::options",
            "config",
        ],
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

pub fn sources(under: &Path) -> Vec<PathBuf> {
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

/// The code of a file without its comments and its tests.
pub fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let lines = text.lines().map(|line| {
        let comment = line.trim_start().starts_with("//");
        if comment { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `src/http/endpoints/export.rs` is `http::endpoints::export`; `src/http/mod.rs` is `http`.
pub fn module(source: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let path = source.strip_prefix(src).unwrap().with_extension("");
    let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
    parts.join("::").trim_end_matches("::mod").to_owned()
}

/// Every path of ours that code names, from the root: after `crate::`, and after `super::` as seen from a module. The
/// members of a `{…}` group are each on their own; `pub(in crate::…)` imports nothing.
fn imports(module: &str, code: &str) -> BTreeSet<String> {
    let parent = |module: &str| {
        module
            .rsplit_once("::")
            .map_or("", |(parent, _)| parent)
            .to_owned()
    };
    let mut found = BTreeSet::new();
    for word in ["crate::", "super::"] {
        for (at, _) in code.match_indices(word) {
            // Of `super::super::` the first is where the path begins.
            if code[..at].ends_with("pub(in ") || code[..at].ends_with("super::") {
                continue;
            }
            let mut rest = &code[at..];
            let mut root = module.to_owned();
            while let Some(after) = rest.strip_prefix("super::") {
                (rest, root) = (after, parent(&root));
            }
            if let Some(after) = rest.strip_prefix("crate::") {
                (rest, root) = (after, String::new());
            }
            let path: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
                .collect();
            let from_root = |path: &str| match (&*root, path) {
                ("", path) => path.to_owned(),
                (root, path) => format!("{root}::{path}"),
            };
            match rest[path.len()..].strip_prefix('{') {
                Some(group) => {
                    let members = group.split('}').next().unwrap_or_default();
                    for member in members.split(',').map(str::trim).filter(|m| !m.is_empty()) {
                        let name = member.split(" as ").next().unwrap_or_default();
                        found.insert(from_root(&format!(
                            "{path}{}",
                            name.trim_start_matches("self")
                        )));
                    }
                }
                None => {
                    found.insert(from_root(&path));
                }
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
        let Some((room, allowed)) = MAY_IMPORT.iter().find(|(room, _)| within(&module, room))
        else {
            assert!(
                module == "lib" || module == "main",
                "{module} is in no room"
            );
            continue;
        };
        for path in imports(&module, &code) {
            if !within(&path, room) && !allowed.iter().any(|room| within(&path, room)) {
                breaches.push(format!("{module} imports {path}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

/// A longer file is about more than one thing; clippy.toml says how long a function may be.
const LINES_MAX: usize = 400;

#[test]
fn no_file_is_longer_than_can_be_read_at_once() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lines = |path: &PathBuf| std::fs::read_to_string(path).unwrap().lines().count();
    let mut long = sources(&src);
    assert!(long.iter().any(|path| lines(path) > LINES_MAX / 2));
    long.retain(|path| lines(path) > LINES_MAX);
    assert!(long.is_empty(), "{long:#?}");
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

/// The floors of the atlas and of the wire: a room imports what stands on its own floor only if that is itself, and what
/// is below it freely.
const FLOORS: &[(&str, &[&[&str]])] = &[
    (
        "atlas",
        &[
            &["model"],
            &["geo"],
            &["filter", "index"],
            &["query"],
            &["layer"],
            &["products"],
        ],
    ),
    ("http", &[&["kit", "server"], &["openapi"], &["endpoints"]]),
];

#[test]
fn inner_rooms_import_only_what_is_below_them() {
    let mut breaches = Vec::new();
    for (outer, floors) in FLOORS {
        let floor_of = |path: &str| {
            let inner = path.strip_prefix(outer)?.strip_prefix("::")?;
            let inner = inner.split("::").next()?.to_owned();
            let floor = floors.iter().position(|rooms| rooms.contains(&&*inner))?;
            Some((floor, inner))
        };
        for (module, code) in all() {
            let Some((floor, room)) = floor_of(&module) else {
                continue;
            };
            for path in imports(&module, &code) {
                let is_wiring = within(&path, outer) && floor_of(&path).is_none();
                let above = floor_of(&path).is_some_and(|(at, other)| {
                    at > floor || (at == floor && other != room && *outer == "atlas")
                });
                if is_wiring || above {
                    breaches.push(format!("{module} imports {path}"));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn an_endpoint_imports_no_other_endpoint() {
    const ENDPOINTS: &str = "http::endpoints::";
    let mut breaches = Vec::new();
    for (module, code) in all() {
        let Some(own) = module.strip_prefix(ENDPOINTS) else {
            continue;
        };
        let own = own.split("::").next().unwrap_or_default();
        for path in imports(&module, &code) {
            let other = path.strip_prefix(ENDPOINTS);
            if other.is_some_and(|other| other.split("::").next() != Some(own)) {
                breaches.push(format!("{module} imports {path}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

/// Circles of files that are natural (ARCHITECTURE.md, "The walls"): what calls each other because what it describes
/// contains each other.
const NATURAL: &[&[&str]] = &[
    // A condition compares expressions, and a condition is an expression.
    &["atlas::filter::condition", "atlas::filter::expression"],
];

#[test]
fn no_file_imports_what_imports_it() {
    let all = all();
    let names: BTreeSet<&str> = all.iter().map(|(module, _)| &**module).collect();
    // The file that a path leads to: the longest beginning that is one.
    let file_of = |path: &str| {
        let ends = path.match_indices("::").map(|(at, _)| at);
        let mut ends: Vec<usize> = ends.chain([path.len()]).collect();
        ends.reverse();
        let mut begins = ends.into_iter().map(|end| &path[..end]);
        begins.find_map(|begin| names.get(begin).copied())
    };
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, code) in &all {
        let paths = imports(module, code);
        let files = paths.iter().filter_map(|path| file_of(path));
        // A module and what it is divided in are one thing: a part may name what it is a part of.
        let others = files.filter(|file| !within(module, file));
        reached.insert(module, others.collect());
    }
    // Whatever is reached by what is reached is reached.
    loop {
        let before: usize = reached.values().map(BTreeSet::len).sum();
        for module in &names {
            let onward: BTreeSet<&str> = reached[module]
                .iter()
                .flat_map(|next| reached[next].iter().copied())
                .collect();
            reached.entry(module).or_default().extend(onward);
        }
        if reached.values().map(BTreeSet::len).sum::<usize>() == before {
            break;
        }
    }
    let circles: BTreeSet<Vec<&str>> = names
        .iter()
        .filter(|module| reached[*module].contains(*module))
        .map(|module| {
            let others = names
                .iter()
                .filter(|other| reached[*module].contains(*other));
            others
                .filter(|other| reached[*other].contains(module))
                .copied()
                .collect()
        })
        .collect();
    let real: Vec<_> = circles
        .iter()
        .filter(|circle| !NATURAL.contains(&&***circle))
        .collect();
    assert!(real.is_empty(), "{real:#?}");
}
