//! What the operating system refuses, in plain words: without its number, and without a guess.

use std::io::{self, ErrorKind};

/// An error of the system as a person is told it. One that already has words of its own keeps them.
pub fn words(error: &io::Error) -> String {
    if error.get_ref().is_some() {
        return error.to_string();
    }
    let words = match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "this user is not allowed to",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "the user's share of the disk is full",
        ErrorKind::FileTooLarge => "files of this size are not allowed",
        ErrorKind::IsADirectory => "it is a folder, not a file",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder",
        ErrorKind::AddrInUse => "another program listens there already",
        ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => return error.to_string(),
    };
    words.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_told_without_its_numbers() {
        let missing = std::fs::File::open("/nowhere/at/all").unwrap_err();
        assert_eq!(words(&missing), "there is no such file or folder");
        let own = io::Error::other("the log has lost its end");
        assert_eq!(words(&own), "the log has lost its end");
    }
}
