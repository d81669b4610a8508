//! How a store ends what is being done with it when the word to end comes, and how its end waits for that.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::fault::{StoreFault, StoreResult};
use crate::store::Interrupt;

/// Steps of SQLite between two looks: some tens of microseconds.
const LOOK_EVERY: i32 = 1_000;

impl Interrupt {
    /// Nothing begins after the word.
    pub(super) fn check(&self) -> StoreResult<()> {
        if self.is_asked() {
            return Err(StoreFault::Interrupted);
        }
        Ok(())
    }

    /// Has a connection end its statements when the word comes.
    pub(super) fn watch(&self, conn: &mut Connection) -> StoreResult<()> {
        let interrupt = self.clone();
        conn.progress_handler(LOOK_EVERY, Some(move || interrupt.is_asked()))?;
        Ok(())
    }
}

/// Has a connection end its statements in peace, whatever was said: for closing.
pub(super) fn ignore(conn: &mut Connection) {
    // It only fails for connections of other threads' making.
    let _ = conn.progress_handler(0, None::<fn() -> bool>);
}

/// How many are reading at the moment.
#[derive(Debug, Default)]
pub(super) struct Uses {
    count: Mutex<usize>,
    fewer: Condvar,
}

/// One of those who are reading.
pub(super) struct Use<'u>(&'u Uses);

impl Uses {
    pub(super) fn begin(&self) -> Use<'_> {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Use(self)
    }

    /// Waits until nobody reads, but no longer than that.
    pub(super) fn wait(&self, limit: Duration) {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        // A poisoned count is as right as any: nothing panics while it is held.
        let _ = self
            .fewer
            .wait_timeout_while(count, limit, |count| *count > 0);
    }
}

impl Drop for Use<'_> {
    fn drop(&mut self) {
        *self.0.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.fewer.notify_all();
    }
}
