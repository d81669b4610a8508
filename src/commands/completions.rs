//! `bordermap completions`: a script that completes our command line in a shell.

use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;

use crate::commands::say;
use crate::config::Cli;

/// Prints the script.
pub(super) fn run(shell: clap_complete::Shell) -> anyhow::Result<()> {
    // Made in memory, because the generator panics on a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bordermap", &mut script);
    let mut out = io::stdout().lock();
    out.write_all(&script).context(say::STDOUT)?;
    Ok(())
}
