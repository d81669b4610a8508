//! The store: what it remembers, what it refuses, what survives.

mod apart;
mod clock;
mod copies;
mod damage;
mod digests;
mod files;
mod flips;
mod killed;
mod layers;
mod log;
mod misplaced;
mod moved;
mod names;
mod stop;
mod triggers;
mod unnamed;
mod whole;

use std::path::Path;

use bordermap::atlas::model::change::{Change, Origin, Revision};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{Field, FieldType, GeometryKind, Schema, Value};
use bordermap::store::sqlite::SqliteStore;
use bordermap::store::{Abandon, Commit, Depth, Store, StoreError};
use geo::{Geometry, point};
use tempfile::TempDir;

/// A store in a folder of its own.
fn empty() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("a store.gpkg")).unwrap();
    (folder, store)
}

fn field(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.into(),
        kind,
        title: String::new(),
        description: String::new(),
        unit: None,
        values: Vec::new(),
        required: false,
        derived: false,
        searched: false,
    }
}

fn schema(id: &str, geometry: GeometryKind, fields: &[(&str, FieldType)]) -> Schema {
    let mut schema: Schema =
        serde_json::from_value(serde_json::json!({"id": id, "title": id})).unwrap();
    schema.geometry = geometry;
    schema.fields = fields
        .iter()
        .map(|(name, kind)| field(name, *kind))
        .collect();
    schema
}

/// A layer of points with one text.
fn posts() -> Change {
    described(&schema(
        "posts",
        GeometryKind::Point,
        &[("name", FieldType::String)],
    ))
}

fn described(schema: &Schema) -> Change {
    Change::Layer(Box::new(schema.clone()))
}

fn feature(id: &str, geometry: Option<Geometry>, values: Vec<Value>) -> Feature {
    Feature {
        id: id.into(),
        geometry,
        values: values.into(),
    }
}

fn put(layer: &str, feature: Feature) -> Change {
    Change::Put {
        layer: layer.into(),
        feature,
    }
}

/// A post, by its id and name.
fn post(id: &str, name: &str) -> Change {
    let place = point!(x: 46.0, y: 35.0).into();
    put("posts", feature(id, Some(place), vec![text(name)]))
}

fn gone(layer: &str, id: &str) -> Change {
    Change::Remove {
        layer: layer.into(),
        id: id.into(),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn commit(store: &dyn Store, changes: Vec<Change>) -> Result<Commit, StoreError> {
    commit_as(store, Origin::User, changes)
}

fn commit_as(
    store: &dyn Store,
    origin: Origin,
    changes: Vec<Change>,
) -> Result<Commit, StoreError> {
    store.commit(origin, &mut changes.into_iter().map(Ok::<_, Abandon>))
}

/// What changed after a revision, and the newest revision.
fn after(store: &dyn Store, revision: u64) -> (Vec<Change>, Revision) {
    let mut changes = Vec::new();
    let newest = store
        .changes_after(revision, &mut |change| changes.push(change))
        .unwrap();
    (changes, newest)
}

/// The same in words: `layer posts`, `posts/a = …`, `posts/a gone`.
fn told(store: &dyn Store, revision: u64) -> Vec<String> {
    let word = |value: &Value| match value {
        Value::Text(text) => text.to_string(),
        other => format!("{other:?}"),
    };
    let tell = |change: &Change| match change {
        Change::Layer(schema) => format!("layer {}", schema.id),
        Change::Put { layer, feature } => {
            let words: Vec<_> = feature.values.iter().map(word).collect();
            format!("{layer}/{} = {}", feature.id, words.join(" "))
        }
        Change::Remove { layer, id } => format!("{layer}/{id} gone"),
        Change::Unreadable { layer, id, detail } => format!("{layer}/{id}: {detail}"),
    };
    after(store, revision).0.iter().map(tell).collect()
}

/// Holds that a store is whole.
#[track_caller]
fn check(store: &dyn Store) {
    assert_eq!(findings(store), Vec::<String>::new());
}

/// What verifying all of a store finds.
fn findings(store: &dyn Store) -> Vec<String> {
    store.check(Depth::Whole, &mut |_, _| {}).unwrap()
}

/// The files of a store's folder by their names.
fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Plain access to the file, past the store.
fn raw(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}
