//! Laws of filters, on random ones over random layers: writing gives back what was read, both encodings agree, and
//! what the indexes and columns select is what each feature by itself says.

use bordermap::atlas::geo::position::{Bounds, LngLat};
use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{Schema, Value};
use bordermap::atlas::model::time::TimeSpan;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::format::cql2::{self, FilterEncoding};
use geo::{Geometry, LineString, Point, Rect};
use proptest::prelude::*;
use proptest::sample::select;

use super::written;
use crate::support::subject::FeatureSubject;
use crate::support::things;

/// What a layer knows of when its features happened.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    /// A day, or only its month or year.
    Roughly,
    Day,
    Instant,
}

const KNOWN: [Known; 3] = [Known::Roughly, Known::Day, Known::Instant];

fn schema(known: Known) -> Schema {
    let (kind, precision) = match known {
        Known::Roughly => ("date", Some("precision")),
        Known::Day => ("date", None),
        Known::Instant => ("datetime", None),
    };
    let fields = [
        ("kind", "string"),
        ("date", kind),
        ("precision", "string"),
        ("score", "number"),
        ("dead", "integer"),
        ("flag", "boolean"),
        ("tags", "json"),
    ];
    things::schema(("date", precision), &fields)
}

const DAYS: [&str; 4] = ["2022-01-31", "2022-06-01", "2023-02-11", "2023-06-15"];
const INSTANTS: [&str; 4] = [
    "2022-01-31T00:00:00Z",
    "2022-06-01T03:00:00+03:00",
    "2023-02-11T12:00:00Z",
    "2023-02-11T23:59:59.999999Z",
];

/// A coarse grid, so that edges touch and positions coincide.
fn coordinates() -> impl Strategy<Value = (f64, f64)> + Clone {
    let near = (0..8_i32, 0..8_i32)
        .prop_map(|(x, y)| (44.0 + f64::from(x) * 0.5, 33.0 + f64::from(y) * 0.5));
    prop_oneof![8 => near, 1 => select(vec![(180.0, 10.0), (-180.0, 10.0), (0.0, 90.0), (179.5, 0.0)])]
}

fn geometry() -> impl Strategy<Value = Option<Geometry>> {
    let ends = (coordinates(), 1..4_i32, 1..4_i32);
    let ends = ends.prop_map(|((x, y), w, h)| {
        let end = (x + f64::from(w) * 0.5).min(180.0);
        ((x, y), (end, (y + f64::from(h) * 0.5).min(90.0)))
    });
    let line = ends
        .clone()
        .prop_map(|(from, to)| LineString::from(vec![from, to]).into());
    let area = ends.prop_filter("an area", |(from, to)| from.0 < to.0 && from.1 < to.1);
    prop_oneof![
        5 => coordinates().prop_map(|(x, y)| Some(Point::new(x, y).into())),
        2 => line.prop_map(Some),
        2 => area.prop_map(|(from, to)| Some(Rect::new(from, to).to_polygon().into())),
        1 => Just(None),
    ]
}

fn feature(known: Known) -> impl Strategy<Value = (Option<Geometry>, Box<[Value]>)> {
    fn or_null(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
        prop_oneof![5 => value, 1 => Just(Value::Null)]
    }
    let text =
        |all: &[&'static str]| select(all.to_vec()).prop_map(|text| Value::Text(text.into()));
    let tags = select(vec!["[]", "[\"a\"]", "[\"a\",\"b\"]", "[\"b\",1]", "{}"]);
    let values = (
        or_null(text(&["clash", "Clash", "strike", "é"])),
        or_null(text(match known {
            Known::Instant => &INSTANTS,
            Known::Roughly | Known::Day => &DAYS,
        })),
        text(&["day", "month", "year"]),
        or_null((-4..4_i32).prop_map(|quarters| Value::Number(f64::from(quarters) * 0.5))),
        or_null((0..6_i64).prop_map(Value::Integer)),
        or_null(any::<bool>().prop_map(Value::Boolean)),
        or_null(tags.prop_map(|json| Value::Json(json.into()))),
    );
    (geometry(), values).prop_map(
        |(geometry, (kind, date, precision, score, dead, flag, tags))| {
            (
                geometry,
                [kind, date, precision, score, dead, flag, tags].into(),
            )
        },
    )
}

/// A layer of a large part and small ones, some of whose features were replaced; and what it holds.
fn layer(known: Known) -> impl Strategy<Value = (Layer, Vec<Feature>)> {
    let all = prop::collection::vec(feature(known), 1..30);
    let later = prop::collection::vec((0..30_usize, feature(known)), 0..6);
    (all, later).prop_map(move |(all, later)| {
        let make = |(at, (geometry, values)): (usize, (Option<Geometry>, Box<[Value]>))| Feature {
            id: format!("f{at:02}").into(),
            geometry,
            values,
        };
        let first: Vec<Feature> = all.into_iter().enumerate().map(make).collect();
        let changes = first
            .iter()
            .map(|one| (one.id.clone(), Some(one.clone())))
            .collect();
        let mut layer = Layer::new(schema(known)).with(changes).compacted();
        let mut held: std::collections::BTreeMap<Box<str>, Feature> =
            first.into_iter().map(|one| (one.id.clone(), one)).collect();
        for one in later.into_iter().map(make) {
            layer = layer.with(vec![(one.id.clone(), Some(one.clone()))]);
            held.insert(one.id.clone(), one);
        }
        (layer, held.into_values().collect())
    })
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (-3..7_i64).prop_map(|number| number.to_string()),
        (-8..8_i32).prop_map(|quarters| format!("{:?}", f64::from(quarters) * 0.25)),
        Just("1e3".to_owned()),
    ]
}

fn numeric() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => select(vec!["score", "dead"]).prop_map(str::to_owned),
        2 => number(),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        (
            inner.clone(),
            select(vec!["+", "-", "*", "/", "%", "div", "^"]),
            inner,
        )
            .prop_map(|(a, operator, b)| format!("({a} {operator} {b})"))
    })
}

fn place() -> impl Strategy<Value = String> {
    let ends = (coordinates(), 1..5_i32, 1..5_i32);
    let ends = ends.prop_map(|((x, y), w, h)| {
        let end = (x + f64::from(w) * 0.5).min(180.0);
        (x, y, end, (y + f64::from(h) * 0.5).min(90.0))
    });
    let area = ends
        .clone()
        .prop_filter("an area", |(w, s, e, n)| w < e && s < n);
    prop_oneof![
        coordinates().prop_map(|(x, y)| format!("POINT({x} {y})")),
        ends.clone()
            .prop_map(|(w, s, e, n)| format!("BBOX({w}, {s}, {e}, {n})")),
        Just("BBOX(150, -10, -150, 20)".to_owned()),
        ends.prop_map(|(w, s, e, n)| format!("LINESTRING({w} {s}, {e} {n})")),
        area.prop_map(|(w, s, e, n)| format!(
            "POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"
        )),
    ]
}

fn time() -> impl Strategy<Value = &'static str> {
    select(vec![
        "DATE('2022-06-01')",
        "TIMESTAMP('2023-02-11T12:00:00Z')",
        "INTERVAL('2022-06-01', '2022-06-30')",
        "INTERVAL('..', '2022-06-01')",
        "INTERVAL('2023-02-01T00:00:00Z', '2023-02-28T23:59:59Z')",
        "INTERVAL(date, '..')",
    ])
}

fn compares() -> impl Strategy<Value = &'static str> {
    select(vec!["=", "<>", "<", "<=", ">", ">="])
}

/// Conditions on the time of the layer.
fn dated(known: Known) -> impl Strategy<Value = String> {
    let moment = || {
        select(vec![
            "DATE('2022-01-31')",
            "DATE('2022-06-01')",
            "'2023-02-11'",
            "TIMESTAMP('2023-02-11T12:00:00Z')",
            "TIMESTAMP('2023-02-11T00:00:00Z')",
            "TIMESTAMP('2023-02-11T23:59:59.999999Z')",
        ])
    };
    let mut times = vec![
        "T_AFTER",
        "T_BEFORE",
        "T_DISJOINT",
        "T_EQUALS",
        "T_INTERSECTS",
    ];
    let mut periods = time().boxed();
    if known == Known::Roughly {
        times.extend([
            "T_DURING",
            "T_CONTAINS",
            "T_FINISHEDBY",
            "T_MEETS",
            "T_OVERLAPS",
            "T_STARTS",
        ]);
        periods = time()
            .prop_filter("an interval", |time| time.starts_with('I'))
            .boxed();
    }
    prop_oneof![
        3 => (compares(), moment()).prop_map(|(op, at)| format!("date {op} {at}")),
        1 => (moment(), compares()).prop_map(|(at, op)| format!("{at} {op} date")),
        1 => (any::<bool>(), moment(), moment()).prop_map(|(not, low, high)| {
            format!("date {}BETWEEN {low} AND {high}", if not { "NOT " } else { "" })
        }),
        1 => (any::<bool>(), moment(), moment()).prop_map(|(not, a, b)| {
            format!("date {}IN ({a}, {b})", if not { "NOT " } else { "" })
        }),
        3 => (select(times), periods, any::<bool>()).prop_map(|(op, time, turned)| {
            if turned { format!("{op}({time}, date)") } else { format!("{op}(date, {time})") }
        }),
    ]
}

#[expect(clippy::too_many_lines, reason = "one arm a kind of condition")]
fn simple(known: Known) -> impl Strategy<Value = String> {
    let places = select(vec![
        "S_INTERSECTS",
        "S_DISJOINT",
        "S_WITHIN",
        "S_CONTAINS",
        "S_TOUCHES",
        "S_CROSSES",
        "S_OVERLAPS",
        "S_EQUALS",
    ]);
    let sets = select(vec![
        "A_EQUALS",
        "A_CONTAINS",
        "A_CONTAINEDBY",
        "A_OVERLAPS",
    ]);
    let list = select(vec!["('a')", "('a', 'b')", "()", "(1, 'b')"]);
    let texts = select(vec![
        "kind = 'clash'",
        "kind <> 'clash'",
        "kind >= 'd'",
        "'é' = kind",
        "kind IN ('strike', 'é')",
        "kind NOT IN ('strike')",
        "kind LIKE 'C%'",
        "CASEI(kind) LIKE CASEI('C_ASH')",
        "kind NOT LIKE '%s%'",
        "ACCENTI(kind) = ACCENTI('e')",
        "kind IS NULL",
        "score IS NOT NULL",
        "dead IS NULL",
        "flag",
        "flag = FALSE",
        "tags IS NULL",
        "geometry IS NOT NULL",
        "date IS NULL",
        "id IN ('f01', 'f07', 'nobody')",
        "id = 'f02'",
        "id <> 'f03'",
        "TRUE",
        "FALSE",
        "(dead > 2) = flag",
        "kind = precision",
    ]);
    prop_oneof![
        3 => texts.prop_map(str::to_owned),
        3 => (numeric(), compares(), numeric()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        1 => (numeric(), any::<bool>(), number(), number()).prop_map(|(of, not, low, high)| {
            format!("{of} {}BETWEEN {low} AND {high}", if not { "NOT " } else { "" })
        }),
        1 => (number(), number()).prop_map(|(a, b)| format!("dead IN ({a}, {b})")),
        3 => (places, place(), any::<bool>()).prop_map(|(op, place, turned)| {
            if turned { format!("{op}({place}, geometry)") } else { format!("{op}(geom, {place})") }
        }),
        2 => (place(), select(vec!["<", "<=", ">"]), select(vec![0, 1000, 90_000, 5_000_000]))
            .prop_map(|(place, op, m)| format!("distance_m(geometry, {place}) {op} {m}")),
        1 => (place(), select(vec![1000, 90_000]))
            .prop_map(|(place, m)| format!("within_m(geometry, {place}, {m})")),
        4 => dated(known),
        1 => (sets, list).prop_map(|(op, list)| format!("{op}(tags, {list})")),
    ]
}

fn filter(known: Known) -> impl Strategy<Value = String> {
    simple(known).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" AND "))),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" OR "))),
            1 => inner.prop_map(|one| format!("NOT ({one})")),
        ]
    })
}

proptest! {
    /// Text gives a tree, the tree gives text and JSON, and both give the tree again.
    #[test]
    fn what_is_written_is_read_again(filter in filter(Known::Roughly)) {
        let tree = cql2::parse(FilterEncoding::Text, &filter).map_err(|fault| TestCaseError::fail(fault.refusal(&filter).to_string()))?;
        let text = written::write(FilterEncoding::Text, &tree);
        prop_assert_eq!(&cql2::parse(FilterEncoding::Text, &text).unwrap(), &tree, "{}", text);
        prop_assert_eq!(&written::write(FilterEncoding::Text, &cql2::parse(FilterEncoding::Text, &text).unwrap()), &text);
        let json = written::write(FilterEncoding::Json, &tree);
        prop_assert_eq!(&cql2::parse(FilterEncoding::Json, &json).unwrap(), &tree, "{}", json);
    }

    /// Indexes and columns select what the condition is true of, whatever else is asked.
    #[test]
    fn a_filter_selects_what_each_feature_says(
        ((layer, held), filter) in select(KNOWN.to_vec()).prop_flat_map(|known| (layer(known), filter(known))),
        with in 0..4,
    ) {
        let schema = layer.schema();
        let condition = cql2::read(FilterEncoding::Text, &filter, schema);
        let condition = condition.map_err(|fault| TestCaseError::fail(format!("{filter}: {}", fault.refusal(&filter))))?;
        let mut asked = ItemsQuery { limit: 1000, ..ItemsQuery::default() };
        match with {
            1 => asked.bbox = Bounds::new(44.0, 33.0, 46.0, 36.0).ok(),
            2 => asked.datetime = TimeSpan::parse_query("2022-06-01/2023-02-01").ok(),
            3 => asked.near = LngLat::new(45.0, 34.0).ok().map(|at| Near { at, radius_m: Some(3e5) }),
            _ => {}
        }
        let ids = |query: &ItemsQuery| {
            let hits = layer.items(query).hits;
            hits.iter().map(|hit| hit.feature.id().to_string()).collect::<std::collections::BTreeSet<_>>()
        };
        let mut expected = ids(&asked);
        let true_of = |one: &&Feature| condition.truth(&FeatureSubject(schema, one)) == Some(true);
        let all: Vec<&str> = held.iter().filter(true_of).map(|one| &*one.id).collect();
        expected.retain(|id| all.contains(&id.as_str()));
        let query = asked.filtered(condition.clone().into(), schema);
        prop_assert_eq!(ids(&query), expected.clone(), "{}", filter);
        prop_assert_eq!(layer.count(&query).0, expected.len() as u64, "{}", filter);
    }

    /// Whatever comes is a filter or a fault, never a panic.
    #[test]
    fn anything_is_a_filter_or_a_fault(any in "[a-z'\"(),<=>0-9.+*^ _\\[\\]{}:-]{0,40}|\\PC{0,30}") {
        for encoding in [FilterEncoding::Text, FilterEncoding::Json] {
            if let Err(fault) = cql2::read(encoding, &any, &schema(Known::Roughly)) {
                prop_assert!(!fault.refusal.detail.is_empty());
            }
        }
    }
}
