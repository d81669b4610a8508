//! What a layer's properties are, to ask for and to order by.

use bordermap::http::kit::escape::escaped;
use serde_json::Value as Json;

use crate::support::server::Server;

const LAYER: &str = "/api/collections/reports";

fn names(document: &Json) -> Vec<&str> {
    let properties = document["properties"].as_object().unwrap();
    properties.keys().map(String::as_str).collect()
}

#[test]
fn a_layer_tells_its_properties() {
    let server = Server::start();
    let check = |kind: &str, expected: &[&str]| {
        let reply = server.get(&format!("{LAYER}/{kind}"));
        assert_eq!(
            reply.header("content-type").as_deref(),
            Some("application/schema+json")
        );
        let document = reply.json();
        assert_eq!(names(&document), expected, "{kind}");
        let here = format!("{}{LAYER}/{kind}", server.base());
        assert_eq!(document["$id"], here);
        let dialect = "https://json-schema.org/draft/2020-12/schema";
        assert_eq!(document["$schema"], dialect);
        assert_eq!(document["additionalProperties"], false);
        let rel = format!("http://www.opengis.net/def/rel/ogc/1.0/{kind}");
        assert_eq!(server.get(LAYER).links(&rel), [here]);
        let accept = [("Accept", "application/schema+json")];
        assert_eq!(
            server
                .client()
                .get(&format!("{LAYER}/{kind}"), &accept)
                .json(),
            document
        );
        let page = server.get(&format!("{LAYER}/{kind}?f=html"));
        assert!(page.text().contains("<code>border_km</code>"), "{kind}");
        document
    };
    let fields = ["title", "category", "date", "dead", "score", "checked"];
    let derived = [
        "border_km",
        "border_distance_m",
        "border_segment",
        "border_side",
    ];
    let all = [&["id", "geometry"], &fields[..], &["sources"], &derived].concat();
    let document = check("schema", &all);
    insta::assert_json_snapshot!([
        &document["properties"]["geometry"],
        &document["properties"]["category"],
        &document["properties"]["date"],
        &document["properties"]["border_km"],
        &document["required"],
    ]);
    let asked = [&["id", "geometry"], &fields[..], &derived].concat();
    check("queryables", &asked);
    check("sortables", &[&["id"], &fields[..], &derived].concat());
}

/// OGC 19-079r2 /req/queryables-query-parameters/parameters.
#[test]
fn every_simple_queryable_is_a_parameter_with_its_schema() {
    let server = Server::start();
    let definition = server.get("/api/openapi.json").json();
    let parameters = &definition["paths"]["/collections/reports/items"]["get"]["parameters"];
    let resolved = parameters.as_array().unwrap().iter().map(|parameter| {
        let target = parameter["$ref"].as_str();
        target.map_or(parameter, |target| {
            definition.pointer(target.trim_start_matches('#')).unwrap()
        })
    });
    let resolved: Vec<&Json> = resolved.collect();
    let queryables = server.get(&format!("{LAYER}/queryables")).json();
    let first = &server.get(&format!("{LAYER}/items?id=r-125")).json()["features"][0];
    for (name, property) in queryables["properties"].as_object().unwrap() {
        if name == "geometry" {
            continue;
        }
        let parameter = resolved
            .iter()
            .find(|parameter| parameter["name"] == **name);
        let schema = &parameter.unwrap_or_else(|| panic!("{name}"))["schema"];
        for member in ["type", "enum"] {
            assert_eq!(schema[member], property[member], "{name}");
        }
        let value = if name == "id" {
            &first["id"]
        } else {
            &first["properties"][name]
        };
        // Without provinces there is no side.
        assert_eq!(value.is_null(), name == "border_side", "{name}");
        if value.is_null() {
            continue;
        }
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let found = server
            .get(&format!(
                "{LAYER}/items?{name}={}&id=r-125",
                escaped(&value)
            ))
            .ids();
        assert_eq!(found, ["r-125"], "{name}={value}");
    }
    let found = server
        .get(&format!("{LAYER}/items?id=r-004&id=r-002&id=nobody"))
        .ids();
    assert_eq!(found, ["r-002", "r-004"]);
}

#[test]
fn features_come_in_the_order_that_was_asked_for() {
    let server = Server::start();
    let items = format!("{LAYER}/items");
    let mut path = format!("{items}?sortby=-dead,%2Bcategory,-id&limit=60");
    let mut paged = Vec::new();
    let mut keys = Vec::new();
    loop {
        let page = server.get(&path);
        paged.extend(page.ids());
        for feature in page.json()["features"].as_array().unwrap() {
            let properties = &feature["properties"];
            keys.push((
                std::cmp::Reverse(properties["dead"].as_i64().unwrap()),
                properties["category"].as_str().unwrap().to_owned(),
                std::cmp::Reverse(feature["id"].as_str().unwrap().to_owned()),
            ));
        }
        match page.links("next").first() {
            Some(next) => path = next.strip_prefix(&server.base()).unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(paged.len(), 250);
    assert!(keys.is_sorted());
    let export = format!("{LAYER}/export?f=geojson&sortby=-dead,category,-id");
    assert_eq!(server.get(&export).ids(), paged);
    assert_eq!(server.get(&format!("{export}&limit=7")).ids(), paged[..7]);
    // What has no date comes last, up and down; a plus sign may arrive as a space.
    for sortby in ["+date", "-date"] {
        let found = server
            .get(&format!("{items}?sortby={sortby}&limit=10000"))
            .ids();
        assert_eq!(found.last().unwrap(), "r-014", "{sortby}");
    }
    let near = format!("{items}?near=45,35&radius=60km&sortby=-id");
    let found = server.get(&near);
    let mut by_distance = server.get(&near.replace("&sortby=-id", "")).ids();
    by_distance.sort_by(|a, b| b.cmp(a));
    assert_eq!(found.ids(), by_distance);
    assert!(
        found.json()["features"][0]["properties"]["distance_m"]
            .as_f64()
            .unwrap()
            < 60e3
    );
    for wrong in [
        "sortby=",
        "sortby=sources",
        "sortby=dead,dead",
        "sortby=-id&cursor=69",
        "sortby=-dead&cursor=73742e61",
    ] {
        let problem = server.get(&format!("{items}?{wrong}")).problem(400);
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{problem}");
    }
}

#[test]
fn words_are_found_however_they_are_written() {
    let server = Server::start();
    let check = |q: &str, expected: usize| {
        let found = server.get(&format!("{LAYER}/items?q={q}&limit=10000"));
        assert_eq!(found.ids().len(), expected, "{q}");
        assert_eq!(found.json()["numberMatched"], expected);
        let export = server.get(&format!("{LAYER}/export?q={q}"));
        assert_eq!(export.ids().len(), expected, "{q}");
    };
    check("REPORT", 250);
    check("%3C7%3E", 1);
    check("report%20%20%3C7%3E,nothing,%3C12", 11 + 1);
    // تقریر with a Persian ye, تقرير with an Arabic one
    check("%D8%AA%D9%82%D8%B1%DB%8C%D8%B1", 250);
    check(
        "7%3E+%D8%AA%D9%82%D8%B1%D9%8A%D8%B1&category=crossing-status",
        9,
    );
    // A closed list of values is no text.
    check("clash", 0);
    server.get(&format!("{LAYER}/items?q=,")).problem(400);
    let counted =
        server.get("/api/border/profile?layer=reports&q=%3C7%3E&bin_km=500&interval=year");
    assert_eq!(counted.status, 200, "{}", counted.text());
}
