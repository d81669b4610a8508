//! Regions that queries give: an area, and a distance around a position.

use geo::{BoundingRect, Geometry};

use crate::atlas::geo::position::LngLat;

/// A circle on the ellipsoid: what lies within a distance of a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Within {
    /// From where distances are measured.
    pub at: LngLat,
    /// Within so many metres (geodesic, inclusive); 0 < radius <= [`RADIUS_M_MAX`](crate::atlas::query::question::RADIUS_M_MAX).
    pub radius_m: f64,
}

/// A polygon or several, in longitude and latitude, where edges are straight (RFC 7946 §3.1.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Area(Geometry);

impl Area {
    /// An area from a geometry; `None` if that is none, or has no position.
    pub fn new(geometry: Geometry) -> Option<Self> {
        let is_area = matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
        (is_area && geometry.bounding_rect().is_some()).then_some(Self(geometry))
    }

    /// The geometry.
    pub fn geometry(&self) -> &Geometry {
        &self.0
    }
}
