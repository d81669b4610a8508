//! What the program can be told to do: one file a command. Errors end here, as a sentence and an
//! exit code.

mod backup;
mod check;
mod completions;
mod ending;
mod export;
mod import;
mod near;
mod remove;
mod select;
mod serve;
mod table;
mod whole;

use std::error::Error;
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::config::{Cli, Command};
use crate::format::told::told;
use crate::fresh;
use crate::import::ImportError;
use crate::live::LiveAtlas;
use crate::prepared::Prepared;
use crate::seed::{self, SeedError};
use crate::store::sqlite::SqliteStore;
use crate::store::{Standing, Store, StoreError};

/// Runs what the command line says.
pub fn run(cli: Cli) -> ExitCode {
    if let Err(error) = ending::listen() {
        eprintln!("bordermap: signals cannot be listened for: {error}");
        return ExitCode::FAILURE;
    }
    let done = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(args) => serve::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Remove(args) => remove::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Near(args) => near::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Backup(args) => backup::backup(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Completions { shell } => completions::run(shell),
    };
    match (done, ending::returned()) {
        // A signal that came too late changes nothing.
        (Ok(()), _) => ExitCode::SUCCESS,
        (Err(error), Some(by)) => {
            eprintln!(
                "bordermap: ended by {}: {}",
                by.name(),
                told(&format!("{error:#}"))
            );
            ExitCode::from(by.exit_code())
        }
        // Whoever read our output has read enough (`bordermap export … | head`).
        (Err(error), None) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        (Err(error), None) => {
            eprintln!("bordermap: {}", told(&format!("{error:#}")));
            ExitCode::from(exit_code(&error))
        }
    }
}

/// Rows of a file were refused.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct RowsRefused(String);

/// A check has found something.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unsound(String);

/// The exit codes that `--help` documents.
fn exit_code(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if let Some(code) = of_store(cause).and_then(code_of_store) {
            return code;
        }
        if cause.is::<Unsound>() {
            return 5;
        }
        if cause.is::<RowsRefused>() {
            return 6;
        }
    }
    1
}

fn code_of_store(error: &StoreError) -> Option<u8> {
    match error {
        StoreError::Locked { .. } => Some(3),
        StoreError::Newer { .. } => Some(4),
        StoreError::Damaged { .. } | StoreError::Mismatched { .. } => Some(5),
        StoreError::Lost { .. } | StoreError::Misplaced { .. } | StoreError::ReadOnly { .. } => {
            Some(7)
        }
        StoreError::AfterCommit { cause, .. } => code_of_store(cause),
        _ => None,
    }
}

/// The store's error in a cause, also where a room has passed it on as its own.
fn of_store<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a StoreError> {
    match (cause.downcast_ref(), cause.downcast_ref()) {
        (Some(ImportError::Store(error)), _) | (_, Some(SeedError::Store(error))) => Some(error),
        _ => cause.downcast_ref(),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Opens a store, makes it if it is not there, and brings it level with the shipped data. For a
/// command that soon ends: it reads a prepared base, but makes none.
fn open(path: &Path) -> anyhow::Result<Opened> {
    let prepared = Prepared::beside(&SqliteStore::real_path(path));
    let live = open_with(path, prepared.for_reading())?;
    let aside = live.snapshot().aside().iter().count();
    if aside > 0 {
        eprintln!(
            "bordermap: {aside} of the store's features are set aside and not shown; `bordermap check` says \
             which and why"
        );
    }
    Ok(live)
}

/// The same for a command that stays: it keeps the base prepared for the next start.
fn open_to_stay(path: &Path) -> anyhow::Result<Opened> {
    let place = SqliteStore::real_path(path);
    let prepared = Prepared::beside(&place);
    prepared.sweep();
    fresh::sweep_beside(&place);
    fresh::sweep_scratch();
    let live = open_with(path, prepared)?;
    if let Standing::ReadOnly(cause) = live.store().standing() {
        tracing::warn!(
            cause,
            "the store can only be read; for this server it stays so, also when the file can be written \
             again: start it again then"
        );
    }
    Ok(live)
}

fn open_with(path: &Path, prepared: Prepared) -> anyhow::Result<Opened> {
    let store = ending::open(|interrupt| SqliteStore::open_with(path, interrupt))?;
    tell(&store);
    let live = Opened(LiveAtlas::open_prepared(store, prepared)?);
    if live.store().standing() == Standing::Whole {
        seed::seed(&live)?;
    }
    Ok(live)
}

/// Says what whoever opens a store should know: that it was brought to the newest format, can only be
/// read, or lacks commits.
fn tell(store: &SqliteStore) {
    let path = store.named().display();
    if let Some(migrated) = store.migrated() {
        eprintln!(
            "The store {path} had format {} and now has format {}, whose log has digests. A copy of it as \
             it was is kept in {}.",
            migrated.from,
            migrated.to,
            migrated.copy.display()
        );
    }
    if let Some(halted_restore) = store.halted_restore() {
        eprintln!("bordermap: the store {path}: {halted_restore}");
    }
    if let Standing::ReadOnly(cause) = store.standing() {
        eprintln!("bordermap: the store {path} can only be read: {cause}");
    }
    if let Some(missing) = store.missing() {
        eprintln!("bordermap: the store {path}: {missing}");
    }
}

/// The atlas of a store that is closed in an orderly way with the command, whatever other thread has
/// it still at hand.
struct Opened(LiveAtlas);

impl Deref for Opened {
    type Target = LiveAtlas;

    fn deref(&self) -> &LiveAtlas {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A layer that must be there.
fn layer<'a>(atlas: &'a Atlas, id: &str) -> anyhow::Result<&'a Arc<Layer>> {
    atlas.layer(id).with_context(|| {
        let known: Vec<&str> = atlas.layers().map(|layer| &*layer.schema().id).collect();
        format!("there is no layer \"{id}\"; there are {}", known.join(", "))
    })
}
