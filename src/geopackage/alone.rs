//! Opening a file that nobody writes.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// Opens a file for reading without locks, and without the files that come with them. It must not
/// have a log or a journal, and nobody may write it meanwhile.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(
        uri(path),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
    )
}

/// Brings what lies in the log or the journal beside a file into it, so that it is the whole. For a
/// copy of one's own: it is written to.
///
/// # Errors
/// One sentence.
pub fn take_in_log(path: &Path) -> Result<(), String> {
    take_in_log_as(path, |_| Ok(()))
}

/// The same with a connection that is made ready first.
pub(super) fn take_in_log_as(
    path: &Path,
    ready: impl FnOnce(&mut Connection) -> rusqlite::Result<()>,
) -> Result<(), String> {
    let take_in = || -> rusqlite::Result<()> {
        let mut conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        ready(&mut conn)?;
        conn.pragma_update(None, "journal_mode", "DELETE")?;
        // Without a question an unfinished journal is not looked at.
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        conn.close().map_err(|(_, error)| error)
    };
    take_in().map_err(|error| format!("its log cannot be read: {error}"))
}

/// The file by a URI that keeps SQLite from locking it (<https://www.sqlite.org/uri.html>).
fn uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?immutable=1"
}
