//! The newest atlas, kept level with the store; the only door for change.

mod completion;
mod follower;
mod whole;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use crate::atlas::layer::aside::Aside;
use crate::atlas::model::change::{Change, Origin};
use crate::atlas::products::border::Border;
use crate::atlas::{Atlas, DERIVED_FROM};
use crate::prepared::Prepared;
pub use crate::store::Standing;
use crate::store::{Abandon, Commit, Store, StoreError};
pub use completion::{Completed, Completion};

/// By how much the thread that improves an atlas steps back behind those that answer and commit.
const IMPROVING_NICE: i32 = 10;
/// Under this note the store remembers by which rules its derived fields are derived.
const DERIVATION_NOTE: &str = "derivation";
/// Raised when the same feature would be derived otherwise than before. 2: no side outside of both countries.
const DERIVATION: &str = "2";
/// Features that are set aside are told one by one up to so many; the others are counted.
const ASIDE_TOLD: usize = 20;

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
    /// Where an atlas is kept ready for the next start.
    prepared: Option<Prepared>,
    improving: AtomicBool,
    is_closed: AtomicBool,
    panics: Panics,
}

/// How often each of the threads that work behind the answers has panicked, and gone on.
#[derive(Debug, Default)]
struct Panics {
    following: AtomicU64,
    improving: AtomicU64,
}

impl LiveAtlas {
    /// Reads the whole store into an atlas, on all cores. Blocks.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let atlas = whole::read(&*store)?;
        Ok(Self::over(store, atlas, None))
    }

    /// As [`Self::open`], but from the atlas that was prepared beside the store, if there is one
    /// that fits, and what was committed since. A better one is prepared in the background whenever
    /// `prepared` says that it pays. Blocks.
    pub fn open_prepared(store: Arc<dyn Store>, prepared: Prepared) -> Result<Self, StoreError> {
        let found = match prepared.load(store.identity()) {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "the prepared base is not used");
                None
            }
        };
        let atlas = match found {
            Some(atlas) if store.has(atlas.revision())? => atlas,
            _ => whole::read(&*store)?,
        };
        let live = Self::over(store, atlas, Some(prepared));
        live.follow()?;
        live.improve_in_background();
        Ok(live)
    }

    fn over(store: Arc<dyn Store>, atlas: Atlas, prepared: Option<Prepared>) -> Self {
        tell_aside(&Aside::default(), atlas.aside());
        let shared = Shared {
            store,
            current: ArcSwap::from_pointee(atlas),
            publishing: Mutex::new(()),
            prepared,
            improving: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            panics: Panics::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The newest atlas: the copy of one pointer.
    pub fn snapshot(&self) -> Arc<Atlas> {
        self.shared.current.load_full()
    }

    /// The store behind it.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// Ends the use of the store in an orderly way. What is published can still be read; nothing is
    /// followed or committed any more.
    pub fn close(&self) {
        self.shared.is_closed.store(true, Ordering::Release);
        if let Some(prepared) = &self.shared.prepared {
            prepared.close();
        }
        self.shared.store.close();
    }

    /// How often each of the threads behind the answers has panicked, by its name.
    pub fn panics(&self) -> [(&'static str, u64); 2] {
        let panics = &self.shared.panics;
        [
            ("follow", panics.following.load(Ordering::Relaxed)),
            ("improve", panics.improving.load(Ordering::Relaxed)),
        ]
    }

    /// What derived fields are filled by, as it is now.
    pub fn completion(&self) -> Completion {
        Completion::of(&self.snapshot())
    }

    /// Commits changes, with their derived fields filled, and publishes the atlas that has them.
    /// All or none. If they change the border line or the provinces, what derives from them is derived anew in a
    /// commit of its own. Blocks.
    ///
    /// # Errors
    /// [`StoreError::AfterCommit`] if they are committed, but not published or not derived from; any
    /// other if nothing is published, as nobody can say that it is in the store.
    pub fn report(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let mut completion = self.completion();
        let mut completed = changes.map(|change| Ok(completion.complete(change?)));
        let commit = self.record(origin, &mut completed)?;
        self.follow().map_err(|error| error.after(&commit))?;
        Ok(commit)
    }

    /// Commits changes as [`Self::report`] does, but leaves it to the next [`Self::follow`] to
    /// publish them: for a program that ends with the commit. Blocks.
    pub fn record(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Completed, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let mut touches_source = false;
        let mut changes = changes.map(|completed| {
            let Completed(change) = completed?;
            touches_source |= match &change {
                Change::Put { layer, .. } | Change::Remove { layer, .. } => {
                    DERIVED_FROM.contains(&&**layer)
                }
                Change::Layer(_) | Change::Unreadable { .. } => false,
            };
            Ok(change)
        });
        let commit = self.shared.store.commit(origin, &mut changes)?;
        if touches_source && commit.added + commit.updated + commit.removed > 0 {
            let derived = self.follow().and_then(|_| self.derive_anew());
            derived.map_err(|error| error.after(&commit))?;
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
        let mut touched: BTreeSet<Box<str>> = BTreeSet::new();
        for change in &changes {
            if !touched.contains(change.layer()) {
                touched.insert(change.layer().into());
            }
        }
        let mut next = current.with(revision, changes);
        if touched.iter().any(|layer| next.aside().is_crowded(layer)) {
            // Which features a layer has room for depends on all of them, and the store has them all.
            next = whole::read(&*self.shared.store)?;
        }
        tell_aside(current.aside(), next.aside());
        self.shared.current.store(Arc::new(next));
        drop(publishing);
        self.improve_in_background();
        Ok(true)
    }

    /// Derives anew what an earlier version has derived by other rules: once, in a commit of its own, so that
    /// the log keeps what was there before. Whether any feature changed by it. Blocks.
    ///
    /// # Errors
    /// If the store refuses; the next time it is tried again.
    pub fn derive_as_today(&self) -> Result<bool, StoreError> {
        if is_derived_as_today(&**self.store())? {
            return Ok(false);
        }
        let is_stale = stale(&self.snapshot()).next().is_some();
        if is_stale {
            self.derive_anew()?;
        }
        if self.snapshot().is_derivable() {
            self.store().set_note(DERIVATION_NOTE, DERIVATION)?;
        }
        Ok(is_stale)
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

    /// Merges large parts, and prepares an atlas for the next start, on a thread of its own, one at a
    /// time. Readers and writers go on; what they publish meanwhile is laid over the merged parts.
    fn improve_in_background(&self) {
        let atlas = self.snapshot();
        let due =
            atlas.layers().any(|layer| layer.wants_compaction()) || self.wants_preparing(&atlas);
        if !due || self.shared.improving.swap(true, Ordering::AcqRel) {
            return;
        }
        drop(atlas);
        let live = self.clone();
        let spawned = std::thread::Builder::new()
            .name("improve".into())
            .spawn(move || {
                // The atlas is replaced in one step: a panic leaves what was published before.
                if catch_unwind(AssertUnwindSafe(|| live.improve())).is_err() {
                    live.shared.panics.improving.fetch_add(1, Ordering::Relaxed);
                    tracing::error!("improving the atlas has panicked; it is served as it is");
                }
                live.shared.improving.store(false, Ordering::Release);
            });
        if spawned.is_err() {
            // No thread to be had now: the next publish tries again.
            self.shared.improving.store(false, Ordering::Release);
        }
    }

    fn wants_preparing(&self, atlas: &Atlas) -> bool {
        let prepared = self.shared.prepared.as_ref();
        prepared.is_some_and(|prepared| prepared.pays(atlas))
    }

    fn improve(&self) {
        // Whoever asks goes first: on Linux a thread has a priority of its own. Without it the same
        // is done, only later.
        let _ = rustix::process::nice(IMPROVING_NICE);
        loop {
            let compactions = self.snapshot().compactions();
            if compactions.is_empty() {
                break;
            }
            let publishing = self.publishing();
            let next = self.snapshot().rebased_on(&compactions);
            self.shared.current.store(Arc::new(next));
            drop(publishing);
        }
        let atlas = self.snapshot();
        if let Some(prepared) = self.shared.prepared.as_ref().filter(|p| p.pays(&atlas))
            && !self.shared.is_closed.load(Ordering::Acquire)
            && let Err(error) = prepared.save(self.shared.store.identity(), &atlas)
            && !self.shared.is_closed.load(Ordering::Acquire)
        {
            tracing::warn!(%error, "the base could not be prepared for the next start");
        }
    }

    fn publishing(&self) -> MutexGuard<'_, ()> {
        // Nothing is left half done by a panic: the atlas is replaced in one step.
        let guard = self.shared.publishing.lock();
        guard.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a store's derived fields are known to be by the rules of this version.
///
/// # Errors
/// If the store refuses.
pub fn is_derived_as_today(store: &dyn Store) -> Result<bool, StoreError> {
    Ok(store.note(DERIVATION_NOTE)?.as_deref() == Some(DERIVATION))
}

/// Warns of the features that are set aside and were not before.
fn tell_aside(before: &Aside, now: &Aside) {
    let new = now.iter();
    let mut new = new.filter(|(layer, id, _)| before.reason(layer, id).is_none());
    for (layer, id, reason) in new.by_ref().take(ASIDE_TOLD) {
        tracing::warn!(layer, id, %reason, "a feature of the store is set aside: it is not shown");
    }
    let more = new.count();
    if more > 0 {
        tracing::warn!(
            more,
            "more features of the store are set aside: check lists them"
        );
    }
}

/// Puts of the features whose derived fields are not what the border says; none where a part of the
/// border is set aside, because then it says nothing.
fn stale(atlas: &Atlas) -> impl Iterator<Item = Change> {
    let border = atlas.border().map(Arc::as_ref);
    let is_whole = atlas.is_derivable();
    let referenced = atlas
        .layers()
        .filter(move |layer| is_whole && layer.schema().border_referenced);
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
