//! The OpenAPI document against the routes and the layers.

use std::collections::BTreeSet;
use std::sync::Arc;

use bordermap::http::kit::escape::escaped;
use bordermap::http::kit::selection::RESERVED;
use bordermap::http::paths;
use bordermap::http::server::options::Options;
use bordermap::live::LiveAtlas;
use bordermap::seed::seed;
use serde_json::Value as Json;

use crate::support::memory::MemoryStore;
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
    let routes: BTreeSet<String> = paths()
        .map(str::to_owned)
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
    let all = described(&document, &document["paths"]["/collections/reports/items"]);
    for name in RESERVED {
        assert!(all.iter().any(|own| own["name"] == name), "{name}");
    }
}

/// The parameters of a path, whole.
pub fn described<'a>(document: &'a Json, entry: &'a Json) -> Vec<&'a Json> {
    let parameters = entry["get"]["parameters"].as_array().unwrap();
    let resolved = parameters.iter().map(|parameter| {
        let target = parameter["$ref"].as_str();
        target.map_or(parameter, |target| {
            document.pointer(target.trim_start_matches('#')).unwrap()
        })
    });
    resolved.collect()
}

/// An example as it stands in an address.
pub fn written(example: &Json) -> String {
    let plain = |value: &Json| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    let text = match example.as_array() {
        Some(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        None => plain(example),
    };
    escaped(&text).into_owned()
}

/// The path of an entry with examples in place of what varies.
pub fn filled(path: &str, parameters: &[&Json]) -> String {
    parameters
        .iter()
        .filter(|parameter| parameter["in"] == "path")
        .fold(path.to_owned(), |path, parameter| {
            let name = parameter["name"].as_str().unwrap();
            let example = written(&parameter["example"]).replace('/', "%2F");
            path.replace(&format!("{{{name}}}"), &example)
        })
}

#[test]
fn exactly_what_is_described_is_taken() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    for (path, entry) in document["paths"].as_object().unwrap() {
        let parameters = described(&document, entry);
        let described: BTreeSet<&str> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let path = format!("/api{}", filled(path, &parameters));
        // The layer's fields are parameters of the endpoints that count along the border.
        let query = if described.contains("layer") {
            "layer=reports&"
        } else {
            ""
        };
        let problem = server.get(&format!("{path}?{query}%01=1")).problem(400);
        let errors = problem["errors"].as_array().unwrap();
        let unknown = errors.iter().find(|fault| fault["parameter"] == "\u{1}");
        let detail = unknown.unwrap()["detail"].as_str().unwrap();
        let known = detail
            .split_once("there are:")
            .map_or("", |(_, known)| known);
        let taken: BTreeSet<&str> = known.split(',').map(str::trim).collect();
        let taken: BTreeSet<&str> = taken.into_iter().filter(|name| !name.is_empty()).collect();
        if query.is_empty() {
            assert_eq!(described, taken, "{path}");
        } else {
            assert!(
                described.is_subset(&taken),
                "{path}: {described:?} {taken:?}"
            );
        }
    }
}

#[test]
fn what_any_request_can_meet_is_described() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    let long = server.get(&format!("/api/conformance?q={}", "x".repeat(10_000)));
    long.problem(414);
    for (path, entry) in document["paths"].as_object().unwrap() {
        let responses = entry["get"]["responses"].as_object().unwrap();
        for status in ["304", "413", "414", "421", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{path} has no {status}");
        }
    }
}

#[test]
fn every_example_runs_on_the_shipped_data() {
    let store = Arc::new(MemoryStore::default());
    let live = LiveAtlas::open(store).unwrap();
    seed(&live).unwrap();
    let server = Server::over(live, Options::default());
    let document = server.get("/api/openapi.json").json();
    let mut examples = 0;
    for (path, entry) in document["paths"].as_object().unwrap() {
        let parameters = described(&document, entry);
        let path = format!("/api{}", filled(path, &parameters));
        assert!(!path.contains('{'), "{path}");
        let answers = entry["get"]["responses"]["200"]["content"]
            .as_object()
            .unwrap();
        let check = |query: &str| {
            let reply = server.get(&format!("{path}?{query}"));
            assert_eq!(reply.status, 200, "{path}?{query}: {}", reply.text());
            let media = reply.header("content-type").unwrap();
            let bare = media.split(';').next().unwrap();
            let is_described = answers
                .keys()
                .any(|own| own.split(';').next() == Some(bare));
            assert!(is_described, "{path}?{query} is {media}");
        };
        let named = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query" && parameter.get("example").is_some());
        let named: Vec<(String, bool)> = named
            .map(|parameter| {
                let name = parameter["name"].as_str().unwrap();
                let pair = format!("{name}={}", written(&parameter["example"]));
                (pair, parameter["required"] == true)
            })
            .collect();
        let required = named.iter().filter(|(_, required)| *required);
        let required: String = required.flat_map(|(pair, _)| [pair, "&"]).collect();
        for (pair, _) in &named {
            // A radius is around something.
            let around = if pair.starts_with("radius") {
                "near=46.18,35.52&"
            } else {
                ""
            };
            check(&format!("{required}{around}{pair}"));
        }
        let all: Vec<&str> = named.iter().map(|(pair, _)| pair.as_str()).collect();
        check(&all.join("&"));
        examples += all.len();
    }
    assert!(examples > 300, "{examples}");
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
