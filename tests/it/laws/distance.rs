//! Exact distance: points are Karney's geodesic, lines the least geodesic to any of their points.

use bordermap::atlas::geo::geodesy::{
    GeodesicOrigin, chord_2, distance_m, distance_m_max, distance_to_geometry_m,
};
use bordermap::atlas::geo::position::LngLat;
use geo::{Coord, Geometry, Line};
use proptest::prelude::*;

pub fn position() -> impl Strategy<Value = LngLat> {
    (-180.0..=180.0_f64, -90.0..=90.0_f64).prop_map(|(lng, lat)| LngLat::new(lng, lat).unwrap())
}

/// The least geodesic to an edge that is straight in degrees, by looking: a fine sweep, then finer
/// ones around the best place.
pub fn swept_m(at: LngLat, from: Coord, to: Coord) -> f64 {
    let measure = |t: f64| {
        let on_edge = from + (to - from) * t;
        distance_m(at, LngLat::new(on_edge.x, on_edge.y).unwrap())
    };
    let (mut low, mut high) = (0.0, 1.0);
    let mut best = f64::INFINITY;
    for steps in [2000, 20, 20, 20, 20] {
        let step = (high - low) / f64::from(steps);
        let (t, found) = (0..=steps)
            .map(|at| f64::min(low + step * f64::from(at), 1.0))
            .map(|t| (t, measure(t)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap();
        best = best.min(found);
        (low, high) = (f64::max(t - step, 0.0), f64::min(t + step, 1.0));
    }
    best
}

fn check_edge(at: LngLat, from: (f64, f64), to: (f64, f64)) {
    let edge = Line::new(from, to);
    let ours = distance_to_geometry_m(at, &Geometry::Line(edge));
    let looked = swept_m(at, edge.start, edge.end);
    // The promise of the interface: within 0.01 % + 1 cm.
    let wrong = (ours - looked).abs();
    assert!(
        wrong <= looked * 1e-4 + 0.01,
        "from {at} to {from:?}..{to:?}: {ours} instead of {looked}"
    );
}

#[test]
fn known_geodesics() {
    let check = |a: (f64, f64), b: (f64, f64), metres: f64| {
        let [a, b] = [a, b].map(|(lng, lat)| LngLat::new(lng, lat).unwrap());
        assert!((distance_m(a, b) - metres).abs() < 0.001, "{a} {b}");
    };
    // GeographicLib's documentation: Wellington to Salamanca; one degree of the equator is a π/180.
    check((0.0, 0.0), (1.0, 0.0), 111_319.490_8);
    check((174.81, -41.32), (-5.5, 40.96), 19_959_679.267_4);
}

#[test]
fn long_edges_near_poles_and_antimeridian() {
    let at = |lng, lat| LngLat::new(lng, lat).unwrap();
    check_edge(at(45.0, 34.0), (40.0, 30.0), (49.0, 37.0));
    check_edge(at(0.0, 89.99), (-170.0, 89.5), (170.0, 89.5));
    check_edge(at(179.999, 10.0), (-179.999, 9.0), (-179.999, 11.0));
    check_edge(at(-180.0, -90.0), (-10.0, -80.0), (10.0, -80.0));
    check_edge(at(46.0, 31.0), (-120.0, 31.0), (40.0, 31.0));
    check_edge(at(10.0, 50.0), (10.0, 50.0), (10.0, 50.0));
}

proptest! {
    #[test]
    fn chords_bound_the_geodesic(a in position(), b in position()) {
        let chord_m = chord_2(a.ecef(), b.ecef()).sqrt();
        let exact_m = distance_m(a, b);
        prop_assert!(chord_m <= exact_m + 1e-6);
        prop_assert!(exact_m <= distance_m_max(chord_m) + 1e-6);
    }

    #[test]
    fn chords_bound_short_geodesics(a in position(), dx in -0.2..0.2_f64, dy in -0.2..0.2_f64) {
        let b = LngLat::new((a.lng() + dx).clamp(-180.0, 180.0), (a.lat() + dy).clamp(-90.0, 90.0)).unwrap();
        let chord_m = chord_2(a.ecef(), b.ecef()).sqrt();
        let exact_m = distance_m(a, b);
        prop_assert!(chord_m <= exact_m + 1e-6);
        prop_assert!(exact_m <= distance_m_max(chord_m) + 1e-6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    /// On either side of where the arc gives way to Karney's solution, anywhere on earth.
    #[test]
    fn short_distances_are_karneys(a in position(), turn in 0.0..360.0_f64, metres in 0.0..21_000.0_f64) {
        use geographiclib_rs::{DirectGeodesic, Geodesic};
        let (lat, lng) = Geodesic::wgs84().direct(a.lat(), a.lng(), turn, metres);
        let b = LngLat::new(lng.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)).unwrap();
        let ours_m = GeodesicOrigin::new(a).distance_m(b.ecef(), || b);
        prop_assert!((ours_m - distance_m(a, b)).abs() < 1e-6, "{} {}", ours_m, distance_m(a, b));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn edges_anywhere(at in position(), from in position(), to in position()) {
        check_edge(at, (from.lng(), from.lat()), (to.lng(), to.lat()));
    }

    #[test]
    fn edges_nearby(at in position(), dx in -3.0..3.0_f64, dy in -3.0..3.0_f64, dx2 in -3.0..3.0_f64, dy2 in -3.0..3.0_f64) {
        let near = |dx: f64, dy: f64| ((at.lng() + dx).clamp(-180.0, 180.0), (at.lat() + dy).clamp(-90.0, 90.0));
        check_edge(at, near(dx, dy), near(dx2, dy2));
    }
}
