//! What a layer has no room for: refused by an import, set aside where a store already holds it.

use std::sync::Arc;

use bordermap::atlas::model::change::Change;
use bordermap::live::LiveAtlas;
use bordermap::store::sqlite::SqliteStore;

use super::{commit, line, told, zigzag};
use crate::program::Program;
use crate::support::changes::{layer, put};
use crate::support::memory::MemoryStore;

/// The ceiling of a layer leaves room for 20 features of 49,320 degrees, each a few hundred bytes.
fn long_features(numbers: std::ops::Range<usize>) -> String {
    let line = vec!["[-180,9],[180,9]"; 69].join(",");
    let features = numbers.map(|number| {
        format!(
            r#"{{"type":"Feature","id":"z{number:02}","properties":{{}},"geometry":{{"type":"LineString","coordinates":[{line}]}}}}"#
        )
    });
    features.collect::<Vec<_>>().join("\n")
}

const NO_ROOM: &str = "with it the edges of the layer would be 1035720 degrees long together, and those of a layer \
     may be 1000000: divide it into several layers, or look whether features go around the world by mistake";

#[test]
fn an_import_refuses_what_a_layer_has_no_room_for() {
    let program = Program::new();
    program.file("all.geojsonl", long_features(0..22));
    program.file("most.geojsonl", long_features(0..20));
    program.file("more.geojsonl", long_features(19..21));
    for dry in [&["--dry-run"][..], &[]] {
        let import = ["import", "all.geojsonl", "--layer", "z"];
        let said = program.fails(
            &[&import[..], dry].concat(),
            6,
            &format!("line 21: {NO_ROOM}"),
        );
        assert!(
            said.err.contains(&format!("line 22: {NO_ROOM}")),
            "{said:?}"
        );
    }
    program.ok(&["import", "most.geojsonl", "--layer", "z"]);
    // What the file replaces makes room; what the layer has besides takes it.
    program.ok(&["import", "most.geojsonl", "--layer", "z"]);
    let import = ["import", "more.geojsonl", "--layer", "z"];
    program.fails(&import, 6, &format!("line 2: {NO_ROOM}"));
    program.run(&[&import[..], &["--keep-going"]].concat());
    assert_eq!(program.features("z").len(), 20);
    // Another layer has its own room, and what goes leaves it.
    program.ok(&["import", "more.geojsonl", "--layer", "y"]);
    program.ok(&["remove", "z", "z00"]);
    program.ok(&import);
    assert!(program.ok(&["check"]).contains("is sound"));
}

#[test]
fn what_a_layer_has_no_room_for_is_set_aside_the_longest_first() {
    let store = Arc::new(MemoryStore::default());
    let id = |number: usize| format!("z{number:02}");
    let mut changes = vec![layer("roads", false)];
    changes.extend((0..22).map(|number| put("roads", &id(number), zigzag(69), 0)));
    let short = line([(46.0, 35.0), (46.5, 35.0)]);
    changes.push(put("roads", "zz", short.clone(), 0));
    // Whichever way they come: read whole, or followed at once or one by one.
    let followed = LiveAtlas::open(store.clone()).unwrap();
    commit(&*store, changes.clone());
    followed.follow().unwrap();
    let slow = Arc::new(MemoryStore::default());
    let slowly = LiveAtlas::open(slow.clone()).unwrap();
    let (described, features) = changes.split_at(1);
    commit(&*slow, described.to_vec());
    for change in features.iter().rev() {
        commit(&*slow, vec![change.clone()]);
        slowly.follow().unwrap();
    }
    let opened = LiveAtlas::open(store.clone()).unwrap();
    let length = |sum: &str| NO_ROOM.replace("1035720", sum);
    let aside =
        |ids: [(&str, &str); 2]| ids.map(|(id, sum)| format!("roads {id}: {}", length(sum)));
    let wanted = aside([("z20", "1035720"), ("z21", "1085040")]);
    for live in [&followed, &slowly, &opened] {
        let (aside, shown) = told(&live.snapshot(), "roads");
        assert_eq!(aside, wanted);
        assert_eq!((shown.len(), &*shown[20]), (21, "zz"));
    }
    // Where one goes, or becomes short, another has room at once.
    let gone = Change::Remove {
        layer: "roads".into(),
        id: "z03".into(),
    };
    commit(&*store, vec![gone, put("roads", "z04", short, 0)]);
    followed.follow().unwrap();
    let (aside, shown) = told(&followed.snapshot(), "roads");
    assert_eq!((aside, shown.len()), (Vec::new(), 22));
}

#[test]
fn a_store_that_holds_too_much_together_is_opened_checked_and_mended() {
    let program = Program::new();
    program.seed();
    let store = SqliteStore::open(&program.path("bordermap.gpkg")).unwrap();
    let mut changes = vec![layer("roads", false)];
    let numbers = 0..1500;
    changes.extend(numbers.map(|number| put("roads", &format!("z{number:04}"), zigzag(69), 0)));
    commit(&store, changes);
    drop(store);
    let found = program.run(&["near", "9,46", "--layer", "roads"]);
    assert!(
        found.code == 0
            && found
                .err
                .contains("1480 of the store's features are set aside and not shown"),
        "{found:?}"
    );
    let said = program.fails(&["check"], 5, "has 1480 problems");
    let wanted =
        format!("layer roads: feature \"z0020\" is set aside: {NO_ROOM}; it is not shown until");
    assert!(said.out.contains(&wanted), "{}", &said.out[..1000]);
    let ids: Vec<String> = (20..1500).map(|number| format!("z{number:04}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    program.ok(&[&["remove", "roads"], &ids[..]].concat());
    assert!(program.ok(&["check"]).contains("is sound"));
}

/// As many edges as a layer has room for, each of as many pieces as an edge has in the index: a file of a few
/// megabytes must not take gigabytes of whoever opens the store.
#[test]
fn many_long_features_do_not_take_all_memory() {
    let program = Program::new();
    let line = vec!["[0,9],[4,9]"; 6200].join(",");
    let features: Vec<String> = (0..20)
        .map(|number| {
            format!(
                r#"{{"type":"Feature","id":"z{number}","properties":{{}},"geometry":{{"type":"LineString","coordinates":[{line}]}}}}"#
            )
        })
        .collect();
    program.file("zigzags.geojsonl", features.join("\n"));
    program.ok(&["import", "zigzags.geojsonl", "--layer", "z"]);
    let mut command = std::process::Command::new("bash");
    command
        .args([
            "-c",
            "ulimit -v 2097152; exec \"$0\" near 46,35 --layer z --limit 1",
        ])
        .arg(env!("CARGO_BIN_EXE_bordermap"));
    let said = program.said(command);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains(" z0"), "{said:?}");
}
