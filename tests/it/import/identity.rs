//! Which feature of a file is which feature of a layer.

use rusqlite::Connection;

use crate::program::Program;

/// A GeoPackage of posts as others write it: rows have numbers, and no column has ids.
fn numbered(program: &Program, name: &str, posts: &[&str]) {
    let rows: Vec<String> = posts
        .iter()
        .map(|post| format!("46.{post},35.5,{post}"))
        .collect();
    program.file("from.csv", format!("lon,lat,post\n{}\n", rows.join("\n")));
    let store = format!("{name}.store");
    program.ok(&["import", "from.csv", "--layer", "posts", "--store", &store]);
    program.ok(&["export", "posts", "--store", &store, "-o", name]);
    let conn = Connection::open(program.path(name)).unwrap();
    conn.execute_batch("ALTER TABLE posts DROP COLUMN id")
        .unwrap();
}

#[test]
fn numbers_of_rows_are_no_ids() {
    let program = Program::new();
    numbered(&program, "january.gpkg", &["1", "2", "3"]);
    numbered(&program, "february.gpkg", &["4", "5"]);
    let said = program.run(&["import", "january.gpkg", "--layer", "posts"]);
    assert!(
        said.err.contains("ids are made from what the features say"),
        "{said:?}"
    );
    let said = program.ok(&["import", "february.gpkg", "--layer", "posts"]);
    assert_eq!(said, "2 added, 0 updated, 0 unchanged, 0 refused\n");
    let said = program.ok(&["import", "january.gpkg", "--layer", "posts"]);
    assert_eq!(said, "0 added, 0 updated, 3 unchanged, 0 refused\n");
    assert_eq!(program.features("posts").len(), 5);
}

#[test]
fn the_column_with_ids_can_be_named() {
    let program = Program::new();
    program.file(
        "one.csv",
        "event,lat,lon,dead\nIRQ1,35.5,46.1,2\nIRQ2,35.5,46.1,\n",
    );
    program.file("two.csv", "event,lat,lon,dead\nIRQ1,35.5,46.1,3\n");
    program.ok(&["import", "one.csv", "--layer", "events", "--id", "event"]);
    let said = program.ok(&["import", "two.csv", "--layer", "events", "--id", "event"]);
    assert_eq!(said, "0 added, 1 updated, 0 unchanged, 0 refused\n");
    let events = program.features("events");
    let first = events.iter().find(|event| event["id"] == "IRQ1").unwrap();
    assert_eq!(first["properties"]["dead"], 3);
    assert_eq!(first["properties"]["event"], "IRQ1");
    program.file("none.csv", "event,lat,lon,dead\n,35.5,46.1,3\n");
    let args = ["import", "none.csv", "--layer", "events", "--id", "event"];
    program.fails(&args, 6, "there is no id in \"event\", which --id names");
    numbered(&program, "posts.gpkg", &["1", "2"]);
    program.ok(&["import", "posts.gpkg", "--layer", "posts", "--id", "fid"]);
    let ids: Vec<_> = program
        .features("posts")
        .iter()
        .map(|post| post["id"].clone())
        .collect();
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn equal_rows_are_kept_if_asked_each_under_its_number() {
    let program = Program::new();
    program.file(
        "t.csv",
        "date,lat,lon\n2024-05-01,35.5,46.1\n2024-05-01,35.5,46.1\n2024-05-02,35.5,46.1\n",
    );
    let args = ["import", "t.csv", "--layer", "events"];
    program.fails(
        &args,
        6,
        "give both an id to keep both, or take --keep-equal",
    );
    let args = ["import", "t.csv", "--layer", "events", "--keep-equal"];
    assert_eq!(
        program.ok(&args),
        "3 added, 0 updated, 0 unchanged, 0 refused\n"
    );
    assert_eq!(
        program.ok(&args),
        "0 added, 0 updated, 3 unchanged, 0 refused\n"
    );
}

#[test]
fn a_property_called_id_is_kept_beside_the_features_own() {
    let program = Program::new();
    let feature = |id: &str, own: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{"id":"{own}"}},"geometry":{{"type":"Point","coordinates":[46.1,35.5]}}}}"#
        )
    };
    program.file(
        "t.geojsonl",
        [feature("x", "post-7"), feature("y", "post-8")].join("\n"),
    );
    program.ok(&["import", "t.geojsonl", "--layer", "t"]);
    let before = program.features("t");
    for form in ["csv", "geojson", "gpkg", "fgb", "kml", "gpx"] {
        let file = format!("t.{form}");
        program.ok(&["export", "t", "-o", &file]);
        let said = program.ok(&["import", &file, "--layer", "t"]);
        assert_eq!(
            said, "0 added, 0 updated, 2 unchanged, 0 refused\n",
            "{form}"
        );
    }
    assert_eq!(program.features("t"), before);
}

#[test]
fn a_layer_of_a_file_can_be_named() {
    let program = Program::new();
    numbered(&program, "all.gpkg", &["1", "2"]);
    let conn = Connection::open(program.path("all.gpkg")).unwrap();
    conn.execute_batch(
        "CREATE TABLE \"Field sites\" (fid INTEGER PRIMARY KEY, name TEXT, photo BLOB);
         INSERT INTO \"Field sites\" VALUES (1, 'A', x'00ff');
         INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('Field sites', 'attributes', 's');",
    )
    .unwrap();
    drop(conn);
    let args = ["import", "all.gpkg", "--layer", "sites"];
    program.fails(&args, 1, "--source-layer says which of Field sites, posts");
    let args = [&args[..], &["--source-layer", "sites"]].concat();
    program.fails(
        &args,
        1,
        "the GeoPackage has no layer \"sites\"; it has Field sites, posts",
    );
    let said = program.run(&[
        "import",
        "all.gpkg",
        "--layer",
        "sites",
        "--source-layer",
        "Field sites",
    ]);
    assert_eq!(said.code, 0, "{said:?}");
    let passed_over = "passed over: bytes in column \"photo\", which no field holds, 1 feature";
    assert!(said.err.contains(passed_over), "{said:?}");
    assert_eq!(program.features("sites")[0]["properties"]["name"], "A");
}
