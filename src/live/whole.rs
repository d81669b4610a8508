//! Everything that a store remembers, read on all cores at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::atlas::Atlas;
use crate::atlas::load::Packer;
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Schema;
use crate::store::{Sink, Store, StoreError};

/// The atlas of everything that a store remembers.
pub(super) fn read(store: &dyn Store) -> Result<Atlas, StoreError> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut schemas = Vec::new();
    let mut shares: Vec<Share> = Vec::new();
    let (revision, sinks) = store.whole(&mut |described| {
        schemas = described
            .into_iter()
            .map(Schema::with_derived)
            .map(Arc::new)
            .collect();
        let share = || Share(Arc::new(Mutex::new(Some(Packer::new(&schemas)))));
        shares = std::iter::repeat_with(share).take(threads).collect();
        let sinks = shares.iter().cloned();
        sinks
            .map(|share| Box::new(share) as Box<dyn Sink>)
            .collect()
    })?;
    drop(sinks);
    let packers = shares.iter().filter_map(|share| share.packer().take());
    Ok(Atlas::of_packed(revision, schemas, packers.collect()))
}

/// A packer that one thread fills, to be taken from it when all have ended.
#[derive(Clone)]
struct Share(Arc<Mutex<Option<Packer>>>);

impl Share {
    fn packer(&self) -> MutexGuard<'_, Option<Packer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Share {
    fn take(&mut self, layer: &str, feature: Feature) {
        if let Some(packer) = &mut *self.packer() {
            packer.take(layer, feature);
        }
    }

    fn unreadable(&mut self, layer: &str, id: &str, detail: String) {
        if let Some(packer) = &mut *self.packer() {
            packer.set_aside(layer, id, detail);
        }
    }
}
