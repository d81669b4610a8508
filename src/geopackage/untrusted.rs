//! Opening a GeoPackage that somebody else has written. An SQLite file is a program as much as data: a
//! view, a generated column or a trigger computes what its author likes, for as long as he likes. So only
//! what is stored in tables is read, within limits (<https://www.sqlite.org/security.html>).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OptionalExtension};

use super::alone;
use super::names::quoted;

/// The most columns of a table, as SQLite's own default.
pub const COLUMNS_MAX: i32 = 2_000;
/// The longest row, text or geometry, in bytes.
pub const ROW_BYTES_MAX: i32 = 32 << 20;
/// The longest definition of a table, in bytes.
const SQL_BYTES_MAX: i32 = 1 << 20;
/// SQLite's operations between two looks at what was done.
const OPERATIONS_PER_LOOK: i32 = 10_000;
/// Operations that any file may cost, and how many more each of its bytes may. To read a row takes some
/// three a column.
const OPERATIONS_MAX: u64 = 20_000_000;
const OPERATIONS_PER_BYTE: u64 = 50;

/// Opens a file that nobody writes for reading, with nothing of it trusted.
///
/// # Errors
/// What SQLite says.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let mut conn = alone::open(path)?;
    distrust(&mut conn, path)?;
    Ok(conn)
}

/// Brings what lies in the log beside a file into it, as [`alone::take_in_log`] does, with nothing of it
/// trusted.
///
/// # Errors
/// One sentence.
pub fn take_in_log(path: &Path) -> Result<(), String> {
    alone::take_in_log_as(path, |conn| distrust(conn, path))
}

/// Has a connection read what is stored in tables, within limits, and run nothing.
fn distrust(conn: &mut Connection, path: &Path) -> rusqlite::Result<()> {
    for (switch, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        conn.set_db_config(switch, is_on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, ROW_BYTES_MAX),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX),
        (Limit::SQLITE_LIMIT_COLUMN, COLUMNS_MAX),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 8),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        conn.set_limit(limit, most)?;
    }
    conn.pragma_update(None, "cell_size_check", true)?;
    // A file that shrinks while it is mapped would end the program.
    conn.pragma_update(None, "mmap_size", 0)?;
    let file_bytes = path.metadata().map_or(0, |found| found.len());
    let most = OPERATIONS_MAX.saturating_add(file_bytes.saturating_mul(OPERATIONS_PER_BYTE));
    let done = Arc::new(AtomicU64::new(0));
    let per_look = u64::from(OPERATIONS_PER_LOOK.unsigned_abs());
    let is_over = move || done.fetch_add(per_look, Ordering::Relaxed) > most;
    conn.progress_handler(OPERATIONS_PER_LOOK, Some(is_over))
}

/// Whether the file has a table of that name that holds rows of its own: no view, no virtual table.
///
/// # Errors
/// What SQLite says.
pub(super) fn has_table(conn: &Connection, name: &str) -> rusqlite::Result<bool> {
    // SQLite gives a virtual table no root page.
    let found = conn.query_row(
        "SELECT min(type = 'table' AND rootpage > 0) FROM sqlite_schema
         WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE",
        [name],
        |row| row.get::<_, Option<bool>>(0),
    );
    Ok(found.optional()?.flatten().unwrap_or(false))
}

/// A column of a table.
pub(super) struct TableColumn {
    pub(super) name: String,
    /// Its type as it was declared.
    pub(super) declared: String,
    /// Whether it belongs to the primary key.
    pub(super) is_key: bool,
}

/// The columns of a table, all of them stored.
///
/// # Errors
/// One sentence, if one is computed as it is read.
pub(super) fn columns(conn: &Connection, table: &str) -> Result<Vec<TableColumn>, String> {
    const STORED: [i64; 2] = [0, 3];
    let info = format!("PRAGMA table_xinfo({})", quoted(table));
    let all = conn
        .prepare(&info)
        .and_then(|mut info| {
            let column = |row: &rusqlite::Row<'_>| {
                let column = TableColumn {
                    name: row.get(1)?,
                    declared: row.get(2)?,
                    is_key: row.get::<_, i64>(5)? > 0,
                };
                Ok((column, row.get::<_, i64>(6)?))
            };
            info.query_map([], column)?
                .collect::<rusqlite::Result<Vec<_>>>()
        })
        .map_err(|error| said(&error))?;
    let computed = all.iter().find(|(_, hidden)| !STORED.contains(hidden));
    if let Some((column, _)) = computed {
        return Err(format!(
            "column \"{}\" of table \"{table}\" is computed whenever it is read, and only what is stored is \
             taken: make it a stored column first",
            column.name
        ));
    }
    Ok(all.into_iter().map(|(column, _)| column).collect())
}

/// What SQLite refused, in a sentence.
pub(super) fn said(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    let detail = match error {
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::TooBig => {
            return format!(
                "a row of the GeoPackage is longer than {} MiB, the most that is taken",
                ROW_BYTES_MAX >> 20
            );
        }
        rusqlite::Error::SqliteFailure(failure, _)
            if failure.code == ErrorCode::OperationInterrupted =>
        {
            return "reading the GeoPackage takes far more work than a file of its size should: it is damaged, \
                    or was made to do so"
                .into();
        }
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    format!("this is not a GeoPackage that can be read: {detail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also what takes in a stranger's log is held to the limits: here that of a definition's length.
    #[test]
    fn a_log_is_taken_in_within_the_limits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gpkg");
        let conn = Connection::open(&path).unwrap();
        let most = usize::try_from(SQL_BYTES_MAX).unwrap();
        let table = |bytes: usize| {
            let comment = "x".repeat(bytes);
            let made = format!("CREATE TABLE t{bytes} (a /* {comment} */)");
            conn.execute_batch(&made).unwrap();
        };
        table(most / 2);
        assert_eq!(take_in_log(&path), Ok(()));
        table(most);
        assert!(take_in_log(&path).is_err());
        alone::take_in_log(&path).unwrap();
    }
}
