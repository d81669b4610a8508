//! Derived fields follow the rules of the program that opens a store.

use std::sync::Arc;

use bordermap::atlas::layer::FeatureRef;
use bordermap::atlas::model::change::{Change, Origin};
use bordermap::atlas::model::schema::Value;
use bordermap::live::LiveAtlas;
use bordermap::store::Store;
use bordermap::store::sqlite::SqliteStore;

use crate::program::Program;

/// Makes a store what an earlier version has left: everything is on a side of the line.
fn age(program: &Program) {
    let store = Arc::new(SqliteStore::open(&program.path("bordermap.gpkg")).unwrap());
    let atlas = LiveAtlas::open(store.clone()).unwrap().snapshot();
    let posts = atlas.layer("posts").unwrap();
    let side = posts.schema().index_of("border_side").unwrap();
    let features = posts.features().map(FeatureRef::to_feature);
    let mut changes = features.map(|mut feature| {
        feature.values[side] = Value::Text("IQ".into());
        let layer = "posts".into();
        Ok(Change::Put { layer, feature })
    });
    store.commit(Origin::Derived, &mut changes).unwrap();
    store.set_note("derivation", "1").unwrap();
    store.close();
}

fn sides(program: &Program) -> Vec<(String, serde_json::Value)> {
    let features = program.features("posts").into_iter();
    let side = |feature: serde_json::Value| {
        let properties = &feature["properties"];
        let name = properties["name"].as_str().unwrap().to_owned();
        (name, properties["border_side"].clone())
    };
    let mut sides: Vec<_> = features.map(side).collect();
    sides.sort_by(|one, other| one.0.cmp(&other.0));
    sides
}

#[test]
fn a_store_of_an_earlier_version_is_derived_anew() {
    let program = Program::new();
    program.file(
        "posts.csv",
        "id,lon,lat,name\nb,44.36,33.31,Baghdad\nk,47.978,29.376,Kuwait City\nz,0,0,Null\n",
    );
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    let right = [
        ("Baghdad".to_owned(), "IQ".into()),
        ("Kuwait City".to_owned(), serde_json::Value::Null),
        ("Null".to_owned(), serde_json::Value::Null),
    ];
    assert_eq!(sides(&program), right);
    age(&program);
    // A check changes nothing: it says what will.
    let checked = program.run(&["check"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(
        checked.out.contains("rules of an earlier version"),
        "{checked:?}"
    );
    let opened = program.run(&["near", "47.978,29.376", "--layer", "posts"]);
    assert_eq!(opened.code, 0, "{opened:?}");
    assert!(opened.err.contains("derived anew"), "{opened:?}");
    assert!(
        opened.out.contains("outside of Iraq and Iran"),
        "{opened:?}"
    );
    assert_eq!(sides(&program), right);
    // Once; and the store is whole, with what it held before in its log.
    let again = program.run(&["near", "47.978,29.376", "--layer", "posts"]);
    assert_eq!(
        (again.code, again.err.contains("anew")),
        (0, false),
        "{again:?}"
    );
    let checked = program.run(&["check"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(!checked.out.contains("earlier version"), "{checked:?}");
}

#[test]
fn without_provinces_nothing_has_a_side() {
    let program = Program::new();
    program.file("posts.csv", "id,lon,lat,name\nb,44.36,33.31,Baghdad\n");
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    let provinces = program.features("provinces").into_iter();
    let ids: Vec<String> = provinces
        .map(|province| province["id"].as_str().unwrap().to_owned())
        .collect();
    let mut withdraw = vec!["remove", "provinces"];
    withdraw.extend(ids.iter().map(String::as_str));
    program.ok(&withdraw);
    assert_eq!(sides(&program)[0].1, serde_json::Value::Null);
    let said = program.ok(&["near", "44.36,33.31"]);
    assert!(said.contains("has no provinces"), "{said}");
    program.ok(&["check"]);
}
