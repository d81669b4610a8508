//! What is too much for a page, a tile or a filter is bounded, and nothing is lost by it.

use bordermap::atlas::geo::clip::shape_in;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::geo::tiling::{TileAddress, TileMatrixSet};
use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Value;
use bordermap::atlas::query::question::{ItemsQuery, Near, PAGE_BYTES_MAX};
use bordermap::atlas::query::sort::{Sort, SortKey};
use bordermap::format::cql2::{self, FilterEncoding};
use geo::{Coord, Geometry, LineString, Point, Polygon};

use crate::support::things;

fn long(number: i32) -> Feature {
    let text = "x".repeat(PAGE_BYTES_MAX / 5 * 2);
    Feature {
        id: format!("f-{number}").into(),
        geometry: Some(Point::new(45.0 + f64::from(number), 35.0).into()),
        values: [Value::Text(text.into()), Value::Null].into(),
    }
}

#[test]
fn a_page_ends_before_it_is_too_large_and_the_next_one_goes_on() {
    let schema = things::schema(("date", None), &[("name", "string"), ("date", "date")]);
    let changes = (0..5).map(|number| (long(number).id, Some(long(number))));
    let layer = Layer::new(schema).with(changes.collect());
    let by_id = ItemsQuery::default();
    let near = Some(Near {
        at: LngLat::new(45.0, 35.0).unwrap(),
        radius_m: None,
    });
    let keys = vec![SortKey {
        field: 0,
        descending: false,
    }];
    let sort = Some(Sort {
        keys,
        id_descending: false,
    });
    for mut query in [
        by_id.clone(),
        ItemsQuery {
            near,
            ..by_id.clone()
        },
        ItemsQuery { sort, ..by_id },
    ] {
        let (mut pages, mut ids) = (Vec::new(), Vec::new());
        loop {
            let answer = layer.items(&query);
            assert_eq!(answer.matched, Some(5));
            pages.push(answer.hits.len());
            ids.extend(answer.hits.iter().map(|hit| hit.feature.id().into_owned()));
            match answer.next {
                Some(next) => query.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(pages, [2, 2, 1]);
        assert_eq!(ids, ["f-0", "f-1", "f-2", "f-3", "f-4"]);
    }
}

/// The tile that all of these are in.
fn tile() -> TileAddress {
    TileAddress::new(TileMatrixSet::WebMercatorQuad, 5, 12, 20).unwrap()
}

fn around(vertices: u32, turns: u32) -> Geometry {
    let at = |number: u32| {
        let share = f64::from(number) * f64::from(turns) / f64::from(vertices);
        let angle = share * std::f64::consts::TAU;
        Coord {
            x: 50.0 + 2.0 * angle.cos(),
            y: 36.0 + 2.0 * angle.sin(),
        }
    };
    Polygon::new((0..vertices).map(at).collect(), Vec::new()).into()
}

#[test]
fn an_area_that_crosses_itself_beyond_measure_is_drawn_as_its_edge() {
    let few = shape_in(&around(101, 49), tile()).unwrap();
    assert!(!few.areas.is_empty() && few.lines.is_empty());
    let star = shape_in(&around(20_001, 9_999), tile()).unwrap();
    assert!(star.areas.is_empty());
    let [edge] = star.lines.as_slice() else {
        panic!("{} lines", star.lines.len());
    };
    assert_eq!(edge.first(), edge.last());
    let plain = shape_in(&around(20_001, 1), tile()).unwrap();
    assert_eq!((plain.areas.len(), plain.lines.len()), (1, 0));
}

#[test]
fn what_is_too_fine_for_a_tile_is_told_more_coarsely() {
    // Up and down, a little farther each time: at first no vertex can be left out.
    let at = |number: u32| Coord {
        x: 46.0 + f64::from(number) * 1e-4,
        y: 33.0
            + if number.is_multiple_of(2) {
                0.0
            } else {
                0.02 * f64::from(number % 7)
            },
    };
    let line = LineString::new((0..90_000).map(at).collect());
    let shape = shape_in(&line.into(), tile()).unwrap();
    assert!(
        (100..=50_000).contains(&shape.vertices()),
        "{}",
        shape.vertices()
    );
}

#[test]
fn a_filter_that_goes_around_the_world_too_often_is_told_the_ceiling() {
    let schema = things::schema(("date", None), &[("name", "string"), ("date", "date")]);
    let zigzag = |count: usize| {
        let at = |number: usize| {
            if number.is_multiple_of(2) {
                "-180 9"
            } else {
                "180 9"
            }
        };
        let line: Vec<&str> = (0..count).map(at).collect();
        let filter = format!("S_INTERSECTS(geometry,LINESTRING({}))", line.join(","));
        cql2::read(FilterEncoding::Text, &filter, &schema)
    };
    assert!(zigzag(28).is_ok());
    let fault = zigzag(30).unwrap_err();
    assert!(
        fault.refusal.detail.contains("10000 degrees"),
        "{}",
        fault.refusal.detail
    );
    assert!(
        fault.refusal.detail.contains("10440"),
        "{}",
        fault.refusal.detail
    );
}

/// Bound again with each level, these took as long as three to the power of their depth.
#[test]
fn operators_in_each_other_are_bound_once() {
    let schema = things::schema(("date", None), &[("name", "string"), ("date", "date")]);
    for outer in ["(# BETWEEN FALSE AND TRUE)", "(# IN (TRUE, FALSE))"] {
        let inner = "(name = 'a')".to_owned();
        let filter = (0..40).fold(inner, |inner, _| outer.replace('#', &inner));
        assert!(
            cql2::read(FilterEncoding::Text, &filter, &schema).is_ok(),
            "{filter}"
        );
    }
    let lists = (0..40).fold("1".to_owned(), |inner, _| format!("({inner}, 0)"));
    let filter = format!("A_EQUALS({lists}, {lists})");
    assert!(cql2::read(FilterEncoding::Text, &filter, &schema).is_ok());
}
