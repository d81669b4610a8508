//! The whole state, read by several threads: all of it, once, and of one state.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread::{self, ThreadId};

use bordermap::atlas::model::schema::GeometryKind;
use bordermap::store::Sink;

use super::*;
use crate::support::memory::MemoryStore;

/// Writes down what came, and on which thread.
struct Noting {
    came: Arc<Mutex<Vec<(ThreadId, Change)>>>,
}

impl Sink for Noting {
    fn take(&mut self, layer: &str, feature: Feature) {
        let change = put(layer, feature);
        self.came
            .lock()
            .unwrap()
            .push((thread::current().id(), change));
    }

    fn unreadable(&mut self, layer: &str, id: &str, detail: String) {
        let change = Change::Unreadable {
            layer: layer.into(),
            id: id.into(),
            detail: detail.into(),
        };
        let mut came = self.came.lock().unwrap();
        came.push((thread::current().id(), change));
    }
}

/// The whole state by so many sinks: layers in order, features in order of their words, revision;
/// and how many threads brought them.
fn whole(store: &dyn Store, sinks: usize) -> (Vec<String>, BTreeSet<String>, Revision, usize) {
    let came = Arc::default();
    let mut layers = Vec::new();
    let (revision, given_back) = store
        .whole(&mut |schemas| {
            layers.extend(schemas.iter().map(|schema| format!("{schema:?}")));
            let sink = || Noting {
                came: Arc::clone(&came),
            };
            (0..sinks)
                .map(|_| Box::new(sink()) as Box<dyn Sink>)
                .collect()
        })
        .unwrap();
    assert_eq!(given_back.len(), sinks);
    let came = came.lock().unwrap();
    let features: BTreeSet<_> = came.iter().map(|(_, put)| format!("{put:?}")).collect();
    assert_eq!(features.len(), came.len(), "a feature came twice");
    let threads: BTreeSet<_> = came
        .iter()
        .map(|(thread, _)| format!("{thread:?}"))
        .collect();
    (layers, features, revision, threads.len())
}

/// The same by the ordinary way.
fn ordinary(store: &dyn Store) -> (Vec<String>, BTreeSet<String>, Revision) {
    let (changes, revision) = after(store, 0);
    let (mut layers, mut features) = (Vec::new(), BTreeSet::new());
    for change in changes {
        match change {
            Change::Layer(schema) => layers.push(format!("{schema:?}")),
            other => {
                features.insert(format!("{other:?}"));
            }
        }
    }
    (layers, features, revision)
}

#[track_caller]
fn check_whole(store: &dyn Store) {
    let wanted = ordinary(store);
    for sinks in [1, 2, 5] {
        let (layers, features, revision, threads) = whole(store, sinks);
        assert!(threads <= sinks);
        assert_eq!((layers, features, revision), wanted);
    }
}

/// More than one range of rows, a layer without features, one without a place, dates as written.
fn many() -> Vec<Change> {
    let camps = schema(
        "camps",
        GeometryKind::Any,
        &[("opened", FieldType::Datetime)],
    );
    let camp = |id: &str, at: &str| put("camps", feature(id, None, vec![text(at)]));
    let mut changes = vec![
        posts(),
        described(&schema("empty", GeometryKind::Line, &[])),
        described(&camps),
        camp("plain", "2023-03-19T06:30:00.000Z"),
        camp("written", "2023-03-19T06:30:00+03:00"),
    ];
    changes.extend((0..50_000).map(|n| post(&n.to_string(), "1")));
    changes
}

#[test]
fn it_is_what_the_changes_add_up_to() {
    let (_folder, store) = empty();
    check_whole(&store);
    commit(&store, many()).unwrap();
    check_whole(&store);
    commit(
        &store,
        vec![gone("posts", "0"), gone("posts", "30000"), post("7", "2")],
    )
    .unwrap();
    check_whole(&store);
    // Rows whose numbers lie far apart.
    raw(store.path())
        .execute_batch(&format!(
            "UPDATE posts SET fid = {} WHERE id = '9'",
            i64::MAX
        ))
        .unwrap();
    check_whole(&store);

    let store = MemoryStore::default();
    commit(&store, many()).unwrap();
    check_whole(&store);
}

/// Whoever comes first waits for another, so that it cannot do everything alone.
struct Waiting(Arc<Barrier>, bool);

impl Sink for Waiting {
    fn take(&mut self, _: &str, _: Feature) {
        if !std::mem::replace(&mut self.1, true) {
            self.0.wait();
        }
    }

    fn unreadable(&mut self, _: &str, id: &str, detail: String) {
        panic!("{id}: {detail}");
    }
}

#[test]
fn several_threads_take_part() {
    let (_folder, store) = empty();
    commit(&store, many()).unwrap();
    let met = Arc::new(Barrier::new(2));
    let sink = || Box::new(Waiting(Arc::clone(&met), false)) as Box<dyn Sink>;
    store.whole(&mut |_| vec![sink(), sink()]).unwrap();
}

#[test]
fn commits_meanwhile_are_in_it_whole_or_not_at_all() {
    let (_folder, store) = empty();
    commit(&store, many()).unwrap();
    let other = SqliteStore::open(store.path()).unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // Each commit gives rows of both ends of the table the same name: its own.
            for n in 0.. {
                let name = n.to_string();
                let ends = ["0", "25000", "49999"].map(|id| post(id, &name));
                commit(&other, ends.into()).unwrap();
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        for _ in 0..5 {
            let (_, features, _, _) = whole(&store, 2);
            assert_eq!(features.len(), 50_002);
            let named = |id: &str| {
                let id = format!("id: \"{id}\"");
                let found = features.iter().find(|words| words.contains(&id)).unwrap();
                found.split("Text(").nth(1).unwrap().to_owned()
            };
            assert_eq!(named("0"), named("25000"));
            assert_eq!(named("0"), named("49999"));
        }
        is_over.store(true, Ordering::Relaxed);
    });
    check_whole(&store);
}

/// It is told of, and everything else comes.
#[test]
fn a_damaged_row_is_told_apart() {
    let (_folder, store) = empty();
    commit(&store, many()).unwrap();
    raw(store.path())
        .execute_batch("UPDATE posts SET geom = x'00' WHERE id = '40000'")
        .unwrap();
    let (_, features, ..) = whole(&store, 2);
    assert_eq!(features.len(), 50_002);
    let told: Vec<_> = features
        .iter()
        .filter(|one| one.starts_with("Unreadable"))
        .collect();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("id: \"40000\", detail: \"its geometry is not a GeoPackage"),
        "{told:?}"
    );
    check_whole(&store);
}
