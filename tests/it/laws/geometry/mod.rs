//! Geometry: what is valid, what it costs, and its bytes.

mod cost;
mod mend;
mod rings;
mod validity;
mod wkb;
