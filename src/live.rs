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

/// What derived fields are filled by: the layers' fields and the border. It can be used on a thread
/// of its own, ahead of the commit.
pub struct Completion {
    schemas: HashMap<Box<str>, Arc<Schema>>,
    border: Option<Arc<Border>>,
}

/// A change whose derived fields are filled.
#[derive(Debug)]
pub struct Completed(Change);

impl Completion {
    /// Fills the derived fields of a change, whatever they held.
    pub fn complete(&mut self, mut change: Change) -> Completed {
        match &mut change {
            Change::Layer(schema) => {
                let described = Schema::clone(schema).with_derived();
                let known = Arc::new(described.clone());
                self.schemas.insert(described.id.clone(), known);
                **schema = described;
            }
            Change::Put { layer, feature } => {
                if let Some(schema) = self.schemas.get(layer) {
                    Border::complete(self.border.as_deref(), schema, feature);
                }
            }
            Change::Remove { .. } => {}
        }
        Completed(change)
    }
}

impl Completed {
    /// The change.
    pub fn change(&self) -> &Change {
        &self.0
    }
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

    /// What derived fields are filled by, as it is now.
    pub fn completion(&self) -> Completion {
        let snapshot = self.snapshot();
        let schemas = snapshot.layers().map(|layer| {
            let schema = layer.schema();
            (schema.id.clone(), schema.clone())
        });
        Completion {
            schemas: schemas.collect(),
            border: snapshot.border().cloned(),
        }
    }

    /// Commits changes, with their derived fields filled, and publishes the atlas that has them.
    /// All or none. If they change the border line, what derives from it is derived anew in a
    /// commit of its own. Blocks.
    pub fn report(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let mut completion = self.completion();
        let mut completed = changes.map(|change| Ok(completion.complete(change?)));
        let commit = self.record(origin, &mut completed)?;
        self.follow()?;
        Ok(commit)
    }

    /// Commits changes as [`Self::report`] does, but leaves it to the next [`Self::follow`] to
    /// publish them: for a program that ends with the commit. Blocks.
    pub fn record(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Completed, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let mut touches_border = false;
        let mut changes = changes.map(|completed| {
            let Completed(change) = completed?;
            touches_border |= match &change {
                Change::Put { layer, .. } | Change::Remove { layer, .. } => {
                    **layer == *BORDER_LAYER
                }
                Change::Layer(_) => false,
            };
            Ok(change)
        });
        let commit = self.shared.store.commit(origin, &mut changes)?;
        if touches_border && commit.added + commit.updated + commit.removed > 0 {
            self.follow()?;
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
