//! What problem documents say for programs: the code of each fault, its place, its bounds.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::support::server::Server;

const ITEMS: &str = "/api/collections/reports/items";
const BOW: &str = "POLYGON((46 35,47 36,47 35,46 36,46 35))";

/// A query of the reports that is wrong, and the code of its fault.
const QUERIES: [(&str, &str); 20] = [
    ("q=", "empty"),
    ("q=,", "empty"),
    ("q=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "too-many"),
    ("properties=nobody", "unknown-property"),
    ("sortby=nobody", "unknown-property"),
    ("sortby=sources", "not-sortable"),
    ("sortby=dead,dead", "repeated-property"),
    ("crs=EPSG:9999", "not-one-of"),
    ("bbox-crs=EPSG:9999&bbox=1,2,3,4", "not-one-of"),
    ("bbox-crs=[EPSG:32638]&bbox=0,0,1e9,1e9", "out-of-reach"),
    ("bbox-crs=[EPSG:32638]&bbox=2,2,1,1", "reversed-box"),
    ("bbox-crs=[EPSG:32638]&bbox=2,2,1", "not-a-box"),
    ("filter-lang=sql&filter=true", "not-one-of"),
    ("filter-crs=EPSG:9999&filter=true", "not-one-of"),
    ("csv-geometry=wkt", "not-for-format"),
    ("f=csv&csv-geometry=wkb", "not-one-of"),
    ("safe=true", "not-for-format"),
    ("f=csv&safe=perhaps", "not-a-boolean"),
    ("f=kml&crs=[EPSG:4326]", "not-for-format"),
    ("date=soon", "not-a-date"),
];

/// Paths, without the filters of items, and the code of their fault.
const PATHS: [(&str, &str); 9] = [
    ("/api/border/profile?layer=border", "not-along-border"),
    ("/api/border/profile?layer=reports&bin_km=x", "not-a-number"),
    (
        "/api/border/profile?layer=reports&bin_km=1e9",
        "out-of-range",
    ),
    (
        "/api/border/profile?layer=reports&bin_km=1&interval=day&datetime=0001-01-01/9999-01-01",
        "too-fine",
    ),
    (
        "/api/border/compare?layer=reports&at=2023-03-19&window=x",
        "not-a-duration",
    ),
    (
        "/api/border/compare?layer=reports&at=2023-03-19&window=0d",
        "out-of-range",
    ),
    (
        "/api/border/compare?layer=reports&at=9999-03-19&window=365d",
        "beyond-calendar",
    ),
    ("/api/border/compare?layer=reports&at=soon", "not-a-date"),
    (
        "/api/tiles/WebMercatorQuad/0/0/0?collections=nobody",
        "unknown-layer",
    ),
];

/// Filters, and the code of their fault.
const FILTERS: [(&str, &str); 29] = [
    ("dead > ", "filter-syntax"),
    ("dead = 'x", "filter-syntax"),
    ("dead ; 1", "filter-syntax"),
    ("title LIKE dead", "wrong-type"),
    ("nobody = 1", "unknown-property"),
    ("dead = 'x'", "wrong-type"),
    ("dead", "wrong-type"),
    ("dead > 1e999", "not-a-number"),
    ("dead IN ()", "empty"),
    ("nobody(1)", "unknown-function"),
    ("distance_m(geometry) < 5", "wrong-count"),
    ("casei(title, title) = 'x'", "wrong-count"),
    ("date = DATE('soon')", "not-a-date"),
    ("t_intersects(date, INTERVAL('soon', '..'))", "wrong-type"),
    (
        "t_intersects(date, INTERVAL('2023-02-01', '2023-01-01'))",
        "reversed-interval",
    ),
    ("s_intersects(geometry, BBOX(1, 2, 3))", "not-a-box"),
    ("s_intersects(geometry, BBOX(1, 2, 3, 1))", "reversed-box"),
    ("s_intersects(geometry, POINT(181 35))", "out-of-range"),
    ("s_intersects(geometry, POINT(45))", "not-a-position"),
    ("s_intersects(geometry, POINT(45 35)", "filter-syntax"),
    ("s_intersects(geometry, POINT Z EMPTY)", "too-few-positions"),
    (
        "s_intersects(geometry, POLYGON((45 35 46 36)",
        "not-a-geometry",
    ),
    (
        "s_intersects(geometry, POLYGON((46 35,47 36,47 35,46 36)))",
        "ring-not-closed",
    ),
    (
        "s_intersects(geometry, LINESTRING(46 35,46 35))",
        "too-few-positions",
    ),
    (
        "s_intersects(geometry, POLYGON((46 35,47 35,46 35,46 35)))",
        "too-few-positions",
    ),
    (
        "s_intersects(geometry, POLYGON((46 35,47 36,48 37,46 35)))",
        "overlapping-edges",
    ),
    (
        "s_intersects(geometry, POLYGON((40 30,44 30,44 34,40 34,40 30),(50 30,51 30,51 31,50 30)))",
        "hole-outside",
    ),
    (
        "s_intersects(geometry, MULTIPOLYGON(((40 30,44 30,44 34,40 34,40 30)),((41 31,42 31,42 32,41 31))))",
        "area-in-area",
    ),
    (
        "s_intersects(geometry, POLYGON((40 30,50 30,50 40,40 40,40 30),(40 35,45 34,50 35,45 36,40 35)))",
        "parted-area",
    ),
];

fn escaped(text: &str) -> String {
    let bytes = text.bytes().map(|byte| format!("%{byte:02X}"));
    bytes.collect()
}

/// The first fault of an answer that is a problem.
fn fault(server: &Server, path: &str) -> Json {
    let problem = server.get(path).problem(400);
    assert_eq!(problem["code"], "invalid-parameters", "{path}: {problem}");
    problem["errors"][0].clone()
}

fn filtered(filter: &str) -> String {
    format!("{ITEMS}?filter={}", escaped(filter))
}

#[test]
fn every_fault_says_by_its_code_what_it_is() {
    let server = Server::start();
    let queries = QUERIES.iter();
    let queries = queries.map(|(query, code)| (format!("{ITEMS}?{query}"), *code));
    let filters = FILTERS.iter();
    let filters = filters.map(|(filter, code)| (filtered(filter), *code));
    let paths = PATHS.iter();
    let paths = paths.map(|(path, code)| ((*path).to_owned(), *code));
    let long = format!("{ITEMS}?q={}", "x".repeat(501));
    let deep = filtered(&"(".repeat(60));
    let json = format!("{ITEMS}?filter-lang=cql2-json&filter=%7B");
    let more = [(long, "too-long"), (deep, "too-deep"), (json, "not-json")];
    for (path, code) in queries.chain(filters).chain(paths).chain(more) {
        let fault = fault(&server, &path);
        assert_eq!(fault["code"], code, "{path}: {fault}");
    }
}

#[test]
fn a_fault_says_where_it_is() {
    let server = Server::start();
    let crossing = filtered(&format!("dead > 1 AND s_intersects(geometry, {BOW})"));
    let crossing = fault(&server, &crossing);
    assert_eq!(crossing["code"], "self-crossing");
    assert_eq!(crossing["position"], json!([46.5, 35.5]));
    assert_eq!(crossing["offset"], 36);

    // Characters, not bytes; and longitude and latitude, whatever the filter is given in.
    let fault_of = |query: String| fault(&server, &format!("{ITEMS}?{query}"));
    let behind = fault_of(format!("filter={}", escaped("title = 'é' AND dead > ")));
    assert_eq!(
        (&behind["code"], &behind["offset"]),
        (&json!("filter-syntax"), &json!(23))
    );
    let swapped = escaped("s_intersects(geometry, POLYGON((35 46,36 47,35 47,36 46,35 46)))");
    let swapped = fault_of(format!("filter-crs=EPSG:4326&filter={swapped}"));
    assert_eq!(swapped["position"], json!([46.5, 35.5]));
    let open = escaped("s_intersects(geometry, POLYGON((35 46,36 47,35 47,36 46)))");
    let open = fault_of(format!("filter-crs=EPSG:4326&filter={open}"));
    assert_eq!(
        (&open["code"], &open["position"]),
        (&json!("ring-not-closed"), &Json::Null)
    );
    let polygon = json!({ "op": "s_intersects", "args": [{ "property": "geometry" },
        { "type": "Polygon", "coordinates": [[[46, 35], [47, 36], [47, 35], [46, 36], [46, 35]]] }] });
    let polygon = escaped(&polygon.to_string());
    let polygon = fault_of(format!("filter-lang=cql2-json&filter={polygon}"));
    assert_eq!(polygon["position"], json!([46.5, 35.5]));
}

#[test]
fn a_number_out_of_range_has_bounds() {
    let server = Server::start();
    let check = |query: &str, bounds: [f64; 2]| {
        let fault = fault(&server, &format!("{ITEMS}?{query}"));
        assert_eq!(fault["code"], "out-of-range", "{fault}");
        let told = [&fault["min"], &fault["max"]].map(Json::as_f64);
        assert_eq!(told, bounds.map(Some), "{fault}");
    };
    check("limit=0", [1.0, 10_000.0]);
    check("near=181,35", [-180.0, 180.0]);
    check("near=45,95", [-90.0, 90.0]);
    check("near=45,35&radius=2001km", [0.0, 2_000_000.0]);
    check("bbox=1,2,3,95", [-90.0, 90.0]);
}

#[test]
fn the_description_lists_the_codes() {
    let server = Server::start();
    let api = server.get("/api/openapi.json").json();
    let schemas = &api["components"]["schemas"];
    let listed = |of: &Json| -> BTreeSet<String> {
        let names = of["properties"]["code"]["enum"].as_array().unwrap().iter();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let faults = listed(&schemas["fault"]);
    let page = server.get("/api/docs");
    let documented = page.text();
    for code in faults.iter().chain(&listed(&schemas["problem"])) {
        assert!(
            documented.contains(&format!("<code>{code}</code>")),
            "{code}"
        );
    }
    let tried = QUERIES.iter().chain(&FILTERS).chain(&PATHS);
    for (_, code) in tried {
        assert!(faults.contains(*code), "{code}");
    }
}
