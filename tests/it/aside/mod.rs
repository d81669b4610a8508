//! What a store already holds and nobody could index: it is set aside, said, and goes.

mod room;

use std::sync::Arc;

use bordermap::atlas::Atlas;
use bordermap::atlas::model::change::{Change, Origin};
use bordermap::atlas::model::schema::Value;
use bordermap::live::LiveAtlas;
use bordermap::prepared::Prepared;
use bordermap::store::sqlite::SqliteStore;
use bordermap::store::{Abandon, Store};
use geo::{Geometry, LineString, Point};

use crate::program::Program;
use crate::support::changes::{land, layer, put};
use crate::support::memory::MemoryStore;
use crate::support::world;

/// Around the world and back, so often.
fn zigzag(turns: usize) -> Geometry {
    let ends = [(-180.0, 9.0), (180.0, 9.0)];
    LineString::from_iter(ends.repeat(turns)).into()
}

fn line(ends: [(f64, f64); 2]) -> Geometry {
    LineString::from(ends.to_vec()).into()
}

fn commit(store: &dyn Store, changes: Vec<Change>) {
    let mut changes = changes.into_iter().map(Ok::<_, Abandon>);
    store.commit(Origin::User, &mut changes).unwrap();
}

/// What is set aside, and the ids of what is shown of a layer.
fn told(atlas: &Atlas, layer: &str) -> (Vec<String>, Vec<String>) {
    let aside = atlas.aside().iter();
    let aside = aside.map(|(layer, id, reason)| format!("{layer} {id}: {reason}"));
    let shown = atlas.layer(layer).unwrap().features();
    (
        aside.collect(),
        shown.map(|feature| feature.id().into_owned()).collect(),
    )
}

const TOO_LONG: &str = "roads z: the edges of the geometry are 719640 degrees long together, and those of a \
     feature may be 50000: divide it into several features, or look whether it goes around the world by mistake";

#[test]
fn it_is_set_aside_whichever_way_it_comes_and_goes_like_any_other() {
    let store = Arc::new(MemoryStore::default());
    let short = line([(46.0, 35.0), (46.5, 35.0)]);
    let good = put("roads", "a", short.clone(), 0);
    let far = put("roads", "f", Point::new(1.97e11, 35.0).into(), 0);
    let nowhere = put("roads", "n", line([(46.0, 35.0), (46.0, f64::NAN)]), 0);
    commit(
        &*store,
        vec![
            layer("roads", false),
            good,
            put("roads", "z", zigzag(1000), 0),
            far,
            nowhere,
        ],
    );
    let aside = [
        "roads f: its geometry is not on earth: longitude 197000000000 is not between -180 and 180",
        "roads n: its geometry is not on earth: latitude NaN is not between -90 and 90",
        TOO_LONG,
    ];
    // Read whole.
    let live = LiveAtlas::open(store.clone()).unwrap();
    let check = |live: &LiveAtlas, aside: &[&str], shown: &[&str]| {
        let strings = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let wanted: (Vec<String>, Vec<String>) = (strings(aside), strings(shown));
        assert_eq!(told(&live.snapshot(), "roads"), wanted);
    };
    check(&live, &aside, &["a"]);
    // Followed: what was good is replaced by what is not, and the other way.
    commit(
        &*store,
        vec![
            put("roads", "a", zigzag(1000), 0),
            put("roads", "z", short.clone(), 0),
        ],
    );
    live.follow().unwrap();
    let swapped = TOO_LONG.replace("roads z", "roads a");
    check(&live, &[&swapped, aside[0], aside[1]], &["z"]);
    // Withdrawn.
    let gone = ["a", "f", "n"].map(|id| Change::Remove {
        layer: "roads".into(),
        id: id.into(),
    });
    commit(&*store, gone.into());
    live.follow().unwrap();
    check(&live, &[], &["z"]);
}

#[test]
fn a_prepared_base_remembers_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(MemoryStore::default());
    let mut changes = vec![layer("roads", false), put("roads", "z", zigzag(1000), 0)];
    let point = |number: u32| Geometry::from(Point::new(46.0 + f64::from(number) / 1e5, 35.0));
    changes.extend((0..20_000).map(|number| put("roads", &format!("p{number}"), point(number), 0)));
    commit(&*store, changes);
    let atlas = LiveAtlas::open(store.clone()).unwrap().snapshot();
    let path = folder.path().join("store");
    Prepared::beside(&path)
        .save(store.identity(), &atlas)
        .unwrap();
    let wholes = store.wholes.load(std::sync::atomic::Ordering::Relaxed);
    let live = LiveAtlas::open_prepared(store.clone(), Prepared::beside(&path).for_reading());
    let live = live.unwrap();
    assert_eq!(
        store.wholes.load(std::sync::atomic::Ordering::Relaxed),
        wholes
    );
    assert_eq!(told(&live.snapshot(), "roads").0, [TOO_LONG]);
    assert_eq!(live.snapshot().layer("roads").unwrap().len(), 20_000);
}

#[test]
fn nothing_derives_from_a_border_of_which_a_part_is_set_aside() {
    let store = Arc::new(MemoryStore::default());
    let live = LiveAtlas::open(store.clone()).unwrap();
    let report = |changes: Vec<Change>| world::report(&live, changes);
    let side = |id: &str| {
        let atlas = live.snapshot();
        let layer = atlas.layer("posts").unwrap();
        let field = layer.schema().index_of("border_side").unwrap();
        layer.feature(id).unwrap().values()[field].clone()
    };
    let meridian = line([(45.0, 37.0), (45.0, 30.0)]);
    report(vec![
        layer("border", false),
        layer("posts", true),
        put("border", "m", meridian.clone(), 0),
    ]);
    report(land([38.0, 28.0, 52.0, 40.0]).into());
    report(vec![put("posts", "p", Point::new(46.0, 33.0).into(), 4)]);
    assert_eq!(side("p"), Value::Text("IR".into()));
    // Another line, and a part of the border that is nowhere: what was derived stays.
    report(vec![
        put("border", "m", line([(47.0, 37.0), (47.0, 30.0)]), 0),
        put("border", "n", line([(45.0, 30.0), (1.97e11, 29.0)]), 0),
    ]);
    assert!(live.snapshot().border().is_none());
    report(vec![put("posts", "q", Point::new(46.0, 33.0).into(), 4)]);
    assert_eq!(
        (side("p"), side("q")),
        (Value::Text("IR".into()), Value::Null)
    );
    // Without that part everything is derived.
    report(vec![Change::Remove {
        layer: "border".into(),
        id: "n".into(),
    }]);
    assert_eq!(
        (side("p"), side("q")),
        (Value::Text("IQ".into()), Value::Text("IQ".into()))
    );
}

#[test]
fn a_store_that_holds_it_is_opened_checked_and_mended() {
    let program = Program::new();
    program.seed();
    let store = SqliteStore::open(&program.path("bordermap.gpkg")).unwrap();
    let good = put("roads", "a", line([(46.0, 35.0), (46.5, 35.0)]), 0);
    commit(
        &store,
        vec![
            layer("roads", false),
            good,
            put("roads", "z", zigzag(30_000), 0),
        ],
    );
    drop(store);
    let found = program.run(&["near", "9,46", "--layer", "roads"]);
    assert_eq!(found.code, 0, "{found:?}");
    assert!(
        found
            .err
            .contains("1 of the store's features are set aside and not shown; `bordermap check`"),
        "{found:?}"
    );
    let said = program.fails(&["check"], 5, "has 1 problem");
    assert!(
        said.out.contains(
            "layer roads: feature \"z\" is set aside: the edges of the geometry are 21599640 degrees long"
        ) && said.out.contains("`bordermap remove roads z` withdraws it"),
        "{said:?}"
    );
    let server = program.serve();
    let (status, page) = server.get("/api/collections/roads/items");
    assert_eq!(
        (status, page.contains("\"numberMatched\":1")),
        (200, true),
        "{page}"
    );
    let (_, metrics) = server.get("/metrics");
    assert!(
        metrics.contains("bordermap_features_set_aside{layer=\"roads\"} 1\n"),
        "{metrics}"
    );
    program.ok(&["remove", "roads", "z"]);
    assert_eq!(server.stop().0, 0);
    assert!(program.ok(&["check"]).contains("is sound"));
}

#[test]
fn a_row_whose_id_is_damaged_can_be_named() {
    let program = Program::new();
    program.file(
        "posts.csv",
        "id,lon,lat,name\na,46,35,one\nb,46.5,35.5,two\n",
    );
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    rusqlite::Connection::open(program.path("bordermap.gpkg"))
        .unwrap()
        .execute_batch("UPDATE posts SET id = CAST(x'ff61' AS TEXT) WHERE id = 'a'")
        .unwrap();
    let said = program.fails(&["check"], 5, "problem");
    assert!(
        said.out
            .contains("`bordermap remove posts damaged-row-1` withdraws it"),
        "{said:?}"
    );
    program.ok(&["remove", "posts", "damaged-row-1"]);
    assert!(program.ok(&["check"]).contains("is sound"));
    program.ok(&["import", "posts.csv", "--layer", "posts"]);
    assert_eq!(program.features("posts").len(), 2);
    assert!(program.ok(&["check"]).contains("is sound"));
}

#[test]
fn an_import_refuses_it() {
    let program = Program::new();
    let at = |turn: usize| {
        if turn.is_multiple_of(2) {
            "[-180,9]"
        } else {
            "[180,9]"
        }
    };
    let line: Vec<&str> = (0..60_000).map(at).collect();
    program.file(
        "zigzag.geojson",
        format!(
            r#"{{"type":"Feature","id":"z","properties":{{}},"geometry":{{"type":"LineString","coordinates":[{}]}}}}"#,
            line.join(",")
        ),
    );
    program.fails(
        &["import", "zigzag.geojson", "--layer", "z"],
        6,
        "zigzag.geojson: line 1: the edges of the geometry are 21599640 degrees long together, and those \
         of a feature may be 50000: divide it into several features",
    );
}

#[test]
fn an_area_that_was_taken_before_areas_were_looked_at_is_noted() {
    let program = Program::new();
    program.seed();
    let store = SqliteStore::open(&program.path("bordermap.gpkg")).unwrap();
    let bow = [(46.0, 35.0), (47.0, 36.0), (47.0, 35.0), (46.0, 36.0)];
    let bow = geo::Polygon::new(LineString::from(bow.to_vec()), Vec::new());
    commit(
        &store,
        vec![layer("zones", false), put("zones", "bow", bow.into(), 0)],
    );
    drop(store);
    let said = program.ok(&["check"]);
    assert!(
        said.contains(
            "note: layer zones: feature \"bow\" is shown, but the area crosses itself at 46.5,35.5; an export \
             that is imported again with --make-valid mends it"
        ) && said.contains("is sound"),
        "{said}"
    );
    program.ok(&["export", "zones", "-o", "zones.geojson"]);
    program.fails(
        &["import", "zones.geojson", "--layer", "zones"],
        6,
        "crosses itself",
    );
    program.ok(&[
        "import",
        "zones.geojson",
        "--layer",
        "zones",
        "--make-valid",
    ]);
    assert!(!program.ok(&["check"]).contains("note:"));
}
