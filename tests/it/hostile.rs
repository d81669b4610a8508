//! Files that were made to harm, or that no person has made: each is refused with a reason, soon, and in
//! bounded memory.

use rusqlite::Connection;

use crate::program::{Program, Said};

/// A `GeoPackage` of one layer `t` with two positions, but for what the statements make otherwise.
fn geopackage(program: &Program, without: &[&str], statements: &str) {
    let path = program.path("t.gpkg");
    let _ = std::fs::remove_file(&path);
    let conn = Connection::open(&path).unwrap();
    let tables = [
        (
            "gpkg_spatial_ref_sys",
            "(srs_name, srs_id INTEGER PRIMARY KEY, organization, organization_coordsys_id)",
        ),
        ("gpkg_contents", "(table_name PRIMARY KEY, data_type)"),
        ("gpkg_geometry_columns", "(table_name, column_name, srs_id)"),
        ("t", "(fid INTEGER PRIMARY KEY, geom BLOB, name TEXT)"),
    ];
    for (table, columns) in tables {
        if !without.contains(&table) {
            conn.execute_batch(&format!("CREATE TABLE {table} {columns}"))
                .unwrap();
        }
    }
    conn.execute_batch(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326);
         INSERT INTO gpkg_geometry_columns VALUES ('t', 'geom', 4326);",
    )
    .unwrap();
    if !without.contains(&"gpkg_contents") {
        conn.execute_batch("INSERT INTO gpkg_contents VALUES ('t', 'features')")
            .unwrap();
    }
    if !without.contains(&"t") {
        let mut blob = b"GP\0\x01\xe6\x10\0\0\x01\x01\0\0\0".to_vec();
        blob.extend(46.0_f64.to_le_bytes());
        blob.extend(35.0_f64.to_le_bytes());
        for name in ["a", "b"] {
            conn.execute("INSERT INTO t (geom, name) VALUES (?1, ?2)", (&blob, name))
                .unwrap();
        }
    }
    conn.execute_batch(statements).unwrap();
}

const ENDLESS: &str = "AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)";

#[test]
fn a_geopackage_is_data_and_no_program() {
    let program = Program::new();
    let refused = |without: &[&str], statements: &str, message: &str| {
        geopackage(&program, without, statements);
        program.fails(
            &["import", "t.gpkg", "--layer", "t", "--dry-run"],
            1,
            message,
        );
    };
    geopackage(&program, &[], "");
    assert_eq!(
        program.ok(&["import", "t.gpkg", "--layer", "t", "--dry-run"]),
        "dry run: 2 added, 0 updated, 0 unchanged, 0 refused\n"
    );
    refused(
        &["gpkg_contents"],
        &format!(
            "CREATE VIEW gpkg_contents {ENDLESS} SELECT 't' AS table_name, 'features' AS data_type FROM r WHERE x < 0"
        ),
        "no table gpkg_contents that holds rows: views and virtual tables are not read",
    );
    refused(
        &["t"],
        "CREATE VIEW t AS SELECT 1 AS fid, NULL AS geom",
        "no table t that holds rows: views and virtual tables are not read",
    );
    refused(
        &["t"],
        "CREATE VIRTUAL TABLE t USING rtree(fid, west, east)",
        "no table t that holds rows: views and virtual tables are not read",
    );
    refused(
        &["t"],
        "CREATE TABLE t (fid INTEGER PRIMARY KEY, name TEXT,
            geom BLOB GENERATED ALWAYS AS (zeroblob(900000000)) VIRTUAL);
         INSERT INTO t (name) VALUES ('a'), ('b')",
        "column \"geom\" of table \"t\" is computed whenever it is read, and only what is stored is taken",
    );
    // Names of columns that would never end to be asked for are not asked for.
    geopackage(
        &program,
        &[],
        &format!(
            "CREATE VIEW gpkg_data_columns {ENDLESS} SELECT 't' AS table_name, 'name' AS column_name, 'n' AS name, 'x' AS mime_type FROM r WHERE x < 0"
        ),
    );
    program.ok(&["import", "t.gpkg", "--layer", "t", "--dry-run"]);
    // What a trigger would do is not done, and what is stored as generated is read.
    geopackage(
        &program,
        &["t"],
        "CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT AS (fid || 'x') STORED);
         CREATE TRIGGER u AFTER INSERT ON t BEGIN SELECT 1; END;
         INSERT INTO t (fid) VALUES (7)",
    );
    program.ok(&["import", "t.gpkg", "--layer", "t"]);
    assert_eq!(program.features("t")[0]["properties"]["name"], "7x");
}

/// Whatever its key: a row is read, or said to be refused.
#[test]
fn no_row_of_a_geopackage_is_passed_over() {
    let program = Program::new();
    let args = ["import", "t.gpkg", "--layer", "t", "--dry-run"];
    let all = "dry run: 2 added, 0 updated, 0 unchanged, 0 refused\n";
    geopackage(
        &program,
        &[],
        "UPDATE t SET fid = -9223372036854775808 WHERE name = 'a';
         UPDATE t SET fid = 9223372036854775807 WHERE name = 'b';",
    );
    assert_eq!(program.ok(&args), all);
    // Where a column has the name by which SQLite numbers rows, it has others.
    let rows = "INSERT INTO t (name) VALUES ('a'), ('b')";
    for columns in ["rowid, oid", "RowId"] {
        let columns = format!("(fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, {columns})");
        geopackage(
            &program,
            &["t"],
            &format!("CREATE TABLE t {columns}; {rows}"),
        );
        assert_eq!(program.ok(&args), all);
    }
    let odd = [
        // SQLite fills no number into such a key, and takes null for one.
        (
            "(fid INTEGER PRIMARY KEY DESC, geom BLOB, name TEXT)",
            "the key of row 1 of the GeoPackage is not its number",
        ),
        (
            "(fid INTEGER, geom BLOB, name TEXT, PRIMARY KEY (fid, name))",
            "table \"t\" has no integer primary key of one column",
        ),
    ];
    for (columns, message) in odd {
        let rows = "INSERT INTO t (name) VALUES ('a'), ('b')";
        geopackage(
            &program,
            &["t"],
            &format!("CREATE TABLE t {columns}; {rows}"),
        );
        program.fails(&args, 1, message);
    }
}

#[test]
fn a_row_of_a_geopackage_has_a_ceiling() {
    let program = Program::new();
    geopackage(
        &program,
        &[],
        "INSERT INTO t VALUES (3, NULL, zeroblob(40000000))",
    );
    let args = ["import", "t.gpkg", "--layer", "t", "--dry-run"];
    program.fails(
        &args,
        1,
        "a row of the GeoPackage is longer than 32 MiB, the most that is taken",
    );
}

/// Imports a file that must be refused with all of it in at most so many kilobytes of address space.
fn refused_within(program: &Program, name: &str, kilobytes: u64, code: i32, message: &str) -> Said {
    let said = imported_within(program, name, kilobytes);
    assert_eq!(said.code, code, "{name}: {said:?}");
    assert!(said.err.contains(message), "{name}: {said:?}");
    said
}

/// Imports a file, to see whether it could be, in at most so many kilobytes of address space.
fn imported_within(program: &Program, name: &str, kilobytes: u64) -> Said {
    let limit = format!("ulimit -v {kilobytes}; exec \"$0\" import {name} --layer t --dry-run");
    let mut command = std::process::Command::new("bash");
    command
        .arg("-c")
        .arg(limit)
        .arg(env!("CARGO_BIN_EXE_bordermap"));
    program.said(command)
}

/// As much as the program takes for itself, its threads' stacks and the shipped data, and half a gigabyte.
const ROOM_KB: u64 = 2 << 20;

#[test]
fn a_table_has_not_any_number_of_columns() {
    let program = Program::new();
    let names: Vec<String> = (0..100_000).map(|at| format!("c{at}")).collect();
    let cells = ",".repeat(names.len() - 1);
    program.file(
        "wide.csv",
        format!("lon,lat,{}\n46,35,{cells}\n", names.join(",")),
    );
    let message = "the header has 100002 columns or properties, and 2000 are taken at most";
    refused_within(&program, "wide.csv", ROOM_KB, 1, message);
    let members: Vec<String> = names[..2001]
        .iter()
        .map(|name| format!("\"{name}\":1"))
        .collect();
    program.file(
        "wide.geojson",
        format!(
            "{{\"type\":\"Feature\",\"geometry\":null,\"properties\":{{{}}}}}",
            members.join(",")
        ),
    );
    let message = "2001 columns or properties, and 2000 are taken at most";
    refused_within(&program, "wide.geojson", ROOM_KB, 1, message);
    let data: Vec<String> = names[..2001]
        .iter()
        .map(|name| format!("<Data name=\"{name}\"><value>1</value></Data>"))
        .collect();
    let data = data.concat();
    program.file(
        "wide.kml",
        format!("<kml><Placemark><ExtendedData>{data}</ExtendedData></Placemark></kml>"),
    );
    refused_within(&program, "wide.kml", ROOM_KB, 1, message);
    let attributes: Vec<String> = names[..300]
        .iter()
        .map(|name| format!(" {name}=\"1\""))
        .collect();
    let attributes = attributes.concat();
    program.file(
        "attributes.kml",
        format!("<kml><Placemark{attributes}/></kml>"),
    );
    let message = "more than 256 attributes in one element";
    refused_within(&program, "attributes.kml", ROOM_KB, 1, message);
}

#[test]
fn one_feature_does_not_take_all_memory() {
    let program = Program::new();
    let feature = |geometry: &str, properties: &str| {
        format!("{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{properties}}}")
    };
    let check = |text: String, message: &str| {
        program.file("large.geojson", text);
        refused_within(&program, "large.geojson", ROOM_KB, 1, message);
    };
    let lists = "[],".repeat(10_000_000);
    check(
        feature("null", &format!("{{\"a\":[{lists}[]]}}")),
        "the properties take 30000010 bytes, and 4 MiB are taken at most",
    );
    check(
        feature("null", &format!("{{\"a\":\"{}\"}}", "x".repeat(60_000_000))),
        "longer than 32 MiB, the most that is taken of one row",
    );
    let positions = "[1,2],".repeat(5_000_000);
    check(
        feature(
            &format!("{{\"type\":\"LineString\",\"coordinates\":[{positions}[1,3]]}}"),
            "{}",
        ),
        "the geometry has more numbers than 1000000 positions have",
    );
    let numbers = "1,".repeat(15_000_000);
    check(
        feature(
            &format!("{{\"type\":\"Point\",\"coordinates\":[{numbers}1]}}"),
            "{}",
        ),
        "the geometry has more numbers than 1000000 positions have",
    );
    check(
        format!(
            "{{\"type\":\"Feature\",\"id\":[{lists}[]],\"geometry\":null,\"properties\":null}}"
        ),
        "the \"id\" takes 30000004 bytes, and 65536 are taken at most",
    );
    program.file("cell.csv", format!("lon,lat,a\n46,35,\"[{lists}[]]\"\n"));
    refused_within(
        &program,
        "cell.csv",
        ROOM_KB,
        1,
        "the properties take 30000005 bytes, and 4 MiB",
    );
    program.file(
        "open.csv",
        format!("lon,lat,a\n46,35,\"{}", "x,".repeat(20_000_000)),
    );
    refused_within(
        &program,
        "open.csv",
        ROOM_KB,
        1,
        "a row is longer than 32 MiB",
    );
}

/// As many rings as a feature may have, all at one position or all in one row: valid, and taken.
#[test]
fn an_area_of_many_rings_is_taken() {
    let program = Program::new();
    let check = |name: &str, geometry: String| {
        let text = format!("{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{{}}}}");
        program.file(name, text);
        let said = imported_within(&program, name, ROOM_KB);
        assert_eq!(said.code, 0, "{name}: {said:?}");
        assert!(said.out.contains("1 added"), "{name}: {said:?}");
    };
    let count = 99_000_u32;
    let at = |turn: f64| {
        let (y, x) = (turn / f64::from(count) * std::f64::consts::TAU).sin_cos();
        format!("[{},{}]", 46.0 + 0.1 * x, 33.0 + 0.1 * y)
    };
    let triangle = |number: f64| {
        let (one, other) = (at(number), at(number + 0.5));
        format!("[[[46,33],{one},{other},[46,33]]]")
    };
    let fan: Vec<String> = (0..count).map(f64::from).map(triangle).collect();
    check(
        "fan.geojson",
        format!(
            "{{\"type\":\"MultiPolygon\",\"coordinates\":[{}]}}",
            fan.join(",")
        ),
    );
    let hole = |number: u32| {
        let (west, south) = (44.0 + f64::from(number / 2) * 1e-4, 33 + number % 2);
        let east = west + 5e-5;
        format!("[[{west},{south}],[{east},{south}],[{east},{south}.0001],[{west},{south}]]")
    };
    let holes: Vec<String> = (0..count).map(hole).collect();
    check(
        "holes.geojson",
        format!(
            "{{\"type\":\"Polygon\",\"coordinates\":[[[43,29],[50,29],[50,36],[43,36],[43,29]],{}]}}",
            holes.join(",")
        ),
    );
}

/// What a file says of itself is told, but not at its length, and not so that it steers a terminal.
#[test]
fn a_message_is_short_and_plain() {
    let program = Program::new();
    let lists = "[],".repeat(10_000_000);
    for (before, after) in [("", ",\"features\":[]"), ("\"features\":[],", "")] {
        let text = format!("{{\"type\":\"FeatureCollection\",{before}\"crs\":[{lists}[]]{after}}}");
        program.file("crs.geojson", text);
        let message = "the \"crs\" takes 30000004 bytes, and 65536 are taken at most";
        refused_within(&program, "crs.geojson", ROOM_KB, 1, message);
    }
    let header = "\u{1b}[31mx\u{202e}".repeat(1_000_000);
    program.file("header.csv", format!("id{header}\n1\n"));
    let said = refused_within(
        &program,
        "header.csv",
        ROOM_KB,
        1,
        "it has id\\u{1b}[31mx\\u{202e}",
    );
    let rows = format!("46,35,{}\n", "\u{1b}[2Jx".repeat(100_000)).repeat(3);
    program.file("rows.csv", format!("lon,lat,date\n{rows}"));
    let of_rows = program.fails(
        &[
            "import",
            "rows.csv",
            "--layer",
            "incidents",
            "--ignore-unknown",
        ],
        6,
        "\\u001b[2Jx",
    );
    program.file("names.csv", "lon,lat,\u{1b}[2J\n46,35,1\n");
    let of_names = program.run(&["import", "names.csv", "--layer", "names"]);
    assert!(of_names.err.contains("\\u{1b}[2J"), "{of_names:?}");
    for said in [said, of_rows, of_names] {
        assert!(said.err.len() < 20_000, "{} bytes", said.err.len());
        assert!(!said.err.contains(['\u{1b}', '\u{202e}']), "{}", said.err);
    }
}

/// A file that cannot be read is named, once, and what is too long is not called another fault.
#[test]
fn what_cannot_be_read_is_said_as_it_is() {
    let program = Program::new();
    std::fs::create_dir(program.path("folder")).unwrap();
    let args = ["import", "folder", "--layer", "t"];
    program.fails(&args, 1, "bordermap: folder is a folder, not a file");
    let said = program.fails(
        &["import", "no.csv", "--layer", "t"],
        1,
        "no.csv cannot be read: there is no such file",
    );
    assert_eq!(said.err.matches("no.csv").count(), 1, "{said:?}");
    let name = "a".repeat(40_000_000);
    program.file(
        "name.kml",
        format!("<kml><Placemark><name>{name}</name></Placemark></kml>"),
    );
    let message = "the file cannot be read on: a feature is longer than 32 MiB";
    refused_within(&program, "name.kml", ROOM_KB, 1, message);
}
