//! Whether areas are valid by the rules of simple features (OGC 06-103r4 §6.1.11, as GEOS, JTS and GDAL
//! hold them), and where they are not: rings do not cross, lie on each other or touch themselves; holes lie
//! in their area and in no other hole; rings may touch each other at single positions, but not cut their
//! area apart; the areas of a multi-polygon share no point.
//!
//! Signs of turns are exact (Shewchuk's predicates), so that what touches is told from what crosses. A sweep
//! looks at all that meets in near linear time, so that every valid area is taken. How often edges cross is
//! counted with a tree of their boxes: fast on what is mapped, and bounded on what is made to be slow.
//!
//! The same rules hold for what is imported and for the areas of a filter. Under a budget the loops look at
//! it: a question can be stopped in each.

mod area;
mod edge;
mod front;
mod meeting;
mod nesting;
mod sweep;

use std::fmt;

use geo::{Coord, Geometry, MultiPolygon};

use crate::atlas::geo::validity::area::AreaEdges;
use crate::atlas::model::refusal::{Code, Refusal};

/// What is wrong with an area, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Invalidity {
    /// Which rule is broken.
    pub kind: InvalidityKind,
    /// Where it is broken, in degrees.
    pub at: Coord,
}

/// What can be wrong with an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidityKind {
    /// Two edges cross, or two rings at a vertex.
    Crossing,
    /// A ring comes back to one of its positions.
    SelfTouch,
    /// Two edges have a stretch in common.
    Overlap,
    /// A ring has fewer than three different positions.
    TooFew,
    /// A hole lies outside of its area.
    HoleOutside,
    /// A hole lies in another.
    HoleInHole,
    /// An area lies in another of the same geometry.
    AreaInArea,
    /// Rings touch so that the area falls apart.
    Parted,
}

impl fmt::Display for Invalidity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            InvalidityKind::Crossing => "the area crosses itself",
            InvalidityKind::SelfTouch => "a ring of the area touches itself",
            InvalidityKind::Overlap => "edges of the area lie on each other",
            InvalidityKind::TooFew => "a ring of the area has fewer than three different positions",
            InvalidityKind::HoleOutside => "a hole lies outside of the area",
            InvalidityKind::HoleInHole => "a hole of the area lies in another hole",
            InvalidityKind::AreaInArea => "an area of the geometry lies in another of its areas",
            InvalidityKind::Parted => "rings of the area touch and cut it apart",
        };
        write!(f, "{what} at {},{}", self.at.x, self.at.y)
    }
}

/// What is wrong with the areas of a geometry whose coordinates are finite, if anything is.
pub fn fault_of(geometry: &Geometry) -> Option<Invalidity> {
    match geometry {
        Geometry::Polygon(polygon) => AreaEdges::of([polygon]).and_then(|area| area.check()).err(),
        Geometry::MultiPolygon(MultiPolygon(all)) => {
            AreaEdges::of(all).and_then(|area| area.check()).err()
        }
        Geometry::GeometryCollection(members) => members.iter().find_map(fault_of),
        _ => None,
    }
}

/// At how many positions edges of a geometry's areas cross or lie on each other, as far as `most`; `None`
/// if they are too entangled to be counted.
pub fn crossings(geometry: &Geometry, most: usize) -> Option<usize> {
    sum_of_areas(geometry, &|area| area.crossings(most))
}

/// The same at a glance, in proportion to the edges: where each edge's box meets those of many others only
/// some pairs are looked at, and edges of which a quarter cross count as `most`. Nothing of a valid area.
pub fn crossings_seen(geometry: &Geometry, most: usize) -> usize {
    sum_of_areas(geometry, &|area| Some(area.crossings_seen(most))).unwrap_or(most)
}

/// What is counted of each polygon, or group of them, of a geometry, together; `None` if one cannot be.
fn sum_of_areas(geometry: &Geometry, count: &dyn Fn(AreaEdges) -> Option<usize>) -> Option<usize> {
    match geometry {
        Geometry::Polygon(polygon) => count(AreaEdges::of_any([polygon])),
        Geometry::MultiPolygon(MultiPolygon(all)) => count(AreaEdges::of_any(all)),
        Geometry::GeometryCollection(members) => {
            let members = members.iter();
            members.map(|member| sum_of_areas(member, count)).sum()
        }
        _ => Some(0),
    }
}

impl From<Invalidity> for Refusal {
    fn from(fault: Invalidity) -> Self {
        let code = match fault.kind {
            InvalidityKind::Crossing => Code::SelfCrossing,
            InvalidityKind::SelfTouch => Code::RingTouchesItself,
            InvalidityKind::Overlap => Code::OverlappingEdges,
            InvalidityKind::TooFew => Code::TooFewPositions,
            InvalidityKind::HoleOutside => Code::HoleOutside,
            InvalidityKind::HoleInHole => Code::HoleInHole,
            InvalidityKind::AreaInArea => Code::AreaInArea,
            InvalidityKind::Parted => Code::PartedArea,
        };
        Self::new(code, fault.to_string()).at(fault.at)
    }
}
