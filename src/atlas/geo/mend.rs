//! Areas that are not valid, made so: each ring is what it goes around, whichever way and however often;
//! holes are taken out of areas, and areas that lie over each other become one. Vertices stay where they
//! are; where edges cross there are new ones.

use std::collections::HashMap;

use geo::{BoundingRect, Coord, Geometry, GeometryCollection, LineString, MultiPolygon, Polygon};

use crate::atlas::geo::cost::Cost;
use crate::atlas::geo::rings::Vertex;
use crate::atlas::geo::rings::{Ring, VERTICES_MAX, areas_of_rings, enclosed_by};
use crate::atlas::geo::validity::{crossings, fault_of};

/// Edges of an area that is mended may cross so often at most.
pub const CROSSINGS_MAX: usize = 10_000;
/// Half the side, in steps, of the grid that crossings are rounded to: of an area of one degree a step is a
/// decimetre. In a finer one the overlay's products would leave 64 bits.
const GRID_HALF: f64 = (1_i32 << 19) as f64;

/// A geometry whose areas are valid.
///
/// # Errors
/// If its edges cross too often, or nothing would be left of it.
pub fn mended(geometry: &Geometry) -> Result<Geometry, String> {
    match geometry {
        Geometry::Polygon(polygon) => mended_areas(geometry, std::slice::from_ref(polygon)),
        Geometry::MultiPolygon(all) => mended_areas(geometry, &all.0),
        Geometry::GeometryCollection(members) => {
            let members = members.iter().map(mended);
            let members = GeometryCollection(members.collect::<Result<_, _>>()?);
            Ok(Geometry::GeometryCollection(members))
        }
        other => Ok(other.clone()),
    }
}

/// Why areas that are not valid could not be mended, and what helps then: as clauses. A geometry without
/// such an obstacle can have others, which show when it is mended.
pub fn obstacle(geometry: &Geometry) -> Option<String> {
    let cost = Cost::of(geometry);
    let vertices = cost.positions - cost.parts.min(cost.positions);
    if vertices > VERTICES_MAX {
        return Some(format!(
            "it has more than {VERTICES_MAX} positions; correct it, or divide it into several features"
        ));
    }
    match crossings(geometry, CROSSINGS_MAX) {
        Some(count) if count < CROSSINGS_MAX => None,
        Some(_) => Some(format!(
            "its edges cross {CROSSINGS_MAX} times or more; correct it"
        )),
        None => Some(
            "its edges lie so close to each other that nobody could count how often they cross; correct it, \
             or divide it into several features"
                .into(),
        ),
    }
}

fn mended_areas(geometry: &Geometry, polygons: &[Polygon]) -> Result<Geometry, String> {
    if fault_of(geometry).is_none() {
        return Ok(geometry.clone());
    }
    if let Some(obstacle) = obstacle(geometry) {
        return Err(format!("the area cannot be mended: {obstacle}"));
    }
    let Some(grid) = Grid::around(geometry) else {
        return Err("nothing would be left of the area".into());
    };
    let mut known = HashMap::new();
    let mut rings = Vec::new();
    for polygon in polygons {
        let mut enclosed = |line: &LineString| {
            let ring: Ring = line.0.iter().map(|at| grid.vertex(*at)).collect();
            known.extend(ring.iter().copied().zip(line.0.iter().copied()));
            enclosed_by(&ring)
        };
        rings.extend(enclosed(polygon.exterior()));
        for hole in polygon.interiors() {
            let holes = enclosed(hole).into_iter();
            rings.extend(holes.map(|ring| ring.into_iter().rev().collect()));
        }
    }
    let Some(areas) = areas_of_rings(&rings) else {
        return Err("the area cannot be mended: its edges cross too often, or it has more than a hundred thousand positions; correct it, or divide it into several features".into());
    };
    if areas.is_empty() {
        return Err("nothing would be left of the area".into());
    }
    let exact = |at: &Vertex| known.get(at).copied().unwrap_or_else(|| grid.position(*at));
    let exact = geometry_of(&areas, exact);
    if fault_of(&exact).is_none() {
        return Ok(exact);
    }
    // Where vertices lie closer together than the grid they must go where it is.
    let rounded = geometry_of(&areas, |at| grid.position(*at));
    match fault_of(&rounded) {
        None => Ok(rounded),
        Some(fault) => Err(format!("the area cannot be mended: {fault}")),
    }
}

fn geometry_of(areas: &[Vec<Ring>], position: impl Fn(&Vertex) -> Coord) -> Geometry {
    let line = |ring: &Ring| LineString::new(ring.iter().map(&position).collect());
    let area =
        |rings: &Vec<Ring>| Polygon::new(line(&rings[0]), rings[1..].iter().map(line).collect());
    match areas {
        [one] => area(one).into(),
        several => MultiPolygon::new(several.iter().map(area).collect()).into(),
    }
}

/// Positions as whole steps around the middle of a box.
struct Grid {
    middle: Coord,
    steps_per_degree: f64,
}

impl Grid {
    /// The finest that a geometry fits in; `None` for one without extent.
    fn around(geometry: &Geometry) -> Option<Self> {
        let rect = geometry.bounding_rect()?;
        let half_deg = rect.width().max(rect.height()) / 2.0;
        (half_deg > 0.0).then(|| Self {
            middle: rect.center(),
            steps_per_degree: GRID_HALF / half_deg,
        })
    }

    fn vertex(&self, at: Coord) -> Vertex {
        let away = (at - self.middle) * self.steps_per_degree;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within the grid, or at its edge"
        )]
        [away.x.round() as i32, away.y.round() as i32]
    }

    fn position(&self, [x, y]: Vertex) -> Coord {
        let away = Coord {
            x: f64::from(x),
            y: f64::from(y),
        };
        let at = self.middle + away / self.steps_per_degree;
        Coord {
            x: at.x.clamp(-180.0, 180.0),
            y: at.y.clamp(-90.0, 90.0),
        }
    }
}
