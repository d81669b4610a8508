//! No answer has a status, a header or a member that the API's description does not tell of.

use std::collections::BTreeSet;
use std::sync::Arc;

use bordermap::http::server::options::Options;
use bordermap::live::LiveAtlas;
use bordermap::seed::seed;
use serde_json::Value as Json;

use super::description::{described, filled, written};
use crate::support::client::Reply;
use crate::support::memory::MemoryStore;
use crate::support::server::Server;

/// Headers of any answer, whatever it is of: of the connection, of the content, of caches, and for browsers.
const OF_ANY_ANSWER: [&str; 15] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "transfer-encoding",
    "cache-control",
    "vary",
    "x-request-id",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
];
/// Queries that go wrong, or of which there is more to say.
const FURTHER: [&str; 8] = [
    "nonsense=1",
    "f=nonsense",
    "near=35.52,46.18&bbox=35,46,36,47&f=csv",
    "near=35.52,46.18&f=json",
    "limit=1&f=csv",
    "explain=true&near=46,35&q=border",
    "try=locate&point=46,35",
    "crs=http://www.opengis.net/def/crs/EPSG/0/3857",
];
/// Members of an array that are looked at.
const MEMBERS_MAX: usize = 20;

/// What a reference leads to.
fn resolved<'a>(document: &'a Json, schema: &'a Json) -> &'a Json {
    let target = schema["$ref"].as_str();
    target.map_or(schema, |target| {
        document.pointer(target.trim_start_matches('#')).unwrap()
    })
}

/// The members of a value that its schema does not tell of, and those that it requires and the value has not. A schema
/// without properties tells of any.
fn undescribed(document: &Json, schema: &Json, value: &Json, at: &str) -> BTreeSet<String> {
    let schema = resolved(document, schema);
    if let Some(either) = schema["anyOf"].as_array() {
        let all = either.iter();
        let all = all.map(|schema| undescribed(document, schema, value, at));
        return all.min_by_key(BTreeSet::len).unwrap();
    }
    let mut found = BTreeSet::new();
    if let (Some(own), Some(members)) = (schema["properties"].as_object(), value.as_object()) {
        for (name, member) in members {
            let here = format!("{at}/{name}");
            match own.get(name) {
                Some(schema) => found.extend(undescribed(document, schema, member, &here)),
                None => {
                    found.insert(here);
                }
            }
        }
    }
    if let (Some(required), Some(members)) = (schema["required"].as_array(), value.as_object()) {
        let required = required.iter().map(|name| name.as_str().unwrap());
        let missing = required.filter(|name| !members.contains_key(*name));
        found.extend(missing.map(|name| format!("{at}/{name}, which is missing")));
    }
    if let (Some(items), Some(members)) = (schema.get("items"), value.as_array()) {
        for member in members.iter().take(MEMBERS_MAX) {
            found.extend(undescribed(document, items, member, &format!("{at}/*")));
        }
    }
    found
}

/// What an answer has that its operation does not tell of.
fn untold(document: &Json, operation: &Json, reply: &Reply) -> BTreeSet<String> {
    let response = &operation["responses"][reply.status.to_string()];
    if response.is_null() {
        return BTreeSet::from([format!("the status {}", reply.status)]);
    }
    let own = response["headers"].as_object();
    let own: Vec<String> = own
        .into_iter()
        .flat_map(|own| own.keys().map(|name| name.to_lowercase()))
        .collect();
    let headers = reply.headers.iter().map(|(name, _)| name.to_lowercase());
    let headers = headers.filter(|name| !OF_ANY_ANSWER.contains(&&**name) && !own.contains(name));
    let mut found: BTreeSet<String> = headers.map(|name| format!("the header {name}")).collect();
    let media = reply.header("content-type").unwrap_or_default();
    let Some(content) = response["content"].as_object() else {
        return found;
    };
    let bare = media.split(';').next().unwrap();
    let Some(described) = content.get(&*media).or_else(|| content.get(bare)) else {
        found.insert(format!("the media type {media}"));
        return found;
    };
    let is_json = bare == "application/json" || bare.ends_with("+json");
    if is_json && !reply.body.is_empty() {
        let schema = &described["schema"];
        let members = undescribed(document, schema, &reply.json(), "");
        found.extend(members.iter().map(|at| format!("the member {at}")));
    }
    found
}

#[test]
fn no_answer_has_what_is_not_described() {
    let live = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
    seed(&live).unwrap();
    let server = Server::over(live, Options::default());
    let document = server.get("/api/openapi.json").json();
    let (mut answers, mut faults) = (0, BTreeSet::new());
    for (path, entry) in document["paths"].as_object().unwrap() {
        let parameters = described(&document, entry);
        let path = format!("/api{}", filled(path, &parameters));
        let in_query = parameters.iter().filter(|own| own["in"] == "query");
        let in_query: Vec<&&Json> = in_query.collect();
        let pair = |own: &Json, value: &Json| {
            format!("{}={}", own["name"].as_str().unwrap(), written(value))
        };
        let required = in_query.iter().filter(|own| own["required"] == true);
        let required: Vec<String> = required.map(|own| pair(own, &own["example"])).collect();
        let encodings = in_query.iter().filter(|own| own["name"] == "f");
        let encodings = encodings.flat_map(|own| own["schema"]["enum"].as_array().unwrap());
        let encodings = encodings.map(|f| format!("f={}", f.as_str().unwrap()));
        let examples = in_query.iter().filter(|own| own.get("example").is_some());
        let examples = examples.map(|own| pair(own, &own["example"]));
        let further = FURTHER.iter().map(|query| (*query).to_owned());
        for query in encodings.chain(examples).chain(further) {
            let query = [&required[..], &[query]].concat().join("&");
            let reply = server.get(&format!("{path}?{query}"));
            let untold = untold(&document, &entry["get"], &reply);
            let untold = untold.into_iter();
            faults.extend(untold.map(|what| format!("{path}?{query} has {what}")));
            answers += 1;
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(answers > 500, "{answers}");
}

#[test]
fn what_is_not_described_is_noticed() {
    let server = Server::start();
    let mut document = server.get("/api/openapi.json").json();
    let reply = server.get("/api/border/locate?point=46,35");
    let entry = |document: &Json| document["paths"]["/border/locate"]["get"].clone();
    assert!(untold(&document, &entry(&document), &reply).is_empty());
    let mut other = entry(&document);
    let responses = other["responses"].as_object_mut().unwrap();
    responses["200"]["headers"] = serde_json::json!({});
    assert_eq!(
        untold(&document, &other, &reply),
        BTreeSet::from(["the header etag".to_owned()])
    );
    other["responses"].as_object_mut().unwrap().remove("200");
    assert_eq!(
        untold(&document, &other, &reply),
        BTreeSet::from(["the status 200".to_owned()])
    );
    let located = &mut document["components"]["schemas"]["located"];
    located["properties"]
        .as_object_mut()
        .unwrap()
        .remove("foot");
    located["required"]
        .as_array_mut()
        .unwrap()
        .push("hand".into());
    let expected = ["the member /foot", "the member /hand, which is missing"];
    assert_eq!(
        untold(&document, &entry(&document), &reply),
        BTreeSet::from(expected.map(str::to_owned))
    );
}
