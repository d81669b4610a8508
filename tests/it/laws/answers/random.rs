//! Random layers and random questions, with ties, shared positions and touching edges.

use std::sync::LazyLock;

use bordermap::atlas::filter::text_search::TextSearch;
use bordermap::atlas::filter::{Filter, Range};
use bordermap::atlas::geo::area::Area;
use bordermap::atlas::geo::position::{Bounds, LngLat};
use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{Schema, Value};
use bordermap::atlas::model::time::TimeSpan;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::atlas::query::sort::{Sort, SortKey};
use geo::{ConvexHull, Coord, Geometry, LineString, MultiPoint, Point, Polygon};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::things;

const KINDS: [&str; 3] = ["clash", "strike", "other"];

pub(super) fn schema() -> Schema {
    let fields = [
        ("kind", "string"),
        ("date", "date"),
        ("date_precision", "string"),
        ("score", "number"),
        ("dead", "integer"),
        ("title", "string"),
        ("told", "datetime"),
    ];
    things::schema(("date", Some("date_precision")), &fields)
}

/// Coordinates of a coarse grid, poles and antimeridian often among them, so that ties, shared
/// positions and touching edges are common; and sometimes any coordinate at all.
pub(super) fn coord() -> impl Strategy<Value = Coord> {
    let grid = (-4..=4_i32, -3..=3_i32).prop_map(|(x, y)| Coord {
        x: f64::from(x) * 45.0,
        y: f64::from(y) * 30.0,
    });
    let near = (0..=12_i32, 0..=12_i32).prop_map(|(x, y)| Coord {
        x: 45.0 + f64::from(x) * 0.25,
        y: 33.0 + f64::from(y) * 0.25,
    });
    let any = (-180.0..=180.0_f64, -90.0..=90.0_f64).prop_map(|(x, y)| Coord { x, y });
    prop_oneof![2 => grid, 4 => near, 1 => any]
}

/// Close to another coordinate, so that shapes are not all as large as the world.
fn beside() -> impl Strategy<Value = (f64, f64)> {
    (-8..=8_i32, -8..=8_i32).prop_map(|(x, y)| (f64::from(x) * 0.25, f64::from(y) * 0.25))
}

fn step(from: Coord, by: (f64, f64)) -> Coord {
    Coord {
        x: (from.x + by.0).clamp(-180.0, 180.0),
        y: (from.y + by.1).clamp(-90.0, 90.0),
    }
}

pub(super) fn geometry() -> impl Strategy<Value = Option<Geometry>> {
    let line = (coord(), prop::collection::vec(beside(), 1..4)).prop_map(|(start, steps)| {
        let mut line = vec![start];
        line.extend(steps.iter().map(|by| step(start, *by)));
        Geometry::LineString(LineString::new(line))
    });
    let area = (coord(), 1..6_i32, 1..6_i32).prop_map(|(corner, width, height)| {
        let (w, h) = (f64::from(width) * 0.5, f64::from(height) * 0.5);
        let ring = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h), (0.0, 0.0)];
        let ring = ring.map(|by| step(corner, by));
        Geometry::Polygon(Polygon::new(LineString::new(ring.to_vec()), vec![]))
    });
    prop_oneof![
        6 => coord().prop_map(|at| Some(Point(at).into())),
        2 => line.prop_map(Some),
        2 => area.prop_map(Some),
        1 => prop::collection::vec(coord(), 1..3)
            .prop_map(|all| Some(MultiPoint(all.into_iter().map(Point).collect()).into())),
        1 => Just(None),
    ]
}

pub(super) fn feature() -> impl Strategy<Value = (Option<Geometry>, Box<[Value]>)> {
    let date = prop_oneof![
        (2022..2024_i32, 1..=12_i32, 1..=28_i32)
            .prop_map(|(y, m, d)| Value::Text(format!("{y}-{m:02}-{d:02}").into())),
        Just(Value::Null),
    ];
    let precision = select(vec!["day", "month", "year"]);
    let score = prop_oneof![
        3 => (-8..8_i32).prop_map(|quarters| Value::Number(f64::from(quarters) * 0.25)),
        1 => Just(Value::Null),
    ];
    let dead = prop_oneof![3 => (0..6_i64).prop_map(Value::Integer), 1 => Just(Value::Null)];
    // Alike for longer than a rank tells, and long enough that a cursor does not carry all of it.
    let title = prop_oneof![
        "(Marivan )?[a-c]{0,3}".prop_map(|text| Value::Text(text.into())),
        "é{125,130}[ab]".prop_map(|text| Value::Text(text.into())),
        Just(Value::Null),
    ];
    let told = prop_oneof![
        select(vec![
            "2023-01-01T00:00:00Z",
            "2023-01-01T03:00:00+03:00",
            "2022-12-31T23:59:59.5Z"
        ])
        .prop_map(|text| Value::Text(text.into())),
        Just(Value::Null),
    ];
    let values = (
        select(KINDS.to_vec()),
        date,
        precision,
        score,
        dead,
        title,
        told,
    );
    (geometry(), values).prop_map(
        |(geometry, (kind, date, precision, score, dead, title, told))| {
            let text = |text: &str| Value::Text(text.into());
            let values = [text(kind), date, text(precision), score, dead, title, told];
            (geometry, values.into())
        },
    )
}

/// A layer made in several steps, so that there is a base, a recent part, and features of the base
/// that were replaced or withdrawn; and what it should hold.
pub(super) fn layer() -> impl Strategy<Value = (Layer, Vec<Feature>)> {
    let puts = prop::collection::vec(feature(), 0..40);
    let later = prop::collection::vec((any::<Index>(), prop::option::of(feature())), 0..12);
    (puts, later).prop_map(|(puts, later)| {
        let make = |(at, (geometry, values)): (usize, (Option<Geometry>, Box<[Value]>))| Feature {
            id: format!("f{at:02}").into(),
            geometry,
            values,
        };
        let mut expected: std::collections::BTreeMap<Box<str>, Feature> = puts
            .into_iter()
            .enumerate()
            .map(make)
            .map(|feature| (feature.id.clone(), feature))
            .collect();
        let first = expected
            .values()
            .map(|f| (f.id.clone(), Some(f.clone())))
            .collect();
        let mut layer = Layer::new(schema()).with(first).compacted();
        for (index, change) in later {
            let at = index.index(50);
            let id: Box<str> = format!("f{at:02}").into();
            let change = change.map(|change| make((at, change)));
            match &change {
                Some(feature) => expected.insert(id.clone(), feature.clone()),
                None => expected.remove(&id),
            };
            layer = layer.with(vec![(id, change)]);
        }
        (layer, expected.into_values().collect())
    })
}

#[expect(clippy::too_many_lines, reason = "one line a parameter")]
pub(super) fn query() -> impl Strategy<Value = ItemsQuery> {
    let bbox = (coord(), coord())
        .prop_map(|(a, b)| Bounds::new(a.x, a.y.min(b.y), b.x, a.y.max(b.y)).unwrap());
    let datetime = select(vec![
        "2022-06-01/2023-03-01",
        "2023-02-11",
        "../2022-03-05",
        "2023-10-01/..",
    ])
    .prop_map(|text| TimeSpan::parse_query(text).unwrap());
    let filter =
        select(vec![vec!["clash"], vec!["clash", "other"], vec!["none"]]).prop_map(|any| {
            let values = any
                .into_iter()
                .map(|text| Value::Text(text.into()))
                .collect();
            Filter::AnyOf { field: 0, values }
        });
    let range = (3..5_usize, -2.0..2.0_f64, 0.0..4.0_f64).prop_map(|(field, low, wide)| {
        let range = Range {
            low,
            high: low + wide,
        };
        Filter::Between { field, range }
    });
    let filter = prop_oneof![
        2 => filter.clone(),
        1 => range.clone(),
        1 => (filter, range).prop_map(|(a, b)| Filter::All(vec![a, b])),
    ];
    let area = (coord(), prop::collection::vec(beside(), 3..6)).prop_map(|(at, steps)| {
        let ring = steps.iter().map(|by| step(at, *by)).collect();
        let ring = Polygon::new(LineString::new(ring), vec![]);
        // A ring that crosses itself has no inside: its hull has.
        Area::new(ring.convex_hull().into()).unwrap()
    });
    let ids = prop::collection::vec(any::<Index>(), 0..9).prop_map(|all| {
        let ids = all.iter().map(|at| format!("f{:02}", at.index(50)).into());
        ids.collect::<Vec<Box<str>>>()
    });
    let radius_m = prop_oneof![Just(1.0), 1e4..3e5_f64, Just(2e6)];
    let near = (coord(), prop::option::of(radius_m)).prop_map(|(at, radius_m)| Near {
        at: LngLat::new(at.x, at.y).unwrap(),
        radius_m,
    });
    let search = select(vec![
        "MARIVAN",
        "é, b",
        "clash",
        "county 12",
        "nowhere",
        "day",
    ])
    .prop_map(|text| TextSearch::parse(text).unwrap());
    let fields = prop::collection::vec((0..7_usize, any::<bool>()), 0..4);
    let sort = (fields, any::<bool>()).prop_map(|(fields, id_descending)| Sort {
        keys: fields
            .into_iter()
            .map(|(field, descending)| SortKey { field, descending })
            .collect(),
        id_descending,
    });
    (
        (weighted(0.1, ids), weighted(0.2, area)),
        (weighted(0.4, sort), weighted(0.2, search)),
        weighted(0.4, bbox),
        weighted(0.3, datetime),
        weighted(0.3, filter),
        weighted(0.6, near),
        1..7_usize,
        any::<bool>(),
    )
        .prop_map(
            |((ids, area), (sort, search), bbox, datetime, filter, near, limit, count)| {
                ItemsQuery {
                    ids,
                    area,
                    within: None,
                    sort,
                    search,
                    bbox,
                    datetime,
                    filter: filter.unwrap_or_else(Filter::everything),
                    near,
                    limit,
                    cursor: None,
                    count,
                }
            },
        )
}

/// A layer of several levels of tree and several parts, many features at one position, some replaced
/// and some withdrawn; and what it should hold.
pub(super) static LARGE: LazyLock<(Layer, Vec<Feature>)> = LazyLock::new(|| {
    let mut state = 7_u64;
    let mut below = move |end: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % end
    };
    let mut expected: std::collections::BTreeMap<Box<str>, Feature> =
        std::collections::BTreeMap::new();
    let mut layer = Layer::new(schema());
    for size in [2600, 1500, 700, 1100, 90, 40] {
        let mut changes = Vec::new();
        for _ in 0..size {
            let id: Box<str> = format!("f{:04}", below(5000)).into();
            let step = |n: u64| f64::from(u32::try_from(n).unwrap());
            let at = Point::new(
                44.0 + step(below(12)) * 0.25,
                32.0 + step(below(160)) * 0.025,
            );
            let text = |text: String| Value::Text(text.into());
            let date = format!(
                "{}-{:02}-{:02}",
                2022 + below(2),
                1 + below(12),
                1 + below(28)
            );
            let number = Value::Number(step(below(4000)) * 0.001 - 2.0);
            let values = [
                text(KINDS[usize::try_from(below(3)).unwrap()].into()),
                text(date),
                text("day".into()),
                number,
                Value::Integer(i64::try_from(below(6)).unwrap()),
                text(format!("Marivan county {}", below(3000))),
                text(format!(
                    "2023-01-01T00:00:{:02}.{:03}Z",
                    below(60),
                    below(1000)
                )),
            ];
            let feature = (below(10) > 0).then(|| Feature {
                id: id.clone(),
                geometry: Some(at.into()),
                values: values.into(),
            });
            match &feature {
                Some(feature) => expected.insert(id.clone(), feature.clone()),
                None => expected.remove(&id),
            };
            changes.push((id, feature));
        }
        layer = layer.with(changes);
    }
    (layer, expected.into_values().collect())
});
