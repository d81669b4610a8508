//! What `check` finds by digests and by the standard's rules, and how it is put right; stores of the first format.

use std::fs;

use super::*;

/// A store with some history of every kind.
fn with_history() -> (TempDir, std::path::PathBuf) {
    let (folder, store) = empty();
    commit(
        &store,
        vec![posts(), post("a", "1"), post("b", "1"), post("c", "1")],
    )
    .unwrap();
    let fields = [
        ("when", FieldType::Datetime),
        ("name", FieldType::String),
        ("size", FieldType::Number),
        ("more", FieldType::Json),
    ];
    let wider = schema("posts", GeometryKind::Point, &fields);
    let dated = |id: &str, size: f64| {
        let values = vec![
            text("2023-03-19T06:30:00+03:00"),
            text("x"),
            Value::Number(size),
            Value::Json(r#"{"z": [1, 2.50]}"#.into()),
        ];
        put(
            "posts",
            feature(id, Some(point!(x: 46.0, y: 35.0).into()), values),
        )
    };
    commit(
        &store,
        vec![
            described(&wider),
            dated("a", 3.0),
            gone("posts", "b"),
            dated("d", -0.0),
        ],
    )
    .unwrap();
    commit(
        &store,
        vec![gone("posts", "d"), dated("b", 0.1), dated("a", 1e21)],
    )
    .unwrap();
    let path = store.path().to_owned();
    check(&store);
    drop(store);
    (folder, path)
}

/// A store as version 0.1.0 leaves it: the same tables without those of later formats.
fn as_format_1(path: &Path) {
    raw(path)
        .execute_batch(
            "DROP TABLE bordermap_digests;
             ALTER TABLE bordermap_revisions DROP COLUMN encoding;
             ALTER TABLE bordermap_revisions DROP COLUMN hash;
             DELETE FROM gpkg_extensions WHERE table_name = 'bordermap_digests';
             UPDATE bordermap_store SET text = '1' WHERE key = 'format'",
        )
        .unwrap();
}

#[test]
fn a_store_of_format_1_gets_digests_and_a_copy_of_it_is_kept() {
    let (folder, path) = with_history();
    let before = {
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(store.migrated(), None);
        format!("{:?}", after(&store, 0))
    };
    as_format_1(&path);
    // Left by an earlier migration.
    let taken = folder.path().join("a store.format-1.gpkg");
    fs::write(&taken, "something").unwrap();

    let store = SqliteStore::open(&path).unwrap();
    let migrated = store.migrated().unwrap().clone();
    assert_eq!((migrated.from, migrated.to), (1, 2));
    assert_eq!(migrated.copy, folder.path().join("a store.format-1.2.gpkg"));
    assert_eq!(fs::read(&taken).unwrap(), b"something");
    assert_eq!(format!("{:?}", after(&store, 0)), before);
    check(&store);
    // A program of then that had it open commits as it knows to: nothing that would have no hash.
    let as_then = "INSERT INTO bordermap_revisions (number, committed_at_us, origin, last_seq)
         VALUES (99, 1, 'import', 99)";
    let refused = raw(&path).execute(as_then, []).unwrap_err();
    assert!(refused.to_string().contains("NOT NULL"), "{refused}");
    commit(&store, vec![gone("posts", "a")]).unwrap();
    check(&store);
    drop(store);

    let copy = SqliteStore::open(&migrated.copy).unwrap();
    assert_eq!(format!("{:?}", after(&copy, 0)), before);
    assert_eq!(copy.migrated().unwrap().from, 1);
    check(&copy);
}

/// A migration that fails half way has changed nothing.
#[test]
fn a_migration_is_done_whole_or_not_at_all() {
    let (folder, path) = with_history();
    as_format_1(&path);
    raw(&path)
        .execute("DELETE FROM bordermap_changes WHERE seq = 9", [])
        .unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(error.to_string().contains("change 9 is missing"), "{error}");
    let conn = raw(&path);
    let format = conn.query_row(
        "SELECT text || (SELECT count(*) FROM sqlite_schema WHERE name = 'bordermap_digests')
         FROM bordermap_store WHERE key = 'format'",
        [],
        |row| row.get::<_, String>(0),
    );
    assert_eq!(format.unwrap(), "10");
    assert!(folder.path().join("a store.format-1.gpkg").exists());
}

/// Changes past the log that leave every part readable and in agreement with the others.
#[test]
#[expect(clippy::too_many_lines, reason = "one line a damage")]
fn checking_finds_what_only_the_digests_tell() {
    let (_folder, path) = with_history();
    let whole = fs::read(&path).unwrap();
    let finds = |sql: &str, wanted: &str| {
        let conn = raw(&path);
        conn.execute_batch(sql).unwrap();
        drop(conn);
        let store = SqliteStore::open_existing(&path).unwrap();
        let told = findings(&store);
        let quick = store.check(Depth::Quick, &mut |_, _| {}).unwrap();
        drop(store);
        assert!(
            told.iter().any(|one| one.contains(wanted)),
            "{sql}: {told:?}"
        );
        fs::write(&path, &whole).unwrap();
        quick.len()
    };
    let row = "feature \"a\" of layer posts is not what was written in revision 3";
    assert_eq!(finds("UPDATE posts SET name = 'y' WHERE id = 'a'", row), 0);
    assert_eq!(
        finds("UPDATE posts SET size = size + 1e15 WHERE id = 'a'", row),
        0
    );
    assert_eq!(
        finds(
            "UPDATE bordermap_changes SET previous = replace(previous, '3.0', '3.5') WHERE seq = 11",
            "feature \"a\" of layer posts is not what was written in revision 2"
        ),
        0
    );
    let schema =
        "UPDATE bordermap_changes SET previous = replace(previous, '\"title\":\"posts\"', '\"title\":\"Posts\"')
        WHERE seq = 5";
    assert_eq!(
        finds(schema, "the description of layer posts is not what"),
        0
    );
    let kind = "UPDATE bordermap_changes SET kind = 'add' WHERE seq = 6";
    finds(kind, "change 2: feature \"a\" of layer posts: what follows");
    let chain = "revision 2 or its part of the log is not what was committed";
    assert_eq!(
        finds(
            "UPDATE bordermap_revisions SET origin = 'shipped' WHERE number = 2",
            chain
        ),
        0
    );
    finds(
        "UPDATE bordermap_revisions SET committed_at_us = committed_at_us + 1 WHERE number = 2",
        chain,
    );
    finds(
        "UPDATE bordermap_revisions SET hash = zeroblob(32) WHERE number = 2",
        chain,
    );
    let digests =
        "UPDATE bordermap_digests SET digests = zeroblob(length(digests)) WHERE first_seq = 5";
    assert_eq!(finds(digests, chain), 0);
    assert_eq!(
        finds(
            "UPDATE bordermap_digests SET seed = zeroblob(32) WHERE first_seq = 9",
            row
        ),
        0
    );
    finds(
        "DELETE FROM bordermap_digests WHERE first_seq = 5",
        "change 5 has no digest",
    );
    finds(
        "INSERT INTO bordermap_digests (first_seq, seed, digests)
         VALUES (12, zeroblob(32), zeroblob(32))",
        "a digest of change 12, which is not there",
    );
    finds(
        "UPDATE bordermap_store SET text = 'other' WHERE key = 'identity'",
        "revision 1 or",
    );
}

/// What other programs read of the file, and we do not.
#[test]
#[expect(clippy::too_many_lines, reason = "one line a damage")]
fn checking_finds_what_only_other_programs_would_meet() {
    let (_folder, path) = with_history();
    let whole = fs::read(&path).unwrap();
    for (sql, wanted) in [
        (
            "UPDATE gpkg_spatial_ref_sys SET definition = 'x' WHERE srs_id = 4326",
            "gpkg_spatial_ref_sys has",
        ),
        (
            "UPDATE gpkg_contents SET identifier = 'x'",
            "calls layer posts otherwise",
        ),
        (
            "UPDATE gpkg_contents SET last_change = '2020-01-01T00:00:00.000Z'",
            "another time",
        ),
        (
            "UPDATE gpkg_geometry_columns SET z = 1",
            "gpkg_geometry_columns has",
        ),
        (
            "UPDATE gpkg_data_columns SET title = 'x' WHERE name = 'size'",
            "gpkg_data_columns has",
        ),
        (
            "DELETE FROM gpkg_extensions WHERE table_name = 'bordermap_changes'",
            "gpkg_extensions has lost",
        ),
        (
            "UPDATE posts SET \"when\" = '2020-01-01T00:00:00.000Z'",
            "as another date in its column \"when\"",
        ),
        (
            "UPDATE bordermap_written SET column_name = 'name'",
            "keeps dates of a column \"name\"",
        ),
        ("DROP INDEX bordermap_changes_of", "sqlite_schema has lost"),
    ] {
        let conn = raw(&path);
        conn.execute_batch(sql).unwrap();
        drop(conn);
        let told = findings(&SqliteStore::open_existing(&path).unwrap());
        assert!(
            told.iter().any(|one| one.contains(wanted)),
            "{sql}: {told:?}"
        );
        fs::write(&path, &whole).unwrap();
    }
    // The header of a geometry: here the number of its reference system.
    let geom: Vec<u8> = raw(&path)
        .query_row("SELECT geom FROM posts WHERE id = 'a'", [], |row| {
            row.get(0)
        })
        .unwrap();
    let mut broken = geom.clone();
    broken[5] ^= 1;
    raw(&path)
        .execute("UPDATE posts SET geom = ?1 WHERE id = 'a'", [broken])
        .unwrap();
    let told = findings(&SqliteStore::open_existing(&path).unwrap());
    assert!(
        told.iter()
            .any(|one| one.contains("the header of its geometry")),
        "{told:?}"
    );
}

/// A damaged feature can be withdrawn, or put right by its content, and then all is well: the log says
/// that what it was cannot be told.
#[test]
fn what_is_damaged_can_be_put_right() {
    for mend in [gone("posts", "a"), post("a", "1")] {
        for damage in ["geom = x'00'", "name = x'00'", "geom = ?1"] {
            let (_folder, store) = empty();
            commit(&store, vec![posts(), post("a", "1"), post("b", "1")]).unwrap();
            let far =
                bordermap::geopackage::geometry::encode(&point!(x: 1.97e11, y: 35.0).into(), 4326);
            let conn = raw(store.path());
            let sql = format!("UPDATE posts SET {damage} WHERE id = 'a'");
            let changed = if damage.contains('?') {
                conn.execute(&sql, [far])
            } else {
                conn.execute(&sql, [])
            };
            assert_eq!(changed.unwrap(), 1);
            drop(conn);
            assert_ne!(findings(&store), Vec::<String>::new());
            commit(&store, vec![post("b", "2")]).unwrap();
            commit(&store, vec![mend.clone()]).unwrap();
            check(&store);
            commit(&store, vec![post("a", "3"), gone("posts", "b")]).unwrap();
            check(&store);
            let kinds: String = raw(store.path())
                .query_row(
                    "SELECT group_concat(kind) FROM (SELECT kind FROM bordermap_changes
                     WHERE id = 'a' ORDER BY seq)",
                    [],
                    |row| row.get(0),
                )
                .unwrap();
            let wanted = match mend {
                Change::Remove { .. } => "add,discard,add",
                _ => "add,discard,add,update",
            };
            assert_eq!(kinds, wanted);
        }
    }
}
