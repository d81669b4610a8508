//! Whether a main file and the write-ahead log beside it belong together. SQLite does not ask: a log
//! over a file that was put in place of its own mixes the two.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rusqlite::Connection;

use super::fault::Fault;
use super::head::Head;
use super::open::beside;
use super::read;
use crate::atlas::change::Revision;
use crate::geopackage::alone;

/// The size of a log's header (<https://www.sqlite.org/fileformat.html#the_write_ahead_log>).
const LOG_HEADER_BYTES: usize = 32;

/// Which log it is: salts that change whenever it begins anew. `None` if it holds nothing.
pub(super) fn log_salts(store: &Path) -> Option<[u8; 8]> {
    let mut header = [0; LOG_HEADER_BYTES];
    let log = File::open(beside(store, "-wal")).ok()?;
    log.read_exact_at(&mut header, 0).ok()?;
    let mut salts = [0; 8];
    salts.copy_from_slice(&header[16..24]);
    Some(salts)
}

/// The newest revision in the main file alone.
pub(super) fn main_revision(store: &Path) -> Option<Revision> {
    read::revision(&main_alone(store).ok()?).ok()
}

fn main_alone(store: &Path) -> Result<Connection, Fault> {
    Ok(alone::open(store)?)
}

/// Holds that the log beside a main file is its own, as far as the head record knows.
///
/// # Errors
/// [`Fault::Mismatched`], with what speaks against it.
pub(super) fn belongs(store: &Path) -> Result<(), Fault> {
    let Some(salts) = log_salts(store) else {
        return Ok(());
    };
    let Some(head) = Head::beside(store).filter(|head| head.log == Some(salts)) else {
        return Ok(());
    };
    let Some(base) = head.base else {
        return Ok(());
    };
    // A main file that cannot be read alone may be in the middle of taking in its log.
    let Ok(main) = main_alone(store) else {
        return Ok(());
    };
    if let Ok(identity) = read::identity(&main)
        && identity != head.identity
    {
        return Err(Fault::Mismatched(format!(
            "it is another store ({identity}) than the one whose log lies beside it ({})",
            head.identity
        )));
    }
    let Ok(found) = read::revision(&main) else {
        return Ok(());
    };
    let is_of_it = base.number == 0 || read::has(&main, base).unwrap_or(true);
    if found.number < base.number || !is_of_it {
        return Err(Fault::Mismatched(format!(
            "it ends with revision {}, but the log beside it goes on from revision {}",
            found.number, base.number
        )));
    }
    Ok(())
}

/// What is wrong with a main file that is in use, as far as the head record knows: it changes only by
/// taking in its log, and so goes from its base towards the newest revision.
pub(super) fn overwritten(store: &Path, head: &Head) -> Option<String> {
    let main = main_alone(store).ok();
    let found = main.and_then(|main| {
        let identity = read::identity(&main).ok()?;
        Some((identity, read::revision(&main).ok()?))
    });
    let Some((identity, newest)) = found else {
        return Some("its content is damaged: something was written over it".into());
    };
    if identity != head.identity {
        return Some("another store was written over it".into());
    }
    let base = head.base.map_or(0, |base| base.number);
    if newest.number < base || newest.number > head.revision.number {
        return Some("another state of it was written over it".into());
    }
    None
}
