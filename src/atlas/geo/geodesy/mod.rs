//! Exact distance on the WGS84 ellipsoid between a position and a geometry, and the bounds that
//! prune the search for it.
//!
//! For two positions with the straight chord `c` through the earth and the geodesic `s` between
//! them, `c <= s <= 2R asin(c / 2R)` with R the least radius of curvature, a(1 - e²): a space curve
//! that bends at most as a circle of radius R has at least that circle's chord (Schur's comparison
//! theorem). So chords, which cost a nanosecond, prune; Karney's solution decides.

mod piece;

use std::sync::LazyLock;

use geo::{Coord, Geometry, Intersects, LineString, Polygon};
use geographiclib_rs::{Geodesic, InverseGeodesic};

use crate::atlas::geo::position::{LngLat, WGS84_A_M, WGS84_F};
use crate::atlas::model::budget;

pub use piece::Piece;

/// The least radius of curvature of the ellipsoid in metres: a(1 - e²), along the meridian at the
/// equator.
const CURVATURE_RADIUS_M_MIN: f64 = WGS84_A_M * (1.0 - WGS84_F * (2.0 - WGS84_F));
/// No radius of curvature of the ellipsoid is larger than this many metres (a²/b at the poles).
const CURVATURE_RADIUS_M_MAX: f64 = 6_400_000.0;
/// Arithmetic in doubles on earth-centred metres, and so a chord, is off by far less than this.
pub const ROUNDING_M: f64 = 1e-6;
/// Chords up to this length are turned into geodesics by their curvature.
const ARC_M_MAX: f64 = 20_000.0;
/// Edges enter the index in pieces of at most so many degrees of latitude, and of as much on the ground
/// along a parallel: boxes stay tight, and along a piece the distance has one extremum.
const PIECE_DEG_MAX: f64 = 0.5;
/// Around a pole a piece is longer in degrees, but not so long that it is far from straight.
const PIECE_LNG_DEG_MAX: f64 = 30.0;
/// About what it takes to measure a distance to a piece, to cut an edge, and to look at a vertex of an
/// area, in nanoseconds.
const PIECE_NS: u64 = 200;
const CUT_NS: u64 = 20;
const VERTEX_NS: u64 = 3;

static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// The geodesic distance between two positions in metres (Karney 2013, doi 10.1007/s00190-012-0578-z).
pub fn distance_m(a: LngLat, b: LngLat) -> f64 {
    WGS84.inverse(a.lat(), a.lng(), b.lat(), b.lng())
}

/// From where distances are measured: what is the same for all of them, computed once.
#[derive(Clone, Copy, Debug)]
pub struct GeodesicOrigin {
    at: LngLat,
    ecef: [f64; 3],
    east: [f64; 3],
    north: [f64; 3],
    /// One over the radii of curvature along the parallel's normal and along the meridian.
    bend_east: f64,
    bend_north: f64,
}

impl GeodesicOrigin {
    /// The origin at a position.
    pub fn new(at: LngLat) -> Self {
        let [east, north] = tangent_plane(at);
        let [across_m, along_m] = curvature_radii_m(at);
        Self {
            at,
            ecef: at.ecef(),
            east,
            north,
            bend_east: 1.0 / across_m,
            bend_north: 1.0 / along_m,
        }
    }

    /// The position in degrees.
    pub fn at(&self) -> LngLat {
        self.at
    }

    /// The position in earth-centred metres.
    pub fn ecef(&self) -> [f64; 3] {
        self.ecef
    }

    /// The geodesic distance in metres to a position, given in earth-centred metres and, for when
    /// it is needed, in degrees. Below 20 km the arc over the chord with the curvature in its
    /// direction (Euler's formula) is within a micrometre of Karney's solution, forty times
    /// cheaper; beyond, it is Karney's.
    pub fn distance_m(&self, ecef: [f64; 3], degrees: impl FnOnce() -> LngLat) -> f64 {
        let away = minus(ecef, self.ecef);
        let chord_2 = dot(away, away);
        if chord_2 > ARC_M_MAX * ARC_M_MAX {
            return distance_m(self.at, degrees());
        }
        let (x, y) = (dot(self.east, away), dot(self.north, away));
        let flat_2 = x * x + y * y;
        if flat_2 == 0.0 {
            return chord_2.sqrt();
        }
        let bend = (x * x * self.bend_east + y * y * self.bend_north) / flat_2;
        // asin(u) / u for the half angle, to the term that matters at such distances.
        let u_2 = chord_2 * bend * bend / 4.0;
        chord_2.sqrt() * (1.0 + u_2 / 6.0 + u_2 * u_2 * 3.0 / 40.0)
    }
}

/// The most that the geodesic can measure between two positions whose chord is `chord_m`.
pub fn distance_m_max(chord_m: f64) -> f64 {
    let ratio = chord_m / (2.0 * CURVATURE_RADIUS_M_MIN);
    if ratio < 1.0 {
        2.0 * CURVATURE_RADIUS_M_MIN * ratio.asin()
    } else {
        f64::INFINITY
    }
}

/// The shortest chord that a geodesic of `distance_m` can have, up to a third of the way around.
pub fn chord_m_least(distance_m: f64) -> f64 {
    let half_turn = (distance_m / (2.0 * CURVATURE_RADIUS_M_MIN)).min(1.0);
    2.0 * CURVATURE_RADIUS_M_MIN * half_turn.sin()
}

/// The squared straight distance between two earth-centred positions in square metres.
pub fn chord_2(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [dx, dy, dz] = minus(a, b);
    dx * dx + dy * dy + dz * dz
}

/// Unit vectors to the east and to the north at a position, earth-centred.
pub fn tangent_plane(at: LngLat) -> [[f64; 3]; 2] {
    let (sin_lat, cos_lat) = at.lat().to_radians().sin_cos();
    let (sin_lng, cos_lng) = at.lng().to_radians().sin_cos();
    [
        [-sin_lng, cos_lng, 0.0],
        [-sin_lat * cos_lng, -sin_lat * sin_lng, cos_lat],
    ]
}

/// The radii of curvature in metres: across the meridian (the prime vertical's) and along it.
fn curvature_radii_m(at: LngLat) -> [f64; 2] {
    let e2 = WGS84_F * (2.0 - WGS84_F);
    let sin_lat = at.lat().to_radians().sin();
    let w2 = 1.0 - e2 * sin_lat * sin_lat;
    let across = WGS84_A_M / w2.sqrt();
    [across, across * (1.0 - e2) / w2]
}

/// Metres that a degree of longitude and one of latitude measure at a position.
pub fn metres_per_degree(at: LngLat) -> [f64; 2] {
    let [across, along] = curvature_radii_m(at);
    let cos_lat = at.lat().to_radians().cos();
    [(across * cos_lat).to_radians(), along.to_radians()]
}

/// `a - b`.
pub fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|axis| a[axis] - b[axis])
}

/// The scalar product.
pub fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Gives every position and edge of a geometry, cut into pieces.
pub fn for_each_piece(geometry: &Geometry, give: &mut impl FnMut(Piece)) {
    for_each_edge(geometry, &mut |edge| edge.cut(give));
}

/// Gives every position and edge of a geometry; a lone position is an edge with equal ends.
pub fn for_each_edge(geometry: &Geometry, give: &mut dyn FnMut(Piece)) {
    let lone = |at: Coord| Piece { from: at, to: at };
    match geometry {
        Geometry::Point(point) => give(lone(point.0)),
        Geometry::MultiPoint(points) => points.0.iter().for_each(|point| give(lone(point.0))),
        Geometry::Line(line) => give(Piece {
            from: line.start,
            to: line.end,
        }),
        Geometry::LineString(line) => along(line, give),
        Geometry::MultiLineString(lines) => lines.0.iter().for_each(|line| along(line, give)),
        Geometry::Polygon(polygon) => around(polygon, give),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().for_each(|each| around(each, give)),
        Geometry::Rect(rect) => around(&rect.to_polygon(), give),
        Geometry::Triangle(triangle) => around(&triangle.to_polygon(), give),
        Geometry::GeometryCollection(parts) => {
            parts.0.iter().for_each(|part| for_each_edge(part, give));
        }
    }
}

fn around(polygon: &Polygon, give: &mut dyn FnMut(Piece)) {
    along(polygon.exterior(), give);
    polygon
        .interiors()
        .iter()
        .for_each(|ring| along(ring, give));
}

fn along(line: &LineString, give: &mut dyn FnMut(Piece)) {
    if let [only] = line.0.as_slice() {
        give(Piece {
            from: *only,
            to: *only,
        });
    }
    for edge in line.0.windows(2) {
        give(Piece {
            from: edge[0],
            to: edge[1],
        });
    }
}

/// Whether a position lies in the area of a geometry, its edge included. ±180 is one meridian.
pub fn covers(geometry: &Geometry, at: LngLat) -> bool {
    let area = |lng: f64| {
        let point = geo::Point::new(lng, at.lat());
        areas_of(geometry, &mut |polygon| {
            budget::spend(VERTEX_NS * vertices(polygon));
            polygon.intersects(&point)
        })
    };
    area(at.lng()) || (at.lng().abs() == 180.0 && area(-at.lng()))
}

/// How many vertices an area has.
pub fn vertices(polygon: &Polygon) -> u64 {
    let holes = polygon.interiors().iter().map(|ring| ring.0.len());
    (polygon.exterior().0.len() + holes.sum::<usize>()) as u64
}

/// Whether the test holds for any polygon of a geometry.
pub fn areas_of(geometry: &Geometry, test: &mut dyn FnMut(&Polygon) -> bool) -> bool {
    match geometry {
        Geometry::Polygon(polygon) => test(polygon),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().any(test),
        Geometry::Rect(rect) => test(&rect.to_polygon()),
        Geometry::Triangle(triangle) => test(&triangle.to_polygon()),
        Geometry::GeometryCollection(parts) => parts.0.iter().any(|part| areas_of(part, test)),
        _ => false,
    }
}

/// The exact distance in metres from a position to the nearest part of a geometry, 0 inside an
/// area; infinite for an empty one. Looks at every edge: an index does better on large geometries.
pub fn distance_to_geometry_m(at: LngLat, geometry: &Geometry) -> f64 {
    if covers(geometry, at) {
        return 0.0;
    }
    let origin = GeodesicOrigin::new(at);
    let mut best_m = f64::INFINITY;
    for_each_piece(geometry, &mut |piece| {
        best_m = best_m.min(distance_to_piece_m(&origin, piece, best_m).unwrap_or(best_m));
    });
    best_m
}

/// The exact distance to a piece, or `None` if it is certainly above the bound.
pub fn distance_to_piece_m(origin: &GeodesicOrigin, piece: Piece, bound_m: f64) -> Option<f64> {
    budget::spend(PIECE_NS);
    let foot = LngLat::of(piece.at(piece.nearest(origin.ecef)));
    let ecef = foot.ecef();
    if chord_2(ecef, origin.ecef).sqrt() > bound_m {
        return None;
    }
    Some(origin.distance_m(ecef, || foot))
}
