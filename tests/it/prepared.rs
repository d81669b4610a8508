//! The base prepared beside a store: used where it fits, never trusted where it does not.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bordermap::atlas::Atlas;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::model::change::Change;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::live::LiveAtlas;
use bordermap::prepared::Prepared;

use crate::support::memory::MemoryStore;
use crate::support::world;

/// Everything that an atlas holds and answers, as text.
fn told(atlas: &Atlas) -> String {
    let mut text = format!("{:?}\n", atlas.revision());
    for layer in atlas.layers() {
        let at = LngLat::new(45.1, 35.2).unwrap();
        let near = Some(Near {
            at,
            radius_m: Some(90_000.0),
        });
        let answer = layer.items(&ItemsQuery {
            near,
            ..ItemsQuery::default()
        });
        let hits: Vec<_> = answer
            .hits
            .iter()
            .map(|hit| (hit.feature.id(), hit.distance_m))
            .collect();
        let _ = writeln!(
            text,
            "{} {:?} {:?} {hits:?} {:?}",
            layer.len(),
            layer.extent(),
            layer.time_extent(),
            answer.matched
        );
        for feature in layer.features() {
            let (values, time) = (feature.values(), feature.time());
            let _ = writeln!(text, "{} {values:?} {time:?}", feature.geojson());
        }
    }
    text
}

fn changed(number: usize) -> Vec<Change> {
    let mut change = world::report_at(number);
    if let Change::Put { feature, .. } = &mut change {
        feature.geometry = world::report_at(number + 1).into_feature().geometry;
    }
    let gone = Change::Remove {
        layer: "reports".into(),
        id: format!("r-{:03}", number + 7).into(),
    };
    vec![change, gone]
}

trait IntoFeature {
    fn into_feature(self) -> Feature;
}

impl IntoFeature for Change {
    fn into_feature(self) -> Feature {
        match self {
            Change::Put { feature, .. } => feature,
            other => panic!("{other:?} is no put"),
        }
    }
}

/// Opens the store with what is prepared under a path; how often that read the whole store, and what
/// it then holds.
fn reopened(store: &Arc<MemoryStore>, path: &Path) -> (usize, String) {
    let before = store.wholes.load(Ordering::Relaxed);
    let live = LiveAtlas::open_prepared(store.clone(), Prepared::beside(path)).unwrap();
    let wholes = store.wholes.load(Ordering::Relaxed) - before;
    (wholes, told(&live.snapshot()))
}

#[test]
fn a_prepared_base_spares_reading_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.gpkg");
    let store = Arc::new(MemoryStore::default());
    let live = world::over(store.clone());
    // Several parts, and features of the first that are hidden.
    world::report(&live, changed(20));
    Prepared::beside(&path)
        .save("memory", &live.snapshot())
        .unwrap();
    assert_eq!(reopened(&store, &path), (0, told(&live.snapshot())));
    // What came later comes from the store.
    world::report(&live, changed(40));
    assert_eq!(reopened(&store, &path), (0, told(&live.snapshot())));
}

#[test]
fn a_base_that_does_not_fit_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.gpkg");
    let store = Arc::new(MemoryStore::default());
    let live = world::over(store.clone());
    let truth = told(&live.snapshot());
    // None at all, then another store's.
    assert_eq!(reopened(&store, &path), (1, truth.clone()));
    let prepared = Prepared::beside(&path);
    prepared.save("another", &live.snapshot()).unwrap();
    assert_eq!(reopened(&store, &path), (1, truth.clone()));
    // A revision that this store never had: it was put back to an earlier state.
    world::report(&live, changed(30));
    prepared.save("memory", &live.snapshot()).unwrap();
    let earlier = Arc::new(MemoryStore::default());
    world::over(earlier.clone());
    assert_eq!(reopened(&earlier, &path).0, 1);
}

#[test]
fn a_damaged_base_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.gpkg");
    let store = Arc::new(MemoryStore::default());
    let live = world::over(store.clone());
    let truth = told(&live.snapshot());
    let prepared = Prepared::beside(&path);
    prepared.save("memory", &live.snapshot()).unwrap();
    let file = folder.path().join("store.gpkg.prepared");
    let whole = std::fs::read(&file).unwrap();
    assert_eq!(reopened(&store, &path), (0, truth.clone()));
    let step = whole.len() / 40;
    for at in (0..whole.len()).step_by(step) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        std::fs::write(&file, &damaged).unwrap();
        assert_eq!(reopened(&store, &path), (1, truth.clone()), "byte {at}");
        std::fs::write(&file, &whole[..at]).unwrap();
        assert_eq!(reopened(&store, &path), (1, truth.clone()), "cut at {at}");
    }
}

/// Opening a pipe waits for its other end: what is no file is not opened.
#[test]
fn a_base_that_is_no_file_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.gpkg");
    let base = folder.path().join("store.gpkg.prepared");
    let store = Arc::new(MemoryStore::default());
    let truth = told(&world::over(store.clone()).snapshot());
    let made = std::process::Command::new("mkfifo").arg(&base).status();
    assert!(made.unwrap().success());
    assert_eq!(reopened(&store, &path), (1, truth.clone()));
    assert_eq!(Prepared::beside(&path).revision_of("memory"), None);
    std::fs::remove_file(&base).unwrap();
    std::fs::create_dir(&base).unwrap();
    assert_eq!(reopened(&store, &path), (1, truth));
}
