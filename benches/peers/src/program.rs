//! The bordermap that is measured.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// The program that [`choose`] chose.
pub fn program() -> &'static Path {
    PROGRAM.get().expect("a program was chosen first")
}

/// Chooses the program; without one, the release program of the tree around this crate, which is built
/// for it.
///
/// # Errors
/// If that could not be built, for which cargo has said the reason.
pub fn choose(program: Option<&Path>) -> Result<(), String> {
    let program = program.map_or_else(built, |program| Ok(program.to_owned()))?;
    PROGRAM.get_or_init(|| program);
    Ok(())
}

/// Builds the release program; where it lies, as cargo says it.
fn built() -> Result<PathBuf, String> {
    let failed = |reason: &dyn std::fmt::Display| format!("bordermap was not built: {reason}");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--release",
            "--bin",
            "bordermap",
            "--message-format",
        ])
        .args(["json-render-diagnostics", "--manifest-path", manifest])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let executable = text.lines().rev().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executable.ok_or_else(|| failed(&"cargo names no program"))
}
