//! The shipped data reach the store once, and what users changed stays.

use std::sync::Arc;

use bordermap::atlas::model::change::{Change, Origin};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Value;
use bordermap::live::LiveAtlas;
use bordermap::seed::seed;
use bordermap::store::Abandon;
use bordermap::store::sqlite::SqliteStore;
use rusqlite::Connection;

use crate::program::Program;

#[test]
fn a_first_start_brings_the_shipped_layers_with_derived_fields() {
    let program = Program::new();
    let incidents = program.features("incidents");
    assert_eq!(incidents.len(), 148);
    for incident in &incidents {
        let properties = &incident["properties"];
        for field in ["border_km", "border_distance_m", "position_uncertainty_m"] {
            assert!(properties[field].is_number(), "{field} of {incident}");
        }
        assert!(properties["border_segment"].is_string(), "{incident}");
    }
    assert_eq!(program.features("border").len(), 10);
    assert_eq!(program.features("crossings").len(), 12);
}

#[test]
fn a_second_start_changes_nothing() {
    let program = Program::new();
    program.seed();
    let revision = || program.ok(&["check"]).lines().last().unwrap().to_owned();
    let before = revision();
    program.seed();
    assert_eq!(revision(), before);
}

/// As if an older program had shipped other data.
#[test]
fn newer_shipped_data_leave_alone_what_users_changed() {
    let program = Program::new();
    let theirs = r#"{"type":"Feature","id":"iib-001","geometry":{"type":"Point","coordinates":[46,35]},
        "properties":{"title":"Edited","category":"other","date":"2020-01-01","date_precision":"day",
        "position_precision":"town","status":"disputed","sources":[]}}"#;
    program.file("edit.geojson", theirs);
    program.ok(&["import", "edit.geojson", "--layer", "incidents"]);
    program.ok(&["remove", "incidents", "iib-002"]);

    let store = Connection::open(program.path("bordermap.gpkg")).unwrap();
    let forgotten = store.execute("DELETE FROM bordermap_notes WHERE key = 'shipped'", []);
    assert_eq!(forgotten.unwrap(), 1);
    drop(store);

    let incidents = program.features("incidents");
    assert_eq!(incidents.len(), 147);
    assert_eq!(incidents[0]["properties"]["title"], "Edited");
    program.ok(&["check"]);
}

/// As if an older program had shipped another title, and a report that this one no longer ships.
#[test]
fn newer_shipped_data_update_what_nobody_edited() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("store.gpkg")).unwrap();
    let live = LiveAtlas::open(Arc::new(store)).unwrap();
    assert!(seed(&live).unwrap());
    let title = |live: &LiveAtlas, id: &str| {
        let atlas = live.snapshot();
        let layer = atlas.layer("incidents").unwrap();
        let field = layer.schema().index_of("title").unwrap();
        layer.feature(id).map(|found| found.values()[field].clone())
    };
    let shipped = title(&live, "iib-001").unwrap();

    let atlas = live.snapshot();
    let layer = atlas.layer("incidents").unwrap();
    let original = layer.feature("iib-001").unwrap();
    let older = |id: &str| {
        let mut values: Box<[Value]> = original.values();
        values[layer.schema().index_of("title").unwrap()] = Value::Text("Older".into());
        let geometry = original.geometry().map(std::borrow::Cow::into_owned);
        let feature = Feature {
            id: id.into(),
            geometry,
            values,
        };
        Ok::<_, Abandon>(Change::Put {
            layer: "incidents".into(),
            feature,
        })
    };
    let mut changes = [older("iib-001"), older("iib-000")].into_iter();
    live.report(Origin::Shipped, &mut changes).unwrap();
    live.store()
        .set_note("shipped", "an older program's")
        .unwrap();
    assert_eq!(title(&live, "iib-001"), Some(Value::Text("Older".into())));

    assert!(seed(&live).unwrap());
    assert_eq!(title(&live, "iib-001"), Some(shipped));
    assert_eq!(title(&live, "iib-000"), None, "no longer shipped");
    assert_eq!(live.snapshot().layer("incidents").unwrap().len(), 148);
    assert!(!seed(&live).unwrap(), "nothing is left to do");
}
