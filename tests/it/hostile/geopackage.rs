//! A `GeoPackage` is a program's memory as much as a file: what it could make its reader do.

use rusqlite::Connection;

use crate::program::Program;

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
