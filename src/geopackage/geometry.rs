//! The geometry codec of GeoPackage (OGC 12-128r18 §2.1.3): a header and well-known binary.
//!
//! What is written: little-endian, east before north whatever the order of a system's axes (§1.1.2.1.1
//! tells readers so), an envelope for everything but points and empty geometries. What is read: any
//! envelope.

use geo::{BoundingRect, Geometry};

use crate::atlas::geo::wkb::{self, WkbError};

/// The reference system that geometries are kept in.
pub const SRS_ID: i32 = 4326;

const LITTLE_ENDIAN: u8 = 0b0000_0001;
const ENVELOPE_XY: u8 = 0b0000_0010;
const EMPTY: u8 = 0b0001_0000;
const EXTENDED: u8 = 0b0010_0000;

/// Why bytes are not a geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GeoPackage geometry: {0}")]
pub struct GpkgError(&'static str);

impl From<WkbError> for GpkgError {
    fn from(WkbError(detail): WkbError) -> Self {
        Self(detail)
    }
}

/// Writes a geometry in a reference system as a GeoPackage blob.
pub fn encode(geometry: &Geometry, srs_id: i32) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    out.extend_from_slice(b"GP\0");
    let envelope = geometry.bounding_rect();
    let is_point = matches!(geometry, Geometry::Point(_));
    out.push(match envelope {
        None => LITTLE_ENDIAN | EMPTY,
        Some(_) if is_point => LITTLE_ENDIAN,
        Some(_) => LITTLE_ENDIAN | ENVELOPE_XY,
    });
    out.extend_from_slice(&srs_id.to_le_bytes());
    if let Some(rect) = envelope.filter(|_| !is_point) {
        let (min, max) = (rect.min(), rect.max());
        for side in [min.x, max.x, min.y, max.y] {
            out.extend_from_slice(&side.to_le_bytes());
        }
    }
    wkb::append(&mut out, geometry);
    out
}

/// Reads a GeoPackage blob. An empty point, which has no other form here, comes as an empty
/// `MultiPoint`.
///
/// # Errors
/// If the bytes are anything but one whole geometry.
pub fn decode(blob: &[u8]) -> Result<Geometry, GpkgError> {
    Ok(wkb::read(split(blob)?)?)
}

/// The well-known binary in a GeoPackage blob.
pub fn body(blob: &[u8]) -> Option<&[u8]> {
    split(blob).ok()
}

/// What follows the header.
fn split(blob: &[u8]) -> Result<&[u8], GpkgError> {
    let [b'G', b'P', 0, flags, rest @ ..] = blob else {
        return Err(GpkgError("it does not start with GP and version 0"));
    };
    if flags & EXTENDED != 0 {
        return Err(GpkgError("its geometry is of an extended type"));
    }
    let envelope_bytes = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(GpkgError("its envelope is of an unknown kind")),
    };
    let srs_bytes = 4;
    let bytes = rest.get(srs_bytes + envelope_bytes..);
    bytes.ok_or(GpkgError("it ends within its header"))
}
