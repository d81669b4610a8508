//! The areas of rings are valid, whatever the rings.

use std::f64::consts::TAU;

use bordermap::atlas::geo::rings::{Ring, Vertex, areas_of_rings, twice_area};
use geo::{Area, Coord, LineString, MultiPolygon, Polygon, Validation};
use proptest::prelude::*;

fn polygons(areas: &[Vec<Ring>]) -> MultiPolygon {
    let line = |ring: &Vec<Vertex>| {
        let vertices = ring.iter().map(|[x, y]| Coord {
            x: f64::from(*x),
            y: f64::from(*y),
        });
        LineString::new(vertices.collect())
    };
    let area =
        |rings: &Vec<Ring>| Polygon::new(line(&rings[0]), rings[1..].iter().map(line).collect());
    areas.iter().map(area).collect()
}

fn square(x: i32, y: i32, side: i32) -> Ring {
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

fn hole(x: i32, y: i32, side: i32) -> Ring {
    let mut ring = square(x, y, side);
    ring.reverse();
    ring
}

#[test]
fn a_place_is_in_an_area_if_more_outer_rings_than_holes_go_around_it() {
    let check = |rings: &[Vec<Vertex>], count: usize, area: f64| {
        let areas = polygons(&areas_of_rings(rings).unwrap());
        assert_eq!(
            (areas.0.len(), areas.unsigned_area()),
            (count, area),
            "{rings:?}"
        );
        assert!(areas.is_valid(), "{areas:?}");
    };
    check(&[], 0, 0.0);
    check(&[square(0, 0, 10)], 1, 100.0);
    check(&[hole(0, 0, 10)], 0, 0.0);
    check(&[square(0, 0, 10), hole(2, 2, 4)], 1, 84.0);
    // The hole has slipped out, wholly or half.
    check(&[square(0, 0, 10), hole(20, 0, 10)], 1, 100.0);
    check(&[square(0, 0, 10), hole(5, 0, 10)], 1, 50.0);
    // An island in a lake, two areas over each other, two that touch.
    check(&[square(0, 0, 10), hole(2, 2, 6), square(4, 4, 2)], 2, 68.0);
    check(&[square(0, 0, 10), square(5, 0, 10)], 1, 150.0);
    check(&[square(0, 0, 10), square(10, 10, 10)], 2, 200.0);
    // Two squares that were cut apart and hang together along the cut.
    check(
        &[vec![
            [0, 0],
            [4, 0],
            [4, 4],
            [0, 4],
            [0, 6],
            [4, 6],
            [4, 10],
            [0, 10],
        ]],
        2,
        32.0,
    );
}

#[test]
fn what_crosses_itself_too_often_is_no_area() {
    let star = |vertices: i32| -> Ring {
        let angle = |at: i32| f64::from(at * (vertices / 2 - 1)) * TAU / f64::from(vertices);
        #[expect(clippy::cast_possible_truncation, reason = "it is small")]
        let at = |angle: f64| [angle.cos(), angle.sin()].map(|unit| (unit * 2e3) as i32);
        (0..vertices).map(|place| at(angle(place))).collect()
    };
    assert!(areas_of_rings(&[star(101)]).is_some());
    assert!(areas_of_rings(&[star(20_001)]).is_none());
}

proptest! {
    #[test]
    fn whatever_the_rings_the_areas_are_valid(
        rings in prop::collection::vec(prop::collection::vec((0..60_i32, 0..60_i32), 3..12), 1..6)
    ) {
        let rings: Vec<Ring> =
            rings.into_iter().map(|ring| ring.into_iter().map(<[i32; 2]>::from).collect()).collect();
        let rings: Vec<_> = rings.into_iter().filter(|ring| twice_area(ring) != 0).collect();
        let areas = areas_of_rings(&rings).unwrap();
        for area in &areas {
            prop_assert!(twice_area(&area[0]) > 0);
            prop_assert!(area[1..].iter().all(|hole| twice_area(hole) < 0));
        }
        let areas = polygons(&areas);
        prop_assert!(areas.is_valid(), "{:?} {:?}", areas.validation_errors(), areas);
    }
}
