//! Taking part in the lock on a store's head record, with all others who have the same file open.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use super::fault::{StoreFault, StoreResult};
use super::head::{FileId, HeadRecord};
use super::witness::{self, STILL};
use crate::store::StoreError;

/// How long whoever has the store for itself is waited for.
const WAIT: Duration = Duration::from_secs(5);
const WAIT_STEP: Duration = Duration::from_millis(20);
/// How often a file that looks overwritten is looked at before it is believed.
const LOOKS: u32 = 4;

/// Takes part in the lock. The first says which file it is about, the others hold to it.
pub(super) fn share([store, named]: [&Path; 2], record: &File, file: FileId) -> StoreResult<()> {
    let until = Instant::now() + WAIT;
    loop {
        match record.try_lock() {
            Ok(()) => {
                let mut head = HeadRecord::read(record).unwrap_or_default();
                head.file = Some(file);
                let _ = head.write(record);
                // What others do between the two locks is the same as this.
                return Ok(record.lock_shared()?);
            }
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                return Ok(());
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) => {}
        }
        match record.try_lock_shared() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(WAIT_STEP);
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreFault::Told(StoreError::Locked {
                    path: named.display().to_string(),
                }));
            }
        }
    }
    let held = HeadRecord::read(record).and_then(|head| head.file);
    if held.is_some_and(|held| held != file) {
        return Err(StoreFault::Replaced(
            "another program has the file open that was here before, and this is another one; \
             stop that program first"
                .into(),
        ));
    }
    for look in 1.. {
        let head = HeadRecord::read(record).filter(|head| !head.identity.is_empty());
        match head.and_then(|head| witness::overwritten(store, &head)) {
            None => break,
            // Its log may be on the way into it, or its head record be behind.
            Some(_) if look < LOOKS => std::thread::sleep(STILL),
            Some(what) => {
                return Err(StoreFault::Replaced(format!(
                    "{what} while another program has it open; stop that program first"
                )));
            }
        }
    }
    Ok(())
}
