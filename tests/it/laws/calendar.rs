//! Time is cut into intervals and windows that hold all of it.

use bordermap::atlas::model::calendar::{Interval, Window};
use bordermap::atlas::model::time::{TimeSpan, day, rfc3339};

fn edges(interval: Interval, span: &str) -> Vec<String> {
    let span = TimeSpan::parse_query(span).unwrap();
    let edges = interval.edges_us(span);
    assert_eq!(edges.len() as u64, interval.count(span) + 1);
    edges.into_iter().map(|us| day(us).unwrap()).collect()
}

#[test]
fn intervals_hold_the_whole_span() {
    let check = |interval: Interval, span: &str, expected: &[&str]| {
        assert_eq!(edges(interval, span), expected, "{interval:?} {span}");
    };
    let days = ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"];
    check(Interval::Day, "2024-02-28/2024-03-01", &days);
    check(
        Interval::Week,
        "2024-12-29/2024-12-30",
        &["2024-12-23", "2024-12-30", "2025-01-06"],
    );
    // Before 1970 numbers are negative.
    check(Interval::Week, "1969-12-28", &["1969-12-22", "1969-12-29"]);
    check(
        Interval::Month,
        "1969-12-31/1970-01-01",
        &["1969-12-01", "1970-01-01", "1970-02-01"],
    );
    check(
        Interval::Quarter,
        "2023-06-30T23:59:59.999999Z/2023-07-01T00:00:00Z",
        &["2023-04-01", "2023-07-01", "2023-10-01"],
    );
    check(
        Interval::Year,
        "2023-12-31/2024-01-01",
        &["2023-01-01", "2024-01-01", "2025-01-01"],
    );
}

#[test]
fn the_calendar_has_ends() {
    let span = TimeSpan::parse_query("9999-12-30").unwrap();
    for (_, interval) in Interval::NAMES {
        let edges = interval.edges_us(span);
        assert_eq!(edges.len(), 2, "{interval:?}");
        assert!(edges[0] <= span.start_us && edges[1] > span.start_us);
    }
    let span = TimeSpan::parse_query("0001-01-01").unwrap();
    for (_, interval) in Interval::NAMES {
        assert_eq!(interval.count(span), 1, "{interval:?}");
    }
}

#[test]
fn windows_are_as_long_as_they_say() {
    let check = |at: &str, window: &str, expected: [&str; 2]| {
        let at_us = TimeSpan::parse_query(at).unwrap().start_us;
        let window: Window = window.parse().unwrap();
        let [from, middle, until] = window.around(at_us).unwrap();
        assert_eq!(middle, at_us);
        assert_eq!([from, until].map(|us| rfc3339(us).unwrap()), expected);
    };
    check(
        "2023-03-19",
        "365d",
        ["2022-03-19T00:00:00Z", "2024-03-18T00:00:00Z"],
    );
    check(
        "2023-03-19",
        "P1Y",
        ["2022-03-19T00:00:00Z", "2024-03-19T00:00:00Z"],
    );
    // A year from a leap day ends with February.
    check(
        "2024-02-29",
        "P1Y",
        ["2023-02-28T00:00:00Z", "2025-02-28T00:00:00Z"],
    );
    check(
        "2024-02-29T12:00:00Z",
        "P1M",
        ["2024-01-29T12:00:00Z", "2024-03-29T12:00:00Z"],
    );
    for wrong in [
        "",
        "d",
        "365",
        "0d",
        "36501d",
        "-1d",
        "1.5d",
        "1 year",
        "P",
        "-P1D",
        "P0D",
        "1y",
        "99999999999999999999d",
    ] {
        assert!(wrong.parse::<Window>().is_err(), "{wrong}");
    }
    for wrong in ["PT1H", "P101Y"] {
        let window: Window = wrong.parse().unwrap();
        assert!(
            window.around(0).unwrap_err().detail.contains("36500d"),
            "{wrong}"
        );
    }
    let end = TimeSpan::parse_query("9999-12-30").unwrap().start_us;
    assert!(Window::default().around(end).is_err());
}
