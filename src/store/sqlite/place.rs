//! Where a store's file really is. SQLite follows symbolic links and names the log by where they lead;
//! all that lies beside the file is named so too, whatever name it was opened by.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::fresh::{self, beside, folder_of};

/// As many links as systems follow, one leading to another.
const LINKS_MAX: usize = 40;
/// How long a second name is waited for that may go: a file on its way has two for a moment where the
/// file system cannot rename without replacing.
const NAME_TRIES: u32 = 20;
const NAME_STEP: Duration = Duration::from_millis(10);

/// The path without links, also of a file that is not there (yet). What cannot be followed stays as it
/// is: opening it says why.
pub(super) fn real(path: &Path) -> PathBuf {
    let mut at = path.to_owned();
    for _ in 0..LINKS_MAX {
        if let Ok(real) = fs::canonicalize(&at) {
            return real;
        }
        let Ok(to) = fs::read_link(&at) else { break };
        at = folder_of(&at).join(to);
    }
    match (fs::canonicalize(folder_of(&at)), at.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => at,
    }
}

/// Why a file with several names (hard links) must not be written; `None` if it has one, or is not there.
pub(super) fn several_names(path: &Path) -> Option<String> {
    let names = || fs::metadata(path).map_or(1, |facts| facts.nlink());
    if names() < 2 {
        return None;
    }
    // The other may be that under which a killed process made it.
    fresh::sweep_beside(path);
    for _ in 0..NAME_TRIES {
        if names() < 2 {
            return None;
        }
        thread::sleep(NAME_STEP);
    }
    Some(format!(
        "the file has {} names (hard links), and each would get a log of its own, which together ruin it; \
         remove the other names, or put a copy made by \"bordermap backup\" in its place",
        names()
    ))
}

/// Whether somebody has the file open, or was killed while so.
pub(super) fn has_journal(path: &Path) -> bool {
    ["-wal", "-journal"]
        .iter()
        .any(|suffix| fs::metadata(beside(path, suffix)).is_ok_and(|found| found.len() > 0))
}
