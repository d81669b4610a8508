//! The geometry codec of GeoPackage (OGC 12-128r18 §2.1.3): a header and well-known binary.
//!
//! What is written: little-endian, east before north whatever the order of a system's axes (§1.1.2.1.1
//! tells readers so), an envelope for everything but points and empty geometries. What is read: either
//! byte order, any envelope, and heights and measures (ISO 13249-3 and the older high bits), which
//! are passed over.
//!
//! Not by the crate `wkb`: it goes through `geo-traits`, which panics at what a file may hold.

use geo::{
    BoundingRect, Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon,
};

/// The reference system that geometries are kept in.
pub const SRS_ID: i32 = 4326;

/// Collections within collections, at most: what is read must not exhaust the stack.
const DEPTH_MAX: u8 = 32;

const LITTLE_ENDIAN: u8 = 0b0000_0001;
const ENVELOPE_XY: u8 = 0b0000_0010;
const EMPTY: u8 = 0b0001_0000;
const EXTENDED: u8 = 0b0010_0000;

const POINT: u32 = 1;
const LINE_STRING: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POINT: u32 = 4;
const MULTI_LINE_STRING: u32 = 5;
const MULTI_POLYGON: u32 = 6;
const COLLECTION: u32 = 7;

/// Why bytes are not a geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GeoPackage geometry: {0}")]
pub struct GpkgError(&'static str);

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
    write(&mut out, geometry);
    out
}

/// Reads a GeoPackage blob. An empty point, which has no other form here, comes as an empty
/// `MultiPoint`.
///
/// # Errors
/// If the bytes are anything but one whole geometry.
pub fn decode(blob: &[u8]) -> Result<Geometry, GpkgError> {
    of_wkb(split(blob)?)
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

/// Writes a geometry as well-known binary alone (OGC 06-103r4 §8).
pub fn wkb(geometry: &Geometry) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    write(&mut out, geometry);
    out
}

/// Reads well-known binary, with the same liberties.
///
/// # Errors
/// If the bytes are anything but one whole geometry.
pub fn of_wkb(bytes: &[u8]) -> Result<Geometry, GpkgError> {
    let mut input = Input { rest: bytes };
    let geometry = input.geometry(0)?;
    if input.rest.is_empty() {
        Ok(geometry)
    } else {
        Err(GpkgError("something follows its geometry"))
    }
}

fn write(out: &mut Vec<u8>, geometry: &Geometry) {
    match geometry {
        Geometry::Point(point) => write_point(out, point.0),
        Geometry::Line(line) => write_line(out, &LineString(vec![line.start, line.end])),
        Geometry::LineString(line) => write_line(out, line),
        Geometry::Polygon(polygon) => write_polygon(out, polygon),
        Geometry::Rect(rect) => write_polygon(out, &rect.to_polygon()),
        Geometry::Triangle(triangle) => write_polygon(out, &triangle.to_polygon()),
        Geometry::MultiPoint(points) => {
            start(out, MULTI_POINT, Some(points.0.len()));
            points.iter().for_each(|point| write_point(out, point.0));
        }
        Geometry::MultiLineString(lines) => {
            start(out, MULTI_LINE_STRING, Some(lines.0.len()));
            lines.iter().for_each(|line| write_line(out, line));
        }
        Geometry::MultiPolygon(polygons) => {
            start(out, MULTI_POLYGON, Some(polygons.0.len()));
            polygons.iter().for_each(|each| write_polygon(out, each));
        }
        Geometry::GeometryCollection(members) => {
            start(out, COLLECTION, Some(members.0.len()));
            members.iter().for_each(|member| write(out, member));
        }
    }
}

fn start(out: &mut Vec<u8>, kind: u32, count: Option<usize>) {
    out.push(LITTLE_ENDIAN);
    out.extend_from_slice(&kind.to_le_bytes());
    if let Some(count) = count {
        write_count(out, count);
    }
}

fn write_count(out: &mut Vec<u8>, count: usize) {
    // A count beyond u32 needs 64 GiB of coordinates, more than SQLite's largest blob.
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn write_coord(out: &mut Vec<u8>, coord: Coord) {
    out.extend_from_slice(&coord.x.to_le_bytes());
    out.extend_from_slice(&coord.y.to_le_bytes());
}

fn write_point(out: &mut Vec<u8>, coord: Coord) {
    start(out, POINT, None);
    write_coord(out, coord);
}

fn write_line(out: &mut Vec<u8>, line: &LineString) {
    start(out, LINE_STRING, None);
    write_coords(out, line);
}

fn write_coords(out: &mut Vec<u8>, line: &LineString) {
    write_count(out, line.0.len());
    line.0.iter().for_each(|coord| write_coord(out, *coord));
}

fn write_polygon(out: &mut Vec<u8>, polygon: &Polygon) {
    let (exterior, interiors) = (polygon.exterior(), polygon.interiors());
    if exterior.0.is_empty() && interiors.is_empty() {
        return start(out, POLYGON, Some(0));
    }
    start(out, POLYGON, Some(1 + interiors.len()));
    write_coords(out, exterior);
    for ring in interiors {
        write_coords(out, ring);
    }
}

/// What has not been read yet.
struct Input<'a> {
    rest: &'a [u8],
}

/// How the numbers of one geometry are written.
#[derive(Clone, Copy)]
struct Form {
    little_endian: bool,
    /// Ordinates of a position: 2, and one each for height and measure.
    ordinates: usize,
}

impl Input<'_> {
    fn geometry(&mut self, depth: u8) -> Result<Geometry, GpkgError> {
        if depth > DEPTH_MAX {
            return Err(GpkgError("its collections are nested too deeply"));
        }
        let (kind, form) = self.start()?;
        Ok(match kind {
            POINT => match self.coord(form)? {
                coord if coord.x.is_nan() || coord.y.is_nan() => {
                    Geometry::MultiPoint(MultiPoint(Vec::new()))
                }
                coord => Geometry::Point(Point(coord)),
            },
            LINE_STRING => Geometry::LineString(self.coords(form)?),
            POLYGON => Geometry::Polygon(self.polygon(form)?),
            MULTI_POINT => {
                Geometry::MultiPoint(MultiPoint(self.members(
                    form,
                    depth,
                    |part| match part {
                        Geometry::Point(point) => Some(point),
                        _ => None,
                    },
                )?))
            }
            MULTI_LINE_STRING => {
                Geometry::MultiLineString(MultiLineString(self.members(form, depth, |part| {
                    match part {
                        Geometry::LineString(line) => Some(line),
                        _ => None,
                    }
                })?))
            }
            MULTI_POLYGON => Geometry::MultiPolygon(MultiPolygon(self.members(
                form,
                depth,
                |part| match part {
                    Geometry::Polygon(polygon) => Some(polygon),
                    _ => None,
                },
            )?)),
            COLLECTION => {
                Geometry::GeometryCollection(GeometryCollection(self.members(form, depth, Some)?))
            }
            _ => return Err(GpkgError("its geometry is of an unknown type")),
        })
    }

    /// The byte order and type of a geometry.
    fn start(&mut self) -> Result<(u32, Form), GpkgError> {
        let [order] = self.take::<1>()?;
        let mut form = Form {
            little_endian: match order {
                0 => false,
                1 => true,
                _ => return Err(GpkgError("its byte order is unknown")),
            },
            ordinates: 2,
        };
        let code = self.number(form)?;
        let (high, code) = (code >> 30, code & 0x3FFF_FFFF);
        form.ordinates += match (high, code / 1000) {
            (0, 0) => 0,
            (0, 1 | 2) | (1 | 2, 0) => 1,
            (0, 3) | (3, 0) => 2,
            _ => return Err(GpkgError("its geometry is of an unknown type")),
        };
        Ok((code % 1000, form))
    }

    fn polygon(&mut self, form: Form) -> Result<Polygon, GpkgError> {
        let count = self.count(form, 4)?;
        let mut rings = Vec::with_capacity(count);
        for _ in 0..count {
            rings.push(self.coords(form)?);
        }
        let mut rings = rings.into_iter();
        let exterior = rings.next().unwrap_or_else(LineString::empty);
        Ok(Polygon::new(exterior, rings.collect()))
    }

    fn members<T>(
        &mut self,
        form: Form,
        depth: u8,
        wanted: fn(Geometry) -> Option<T>,
    ) -> Result<Vec<T>, GpkgError> {
        let smallest_bytes = 9;
        let count = self.count(form, smallest_bytes)?;
        let mut members = Vec::with_capacity(count);
        for _ in 0..count {
            let member = self.geometry(depth + 1)?;
            members.push(wanted(member).ok_or(GpkgError("a member is of another type"))?);
        }
        Ok(members)
    }

    fn coords(&mut self, form: Form) -> Result<LineString, GpkgError> {
        let count = self.count(form, 8 * form.ordinates)?;
        let mut coords = Vec::with_capacity(count);
        for _ in 0..count {
            coords.push(self.coord(form)?);
        }
        Ok(LineString(coords))
    }

    fn coord(&mut self, form: Form) -> Result<Coord, GpkgError> {
        let (x, y) = (self.double(form)?, self.double(form)?);
        for _ in 2..form.ordinates {
            self.double(form)?;
        }
        Ok(Coord { x, y })
    }

    /// A count of things that take at least so many bytes each: one that the rest cannot hold is
    /// refused before anything is allocated for it.
    fn count(&mut self, form: Form, bytes_each: usize) -> Result<usize, GpkgError> {
        usize::try_from(self.number(form)?)
            .ok()
            .filter(|count| *count <= self.rest.len() / bytes_each)
            .ok_or(GpkgError("it is shorter than its counts say"))
    }

    fn number(&mut self, form: Form) -> Result<u32, GpkgError> {
        let bytes = self.take()?;
        Ok(if form.little_endian {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn double(&mut self, form: Form) -> Result<f64, GpkgError> {
        let bytes = self.take()?;
        Ok(if form.little_endian {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], GpkgError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(GpkgError("it ends too early"))?;
        self.rest = rest;
        Ok(*taken)
    }
}

#[cfg(test)]
mod tests {
    use geo::{Rect, line_string, point, polygon};
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
