//! Everything that goes wrong inside, before the file's name is known.

use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, ffi};

use super::{obstacle, place};
use crate::store::StoreError;
use crate::system;

/// A failure inside the store.
#[derive(Debug)]
pub(super) enum StoreFault {
    /// What SQLite says.
    Sqlite(rusqlite::Error),
    /// What is wrong with the file.
    Damaged(String),
    /// What is wrong with one row of it.
    Row {
        /// The layer's id.
        layer: String,
        /// The feature's id, as far as it can be read.
        id: String,
        /// What it holds that no feature of the layer does.
        detail: String,
    },
    /// Its format is from a newer program.
    Newer {
        /// The format that it has.
        found: u32,
        /// The newest that this program reads.
        supported: u32,
    },
    /// What the operating system refused.
    System(String),
    /// The file and its log do not belong together: what speaks against it.
    Mismatched(String),
    /// The path leads to another file than the one that is in use, or to none: which.
    Replaced(String),
    /// A commit is durable in a file to which the path no longer leads.
    Misplaced {
        /// Its revision.
        revision: u64,
        /// The log that was used.
        log: PathBuf,
        /// What happened to the file.
        detail: String,
    },
    /// It can only be read: why.
    ReadOnly(String),
    /// A copy cannot be made, or is not one: why.
    Copy(String),
    /// The word to end came.
    Interrupted,
    /// An answer that names no file.
    Told(StoreError),
}

/// What may fail so.
pub(super) type StoreResult<T> = Result<T, StoreFault>;

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<std::io::Error> for StoreFault {
    fn from(error: std::io::Error) -> Self {
        Self::System(system::words(&error))
    }
}

impl StoreFault {
    /// A change that does not fit its layer.
    pub(super) fn schema(layer: &str, detail: impl Into<String>) -> Self {
        Self::Told(StoreError::Schema {
            layer: layer.to_owned(),
            detail: detail.into(),
        })
    }

    /// The error as the caller is told it, who knows the file by this name.
    pub(super) fn at(self, path: &Path) -> StoreError {
        let around = &*place::real(path);
        let path = path.display().to_string();
        match self {
            Self::Sqlite(error) => told(path, around, &error),
            Self::Damaged(detail) => StoreError::Damaged { path, detail },
            Self::Row { layer, id, detail } => StoreError::Damaged {
                path,
                detail: row(&layer, &id, &detail),
            },
            Self::Newer { found, supported } => StoreError::Newer {
                path,
                found,
                supported,
            },
            Self::System(detail) => StoreError::Failed { path, detail },
            Self::Mismatched(detail) => StoreError::Mismatched { path, detail },
            Self::ReadOnly(cause) => StoreError::ReadOnly { path, cause },
            Self::Copy(detail) => StoreError::Copy { path, detail },
            Self::Replaced(detail) => StoreError::Lost { path, detail },
            Self::Misplaced {
                revision,
                log,
                detail,
            } => StoreError::Misplaced {
                path,
                revision,
                log: log.display().to_string(),
                detail,
            },
            Self::Interrupted => StoreError::Interrupted { path },
            Self::Told(error) => error,
        }
    }
}

/// Why a file could not be written, if that is what failed: of a question that reads another file and
/// writes this one.
pub(super) fn unwritable(fault: &StoreFault, written: &Path) -> Option<String> {
    const WRITE_FAILED: [i32; 3] = [
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_IOERR_TRUNCATE,
    ];
    let StoreFault::Sqlite(error) = fault else {
        return None;
    };
    let code = error.sqlite_error()?;
    if code.code == ErrorCode::DiskFull {
        // There may be room again: what could not be written whole was undone.
        return Some(obstacle::around(written).unwrap_or_else(|| "the disk is full".into()));
    }
    WRITE_FAILED.contains(&code.extended_code).then(|| {
        let cause = obstacle::around(written);
        cause
            .unwrap_or_else(|| "writing it failed; a limit for files or the disk may be why".into())
    })
}

/// Holds that a statement has changed as many rows of a table as it is about.
pub(super) fn took(rows: usize, wanted: usize, table: &str) -> StoreResult<()> {
    if rows == wanted {
        return Ok(());
    }
    Err(StoreFault::System(format!(
        "{table} has taken {rows} of {wanted} rows: a trigger that another program has put into the file may \
         keep it from that, or the file is damaged, which \"bordermap check\" tells; nothing was changed"
    )))
}

/// What is wrong with a row, in words.
pub(super) fn row(layer: &str, id: &str, detail: &str) -> String {
    format!("feature \"{id}\" of layer {layer}: {detail}")
}

/// What SQLite could not do has a cause that it does not name.
fn told(path: String, around: &Path, error: &rusqlite::Error) -> StoreError {
    let detail = match error {
        // Its other forms repeat the statement, which nobody but us can do anything about.
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { path },
        Some(ErrorCode::OperationInterrupted) => StoreError::Interrupted { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { path, detail }
        }
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure,
        ) => match obstacle::around(around) {
            Some(cause) => StoreError::ReadOnly { path, cause },
            None => StoreError::Failed { path, detail },
        },
        _ => StoreError::Failed { path, detail },
    }
}
