//! How features are shown: in another coordinate reference system, with some of their properties.

use bordermap::format::FORMATS;
use serde_json::{Value as Json, json};

use crate::support::server::Server;

const ITEMS: &str = "/api/collections/reports/items";
const EPSG: &str = "http://www.opengis.net/def/crs/EPSG/0";

fn coordinates(feature: &Json) -> [f64; 2] {
    let at = &feature["geometry"]["coordinates"];
    [0, 1].map(|axis| at[axis].as_f64().unwrap())
}

#[test]
fn positions_come_in_the_system_that_was_asked_for() {
    let server = Server::start();
    let plain = server.get(&format!("{ITEMS}/r-007"));
    let crs84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";
    assert_eq!(plain.header("content-crs").as_deref(), Some(crs84));
    assert_eq!(coordinates(&plain.json()), [44.56, 34.0]);
    // gdaltransform 3.6 (PROJ 9.1) of 44.56 34.
    let check = |code: u32, expected: [f64; 2]| {
        for path in [
            format!("{ITEMS}/r-007?crs={EPSG}/{code}"),
            format!("{ITEMS}?id=r-007&crs={EPSG}/{code}"),
            format!("/api/collections/reports/export?id=r-007&crs={EPSG}/{code}"),
            format!("/api/collections/reports/export?f=geojsonl&id=r-007&crs={EPSG}/{code}"),
        ] {
            let reply = server.get(&path);
            let header = format!("<{EPSG}/{code}>");
            assert_eq!(reply.header("content-crs"), Some(header), "{path}");
            let mut document = reply.json();
            let feature = match document.get_mut("features") {
                Some(features) => features[0].take(),
                None => document,
            };
            assert_eq!(coordinates(&feature), expected, "{path}");
            let mut rest = feature.clone();
            rest["geometry"]["coordinates"] = json!([44.56, 34.0]);
            let mut expected = plain.json();
            for document in [&mut rest, &mut expected] {
                document.as_object_mut().unwrap().remove("links");
            }
            assert_eq!(rest, expected, "nothing else changes");
        }
    };
    check(4326, [34.0, 44.56]);
    check(3857, [4_960_396.510, 4_028_802.026]);
    check(32638, [459_366.803, 3_762_243.224]);
    check(32639, [-95_191.978, 3_780_908.068]);
    let short = server.get(&format!("{ITEMS}/r-007?crs=[EPSG:4326]"));
    assert_eq!(coordinates(&short.json()), [34.0, 44.56]);
}

#[test]
fn a_layer_lists_the_systems_that_fit_it() {
    let server = Server::start();
    let reports = server.get("/api/collections/reports").json();
    let all = ["32638", "32639", "3857", "4326"].map(|code| format!("{EPSG}/{code}"));
    let mut listed: Vec<String> = serde_json::from_value(reports["crs"].clone()).unwrap();
    assert_eq!(listed.remove(0), reports["storageCrs"].as_str().unwrap());
    listed.sort();
    assert_eq!(listed, all);
    // It has a feature at the pole.
    let shapes = server.get("/api/collections/shapes").json();
    assert_eq!(shapes["crs"].as_array().unwrap().len(), 2);
    server
        .get(&format!("/api/collections/shapes/items?crs={EPSG}/32638"))
        .problem(400);
    for wrong in ["crs=", "crs=EPSG:1", "bbox-crs=x&bbox=1,2,3,4"] {
        server.get(&format!("{ITEMS}?{wrong}")).problem(400);
    }
}

#[test]
fn a_file_is_in_the_system_that_was_asked_for_or_says_that_it_cannot() {
    let server = Server::start();
    for form in FORMATS {
        let name = form.names[0];
        for door in ["items", "export"] {
            for code in [4326, 3857, 32638, 32639] {
                let path = format!("/api/collections/reports/{door}?f={name}&crs={EPSG}/{code}");
                let reply = server.get(&path);
                if form.has_systems {
                    let header = format!("<{EPSG}/{code}>");
                    assert_eq!(reply.header("content-crs"), Some(header), "{path}");
                } else {
                    let problem = reply.problem(400);
                    let error = &problem["errors"][0];
                    assert_eq!(error["parameter"], "crs");
                    let detail = error["detail"].as_str().unwrap();
                    assert!(detail.starts_with(form.title), "{detail}");
                }
            }
        }
    }
}

#[test]
fn a_box_in_another_system_selects_what_lies_in_it() {
    let server = Server::start();
    let check = |code: u32, sides: [f64; 4]| {
        let [w, s, e, n] = sides;
        let asked = format!("{ITEMS}?limit=10000&crs={EPSG}/{code}");
        let everything = server.get(&asked).json();
        let inside = everything["features"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|feature| {
                feature["geometry"].is_object() && {
                    let [x, y] = coordinates(feature);
                    w <= x && x <= e && s <= y && y <= n
                }
            });
        let expected: Vec<&str> = inside
            .map(|feature| feature["id"].as_str().unwrap())
            .collect();
        let boxed = format!("{asked}&bbox-crs={EPSG}/{code}&bbox={w},{s},{e},{n}");
        assert_eq!(server.get(&boxed).ids(), expected, "{code}");
        assert!(expected.len() > 10 && expected.len() < 250, "{code}");
    };
    check(4326, [34.1, 44.2, 35.3, 45.1]);
    check(3857, [4_910_000.0, 4_020_000.0, 5_010_000.0, 4_200_000.0]);
    check(32638, [420_000.0, 3_770_000.0, 545_000.0, 3_925_000.0]);
    check(32639, [-140_000.0, 3_780_000.0, 60_000.0, 3_950_000.0]);
    let six = server.get(&format!(
        "{ITEMS}?bbox-crs={EPSG}/4326&bbox=34.1,44.2,0,35.3,45.1,9"
    ));
    assert_eq!(six.status, 200);
    for wrong in ["545000,3770000,420000,3925000", "1,2,3", "0,0,9e9,9e9"] {
        let path = format!("{ITEMS}?bbox-crs={EPSG}/32638&bbox={wrong}");
        server.get(&path).problem(400);
    }
}

#[test]
fn only_the_properties_that_were_asked_for_are_told() {
    let server = Server::start();
    let check = |query: &str, expected: &[&str]| {
        let page = server.get(&format!("{ITEMS}?limit=3&{query}")).json();
        let export = server
            .get(&format!("/api/collections/reports/export?limit=3&{query}"))
            .json();
        for feature in [&page["features"], &export["features"]] {
            let properties = feature[0]["properties"].as_object().unwrap();
            assert_eq!(properties.keys().collect::<Vec<_>>(), expected, "{query}");
        }
    };
    check("properties=title", &["title"]);
    check("properties=sources,title,title", &["title", "sources"]);
    check(
        "properties=border_km&near=45,35",
        &["border_km", "distance_m"],
    );
    let one = server.get(&format!("{ITEMS}/r-007?properties=dead")).json();
    assert_eq!(one["properties"], json!({ "dead": 2 }));
    let page = server.get(&format!("{ITEMS}?limit=3&f=html&properties=dead"));
    assert!(
        !page.text().contains("<span>crossing-status"),
        "{}",
        page.text()
    );
    for wrong in [
        "properties=",
        "properties=nothing",
        "properties=title,",
        "properties=geometry",
    ] {
        server.get(&format!("{ITEMS}?{wrong}")).problem(400);
    }
}
