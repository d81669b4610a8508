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

#[cfg(test)]
mod tests {
    use geo::{
        Coord, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
        Polygon, Rect, line_string, point, polygon,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn coord() -> impl Strategy<Value = Coord> {
        (-180.0..=180.0, -90.0..=90.0).prop_map(|(x, y)| Coord { x, y })
    }

    fn line() -> impl Strategy<Value = LineString> {
        vec(coord(), 0..6).prop_map(LineString)
    }

    fn polygon() -> impl Strategy<Value = Polygon> {
        (line(), vec(line(), 0..3)).prop_map(|(outer, inner)| Polygon::new(outer, inner))
    }

    fn geometry() -> impl Strategy<Value = Geometry> {
        let single = prop_oneof![
            coord().prop_map(|coord| Point(coord).into()),
            line().prop_map(Geometry::from),
            polygon().prop_map(Geometry::from),
            vec(coord(), 0..5)
                .prop_map(|all| MultiPoint(all.into_iter().map(Point).collect()).into()),
            vec(line(), 0..4).prop_map(|all| MultiLineString(all).into()),
            vec(polygon(), 0..4).prop_map(|all| MultiPolygon(all).into()),
        ];
        single.prop_recursive(3, 12, 4, |inner| {
            vec(inner, 0..4).prop_map(|all| Geometry::GeometryCollection(GeometryCollection(all)))
        })
    }

    proptest! {
        #[test]
        fn every_geometry_comes_back_bit_for_bit(geometry in geometry()) {
            let blob = encode(&geometry, SRS_ID);
            let back = decode(&blob).unwrap();
            prop_assert_eq!(&back, &geometry);
            prop_assert_eq!(encode(&back, SRS_ID), blob);
        }

        #[test]
        fn damaged_bytes_are_refused_or_read_but_never_panic(
            geometry in geometry(), cut in 0_usize..400, at in 0_usize..400, byte: u8,
        ) {
            let mut blob = encode(&geometry, SRS_ID);
            if cut < blob.len() {
                prop_assert!(decode(&blob[..cut]).is_err());
            }
            let at = at % blob.len();
            blob[at] = byte;
            let _ = decode(&blob);
        }

        #[test]
        fn garbage_never_panics(bytes in vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            let _ = decode(&[b"GP\0\x01\0\0\0\0".as_slice(), &bytes].concat());
        }
    }

    #[test]
    fn shapes_without_a_form_of_their_own_become_what_they_are() {
        let rect = Rect::new((44.0, 30.0), (48.0, 39.0));
        assert_eq!(
            decode(&encode(&rect.into(), SRS_ID)),
            Ok(rect.to_polygon().into())
        );
        let line = geo::Line::new((44.0, 37.0), (45.0, 36.0));
        assert_eq!(
            decode(&encode(&line.into(), SRS_ID)),
            Ok(line_string![(x: 44.0, y: 37.0), (x: 45.0, y: 36.0)].into())
        );
    }

    #[test]
    fn the_header_says_what_the_standard_says() {
        let blob = encode(&point!(x: 46.0, y: 35.0).into(), SRS_ID);
        assert_eq!(blob[..8], *b"GP\0\x01\xe6\x10\0\0");
        assert_eq!(blob.len(), 8 + 21);
        let square = polygon![(x: 0.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 3.0)];
        let blob = encode(&square.into(), SRS_ID);
        assert_eq!(blob[3], LITTLE_ENDIAN | ENVELOPE_XY);
        let side = |i: usize| f64::from_le_bytes(blob[8 + 8 * i..16 + 8 * i].try_into().unwrap());
        assert_eq!([0, 1, 2, 3].map(side), [0.0, 2.0, 1.0, 3.0]);
        assert_eq!(
            encode(&LineString::empty().into(), SRS_ID)[3],
            LITTLE_ENDIAN | EMPTY
        );
    }

    #[test]
    fn other_writers_forms_are_read() {
        let two = |code: u32, extra: usize| {
            let mut blob = b"GP\0\0\0\0\x10\xe6\0".to_vec();
            blob.extend_from_slice(&code.to_be_bytes());
            for ordinate in [46.0_f64, 35.0].into_iter().chain(vec![900.0; extra]) {
                blob.extend_from_slice(&ordinate.to_be_bytes());
            }
            blob
        };
        let expected = Geometry::from(point!(x: 46.0, y: 35.0));
        for (code, extra) in [(1, 0), (1001, 1), (2001, 1), (3001, 2), (0x8000_0001, 1)] {
            assert_eq!(decode(&two(code, extra)), Ok(expected.clone()), "{code}");
        }
        for code in [0, 8, 17, 4001, 0xC000_03E9] {
            assert!(decode(&two(code, 0)).is_err(), "{code}");
        }
    }

    #[test]
    fn an_empty_point_is_no_point() {
        let mut blob = b"GP\0\x11\xe6\x10\0\0\x01\x01\0\0\0".to_vec();
        blob.extend_from_slice(&f64::NAN.to_le_bytes());
        blob.extend_from_slice(&f64::NAN.to_le_bytes());
        assert_eq!(decode(&blob), Ok(MultiPoint(Vec::new()).into()));
    }

    #[test]
    fn a_forged_count_or_depth_is_refused() {
        let huge = b"GP\0\x01\0\0\0\0\x01\x02\0\0\0\xff\xff\xff\xff".to_vec();
        assert!(decode(&huge).is_err());
        let mut deep = b"GP\0\x01\0\0\0\0".to_vec();
        for _ in 0..100_000 {
            deep.extend_from_slice(b"\x01\x07\0\0\0\x01\0\0\0");
        }
        assert!(decode(&deep).is_err());
    }
}
