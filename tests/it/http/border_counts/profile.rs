//! The profile by kilometre and time.

use serde_json::{Value as Json, json};

use super::{FILTERS, PROFILE, Report, numbers, reports, shipped, texts};
use crate::support::server::Server;

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
