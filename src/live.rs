//! The newest atlas, kept level with the store; the only door for change.

use std::sync::Arc;

use crate::atlas::Atlas;
use crate::atlas::change::{Change, Origin};
use crate::store::{Abandon, Commit, Store, StoreError};

/// The newest [`Atlas`] over a [`Store`].
pub struct LiveAtlas {}

impl LiveAtlas {
    /// Reads the whole store into an atlas. Blocks.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let _ = store;
        todo!()
    }

    /// The newest atlas: the copy of one pointer.
    pub fn snapshot(&self) -> Arc<Atlas> {
        todo!()
    }

    /// The store behind it.
    pub fn store(&self) -> &Arc<dyn Store> {
        todo!()
    }

    /// Commits changes, with their derived fields filled, and publishes the atlas that has them.
    /// All or none. Blocks.
    pub fn report(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let _ = (origin, changes);
        todo!()
    }

    /// Catches up with what others have committed to the store; whether there was anything. Blocks.
    pub fn follow(&self) -> Result<bool, StoreError> {
        todo!()
    }
}
