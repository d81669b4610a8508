//! A store in memory: the second implementer of the trait, for tests that ask nothing of a disk.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bordermap::atlas::model::change::{Change, Origin, Revision};
use bordermap::atlas::model::schema::Schema;
use bordermap::store::{Abandon, Commit, Depth, Sink, Store, StoreError};

/// Everything that was committed, in memory.
#[derive(Default)]
pub struct MemoryStore {
    /// Whether it panics where it should answer: a defect, made on purpose.
    pub is_defective: AtomicBool,
    /// Whether it does not answer: a disk that fails.
    pub is_failing: AtomicBool,
    /// How often the whole state was read.
    pub wholes: AtomicUsize,
    state: Mutex<State>,
}

/// A layer and a feature in it.
type Key = (Box<str>, Box<str>);

#[derive(Default)]
struct State {
    revision: Revision,
    /// The last change of each layer and feature with its revision and who made it.
    layers: Vec<(u64, Change)>,
    features: BTreeMap<Key, (u64, Origin, Change)>,
    notes: BTreeMap<String, String>,
}

impl Store for MemoryStore {
    fn identity(&self) -> &'static str {
        assert!(!self.is_defective.load(Ordering::Relaxed), "secret cause");
        "memory"
    }

    fn revision(&self) -> Result<Revision, StoreError> {
        assert!(!self.is_defective.load(Ordering::Relaxed), "secret cause");
        if self.is_failing.load(Ordering::Relaxed) {
            return Err(StoreError::Lost {
                path: "memory".into(),
                detail: "it does not answer".into(),
            });
        }
        Ok(self.state.lock().unwrap().revision)
    }

    fn has(&self, revision: Revision) -> Result<bool, StoreError> {
        let history = self.state.lock().unwrap();
        Ok(revision <= history.revision)
    }

    fn changes_after(
        &self,
        after: u64,
        sink: &mut dyn FnMut(Change),
    ) -> Result<Revision, StoreError> {
        let state = self.state.lock().unwrap();
        let layers = state.layers.iter().filter(|(at, _)| *at > after);
        layers.for_each(|(_, change)| sink(change.clone()));
        let features = state.features.values().filter(|(at, _, _)| *at > after);
        features.for_each(|(_, _, change)| sink(change.clone()));
        Ok(state.revision)
    }

    fn whole(
        &self,
        describe: &mut dyn FnMut(Vec<Schema>) -> Vec<Box<dyn Sink>>,
    ) -> Result<(Revision, Vec<Box<dyn Sink>>), StoreError> {
        self.wholes.fetch_add(1, Ordering::Relaxed);
        let mut schemas: Vec<Schema> = Vec::new();
        let mut features = Vec::new();
        let revision = self.changes_after(0, &mut |change| match change {
            Change::Layer(schema) => match schemas.iter_mut().find(|known| known.id == schema.id) {
                Some(known) => *known = *schema,
                None => schemas.push(*schema),
            },
            Change::Put { layer, feature } => features.push((layer, feature)),
            Change::Remove { .. } | Change::Unreadable { .. } => {}
        })?;
        let mut sinks = describe(schemas);
        let part = features.len().div_ceil(sinks.len()).max(1);
        std::thread::scope(|scope| {
            for (sink, part) in sinks.iter_mut().zip(features.chunks(part)) {
                scope.spawn(move || {
                    for (layer, feature) in part {
                        sink.take(layer, feature.clone());
                    }
                });
            }
        });
        Ok((revision, sinks))
    }

    fn commit(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
    ) -> Result<Commit, StoreError> {
        let changes: Vec<Change> = changes
            .collect::<Result<_, _>>()
            .map_err(|Abandon| StoreError::Abandoned)?;
        let mut state = self.state.lock().unwrap();
        let number = state.revision.number + 1;
        let mut commit = Commit {
            revision: state.revision,
            ..Commit::default()
        };
        if changes.is_empty() {
            return Ok(commit);
        }
        for change in changes {
            let key = match &change {
                Change::Layer(_) => {
                    state.layers.push((number, change));
                    continue;
                }
                Change::Put { layer, feature } => (layer.clone(), feature.id.clone()),
                Change::Remove { layer, id } | Change::Unreadable { layer, id, .. } => {
                    (layer.clone(), id.clone())
                }
            };
            let removes = matches!(change, Change::Remove { .. });
            let before = state.features.insert(key, (number, origin, change));
            match before {
                _ if removes => commit.removed += 1,
                Some((_, _, Change::Put { .. })) => commit.updated += 1,
                _ => commit.added += 1,
            }
        }
        state.revision = Revision {
            number,
            committed_at_us: 1_700_000_000_000_000 + i64::try_from(number).unwrap(),
        };
        commit.revision = state.revision;
        Ok(commit)
    }

    fn note(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.state.lock().unwrap().notes.get(key).cloned())
    }

    fn set_note(&self, key: &str, text: &str) -> Result<(), StoreError> {
        let mut state = self.state.lock().unwrap();
        state.notes.insert(key.to_owned(), text.to_owned());
        Ok(())
    }

    fn shipped_ids(&self, layer: &str) -> Result<Vec<Box<str>>, StoreError> {
        let state = self.state.lock().unwrap();
        let shipped = state
            .features
            .iter()
            .filter(|((of, _), (_, origin, change))| {
                **of == *layer && *origin == Origin::Shipped && matches!(change, Change::Put { .. })
            });
        Ok(shipped.map(|((_, id), _)| id.clone()).collect())
    }

    fn check(&self, _: Depth, _: &mut dyn FnMut(u64, u64)) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
}
