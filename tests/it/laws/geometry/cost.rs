//! What a geometry costs is counted before it is taken.

use std::cell::Cell;

use bordermap::atlas::geo::cost::{Cost, Excess, PARTS_MAX, POSITIONS_MAX};
use bordermap::atlas::model::budget::Budget;
use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiPoint, Point, Polygon, Rect, polygon,
};

fn nothing() -> Geometry {
    Geometry::GeometryCollection(GeometryCollection(Vec::new()))
}

fn zigzag(positions: usize) -> Geometry {
    let at = |number: usize| Coord {
        x: if number.is_multiple_of(2) {
            -180.0
        } else {
            180.0
        },
        y: 9.0,
    };
    LineString::new((0..positions).map(at).collect()).into()
}

#[test]
fn a_geometry_is_counted_whole() {
    let area = polygon!(
        exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 3.0)],
        interiors: [[(x: 1.0, y: 0.5), (x: 2.0, y: 0.5), (x: 2.0, y: 1.0)]],
    );
    let cost = |positions, parts, length_deg| Cost {
        positions,
        parts,
        length_deg,
    };
    assert_eq!(
        Cost::of(&area.clone().into()),
        cost(8, 2, 4.0 + 3.0 + 4.0 + 1.0 + 0.5 + 1.0)
    );
    assert_eq!(Cost::of(&Point::new(1.0, 2.0).into()), cost(1, 0, 0.0));
    let world = Rect::new((-180.0, -90.0), (180.0, 90.0));
    assert_eq!(Cost::of(&world.into()), cost(5, 1, 1080.0));
    let members = GeometryCollection::from(vec![
        area.into(),
        MultiPoint::from(vec![(1.0, 1.0), (2.0, 2.0)]).into(),
        nothing(),
    ]);
    let members = Geometry::GeometryCollection(members);
    assert_eq!(Cost::of(&members), cost(10, 5, 13.5));
}

#[test]
fn what_is_over_a_ceiling_is_said() {
    let excess = |geometry: &Geometry| Cost::of(geometry).excess();
    assert_eq!(excess(&zigzag(100)), None);
    assert_eq!(excess(&zigzag(140)), Some(Excess::Length(50_040.0)));
    let points = |count| MultiPoint::new(vec![Point::new(1.0, 2.0); count]).into();
    assert_eq!(excess(&points(POSITIONS_MAX)), None);
    assert_eq!(
        excess(&points(POSITIONS_MAX + 1)),
        Some(Excess::Positions(1_000_001))
    );
    let nothings = GeometryCollection(vec![nothing(); PARTS_MAX + 1]);
    assert_eq!(
        excess(&Geometry::GeometryCollection(nothings)),
        Some(Excess::Parts(100_001))
    );
}

/// What is wrong with an area, and the microseconds that it said to cost.
fn looked_at(area: &Geometry) -> (Option<Excess>, u64) {
    thread_local! {
        static NOW_NS: Cell<u64> = const { Cell::new(0) };
    }
    // The clock is looked at after each 50 µs that work says to take.
    let clock = || NOW_NS.replace(NOW_NS.get() + 50_000);
    let budget = Budget::new(u64::MAX);
    let excess = budget.run(clock, u64::MAX, || Excess::of_crossings(area));
    (excess.unwrap(), budget.spent_ns() / 1000)
}

#[test]
fn a_look_at_an_area_costs_in_proportion_to_it() {
    // Long diagonals side by side: all boxes meet, no edges cross.
    let comb = |teeth: u32| -> Geometry {
        let tooth = |tooth: u32| {
            let x = f64::from(tooth) / f64::from(teeth);
            let gap = 0.5 / f64::from(teeth);
            [(x, 0.0), (x + 1.0, 1.0), (x + gap, 0.0)]
        };
        let ring = (0..teeth).flat_map(tooth).chain([(1.0, -1.0), (0.0, -1.0)]);
        Polygon::new(ring.collect(), Vec::new()).into()
    };
    for teeth in [200, 650, 6_500] {
        let (excess, spent_us) = looked_at(&comb(teeth));
        assert_eq!(excess, None);
        assert!(spent_us < u64::from(teeth) * 8, "{teeth}: {spent_us}");
    }
    // Nearly all edges cross.
    let star = |vertices: u32| -> Geometry {
        let at = |number: u32| {
            let turns = f64::from(number) * f64::from(vertices / 2) / f64::from(vertices);
            let (y, x) = (turns * std::f64::consts::TAU).sin_cos();
            (x, y)
        };
        Polygon::new((0..vertices).map(at).collect(), Vec::new()).into()
    };
    for vertices in [451, 2_001, 20_001] {
        let (excess, spent_us) = looked_at(&star(vertices));
        assert_eq!(excess, Some(Excess::Crossings));
        assert!(spent_us < u64::from(vertices) * 3, "{vertices}: {spent_us}");
    }
}
