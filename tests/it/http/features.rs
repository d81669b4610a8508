//! Features: pages, filters, near and export.

use std::collections::BTreeSet;

use crate::support::client::Reply;
use crate::support::server::Server;
use crate::support::world::{self, REPORTS};

const ITEMS: &str = "/api/collections/reports/items";
const EXPORT: &str = "/api/collections/reports/export";

/// The path of an absolute link of ours.
fn path_of<'a>(server: &Server, link: &'a str) -> &'a str {
    link.strip_prefix(&server.base())
        .unwrap_or_else(|| panic!("{link} is not ours"))
}

/// Every page from a path on, along the next links.
fn walk(server: &Server, path: &str) -> Vec<Reply> {
    let mut pages = vec![server.get(path)];
    while let Some(next) = pages.last().unwrap().links("next").first() {
        pages.push(server.get(path_of(server, next)));
        assert!(pages.len() < 1000, "the pages do not end");
    }
    pages
}

fn ids_of(pages: &[Reply]) -> Vec<String> {
    pages.iter().flat_map(Reply::ids).collect()
}

#[test]
fn an_answer_says_how_it_was_found_if_asked() {
    let server = Server::start();
    let explain = |query: &str| {
        let document = server.get(&format!("{ITEMS}?{query}")).json();
        document["explain"].clone()
    };
    let check = |query: &str, driver: &str, candidates_max: u64| {
        let explain = explain(query);
        assert_eq!(explain["driver"], driver, "{query}");
        assert_eq!(explain["parts"], 1, "{query}");
        let candidates = explain["candidates"].as_u64().unwrap();
        assert!(candidates <= candidates_max, "{query}: {explain}");
    };
    let all = REPORTS as u64;
    // Once to count and once to draw.
    check("near=45,35&radius=50km&explain=true", "place", 2 * all);
    // A day is a smaller set than a place; the one report without a date is of every day.
    check("near=45,35&datetime=2023-02-02&explain=true", "time", 40);
    check(
        "bbox=44,34,46,36&datetime=2023-02-02&explain=true",
        "time",
        40,
    );
    // What a column has counted needs no look, but for the page.
    check("category=clash&limit=1&explain=true", "columns", all);
    // A box around everything is taken whole, but for the page.
    let whole = explain("bbox=40,30,50,40&limit=1&explain=true");
    assert_eq!(whole["whole"].as_u64(), Some(all - 1), "{whole}");
    // A text search is told as what it is, apart from what columns decide.
    let searched = explain("q=report&category=clash&explain=true");
    let tested = serde_json::json!({ "columns": 1, "searches": 1, "features": 0 });
    assert_eq!(searched["tested"], tested, "{searched}");
    for silent in ["", "explain=false", "near=45,35"] {
        assert!(explain(silent).is_null(), "{silent}");
    }
    assert_eq!(server.get(&format!("{ITEMS}?explain=perhaps")).status, 400);
}

#[test]
fn pages_hold_each_feature_once() {
    let server = Server::start();
    let check = |query: &str, expected: usize| {
        let pages = walk(&server, &format!("{ITEMS}?{query}"));
        let ids = ids_of(&pages);
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!((ids.len(), distinct.len()), (expected, expected), "{query}");
        for page in &pages {
            let document = page.json();
            assert_eq!(document["numberMatched"], expected, "{query}");
            assert_eq!(document["numberReturned"], page.ids().len());
            assert_eq!(document["timeStamp"], "2023-11-14T22:13:20.000002Z");
        }
    };
    check("limit=7", REPORTS);
    check("limit=10000", REPORTS);
    check("limit=999999999999999999999999", REPORTS);
    check("", REPORTS);
    check("limit=3&category=clash&limit=3", 83);
    check("category=clash&category=seizure&limit=50", 167);
    // The report without a place is near nothing.
    check("near=45,35&limit=9", REPORTS - 1);
    check("near=45,35&radius=0.0001", 0);
    check("bbox=43,33,44.05,40&limit=4", 10);
    check("dead=4&checked=true&score=1.0", 12);
}

#[test]
fn a_next_link_keeps_every_parameter() {
    let server = Server::start();
    let query = "limit=2&category=clash&category=seizure&bbox=40,30,50,40&datetime=2023-01-01/..&f=json\
        &near=45,35&radius=300km&count=false";
    let page = server.get(&format!("{ITEMS}?{query}"));
    let next = page.links("next").remove(0);
    for pair in query.split('&') {
        assert!(next.contains(pair), "{pair} is not in {next}");
    }
    assert!(next.contains("cursor="), "{next}");
    assert_eq!(page.json().get("numberMatched"), None);
    assert!(ids_of(&[server.get(path_of(&server, &next))]).len() == 2);
}

#[test]
fn a_next_link_keeps_letters_of_any_script() {
    let server = Server::start();
    let titles = [3, 90, 210].map(|number| format!("title=Report%20%3C{number}%3E%20تقرير"));
    let pages = walk(&server, &format!("{ITEMS}?limit=1&{}", titles.join("&")));
    assert_eq!(ids_of(&pages), ["r-003", "r-090", "r-210"]);
}

#[test]
fn pages_hold_what_is_not_changed_once_while_others_write() {
    let server = Server::start();
    for query in ["limit=20", "limit=20&near=45,35"] {
        let mut ids = Vec::new();
        let mut next = Some(format!("{ITEMS}?{query}"));
        let mut round = 0;
        while let Some(path) = next {
            let page = server.get(&path);
            ids.extend(page.ids());
            next = page
                .links("next")
                .first()
                .map(|link| path_of(&server, link).to_owned());
            // Every round rewrites one report and adds another.
            world::report(
                &server.live,
                vec![world::report_at(3), world::report_at(REPORTS + round)],
            );
            round += 1;
        }
        let placeless = query.contains("near").then_some(13);
        for number in (0..REPORTS).filter(|number| *number != 3 && Some(*number) != placeless) {
            let id = format!("r-{number:03}");
            assert_eq!(
                ids.iter().filter(|found| **found == id).count(),
                1,
                "{id} by {query}"
            );
        }
    }
}

#[test]
fn near_orders_by_distance_and_says_it() {
    let server = Server::start();
    let features = server
        .get(&format!("{ITEMS}?near=44.9,34.9&limit=10000"))
        .json();
    let features = features["features"].as_array().unwrap();
    let geodesic = geographiclib_rs::Geodesic::wgs84();
    let mut last = 0.0;
    for feature in features {
        let place = feature["geometry"]["coordinates"].as_array().unwrap();
        let (lng, lat) = (place[0].as_f64().unwrap(), place[1].as_f64().unwrap());
        let exact: f64 =
            geographiclib_rs::InverseGeodesic::inverse(&geodesic, 34.9, 44.9, lat, lng);
        let said = feature["properties"]["distance_m"].as_f64().unwrap();
        assert!((said - exact).abs() < 0.01, "{said} {exact}");
        assert!(said >= last, "{said} after {last}");
        last = said;
    }
    let within = |radius: &str, metres: f64| {
        let found = server
            .get(&format!(
                "{ITEMS}?near=44.9,34.9&radius={radius}&limit=10000"
            ))
            .ids();
        let expected = features.iter().filter(|feature| {
            feature["properties"]["distance_m"]
                .as_f64()
                .is_some_and(|d| d <= metres)
        });
        let expected: Vec<&str> = expected
            .map(|feature| feature["id"].as_str().unwrap())
            .collect();
        assert_eq!(found, expected, "{radius}");
    };
    within("25km", 25_000.0);
    within("25000", 25_000.0);
    within("25000m", 25_000.0);
    within("10nmi", 18_520.0);
}

#[test]
fn near_measures_to_lines_and_areas() {
    let server = Server::start();
    let shapes = server
        .get("/api/collections/shapes/items?near=44.6,34.6")
        .json();
    let first = &shapes["features"][0];
    assert_eq!(first["properties"]["distance_m"], 0.0, "inside the lake");
    let ids: Vec<_> = shapes["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["id"].clone())
        .collect();
    assert_eq!(ids, ["lake", "road/1 ü", "pole"]);
}

#[test]
fn one_feature_has_its_links() {
    let server = Server::start();
    let check = |path: &str, id: &str| {
        let reply = server.get(path);
        assert_eq!(
            reply.header("content-type").as_deref(),
            Some("application/geo+json")
        );
        assert_eq!(reply.json()["id"], id);
        for rel in ["self", "alternate", "collection"] {
            for link in reply.links(rel) {
                assert_eq!(server.get(path_of(&server, &link)).status, 200, "{link}");
            }
        }
        reply
    };
    let reply = check("/api/collections/reports/items/r-007", "r-007");
    assert_eq!(
        reply.links("license"),
        ["https://creativecommons.org/licenses/by/4.0/"]
    );
    check(
        "/api/collections/shapes/items/road%2F1%20%C3%BC",
        "road/1 ü",
    );
}

#[test]
fn times_select() {
    let server = Server::start();
    let check = |datetime: &str, expected: usize| {
        let found = server
            .get(&format!("{ITEMS}?datetime={datetime}&limit=10000"))
            .ids()
            .len();
        assert_eq!(found, expected, "{datetime}");
    };
    // One report has no date and meets every time.
    check("2023-01-01/2023-12-31", REPORTS);
    check("2023-01-01T00:00:00Z/..", REPORTS);
    check("../2022-12-31", 1);
    check("2024-01-01/", 1);
    check("2024-01-01/..", 1);
    check("/2022-12-31", 1);
    check("../..", REPORTS);
    // A duration from a day on ends with a day, from an instant on with an instant.
    check("2023-01-01/P1D", 4);
    check("2022-12-01/P1M", 1);
    check("2022-12-31/P2D", 4);
    check("2022-12-31T00:00:00Z/P1DT1H", 4);
    check("2023-01-01/P1Y", REPORTS);
    check("2023-01-01", 4);
    check("2023-01-01T12:00:00Z", 4);
    check("2023-01-01T23:00:00%2B00:00", 4);
    check("2023-01-01T23:00:00+00:00", 4);
}

#[test]
fn boxes_select_what_truly_intersects() {
    let server = Server::start();
    let check = |bbox: &str, expected: &[&str]| {
        let found = server
            .get(&format!("/api/collections/shapes/items?bbox={bbox}"))
            .ids();
        assert_eq!(found, expected, "{bbox}");
    };
    check("44,35.5,44.5,36", &[]);
    check("44.55,34.55,44.56,34.56", &["lake", "road/1 ü"]);
    check("177,65,-177,90", &["pole"]);
    check("177,65,-177,70", &[]);
    check("-180,-90,180,90", &["lake", "pole", "road/1 ü"]);
    check("0,80,0,10,90,100", &["pole"]);
}

#[test]
fn an_export_is_what_the_pages_hold() {
    let server = Server::start();
    for (query, name) in [
        ("", "reports"),
        ("category=clash", "reports-clash"),
        (
            "bbox=44,34,45,35&datetime=2023-03-01/..",
            "reports-from-2023-03-01-bbox-44E-34N-45E-35N",
        ),
        ("near=45,35&radius=60km", "reports-near-35N-45E-60km"),
        ("near=45,35", "reports-near-35N-45E"),
        ("q=drone", "reports-selected"),
    ] {
        let items = ids_of(&walk(&server, &format!("{ITEMS}?{query}&limit=40")));
        let export = server.get(&format!("{EXPORT}?f=geojson&{query}"));
        assert_eq!(export.ids(), items, "{query}");
        assert_eq!(
            export.header("content-disposition").as_deref(),
            Some(&*format!("attachment; filename=\"{name}.geojson\""))
        );
        let lines = server.get(&format!("{EXPORT}?f=geojsonl&{query}"));
        let ids: Vec<String> = lines
            .text()
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["id"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(ids, items, "{query}");
        let table = server.get(&format!("{EXPORT}?f=csv&{query}"));
        assert_eq!(
            table.header("content-type").as_deref(),
            Some("text/csv; charset=utf-8")
        );
        let rows = table.text().lines().skip(1);
        let ids: Vec<&str> = rows.map(|row| row.split(',').next().unwrap()).collect();
        assert_eq!(ids, items, "{query}");
    }
    let export = server.get(&format!("{EXPORT}?near=45,35&limit=3"));
    assert_eq!(export.ids().len(), 3);
    assert_eq!(export.json()["attribution"], "© the reporters");
    assert_eq!(
        export.header("link").as_deref(),
        Some("<https://creativecommons.org/licenses/by/4.0/>; rel=\"license\"")
    );
}
