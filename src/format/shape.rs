//! Geometry from coordinates that a file or a filter gave: in range, rings closed, or a sentence that
//! says why not. `geo` itself closes rings and takes any number, which would hide a damaged file.

use geo::{
    Coord, CoordsIter, Geometry, GeometryCollection, LineString, MultiLineString, MultiPolygon,
    Polygon,
};

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

/// What makes a coordinate of two numbers: [`coord`] or [`any`].
pub(super) type Make = fn(f64, f64) -> Result<Coord, String>;

/// A finite coordinate, of which somebody else knows what it means.
pub(super) fn any(x: f64, y: f64) -> Result<Coord, String> {
    if x.is_finite() && y.is_finite() {
        Ok(Coord { x, y })
    } else {
        Err(format!(
            "{x} {y} is not a position: expected finite numbers"
        ))
    }
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

/// A geometry that a binary form gave, held to the same rules; `None` for an empty one.
pub(super) fn checked(geometry: Geometry) -> Result<Option<Geometry>, String> {
    if geometry.coords_count() == 0 {
        return Ok(None);
    }
    for at in geometry.coords_iter() {
        coord(at.x, at.y)?;
    }
    let whole = match geometry {
        Geometry::LineString(one) => line(one.0)?.into(),
        Geometry::Polygon(one) => again(one)?.into(),
        Geometry::MultiLineString(all) => {
            let lines = all.into_iter().map(|one| line(one.0));
            MultiLineString(lines.collect::<Result<_, _>>()?).into()
        }
        Geometry::MultiPolygon(all) => {
            let polygons = all.into_iter().map(again);
            MultiPolygon(polygons.collect::<Result<_, _>>()?).into()
        }
        Geometry::GeometryCollection(all) => {
            let mut parts = Vec::with_capacity(all.0.len());
            for part in all {
                if matches!(part, Geometry::GeometryCollection(_)) {
                    return Err("a GeometryCollection within another is not taken".into());
                }
                parts.extend(checked(part)?);
            }
            Geometry::GeometryCollection(GeometryCollection(parts))
        }
        other => other,
    };
    Ok(Some(whole))
}

/// A polygon by its rings; `geo` has closed them already.
fn again(one: Polygon) -> Result<Polygon, String> {
    let (exterior, interiors) = one.into_inner();
    let rings = std::iter::once(exterior).chain(interiors);
    polygon(rings.map(|ring| ring.0).collect())
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
