//! The comparison before and after.

use serde_json::{Value as Json, json};

use super::{COMPARE, FILTERS, Report, reports, shipped};
use crate::support::server::Server;

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
