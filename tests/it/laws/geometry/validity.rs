//! What is wrong with areas is found, as the rules of simple features have it and as the library finds it.

use std::cell::Cell;

use bordermap::atlas::geo::validity::{Invalidity, InvalidityKind, crossings, fault_of};
use bordermap::atlas::model::budget::{Budget, Stopped};
use geo::{Geometry, LineString, MultiPolygon, Polygon, Validation};
use proptest::prelude::*;

fn ring(positions: &[(i32, i32)]) -> LineString {
    positions
        .iter()
        .map(|(x, y)| (f64::from(*x), f64::from(*y)))
        .collect()
}

fn square(x: i32, y: i32, side: i32) -> LineString {
    ring(&[
        (x, y),
        (x + side, y),
        (x + side, y + side),
        (x, y + side),
        (x, y),
    ])
}

/// What is wrong with areas, each an outer ring and its holes.
fn check(areas: &[&[LineString]], wanted: Option<(InvalidityKind, (f64, f64))>) {
    let wanted = wanted.map(|(kind, at)| Invalidity {
        kind,
        at: at.into(),
    });
    let area = |rings: &&[LineString]| Polygon::new(rings[0].clone(), rings[1..].to_vec());
    let whole = Geometry::MultiPolygon(areas.iter().map(area).collect());
    assert_eq!(fault_of(&whole), wanted, "{whole:?}");
    if let [one] = areas {
        assert_eq!(fault_of(&area(one).into()), wanted);
    }
    // Whichever way its rings go and wherever they begin.
    let turned = |ring: &LineString| {
        let mut turned = ring.clone();
        if turned.0.is_empty() {
            return turned;
        }
        turned.0.reverse();
        turned.0.pop();
        turned.0.rotate_left(1);
        turned.close();
        turned
    };
    let turned = areas.iter().map(|rings| {
        let rings: Vec<_> = rings.iter().map(turned).collect();
        area(&&rings[..])
    });
    let fault = fault_of(&Geometry::MultiPolygon(turned.collect()));
    assert_eq!(
        fault.map(|fault| fault.kind),
        wanted.map(|fault| fault.kind),
        "{whole:?}"
    );
}

#[test]
fn valid_areas_have_no_fault() {
    let big = square(0, 0, 10);
    check(&[], None);
    check(&[&[LineString::new(Vec::new())]], None);
    check(&[std::slice::from_ref(&big)], None);
    check(&[&[big.clone(), square(2, 2, 2), square(6, 6, 2)]], None);
    // A hole that touches its area, or another hole, at one position.
    let at_edge = ring(&[(0, 5), (2, 4), (2, 6), (0, 5)]);
    check(&[&[big.clone(), at_edge.clone()]], None);
    check(&[&[big.clone(), square(2, 2, 2), square(4, 4, 2)]], None);
    // Areas side by side that touch at positions, and one in the hole of another, touching it.
    check(&[std::slice::from_ref(&big), &[square(10, 10, 5)]], None);
    let diamond = ring(&[(2, 5), (5, 2), (8, 5), (5, 8), (2, 5)]);
    check(
        &[
            &[big.clone(), square(2, 2, 6)],
            std::slice::from_ref(&diamond),
        ],
        None,
    );
}

#[test]
fn rings_that_cross_themselves_or_are_too_short_are_found() {
    // Bow ties: crossing in the open, and at a vertex of both.
    let bow = ring(&[(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)]);
    check(&[&[bow]], Some((InvalidityKind::Crossing, (5.0, 5.0))));
    let eight = ring(&[(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10), (0, 0)]);
    check(&[&[eight]], Some((InvalidityKind::SelfTouch, (5.0, 5.0))));
    let pinched = ring(&[(0, 0), (10, 0), (10, 10), (5, 0), (0, 10), (0, 0)]);
    check(&[&[pinched]], Some((InvalidityKind::SelfTouch, (5.0, 0.0))));
    // A spike, a ring that is there and back, a ring that is nothing.
    let spike = ring(&[(0, 0), (10, 0), (14, 0), (10, 0), (10, 10), (0, 0)]);
    let fault = fault_of(&Polygon::new(spike, Vec::new()).into());
    assert_eq!(fault.map(|fault| fault.at), Some((10.0, 0.0).into()));
    check(
        &[&[ring(&[(1, 2), (5, 5), (1, 2), (1, 2)])]],
        Some((InvalidityKind::TooFew, (1.0, 2.0))),
    );
    check(
        &[&[ring(&[(1, 2), (1, 2), (1, 2), (1, 2)])]],
        Some((InvalidityKind::TooFew, (1.0, 2.0))),
    );
}

#[test]
fn holes_and_areas_where_they_must_not_be_are_found() {
    let big = square(0, 0, 10);
    // Holes that are outside, in another, the same, over the edge, or across a vertex.
    check(
        &[&[big.clone(), square(20, 2, 2)]],
        Some((InvalidityKind::HoleOutside, (20.0, 2.0))),
    );
    check(
        &[&[big.clone(), square(2, 2, 6), square(4, 4, 2)]],
        Some((InvalidityKind::HoleInHole, (4.0, 4.0))),
    );
    check(
        &[&[square(2, 2, 2), big.clone()]],
        Some((InvalidityKind::HoleOutside, (0.0, 0.0))),
    );
    check(
        &[&[big.clone(), square(0, 2, 2)]],
        Some((InvalidityKind::Overlap, (0.0, 2.0))),
    );
    let through = ring(&[(5, 5), (10, 10), (12, 8), (5, 5)]);
    assert!(fault_of(&Polygon::new(big.clone(), vec![through]).into()).is_some());
    // Holes that cut their area apart.
    let across = ring(&[(0, 5), (5, 4), (10, 5), (5, 6), (0, 5)]);
    let fault = fault_of(&Polygon::new(big.clone(), vec![across]).into());
    assert_eq!(fault.map(|fault| fault.kind), Some(InvalidityKind::Parted));
    // Areas in each other, over each other, side by side.
    check(
        &[std::slice::from_ref(&big), &[square(2, 2, 2)]],
        Some((InvalidityKind::AreaInArea, (2.0, 2.0))),
    );
    let fault = fault_of(&Geometry::MultiPolygon(MultiPolygon::new(vec![
        Polygon::new(big.clone(), Vec::new()),
        Polygon::new(square(5, 5, 10), Vec::new()),
    ])));
    assert_eq!(
        fault.map(|fault| fault.kind),
        Some(InvalidityKind::Crossing)
    );
    check(
        &[&[big], &[square(10, 0, 10)]],
        Some((InvalidityKind::Overlap, (10.0, 0.0))),
    );
}

#[test]
fn an_area_without_extent_is_no_area() {
    // All on one line, and holes that cross each other.
    let flat = ring(&[(1, 2), (2, 1), (0, 3), (1, 2)]);
    let holes = vec![
        ring(&[(2, 1), (0, 4), (1, 2), (2, 1)]),
        ring(&[(0, 0), (0, 4), (0, 1), (0, 0)]),
    ];
    let polygon = Polygon::new(flat.clone(), holes);
    assert!(fault_of(&polygon.into()).is_some());
    let fault = fault_of(&Polygon::new(flat, Vec::new()).into());
    assert_eq!(fault.map(|fault| fault.kind), Some(InvalidityKind::Overlap));
}

/// Long diagonals side by side: all boxes meet, no edges cross.
fn comb(teeth: i32) -> Geometry {
    let mut comb: Vec<(f64, f64)> = Vec::new();
    for tooth in 0..teeth {
        let step = f64::from(tooth) / f64::from(teeth);
        comb.extend([
            (step, 0.0),
            (step + 50.0, 50.0),
            (step + 0.5 / f64::from(teeth), 0.0),
        ]);
    }
    comb.extend([(1.0, -1.0), (0.0, -1.0), (0.0, 0.0)]);
    Polygon::new(comb.into(), Vec::new()).into()
}

/// Triangles around one position, which all of them have.
fn fan(triangles: u32) -> Vec<Polygon> {
    let at = |turn: f64| {
        let (y, x) = (turn / f64::from(triangles) * std::f64::consts::TAU).sin_cos();
        (x, y)
    };
    let triangle = |number| {
        let ring = vec![(0.0, 0.0), at(number), at(number + 0.5), (0.0, 0.0)];
        Polygon::new(ring.into(), Vec::new())
    };
    (0..triangles).map(f64::from).map(triangle).collect()
}

/// Holes of a pixel each as a raster has them, and triangles that touch the next one.
fn sieve(columns: i32, rows: i32) -> Vec<LineString> {
    let mut rings = vec![square(-1, -1, 4 * columns.max(rows) + 2)];
    for (column, row) in (0..columns).flat_map(|x| (0..rows).map(move |y| (4 * x, 4 * y))) {
        rings.push(square(column, row, 1));
        let (x, y) = (column + 1, row + 1);
        rings.push(ring(&[(x, y), (x + 1, y), (x + 1, y + 1), (x, y)]));
    }
    rings
}

/// Whatever the boxes of edges do: as rasters and drawing programs make them.
#[test]
fn what_is_valid_is_taken_however_its_edges_lie() {
    let kind = |geometry: Geometry| fault_of(&geometry).map(|fault| fault.kind);
    let mut triangles = fan(30_000);
    assert_eq!(kind(MultiPolygon::new(triangles.clone()).into()), None);
    triangles.push(triangles[7_000].clone());
    assert_eq!(
        kind(MultiPolygon::new(triangles).into()),
        Some(InvalidityKind::Overlap)
    );
    for (columns, rows) in [(4_000, 5), (5, 4_000), (150, 150)] {
        let mut holes = sieve(columns, rows);
        let outer = holes.remove(0);
        let with = |holes: Vec<LineString>| Polygon::new(outer.clone(), holes).into();
        assert_eq!(kind(with(holes.clone())), None);
        let small = ring(&[(0, 0), (1, 0), (1, 1), (0, 0)]);
        let quarter = small.0.iter().map(|at| *at / 4.0 + (12.25, 8.5).into());
        holes.push(quarter.collect());
        assert_eq!(kind(with(holes)), Some(InvalidityKind::HoleInHole));
    }
    let comb = comb(40_000);
    assert_eq!(kind(comb.clone()), None);
    // To count how often it crosses itself would take too long.
    assert_eq!(crossings(&comb, 10), None);
}

/// Areas in the holes of areas, and so on: each time the next ring around is looked at, not all.
#[test]
fn rings_may_lie_deep_in_each_other() {
    let depth = 20_000;
    let around = |number: i32| square(number, number, 4 * depth - 2 * number);
    let area = |number: i32| Polygon::new(around(2 * number), vec![around(2 * number + 1)]);
    let mut areas: Vec<Polygon> = (0..depth / 2).map(area).collect();
    assert_eq!(fault_of(&MultiPolygon::new(areas.clone()).into()), None);
    areas.push(Polygon::new(square(3, 4, 1), Vec::new()));
    areas.push(Polygon::new(square(2, 4, 1), Vec::new()));
    assert!(fault_of(&MultiPolygon::new(areas).into()).is_some());
}

/// Products of differences that small would be nothing.
#[test]
fn ordinates_next_to_zero_are_zero() {
    let tiny = ring(&[(0, 0), (1, 0), (1, 1), (0, 0)]);
    let tiny: LineString = tiny.0.iter().map(|at| *at * 1e-180).collect();
    let fault = fault_of(&Polygon::new(tiny.clone(), Vec::new()).into());
    assert_eq!(fault.map(|fault| fault.kind), Some(InvalidityKind::TooFew));
    let mut large = square(-1, -1, 1);
    large.0[2] = tiny.0[2];
    assert_eq!(fault_of(&Polygon::new(large, Vec::new()).into()), None);
}

#[test]
fn a_question_can_be_stopped_in_it() {
    thread_local! {
        static NOW_NS: Cell<u64> = const { Cell::new(0) };
    }
    let clock = || {
        NOW_NS.set(NOW_NS.get() + 50_000);
        NOW_NS.get()
    };
    let comb = comb(5_000);
    let checked = |limit_ns| Budget::new(limit_ns).run(clock, u64::MAX, || fault_of(&comb));
    assert_eq!(checked(1_000_000), Err(Stopped::Spent));
    assert_eq!(checked(u64::MAX), Ok(None));
}

fn any_ring() -> impl Strategy<Value = LineString> {
    prop::collection::vec((0..7_i32, 0..7_i32), 3..7).prop_map(|mut positions| {
        positions.push(positions[0]);
        ring(&positions)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    /// The library's own check compares all with all; it does not know of spikes, nor of areas that
    /// are cut apart.
    #[test]
    fn it_agrees_with_the_library(
        areas in prop::collection::vec((any_ring(), prop::collection::vec(any_ring(), 0..3)), 1..3)
    ) {
        let polygons = areas.into_iter().map(|(outer, holes)| Polygon::new(outer, holes));
        let all = Geometry::MultiPolygon(polygons.collect());
        let fault = fault_of(&all);
        let is_ours = fault.is_some_and(|fault| matches!(fault.kind, InvalidityKind::Parted | InvalidityKind::Overlap));
        prop_assert!(is_ours || fault.is_none() == is_valid_to_the_library(&all), "{fault:?} {all:?}");
    }
}

/// The library's own check; of some areas that are not valid it ends by a panic.
fn is_valid_to_the_library(area: &Geometry) -> bool {
    std::panic::catch_unwind(|| area.is_valid()).unwrap_or(false)
}

#[test]
fn what_the_library_panics_at_is_refused() {
    let polygon = |outer: &[(i32, i32)], holes: &[&[(i32, i32)]]| {
        Polygon::new(ring(outer), holes.iter().map(|hole| ring(hole)).collect())
    };
    let area = Geometry::MultiPolygon(geo::MultiPolygon(vec![
        polygon(
            &[(2, 1), (3, 3), (4, 5), (2, 1)],
            &[&[(3, 3), (0, 0), (2, 0), (3, 3)]],
        ),
        polygon(&[(0, 1), (0, 1), (2, 0), (0, 1)], &[]),
    ]));
    assert!(fault_of(&area).is_some());
    assert!(!is_valid_to_the_library(&area));
}
