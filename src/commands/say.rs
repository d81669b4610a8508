//! What a command says. A terminal that is gone, or a reader who has read enough (`| head`), is no reason
//! to fail: what was done is done, and the exit code says it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anyhow::Context;

/// A line on standard error, in the program's name. Where nobody can read it, it is not said.
pub(super) fn note(text: impl Display) {
    line(format_args!("bordermap: {text}"));
}

/// A line on standard error as it is, likewise.
pub(super) fn line(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A line on standard output about what is done already: if nobody reads any more, it stays done.
pub(super) fn outcome(text: impl Display) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context(STDOUT),
    }
}

/// What it is called where it cannot be written.
pub(super) const STDOUT: &str = "standard output cannot be written";
