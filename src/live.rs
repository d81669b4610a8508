//! The newest atlas, kept level with the store; the only door for change.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use crate::atlas::border::Border;
use crate::atlas::change::{Change, Origin};
use crate::atlas::schema::Schema;
use crate::atlas::{Atlas, BORDER_LAYER};
use crate::store::{Abandon, Commit, Store, StoreError};

/// The newest [`Atlas`] over a [`Store`]. A copy is another handle to the same.
#[derive(Clone)]
pub struct LiveAtlas {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    current: ArcSwap<Atlas>,
    /// Held while the next atlas is made from the current one; readers never wait for it.
    publishing: Mutex<()>,
    merging: AtomicBool,
}

impl LiveAtlas {
    /// Reads the whole store into an atlas. Blocks.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let live = Self {
            shared: Arc::new(Shared {
                store,
                current: ArcSwap::default(),
                publishing: Mutex::new(()),
                merging: AtomicBool::new(false),
            }),
        };
        live.follow()?;
        Ok(live)
    }

    /// The newest atlas: the copy of one pointer.
    pub fn snapshot(&self) -> Arc<Atlas> {
        self.shared.current.load_full()
    }

    /// The store behind it.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// Commits changes, with their derived fields filled, and publishes the atlas that has them.
    /// All or none. If they change the border line, what derives from it is derived anew in a
    /// commit of its own. Blocks.
    pub fn report(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let snapshot = self.snapshot();
        let mut schemas: HashMap<Box<str>, Arc<Schema>> = snapshot
            .layers()
            .map(|layer| (layer.schema().id.clone(), layer.schema().clone()))
            .collect();
        let mut touches_border = false;
        let mut completed = changes.map(|change| {
            let mut change = change?;
            match &mut change {
                Change::Layer(schema) => {
                    let described = Schema::clone(schema).with_derived();
                    schemas.insert(described.id.clone(), Arc::new(described.clone()));
                    **schema = described;
                }
                Change::Put { layer, feature } => {
                    touches_border |= **layer == *BORDER_LAYER;
                    if let Some(schema) = schemas.get(layer) {
                        Border::complete(snapshot.border().map(Arc::as_ref), schema, feature);
                    }
                }
                Change::Remove { layer, .. } => touches_border |= **layer == *BORDER_LAYER,
            }
            Ok(change)
        });
        let commit = self.shared.store.commit(origin, &mut completed)?;
        self.follow()?;
        if touches_border && commit.added + commit.updated + commit.removed > 0 {
            self.derive_anew()?;
        }
        Ok(commit)
    }

    /// Catches up with what others have committed to the store; whether there was anything. Blocks.
    pub fn follow(&self) -> Result<bool, StoreError> {
        let publishing = self.publishing();
        let current = self.snapshot();
        let known = current.revision().number;
        if self.shared.store.revision()?.number == known {
            return Ok(false);
        }
        let mut changes = Vec::new();
        let revision = self
            .shared
            .store
            .changes_after(known, &mut |change| changes.push(change))?;
        let next = current.with(revision, changes);
        let merge_is_due = next.layers().any(|layer| layer.wants_merge());
        self.shared.current.store(Arc::new(next));
        drop(publishing);
        if merge_is_due {
            self.merge_in_background();
        }
        Ok(true)
    }

    /// Commits every feature whose derived fields are no longer what the border says. A change that
    /// somebody else commits in between is not overwritten: then it is derived once more.
    fn derive_anew(&self) -> Result<(), StoreError> {
        loop {
            let atlas = self.snapshot();
            let mut unchanged_since = Some(atlas.revision());
            let mut stale = stale(&atlas).map(|change| {
                // The first change is drawn with the commit under way: from here on nobody else
                // can commit.
                let expected = unchanged_since.take();
                match expected {
                    Some(expected) if self.shared.store.revision().ok() != Some(expected) => {
                        Err(Abandon)
                    }
                    _ => Ok(change),
                }
            });
            match self.shared.store.commit(Origin::Derived, &mut stale) {
                Err(StoreError::Abandoned) => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
            self.follow()?;
        }
        self.follow()?;
        Ok(())
    }

    /// Merges recent changes into new bases on a thread of its own, one at a time. Readers and
    /// writers go on; what they publish meanwhile is laid over the new bases.
    fn merge_in_background(&self) {
        if self.shared.merging.swap(true, Ordering::AcqRel) {
            return;
        }
        let live = self.clone();
        let spawned = std::thread::Builder::new()
            .name("merge".into())
            .spawn(move || live.merge());
        if spawned.is_err() {
            // No thread to be had now: the next publish tries again.
            self.shared.merging.store(false, Ordering::Release);
        }
    }

    fn merge(&self) {
        let atlas = self.snapshot();
        let merges = atlas.merges();
        let publishing = self.publishing();
        let next = self.snapshot().over(&merges);
        self.shared.current.store(Arc::new(next));
        drop(publishing);
        self.shared.merging.store(false, Ordering::Release);
    }

    fn publishing(&self) -> MutexGuard<'_, ()> {
        // Nothing is left half done by a panic: the atlas is replaced in one step.
        let guard = self.shared.publishing.lock();
        guard.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts of the features whose derived fields are not what the border says.
fn stale(atlas: &Atlas) -> impl Iterator<Item = Change> {
    let border = atlas.border().map(Arc::as_ref);
    let referenced = atlas
        .layers()
        .filter(|layer| layer.schema().border_referenced);
    referenced.flat_map(move |layer| {
        layer.features().filter_map(move |feature| {
            let mut derived = feature.to_feature();
            let known = derived.values.clone();
            Border::complete(border, layer.schema(), &mut derived);
            (derived.values != known).then(|| Change::Put {
                layer: layer.schema().id.clone(),
                feature: derived,
            })
        })
    })
}
