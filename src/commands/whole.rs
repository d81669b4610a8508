//! A GeoPackage that another program has open: its newest edits lie in a log beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

use crate::fresh::{self, beside};
use crate::geopackage::untrusted;

/// What SQLite keeps edits in until they are in the file.
const LOGS: [&str; 2] = ["-wal", "-journal"];
/// How often a copy is begun anew because somebody wrote meanwhile.
const TRIES_MAX: usize = 5;

/// A copy of a GeoPackage that has taken in what lies in the log beside it; `None` if there is no log.
/// The file and its log stay as they are.
pub(super) fn with_log(path: &Path) -> anyhow::Result<Option<NamedTempFile>> {
    let has_log = |suffix| fs::metadata(beside(path, suffix)).is_ok_and(|log| log.len() > 0);
    if !LOGS.into_iter().any(has_log) {
        return Ok(None);
    }
    let copy = fresh::scratch().context("there is no room for a copy of the file")?;
    for _ in 0..TRIES_MAX {
        let before = state(path)?;
        fs::copy(path, copy.path())?;
        for suffix in LOGS {
            match fs::copy(beside(path, suffix), beside(copy.path(), suffix)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // Of an earlier try.
                    let _ = fs::remove_file(beside(copy.path(), suffix));
                }
                copied => {
                    copied?;
                }
            }
        }
        if state(path)? == before {
            if let Err(error) = untrusted::take_in_log(copy.path()) {
                bail!("{}: {error}", path.display());
            }
            return Ok(Some(copy));
        }
    }
    bail!(
        "{} is being written by another program; try again when that is done",
        path.display()
    )
}

/// The sizes and times of the file and its logs.
fn state(path: &Path) -> io::Result<Vec<Option<(u64, SystemTime)>>> {
    let facts = |path: PathBuf| match fs::metadata(path) {
        Ok(facts) => Ok(Some((facts.len(), facts.modified()?))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let all = std::iter::once("").chain(LOGS);
    all.map(|suffix| facts(beside(path, suffix))).collect()
}
