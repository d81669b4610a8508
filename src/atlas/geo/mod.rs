//! Geometry: positions and boxes, geodesic distance, plane relations, validity, coordinate reference systems, the
//! Hilbert curve and tile matrix sets.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `position` | positions and boxes on the ellipsoid, earth-centred coordinates, lengths with units |
//! | `geodesy` | exact distance, and the chords that bound it |
//! | `edges` | a line's edges under boxes in the line's own order: the nearest to a position |
//! | `area` | the areas and circles that queries give |
//! | `planar`, `pairs` | whether geometries meet and how they relate; which edges have boxes that meet |
//! | `cost` | what a geometry costs, and the ceilings for one feature |
//! | `validity`, `mend` | what is wrong with an area by the rules of simple features; areas repaired |
//! | `boxes`, `wkb` | the box around several; well-known binary |
//! | `crs` | coordinates in other systems; boxes and geometries that queries give in them |
//! | `hilbert` | the keys that order positions |
//! | `tiling`, `clip`, `rings` | tile matrix sets; the part of a geometry in a tile; its rings made valid |

pub mod area;
pub(crate) mod boxes;
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
pub mod wkb;
