//! Hilbert keys, which order positions: cells of the Web Mercator square along a Hilbert curve.
//!
//! A cell of the quadtree (a tile of `WebMercatorQuad`, OGC 17-083r4 annex D.1) is one range of keys along the
//! curve, so features in this order lie side by side wherever they are side by side on the map, and
//! those of a tile are one range.

use geo::{BoundingRect, Geometry, Rect};

use crate::atlas::geo::position::{LngLat, mercator_cell};

/// Deepest zoom: cells of a centimetre.
pub const ZOOM_MAX: u8 = 32;

/// A position's key along the curve through all finest cells.
pub fn key_of(at: LngLat) -> u64 {
    let [x, y] = mercator_cell(at);
    key_of_cell(x, y)
}

/// The first half of the key of a geometry's centre: a cell of a kilometre and less. What has no geometry
/// comes last.
pub fn coarse_key(geometry: Option<&Geometry>) -> u32 {
    let centre = geometry
        .and_then(BoundingRect::bounding_rect)
        .map(Rect::center);
    let at = centre.and_then(|centre| LngLat::new(centre.x, centre.y).ok());
    at.map_or(u32::MAX, |at| (key_of(at) >> 32) as u32)
}

/// The key of a cell along the Hilbert curve (Hilbert 1891, doi 10.1007/BF01199431). Its highest
/// `2z` bits are the key of the cell of zoom `z` around it along the curve of that zoom.
pub fn key_of_cell(mut x: u32, mut y: u32) -> u64 {
    let mut key = 0;
    for bit in (0..32).rev() {
        let (right, down) = (x >> bit & 1, y >> bit & 1);
        key = key << 2 | u64::from((3 * right) ^ down);
        if down == 0 {
            // The quarters on this side are turned over, all ones where also mirrored.
            let mirror = right.wrapping_neg();
            (x, y) = (y ^ mirror, x ^ mirror);
        }
    }
    key
}

/// The first and the last key along the curve in a cell of a zoom, `zoom <= 32` and column and row
/// below `2^zoom`.
pub fn keys_of_tile(zoom: u8, column: u32, row: u32) -> [u64; 2] {
    let up = 32 - u32::from(zoom.min(ZOOM_MAX));
    let shifted = |index: u32| index.checked_shl(up).unwrap_or(0);
    let inside = 1_u64
        .checked_shl(2 * up)
        .map_or(u64::MAX, |cells| cells - 1);
    let first = key_of_cell(shifted(column), shifted(row)) & !inside;
    [first, first | inside]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cell_is_a_stretch(x: u32, y: u32, zoom in 0..=32_u8) {
            let up = 32 - u32::from(zoom);
            let index = |cell: u32| cell.checked_shr(up).unwrap_or(0);
            let [first, last] = keys_of_tile(zoom, index(x), index(y));
            let key = key_of_cell(x, y);
            prop_assert!((first..=last).contains(&key));
            let cells = u128::from(last - first) + 1;
            prop_assert_eq!(cells, 1_u128 << (2 * up));
        }

        #[test]
        fn neighbours_along_the_curve_are_neighbours_on_the_map(x in 0..64_u32, y in 0..64_u32) {
            // The curve through 64 by 64 cells takes one step at a time.
            let key = |x: u32, y: u32| key_of_cell(x << 26, y << 26) >> 52;
            let here = key(x, y);
            let steps = [(1, 0), (-1, 0), (0, 1), (0, -1)];
            let next = steps.iter().any(|(dx, dy)| {
                let (x, y) = (x.wrapping_add_signed(*dx), y.wrapping_add_signed(*dy));
                x < 64 && y < 64 && key(x, y) == here + 1
            });
            prop_assert!(next || here == 64 * 64 - 1);
        }
    }
}
