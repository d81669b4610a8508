//! Which servers of this user run on this machine, and on which stores: so that whoever writes to a store
//! is told whether the map shows it. Each server keeps a small file in the folder for temporary files and
//! holds a lock on it, which goes with the process however that ends: what is locked runs.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use crate::store::sqlite::SqliteStore;

/// Files of servers that are looked at, at most.
const LOOKED_AT: usize = 1_000;
/// The longest file that is read, in bytes: an address and a path.
const BYTES_MAX: u64 = 16 << 10;
/// How often it is tried to have a file that nobody sweeps in between.
const TRIES_MAX: usize = 5;

/// A server that runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Running {
    /// Where its map is.
    pub(super) url: String,
    /// Where its store really is.
    pub(super) store: PathBuf,
}

/// Says that this process is a server, until it is dropped.
#[derive(Debug)]
pub(super) struct Announced {
    path: PathBuf,
    /// Locked.
    _file: File,
}

impl Drop for Announced {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        // Only if it is empty.
        let _ = self.path.parent().map(fs::remove_dir);
    }
}

/// Says where this server is and what its store is. `None` where that cannot be said; nothing depends on
/// it.
pub(super) fn announce(url: &str, store: &Path) -> Option<Announced> {
    let folder = folder()?;
    let path = folder.join(std::process::id().to_string());
    for _ in 0..TRIES_MAX {
        // It may be there already. The last server takes it with it.
        let _ = DirBuilder::new().mode(0o700).create(&folder);
        if !is_ours(&folder) {
            return None;
        }
        sweep(&folder);
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).open(&path);
        let Ok(mut file) = file else { continue };
        if file.try_lock().is_err() {
            continue;
        }
        // Another server that starts may have swept it before it was locked.
        let same =
            |facts: fs::Metadata| Some(facts.ino()) == file.metadata().ok().map(|own| own.ino());
        if !fs::metadata(&path).is_ok_and(same) {
            continue;
        }
        file.set_len(0).ok()?;
        let mut text = format!("{url}\n").into_bytes();
        text.extend(SqliteStore::real_path(store).as_os_str().as_bytes());
        file.write_all(&text).ok()?;
        return Some(Announced { path, _file: file });
    }
    None
}

/// The servers of this user that run, as far as they can be known: one whose folder for temporary files is
/// another (`TMPDIR`) is not.
pub(super) fn running() -> Vec<Running> {
    let Some(folder) = folder().filter(|folder| is_ours(folder)) else {
        return Vec::new();
    };
    files(&folder).filter_map(|path| read(&path)).collect()
}

/// The server that runs on a store, if one can be known.
pub(super) fn on(store: &Path) -> Option<Running> {
    let store = SqliteStore::real_path(store);
    running().into_iter().find(|server| server.store == store)
}

fn read(path: &Path) -> Option<Running> {
    let file = File::open(path).ok()?;
    if is_left(&file) {
        return None;
    }
    let mut bytes = Vec::new();
    // It stays open, or nobody could tell whether it is held.
    (&file).take(BYTES_MAX).read_to_end(&mut bytes).ok()?;
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (url, store) = bytes.split_at(end);
    Some(Running {
        url: str::from_utf8(url).ok()?.to_owned(),
        store: OsStr::from_bytes(store.get(1..)?).into(),
    })
}

/// Whether nobody holds a file.
fn is_left(file: &File) -> bool {
    !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Removes what killed servers have left.
fn sweep(folder: &Path) {
    for path in files(folder) {
        if File::open(&path).is_ok_and(|file| is_left(&file)) {
            let _ = fs::remove_file(&path);
        }
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().take(LOOKED_AT).map(|entry| entry.path())
}

/// The folder of this user's servers.
fn folder() -> Option<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    let folder = std::env::temp_dir().join(format!("bordermap-servers-{user}"));
    folder.is_absolute().then_some(folder)
}

/// Whether a folder is this user's alone: anybody can make one of that name where all may write.
fn is_ours(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|facts| {
        facts.is_dir()
            && facts.uid() == rustix::process::getuid().as_raw()
            && facts.mode() & 0o022 == 0
    })
}
