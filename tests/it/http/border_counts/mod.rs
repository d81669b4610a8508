//! Counts along the border: the profile by kilometre and time, the comparison before and after.

mod compare;
mod profile;

use std::sync::Arc;

use bordermap::http::server::options::Options;
use bordermap::live::LiveAtlas;
use serde_json::Value as Json;

use crate::support::client::Client;
use crate::support::memory::MemoryStore;
use crate::support::server::Server;

const PROFILE: &str = "/api/border/profile";
const COMPARE: &str = "/api/border/compare";

/// Filters of every kind.
const FILTERS: [&str; 9] = [
    "",
    "bbox=45,34,46.5,36",
    "datetime=2022-06-15/2023-06-14",
    "datetime=2019-01-01/..",
    "category=clash&category=strike",
    "border_segment=kurdistan-sulaymaniyah&border_side=IR",
    "near=46.18,35.52&radius=60km",
    "near=45,34",
    "bbox=44,33,47,37&datetime=../2022-06-30&country=IQ&near=45.5,35&radius=150km",
];

/// A server with the shipped data.
fn shipped() -> Server {
    let live = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
    bordermap::seed::seed(&live).unwrap();
    Server::over(live, Options::default())
}

/// A feature as counted by hand: its first and last day, its kilometre and segment.
struct Report {
    days: Option<[String; 2]>,
    km: Option<f64>,
    segment: Option<String>,
}

/// What a filter selects, from the items themselves.
fn reports(server: &Server, layer: &str, filter: &str) -> Vec<Report> {
    let page = server.get(&format!(
        "/api/collections/{layer}/items?limit=10000&{filter}"
    ));
    let document = page.json();
    let features = document["features"].as_array().unwrap();
    assert_eq!(document["numberMatched"], features.len());
    let report = |feature: &Json| {
        let properties = &feature["properties"];
        let date = properties["date"].as_str().map(str::to_owned);
        Report {
            days: date.map(|first| {
                let month = properties["date_precision"] == "month";
                // A text after every day of the month and before every day of the next one.
                let last = if month {
                    format!("{}-31", &first[..7])
                } else {
                    first.clone()
                };
                [first, last]
            }),
            km: properties["border_km"].as_f64(),
            segment: properties["border_segment"].as_str().map(str::to_owned),
        }
    };
    features.iter().map(report).collect()
}

fn texts(array: &Json) -> Vec<String> {
    let items = array.as_array().unwrap().iter();
    items
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

fn numbers(array: &Json) -> Vec<u64> {
    let items = array.as_array().unwrap().iter();
    items.map(|number| number.as_u64().unwrap()).collect()
}

#[test]
fn counts_are_kept_until_the_revision_changes() {
    let server = Server::start();
    for path in [
        format!("{PROFILE}?layer=reports"),
        format!("{PROFILE}?layer=reports&f=csv"),
        format!("{COMPARE}?layer=reports&at=2023-05-05"),
    ] {
        let tag = server.get(&path).header("etag").unwrap();
        let again = server.client().get(&path, &[("If-None-Match", &tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        crate::support::world::report(&server.live, vec![crate::support::world::report_at(5)]);
        let later = server.client().get(&path, &[("If-None-Match", &tag)]);
        assert_eq!(later.status, 200, "{path}");
    }
    let csv = [("Accept", "text/csv")];
    let table = server
        .client()
        .get(&format!("{PROFILE}?layer=reports"), &csv);
    assert!(table.text().starts_with("km_from,"));
    let path = format!("{COMPARE}?layer=reports&at=2023-05-05");
    server.client().get(&path, &csv).problem(406);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line a question")]
fn what_cannot_be_counted_is_told() {
    let server = shipped();
    let check = |path: &str, query: &str, parameter: &str, detail: &str| {
        let problem = server.get(&format!("{path}?{query}")).problem(400);
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{query}: {problem}");
        assert_eq!(errors[0]["parameter"], parameter, "{query}: {problem}");
        let told = errors[0]["detail"].as_str().unwrap();
        assert!(told.contains(detail), "{query}: {told}");
    };
    for wrong in ["0", "0.09", "2000.1", "-10", "NaN", "inf", "10km", ""] {
        check(
            PROFILE,
            &format!("bin_km={wrong}"),
            "bin_km",
            "from 0.1 to 2000",
        );
    }
    check(
        PROFILE,
        "interval=decade",
        "interval",
        "day, week, month, quarter or year",
    );
    check(
        PROFILE,
        "interval=day&bin_km=0.1",
        "interval",
        "more than 1000000",
    );
    check(
        PROFILE,
        "interval=day&bin_km=1&datetime=0001-01-01/9999-12-30",
        "interval",
        "a larger bin_km",
    );
    check(
        PROFILE,
        "layer=provinces",
        "layer",
        "those of crossings, incidents",
    );
    check(PROFILE, "limit=5", "limit", "no such parameter");
    check(PROFILE, "at=2023-01-01", "at", "no such parameter");
    check(PROFILE, "category=party", "category", "clash");
    check(PROFILE, "f=html", "f", "json or csv");
    check(PROFILE, "radius=5km", "radius", "near");
    check(COMPARE, "", "at", "2023-03-19");
    for wrong in [
        "",
        "yesterday",
        "2023-02-30",
        "2023-01-01/2023-02-01",
        "..",
        "2023",
    ] {
        check(COMPARE, &format!("at={wrong}"), "at", "2023-03-19");
    }
    for wrong in [
        "", "0d", "36501d", "365", "-5d", "1y", "PT1H", "P101Y", "-P1D",
    ] {
        check(
            COMPARE,
            &format!("at=2023-03-19&window={wrong}"),
            "window",
            "1d to 36500d",
        );
    }
    check(COMPARE, "at=9999-12-01", "window", "beyond the calendar");
    check(COMPARE, "at=2023-03-19&f=csv", "f", "json");
    check(
        COMPARE,
        "at=2023-03-19&bin_km=5",
        "bin_km",
        "no such parameter",
    );
    for path in [PROFILE, COMPARE] {
        let problem = server
            .get(&format!("{path}?at=2020-01-01&layer=nothing"))
            .problem(404);
        assert!(problem["detail"].as_str().unwrap().contains("incidents"));
    }
    let path = format!("{PROFILE}?layer=border&bin_km=x&interval=y&bbox=1&datetime=z&radius=1&w=1");
    let problem = server.get(&path).problem(400);
    let named = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["parameter"].clone());
    let expected = [
        "layer", "bin_km", "interval", "bbox", "datetime", "radius", "w",
    ];
    assert_eq!(named.collect::<Vec<_>>(), expected);
}

#[test]
fn fields_of_the_default_layer_are_described() {
    let server = shipped();
    let document = server.get("/api/openapi.json").json();
    for path in ["/border/profile", "/border/compare"] {
        let parameters = document["paths"][path]["get"]["parameters"]
            .as_array()
            .unwrap();
        let named = |name: &str| parameters.iter().any(|own| own["name"] == name);
        assert!(named("category") && named("border_segment"), "{path}");
    }
    let held = |path: &str, schema: &str| {
        let reply = Client::new(server.address).get(path, &[]).json();
        let schema = &document["components"]["schemas"][schema];
        let described = texts(&schema["required"]);
        let told = reply.as_object().unwrap();
        assert_eq!(told.len(), described.len(), "{path}");
        for member in described {
            assert!(told.contains_key(&member), "{member} of {path}");
        }
    };
    held(PROFILE, "profile");
    held(&format!("{COMPARE}?at=2023-03-19"), "comparison");
    let tried = server.get("/api/docs?try=compare&at=2023-03-19&window=");
    let target = format!("{}{COMPARE}?at=2023-03-19", server.base());
    assert_eq!(tried.header("location"), Some(target));
}
