//! Counts along the border: the profile by kilometre and time, the comparison before and after.

use std::sync::Arc;

use bordermap::http::options::Options;
use bordermap::live::LiveAtlas;
use serde_json::{Value as Json, json};

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

/// Holds a profile against the reports that its filter selects.
#[track_caller]
fn hold_profile(profile: &Json, reports: &[Report], told: &str) {
    let km_edges: Vec<f64> = serde_json::from_value(profile["km_edges"].clone()).unwrap();
    let mut edges = texts(&profile["interval_starts"]);
    let intervals = edges.len();
    edges.extend(profile["intervals_end"].as_str().map(str::to_owned));
    let bins = km_edges.len() - 1;
    let mut counts = vec![vec![0; intervals]; bins];
    let (mut spanning, mut undated, mut unplaced) = (0, 0, 0);
    for report in reports {
        let Some(km) = report.km else {
            unplaced += 1;
            continue;
        };
        let Some([first, last]) = &report.days else {
            undated += 1;
            continue;
        };
        let bin = (0..bins)
            .find(|bin| km < km_edges[bin + 1])
            .unwrap_or(bins - 1);
        assert!(km >= km_edges[bin], "{told}");
        match (0..intervals).find(|at| *first >= edges[*at] && *last < edges[at + 1]) {
            Some(at) => counts[bin][at] += 1,
            None => spanning += 1,
        }
    }
    let rows: Vec<u64> = counts.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<u64> = (0..intervals)
        .map(|at| counts.iter().map(|row| row[at]).sum())
        .collect();
    assert_eq!(profile["counts"], json!(counts), "{told}");
    assert_eq!(numbers(&profile["bin_totals"]), rows, "{told}");
    assert_eq!(numbers(&profile["interval_totals"]), columns, "{told}");
    assert_eq!(profile["counted"], rows.iter().sum::<u64>(), "{told}");
    let most = counts.iter().flatten().max().copied().unwrap_or(0);
    assert_eq!(profile["count_max"], most, "{told}");
    let apart = json!({ "spanning": spanning, "undated": undated, "unplaced": unplaced });
    assert_eq!(profile["apart"], apart, "{told}");
    assert_eq!(profile["matched"], reports.len(), "{told}");
}

#[test]
fn a_profile_is_what_the_items_add_up_to() {
    let server = shipped();
    for filter in FILTERS {
        let reports = reports(&server, "incidents", filter);
        for cut in [
            "",
            "interval=day&bin_km=50",
            "interval=week&bin_km=37.5",
            "interval=quarter&bin_km=2000",
            "interval=year&bin_km=0.1",
        ] {
            let reply = server.get(&format!("{PROFILE}?{cut}&{filter}"));
            assert_eq!(reply.status, 200, "{}", reply.text());
            hold_profile(&reply.json(), &reports, &format!("{cut} {filter}"));
        }
    }
}

#[test]
fn a_profile_of_the_small_world_counts_as_by_hand() {
    let server = Server::start();
    let profile = server
        .get(&format!(
            "{PROFILE}?layer=reports&bin_km=50&interval=quarter"
        ))
        .json();
    hold_profile(&profile, &reports(&server, "reports", ""), "small world");
    // Ten rows of 25 reports, 22.2 km apart from 35.8 degrees north on; of the last row one has no
    // place and one no date.
    assert_eq!(profile["bin_totals"], json!([50, 50, 50, 75, 23]));
    assert_eq!(profile["interval_totals"], json!([61, 63, 63, 61]));
    let starts = ["2023-01-01", "2023-04-01", "2023-07-01", "2023-10-01"];
    assert_eq!(profile["interval_starts"], json!(starts));
    assert_eq!(profile["intervals_end"], "2024-01-01");
    let apart = json!({ "spanning": 0, "undated": 1, "unplaced": 1 });
    assert_eq!(profile["apart"], apart);
    assert_eq!(profile["matched"], 250);
    let edges: Vec<f64> = serde_json::from_value(profile["km_edges"].clone()).unwrap();
    assert_eq!(edges[..5], [0.0, 50.0, 100.0, 150.0, 200.0]);
    assert!((edges[5] - 221.9).abs() < 0.1, "{edges:?}");
    let caveat = profile["caveat"].as_str().unwrap();
    assert!(caveat.ends_with("What was reported."), "{caveat}");
    assert_eq!(profile["attribution"], "© the reporters");
}

#[test]
fn a_month_is_in_the_interval_that_holds_all_of_it() {
    let server = shipped();
    // The one report of month precision is of June 2022 and meets each of its days.
    let month = server
        .get("/api/collections/incidents/items/iib-097")
        .json();
    assert_eq!(month["properties"]["date_precision"], "month");
    let category = month["properties"]["category"].as_str().unwrap();
    let counted = |interval: &str| {
        let path = format!("{PROFILE}?datetime=2022-06-10&category={category}&interval={interval}");
        let profile = server.get(&path).json();
        let starts = texts(&profile["interval_starts"]).join(" ");
        (
            starts,
            profile["counted"].clone(),
            profile["apart"]["spanning"].clone(),
        )
    };
    assert_eq!(counted("month"), ("2022-06-01".into(), json!(1), json!(0)));
    assert_eq!(
        counted("quarter"),
        ("2022-04-01".into(), json!(1), json!(0))
    );
    assert_eq!(counted("day"), ("2022-06-10".into(), json!(0), json!(1)));
    assert_eq!(counted("week"), ("2022-06-06".into(), json!(0), json!(1)));
}

#[test]
fn a_profile_of_nothing_is_empty_and_still_a_profile() {
    let server = shipped();
    let profile = server
        .get(&format!(
            "{PROFILE}?datetime=1990-01-01/1990-12-31&interval=year&bin_km=1000"
        ))
        .json();
    assert_eq!(profile["interval_starts"], json!(["1990-01-01"]));
    assert_eq!(profile["counts"], json!([[0], [0]]));
    assert_eq!(
        (&profile["matched"], &profile["count_max"]),
        (&json!(0), &json!(0))
    );
    // After everything: one interval, so that there is something to draw.
    let later = server
        .get(&format!("{PROFILE}?datetime=2031-05-05/.."))
        .json();
    assert_eq!(later["interval_starts"], json!(["2031-05-01"]));
    assert_eq!(later["matched"], 0);
    // A layer along the border without times: no intervals, everything apart.
    let crossings = server.get(&format!("{PROFILE}?layer=crossings")).json();
    assert_eq!(crossings["interval_starts"], json!([]));
    assert_eq!(crossings["intervals_end"], Json::Null);
    assert_eq!(crossings["coverage"], Json::Null);
    assert_eq!(crossings["apart"]["undated"], 12);
    hold_profile(&crossings, &reports(&server, "crossings", ""), "crossings");
}

#[test]
fn the_table_has_the_same_numbers() {
    let server = Server::start();
    let query = "layer=reports&interval=month&bin_km=25&category=clash&category=crossing-status";
    let reply = server.get(&format!("{PROFILE}?{query}&f=csv"));
    assert_eq!(
        reply.header("content-type").as_deref(),
        Some("text/csv; charset=utf-8")
    );
    assert!(reply.header("link").unwrap().contains("rel=\"license\""));
    let profile = server.get(&format!("{PROFILE}?{query}")).json();
    let mut lines = reply.text().split_terminator("\r\n");
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(head[..4], ["km_from", "km_to", "spanning", "undated"]);
    assert_eq!(head[4..], texts(&profile["interval_starts"]));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let (unplaced, bins) = rows.split_last().unwrap();
    let cells =
        |row: &[&str]| -> Vec<u64> { row.iter().map(|cell| cell.parse().unwrap()).collect() };
    for (row, counts) in bins.iter().zip(profile["counts"].as_array().unwrap()) {
        assert_eq!(cells(&row[4..]), numbers(counts));
    }
    assert_eq!(unplaced[..2], ["", ""]);
    let all: u64 = rows
        .iter()
        .map(|row| cells(&row[2..]).iter().sum::<u64>())
        .sum();
    assert_eq!(profile["matched"], all);
    assert_eq!(
        profile["apart"]["unplaced"],
        cells(&unplaced[2..]).iter().sum::<u64>()
    );
    assert_eq!(bins.len(), profile["bin_totals"].as_array().unwrap().len());
}

/// Holds a comparison against the reports that its filter selects.
#[track_caller]
fn hold_comparison(comparison: &Json, reports: &[Report], told: &str) {
    let edge = |window: &str, end: &str| {
        comparison["windows"][window][end].as_str().unwrap()[..10].to_owned()
    };
    let [from, at, until] = [
        edge("before", "from"),
        edge("after", "from"),
        edge("after", "until"),
    ];
    assert_eq!(edge("before", "until"), at);
    let count = |segment: Option<&str>| {
        let (mut before, mut after, mut straddling) = (0, 0, 0);
        for report in reports
            .iter()
            .filter(|report| report.segment.as_deref() == segment)
        {
            match &report.days {
                Some([first, last]) if *first >= from && *last < at => before += 1,
                Some([first, last]) if *first >= at && *last < until => after += 1,
                Some([first, last]) if *last >= from && *first < until => straddling += 1,
                _ => {}
            }
        }
        [before, after, straddling]
    };
    let told_of = |counts: &Json| {
        let [before, after] = ["before", "after"].map(|name| counts[name].as_i64().unwrap());
        assert_eq!(counts["change"], after - before, "{told}");
        match counts["ratio"].as_f64() {
            #[expect(clippy::cast_precision_loss, reason = "small counts")]
            Some(ratio) => assert!(
                (ratio * before as f64 - after as f64).abs() < 1e-3,
                "{told}"
            ),
            None => assert_eq!(before, 0, "{told}"),
        }
        [before, after, counts["straddling"].as_i64().unwrap()]
    };
    let mut sum = told_of(&comparison["unplaced"]);
    assert_eq!(sum, count(None), "{told}");
    for segment in comparison["segments"].as_array().unwrap() {
        let counted = told_of(segment);
        assert_eq!(
            counted,
            count(segment["segment"].as_str()),
            "{told} {segment}"
        );
        for (sum, count) in sum.iter_mut().zip(counted) {
            *sum += count;
        }
    }
    assert_eq!(told_of(&comparison["total"]), sum, "{told}");
    let undated = reports
        .iter()
        .filter(|report| report.days.is_none())
        .count();
    assert_eq!(comparison["undated"], undated, "{told}");
    let matched = sum.iter().sum::<i64>() + i64::try_from(undated).unwrap();
    assert_eq!(comparison["matched"], matched, "{told}");
}

#[test]
fn a_comparison_is_what_the_items_add_up_to() {
    let server = shipped();
    for filter in FILTERS {
        let reports = reports(&server, "incidents", filter);
        for question in [
            "at=2023-03-19",
            "at=2022-06-15&window=10d",
            "at=2022-06-01&window=30d",
            "at=2024-02-29&window=P1Y",
            "at=2020-01-01&window=36500d",
        ] {
            let reply = server.get(&format!("{COMPARE}?{question}&{filter}"));
            assert_eq!(reply.status, 200, "{}", reply.text());
            hold_comparison(&reply.json(), &reports, &format!("{question} {filter}"));
        }
    }
}

#[test]
fn a_comparison_counts_what_the_items_of_its_windows_are() {
    let server = shipped();
    for [at, from, last] in [
        ["2023-03-19", "2022-03-19", "2024-03-17"],
        ["2022-06-15", "2021-06-15", "2023-06-14"],
    ] {
        let comparison = server.get(&format!("{COMPARE}?at={at}&window=365d")).json();
        let items = format!("/api/collections/incidents/items?datetime={from}/{last}");
        assert_eq!(
            comparison["matched"],
            server.get(&items).json()["numberMatched"]
        );
        assert!(comparison["matched"].as_u64().unwrap() > 20);
    }
}

#[test]
fn a_comparison_of_the_small_world_counts_as_by_hand() {
    let server = Server::start();
    let comparison = server
        .get(&format!("{COMPARE}?layer=reports&at=2023-07-01&window=P6M"))
        .json();
    hold_comparison(&comparison, &reports(&server, "reports", ""), "small world");
    let km = |index: usize, name: &str| comparison["segments"][index][name].as_f64().unwrap();
    let counts = |counts: &Json| ["before", "after", "change"].map(|name| counts[name].clone());
    let [north, south] = [0, 1].map(|index| comparison["segments"][index].clone());
    assert_eq!(
        (&north["segment"], &north["name"]),
        (&json!("north"), &json!("The north"))
    );
    assert_eq!(south["segment"], "south");
    assert_eq!(km(0, "km_from"), 0.0);
    assert_eq!(km(0, "km_to"), km(1, "km_from"));
    assert!((km(1, "km_to") - 221.9).abs() < 0.1);
    assert_eq!(counts(&north), [61, 64, 3]);
    assert_eq!(counts(&south), [63, 60, -3]);
    assert_eq!(north["ratio"], 1.04918);
    assert_eq!(counts(&comparison["unplaced"]), [1, 0, -1]);
    assert_eq!(counts(&comparison["total"]), [125, 124, -1]);
    assert_eq!(
        (&comparison["undated"], &comparison["matched"]),
        (&json!(1), &json!(250))
    );
    assert_eq!(comparison["at"], "2023-07-01T00:00:00Z");
    assert_eq!(
        comparison["windows"]["before"]["from"],
        "2023-01-01T00:00:00Z"
    );
    assert_eq!(
        comparison["windows"]["after"]["until"],
        "2024-01-01T00:00:00Z"
    );
}

#[test]
fn windows_are_half_open() {
    let server = Server::start();
    // r-000 is of 2023-01-01 and the only report of that day; at noon the day goes on across it.
    let at = |at: &str| {
        let path = format!("{COMPARE}?layer=reports&window=1d&datetime=2023-01-01&at={at}");
        let total = server.get(&path).json()["total"].clone();
        ["before", "after", "straddling"].map(|name| total[name].as_u64().unwrap())
    };
    let alone = server
        .get("/api/collections/reports/items?date=2023-01-01")
        .ids();
    let all = alone.len() as u64;
    assert!(all > 0 && alone.contains(&"r-000".to_owned()));
    assert_eq!(at("2023-01-01"), [0, all, 0]);
    assert_eq!(at("2023-01-02"), [all, 0, 0]);
    assert_eq!(at("2023-01-01T12:00:00Z"), [0, 0, all]);
    assert_eq!(at("2023-01-01T00:00:00%2B01:00"), [0, 0, all]);
    assert_eq!(at("2023-01-01T00:00:00+00:00"), [0, all, 0]);
    assert_eq!(at("2022-12-31"), [0, 0, 0]);
    assert_eq!(at("2023-01-03"), [0, 0, 0]);
}

#[test]
fn a_window_that_leaves_what_the_data_cover_says_so() {
    let server = shipped();
    let coverage =
        json!({ "first": "2018-01-02T00:00:00Z", "last": "2025-12-21T23:59:59.999999Z" });
    let incomplete = |query: &str| {
        let comparison = server.get(&format!("{COMPARE}?{query}")).json();
        assert_eq!(comparison["coverage"], coverage);
        let caveat = comparison["caveat"].as_str().unwrap();
        assert!(caveat.contains("not a census"), "{caveat}");
        ["before", "after"].map(|name| comparison["windows"][name]["incomplete"].as_bool().unwrap())
    };
    assert_eq!(incomplete("at=2023-03-19&window=365d"), [false, false]);
    assert_eq!(incomplete("at=2018-06-01"), [true, false]);
    assert_eq!(incomplete("at=2025-06-01"), [false, true]);
    assert_eq!(incomplete("at=2022-01-01&window=36500d"), [true, true]);
    assert_eq!(incomplete("at=2018-01-03&window=1d"), [false, false]);
    assert_eq!(incomplete("at=2018-01-02&window=1d"), [true, false]);
    assert_eq!(incomplete("at=2025-12-21&window=1d"), [false, false]);
    assert_eq!(incomplete("at=2025-12-22&window=1d"), [false, true]);
    // What was filtered does not change what the layer covers.
    assert_eq!(
        incomplete("at=2023-03-19&category=strike&near=46,35&radius=1km"),
        [false, false]
    );
    let nothing = server.get(&format!("{COMPARE}?at=1980-01-01")).json();
    assert_eq!(
        (&nothing["matched"], &nothing["total"]["ratio"]),
        (&json!(0), &Json::Null)
    );
    let timeless = server
        .get(&format!("{COMPARE}?at=2020-01-01&layer=crossings"))
        .json();
    assert_eq!(timeless["windows"]["before"]["incomplete"], true);
    assert_eq!(
        (&timeless["undated"], &timeless["matched"]),
        (&json!(12), &json!(12))
    );
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
fn a_profile_has_no_more_than_its_ceiling() {
    let server = shipped();
    // 165 bins by day: not more than 6,060 days.
    let days = |last: &str| {
        server.get(&format!(
            "{PROFILE}?interval=day&datetime=2000-01-01/{last}"
        ))
    };
    assert_eq!(days("2016-08-03").status, 200);
    days("2016-08-04").problem(400);
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
