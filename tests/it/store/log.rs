//! Commits, revisions and the log.

use std::sync::mpsc;
use std::thread;

use bordermap::atlas::model::schema::GeometryKind;

use super::*;

#[test]
fn reopening_keeps_everything() {
    let (_folder, store) = empty();
    let done = commit(
        &store,
        vec![posts(), post("a", "Bashmaq"), post("b", "Haji Omeran")],
    )
    .unwrap();
    assert_eq!((done.revision.number, done.added), (1, 2));
    store.set_note("seed", "1").unwrap();
    store.set_note("seed", "2").unwrap();
    let (changes, revision) = after(&store, 0);
    let (path, identity) = (store.path().to_owned(), store.identity().to_owned());
    drop(store);

    let store = SqliteStore::open_existing(&path).unwrap();
    assert_eq!(store.identity(), identity);
    assert_eq!(store.revision().unwrap(), revision);
    assert_eq!(format!("{:?}", after(&store, 0).0), format!("{changes:?}"));
    assert_eq!(store.note("seed").unwrap().as_deref(), Some("2"));
    assert_eq!(store.note("other").unwrap(), None);
    check(&store);
    drop(store);
    assert!(!path.with_file_name("a store.gpkg-wal").exists());
}

#[test]
fn a_commit_counts_what_it_did_and_keeps_quiet_about_nothing() {
    let (_folder, store) = empty();
    commit(
        &store,
        vec![posts(), post("a", "1"), post("b", "1"), post("c", "1")],
    )
    .unwrap();
    let done = commit(
        &store,
        vec![
            posts(),
            post("a", "1"),
            post("b", "2"),
            gone("posts", "c"),
            gone("posts", "never"),
            post("d", "1"),
        ],
    )
    .unwrap();
    let counts = (
        done.added,
        done.updated,
        done.removed,
        done.unchanged,
        done.kept,
    );
    assert_eq!(counts, (1, 1, 1, 2, 0));
    assert_eq!(done.revision.number, 2);
    let quiet = commit(&store, vec![posts(), post("a", "1"), gone("posts", "c")]).unwrap();
    assert_eq!((quiet.revision, quiet.unchanged), (done.revision, 2));
    assert_eq!(store.revision().unwrap(), done.revision);
    check(&store);
}

/// What is added in a row enters the log together; what comes in between must not get lost in it.
#[test]
fn an_id_may_come_again_within_a_commit() {
    let (_folder, store) = empty();
    let mut changes = vec![posts(), post("a", "1"), post("b", "1"), post("a", "2")];
    changes.extend([
        post("c", "1"),
        gone("posts", "b"),
        post("d", "1"),
        post("c", "1"),
    ]);
    changes.extend([described(&schema("camps", GeometryKind::Any, &[]))]);
    changes.extend([put("camps", feature("a", None, vec![])), post("b", "3")]);
    let many = |n: i32| post(&format!("many {}", n * 7919 % 3001), "1");
    changes.extend((0..3001).map(many));
    changes.extend([gone("posts", "many 3"), post("many 4", "2")]);
    let done = commit(&store, changes).unwrap();
    let counts = (done.added, done.updated, done.removed, done.unchanged);
    assert_eq!(counts, (6 + 3001, 2, 2, 1));
    let mut told = told(&store, 0);
    assert_eq!(told.len(), 2 + 5 + 3000);
    told.retain(|words| !words.contains("many"));
    assert_eq!(
        told,
        [
            "layer posts",
            "layer camps",
            "posts/a = 2",
            "posts/c = 1",
            "posts/d = 1",
            "posts/b = 3",
            "camps/a = "
        ]
    );
    let conn = raw(store.path());
    let mut found = conn
        .prepare(
            "SELECT kind || ' ' || coalesce(id, '') FROM bordermap_changes ORDER BY seq LIMIT 10",
        )
        .unwrap();
    let log: Vec<String> = found
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let wanted = "layer ,add a,add b,update a,add c,remove b,add d,layer ,add a,add b";
    assert_eq!(log, wanted.split(',').collect::<Vec<_>>());
    check(&store);
}

#[test]
fn each_change_is_told_once_as_it_is_now() {
    let (_folder, store) = empty();
    commit(&store, vec![posts(), post("a", "1"), post("b", "1")]).unwrap();
    let other = schema("camps", GeometryKind::Any, &[]);
    commit(
        &store,
        vec![described(&other), post("a", "2"), post("c", "1")],
    )
    .unwrap();
    commit(
        &store,
        vec![post("a", "3"), gone("posts", "b"), gone("posts", "c")],
    )
    .unwrap();
    assert_eq!(
        told(&store, 0),
        ["layer posts", "layer camps", "posts/a = 3"]
    );
    assert_eq!(
        told(&store, 1),
        ["layer camps", "posts/a = 3", "posts/c gone", "posts/b gone"]
    );
    assert_eq!(
        told(&store, 2),
        ["posts/a = 3", "posts/b gone", "posts/c gone"]
    );
    assert_eq!(told(&store, 3), Vec::<String>::new());
    assert_eq!(told(&store, 99), Vec::<String>::new());
    check(&store);
}

#[test]
fn time_moves_with_every_revision() {
    let (_folder, store) = empty();
    let mut before = Revision::default();
    for n in 0..50 {
        let changes = vec![posts(), post("a", &n.to_string())];
        let revision = commit(&store, changes).unwrap().revision;
        assert_eq!(revision.number, before.number + 1);
        assert!(revision.committed_at_us > before.committed_at_us);
        before = revision;
    }
}

#[test]
fn an_abandoned_or_impossible_commit_leaves_nothing() {
    let (_folder, store) = empty();
    commit(&store, vec![posts(), post("a", "1")]).unwrap();
    let before = format!("{:?}", after(&store, 0));
    let changes = [Ok(post("a", "2")), Ok(post("b", "1")), Err(Abandon)];
    let error = store
        .commit(Origin::User, &mut changes.into_iter())
        .unwrap_err();
    assert!(matches!(error, StoreError::Abandoned));
    let error = commit(&store, vec![post("c", "1"), gone("nowhere", "c")]).unwrap_err();
    assert_eq!(error.to_string(), "there is no layer \"nowhere\"");
    assert_eq!(format!("{:?}", after(&store, 0)), before);
    check(&store);
}

#[test]
fn shipped_data_never_overwrite_what_a_user_changed() {
    use Origin::{Derived, Shipped, User};
    let (_folder, store) = empty();
    let all = |name: &str| ["a", "b", "c", "d"].map(|id| post(id, name));
    let shipped = [vec![posts()], all("1").into()].concat();
    commit_as(&store, Shipped, shipped).unwrap();
    commit_as(&store, User, vec![post("b", "mine"), gone("posts", "c")]).unwrap();
    // Whose a feature is does not change because the service derives something of it.
    commit_as(
        &store,
        Derived,
        vec![post("b", "mine, derived"), post("d", "1, derived")],
    )
    .unwrap();
    assert_eq!(
        store.shipped_ids("posts").unwrap(),
        ["a".into(), "d".into()]
    );

    let done = commit_as(&store, Shipped, all("2").into()).unwrap();
    let counts = (
        done.added,
        done.updated,
        done.removed,
        done.unchanged,
        done.kept,
    );
    assert_eq!(counts, (0, 2, 0, 0, 2));
    let done = commit_as(
        &store,
        Shipped,
        vec![gone("posts", "a"), gone("posts", "b")],
    )
    .unwrap();
    assert_eq!((done.removed, done.kept), (1, 1));
    assert_eq!(
        told(&store, 0)[1..],
        ["posts/b = mine, derived", "posts/d = 2"]
    );
    assert_eq!(store.shipped_ids("nowhere").unwrap(), []);
    check(&store);
}

#[test]
fn the_log_keeps_what_was_there_before() {
    let (_folder, store) = empty();
    let fields = [
        ("name", FieldType::String),
        ("n", FieldType::Number),
        ("list", FieldType::Json),
    ];
    let layer = schema("posts", GeometryKind::Point, &fields);
    let with = |name: &str, place: Option<Geometry>| {
        let values = vec![text(name), Value::Number(0.1), Value::Json("[1.0]".into())];
        put("posts", feature("a", place, values))
    };
    commit(
        &store,
        vec![
            described(&layer),
            with("first \"\n", Some(point!(x: 1.0, y: 2.0).into())),
        ],
    )
    .unwrap();
    commit(&store, vec![with("second", None)]).unwrap();
    commit(&store, vec![gone("posts", "a")]).unwrap();
    let conn = raw(store.path());
    let mut found = conn
        .prepare(
            "SELECT revision || ' ' || kind || ' ' || coalesce(previous, '-'), previous_geom
             FROM bordermap_changes WHERE id IS NOT NULL ORDER BY seq",
        )
        .unwrap();
    let log: Vec<(String, Option<Vec<u8>>)> = found
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(log[0].0, "1 add -");
    assert_eq!(
        log[1].0,
        r#"2 update {"name":"first \"\n","n":0.1,"list":[1.0]}"#
    );
    assert_eq!(log[1].1.as_ref().map(Vec::len), Some(29));
    assert_eq!(
        log[2],
        (
            r#"3 remove {"name":"second","n":0.1,"list":[1.0]}"#.into(),
            None
        )
    );
}

#[test]
fn two_handles_see_each_others_commits() {
    let (_folder, one) = empty();
    let other = SqliteStore::open(one.path()).unwrap();
    assert_eq!(one.identity(), other.identity());
    commit(&one, vec![posts(), post("a", "1")]).unwrap();
    assert_eq!(other.revision().unwrap().number, 1);
    let done = commit(&other, vec![post("a", "2")]).unwrap();
    assert_eq!(done.revision.number, 2);
    assert_eq!(told(&one, 1), ["posts/a = 2"]);
}

#[test]
fn a_reader_never_waits_for_a_writer() {
    let (_folder, store) = empty();
    let other = SqliteStore::open(store.path()).unwrap();
    commit(&store, vec![posts(), post("a", "1")]).unwrap();
    let (wrote, has_written) = mpsc::channel();
    let (go, may_go) = mpsc::channel::<()>();
    let writer = &store;
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut changes =
                (0..20_000)
                    .map(|n| Ok(post(&n.to_string(), "2")))
                    .chain(std::iter::once_with(|| {
                        wrote.send(()).unwrap();
                        may_go.recv().unwrap();
                        Ok(post("a", "2"))
                    }));
            writer.commit(Origin::User, &mut changes).unwrap();
        });
        has_written.recv().unwrap();
        for reader in [&store, &other] {
            assert_eq!(reader.revision().unwrap().number, 1);
            assert_eq!(told(reader, 0), ["layer posts", "posts/a = 1"]);
        }
        go.send(()).unwrap();
    });
    assert_eq!(told(&other, 1).len(), 20_001);
    // A read sees one state, even if it lasts.
    let mut seen = 0;
    other
        .changes_after(0, &mut |_| {
            if seen == 0 {
                commit(&store, vec![gone("posts", "a"), gone("posts", "19999")]).unwrap();
            }
            seen += 1;
        })
        .unwrap();
    assert_eq!(seen, 20_002);
    check(&store);
}
