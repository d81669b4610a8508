//! The OpenAPI document against the routes and the layers.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use bordermap::http::ROUTES;
use bordermap::http::params::RESERVED;

use crate::support::server::Server;

#[test]
fn every_route_is_described_and_every_description_has_a_route() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(|path| {
            let path = ["reports", "shapes", "border"]
                .iter()
                .fold(path.clone(), |path, layer| {
                    path.replace(&format!("/collections/{layer}"), "/collections/{layer}")
                });
            format!("/api{path}").trim_end_matches('/').to_owned()
        })
        .collect();
    let routes: BTreeSet<String> = ROUTES
        .iter()
        .map(|route| route.path.to_owned())
        .filter(|path| path.starts_with("/api") && path != "/api/style.css")
        .collect();
    assert_eq!(described, routes);
}

#[test]
fn every_reference_leads_somewhere_and_ids_are_unique() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    let mut references = Vec::new();
    let mut ids = Vec::new();
    visit(&document, &mut |key, value| match (key, value.as_str()) {
        ("$ref", Some(target)) => references.push(target.to_owned()),
        ("operationId", Some(id)) => ids.push(id.to_owned()),
        _ => {}
    });
    for reference in &references {
        assert!(
            document
                .pointer(reference.trim_start_matches('#'))
                .is_some(),
            "{reference}"
        );
    }
    let distinct: BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(references.len() > 20 && ids.len() > 10);
}

#[test]
fn the_suites_find_what_they_look_for() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    assert_eq!(document["openapi"], "3.0.3");
    assert_eq!(
        document["servers"][0]["url"],
        format!("{}/api", server.base())
    );
    for path in ["/conformance", "/collections", "/collections/reports/items"] {
        assert!(document["paths"][path]["get"].is_object(), "{path}");
    }
    let parameters = &document["components"]["parameters"];
    insta::assert_json_snapshot!([&parameters["limit"]["schema"], &parameters["bbox"]]);
    let items = document["paths"]["/collections/reports/items"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let own = items
        .iter()
        .filter_map(|parameter| parameter["name"].as_str());
    let own: Vec<&str> = own.collect();
    assert!(
        own.contains(&"category") && own.contains(&"border_side"),
        "{own:?}"
    );
    assert!(!own.contains(&"sources"), "a list cannot be asked for");
    for name in RESERVED {
        assert!(
            document["components"]["parameters"].get(name).is_some(),
            "{name}"
        );
    }
}

#[test]
fn every_described_parameter_is_taken() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    for (path, entry) in document["paths"].as_object().unwrap() {
        for parameter in entry["get"]["parameters"].as_array().unwrap() {
            let parameter = match parameter["$ref"].as_str() {
                Some(target) => document.pointer(target.trim_start_matches('#')).unwrap(),
                None => parameter,
            };
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let reply = server.get(&format!("/api{path}?{name}=%01"));
            let told = reply.text();
            assert!(
                !told.contains("there is no such parameter"),
                "{path} {name}: {told}"
            );
        }
    }
}

fn visit(value: &Json, see: &mut impl FnMut(&str, &Json)) {
    match value {
        Json::Object(members) => {
            for (key, value) in members {
                see(key, value);
                visit(value, see);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| visit(item, see)),
        _ => {}
    }
}
