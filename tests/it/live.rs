//! The live atlas: the only door for change, level with its store.

use std::sync::Arc;

use bordermap::atlas::change::{Change, Feature, Origin};
use bordermap::atlas::schema::{Schema, Value};
use bordermap::live::LiveAtlas;
use bordermap::store::Abandon;
use geo::{Geometry, LineString, Point};

use crate::support::memory::MemoryStore;

fn schema(id: &str, border_referenced: bool) -> Change {
    let schema = serde_json::json!({"id": id, "title": id, "border_referenced": border_referenced});
    let schema: Schema = serde_json::from_value(schema).unwrap();
    Change::Layer(Box::new(schema))
}

fn put(layer: &str, id: &str, geometry: Geometry, values: usize) -> Change {
    Change::Put {
        layer: layer.into(),
        feature: Feature {
            id: id.into(),
            geometry: Some(geometry),
            values: vec![Value::Null; values].into(),
        },
    }
}

/// The border as a meridian, from north to south.
fn meridian(lng: f64) -> Change {
    let line = LineString::from(vec![(lng, 37.0), (lng, 30.0)]);
    put("border", "meridian", line.into(), 0)
}

fn report(live: &LiveAtlas, changes: Vec<Change>) {
    let mut changes = changes.into_iter().map(Ok::<_, Abandon>);
    live.report(Origin::User, &mut changes).unwrap();
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
    report(&live, vec![schema("border", false), schema("posts", true)]);
    // Four fields are derived; without a border they are unknown.
    report(
        &live,
        vec![put("posts", "p", Point::new(46.0, 33.0).into(), 4)],
    );
    assert_eq!(side(&live), Value::Null);
    report(&live, vec![meridian(45.0)]);
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
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let live = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
    report(&live, vec![schema("border", false)]);
    let before = live.snapshot();
    report(&live, vec![meridian(45.0)]);
    assert!(before.border().is_none() && before.layer("border").unwrap().is_empty());
    assert_eq!(live.snapshot().layer("border").unwrap().len(), 1);
    assert!(live.snapshot().revision() > before.revision());
    assert!(!live.follow().unwrap(), "nobody else has committed");
}
