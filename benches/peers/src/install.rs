//! Finds the programs of the peers, and installs what is missing from the registries of their kinds:
//! Debian's packages, Go's modules, crates and Python's packages. What is not Debian's stays inside
//! this project's build folder.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where programs of Debian are that are not on everybody's path.
const ALSO: [&str; 2] = ["/usr/sbin", "/sbin"];

/// How a program is had.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// Packages of Debian.
    Debian(&'static [&'static str]),
    /// A Go module's command.
    Go(&'static str),
    /// A crate, with further arguments.
    Crate(&'static [&'static str]),
    /// Packages of Python.
    Python(&'static [&'static str]),
}

/// The folder for what is installed, in the build folder that this program lies in.
pub fn folder() -> PathBuf {
    let program = std::env::current_exe().expect("this program");
    let build = program.ancestors().nth(2).expect("a build folder");
    build.join("tmp/peers")
}

/// The path of a program that is there.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![
        folder().join("bin"),
        folder().join("python/bin"),
        PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo/bin"),
    ];
    folders.extend(std::env::split_paths(&path));
    folders.extend(ALSO.map(PathBuf::from));
    folders.extend(postgres_folder());
    folders
        .into_iter()
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The newest of Debian's database servers: each version has a folder for its programs.
fn postgres_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let newest = versions.flatten().map(|entry| entry.path()).max()?;
    Some(newest.join("bin"))
}

/// A program's path, installed if it is missing.
///
/// # Errors
/// Why it cannot be had, as the installer says it.
pub fn have(program: &str, how: How, may_install: bool) -> Result<PathBuf, String> {
    if let Some(path) = find(program) {
        return Ok(path);
    }
    if !may_install {
        return Err(format!("{program} is not there, and --no-install was said"));
    }
    eprintln!("installing {program} …");
    install(how)?;
    find(program).ok_or_else(|| format!("{how:?} was installed, but has no {program}"))
}

/// Installs.
///
/// # Errors
/// What the installer said.
pub fn install(how: How) -> Result<(), String> {
    let root = folder();
    std::fs::create_dir_all(&root).map_err(|error| error.to_string())?;
    match how {
        How::Debian(packages) => {
            refreshed()?;
            let mut command = Command::new("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive").args([
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
            ]);
            done(command.args(packages))
        }
        How::Go(module) => done(
            Command::new("go")
                .env("GOBIN", root.join("bin"))
                .args(["install", module]),
        ),
        How::Crate(arguments) => done(
            Command::new("cargo")
                .args(["install", "--locked", "--root"])
                .arg(&root)
                .args(arguments),
        ),
        How::Python(packages) => {
            let python = root.join("python");
            done(Command::new("python3").args(["-m", "venv"]).arg(&python))?;
            let pip = python.join("bin/pip");
            done(Command::new(pip).args(["install", "-q"]).args(packages))
        }
    }
}

/// Debian's list of packages, fetched once.
fn refreshed() -> Result<(), String> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    DONE.get_or_init(|| done(Command::new("apt-get").args(["update", "-qq"])))
        .clone()
}

/// Runs a command to its end.
///
/// # Errors
/// Its name and the last of what it said.
pub fn done(command: &mut Command) -> Result<(), String> {
    output(command).map(drop)
}

/// Runs a command to its end; what it printed.
///
/// # Errors
/// Its name and the last of what it said.
pub fn output(command: &mut Command) -> Result<String, String> {
    let name = Path::new(command.get_program()).display().to_string();
    let arguments: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let said = command
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    if said.status.success() {
        return Ok(String::from_utf8_lossy(&said.stdout).into_owned());
    }
    let text = String::from_utf8_lossy(&said.stderr);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let last = lines[lines.len().saturating_sub(2)..].join(" ");
    let said_to: String = arguments.join(" ").chars().take(100).collect();
    Err(format!("`{name} {said_to}`: {last}"))
}
