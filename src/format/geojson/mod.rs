//! GeoJSON (RFC 7946) read and written as a stream: a feature collection, features on lines of their own,
//! or a text sequence (RFC 8142).

mod feature;
mod plain;
pub mod read;
mod scan;
pub mod write;

use geo::Geometry;
use serde_json::Value as Json;

use crate::atlas::model::refusal::Refusal;
use crate::format::shape::{self, Make};

/// The byte before each text of a sequence (RFC 8142 §2).
const RECORD_SEPARATOR: u8 = 0x1E;

/// Reads a geometry object (RFC 7946 §3.1); heights are dropped; `None` for an empty one.
pub fn read_geometry(json: &Json) -> Result<Option<Geometry>, Refusal> {
    read_geometry_of(json, shape::coord)
}

/// The same with coordinates made in another way.
pub(super) fn read_geometry_of(json: &Json, make: Make) -> Result<Option<Geometry>, Refusal> {
    feature::geometry(json, make)
}
