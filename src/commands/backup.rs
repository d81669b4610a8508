//! `bordermap backup` and `bordermap restore`: a copy of a store, and a store out of a copy.

use std::io::{self, Write};

use crate::commands::{self, ending};
use crate::config::{BackupArgs, RestoreArgs};
use crate::store::Store;
use crate::store::sqlite::{Copied, SqliteStore};

/// Copies the store while others use it.
pub(super) fn backup(args: &BackupArgs) -> anyhow::Result<()> {
    let path = &args.store.store;
    let store = ending::open(|interrupt| SqliteStore::open_existing_with(path, interrupt))?;
    commands::tell(&store);
    let copied = store.backup(&args.file)?;
    store.close();
    writeln!(
        io::stdout(),
        "{} holds the store {} at {}; it is verified.",
        args.file.display(),
        path.display(),
        told(&copied)
    )?;
    Ok(())
}

/// Puts a copy in the place of the store.
pub(super) fn restore(args: &RestoreArgs) -> anyhow::Result<()> {
    let store = &args.store.store;
    let restored = SqliteStore::restore_if(&args.file, store, ending::may_pass)?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "The store {} is now what {} holds: {}.",
        store.display(),
        args.file.display(),
        told(&restored.copied)
    )?;
    if let Some(earlier) = restored.earlier {
        writeln!(
            out,
            "An earlier restore was interrupted; what was there before it is kept in {}, with its log if it had \
             one.",
            earlier.display()
        )?;
    }
    if let Some(aside) = restored.aside {
        writeln!(
            out,
            "What was there before is kept in {}, with its log if it had one.",
            aside.display()
        )?;
    }
    Ok(())
}

fn told(copied: &Copied) -> String {
    let features: u64 = copied.layers.iter().map(|(_, features)| features).sum();
    format!(
        "revision {}, {} layers, {features} features",
        copied.revision.number,
        copied.layers.len()
    )
}
