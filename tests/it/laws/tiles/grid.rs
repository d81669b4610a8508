//! The grids of tiles are those of the standard (OGC 17-083r4), and the limits of a layer those of its box.

use std::f64::consts::PI;

use bordermap::atlas::geo::position::{Bounds, LngLat, mercator_cell};
use bordermap::atlas::geo::tiling::{TileAddress, TileMatrixSet, ZOOM_MAX};
use geo::Coord;

use super::{Dice, tile_of};

#[test]
fn the_grid_is_that_of_the_standard() {
    let check = |lng: f64, lat: f64, expected: [u32; 2]| {
        assert_eq!(
            mercator_cell(LngLat::new(lng, lat).unwrap()),
            expected,
            "{lng} {lat}"
        );
    };
    check(-180.0, 90.0, [0, 0]);
    check(-180.0, 85.06, [0, 0]);
    check(0.0, 0.0, [1 << 31, 1 << 31]);
    check(-90.0, 0.0, [1 << 30, 1 << 31]);
    check(180.0, -90.0, [u32::MAX, u32::MAX]);
    check(0.0, -85.06, [1 << 31, u32::MAX]);
    // The parallel a quarter from the north: atan(sinh(π / 2)).
    let lat = (PI / 2.0).sinh().atan().to_degrees();
    let [_, row] = mercator_cell(LngLat::new(0.0, lat).unwrap());
    assert!(row.abs_diff(1 << 30) <= 1, "{row}");
    let exists = |set, zoom, row, column| TileAddress::new(set, zoom, row, column).is_some();
    let [mercator, degrees] = TileMatrixSet::ALL;
    assert!(exists(mercator, 22, (1 << 22) - 1, (1 << 22) - 1));
    assert!(!exists(mercator, 22, (1 << 22) - 1, 1 << 22));
    assert!(!exists(mercator, 23, 0, 0) && !exists(mercator, 0, 1, 0));
    assert!(exists(degrees, 0, 0, 1) && !exists(degrees, 0, 0, 2) && !exists(degrees, 0, 1, 0));
}

#[test]
fn nothing_is_outside_of_the_limits_and_they_are_not_wider_than_the_box() {
    let mut dice = Dice(9);
    for _ in 0..200 {
        let mut side = |most: f64| {
            let (a, b) = (dice.between(-most, most), dice.between(-most, most));
            (a.min(b), a.max(b))
        };
        let ((west, east), (south, north)) = (side(180.0), side(90.0));
        let extent = Bounds::new(west, south, east, north).unwrap();
        for (set, zoom) in TileMatrixSet::ALL
            .into_iter()
            .flat_map(|set| (0..=ZOOM_MAX).map(move |z| (set, z)))
        {
            let limits = set.limits(zoom, Some(extent));
            let corner = |x, y| tile_of(set, Coord { x, y }, zoom.into());
            let ((top, left), (bottom, right)) = (corner(west, north), corner(east, south));
            assert_eq!((limits.rows, limits.columns), (top..=bottom, left..=right));
        }
    }
    let limits = TileMatrixSet::WorldCrs84Quad.limits(1, None);
    assert_eq!((limits.rows, limits.columns), (0..=1, 0..=3));
}
