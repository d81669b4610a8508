//! An older store becomes one of the newest format: in one transaction, after a copy of it as it was
//! has been put beside it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::fault::{StoreFault, StoreResult};
use super::{ddl, open};
use crate::fresh::Fresh;
use crate::store::Interrupt;

/// What was done to an older store when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The format that it had.
    pub from: u32,
    /// The format that it has.
    pub to: u32,
    /// The copy of it as it was.
    pub copy: PathBuf,
}

/// Brings an older store to the newest format. An interrupted migration has changed nothing, and the
/// next one begins anew.
///
/// # Errors
/// [`StoreFault::ReadOnly`] if there is no room for the copy: then it stays as it is, and can be read.
pub(super) fn migrate(
    conn: &mut Connection,
    path: &Path,
    found: u32,
    interrupt: &Interrupt,
) -> StoreResult<Option<Migrated>> {
    if found == ddl::FORMAT {
        return Ok(None);
    }
    // From here on nobody else can commit: the copy and what is migrated are the same.
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let from = open::format_of(&tx)?;
    if from == ddl::FORMAT {
        return Ok(None);
    }
    let copy = keep_copy(path, from, interrupt).map_err(|fault| {
        if interrupt.is_asked() {
            return StoreFault::Interrupted;
        }
        StoreFault::ReadOnly(format!(
            "it has format {from}, and a copy of it, which is kept before it is brought to format \
             {to}, cannot be made: {detail}",
            to = ddl::FORMAT,
            detail = fault.at(path)
        ))
    })?;
    ddl::migrate(&tx, from)?;
    tx.commit()?;
    Ok(Some(Migrated {
        from,
        to: ddl::FORMAT,
        copy,
    }))
}

/// Copies a store beside it, under a name that nothing has. The name is there only when the copy is
/// whole.
fn keep_copy(path: &Path, format: u32, interrupt: &Interrupt) -> StoreResult<PathBuf> {
    let fresh = Fresh::beside(path)?;
    let kept = copy_name(path, format);
    write_copy(path, fresh.path(), interrupt)?;
    fresh.put(&kept)?;
    Ok(kept)
}

fn write_copy(path: &Path, to: &Path, interrupt: &Interrupt) -> StoreResult<()> {
    let mut conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    interrupt.watch(&mut conn)?;
    let Some(name) = to.to_str() else {
        return Err(StoreFault::System("its path is not UTF-8".into()));
    };
    conn.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}

/// `bordermap.gpkg` becomes `bordermap.format-1.gpkg`, or `bordermap.format-1.2.gpkg` if there is one.
fn copy_name(path: &Path, format: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let end = path
        .extension()
        .map(|end| format!(".{}", end.to_string_lossy()))
        .unwrap_or_default();
    let named = |number: &str| path.with_file_name(format!("{stem}.format-{format}{number}{end}"));
    let mut name = named("");
    let mut number = 2_u32;
    while name.exists() {
        name = named(&format!(".{number}"));
        number += 1;
    }
    name
}
