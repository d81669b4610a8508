//! Geometries and boxes of a filter, in degrees and checked: in range, not too large, and areas that do
//! not cross themselves, as their relations would mean nothing.

use std::cell::Cell;

use geo::{CoordsIter, Geometry};

use crate::atlas::cost::Cost;
use crate::atlas::crs::Crs;
use crate::atlas::crs::given::Place;
use crate::atlas::planar::valid;
use crate::format::cql2::{LENGTH_DEG_MAX, Syntax, VERTICES_MAX};
use crate::format::shape::{self, Make};

/// How the geometries of a filter are given.
pub(super) struct Given {
    crs: Crs,
    /// So many positions may still be put along their edges, for all of them together.
    room: Cell<usize>,
}

impl Given {
    pub fn new(crs: Crs) -> Self {
        Self {
            crs,
            room: Cell::new(VERTICES_MAX),
        }
    }

    /// What makes its coordinates of numbers: what has a meaning as it is is checked where it stands.
    pub fn make(&self) -> Make {
        match self.crs {
            Crs::Crs84 => shape::coord,
            _ => shape::any,
        }
    }

    /// A geometry as a part of a filter.
    pub fn geometry(&self, geometry: Option<Geometry>) -> Result<Syntax, String> {
        let geometry = geometry.ok_or("a geometry of a filter has at least one position")?;
        let vertices = geometry.coords_count();
        if vertices > VERTICES_MAX {
            return Err(format!(
                "a geometry of a filter has at most {VERTICES_MAX} positions, not {vertices}"
            ));
        }
        let mut room = self.room.get();
        let geometry = self.crs.given_geometry(geometry, &mut room)?;
        self.room.set(room);
        let length_deg = Cost::of(&geometry).length_deg;
        if length_deg > LENGTH_DEG_MAX {
            return Err(format!(
                "the edges of a geometry of a filter are at most {LENGTH_DEG_MAX} degrees long together, not {length_deg:.0}"
            ));
        }
        match valid::check(&geometry) {
            Ok(()) => Ok(Syntax::Geometry(geometry)),
            Err(error) => Err(format!("the geometry is not valid: {error}")),
        }
    }

    /// A box from four or six numbers.
    pub fn bounds(&self, numbers: &[f64]) -> Result<Syntax, String> {
        Ok(match self.crs.given_box(numbers)? {
            Place::Bounds(bounds) => Syntax::Box(bounds),
            Place::Area(area) => Syntax::Geometry(area.geometry().clone()),
        })
    }
}
