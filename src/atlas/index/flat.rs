//! Lines and areas as plain numbers, and back: kinds with counts, and coordinates.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

use crate::atlas::index::shapes::Shapes;

/// Geometries as kinds with counts, and coordinates.
pub(super) fn flattened(shapes: &Shapes) -> (Vec<u32>, Vec<[f64; 2]>) {
    let mut flat = Flat::default();
    for row in shapes.rows() {
        match shapes.geometry(row) {
            None => flat.tokens.push(NOWHERE),
            Some(geometry) => flat.put(geometry),
        }
    }
    (flat.tokens, flat.coords)
}

const NOWHERE: u32 = 0;
const POINT: u32 = 1;
const LINE: u32 = 2;
const AREA: u32 = 3;
const POINTS: u32 = 4;
const LINES: u32 = 5;
const AREAS: u32 = 6;
const MIXED: u32 = 7;

/// The kinds are those of well-known binary; what has none is kept as what it stands for.
#[derive(Default)]
struct Flat {
    tokens: Vec<u32>,
    coords: Vec<[f64; 2]>,
}

impl Flat {
    fn put(&mut self, geometry: &Geometry) {
        match geometry {
            Geometry::Point(point) => {
                self.tokens.push(POINT);
                self.coords.push([point.x(), point.y()]);
            }
            Geometry::LineString(line) => {
                self.tokens.push(LINE);
                self.line(line);
            }
            Geometry::Polygon(polygon) => {
                self.tokens.push(AREA);
                self.area(polygon);
            }
            Geometry::MultiPoint(points) => {
                self.count(POINTS, points.0.len());
                let coords = points.0.iter().map(|point| [point.x(), point.y()]);
                self.coords.extend(coords);
            }
            Geometry::MultiLineString(lines) => {
                self.count(LINES, lines.0.len());
                lines.0.iter().for_each(|line| self.line(line));
            }
            Geometry::MultiPolygon(areas) => {
                self.count(AREAS, areas.0.len());
                areas.0.iter().for_each(|area| self.area(area));
            }
            Geometry::GeometryCollection(members) => {
                self.count(MIXED, members.0.len());
                members.0.iter().for_each(|member| self.put(member));
            }
            Geometry::Line(line) => self.put(&LineString::from(*line).into()),
            Geometry::Rect(rect) => self.put(&rect.to_polygon().into()),
            Geometry::Triangle(triangle) => self.put(&triangle.to_polygon().into()),
        }
    }

    fn count(&mut self, kind: u32, count: usize) {
        self.tokens.extend([kind, number(count)]);
    }

    fn line(&mut self, line: &LineString) {
        self.tokens.push(number(line.0.len()));
        self.coords.extend(line.0.iter().map(|at| [at.x, at.y]));
    }

    fn area(&mut self, polygon: &Polygon) {
        let rings = 1 + polygon.interiors().len();
        self.tokens.push(number(rings));
        self.line(polygon.exterior());
        polygon.interiors().iter().for_each(|ring| self.line(ring));
    }
}

/// How many members a geometry has, as a token.
fn number(members: usize) -> u32 {
    u32::try_from(members).expect("the ceilings of a feature are far below 2^32 positions")
}

/// The geometries again; `None` if the numbers are not those of any.
pub(super) fn unflattened(
    tokens: Vec<u32>,
    coords: Vec<[f64; 2]>,
) -> Option<Vec<Option<Geometry>>> {
    let mut flat = Unflat {
        tokens: tokens.into_iter(),
        coords: coords.into_iter(),
    };
    let mut geometries = Vec::new();
    while let Some(kind) = flat.tokens.next() {
        geometries.push(match kind {
            NOWHERE => None,
            kind => Some(flat.take(kind)?),
        });
    }
    Some(geometries)
}

struct Unflat {
    tokens: std::vec::IntoIter<u32>,
    coords: std::vec::IntoIter<[f64; 2]>,
}

impl Unflat {
    fn take(&mut self, kind: u32) -> Option<Geometry> {
        Some(match kind {
            POINT => Point(self.coord()?).into(),
            LINE => self.line()?.into(),
            AREA => self.area()?.into(),
            POINTS => MultiPoint(self.many(|flat| Some(Point(flat.coord()?)))?).into(),
            LINES => MultiLineString(self.many(Self::line)?).into(),
            AREAS => MultiPolygon(self.many(Self::area)?).into(),
            MIXED => {
                let members = self.many(|flat| {
                    let kind = flat.tokens.next()?;
                    flat.take(kind)
                })?;
                Geometry::GeometryCollection(GeometryCollection(members))
            }
            _ => return None,
        })
    }

    fn coord(&mut self) -> Option<Coord> {
        let [x, y] = self.coords.next()?;
        Some(Coord { x, y })
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.tokens.next()?;
        (0..count).map(|_| one(self)).collect()
    }

    fn line(&mut self) -> Option<LineString> {
        Some(LineString(self.many(Self::coord)?))
    }

    fn area(&mut self) -> Option<Polygon> {
        let mut rings = self.many(Self::line)?.into_iter();
        let exterior = rings.next()?;
        Some(Polygon::new(exterior, rings.collect()))
    }
}
