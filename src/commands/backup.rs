//! `bordermap backup` and `bordermap restore`: a copy of a store, and a store out of a copy.

use std::path::Path;

use crate::commands::known::{self, Written};
use crate::commands::{ending, say, servers};
use crate::config::{BackupArgs, RestoreArgs};
use crate::store::sqlite::{Copied, SqliteStore};
use crate::store::{Store as _, StoreError};

/// Copies the store while others use it.
pub(super) fn backup(args: &BackupArgs) -> anyhow::Result<()> {
    let path = args.store.path();
    let store = ending::open(|interrupt| SqliteStore::open_existing_with(path, interrupt))?;
    known::tell(&store);
    known::tell_read_only(store.named(), &store.standing());
    let copied = store.backup(&args.file)?;
    store.close();
    say::outcome(format_args!(
        "{} holds the store {} at {}; it is verified.",
        full(&args.file),
        full(path),
        told(&copied)
    ))
}

/// Puts a copy in the place of the store.
pub(super) fn restore(args: &RestoreArgs) -> anyhow::Result<()> {
    let store = args.store.path();
    let restored = SqliteStore::restore_if(&args.file, store, ending::may_pass)
        .map_err(|error| explained(error, args))?;
    say::outcome(format_args!(
        "The store {} is now what {} holds: {}.",
        full(store),
        full(&args.file),
        told(&restored.copied)
    ))?;
    if let Some(earlier) = restored.earlier {
        say::outcome(format_args!(
            "An earlier restore was interrupted; what was there before it is kept in {}, with its log if it had \
             one.",
            earlier.display()
        ))?;
    }
    if let Some(aside) = restored.aside {
        say::outcome(format_args!(
            "What was there before is kept in {}, with its log if it had one.",
            aside.display()
        ))?;
    }
    known::tell_written(store, Written::Into);
    Ok(())
}

/// Why nothing was restored, with what the store itself cannot know.
fn explained(error: StoreError, args: &RestoreArgs) -> anyhow::Error {
    let server = match &error {
        StoreError::Locked { .. } => servers::on(args.store.path()),
        StoreError::Damaged { path, .. } if Path::new(path) == args.file => {
            let copy = args.file.display();
            return anyhow::Error::from(error)
                .context(format!("the copy {copy} cannot be put back"));
        }
        _ => None,
    };
    match server {
        Some(server) => anyhow::Error::from(error).context(format!(
            "the server on {} has it open; stop that first",
            server.url
        )),
        None => error.into(),
    }
}

/// A file's whole path.
fn full(path: &Path) -> String {
    SqliteStore::real_path(path).display().to_string()
}

fn told(copied: &Copied) -> String {
    let features: u64 = copied.layers.iter().map(|(_, features)| features).sum();
    format!(
        "revision {}, {} layers, {features} features",
        copied.revision.number,
        copied.layers.len()
    )
}
