//! The head record: a small text beside the store (`bordermap.gpkg.head`) that says, outside the
//! database, what was acknowledged last. It is the newer witness where the write-ahead log has lost its
//! end, it says which log belongs to which file, and whoever has the store open holds a lock on it.
//!
//! # The file
//!
//! Exactly [`RECORD_BYTES`] bytes, overwritten in place in one write, filled up with blanks. A line a
//! fact, the name first; the last line is the sum over those before it, so that half a record is no
//! record. An unknown name is kept as it is, so that a later version may say more.
//!
//! | line | what |
//! | --- | --- |
//! | `bordermap head 1` | the format |
//! | `store IDENTITY` | the store's identity |
//! | `revision NUMBER TIME_US` | the newest revision that was acknowledged, or that was told to be in a file that lost its name |
//! | `hash HEX` | the hash of that revision's chain, where revisions have one |
//! | `base NUMBER TIME_US` | the newest revision that the main file held when its present log began, or a later one |
//! | `log HEX` | the salts of that log, bytes 16 to 24 of its header; absent where there is none, or none to be found |
//! | `file DEVICE INODE` | the main file that those have open who hold the lock |
//! | `lost NUMBER TIME_US` | a revision that was acknowledged and is not in the store |
//! | `restoring SUFFIX` | a copy is being put in place: what was there goes to the store's path with this at its end |
//! | `putting DEVICE INODE` | the file that is being put in place |
//! | `kept SUFFIX` | where that went which was there before an earlier copy that was all but in place |
//! | `sum HEX` | BLAKE3 of the lines above, its first 8 bytes |
//!
//! It is written after each commit and made durable with the checkpoints, not with each commit: that
//! would double what a small commit costs. A process that is killed loses nothing of it, a lost power
//! cord perhaps its last seconds. A head older than the store is therefore normal, one newer than the
//! store says that commits are missing.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use crate::atlas::model::change::Revision;
use crate::fresh::beside;

/// The size of the file.
const RECORD_BYTES: usize = 1024;
const FORMAT: &str = "bordermap head 1";
/// How often, and how long after another, it is tried to have the head record alone: others change it in
/// microseconds.
const ALONE_TRIES: u32 = 20;
const ALONE_STEP: Duration = Duration::from_millis(1);
/// What the head record's name ends with.
pub(super) const SUFFIX: &str = ".head";

/// A file as the system knows it, whatever its name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileId {
    pub(super) device: u64,
    pub(super) inode: u64,
}

/// What the head record says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HeadRecord {
    pub(super) identity: String,
    pub(super) revision: Revision,
    pub(super) hash: Option<String>,
    pub(super) base: Option<Revision>,
    pub(super) log: Option<[u8; 8]>,
    pub(super) file: Option<FileId>,
    pub(super) lost: Option<Revision>,
    pub(super) restoring: Option<String>,
    pub(super) putting: Option<FileId>,
    pub(super) kept: Option<String>,
    /// Lines of a later version.
    pub(super) others: Vec<String>,
}

impl HeadRecord {
    /// Reads the record beside a store; `None` if there is none, or half of one.
    pub(super) fn beside(store: &Path) -> Option<Self> {
        Self::read(&File::open(beside(store, SUFFIX)).ok()?)
    }

    /// Reads a record.
    pub(super) fn read(file: &File) -> Option<Self> {
        // Whoever writes overwrites the whole record at once, and the sum tells if we met that.
        (0..3).find_map(|_| {
            let mut bytes = [0; RECORD_BYTES];
            file.read_exact_at(&mut bytes, 0).ok()?;
            Self::parse(str::from_utf8(&bytes).ok()?)
        })
    }

    /// Writes the record over what there was.
    pub(super) fn write(&self, file: &File) -> io::Result<()> {
        let mut text = self.text();
        if text.len() > RECORD_BYTES {
            return Err(io::Error::other("the head record has become too long"));
        }
        text.extend(std::iter::repeat_n(' ', RECORD_BYTES - text.len()));
        file.write_all_at(text.as_bytes(), 0)
    }

    fn parse(text: &str) -> Option<Self> {
        let (lines, sum) = text.rsplit_once("sum ")?;
        if sum.trim_end() != sum_of(lines) {
            return None;
        }
        let mut lines = lines.lines();
        if lines.next() != Some(FORMAT) {
            return None;
        }
        let mut head = Self::default();
        for line in lines {
            let (name, rest) = line.split_once(' ')?;
            match name {
                "store" => rest.clone_into(&mut head.identity),
                "revision" => head.revision = revision(rest)?,
                "hash" => head.hash = Some(rest.to_owned()),
                "base" => head.base = Some(revision(rest)?),
                "log" => head.log = Some(u64::from_str_radix(rest, 16).ok()?.to_be_bytes()),
                "restoring" => head.restoring = Some(rest.to_owned()),
                "lost" => head.lost = Some(revision(rest)?),
                "file" => head.file = Some(file(rest)?),
                "kept" => head.kept = Some(rest.to_owned()),
                "putting" => head.putting = Some(file(rest)?),
                _ => head.others.push(line.to_owned()),
            }
        }
        Some(head)
    }

    fn text(&self) -> String {
        let told = |revision: Revision| format!("{} {}", revision.number, revision.committed_at_us);
        let of_file = |id: FileId| format!("{} {}", id.device, id.inode);
        let facts = [
            ("store", Some(self.identity.clone())),
            ("revision", Some(told(self.revision))),
            ("hash", self.hash.clone()),
            ("base", self.base.map(told)),
            (
                "log",
                self.log
                    .map(|salts| format!("{:016x}", u64::from_be_bytes(salts))),
            ),
            ("file", self.file.map(of_file)),
            ("lost", self.lost.map(told)),
            ("restoring", self.restoring.clone()),
            ("putting", self.putting.map(of_file)),
            ("kept", self.kept.clone()),
        ];
        let mut text = format!("{FORMAT}\n");
        for (name, fact) in facts {
            if let Some(fact) = fact {
                // Writing to a String does not fail.
                let _ = writeln!(text, "{name} {fact}");
            }
        }
        for line in &self.others {
            let _ = writeln!(text, "{line}");
        }
        let sum = sum_of(&text);
        let _ = writeln!(text, "sum {sum}");
        text
    }
}

/// The head record while nobody else changes it: processes that read it and write it again at the same
/// time would undo what the others have noted. The lock is the one of fcntl, not that which says that
/// the store is in use. Where it cannot be had soon nothing is waited for.
pub(super) struct Alone<'r>(&'r File);

impl<'r> Alone<'r> {
    pub(super) fn with(record: &'r File) -> Self {
        for _ in 0..ALONE_TRIES {
            match rustix::fs::fcntl_lock(record, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::AGAIN | Errno::ACCESS) => thread::sleep(ALONE_STEP),
                // It is had, or this file system has no such locks.
                _ => break,
            }
        }
        Self(record)
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        let _ = rustix::fs::fcntl_lock(self.0, FlockOperation::NonBlockingUnlock);
    }
}

fn revision(text: &str) -> Option<Revision> {
    let (number, at) = text.split_once(' ')?;
    Some(Revision {
        number: number.parse().ok()?,
        committed_at_us: at.parse().ok()?,
    })
}

fn file(text: &str) -> Option<FileId> {
    let (device, inode) = text.split_once(' ')?;
    Some(FileId {
        device: device.parse().ok()?,
        inode: inode.parse().ok()?,
    })
}

fn sum_of(lines: &str) -> String {
    let hash = blake3::hash(lines.as_bytes());
    hash.to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_again_what_was_written_and_half_of_one_nothing() {
        let revision = |number| Revision {
            number,
            committed_at_us: 1_790_000_000_000_000,
        };
        let head = HeadRecord {
            identity: "0123456789abcdef".into(),
            revision: revision(9),
            hash: Some("ab".repeat(32)),
            base: Some(revision(5)),
            log: Some([1, 2, 3, 4, 0xff, 6, 7, 8]),
            file: Some(FileId {
                device: 2049,
                inode: u64::MAX,
            }),
            lost: Some(revision(12)),
            restoring: Some(".before-20261130T120000Z".into()),
            putting: Some(FileId {
                device: 1,
                inode: 2,
            }),
            kept: Some(".before-20261130T110000Z".into()),
            others: vec!["later than this version".into()],
        };
        let file = tempfile::tempfile().unwrap();
        head.write(&file).unwrap();
        assert_eq!(HeadRecord::read(&file), Some(head.clone()));
        // A shorter one over it.
        let less = HeadRecord {
            identity: "0".into(),
            ..HeadRecord::default()
        };
        less.write(&file).unwrap();
        assert_eq!(HeadRecord::read(&file), Some(less.clone()));
        head.write(&file).unwrap();
        file.write_all_at(&less.text().as_bytes()[..40], 0).unwrap();
        assert_eq!(HeadRecord::read(&file), None);
        file.set_len(500).unwrap();
        assert_eq!(HeadRecord::read(&file), None);
    }
}
