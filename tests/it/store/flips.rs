//! One bit of the file flips: it changes no answer, or it is found.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bordermap::live::LiveAtlas;
use geo::{line_string, polygon};

use super::*;
use crate::oracle::scene::Dice;

/// How many flips are tried; more by this variable.
const FLIPS: u64 = 60;
const FLIPS_VARIABLE: &str = "BORDERMAP_TEST_FLIPS";

/// A store with rows, lines, areas, dates as they were written, history and indexes of several levels.
fn store() -> (TempDir, PathBuf) {
    let (folder, store) = empty();
    let mut changes = vec![
        posts(),
        described(&schema(
            "shapes",
            GeometryKind::Any,
            &[
                ("when", FieldType::Datetime),
                ("size", FieldType::Number),
                ("count", FieldType::Integer),
                ("known", FieldType::Boolean),
                ("more", FieldType::Json),
            ],
        )),
    ];
    for n in 0..1_500_i32 {
        changes.push(post(
            &format!("post {}", n * 7919 % 1_500),
            &format!("{n} {}", "x".repeat(40)),
        ));
        let (x, y) = (
            44.0 + f64::from(n % 50) / 10.0,
            30.0 + f64::from(n / 50) / 10.0,
        );
        let shape: Geometry = match n % 3 {
            0 => line_string![(x: x, y: y), (x: x + 0.1, y: y), (x: x, y: y + 0.07)].into(),
            1 => polygon![(x: x, y: y), (x: x + 0.1, y: y), (x: x, y: y + 0.07)].into(),
            _ => point!(x: x, y: y).into(),
        };
        let when = if n % 2 == 0 {
            "2023-03-19T06:30:00+03:00"
        } else {
            "2023-03-19T06:30:00.000Z"
        };
        let values = vec![
            text(when),
            Value::Number(f64::from(n) / 8.0),
            Value::Integer(n.into()),
            Value::Boolean(n % 5 == 0),
            Value::Json(format!("[{n}]").into()),
        ];
        changes.push(put(
            "shapes",
            feature(&format!("s{n}"), Some(shape), values),
        ));
    }
    commit(&store, changes).unwrap();
    let again = (0..300).map(|n| post(&format!("post {n}"), "again"));
    commit(&store, again.collect()).unwrap();
    let away = (200..260).map(|n| gone("posts", &format!("post {n}")));
    commit(&store, away.collect()).unwrap();
    let path = store.path().to_owned();
    check(&store);
    drop(store);
    (folder, path)
}

/// Everything that is answered from.
fn content(store: &dyn Store) -> Result<String, StoreError> {
    let mut all = String::new();
    let revision = store.changes_after(0, &mut |change| {
        // Writing to a String does not fail.
        let _ = writeln!(all, "{change:?}");
    })?;
    Ok(format!("{all}{revision:?}"))
}

#[test]
fn a_flipped_bit_changes_no_answer_or_is_found() {
    let (_folder, path) = store();
    let whole = fs::read(&path).unwrap();
    let wanted = content(&SqliteStore::open(&path).unwrap()).unwrap();
    let flips = std::env::var(FLIPS_VARIABLE)
        .ok()
        .and_then(|flips| flips.parse().ok());
    let mut random = Dice(12);
    let mut found = 0;
    for _ in 0..flips.unwrap_or(FLIPS) {
        let at = random.below(whole.len());
        let bit = random.roll() % 8;
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << bit;
        fs::write(&path, &flipped).unwrap();
        let Ok(store) = SqliteStore::open_existing(&path) else {
            found += 1;
            continue;
        };
        let findings = findings(&store);
        let told = content(&store);
        // An atlas of it can be made, or it is said why not.
        let _ = LiveAtlas::open(Arc::new(store));
        if findings.is_empty() {
            assert!(
                told.unwrap() == wanted,
                "bit {bit} of byte {at} went unseen"
            );
        } else {
            found += 1;
        }
    }
    // Most of the file means something.
    assert!(found > 0);
}

/// A layer with all that a description can say, its features with derived fields.
fn reports() -> (Schema, Vec<Change>) {
    let schema: Schema = serde_json::from_value(serde_json::json!({
        "id": "reports", "title": "Reports", "geometry": "point", "border_referenced": true,
        "licences": [{"title": "Free", "url": "https://example.org/"}],
        "time": {"field": "day", "precision_field": "known"},
        "position": {"precision_field": "place", "uncertainty_m": {"exact": 100.0, "town": 5000.0}},
        "field": [
            {"name": "day", "type": "date", "required": true},
            {"name": "known", "type": "string", "values": ["day", "month"]},
            {"name": "place", "type": "string", "values": ["exact", "town"], "searched": true},
            {"name": "height", "type": "integer", "unit": "m"},
        ],
    }))
    .unwrap();
    let schema = schema.with_derived();
    let mut changes = vec![described(&schema)];
    for n in 0..3_i32 {
        let mut values = vec![
            text("2025-08-11"),
            text("day"),
            text("town"),
            Value::Integer(n.into()),
            Value::Number(5000.0),
        ];
        values.resize(schema.fields.len(), Value::Null);
        let place = point!(x: 45.0 + f64::from(n), y: 35.0).into();
        let feature = feature(&format!("r{n}"), Some(place), values);
        changes.push(put("reports", feature));
    }
    (schema, changes)
}

/// Values lie by their place among the fields, so a description that lost some must not be believed.
#[test]
fn a_flip_in_a_description_is_no_panic_and_is_found() {
    let (_folder, store) = empty();
    let (schema, changes) = reports();
    commit(&store, changes).unwrap();
    check(&store);
    let path = store.path().to_owned();
    drop(store);
    let kept = serde_json::to_vec(&schema).unwrap();
    let describe = |text: &[u8]| {
        raw(&path)
            .execute(
                "UPDATE bordermap_layers SET schema = CAST(?1 AS TEXT)",
                [text],
            )
            .unwrap();
    };
    for at in 0..kept.len() {
        let mut flipped = kept.clone();
        flipped[at] ^= 1 << (at % 7);
        describe(&flipped);
        let told = String::from_utf8_lossy(&flipped);
        let store = SqliteStore::open_existing(&path).unwrap();
        assert_ne!(findings(&store), Vec::<String>::new(), "{told}");
        // An atlas of it has its features, or it is said why there is none.
        if let Ok(live) = LiveAtlas::open(Arc::new(store)) {
            let atlas = live.snapshot();
            assert_eq!(atlas.layer("reports").unwrap().len(), 3, "{told}");
        }
    }
    describe(&kept);
    check(&SqliteStore::open_existing(&path).unwrap());
}

/// What more than one bit would do.
#[test]
fn a_description_that_its_rows_do_not_fit_is_refused() {
    let refused = |change: &dyn Fn(&mut Schema), wanted: &str| {
        let (_folder, store) = empty();
        let (mut schema, changes) = reports();
        commit(&store, changes).unwrap();
        change(&mut schema);
        raw(store.path())
            .execute(
                "UPDATE bordermap_layers SET schema = ?1",
                [serde_json::to_string(&schema).unwrap()],
            )
            .unwrap();
        let error = LiveAtlas::open(Arc::new(store)).err().unwrap();
        let wanted = format!("the description of layer reports is broken: {wanted}");
        assert!(error.to_string().contains(&wanted), "{error}");
    };
    let derived = "its derived fields have to be its last, and these: [";
    refused(&|schema| schema.fields.clear(), derived);
    refused(&|schema| schema.fields.rotate_left(1), derived);
    refused(&|schema| schema.border_referenced = false, derived);
    refused(&|schema| schema.position = None, derived);
    refused(
        &|schema| schema.fields[4].kind = FieldType::Integer,
        derived,
    );
    refused(
        &|schema| schema.fields[1] = schema.fields[0].clone(),
        "it has the field \"day\" twice",
    );
    refused(
        &|schema| schema.id = "others".into(),
        "it is of a layer \"others\"",
    );
}

/// A log that lost its end, or a bit, may leave an earlier state that is sound in itself: the head
/// record tells.
#[test]
fn a_damaged_log_is_found() {
    let (_folder, path) = store();
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, vec![post("late", "1")]).unwrap();
    commit(&store, vec![post("later", "1"), gone("posts", "late")]).unwrap();
    let wanted = content(&store).unwrap();
    let other = tempfile::tempdir().unwrap();
    let beside = |path: &Path, end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let ends = ["", "-wal", ".head"];
    let files = ends.map(|end| fs::read(beside(&path, end)).unwrap());
    let copy = other.path().join("copy.gpkg");
    let mut random = Dice(7);
    let mut found = 0;
    for n in 0..FLIPS {
        let mut files = files.clone();
        let at = random.below(files[1].len());
        match n % 3 {
            0 => files[1].truncate(if n == 0 { 0 } else { at }),
            _ => files[1][at] ^= 1 << (random.roll() % 8),
        }
        let _ = fs::remove_file(beside(&copy, "-shm"));
        for (end, bytes) in ends.iter().zip(&files) {
            fs::write(beside(&copy, end), bytes).unwrap();
        }
        let Ok(store) = SqliteStore::open_existing(&copy) else {
            found += 1;
            continue;
        };
        if findings(&store).is_empty() {
            assert!(
                content(&store).unwrap() == wanted,
                "{n}: byte {at} went unseen"
            );
        } else {
            found += 1;
        }
    }
    assert!(found > 0);
}
