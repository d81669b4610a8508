//! Counts along the border equal what the selected features are, one by one.

use std::collections::BTreeMap;

use bordermap::atlas::filter::Filter;
use bordermap::atlas::geo::position::{Bounds, LngLat};
use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::calendar::{Interval, Window};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{BORDER_KM, BORDER_SEGMENT, Schema, Value};
use bordermap::atlas::model::time::{TimeSpan, day};
use bordermap::atlas::products::border::Border;
use bordermap::atlas::products::compare::WindowComparison;
use bordermap::atlas::products::profile::{Grid, Profile};
use bordermap::atlas::query::question::{ItemsQuery, Near};
use geo::{Coord, Geometry, Point};
use jiff::civil::Date;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::things;

fn schema() -> Schema {
    let fields = [
        ("kind", "string"),
        ("date", "date"),
        ("date_precision", "string"),
    ];
    let mut schema = things::schema(("date", Some("date_precision")), &fields);
    schema.border_referenced = true;
    schema.with_derived()
}

/// Two segments from north to south along 45 degrees east.
fn border() -> Border {
    let line = |north: f64| [(45.0, north), (45.0, north - 1.0)].map(Coord::from);
    let (north, south) = (line(36.0), line(35.0));
    let lines = [("north", &north[..]), ("south", &south[..])];
    Border::of_lines(lines.into_iter()).unwrap()
}

/// A feature without its id: often on a whole quarter of a degree, at the joint or beyond an end.
fn feature() -> impl Strategy<Value = Feature> {
    let place = weighted(0.9, (-4..=4_i32, -2..=10_i32));
    let date = weighted(0.9, (2022..=2024_i32, 1..=12_i32, 1..=31_i32));
    let precision = select(vec!["day", "day", "day", "month", "year"]);
    let kind = select(vec!["clash", "strike"]);
    (place, date, precision, kind).prop_map(|(place, date, precision, kind)| {
        let point = |(x, y): (i32, i32)| {
            let at = Point::new(45.0 + f64::from(x) * 0.25, 33.75 + f64::from(y) * 0.25);
            Geometry::from(at)
        };
        let text = |text: &str| Value::Text(text.into());
        let date = date.map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"));
        let date = date.filter(|date| date.parse::<Date>().is_ok());
        let mut feature = Feature {
            id: "".into(),
            geometry: place.map(point),
            values: vec![Value::Null; schema().fields.len()].into(),
        };
        feature.values[0] = text(kind);
        feature.values[1] = date.as_deref().map_or(Value::Null, text);
        feature.values[2] = text(precision);
        Border::complete(Some(&border()), &schema(), &mut feature);
        feature
    })
}

/// A layer with a base and a recent part.
fn layer() -> impl Strategy<Value = Layer> {
    let features = || prop::collection::vec(feature(), 0..60);
    (features(), features()).prop_map(|(first, second)| {
        let named = |from: usize, features: Vec<Feature>| {
            let named = features.into_iter().enumerate().map(|(at, feature)| {
                let id: Box<str> = format!("f{:02}", from + at).into();
                let feature = Feature {
                    id: id.clone(),
                    ..feature
                };
                (id, Some(feature))
            });
            named.collect()
        };
        let base = Layer::new(schema()).with(named(0, first)).compacted();
        base.with(named(30, second))
    })
}

fn query() -> impl Strategy<Value = ItemsQuery> {
    let spans = [
        "2022-06-01/2023-03-01",
        "2023-02-11",
        "../2022-03-05",
        "2023-10-01/..",
        "2024-02-29T12:00:00Z",
    ];
    let datetime = select(
        spans
            .map(|text| TimeSpan::parse_query(text).unwrap())
            .to_vec(),
    );
    let bbox = (0..4_i32, 0..4_i32).prop_map(|(x, y)| {
        let (west, south) = (44.0 + f64::from(x) * 0.5, 33.5 + f64::from(y) * 0.5);
        Bounds::new(west, south, west + 0.5, south + 1.25).unwrap()
    });
    let near = (-4..=4_i32, weighted(0.8, 1e4..2e5_f64)).prop_map(|(x, radius_m)| Near {
        at: LngLat::new(45.0 + f64::from(x) * 0.25, 35.0).unwrap(),
        radius_m,
    });
    let filter = Just(Filter::AnyOf {
        field: 0,
        values: vec![Value::Text("clash".into())],
    });
    (
        weighted(0.3, bbox),
        weighted(0.4, datetime),
        weighted(0.3, filter),
        weighted(0.3, near),
    )
        .prop_map(|(bbox, datetime, filter, near)| ItemsQuery {
            bbox,
            datetime,
            filter: filter.unwrap_or_else(Filter::everything),
            near,
            limit: 1000,
            count: false,
            ..ItemsQuery::default()
        })
}

/// What an interval is called, so that two days of one interval have one name.
fn name(interval: Interval, day: &str) -> (i16, i16) {
    let date: Date = day.parse().unwrap();
    match interval {
        Interval::Day => (date.year(), date.day_of_year()),
        Interval::Week => (
            date.iso_week_date().year(),
            date.iso_week_date().week().into(),
        ),
        Interval::Month => (date.year(), date.month().into()),
        Interval::Quarter => (date.year(), i16::from(date.month() - 1) / 3),
        Interval::Year => (date.year(), 0),
    }
}

/// A selected feature: kilometre, segment, first and last day.
type Found = (Option<f64>, Option<String>, Option<[String; 2]>);

fn found(layer: &Layer, query: &ItemsQuery) -> Vec<Found> {
    let field = |name: &str| layer.schema().index_of(name).unwrap();
    let (km, segment) = (field(BORDER_KM), field(BORDER_SEGMENT));
    let hits = layer.items(query).hits;
    let one = |hit: &bordermap::atlas::layer::answer::Hit<'_>| {
        let km = match hit.feature.value(km) {
            Value::Number(km) => Some(km),
            _ => None,
        };
        let segment = match hit.feature.value(segment) {
            Value::Text(segment) => Some(segment.into_string()),
            _ => None,
        };
        let time = hit.feature.time();
        let days = time.map(|span| [span.start_us, span.last_us].map(|us| day(us).unwrap()));
        (km, segment, days)
    };
    hits.iter().map(one).collect()
}

/// Counts by bin and name of the interval, and how many are spanning, undated and unplaced.
type Counted = (BTreeMap<(usize, (i16, i16)), u64>, [u64; 3]);

fn brute(found: &[Found], km_edges: &[f64], interval: Interval) -> Counted {
    let mut counted = Counted::default();
    for (km, _, days) in found {
        let apart = match (km, days) {
            (None, _) => 2,
            (_, None) => 1,
            (Some(km), Some([first, last])) => {
                let bins = km_edges.len() - 1;
                let bin = (0..bins).find(|bin| *km < km_edges[bin + 1]);
                let first = name(interval, first);
                if first == name(interval, last) {
                    *counted
                        .0
                        .entry((bin.unwrap_or(bins - 1), first))
                        .or_default() += 1;
                    continue;
                }
                0
            }
        };
        counted.1[apart] += 1;
    }
    counted
}

fn of_profile(grid: &Grid, profile: &Profile) -> Counted {
    let mut counted = Counted::default();
    for (bin, row) in profile.rows.iter().enumerate() {
        for (start_us, count) in grid.edges_us().iter().zip(&row.counts) {
            if *count > 0 {
                let interval = name(grid.interval(), &day(*start_us).unwrap());
                *counted.0.entry((bin, interval)).or_default() += count;
            }
        }
        counted.1[0] += row.spanning;
        counted.1[1] += row.undated;
    }
    counted.1[2] = profile.unplaced.total();
    counted
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_profile_counts_each_selected_feature_once(
        layer in layer(),
        query in query(),
        bin_km in prop_oneof![0.1..400.0_f64, select(vec![0.1, 10.0, 25.0, 2000.0])],
        interval in select(Interval::NAMES.map(|(_, interval)| interval).to_vec()),
    ) {
        let border = border();
        let Ok(grid) = Grid::new(&border, &layer, &query, bin_km, interval) else {
            // Days by such short bins are more than the ceiling.
            prop_assert!(bin_km < 0.5 && interval == Interval::Day);
            return Ok(());
        };
        let found = found(&layer, &query);
        let expected = brute(&found, grid.km_edges(), interval);
        prop_assert_eq!(of_profile(&grid, &grid.count(&layer, &query)), expected);
    }

    #[test]
    fn a_comparison_counts_each_selected_feature_of_its_windows_once(
        layer in layer(),
        query in query(),
        at in select(vec!["2023-01-01", "2024-02-29", "2023-03-15", "2021-12-31"]),
        window in select(vec!["1d", "P1M", "P1Y", "365d", "36500d"]),
    ) {
        let border = border();
        let window: Window = window.parse().unwrap();
        let edges_us = window.around(TimeSpan::parse_query(at).unwrap().start_us).unwrap();
        let [from, at, until] = edges_us.map(|us| day(us).unwrap());
        let comparison = WindowComparison::new(&border, &layer, &query, edges_us);
        let found = found(&layer, &query);
        let count = |of: Option<&str>| {
            let mut counts = [0; 3];
            for (_, segment, days) in &found {
                let Some([first, last]) = days else { continue };
                if segment.as_deref() != of || *last < from || *first >= until {
                    continue;
                }
                let window = match (*last < at, *first >= at) {
                    (true, _) if *first >= from => 0,
                    (_, true) if *last < until => 1,
                    _ => 2,
                };
                counts[window] += 1;
            }
            counts
        };
        let counts = |of: bordermap::atlas::products::compare::BeforeAfter| [of.before, of.after, of.straddling];
        prop_assert_eq!(counts(comparison.segments[0]), count(Some("north")));
        prop_assert_eq!(counts(comparison.segments[1]), count(Some("south")));
        prop_assert_eq!(counts(comparison.unplaced), count(None));
        let undated = found.iter().filter(|(_, _, days)| days.is_none()).count() as u64;
        prop_assert_eq!(comparison.undated, undated);
        let total: u64 = [Some("north"), Some("south"), None].map(|of| count(of).iter().sum::<u64>()).iter().sum();
        prop_assert_eq!(comparison.matched(), total + undated);
    }
}
