//! Well-known text in its dialects, and what is none.

use bordermap::atlas::geo::cost::{PARTS_MAX, POSITIONS_MAX};
use bordermap::format::wkt::{read, write};

#[test]
fn what_is_read_is_written_again() {
    for text in [
        "POINT (45.1 -35.25)",
        "MULTIPOINT ((1 2), (3 4))",
        "LINESTRING (1 2, 3 4)",
        "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
        "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 0.5, 2 0.5, 2 1, 1 0.5))",
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)))",
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))",
    ] {
        let geometry = read(text).unwrap().unwrap();
        assert_eq!(write(&geometry), text);
    }
}

#[test]
fn dialects_are_taken() {
    let point = Some(geo::Point::new(1.0, 2.0).into());
    for text in [
        "point(1 2)",
        " SRID=4326;POINT Z (1 2 900)",
        "POINT ZM(1 2 3 4) ",
    ] {
        assert_eq!(read(text).unwrap(), point, "{text}");
    }
    assert_eq!(read("POLYGON EMPTY").unwrap(), None);
    let of_nothing = "GEOMETRYCOLLECTION (POINT EMPTY, LINESTRING Z EMPTY)";
    assert_eq!(read(of_nothing).unwrap(), None);
    assert!(read("MULTIPOINT (1 2, 3 4)").is_ok());
}

#[test]
fn what_is_too_much_for_a_feature_is_read_as_far_as_that() {
    let parts = "the geometry has more than 100000 lines, rings and members";
    for (kind, member, wanted) in [
        ("GEOMETRYCOLLECTION", "POINT(1 2)", parts),
        ("GEOMETRYCOLLECTION", "POINT EMPTY", parts),
        ("MULTILINESTRING", "(1 2,3 4)", parts),
        (
            "MULTIPOINT",
            "1 2",
            "the geometry has more than 1000000 positions",
        ),
    ] {
        let most = if wanted == parts {
            PARTS_MAX
        } else {
            POSITIONS_MAX
        };
        // What follows would be another fault.
        let text = |count: usize, last: &str| {
            format!("{kind}({}{last})", format!("{member},").repeat(count))
        };
        let fault = read(&text(most, &format!("{member},?"))).unwrap_err();
        assert!(fault.detail.starts_with(wanted), "{kind}: {fault}");
        assert!(read(&text(most - 1, member)).is_ok(), "{kind}");
    }
}

#[test]
fn anything_else_is_a_fault() {
    for text in [
        "",
        "POINT",
        "POINT (1)",
        "POINT (1 2, 3 4)",
        "POINT (NaN 2)",
        "POINT (181 2)",
        "POINT (1,5 2,5)",
        "POINT (1 2) x",
        "LINESTRING (1 2)",
        "POLYGON ((0 0, 1 0, 1 1, 0 1))",
        "CIRCLE (1 2)",
        "MULTIPOIN EMPTY",
        "GEOMETRYCOLLECTION (CIRCLE EMPTY)",
        "SRID=3857;POINT (1 2)",
        "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POINT (1 2)))",
        "POINT é (1 2)",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}
