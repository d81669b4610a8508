//! Random features, of each kind of geometry and with values of each type.

use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Value;
use geo::{
    Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon, point,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

/// Text that XML has a form for.
fn text() -> impl Strategy<Value = Value> {
    let is_told = |c: &char| !matches!(*c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}');
    let letters = prop_oneof![
        3 => any::<char>().prop_filter("XML", is_told),
        2 => prop::sample::select(vec!['<', '&', '"', '\'', '\n', '\r', '\t', ' ', 'س', ']', '>', ',']),
    ];
    vec(letters, 0..12).prop_map(|text| Value::Text(text.into_iter().collect::<String>().into()))
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    let date = (1900..2100_i32, 1..=12_u8, 1..=28_u8);
    let date = date.prop_map(|(y, m, d)| Value::Text(format!("{y}-{m:02}-{d:02}").into()));
    let at = prop::sample::select(vec![
        "2023-03-19T06:30:00Z",
        "2023-03-19T06:30:00.125Z",
        "2023-03-19T06:30:00+03:30",
    ]);
    let list = prop::sample::select(vec![
        json!([{ "name": "Agency", "ref": "https://agency.example/?a=1&b=2" }]),
        json!({ "ب": [1, 2.5, null, true] }),
        json!([]),
        json!([]),
    ]);
    let or_null = |value: BoxedStrategy<Value>| option::of(value);
    (
        or_null(text().boxed()),
        or_null(text().boxed()),
        or_null(text().boxed()),
        or_null(any::<i64>().prop_map(Value::Integer).boxed()),
        or_null((-1e300..1e300_f64).prop_map(Value::Number).boxed()),
        or_null(any::<bool>().prop_map(Value::Boolean).boxed()),
        or_null(date.boxed()),
        or_null(at.prop_map(|at| Value::Text(at.into())).boxed()),
        or_null(
            list.prop_map(|list| Value::Json(list.to_string().into()))
                .boxed(),
        ),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| {
            let all = [a, b, c, d, e, f, g, h, i];
            all.map(|value| value.unwrap_or(Value::Null)).to_vec()
        })
}

pub(super) fn place() -> impl Strategy<Value = Point> {
    let edge = prop::sample::select(vec![point!(x: 180.0, y: 0.5), point!(x: -180.0, y: 90.0)]);
    prop_oneof![
        5 => (-180.0..=180.0, -90.0..=90.0).prop_map(Point::from),
        1 => edge,
    ]
}

fn line() -> impl Strategy<Value = LineString> {
    vec(place(), 2..6).prop_map(LineString::from)
}

/// A ring around a place that does not cross itself: its positions lie around the place in their order.
fn ring(middle: [f64; 2], least: f64, most: f64) -> impl Strategy<Value = LineString> {
    vec(least..most, 5..9).prop_map(move |reach| {
        let turn = std::f64::consts::TAU / reach.len() as f64;
        let place = |(at, reach): (usize, &f64)| {
            let (sin, cos) = (at as f64 * turn).sin_cos();
            (middle[0] + reach * cos, middle[1] + reach * sin)
        };
        let mut ring: LineString = reach.iter().enumerate().map(place).collect();
        ring.close();
        ring
    })
}

/// An area with up to two holes in the nth of the stripes that areas may be in side by side.
fn area(stripe: i32) -> impl Strategy<Value = Polygon> {
    let west = -180.0 + 20.0 * f64::from(stripe);
    (-79.0..79.0_f64, 0..3_usize).prop_flat_map(move |(lat, holes)| {
        let middle = [west + 10.0, lat];
        let holes = [-1.5, 1.5]
            .map(|away| ring([middle[0] + away, lat], 0.1, 1.0))
            .into_iter()
            .take(holes);
        (ring(middle, 4.0, 9.9), holes.collect::<Vec<_>>())
            .prop_map(|(outer, inner)| Polygon::new(outer, inner))
    })
}

pub(super) fn points() -> BoxedStrategy<Geometry> {
    let several = vec(place(), 1..4).prop_map(|all| MultiPoint(all).into());
    prop_oneof![5 => place().prop_map(Geometry::from), 1 => several].boxed()
}

pub(super) fn lines() -> BoxedStrategy<Geometry> {
    let several = vec(line(), 1..4).prop_map(|all| MultiLineString(all).into());
    prop_oneof![line().prop_map(Geometry::from), several].boxed()
}

pub(super) fn areas() -> BoxedStrategy<Geometry> {
    let several = (area(0), area(9), area(17)).prop_flat_map(|(a, b, c)| {
        (1..4_usize).prop_map(move |count| [&a, &b, &c].into_iter().take(count).cloned().collect())
    });
    let several = several.prop_map(|all: Vec<Polygon>| MultiPolygon(all).into());
    prop_oneof![
        (0..18).prop_flat_map(area).prop_map(Geometry::from),
        several
    ]
    .boxed()
}

pub(super) fn mixed() -> BoxedStrategy<Geometry> {
    let one = || prop_oneof![points(), lines(), areas()];
    let collection =
        vec(one(), 1..4).prop_map(|all| Geometry::GeometryCollection(GeometryCollection(all)));
    prop_oneof![3 => one(), 1 => collection].boxed()
}

pub(super) fn layer_of(geometry: BoxedStrategy<Geometry>) -> impl Strategy<Value = Vec<Feature>> {
    let feature = (option::weighted(0.9, geometry), values());
    vec(feature, 0..40).prop_map(|all| {
        let ids = (0_u32..).map(|at| format!("<{}> ü", at.wrapping_mul(2_654_435_761)));
        let features = ids.zip(all).map(|(id, (geometry, values))| Feature {
            id: id.into(),
            geometry,
            values: values.into(),
        });
        features.collect()
    })
}
