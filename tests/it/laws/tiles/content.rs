//! What a tile holds: no more than its ceilings let it, and the same of the same features.

use std::f64::consts::PI;

use bordermap::atlas::geo::tiling::{TileAddress, TileMatrixSet};
use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Value;
use bordermap::atlas::products::tiles::POINTS_MAX;
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::mvt;
use geo::{Coord, Geometry, LineString, MultiPoint, Point, Polygon};
use mvt_reader::feature::Value as Told;

use super::{Dice, MERCATOR, feature, kind_of, layer, schema, tile};

#[test]
fn the_same_content_makes_the_same_tile() {
    let layer = layer();
    let compacted = layer.compacted();
    for (zoom, row, column) in [(0, 0, 0), (5, 12, 20), (7, 51, 80), (9, 203, 320)] {
        let set = TileMatrixSet::WebMercatorQuad;
        let address = TileAddress::new(set, zoom, row, column).unwrap();
        let bytes = |layer: &Layer| mvt::encode(&layer.tile(address, &ItemsQuery::default()));
        assert!(!bytes(&layer).is_empty(), "{zoom}/{row}/{column}");
        assert_eq!(bytes(&layer), bytes(&compacted));
    }
}

#[test]
fn a_tile_never_grows_beyond_its_ceiling() {
    let long = |number: usize| format!("{number:04}{}", "گزارش ".repeat(60));
    let of = |features: Vec<Feature>| {
        let changes = features.into_iter().map(|f| (f.id.clone(), Some(f)));
        Layer::new(schema()).with(changes.collect())
    };
    let points = (0..POINTS_MAX).map(|number| {
        let lng = 45.0 + number as f64 / 1e4;
        feature(&long(number), Point::new(lng, 35.0).into(), number)
    });
    let drawn = tile(
        &of(points.collect()),
        MERCATOR,
        3,
        (3, 5),
        &ItemsQuery::default(),
    );
    assert_eq!(drawn.len(), POINTS_MAX, "each position stays");
    assert!(kind_of(&drawn[0]).is_some());

    let mut dice = Dice(3);
    let areas = (0..20_000).map(|number| {
        let (x, y) = (dice.between(0.0, 40.0), dice.between(10.0, 40.0));
        let size = if number % 100 == 0 { 2.0 } else { 0.2 };
        let ring = (0..12).map(|turn| {
            let angle = f64::from(turn) * PI / 6.0;
            let radius = size * dice.between(0.5, 1.0);
            Coord::from((x + radius * angle.cos(), y + radius * angle.sin()))
        });
        let polygon = Polygon::new(LineString::new(ring.collect()), vec![]);
        feature(&format!("a{number}"), polygon.into(), number)
    });
    let drawn = tile(
        &of(areas.collect()),
        MERCATOR,
        2,
        (1, 2),
        &ItemsQuery::default(),
    );
    assert!((1000..20_000).contains(&drawn.len()), "{}", drawn.len());
}

#[test]
fn a_long_text_is_cut_and_a_feature_of_several_kinds_is_drawn_as_each() {
    let name = "تقرير ".repeat(40);
    let mut long = feature("x", Point::new(45.0, 35.0).into(), 0);
    long.values[0] = Value::Text(name.as_str().into());
    let several = Geometry::GeometryCollection(geo::GeometryCollection(vec![
        MultiPoint(vec![
            Point::new(10.0, 10.0),
            Point::new(20.0, 10.0),
            Point::new(-20.0, 10.0),
        ])
        .into(),
        LineString::from(vec![(10.0, 20.0), (20.0, 30.0)]).into(),
        geo::Rect::new((30.0, 10.0), (40.0, 20.0))
            .to_polygon()
            .into(),
    ]));
    let changes = vec![
        ("x".into(), Some(long)),
        ("y".into(), Some(feature("y", several, 1))),
    ];
    let layer = Layer::new(schema()).with(changes);
    let drawn = tile(&layer, MERCATOR, 1, (0, 1), &ItemsQuery::default());
    let kinds: Vec<_> = drawn
        .iter()
        .map(|d| (d.id().unwrap(), kind(&d.geometry)))
        .collect();
    let expected = [
        ("y", "points"),
        ("y", "line"),
        ("y", "area"),
        ("x", "points"),
    ];
    assert_eq!(kinds, expected);
    let Told::String(told) = &drawn[3].properties["name"] else {
        panic!("{:?}", drawn[3]);
    };
    let start = told.strip_suffix('…').unwrap();
    assert!(name.starts_with(start) && (100..=120).contains(&told.len()));
    let Geometry::MultiPoint(points) = &drawn[0].geometry else {
        panic!("{:?}", drawn[0]);
    };
    assert_eq!(points.0.len(), 2, "the third is in the western tile");
}

fn kind(geometry: &Geometry<f32>) -> &'static str {
    match geometry {
        Geometry::Point(_) | Geometry::MultiPoint(_) => "points",
        Geometry::LineString(_) | Geometry::MultiLineString(_) => "line",
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) => "area",
        _ => "other",
    }
}
