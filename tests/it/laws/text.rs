//! What is read from and written as text: positions, boxes, spans of time, cursors.

use bordermap::atlas::geo::position::{Bounds, LngLat, parse_length_m};
use bordermap::atlas::model::time::{DatePrecision, TimeSpan, rfc3339};
use bordermap::atlas::query::cursor::Cursor;
use proptest::prelude::*;

#[test]
fn positions_and_boxes_are_read_or_refused() {
    let good = ["46.18,35.52", " -180 , -90 ", "180,90", "1e1,2e0"];
    for text in good {
        assert!(text.parse::<LngLat>().is_ok(), "{text}");
    }
    let bad = [
        "",
        ",",
        "46.18",
        "1,2,3",
        "181,0",
        "0,91",
        "nan,0",
        "inf,0",
        "35°,46°",
        "4６,1",
    ];
    for text in bad {
        assert!(text.parse::<LngLat>().is_err(), "{text}");
    }
    for text in ["177,65,-177,70", "0,-90,0,90", "1,2,3,4,5,6"] {
        assert!(text.parse::<Bounds>().is_ok(), "{text}");
    }
    for text in [
        "1,2,3",
        "1,5,2,4",
        "1,2,9,3,4,5",
        "0,0,181,1",
        "a,b,c,d",
        "1,2,3,4,",
    ] {
        assert!(text.parse::<Bounds>().is_err(), "{text}");
    }
}

#[test]
fn lengths_have_units() {
    let check =
        |text: &str, metres: Option<f64>| assert_eq!(parse_length_m(text).ok(), metres, "{text}");
    check("25km", Some(25_000.0));
    check("500m", Some(500.0));
    check("500", Some(500.0));
    check("2nmi", Some(3704.0));
    check(" 1.5 km ", Some(1500.0));
    check("25 miles", None);
    check("km", None);
    check("", None);
    check("NaN", None);
}

#[test]
fn a_day_is_the_whole_day_and_a_month_the_whole_month() {
    let span = |text, precision| {
        let span = TimeSpan::of_feature(text, precision).unwrap();
        [span.start_us, span.last_us].map(|us| rfc3339(us).unwrap())
    };
    assert_eq!(
        span("2023-03-19", DatePrecision::Day),
        ["2023-03-19T00:00:00Z", "2023-03-19T23:59:59.999999Z"]
    );
    assert_eq!(
        span("2024-02-11", DatePrecision::Month),
        ["2024-02-01T00:00:00Z", "2024-02-29T23:59:59.999999Z"]
    );
    assert_eq!(
        span("2023-03-19", DatePrecision::Year),
        ["2023-01-01T00:00:00Z", "2023-12-31T23:59:59.999999Z"]
    );
    assert_eq!(
        span("2023-03-19T06:30:00+03:30", DatePrecision::Day),
        ["2023-03-19T03:00:00Z", "2023-03-19T03:00:00Z"]
    );
}

#[test]
fn the_datetime_parameter_takes_days_instants_and_intervals() {
    let meets = |query: &str, day: &str| {
        let day = TimeSpan::of_feature(day, DatePrecision::Day).unwrap();
        TimeSpan::parse_query(query).unwrap().intersects(day)
    };
    for query in [
        "2023-03-19",
        "2023-03-19T23:59:59Z",
        "2023-03-19T12:00:00.5+03:30",
        "2023-03-19/2023-03-20",
        "2023-03-01/2023-03-19",
        "2023-03-19T23:00:00Z/..",
        "../2023-03-19",
        "../..",
        "/2023-03-19",
        "2023-01-01/",
    ] {
        assert!(meets(query, "2023-03-19"), "{query}");
    }
    for query in [
        "2023-03-18",
        "2023-03-20/..",
        "../2023-03-18",
        "2023-03-19T23:00:00-03:00",
    ] {
        assert!(!meets(query, "2023-03-19"), "{query}");
    }
    for query in [
        "",
        "..",
        "2023",
        "2023-03",
        "2023-02-30",
        "19-03-2023",
        "2023-03-20/2023-03-19",
        "2023-03-19T06:30:00",
        "2023-03-19 06:30:00Z",
        "a/b",
        "2023-03-19/2023-03-20/2023-03-21",
        "2023-03-1９",
    ] {
        assert!(TimeSpan::parse_query(query).is_err(), "{query}");
    }
}

proptest! {
    #[test]
    fn a_cursor_reads_back(distance_m in 0.0..2e7_f64, id in "\\PC{0,20}") {
        let id: Box<str> = id.into();
        for cursor in [Cursor::AfterId(id.clone()), Cursor::AfterDistance { distance_m, id }] {
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
    }

    #[test]
    fn no_text_breaks_a_reader(text in "\\PC{0,40}") {
        let _ = Cursor::decode(&text);
        let _ = TimeSpan::parse_query(&text);
        let _ = TimeSpan::of_feature(&text, DatePrecision::Day);
        let _ = text.parse::<LngLat>();
        let _ = text.parse::<Bounds>();
        let _ = parse_length_m(&text);
    }
}
