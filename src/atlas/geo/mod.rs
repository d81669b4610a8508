//! Geometry: positions and boxes, geodesic distance, plane relations, validity, coordinate reference systems, the
//! Hilbert curve and tile matrix sets.

pub mod area;
pub mod clip;
pub mod cost;
pub mod crs;
pub(crate) mod edges;
pub mod geodesy;
pub mod hilbert;
pub mod mend;
pub mod pairs;
pub mod planar;
pub mod position;
pub mod rings;
pub mod tiling;
pub mod validity;
