//! What the program can be told to do: one file a command. Errors end here, as a sentence and an
//! exit code.

mod backup;
mod check;
mod completions;
mod ending;
mod export;
mod import;
mod known;
mod listen;
mod near;
mod remove;
mod say;
mod select;
mod serve;
mod servers;
mod swapped;
mod table;
mod whole;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;

use crate::config::{Cli, Command};
use crate::format::told::told;
use crate::import::ImportError;
use crate::seed::SeedError;
use crate::store::StoreError;
use crate::system;

/// Says what the command line's own parser answers: help and the version on standard output, what is wrong on
/// standard error, which may be gone.
pub fn answer(told: &clap::Error) -> ExitCode {
    let printed = told.print().and_then(|()| io::stdout().flush());
    match printed.context(say::STDOUT) {
        Err(error) if !told.use_stderr() && !is_broken_pipe(&error) => {
            say::note(sentence(&error));
            ExitCode::FAILURE
        }
        _ if told.use_stderr() => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    }
}

/// Runs what the command line says.
pub fn run(cli: Cli) -> ExitCode {
    if let Err(error) = ending::listen() {
        say::note(format_args!("signals cannot be listened for: {error}"));
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
            say::note(format_args!("ended by {}: {}", by.name(), sentence(&error)));
            ExitCode::from(by.exit_code())
        }
        // Whoever read our output has read enough (`bordermap export … | head`).
        (Err(error), None) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        (Err(error), None) => {
            say::note(sentence(&error));
            ExitCode::from(exit_code(&error))
        }
    }
}

/// What is wrong, from the outside in; nothing is said twice.
fn sentence(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain() {
        let words = match (cause.downcast_ref(), cause.downcast_ref()) {
            (Some(error), _) | (_, Some(ImportError::Open(error))) => system::words(error),
            _ => cause.to_string(),
        };
        if said.contains(&words) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&words);
    }
    told(&said)
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
        StoreError::Absent { .. } => Some(8),
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
