//! Why a store's file cannot be written, in words.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use rustix::fs::Access as Permission;

use super::place;
use crate::fresh::folder_of;
use crate::system;

/// Room without which nothing can be written: SQLite's index of the log and the log's beginning.
const ROOM_BYTES: usize = 64 << 10;

/// Why the file cannot be written, in words; `None` if it can. It opens the file: not to be asked
/// while this process has connections to it.
pub(super) fn of(path: &Path) -> Option<String> {
    match File::options().read(true).write(true).open(path) {
        // It may not be there; that is another matter.
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => Some(words(&error)),
        Ok(_) => place::several_names(path).or_else(|| around(path)),
    }
}

/// Why nothing can be written beside a file, without opening it.
pub(super) fn around(path: &Path) -> Option<String> {
    if path.exists()
        && let Err(error) = rustix::fs::access(path, Permission::WRITE_OK)
    {
        return Some(words(&error.into()));
    }
    let room = || -> io::Result<()> {
        let mut file = tempfile::tempfile_in(folder_of(path))?;
        file.write_all(&vec![0; ROOM_BYTES])
    };
    room().err().map(|error| words(&error))
}

/// What the system refused, without its number.
fn words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => {
            "this user is not allowed to write it, or in its folder".into()
        }
        _ => system::words(error),
    }
}
