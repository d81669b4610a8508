//! Every kind of question, on random layers of points, lines and areas, equals brute force.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use bordermap::atlas::change::Feature;
use bordermap::atlas::filter::{Alone, Filter, Range};
use bordermap::atlas::geodesy::{covers, distance_m};
use bordermap::atlas::layer::Layer;
use bordermap::atlas::position::{Bounds, LngLat};
use bordermap::atlas::query::{Area, Cursor, ItemsQuery, Near};
use bordermap::atlas::schema::{Schema, Value};
use bordermap::atlas::search::Search;
use bordermap::atlas::sort::{Sort, SortKey};
use bordermap::atlas::time::{DatePrecision, TimeSpan};
use geo::{
    Contains, ConvexHull, Coord, Geometry, Intersects, Line, LineString, MultiPoint, Point, Polygon,
};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::distance::swept_m;

const KINDS: [&str; 3] = ["clash", "strike", "other"];

fn schema() -> Schema {
    let schema = serde_json::json!({
        "id": "things", "title": "Things",
        "time": {"field": "date", "precision_field": "date_precision"},
        "field": [
            {"name": "kind", "type": "string"},
            {"name": "date", "type": "date"},
            {"name": "date_precision", "type": "string"},
            {"name": "score", "type": "number"},
            {"name": "dead", "type": "integer"},
            {"name": "title", "type": "string"},
            {"name": "told", "type": "datetime"},
        ],
    });
    serde_json::from_value(schema).unwrap()
}

/// Coordinates of a coarse grid, poles and antimeridian often among them, so that ties, shared
/// positions and touching edges are common; and sometimes any coordinate at all.
fn coord() -> impl Strategy<Value = Coord> {
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

fn geometry() -> impl Strategy<Value = Option<Geometry>> {
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

fn feature() -> impl Strategy<Value = (Option<Geometry>, Box<[Value]>)> {
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
fn layer() -> impl Strategy<Value = (Layer, Vec<Feature>)> {
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
        let mut layer = Layer::new(schema()).with(first).merged();
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

fn query() -> impl Strategy<Value = ItemsQuery> {
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
    .prop_map(|text| Search::parse(text).unwrap());
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

/// Whether a geometry meets a box, by the geometry library, on the sphere: the box is repeated one
/// turn to the east, and a pole is one point.
fn meets(geometry: &Geometry, bounds: Bounds) -> bool {
    let [west, south, east, north] = bounds.sides();
    let east = if west > east { east + 360.0 } else { east };
    let area = |w: f64, e: f64, s: f64, n: f64| {
        // A degenerate rectangle is a line or a point to the library.
        let by = |geometry: &Geometry| match (w == e, s == n) {
            (true, true) => geometry.intersects(&Point::new(w, s)),
            (true, false) | (false, true) => geometry.intersects(&Line::new((w, s), (e, n))),
            _ => geometry.intersects(&geo::Rect::new((w, s), (e, n))),
        };
        by(geometry)
    };
    [-360.0, 0.0, 360.0]
        .iter()
        .any(|turn| area(west + turn, east + turn, south, north))
        || (north == 90.0 && area(-180.0, 180.0, 90.0, 90.0))
        || (south == -90.0 && area(-180.0, 180.0, -90.0, -90.0))
}

/// The distance by looking at every edge; `None` where an edge is too long to look at finely.
fn looked_m(at: LngLat, geometry: &Geometry) -> f64 {
    let of_line = |line: &LineString| {
        line.lines()
            .map(|edge| swept_m(at, edge.start, edge.end))
            .fold(f64::INFINITY, f64::min)
    };
    match geometry {
        Geometry::Point(point) => distance_m(at, LngLat::new(point.x(), point.y()).unwrap()),
        Geometry::MultiPoint(points) => points
            .iter()
            .map(|point| distance_m(at, LngLat::new(point.x(), point.y()).unwrap()))
            .fold(f64::INFINITY, f64::min),
        Geometry::LineString(line) => of_line(line),
        Geometry::Polygon(polygon) => {
            let here = Point::new(at.lng(), at.lat());
            let across = Point::new(
                if at.lng() > 0.0 {
                    at.lng() - 360.0
                } else {
                    at.lng() + 360.0
                },
                at.lat(),
            );
            if polygon.contains(&here) || polygon.contains(&across) {
                0.0
            } else {
                of_line(polygon.exterior())
            }
        }
        _ => unreachable!("no such geometry is made here"),
    }
}

/// A feature's id with its distance, if the question was a near one.
type Found = (Box<str>, Option<f64>);

/// What brute force gives: ids with their distances, in order.
fn brute(features: &[Feature], query: &ItemsQuery) -> Vec<Found> {
    let mut found: Vec<Found> = features
        .iter()
        .filter(|f| {
            query
                .bbox
                .is_none_or(|b| f.geometry.as_ref().is_some_and(|g| meets(g, b)))
        })
        .filter(|f| query.ids.as_ref().is_none_or(|ids| ids.contains(&f.id)))
        .filter(|f| {
            query.area.as_ref().is_none_or(|area| match &f.geometry {
                Some(Geometry::Point(at)) => {
                    covers(area.geometry(), LngLat::new(at.x(), at.y()).unwrap())
                }
                Some(geometry) => geometry.intersects(area.geometry()),
                None => false,
            })
        })
        .filter(|f| query.filter.holds(&Alone(&schema(), f)))
        .filter(|f| {
            // The open texts: kind, precision of the date, title.
            let texts = [0, 2, 5].map(|field| &f.values[field]);
            query.search.as_ref().is_none_or(|search| {
                texts.iter().any(|value| match value {
                    Value::Text(text) => search.finds(text, &mut String::new()),
                    _ => false,
                })
            })
        })
        .filter(|f| {
            let Value::Text(date) = &f.values[1] else {
                return true;
            };
            let precision = match &f.values[2] {
                Value::Text(text) if &**text == "month" => DatePrecision::Month,
                Value::Text(text) if &**text == "year" => DatePrecision::Year,
                _ => DatePrecision::Day,
            };
            let span = TimeSpan::of_feature(date, precision).unwrap();
            query.datetime.is_none_or(|asked| asked.intersects(span))
        })
        .filter_map(|f| match query.near {
            None => Some((f.id.clone(), None)),
            Some(near) => {
                let distance = looked_m(near.at, f.geometry.as_ref()?);
                Some((f.id.clone(), Some(distance)))
            }
        })
        .collect();
    found.sort_by(|a, b| a.1.partial_cmp(&b.1).unwrap().then_with(|| a.0.cmp(&b.0)));
    if let Some(sort) = &query.sort {
        let values: HashMap<&str, &[Value]> =
            features.iter().map(|f| (&*f.id, &*f.values)).collect();
        found.sort_by(|a, b| in_order(sort, (&a.0, values[&*a.0]), (&b.0, values[&*b.0])));
    }
    found
}

/// The order of two features by their ids and values.
fn in_order(sort: &Sort, a: (&str, &[Value]), b: (&str, &[Value])) -> Ordering {
    let directed = |order: Ordering, down: bool| if down { order.reverse() } else { order };
    for key in &sort.keys {
        let order = match (&a.1[key.field], &b.1[key.field]) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (a, b) => directed(by_value(key.field, a, b), key.descending),
        };
        if order.is_ne() {
            return order;
        }
    }
    directed(a.0.cmp(b.0), sort.id_descending)
}

fn by_value(field: usize, a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b).unwrap(),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) if field == 6 => {
            let us = |text: &str| TimeSpan::parse_query(text).unwrap().start_us;
            us(a).cmp(&us(b))
        }
        // So many bytes are compared; every other character here has two.
        (Value::Text(a), Value::Text(b)) => {
            let head = |text: &str| {
                text.get(..256)
                    .or(text.get(..255))
                    .unwrap_or(text)
                    .to_owned()
            };
            head(a).cmp(&head(b))
        }
        _ => unreachable!("a field has one type"),
    }
}

/// All pages of a question, one after the other.
fn pages(layer: &Layer, query: &ItemsQuery) -> (Vec<Found>, Option<u64>) {
    let mut query = query.clone();
    let (mut all, mut matched) = (Vec::new(), None);
    loop {
        let answer = layer.items(&query);
        assert!(answer.hits.len() <= query.limit);
        if query.count {
            assert!(
                all.is_empty() || matched == answer.matched,
                "pages agree on the count"
            );
        }
        matched = answer.matched;
        all.extend(
            answer
                .hits
                .iter()
                .map(|hit| (hit.feature.id().into(), hit.distance_m)),
        );
        match answer.next {
            Some(next) => query.cursor = Cursor::decode(&next.encode()),
            None => return (all, matched),
        }
    }
}

fn tolerance_m(distance_m: f64) -> f64 {
    distance_m * 1e-4 + 0.01
}

fn check(layer: &Layer, features: &[Feature], query: &ItemsQuery) {
    let (ours, matched) = pages(layer, query);
    let radius_m = query
        .near
        .and_then(|near| near.radius_m)
        .unwrap_or(f64::INFINITY);
    let brute = brute(features, query);
    let by_id: HashMap<&str, Option<f64>> = brute.iter().map(|(id, m)| (&**id, *m)).collect();
    let looked = |id: &str| by_id.get(id).copied();
    let found: HashSet<&str> = ours.iter().map(|(id, _)| &**id).collect();
    assert_eq!(matched.is_some(), query.count);
    if let Some(matched) = matched {
        assert_eq!(matched, ours.len() as u64, "numberMatched");
    }
    if query.near.is_none() {
        assert_eq!(ours, brute, "{query:?}");
        return;
    }
    let values: HashMap<&str, &[Value]> = features.iter().map(|f| (&*f.id, &*f.values)).collect();
    for pair in ours.windows(2) {
        if let Some(sort) = &query.sort {
            let [a, b] = [&*pair[0].0, &*pair[1].0];
            assert!(
                in_order(sort, (a, values[a]), (b, values[b])).is_lt(),
                "{query:?}"
            );
            continue;
        }
        assert!(
            (pair[0].1, &pair[0].0) < (pair[1].1, &pair[1].0),
            "order of (distance, id)"
        );
    }
    for (id, distance) in &ours {
        let (ours_m, looked_m) = (distance.unwrap(), looked(id).expect("a match").unwrap());
        assert!(ours_m <= radius_m, "{id} within the radius");
        let wrong_m = (ours_m - looked_m).abs();
        assert!(
            wrong_m <= tolerance_m(looked_m),
            "{id}: {ours_m} instead of {looked_m}"
        );
    }
    for (id, distance) in &brute {
        let surely_inside = distance.unwrap() + tolerance_m(distance.unwrap()) < radius_m;
        assert!(!surely_inside || found.contains(&**id), "{id} is missing");
    }
}

/// A layer of several levels of tree and several parts, many features at one position, some replaced
/// and some withdrawn; and what it should hold.
static LARGE: LazyLock<(Layer, Vec<Feature>)> = LazyLock::new(|| {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn large_layers_answer_alike(query in query()) {
        let (layer, features) = &*LARGE;
        prop_assert_eq!(layer.len(), features.len());
        // Pages of a few would be a thousand.
        let query = ItemsQuery { limit: query.limit * 150, ..query };
        check(layer, features, &query);
        check(&layer.merged(), features, &query);
        let (counted, _) = layer.count(&query);
        let (_, matched) = pages(layer, &ItemsQuery { count: true, ..query });
        prop_assert_eq!(Some(counted), matched);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_question_equals_brute_force((layer, features) in layer(), query in query()) {
        check(&layer, &features, &query);
        check(&layer.merged(), &features, &query);
    }

    #[test]
    fn a_layer_holds_what_was_put((layer, features) in layer()) {
        prop_assert_eq!(layer.len(), features.len());
        let ids: Vec<_> = layer.features().map(|feature| feature.id().into_owned()).collect();
        let expected: Vec<_> = features.iter().map(|feature| feature.id.to_string()).collect();
        prop_assert_eq!(ids, expected);
        for feature in &features {
            let found = layer.feature(&feature.id).unwrap();
            prop_assert_eq!(found.geometry().map(std::borrow::Cow::into_owned), feature.geometry.clone());
            prop_assert_eq!(&found.values(), &feature.values);
        }
        prop_assert!(layer.feature("f99").is_none());
    }

    /// A merge takes a while; what is published meanwhile is laid over it.
    #[test]
    fn a_merge_changes_no_answer(
        (layer, features) in layer(),
        later in prop::collection::vec((any::<Index>(), prop::option::of(feature())), 0..8),
        query in query(),
    ) {
        let merge = layer.merge_all();
        let mut expected: std::collections::BTreeMap<Box<str>, Feature> =
            features.into_iter().map(|feature| (feature.id.clone(), feature)).collect();
        let mut layer = layer;
        for (index, change) in later {
            let id: Box<str> = format!("f{:02}", index.index(50)).into();
            let change = change.map(|(geometry, values)| Feature { id: id.clone(), geometry, values });
            match &change {
                Some(feature) => expected.insert(id.clone(), feature.clone()),
                None => expected.remove(&id),
            };
            layer = layer.with(vec![(id, change)]);
        }
        let over = layer.over(&merge);
        let features: Vec<Feature> = expected.into_values().collect();
        prop_assert_eq!(over.len(), features.len());
        check(&over, &features, &query);
    }

    #[test]
    fn a_position_in_an_area_is_at_no_distance((layer, features) in layer(), at in coord()) {
        let at = LngLat::new(at.x, at.y).unwrap();
        let near = Some(Near { at, radius_m: None });
        let answer = layer.items(&ItemsQuery { near, limit: 100, ..ItemsQuery::default() });
        for hit in answer.hits {
            let feature = features.iter().find(|f| *f.id == *hit.feature.id()).unwrap();
            if covers(feature.geometry.as_ref().unwrap(), at) {
                prop_assert_eq!(hit.distance_m, Some(0.0));
            }
        }
    }
}
