//! Large answers that are made and not sent: counted, so that those who do not read hold no more memory
//! than they may.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;

use crate::http::server::clients::Share;

/// Marks an answer of bytes that the program carries anyway.
#[derive(Clone, Copy)]
pub struct Carried;

/// How many bytes wait, of all clients.
#[derive(Debug)]
pub struct Unsent {
    bytes: AtomicUsize,
    bytes_max: usize,
}

/// Bytes that wait until they are sent, or nobody wants them any more: then they are dropped.
struct Waiting {
    bytes: Bytes,
    unsent: Arc<Unsent>,
    _share: Share,
}

impl Unsent {
    /// None yet, and at most so many.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            bytes: AtomicUsize::new(0),
            bytes_max,
        }
    }

    /// How many there are.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Whether nothing large has room.
    pub fn is_full(&self) -> bool {
        self.bytes() >= self.bytes_max
    }

    /// The same bytes, counted as long as somebody holds them; `None` if there is no room. `share` is
    /// the client's.
    pub fn held(self: &Arc<Self>, bytes: Bytes, share: Share) -> Option<Bytes> {
        let before = self.bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        // What is larger than all that may wait is let through alone.
        if before > 0 && before.saturating_add(bytes.len()) > self.bytes_max {
            self.bytes.fetch_sub(bytes.len(), Ordering::Relaxed);
            return None;
        }
        Some(Bytes::from_owner(Waiting {
            bytes,
            unsent: Arc::clone(self),
            _share: share,
        }))
    }
}

impl AsRef<[u8]> for Waiting {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.unsent
            .bytes
            .fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}
