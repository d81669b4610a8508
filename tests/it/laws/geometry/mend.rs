//! Areas that are mended are valid.

use bordermap::atlas::geo::mend::mended;
use bordermap::atlas::geo::validity::fault_of;
use geo::{Area, Coord, Geometry, LineString, Polygon};
use proptest::prelude::*;

fn area(rings: &[&[(i32, i32)]]) -> Geometry {
    let ring = |positions: &&[(i32, i32)]| -> LineString {
        let degrees = |at: &i32| f64::from(*at) / 10.0 + 40.0;
        positions
            .iter()
            .map(|(x, y)| (degrees(x), degrees(y)))
            .collect()
    };
    Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect()).into()
}

/// What an area becomes: how many, and how large beside a square of a tenth of a degree.
fn check(rings: &[&[(i32, i32)]], wanted: (usize, f64)) {
    let whole = mended(&area(rings)).unwrap();
    assert_eq!(fault_of(&whole), None);
    let count = match &whole {
        Geometry::MultiPolygon(all) => all.0.len(),
        _ => 1,
    };
    let size = (whole.unsigned_area() * 1e5).round() / 1e3;
    assert_eq!((count, size), wanted, "{whole:?}");
}

const BIG: &[(i32, i32)] = &[(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)];

#[test]
fn what_crosses_itself_becomes_what_it_goes_around() {
    check(&[BIG], (1, 100.0));
    check(&[&[(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)]], (2, 50.0));
    check(
        &[&[(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10), (0, 0)]],
        (2, 50.0),
    );
    check(
        &[&[(0, 0), (10, 0), (14, 0), (10, 0), (10, 10), (0, 10), (0, 0)]],
        (1, 100.0),
    );
    // Holes: one that sticks out, two over each other, one outside, one the other way around.
    check(
        &[BIG, &[(8, 8), (12, 8), (12, 12), (8, 12), (8, 8)]],
        (1, 96.0),
    );
    let hole: &[(i32, i32)] = &[(2, 2), (6, 2), (6, 6), (2, 6), (2, 2)];
    check(
        &[BIG, hole, &[(4, 4), (8, 4), (8, 8), (4, 8), (4, 4)]],
        (1, 72.0),
    );
    check(
        &[BIG, &[(20, 2), (24, 2), (24, 6), (20, 6), (20, 2)]],
        (1, 100.0),
    );
}

#[test]
fn vertices_stay_where_they_are() {
    let bow = area(&[&[(0, 0), (10, 7), (10, 0), (0, 9), (0, 0)]]);
    let Geometry::MultiPolygon(parts) = mended(&bow).unwrap() else {
        panic!("a bow tie has two parts");
    };
    let positions: Vec<Coord> = parts
        .iter()
        .flat_map(|part| part.exterior().0.clone())
        .collect();
    for at in [(40.0, 40.0), (41.0, 40.7), (41.0, 40.0), (40.0, 40.9)] {
        assert!(positions.contains(&at.into()), "{at:?} in {positions:?}");
    }
}

#[test]
fn nothing_and_too_much_are_refused() {
    let line = mended(&area(&[&[(0, 0), (5, 5), (0, 0), (0, 0)]]));
    assert!(line.unwrap_err().contains("nothing would be left"));
    let star = |at: u32| {
        let turn = f64::from(at) * 200.0 / 401.0 * std::f64::consts::TAU;
        (46.0 + turn.cos(), 35.0 + turn.sin())
    };
    let star = Polygon::new((0..=401).map(star).collect(), Vec::new());
    let refused = mended(&star.into()).unwrap_err();
    assert!(
        refused.contains("its edges cross 10000 times or more"),
        "{refused}"
    );
}

proptest! {
    #[test]
    fn whatever_it_was_it_becomes_valid(
        rings in prop::collection::vec(prop::collection::vec((0..40_i32, 0..40_i32), 3..10), 1..4)
    ) {
        let rings: Vec<Vec<(i32, i32)>> = rings.into_iter().map(|mut ring| { ring.push(ring[0]); ring }).collect();
        let rings: Vec<&[(i32, i32)]> = rings.iter().map(Vec::as_slice).collect();
        match mended(&area(&rings)) {
            Ok(whole) => prop_assert_eq!(fault_of(&whole), None),
            Err(reason) => prop_assert!(reason.contains("nothing would be left"), "{}", reason),
        }
    }
}
