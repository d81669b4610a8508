//! The live atlas: the only door for change, level with its store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bordermap::atlas::Atlas;
use bordermap::atlas::model::change::{Change, Origin};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{Schema, Value};
use bordermap::live::LiveAtlas;
use bordermap::store::Store;
use geo::{LineString, Point};

use crate::support::changes::{land, layer, put};
use crate::support::memory::MemoryStore;
use crate::support::world::report;

/// The border as a meridian, from north to south.
fn meridian(lng: f64) -> Change {
    let line = LineString::from(vec![(lng, 37.0), (lng, 30.0)]);
    put("border", "meridian", line.into(), 0)
}

/// What is derived of the one post: its side of the border.
fn side(live: &LiveAtlas) -> Value {
    let atlas = live.snapshot();
    let layer = atlas.layer("posts").unwrap();
    let field = layer.schema().index_of("border_side").unwrap();
    layer.feature("p").unwrap().values()[field].clone()
}

#[test]
fn what_derives_from_the_border_follows_it() {
    let live = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
    report(&live, vec![layer("border", false), layer("posts", true)]);
    // Four fields are derived; without a border they are unknown.
    report(
        &live,
        vec![put("posts", "p", Point::new(46.0, 33.0).into(), 4)],
    );
    assert_eq!(side(&live), Value::Null);
    report(&live, vec![meridian(45.0)]);
    // Nobody has said yet what lies inside of either country.
    assert_eq!(side(&live), Value::Null);
    report(&live, land([38.0, 28.0, 52.0, 40.0]).into());
    assert_eq!(side(&live), Value::Text("IR".into()));
    report(&live, vec![meridian(47.0)]);
    assert_eq!(side(&live), Value::Text("IQ".into()));
    // Whatever a change brings in a derived field is not taken from it.
    let mut claimed = put("posts", "p", Point::new(48.0, 33.0).into(), 4);
    if let Change::Put { feature, .. } = &mut claimed {
        feature.values.fill(Value::Text("claimed".into()));
    }
    report(&live, vec![claimed]);
    assert_eq!(side(&live), Value::Text("IR".into()));
    report(&live, land([38.0, 28.0, 47.9, 40.0]).into());
    assert_eq!(side(&live), Value::Null);
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let live = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
    report(&live, vec![layer("border", false)]);
    let before = live.snapshot();
    report(&live, vec![meridian(45.0)]);
    assert!(before.border().is_none() && before.layer("border").unwrap().is_empty());
    assert_eq!(live.snapshot().layer("border").unwrap().len(), 1);
    assert!(live.snapshot().revision() > before.revision());
    assert!(!live.follow().unwrap(), "nobody else has committed");
}

/// A sum over what a layer holds, in order.
fn checksum(atlas: &Atlas) -> u64 {
    let layer = atlas.layer("counters").unwrap();
    let mut sum = layer.len() as u64;
    for feature in layer.features() {
        for byte in feature.geojson().bytes() {
            sum = sum.wrapping_mul(0x0000_0100_0000_01b3) ^ u64::from(byte);
        }
    }
    sum
}

/// What readers find at a revision is what was committed by it, whole, while parts are put together
/// and merged beside them.
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "writers and readers run beside each other"
)]
fn no_reader_sees_half_a_batch() {
    const COUNTERS: usize = 3000;
    const COMMITS: usize = 60;
    let live = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
    let counter = |id: usize, value: usize| {
        let at = |step: usize| f64::from(u32::try_from(step).unwrap());
        let geometry = Point::new(44.0 + at(id % 60) * 0.05, 32.0 + at(id / 60 + value) * 0.02);
        Change::Put {
            layer: "counters".into(),
            feature: Feature {
                id: format!("c{id:04}").into(),
                geometry: Some(geometry.into()),
                values: [Value::Integer(i64::try_from(value).unwrap())].into(),
            },
        }
    };
    let described = serde_json::json!({"id": "counters", "title": "counters",
        "field": [{"name": "value", "type": "integer"}]});
    let described: Schema = serde_json::from_value(described).unwrap();
    let mut first = vec![Change::Layer(Box::new(described))];
    first.extend((0..COUNTERS).map(|id| counter(id, 0)));
    report(&live, first);

    let done = AtomicBool::new(false);
    let expected = Mutex::new(HashMap::from([(
        live.snapshot().revision().number,
        checksum(&live.snapshot()),
    )]));
    let seen = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = Vec::new();
                    while !done.load(Ordering::Relaxed) {
                        let atlas = live.snapshot();
                        seen.push((atlas.revision().number, checksum(&atlas)));
                    }
                    seen
                })
            })
            .collect();
        for commit in 1..=COMMITS {
            // Fifty and one are changed or withdrawn, so that any part of a batch is another sum.
            let ids = (0..51).map(|step| (commit * 37 + step * 59) % COUNTERS);
            let changes = ids.map(|id| match (id + commit) % 5 {
                0 => Change::Remove {
                    layer: "counters".into(),
                    id: format!("c{id:04}").into(),
                },
                _ => counter(id, commit),
            });
            report(&live, changes.collect());
            let atlas = live.snapshot();
            let mut expected = expected.lock().unwrap();
            expected.insert(atlas.revision().number, checksum(&atlas));
        }
        done.store(true, Ordering::Relaxed);
        let seen = readers.into_iter().map(|reader| reader.join().unwrap());
        seen.flatten().collect::<Vec<_>>()
    });
    let expected = expected.into_inner().unwrap();
    assert_eq!(expected.len(), COMMITS + 1);
    for (revision, sum) in seen {
        assert_eq!(expected.get(&revision), Some(&sum), "revision {revision}");
    }
    // And the last one is what a new reader of the store finds.
    let anew = LiveAtlas::open(live.store().clone()).unwrap();
    assert_eq!(checksum(&anew.snapshot()), checksum(&live.snapshot()));
}

/// Waits, for a while, until something is so.
#[track_caller]
fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..200 {
        if is_so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it never became so");
}

#[test]
fn following_goes_on_after_a_panic() {
    let store = Arc::new(MemoryStore::default());
    let live = LiveAtlas::open(store.clone()).unwrap();
    live.follow_in_background().unwrap();
    store.is_defective.store(true, Ordering::Relaxed);
    until(|| live.panics().contains(&("follow", 1)));
    store.is_defective.store(false, Ordering::Relaxed);
    let mut changes = std::iter::once(Ok(layer("border", false)));
    store.commit(Origin::User, &mut changes).unwrap();
    until(|| live.snapshot().layer("border").is_some());
    live.close();
}

#[test]
fn what_is_committed_and_cannot_be_published_is_not_told_as_unwritten() {
    let store = Arc::new(MemoryStore::default());
    let live = LiveAtlas::open(store.clone()).unwrap();
    for change in [layer("border", false), meridian(45.0)] {
        let known = live.snapshot().revision().number;
        store.is_failing.store(true, Ordering::Relaxed);
        let mut changes = std::iter::once(Ok(change));
        let error = live.report(Origin::User, &mut changes).unwrap_err();
        store.is_failing.store(false, Ordering::Relaxed);
        let committed = format!("committed as revision {}, but", known + 1);
        assert!(error.to_string().contains(&committed), "{error}");
        assert_eq!(live.snapshot().revision().number, known);
        live.follow().unwrap();
        assert_eq!(live.snapshot().revision().number, known + 1);
    }
}
