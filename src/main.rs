//! Reads the command line and runs the command.

use std::process::ExitCode;

use bordermap::commands;
use bordermap::config::Cli;

/// glibc's allocator sorts what a bulk load has freed while the first answers wait.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    Cli::read().map_or_else(|told| commands::answer(&told), commands::run)
}
