//! Geometry from coordinates that a file or a filter gave: in range, rings closed, or a sentence that
//! says why not. `geo` itself closes rings and takes any number, which would hide a damaged file.

use geo::{
    Coord, CoordsIter, Geometry, GeometryCollection, LineString, MultiLineString, MultiPolygon,
    Polygon,
};

use crate::atlas::geo::position::LngLat;
use crate::atlas::model::refusal::{Code, Refusal};

/// A coordinate that is finite and in range.
pub(super) fn coord(lng: f64, lat: f64) -> Result<Coord, Refusal> {
    LngLat::new(lng, lat).map(|at| Coord {
        x: at.lng(),
        y: at.lat(),
    })
}

/// What makes a coordinate of two numbers: [`coord`] or [`any`].
pub(super) type Make = fn(f64, f64) -> Result<Coord, Refusal>;

/// A finite coordinate, of which somebody else knows what it means.
pub(super) fn any(x: f64, y: f64) -> Result<Coord, Refusal> {
    if x.is_finite() && y.is_finite() {
        Ok(Coord { x, y })
    } else {
        let detail = format!("{x} {y} is not a position: expected finite numbers");
        Err(Refusal::new(Code::NotANumber, detail))
    }
}

/// A line of at least two positions.
pub(super) fn line(coords: Vec<Coord>) -> Result<LineString, Refusal> {
    if coords.len() < 2 {
        let detail = format!(
            "a line needs two positions or more, this one has {}",
            coords.len()
        );
        return Err(too_few(detail, &coords));
    }
    Ok(LineString(coords))
}

/// A geometry that a binary form gave, held to the same rules; `None` for an empty one.
pub(super) fn checked(geometry: Geometry) -> Result<Option<Geometry>, Refusal> {
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
                    let detail = "a GeometryCollection within another is not taken";
                    return Err(Refusal::new(Code::TooDeep, detail));
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
fn again(one: Polygon) -> Result<Polygon, Refusal> {
    let (exterior, interiors) = one.into_inner();
    let rings = std::iter::once(exterior).chain(interiors);
    polygon(rings.map(|ring| ring.0).collect())
}

/// A polygon whose rings are closed (RFC 7946 §3.1.6: four positions or more, the first and the
/// last the same).
pub(super) fn polygon(rings: Vec<Vec<Coord>>) -> Result<Polygon, Refusal> {
    let mut rings = rings.into_iter().map(ring);
    let Some(exterior) = rings.next() else {
        let detail = "a polygon needs at least one ring";
        return Err(Refusal::new(Code::TooFewPositions, detail));
    };
    Ok(Polygon::new(exterior?, rings.collect::<Result<_, _>>()?))
}

fn ring(coords: Vec<Coord>) -> Result<LineString, Refusal> {
    if coords.len() < 4 {
        let detail = format!(
            "a polygon's ring needs four positions or more, this one has {}",
            coords.len()
        );
        return Err(too_few(detail, &coords));
    }
    match coords.last() {
        Some(last) if coords.first() != Some(last) => {
            let detail = "a polygon's ring is not closed: its last position is not its first";
            Err(Refusal::new(Code::RingNotClosed, detail).at(*last))
        }
        _ => Ok(LineString(coords)),
    }
}

fn too_few(detail: String, coords: &[Coord]) -> Refusal {
    Refusal {
        position: coords.first().copied(),
        ..Refusal::new(Code::TooFewPositions, detail)
    }
}
