//! Files on their way: what is made beside its place and put there whole, and what is only needed for
//! a while. Whoever makes one holds a lock on it, which goes with the process however that ends; so
//! what a killed process has left can be told from what somebody is working on, and is swept.
//!
//! Nothing is swept that a person may have made: the names end with a mark, which is a hash of the name
//! before it, and which no name has by chance.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use tempfile::NamedTempFile;

/// What stands in a name between the file's that is made and the numbers of its maker: of its process and
/// of the files that this has made. The mark comes after them.
const NEW: &str = ".new-";
/// What marks are made with, besides the name.
const MARKED: &str = "bordermap 2026 names of files on their way";
/// The hexadecimal digits of a mark.
const MARK_DIGITS: usize = 16;
/// What the names of scratch files begin and end with.
const SCRATCH: [&str; 2] = ["bordermap-", ".scratch"];
/// What SQLite makes beside a file.
const COMPANIONS: [&str; 4] = ["", "-journal", "-wal", "-shm"];
const TRIES_MAX: u32 = 10;

/// What this process has made, for an end that cannot wait for whoever works on it.
static MINE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// From so many on, those that are gone are forgotten.
const MINE_MANY: usize = 64;

fn remember(path: &Path) {
    let mut mine = MINE.lock().unwrap_or_else(PoisonError::into_inner);
    if mine.len() >= MINE_MANY {
        mine.retain(|path| path.exists());
    }
    mine.push(path.to_owned());
}

/// Removes what this process has made and not put in its place, whoever works on it: just before its end.
pub fn remove_mine() {
    let mine = MINE.lock().unwrap_or_else(PoisonError::into_inner);
    for path in mine.iter() {
        for companion in COMPANIONS {
            // Most of them were never made, or are gone.
            let _ = fs::remove_file(beside(path, companion));
        }
    }
}

/// A file that is made beside its place. What is not put there goes when this is dropped.
#[derive(Debug)]
pub struct Fresh {
    path: PathBuf,
    /// Locked.
    file: File,
}

impl Fresh {
    /// An empty file beside a path, whose own name is not touched.
    pub fn beside(path: &Path) -> io::Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        for _ in 0..TRIES_MAX {
            let number = MADE.fetch_add(1, Ordering::Relaxed);
            let fresh = beside(path, &format!("{NEW}{}-{number}-", std::process::id()));
            let fresh = beside(&fresh, &mark(fresh.file_name().unwrap_or_default()));
            let mut options = File::options();
            let file = match options.read(true).write(true).create_new(true).open(&fresh) {
                // Of a killed process that had our number.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    sweep_file(&fresh);
                    continue;
                }
                other => other?,
            };
            // Whoever sweeps may have it by now, or have swept it before it was locked.
            if is_locked(&file) && fresh.exists() {
                remember(&fresh);
                return Ok(Self { path: fresh, file });
            }
        }
        Err(io::Error::other("no name is free for a new file"))
    }

    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Puts it under a name, in place of what may be there. The name is durable when this returns,
    /// where the system can do that.
    pub fn put(self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, path)?;
        sync_folder(path);
        Ok(())
    }

    /// The same, but never in place of another file; whether it was put.
    pub fn put_new(self, path: &Path) -> io::Result<bool> {
        self.file.sync_all()?;
        match renameat_with(CWD, &self.path, CWD, path, RenameFlags::NOREPLACE) {
            Ok(()) => {
                sync_folder(path);
                return Ok(true);
            }
            Err(Errno::EXIST) => return Ok(false),
            // Not every file system can do that.
            Err(_) => {}
        }
        match fs::hard_link(&self.path, path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
            // Some file systems have no links.
            Err(error) => match fs::symlink_metadata(path) {
                Err(missing) if missing.kind() == ErrorKind::NotFound => {
                    fs::rename(&self.path, path)?;
                }
                _ => return Err(error),
            },
        }
        sync_folder(path);
        Ok(true)
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for companion in COMPANIONS {
            // Most of them were never made, and what was put has another name now.
            let _ = fs::remove_file(beside(&self.path, companion));
        }
    }
}

/// Removes what killed processes have left beside a path.
pub fn sweep_beside(path: &Path) {
    let Some(name) = path.file_name() else {
        return;
    };
    let is_ours = |found: &OsStr| {
        let rest = found
            .as_encoded_bytes()
            .strip_prefix(name.as_encoded_bytes());
        let rest = rest.and_then(|rest| rest.strip_prefix(NEW.as_bytes()));
        rest.is_some_and(|rest| is_marked(found) || is_of_first_version(path, rest))
    };
    sweep(folder_of(path), &is_ours);
}

/// What the name of a file on its way ends with, by what stands before.
fn mark(name: &OsStr) -> String {
    let hash = blake3::Hasher::new_derive_key(MARKED)
        .update(name.as_encoded_bytes())
        .finalize();
    hash.to_hex()[..MARK_DIGITS].to_owned()
}

/// Whether a name ends with its mark. People call files `.new-2` too, and `.new-2026-11`.
fn is_marked(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    let Some(end) = bytes.len().checked_sub(MARK_DIGITS) else {
        return false;
    };
    let (before, found) = bytes.split_at(end);
    mark(OsStr::from_bytes(before)).as_bytes() == found
}

/// Version 0.1.0 wrote prepared bases so, with the number of its process alone.
fn is_of_first_version(path: &Path, end: &[u8]) -> bool {
    !end.is_empty()
        && end.iter().all(u8::is_ascii_digit)
        && path.extension().is_some_and(|end| end == "prepared")
}

/// A scratch file in the system's folder for such. It goes when it is dropped.
pub fn scratch() -> io::Result<NamedTempFile> {
    for number in 0..TRIES_MAX {
        let [process, random] = [
            std::process::id().into(),
            RandomState::new().hash_one(number),
        ];
        let name = format!("{}{process}-{random:016x}-", SCRATCH[0]);
        let name = name.clone() + &mark(name.as_ref());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&name).suffix(SCRATCH[1]).rand_bytes(0);
        let file = match builder.tempfile() {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            other => other?,
        };
        if is_locked(file.as_file()) && file.path().exists() {
            remember(file.path());
            return Ok(file);
        }
    }
    Err(io::Error::other("no scratch file stays where it is made"))
}

/// Locks a file that was made just now; false if somebody sweeps it. Some file systems have no locks:
/// then nothing is swept either.
fn is_locked(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Removes the scratch files that killed processes have left.
pub fn sweep_scratch() {
    let is_ours = |found: &OsStr| {
        let found = found.as_encoded_bytes();
        found.starts_with(SCRATCH[0].as_bytes())
            && found
                .strip_suffix(SCRATCH[1].as_bytes())
                .is_some_and(|name| is_marked(OsStr::from_bytes(name)))
    };
    sweep(&std::env::temp_dir(), &is_ours);
}

fn sweep(folder: &Path, is_ours: &dyn Fn(&OsStr) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_ours(&entry.file_name()) {
            sweep_file(&entry.path());
        }
    }
}

/// Removes a file with what SQLite made beside it, unless its maker lives.
fn sweep_file(path: &Path) {
    let Ok(file) = File::open(path) else {
        return;
    };
    if file.try_lock().is_err() {
        return;
    }
    for companion in COMPANIONS {
        if fs::remove_file(beside(path, companion)).is_ok() {
            tracing::info!(
                "removed {}{companion}, left by a killed process",
                path.display()
            );
        }
    }
}

/// The path of a file beside another: its name, and a suffix.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// The folder of a path.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Without this a lost power cord may take a name, though not the file. Not every system can.
pub fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_dead_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.gpkg");
        let mine = Fresh::beside(&path).unwrap();
        let marked = |name: &str| format!("{name}{}", mark(name.as_ref()));
        let ours = marked("store.gpkg.new-12-3-");
        let dead = [
            "store.gpkg.prepared.new-1",
            &ours,
            &format!("{ours}-wal"),
            &marked("store.gpkg.prepared.new-12-3-"),
        ];
        let others = [
            "store.gpkg.new-1",
            "store.gpkg.new-2026-11",
            "store.gpkg.new-2026-11-30",
            "store.gpkg.new-2026-11-wal",
            "store.gpkg.new-12-3-0123456789abcdef",
            "store.gpkg.prepared.new-2026-11",
            "store.gpkg.new-x",
            "store.gpkg.newer",
            "store.gpkg",
            &ours.replace("store", "other"),
            &format!("{ours}-notes"),
            &ours.replace(".new-", ".new-1"),
        ];
        for name in dead.iter().chain(&others) {
            fs::write(folder.path().join(name), "").unwrap();
        }
        sweep_beside(&path);
        sweep_beside(&beside(&path, ".prepared"));
        for name in dead {
            assert!(!folder.path().join(name).exists(), "{name}");
        }
        for name in others {
            assert!(folder.path().join(name).exists(), "{name}");
        }
        assert!(mine.path().exists());
        fs::remove_file(&path).unwrap();
        let place = mine.path().to_owned();
        assert!(mine.put_new(&path).unwrap());
        assert!(path.exists() && !place.exists());
        let second = Fresh::beside(&path).unwrap();
        assert!(!second.put_new(&path).unwrap());
    }

    #[test]
    fn what_is_swept_at_this_moment_is_not_taken() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let sweeper = File::open(file.path()).unwrap();
        assert!(is_locked(&sweeper));
        assert!(!is_locked(file.as_file()));
        drop(sweeper);
        assert!(is_locked(file.as_file()));
    }

    #[test]
    fn a_scratch_file_in_use_stays_and_so_does_what_people_made() {
        let mine = scratch().unwrap();
        let dead = scratch().unwrap().path().to_owned();
        let theirs = mine
            .path()
            .with_file_name(format!("bordermap-notes-{}.scratch", std::process::id()));
        for path in [&dead, &theirs] {
            fs::write(path, "").unwrap();
        }
        sweep_scratch();
        assert!(mine.path().exists() && !dead.exists() && theirs.exists());
        fs::remove_file(theirs).unwrap();
    }
}
