//! Geometries and boxes of a filter, in degrees and checked: in range, not too large, lines that have a
//! length and areas that are valid, as the relations of others would mean nothing.

use std::cell::Cell;

use geo::{CoordsIter, Geometry, LineString};

use crate::atlas::geo::cost::Cost;
use crate::atlas::geo::crs::Crs;
use crate::atlas::geo::crs::given::GivenBox;
use crate::atlas::geo::validity;
use crate::atlas::model::refusal::{Code, Refusal};
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

    /// What is wrong with coordinates that stand as they were given: their place on the map is known
    /// only where they are longitude and latitude.
    pub fn placed(&self, refusal: Refusal) -> Refusal {
        Refusal {
            position: refusal.position.filter(|_| self.crs == Crs::Crs84),
            ..refusal
        }
    }

    /// A geometry as a part of a filter.
    pub fn geometry(&self, geometry: Option<Geometry>) -> Result<Syntax, Refusal> {
        let geometry = geometry.ok_or_else(|| {
            let detail = "a geometry of a filter has at least one position";
            Refusal::new(Code::TooFewPositions, detail)
        })?;
        let vertices = geometry.coords_count();
        if vertices > VERTICES_MAX {
            let detail = format!(
                "a geometry of a filter has at most {VERTICES_MAX} positions, not {vertices}"
            );
            return Err(Refusal::new(Code::TooMany, detail));
        }
        let mut room = self.room.get();
        let geometry = self.crs.given_geometry(geometry, &mut room)?;
        self.room.set(room);
        let length_deg = Cost::of(&geometry).length_deg;
        if length_deg > LENGTH_DEG_MAX {
            let detail = format!(
                "the edges of a geometry of a filter are at most {LENGTH_DEG_MAX} degrees long together, not {length_deg:.0}"
            );
            return Err(Refusal::new(Code::TooLong, detail));
        }
        if has_line_without_length(&geometry) {
            let detail = "a line of a filter has at least two different positions";
            return Err(Refusal::new(Code::TooFewPositions, detail));
        }
        match validity::fault_of(&geometry) {
            None => Ok(Syntax::Geometry(geometry)),
            Some(fault) => {
                // The other systems have other numbers, or these the other way around.
                let unit = match self.crs {
                    Crs::Crs84 => "",
                    _ => " (longitude,latitude)",
                };
                Err(Refusal {
                    detail: format!("the geometry is not valid: {fault}{unit}"),
                    ..Refusal::from(fault)
                })
            }
        }
    }

    /// A box from four or six numbers.
    pub fn bounds(&self, numbers: &[f64]) -> Result<Syntax, Refusal> {
        Ok(match self.crs.given_box(numbers)? {
            GivenBox::Bounds(bounds) => Syntax::Box(bounds),
            GivenBox::Area(area) => Syntax::Geometry(area.geometry().clone()),
        })
    }
}

/// Whether all positions of a line are one. Features have such lines; a filter that asks for one has been
/// given the wrong positions.
fn has_line_without_length(geometry: &Geometry) -> bool {
    let without = |line: &LineString| line.0.windows(2).all(|ends| ends[0] == ends[1]);
    match geometry {
        Geometry::LineString(line) => without(line),
        Geometry::MultiLineString(lines) => lines.iter().any(without),
        Geometry::GeometryCollection(members) => members.iter().any(has_line_without_length),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use geo::{Coord, MapCoords};

    use super::*;
    use crate::format::wkt;

    /// What is said of a geometry, given in longitude and latitude and the other way around.
    fn said(text: &str) -> [Option<String>; 2] {
        let given = wkt::read(text).unwrap().unwrap();
        let swapped = given.map_coords(|at| Coord { x: at.y, y: at.x });
        [(Crs::Crs84, given), (Crs::LatLng, swapped)]
            .map(|(crs, geometry)| Given::new(crs).geometry(Some(geometry)).err())
            .map(|refusal| refusal.map(|refusal| refusal.detail))
    }

    #[test]
    fn an_area_that_is_not_valid_is_refused_with_the_place() {
        let check = |text: &str, wanted: &str| {
            let wanted = format!("the geometry is not valid: {wanted}");
            let in_degrees = format!("{wanted} (longitude,latitude)");
            assert_eq!(said(text), [Some(wanted), Some(in_degrees)], "{text}");
        };
        let bow = "((46 35,47 36,47 35,46 36,46 35))";
        check(
            &format!("POLYGON{bow}"),
            "the area crosses itself at 46.5,35.5",
        );
        check(
            &format!("GEOMETRYCOLLECTION(POINT(1 2),POLYGON{bow})"),
            "the area crosses itself at 46.5,35.5",
        );
        check(
            "POLYGON((46 35,47 35,46 35,46 35))",
            "a ring of the area has fewer than three different positions at 46,35",
        );
        check(
            "POLYGON((46 35,47 36,48 37,46 35))",
            "edges of the area lie on each other at 46,35",
        );
        check(
            "MULTIPOLYGON(((40 30,44 30,44 34,40 34,40 30)),((41 31,42 31,42 32,41 31)))",
            "an area of the geometry lies in another of its areas at 41,31",
        );
        // A hole may touch its area at a position, but not twice: that cuts it apart.
        let holed = |hole| format!("POLYGON((40 30,50 30,50 40,40 40,40 30),({hole}))");
        assert_eq!(said(&holed("40 35,42 34,42 36,40 35")), [None, None]);
        check(
            &holed("40 35,45 34,50 35,45 36,40 35"),
            "rings of the area touch and cut it apart at 50,35",
        );
    }

    #[test]
    fn a_line_without_length_is_refused() {
        let wanted = "a line of a filter has at least two different positions".to_owned();
        for text in [
            "LINESTRING(46 35,46 35)",
            "MULTILINESTRING((46 35,47 35),(46 35,46 35))",
            "GEOMETRYCOLLECTION(LINESTRING(46 35,46 35))",
        ] {
            assert_eq!(said(text), [Some(wanted.clone()), Some(wanted.clone())]);
        }
        assert_eq!(said("LINESTRING(46 35,46 35,46 36)"), [None, None]);
    }
}
