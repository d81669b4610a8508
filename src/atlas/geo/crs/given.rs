//! What a query gives in a coordinate reference system: boxes and geometries, put into degrees. An
//! edge that is straight between metres is bent between degrees, so positions are put along it.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MapCoords, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon,
};

use crate::atlas::geo::area::Area;
use crate::atlas::geo::crs::{Crs, UTM_LATITUDES, UTM_REACH_DEG};
use crate::atlas::geo::position::{Bounds, LngLat, numbers};
use crate::atlas::model::budget;
use crate::atlas::model::refusal::{Code, Refusal};

/// Where the square of Web Mercator ends, in metres from its middle.
const MERCATOR_HALF_M: f64 = 20_037_508.342_789_244;
/// How far an edge may be from what stands for it in degrees, in metres.
const EDGE_M: f64 = 0.001;
/// An edge is halved so many times at most.
const HALVINGS_MAX: u32 = 12;
/// An edge shorter than this bends one way only, in metres.
const ONE_WAY_M: f64 = 1000.0;
/// About what it takes to project a position there and back, in nanoseconds.
const POSITION_NS: u64 = 1_000;

/// A box that was given in one of the systems, in degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum GivenBox {
    /// A box in degrees as well.
    Bounds(Bounds),
    /// An area whose edges follow those of the box to a millimetre.
    Area(Area),
}

impl Crs {
    /// Reads a box: the least and the greatest coordinates in the order of the axes, perhaps with
    /// heights, which are ignored (18-058r1 §7.4, 17-069r4 §7.15.3).
    ///
    /// # Errors
    /// One sentence that names what is wrong and what would be right.
    pub fn parse_box(self, text: &str) -> Result<GivenBox, Refusal> {
        if self == Self::Crs84 {
            return text.parse::<Bounds>().map(GivenBox::Bounds);
        }
        self.given_box(&numbers(text)?)
    }

    /// A box of four numbers, or of six with heights.
    ///
    /// # Errors
    /// As [`Self::parse_box`].
    pub fn given_box(self, numbers: &[f64]) -> Result<GivenBox, Refusal> {
        let sides = match *numbers {
            [a, b, c, d] | [a, b, _, c, d, _] => [a, b, c, d],
            ref other => {
                let detail = format!(
                    "expected four numbers (or six with heights), found {}",
                    other.len()
                );
                return Err(Refusal::new(Code::NotABox, detail));
            }
        };
        let bounds = |[w, s, e, n]: [f64; 4]| Bounds::new(w, s, e, n).map(GivenBox::Bounds);
        match self {
            Self::Crs84 => bounds(sides),
            Self::LatLng => bounds([sides[1], sides[0], sides[3], sides[2]]),
            Self::WebMercator => {
                let within = sides.map(|metres| metres.clamp(-MERCATOR_HALF_M, MERCATOR_HALF_M));
                let corner = |x, y| self.position([x, y]).ok_or_else(|| self.too_far());
                let low = corner(within[0], within[1])?;
                let high = corner(within[2], within[3])?;
                bounds([low.lng(), low.lat(), high.lng(), high.lat()])
            }
            Self::Utm38 | Self::Utm39 => self.area(sides).map(GivenBox::Area),
        }
    }

    /// A box of a zone as an area in degrees.
    fn area(self, [west, south, east, north]: [f64; 4]) -> Result<Area, Refusal> {
        if west >= east || south >= north {
            let detail = format!(
                "expected the least easting and northing before the greatest, found {west},{south} and {east},{north}"
            );
            return Err(Refusal::new(Code::ReversedBox, detail));
        }
        let corners = [(west, south), (east, south), (east, north), (west, north)];
        let corners = corners.into_iter().chain([(west, south)]);
        let mut way = Way {
            crs: self,
            room: usize::MAX,
        };
        let ring = way.line(corners.map(Coord::from))?;
        Area::new(Polygon::new(ring, Vec::new()).into()).ok_or_else(|| self.too_far())
    }

    /// A geometry in degrees whose edges follow those of one that was given, with so many positions
    /// more at most.
    ///
    /// # Errors
    /// One sentence that names what is wrong and what would be right.
    pub fn given_geometry(self, given: Geometry, room: &mut usize) -> Result<Geometry, Refusal> {
        let position = |at: Coord| {
            let [lng, lat] = match self {
                Self::LatLng => [at.y, at.x],
                _ => [at.x, at.y],
            };
            LngLat::new(lng, lat).map(|_| Coord { x: lng, y: lat })
        };
        if matches!(self, Self::Crs84 | Self::LatLng) {
            return given.try_map_coords(position);
        }
        let mut way = Way {
            crs: self,
            room: *room,
        };
        let geometry = way.geometry(given)?;
        *room = way.room;
        Ok(geometry)
    }

    /// The position of coordinates within reach.
    fn near(self, at: Coord) -> Result<Coord, Refusal> {
        budget::spend(POSITION_NS);
        // Far from its zone a projection gives other positions back than it was given.
        let near = || {
            let back = self.position([at.x, at.y])?;
            let bounds = Bounds::new(back.lng(), back.lat(), back.lng(), back.lat()).ok()?;
            let [x, y] = self.coordinates(back.lng(), back.lat())?;
            let is_back = (x - at.x).hypot(y - at.y) < EDGE_M;
            (is_back && self.reaches(bounds)).then_some(Coord {
                x: back.lng(),
                y: back.lat(),
            })
        };
        near().ok_or_else(|| self.too_far())
    }

    fn too_far(self) -> Refusal {
        let detail = match self.zone() {
            Some(zone) => format!(
                "expected coordinates within {UTM_REACH_DEG}° of the zone's meridian {zone}° and between {}° and {}° of latitude, in metres",
                UTM_LATITUDES[0], UTM_LATITUDES[1]
            ),
            None => "expected coordinates that are on the earth".into(),
        };
        Refusal::new(Code::OutOfReach, detail)
    }
}

/// The way from metres to degrees.
struct Way {
    crs: Crs,
    /// So many positions may still be put along edges.
    room: usize,
}

impl Way {
    fn geometry(&mut self, given: Geometry) -> Result<Geometry, Refusal> {
        Ok(match given {
            Geometry::Point(at) => Point(self.crs.near(at.0)?).into(),
            Geometry::MultiPoint(all) => {
                let points = all.into_iter().map(|at| self.crs.near(at.0).map(Point));
                MultiPoint(points.collect::<Result<_, _>>()?).into()
            }
            Geometry::LineString(line) => self.line(line.0)?.into(),
            Geometry::MultiLineString(all) => {
                let lines = all.into_iter().map(|line| self.line(line.0));
                MultiLineString(lines.collect::<Result<_, _>>()?).into()
            }
            Geometry::Polygon(polygon) => self.polygon(polygon)?.into(),
            Geometry::MultiPolygon(all) => {
                let polygons = all.into_iter().map(|one| self.polygon(one));
                MultiPolygon(polygons.collect::<Result<_, _>>()?).into()
            }
            Geometry::GeometryCollection(all) => {
                let parts = all.into_iter().map(|part| self.geometry(part));
                Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, _>>()?))
            }
            Geometry::Line(line) => self.line([line.start, line.end])?.into(),
            Geometry::Rect(rect) => self.polygon(rect.to_polygon())?.into(),
            Geometry::Triangle(triangle) => self.polygon(triangle.to_polygon())?.into(),
        })
    }

    fn polygon(&mut self, polygon: Polygon) -> Result<Polygon, Refusal> {
        let (exterior, interiors) = polygon.into_inner();
        let exterior = self.line(exterior.0)?;
        let interiors = interiors.into_iter().map(|ring| self.line(ring.0));
        Ok(Polygon::new(exterior, interiors.collect::<Result<_, _>>()?))
    }

    /// A line that follows one to a millimetre.
    fn line(&mut self, given: impl IntoIterator<Item = Coord>) -> Result<LineString, Refusal> {
        let mut along = Vec::new();
        let mut before = None;
        for at in given {
            let end = (at, self.crs.near(at)?);
            if let Some(start) = before {
                self.push_edge(start, end, HALVINGS_MAX, &mut along)?;
            }
            along.push(end.1);
            before = Some(end);
        }
        Ok(LineString(along))
    }

    /// Adds positions between the ends of an edge, each given and in degrees, until lines between them
    /// follow it.
    fn push_edge(
        &mut self,
        start: (Coord, Coord),
        end: (Coord, Coord),
        halvings: u32,
        along: &mut Vec<Coord>,
    ) -> Result<(), Refusal> {
        let half = (start.0 + end.0) / 2.0;
        let middle = (half, self.crs.near(half)?);
        let straight = (start.1 + end.1) / 2.0;
        let own = self.crs.coordinates(straight.x, straight.y);
        let [x, y] = own.ok_or_else(|| self.crs.too_far())?;
        let long = end.0 - start.0;
        // What an edge's middle is off by, its halves are off by a quarter of; the first halves of an
        // edge across the central meridian bend the same way, and tell.
        let tells = halvings < HALVINGS_MAX - 1 || long.x.hypot(long.y) < ONE_WAY_M;
        let is_straight = tells && (x - half.x).hypot(y - half.y) <= EDGE_M;
        if halvings == 0 || is_straight {
            return Ok(());
        }
        self.room = self.room.checked_sub(1).ok_or_else(|| {
            let detail = "its edges are too long to be followed to a millimetre; give it in longitude and latitude";
            Refusal::new(Code::TooLong, detail)
        })?;
        self.push_edge(start, middle, halvings - 1, along)?;
        along.push(middle.1);
        self.push_edge(middle, end, halvings - 1, along)
    }
}

#[cfg(test)]
mod tests {
    use geo::CoordsIter;

    use super::*;

    #[test]
    fn the_edges_of_an_area_follow_those_of_the_box() {
        let check = |crs: Crs, sides: [f64; 4]| {
            let [w, s, e, n] = sides;
            let Ok(GivenBox::Area(area)) = crs.parse_box(&format!("{w},{s},{e},{n}")) else {
                panic!("{crs:?} {sides:?}");
            };
            let geo::Geometry::Polygon(polygon) = area.geometry() else {
                panic!("one ring");
            };
            for line in polygon.exterior().lines() {
                // Also between its positions.
                for share in [0.0, 0.2, 0.5, 0.8] {
                    let at = line.start + (line.end - line.start) * share;
                    let [x, y] = crs.coordinates(at.x, at.y).unwrap();
                    let off = [x - w, x - e, y - s, y - n].map(f64::abs);
                    let off = off.into_iter().fold(f64::INFINITY, f64::min);
                    assert!(off < 2.0 * EDGE_M, "{off} at {x},{y}");
                }
            }
        };
        check(Crs::Utm38, [400_000.0, 3_300_000.0, 900_000.0, 4_200_000.0]);
        check(
            Crs::Utm39,
            [-200_000.0, 3_300_000.0, 400_000.0, 4_200_000.0],
        );
        check(Crs::Utm38, [500_000.0, 3_900_000.0, 500_010.0, 3_900_010.0]);
        for wrong in ["1,2,3", "3,2,1,4", "a,2,3,4", "0,0,1e9,1e9", "0,0,1e300,1"] {
            assert!(Crs::Utm38.parse_box(wrong).is_err(), "{wrong}");
        }
    }
    #[test]
    fn a_geometry_is_where_it_was_given() {
        let given = |crs: Crs, text: Geometry| crs.given_geometry(text, &mut 100_000);
        let at = |x, y| Geometry::from(Point::new(x, y));
        assert_eq!(given(Crs::LatLng, at(35.0, 45.0)), Ok(at(45.0, 35.0)));
        assert!(given(Crs::LatLng, at(95.0, 45.0)).is_err());
        assert!(given(Crs::Utm38, at(45.0, 35e6)).is_err());

        // Straight between metres: every position of it lies on one line there.
        for crs in [Crs::WebMercator, Crs::Utm38, Crs::Utm39] {
            let [from, to] = [[44.0, 33.0], [51.0, 37.0]].map(|[lng, lat]| {
                let [x, y] = crs.coordinates(lng, lat).unwrap();
                Coord { x, y }
            });
            let line = given(crs, LineString(vec![from, to]).into()).unwrap();
            let long = (to - from).x.hypot((to - from).y);
            for at in line.coords_iter() {
                let [x, y] = crs.coordinates(at.x, at.y).unwrap();
                let off = (to - from).x * (y - from.y) - (to - from).y * (x - from.x);
                assert!(off.abs() / long < EDGE_M, "{crs:?} {at:?} is off by {off}");
            }
            assert!(line.coords_count() > 100, "{crs:?} bends between degrees");
            let tight = crs.given_geometry(LineString(vec![from, to]).into(), &mut 100);
            assert!(tight.is_err(), "{crs:?}: no more room than there is");
        }
    }
}
