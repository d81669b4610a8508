//! Well-known binary (OGC 06-103r4 §8). Written little-endian in two dimensions; read in either byte order, with
//! heights and measures (ISO 13249-3 and the older high bits), which are passed over.
//!
//! Not by the crate `wkb`: it goes through `geo-traits`, which panics at what a file may hold.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

/// Collections within collections, at most: what is read must not exhaust the stack.
const DEPTH_MAX: u8 = 32;

const LITTLE_ENDIAN: u8 = 1;

const POINT: u32 = 1;
const LINE_STRING: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POINT: u32 = 4;
const MULTI_LINE_STRING: u32 = 5;
const MULTI_POLYGON: u32 = 6;
const COLLECTION: u32 = 7;

/// Why bytes are not a geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not well-known binary: {0}")]
pub struct WkbError(pub(crate) &'static str);

/// A geometry as well-known binary.
pub fn write(geometry: &Geometry) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    append(&mut out, geometry);
    out
}

/// Reads a geometry. An empty point, which has no other form here, comes as an empty `MultiPoint`.
///
/// # Errors
/// If the bytes are anything but one whole geometry.
pub fn read(bytes: &[u8]) -> Result<Geometry, WkbError> {
    let mut input = Input { rest: bytes };
    let geometry = input.geometry(0)?;
    if input.rest.is_empty() {
        Ok(geometry)
    } else {
        Err(WkbError("something follows its geometry"))
    }
}

/// Writes a geometry after what there is.
pub fn append(out: &mut Vec<u8>, geometry: &Geometry) {
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
            members.iter().for_each(|member| append(out, member));
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
    let count = u32::try_from(count)
        .expect("a geometry has fewer positions than a u32 counts (geo/cost.rs)");
    out.extend_from_slice(&count.to_le_bytes());
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
struct Encoding {
    little_endian: bool,
    /// Ordinates of a position: 2, and one each for height and measure.
    ordinates: usize,
}

impl Input<'_> {
    fn geometry(&mut self, depth: u8) -> Result<Geometry, WkbError> {
        if depth > DEPTH_MAX {
            return Err(WkbError("its collections are nested too deeply"));
        }
        let (kind, encoding) = self.start()?;
        Ok(match kind {
            POINT => match self.coord(encoding)? {
                coord if coord.x.is_nan() || coord.y.is_nan() => {
                    Geometry::MultiPoint(MultiPoint(Vec::new()))
                }
                coord => Geometry::Point(Point(coord)),
            },
            LINE_STRING => Geometry::LineString(self.coords(encoding)?),
            POLYGON => Geometry::Polygon(self.polygon(encoding)?),
            MULTI_POINT => MultiPoint(self.members(encoding, depth)?).into(),
            MULTI_LINE_STRING => MultiLineString(self.members(encoding, depth)?).into(),
            MULTI_POLYGON => MultiPolygon(self.members(encoding, depth)?).into(),
            COLLECTION => {
                Geometry::GeometryCollection(GeometryCollection(self.members(encoding, depth)?))
            }
            _ => return Err(WkbError("its geometry is of an unknown type")),
        })
    }

    /// The byte order and type of a geometry.
    fn start(&mut self) -> Result<(u32, Encoding), WkbError> {
        let [order] = self.take::<1>()?;
        let mut encoding = Encoding {
            little_endian: match order {
                0 => false,
                1 => true,
                _ => return Err(WkbError("its byte order is unknown")),
            },
            ordinates: 2,
        };
        let code = self.number(encoding)?;
        let (high, code) = (code >> 30, code & 0x3FFF_FFFF);
        encoding.ordinates += match (high, code / 1000) {
            (0, 0) => 0,
            (0, 1 | 2) | (1 | 2, 0) => 1,
            (0, 3) | (3, 0) => 2,
            _ => return Err(WkbError("its geometry is of an unknown type")),
        };
        Ok((code % 1000, encoding))
    }

    fn polygon(&mut self, encoding: Encoding) -> Result<Polygon, WkbError> {
        let count = self.count(encoding, 4)?;
        let mut rings = Vec::with_capacity(count);
        for _ in 0..count {
            rings.push(self.coords(encoding)?);
        }
        let mut rings = rings.into_iter();
        let exterior = rings.next().unwrap_or_else(LineString::empty);
        Ok(Polygon::new(exterior, rings.collect()))
    }

    fn members<T: TryFrom<Geometry>>(
        &mut self,
        encoding: Encoding,
        depth: u8,
    ) -> Result<Vec<T>, WkbError> {
        let smallest_bytes = 9;
        let count = self.count(encoding, smallest_bytes)?;
        let mut members = Vec::with_capacity(count);
        for _ in 0..count {
            let member = T::try_from(self.geometry(depth + 1)?);
            members.push(member.map_err(|_| WkbError("a member is of another type"))?);
        }
        Ok(members)
    }

    fn coords(&mut self, encoding: Encoding) -> Result<LineString, WkbError> {
        let count = self.count(encoding, 8 * encoding.ordinates)?;
        let mut coords = Vec::with_capacity(count);
        for _ in 0..count {
            coords.push(self.coord(encoding)?);
        }
        Ok(LineString(coords))
    }

    fn coord(&mut self, encoding: Encoding) -> Result<Coord, WkbError> {
        let (x, y) = (self.double(encoding)?, self.double(encoding)?);
        for _ in 2..encoding.ordinates {
            self.double(encoding)?;
        }
        Ok(Coord { x, y })
    }

    /// A count of things that take at least so many bytes each: one that the rest cannot hold is
    /// refused before anything is allocated for it.
    fn count(&mut self, encoding: Encoding, bytes_each: usize) -> Result<usize, WkbError> {
        usize::try_from(self.number(encoding)?)
            .ok()
            .filter(|count| *count <= self.rest.len() / bytes_each)
            .ok_or(WkbError("it is shorter than its counts say"))
    }

    fn number(&mut self, encoding: Encoding) -> Result<u32, WkbError> {
        let bytes = self.take()?;
        Ok(if encoding.little_endian {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn double(&mut self, encoding: Encoding) -> Result<f64, WkbError> {
        let bytes = self.take()?;
        Ok(if encoding.little_endian {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], WkbError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(WkbError("it ends too early"))?;
        self.rest = rest;
        Ok(*taken)
    }
}
