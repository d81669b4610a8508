//! Filters over HTTP: on every door that selects, what the indexes answered, and what is refused.

use crate::support::server::Server;

/// A path with a filter in it.
fn path(before: &str, filter: &str) -> String {
    use std::fmt::Write;
    let escaped = filter.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02X}");
        text
    });
    format!("{before}filter={escaped}")
}

#[test]
fn every_door_takes_a_filter() {
    let server = Server::start();
    let items = |filter: &str| {
        server
            .get(&path("/api/collections/reports/items?limit=1000&", filter))
            .ids()
    };
    let by_name = server
        .get("/api/collections/reports/items?limit=1000&category=clash")
        .ids();
    assert_eq!(items("category = 'clash'"), by_name);
    assert_eq!(items("casei(category) like casei('CL_SH')"), by_name);
    let export = server.get(&path(
        "/api/collections/reports/export?",
        "category = 'clash'",
    ));
    assert_eq!(export.ids(), by_name);
    for door in [
        "/api/collections/reports/tiles/WebMercatorQuad/0/0/0?",
        "/api/border/profile?layer=reports&",
        "/api/border/compare?layer=reports&at=2023-06-01&",
    ] {
        assert_eq!(server.get(&path(door, "dead > 3")).status, 200, "{door}");
        server.get(&path(door, "dead > ")).problem(400);
    }
}

#[test]
fn an_answer_says_what_the_indexes_answered() {
    let server = Server::start();
    let check = |filter: &str, index: &[&str]| {
        let reply = server.get(&path(
            "/api/collections/reports/items?explain=true&",
            filter,
        ));
        let explain = reply.json()["explain"].clone();
        assert_eq!(
            explain["index"],
            serde_json::json!(index),
            "{filter}: {explain}"
        );
    };
    check(
        "s_intersects(geometry, BBOX(44, 34, 44.5, 35)) AND dead > 1",
        &["bbox"],
    );
    check("distance_m(geometry, POINT(45 35)) < 20000", &["distance"]);
    check(
        "t_intersects(date, INTERVAL('2023-02-01', '2023-02-03'))",
        &["datetime"],
    );
    check("date >= DATE('2023-11-01')", &["datetime"]);
    check("NOT (date > DATE('2023-02-01'))", &["datetime"]);
    check("date BETWEEN '2023-02-01' AND '2023-02-03'", &["datetime"]);
    check("t_after(date, DATE('2023-11-30'))", &["datetime"]);
    check("date <> DATE('2023-11-01')", &[]);
    check("id IN ('r-001', 'r-002')", &["ids"]);
    check(
        "dead > 1 OR s_intersects(geometry, BBOX(44, 34, 44.5, 35))",
        &[],
    );
}

#[test]
fn the_index_of_time_answers_the_field_of_time_whole() {
    let server = Server::start();
    let explain = |query: &str| {
        let reply = server.get(&format!(
            "/api/collections/reports/items?limit=1000&explain=true&{query}"
        ));
        (reply.ids(), reply.json()["explain"].clone())
    };
    let (asked, as_datetime) = explain("datetime=2023-11-05/2023-11-07");
    let within = "date >= DATE('2023-11-05') AND date < TIMESTAMP('2023-11-07T12:00:00Z')";
    let (found, as_filter) = explain(&path("", within));
    // The one report without a date meets every datetime and no condition.
    let dated: Vec<_> = asked.into_iter().filter(|id| id != "r-014").collect();
    assert_eq!(found, dated);
    assert!(!found.is_empty());
    for what in ["driver", "index", "candidates"] {
        assert_eq!(as_filter[what], as_datetime[what], "{what}");
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one line a reference system, then what is refused"
)]
fn geometries_of_a_filter_are_in_every_crs_that_boxes_are_in() {
    let server = Server::start();
    // The same box about: which reports lie in it is the same in all of them.
    let boxes = [
        ("OGC:CRS84", [44.5, 34.3, 45.3, 35.3]),
        ("EPSG:4326", [34.3, 44.5, 35.3, 45.3]),
        (
            "EPSG:3857",
            [4_953_717.0, 4_070_119.0, 5_042_773.0, 4_204_772.0],
        ),
        (
            "EPSG:32638",
            [454_000.0, 3_795_700.0, 527_400.0, 3_906_200.0],
        ),
        (
            "EPSG:32639",
            [-98_000.0, 3_810_000.0, -20_000.0, 3_916_000.0],
        ),
    ];
    for (crs, [a, b, c, d]) in boxes {
        let by_box = server
            .get(&format!(
                "/api/collections/reports/items?limit=1000&bbox-crs={crs}&bbox={a},{b},{c},{d}"
            ))
            .ids();
        assert!(by_box.len() > 20, "{crs}: {}", by_box.len());
        let ring = format!("[[{a},{b}],[{c},{b}],[{c},{d}],[{a},{d}],[{a},{b}]]");
        let polygon = format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
        let filters = [
            (
                "cql2-text",
                format!("s_intersects(geometry, BBOX({a}, {b}, {c}, {d}))"),
            ),
            (
                "cql2-text",
                format!(
                    "s_intersects(geometry, POLYGON(({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b})))"
                ),
            ),
            (
                "cql2-json",
                format!(r#"{{"op":"s_intersects","args":[{{"property":"geometry"}},{polygon}]}}"#),
            ),
        ];
        for (lang, filter) in filters {
            let asked = format!("filter-crs={crs}&filter-lang={lang}&limit=1000&");
            let found = server.get(&path(
                &format!("/api/collections/reports/items?{asked}"),
                &filter,
            ));
            assert_eq!(found.ids(), by_box, "{crs} {filter}");
            let asked = format!("filter-crs={crs}&filter-lang={lang}&");
            let export = server.get(&path(
                &format!("/api/collections/reports/export?{asked}"),
                &filter,
            ));
            assert_eq!(export.ids(), by_box, "{crs} {filter}");
            for door in [
                "/api/collections/reports/tiles/WebMercatorQuad/0/0/0?",
                "/api/border/profile?layer=reports&",
                "/api/border/compare?layer=reports&at=2023-06-01&",
            ] {
                let reply = server.get(&path(&format!("{door}{asked}"), &filter));
                assert_eq!(reply.status, 200, "{door} {crs}");
            }
        }
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let server = Server::start();
    let check = |query: &str, wanted: &str| {
        let problem = server
            .get(&format!("/api/collections/reports/items?{query}"))
            .problem(400);
        let detail = problem["errors"][0]["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(detail.contains(wanted), "{query}: {problem}");
    };
    check(&path("", "dead > "), "after 7 characters: expected a value");
    check(
        &path("", "nobody = 1"),
        "at the beginning: \"nobody\" is no property",
    );
    check(&path("", "dead = 'x'"), "expected a number");
    check(
        &path("", "s_intersects(geometry, POINT(90 180))"),
        "after 35 characters",
    );
    check(
        &path(
            "filter-lang=cql2-json&",
            r#"{"op":"=","args":[{"property":"dead"}]}"#,
        ),
        "2 operands",
    );
    check("filter-lang=sql", "cql2-text or cql2-json");
    check("filter-crs=EPSG:9999", "EPSG/0/32638");
    check(
        &path(
            "filter-crs=EPSG:4326&",
            "dead > 1 AND s_intersects(geometry, POINT(35 181))",
        ),
        "after 36 characters: longitude 181",
    );
    check(
        &path(
            "filter-crs=EPSG:32638&",
            "s_intersects(geometry, POINT(9000000000 35))",
        ),
        "in metres",
    );
    let deep = "(".repeat(500);
    check(&path("", &deep), "deep");
}

#[test]
fn functions_are_listed() {
    let server = Server::start();
    let names: Vec<String> = server.get("/api/functions").json()["functions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["distance_m", "within_m", "border_distance_m"]);
    assert!(
        server
            .get("/api/functions?f=html")
            .text()
            .contains("distance_m")
    );
}
