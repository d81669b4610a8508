//! Geometries and boxes of a filter, checked: in range, not too large, and areas that do not cross
//! themselves, as their relations would mean nothing.

use geo::{CoordsIter, Geometry, Validation};

use crate::atlas::position::Bounds;
use crate::format::cql2::{Syntax, VERTICES_MAX};

/// A geometry as a part of a filter.
pub(super) fn geometry(geometry: Option<Geometry>) -> Result<Syntax, String> {
    let geometry = geometry.ok_or("a geometry of a filter has at least one position")?;
    let vertices = geometry.coords_count();
    if vertices > VERTICES_MAX {
        return Err(format!(
            "a geometry of a filter has at most {VERTICES_MAX} positions, not {vertices}"
        ));
    }
    match geometry.check_validation() {
        Ok(()) => Ok(Syntax::Geometry(geometry)),
        Err(error) => Err(format!("the geometry is not valid: {error}")),
    }
}

/// A box from four or six numbers.
pub(super) fn bounds(numbers: &[f64]) -> Result<Syntax, String> {
    let bounds = match numbers {
        [west, south, east, north] | [west, south, _, east, north, _] => {
            Bounds::new(*west, *south, *east, *north).map_err(|error| error.to_string())?
        }
        other => {
            return Err(format!(
                "expected four numbers, west, south, east, north, or six with heights, found {}",
                other.len()
            ));
        }
    };
    Ok(Syntax::Box(bounds))
}
