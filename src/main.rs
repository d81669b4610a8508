//! Reads the command line and runs the command.

use std::process::ExitCode;

use bordermap::commands;
use bordermap::config::Cli;
use clap::Parser;

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
