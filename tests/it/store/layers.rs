//! Layers and their fields: every value comes back as it was given.

use bordermap::atlas::model::schema::{GeometryKind, Licence};
use geo::{MultiPoint, line_string, polygon};
use proptest::prelude::*;

use super::*;

const KINDS: [FieldType; 7] = [
    FieldType::String,
    FieldType::Integer,
    FieldType::Number,
    FieldType::Boolean,
    FieldType::Date,
    FieldType::Datetime,
    FieldType::Json,
];

fn value(kind: FieldType) -> BoxedStrategy<Value> {
    let some = match kind {
        FieldType::String => any::<String>().prop_map(|it| Value::Text(it.into())).boxed(),
        FieldType::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        FieldType::Number => any::<f64>()
            .prop_filter("finite", |it| it.is_finite())
            .prop_map(Value::Number)
            .boxed(),
        FieldType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        FieldType::Date => "[12][0-9]{3}-0[1-9]-[12][0-8]".prop_map(|it| text(&it)).boxed(),
        FieldType::Datetime => {
            "20[0-9]{2}-0[1-9]-[12][0-8][Tt]1[0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|z|\\+03:30)"
                .prop_map(|it| text(&it))
                .boxed()
        }
        FieldType::Json => any::<String>()
            .prop_map(|it| Value::Json(serde_json::json!([it, 1.5]).to_string().into()))
            .boxed(),
    };
    prop_oneof![9 => some, 1 => Just(Value::Null)].boxed()
}

fn features() -> impl Strategy<Value = (Vec<String>, Vec<Vec<Value>>)> {
    let names = proptest::collection::hash_set(
        prop_oneof![
            any::<String>(),
            "fid|FID|geom|id|Id|name|Name|a\"b|a'b|rowid|select"
        ],
        KINDS.len(),
    );
    let rows = KINDS.map(value).to_vec();
    (names, proptest::collection::vec(rows, 1..8))
        .prop_map(|(names, rows)| (names.into_iter().collect(), rows))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_value_comes_back_under_any_name((names, rows) in features(), id: String) {
        let (_folder, store) = empty();
        let fields: Vec<_> = names.iter().map(String::as_str).zip(KINDS).collect();
        let layer = schema(&id, GeometryKind::Any, &fields);
        let mut given: Vec<_> = rows
            .into_iter()
            .enumerate()
            .map(|(n, values)| feature(&format!("{n}{id}"), None, values))
            .collect();
        // The second time as updates, each with its neighbour's content.
        for turn in 0..2 {
            let puts = given.iter().map(|feature| put(&id, feature.clone()));
            commit(&store, std::iter::once(described(&layer)).chain(puts.clone()).collect()).unwrap();
            let quiet = commit(&store, puts.collect()).unwrap();
            prop_assert_eq!(quiet.unchanged, given.len() as u64);
            for since in 0..=turn {
                let (changes, _) = after(&store, since);
                let back: Vec<_> = changes
                    .into_iter()
                    .filter_map(|change| match change {
                        Change::Put { feature, .. } => Some(feature),
                        _ => None,
                    })
                    .collect();
                if since == 0 {
                    prop_assert_eq!(&back, &given);
                }
            }
            let values: Vec<_> = given.iter().map(|feature| feature.values.clone()).collect();
            let count = given.len();
            for (n, feature) in given.iter_mut().enumerate() {
                feature.values = values[(n + 1) % count].clone();
            }
        }
        prop_assert_eq!(findings(&store), Vec::<String>::new());
    }
}

/// What GeoPackage's tables say of the one layer: its data type and geometry type.
fn declared(store: &SqliteStore) -> (String, Option<String>) {
    raw(store.path())
        .query_row(
            "SELECT data_type, geometry_type_name FROM gpkg_contents LEFT JOIN gpkg_geometry_columns
             USING (table_name)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap()
}

#[test]
fn a_table_is_of_the_narrowest_type_that_holds_its_features() {
    let (_folder, store) = empty();
    let features = || "features".to_owned();
    commit(&store, vec![posts(), post("a", "1")]).unwrap();
    assert_eq!(declared(&store), (features(), Some("POINT".into())));
    let two = MultiPoint::from(vec![(45.0, 36.0), (46.0, 35.5)]);
    commit(
        &store,
        vec![put(
            "posts",
            feature("b", Some(two.into()), vec![text("2")]),
        )],
    )
    .unwrap();
    assert_eq!(declared(&store), (features(), Some("GEOMETRY".into())));
    assert_eq!(
        told(&store, 0),
        ["layer posts", "posts/a = 1", "posts/b = 2"]
    );
    check(&store);

    let (_folder, store) = empty();
    let layer = schema("notes", GeometryKind::Any, &[]);
    commit(
        &store,
        vec![described(&layer), put("notes", feature("a", None, vec![]))],
    )
    .unwrap();
    assert_eq!(declared(&store), ("attributes".into(), None));
    let line = line_string![(x: 45.0, y: 36.0), (x: 46.0, y: 35.0)];
    commit(
        &store,
        vec![put("notes", feature("b", Some(line.into()), vec![]))],
    )
    .unwrap();
    assert_eq!(declared(&store), (features(), Some("GEOMETRY".into())));
    assert_eq!(told(&store, 0), ["layer notes", "notes/a = ", "notes/b = "]);
    check(&store);
}

#[test]
fn the_box_follows_the_features() {
    let (_folder, store) = empty();
    let at = |id: &str, x: f64, y: f64| {
        put(
            "posts",
            feature(id, Some(point!(x: x, y: y).into()), vec![text("")]),
        )
    };
    let sides = |store: &SqliteStore| -> Vec<Option<f64>> {
        raw(store.path())
            .query_row(
                "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents",
                [],
                |row| (0..4).map(|side| row.get(side)).collect(),
            )
            .unwrap()
    };
    commit(
        &store,
        vec![
            posts(),
            at("a", 44.0, 37.0),
            at("b", 48.0, 30.0),
            at("c", 46.0, 35.0),
        ],
    )
    .unwrap();
    assert_eq!(sides(&store), [44.0, 30.0, 48.0, 37.0].map(Some));
    commit(&store, vec![gone("posts", "a")]).unwrap();
    assert_eq!(sides(&store), [46.0, 30.0, 48.0, 35.0].map(Some));
    commit(&store, vec![at("b", 45.0, 36.0)]).unwrap();
    assert_eq!(sides(&store), [45.0, 35.0, 46.0, 36.0].map(Some));
    commit(&store, vec![gone("posts", "b"), gone("posts", "c")]).unwrap();
    assert_eq!(sides(&store), [None; 4]);
    check(&store);
}

#[test]
fn a_layer_may_gain_fields_but_not_lose_them_under_its_features() {
    let (_folder, store) = empty();
    let name = ("name", FieldType::String);
    let layer = |fields: &[_]| described(&schema("posts", GeometryKind::Point, fields));
    commit(&store, vec![posts(), post("a", "1"), post("b", "1")]).unwrap();

    for (fields, complaint) in [
        (
            vec![],
            "its features have the field \"name\", which would go",
        ),
        (
            vec![("name", FieldType::Json)],
            "its features have the field \"name\" as String, which would become Json",
        ),
        (vec![name, name], "it has the field \"name\" twice"),
    ] {
        let error = commit(&store, vec![layer(&fields)]).unwrap_err();
        let wanted = format!("layer \"posts\": {complaint}");
        assert_eq!(error.to_string(), wanted);
    }
    let error = commit(
        &store,
        vec![described(&schema("posts", GeometryKind::Line, &[name]))],
    );
    assert!(matches!(error, Err(StoreError::Schema { .. })), "{error:?}");
    assert_eq!(store.revision().unwrap().number, 1);

    // A field in front: every feature reads differently, and is told anew.
    let kind = ("NAME", FieldType::Integer);
    commit(&store, vec![gone("posts", "b"), layer(&[kind, name])]).unwrap();
    assert_eq!(
        told(&store, 1),
        ["layer posts", "posts/b gone", "posts/a = Null 1"]
    );
    let both = feature("a", None, vec![Value::Integer(7), text("1")]);
    commit(&store, vec![put("posts", both)]).unwrap();
    assert_eq!(told(&store, 2), ["posts/a = Integer(7) 1"]);

    // Without features, everything may change.
    commit(
        &store,
        vec![gone("posts", "a"), layer(&[("name", FieldType::Json)])],
    )
    .unwrap();
    assert_eq!(told(&store, 0), ["layer posts"]);
    commit(
        &store,
        vec![put(
            "posts",
            feature("a", None, vec![Value::Json("{}".into())]),
        )],
    )
    .unwrap();
    check(&store);
}

#[test]
fn a_description_may_change_without_the_features() {
    let (_folder, store) = empty();
    commit(&store, vec![posts(), post("a", "1")]).unwrap();
    let mut layer = schema("posts", GeometryKind::Any, &[("name", FieldType::String)]);
    layer.title = "Border posts".into();
    layer.attribution = "somebody".into();
    layer.licences = vec![Licence {
        title: "CC BY 4.0".into(),
        url: Some("https://creativecommons.org/licenses/by/4.0/".into()),
    }];
    layer.fields[0].values = vec!["1".into(), "2".into()];
    let area = polygon![(x: 44.0, y: 33.0), (x: 45.0, y: 33.0), (x: 45.0, y: 34.0)];
    let changes = vec![
        described(&layer),
        put("posts", feature("b", Some(area.into()), vec![text("2")])),
    ];
    commit(&store, changes).unwrap();
    assert_eq!(told(&store, 1), ["layer posts", "posts/b = 2"]);
    let Change::Layer(told) = &after(&store, 1).0[0] else {
        panic!()
    };
    assert_eq!(**told, layer);
    let terms: String = raw(store.path())
        .query_row("SELECT metadata FROM gpkg_metadata", [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        terms,
        "Attribution: somebody\nLicence: CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
    );
    check(&store);
}

#[test]
fn what_is_no_feature_of_its_layer_is_refused() {
    let (_folder, store) = empty();
    commit(&store, vec![posts()]).unwrap();
    let place = || Some(point!(x: 46.0, y: 35.0).into());
    let line = line_string![(x: 45.0, y: 36.0), (x: 46.0, y: 35.0)].into();
    for (feature, complaint) in [
        (
            feature("a", place(), vec![]),
            "it has 0 values for 1 fields",
        ),
        (
            feature("a", place(), vec![Value::Integer(3)]),
            "field \"name\" is 3, not String",
        ),
        (
            feature("a", Some(line), vec![text("1")]),
            "its geometry is not a Point",
        ),
    ] {
        let error = commit(&store, vec![put("posts", feature)])
            .unwrap_err()
            .to_string();
        assert!(
            error.ends_with(&format!("feature \"a\": {complaint}")),
            "{error}"
        );
    }
    let numbers = schema(
        "n",
        GeometryKind::Any,
        &[("n", FieldType::Number), ("at", FieldType::Datetime)],
    );
    commit(&store, vec![described(&numbers)]).unwrap();
    for values in [
        vec![Value::Number(f64::NAN), Value::Null],
        vec![Value::Null, text("yesterday")],
    ] {
        let error = commit(&store, vec![put("n", feature("a", None, values))]);
        assert!(matches!(error, Err(StoreError::Schema { .. })), "{error:?}");
    }
}
