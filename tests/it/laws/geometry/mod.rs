//! Geometry: what is valid, what it costs, its bytes and its coordinates in other systems.

mod cost;
mod crs;
mod mend;
mod rings;
mod validity;
mod wkb;
