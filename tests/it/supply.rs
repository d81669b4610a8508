//! What a build may run and fetch, held by reading the files that say so.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Packages whose scripts a build needs, each with a reason (docs/security.md). There is none.
const MAY_RUN_SCRIPTS: &[&str] = &[];

/// Where `npm` is told what to do.
const TELL_NPM: &[&str] = &[".ci/run", "justfile", ".github/workflows/ci.yml", "docs"];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files of a path, folders opened.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).unwrap();
    let mut found: Vec<PathBuf> = entries
        .flat_map(|entry| files(&entry.unwrap().path()))
        .collect();
    found.sort();
    found
}

#[test]
fn npm_never_runs_the_scripts_of_packages() {
    let mut breaches = Vec::new();
    let mut told = 0;
    for file in TELL_NPM.iter().flat_map(|path| files(&here(path))) {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        for line in text.lines() {
            for rest in line.split("npm ").skip(1) {
                let words: Vec<&str> = rest.split_whitespace().collect();
                if !matches!(words.first(), Some(&("ci" | "install" | "i"))) {
                    continue;
                }
                told += 1;
                if !rest.contains("--ignore-scripts") {
                    breaches.push(format!("{}: {line}", file.display()));
                }
            }
        }
    }
    let build = std::fs::read_to_string(here("build.rs")).unwrap();
    assert!(build.contains("\"--ignore-scripts\""), "build.rs");
    assert!(told > 5, "the commands were not found");
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn no_package_needs_a_script_that_is_not_run() {
    for lock in ["web/package-lock.json", "tests/e2e/package-lock.json"] {
        let text = std::fs::read_to_string(here(lock)).unwrap();
        let lock_file: Value = serde_json::from_str(&text).unwrap();
        let packages = lock_file["packages"].as_object().unwrap();
        assert!(packages.len() > 10, "{lock} has no packages");
        for (name, package) in packages {
            let has_script = package["hasInstallScript"] == true;
            // macOS's watcher of files is optional and brings its program ready-made.
            let is_optional = package["optional"] == true;
            assert!(
                !has_script || is_optional || MAY_RUN_SCRIPTS.contains(&name.as_str()),
                "{lock}: {name} has an install script"
            );
            let has_hash = name.is_empty() || package["integrity"].is_string();
            assert!(has_hash, "{lock}: {name} has no hash");
        }
    }
}

#[test]
fn actions_are_pinned_to_commits_and_say_their_version() {
    let text = std::fs::read_to_string(here(".github/workflows/ci.yml")).unwrap();
    let used: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
        .collect();
    assert!(!used.is_empty(), "no action was found");
    for action in used {
        let (pin, version) = action
            .split_once('@')
            .and_then(|(_, pin)| pin.split_once(" # v"))
            .unwrap_or_default();
        let is_commit = pin.len() == 40 && pin.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_commit, "{action} follows a tag, which can be moved");
        assert!(version.split('.').count() == 3, "{action} says no version");
    }
}
