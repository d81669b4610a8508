//! Geometry from coordinates that a file gave: in range, rings closed, or a sentence that says why
//! not. `geo` itself closes rings and takes any number, which would hide a damaged file.

use geo::{Coord, LineString, Polygon};

use crate::atlas::position::LngLat;

/// A coordinate that is finite and in range.
pub(super) fn coord(lng: f64, lat: f64) -> Result<Coord, String> {
    LngLat::new(lng, lat)
        .map(|at| Coord {
            x: at.lng(),
            y: at.lat(),
        })
        .map_err(|error| error.to_string())
}

/// A line of at least two positions.
pub(super) fn line(coords: Vec<Coord>) -> Result<LineString, String> {
    if coords.len() < 2 {
        return Err(format!(
            "a line needs two positions or more, this one has {}",
            coords.len()
        ));
    }
    Ok(LineString(coords))
}

/// A polygon whose rings are closed (RFC 7946 §3.1.6: four positions or more, the first and the
/// last the same).
pub(super) fn polygon(rings: Vec<Vec<Coord>>) -> Result<Polygon, String> {
    let mut rings = rings.into_iter().map(ring);
    let Some(exterior) = rings.next() else {
        return Err("a polygon needs at least one ring".into());
    };
    Ok(Polygon::new(exterior?, rings.collect::<Result<_, _>>()?))
}

fn ring(coords: Vec<Coord>) -> Result<LineString, String> {
    if coords.len() < 4 {
        return Err(format!(
            "a polygon's ring needs four positions or more, this one has {}",
            coords.len()
        ));
    }
    if coords.first() != coords.last() {
        return Err("a polygon's ring is not closed: its last position is not its first".into());
    }
    Ok(LineString(coords))
}
