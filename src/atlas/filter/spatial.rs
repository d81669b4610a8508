//! Spatial predicates: how two geometries relate, by the dimensionally extended nine-intersection model
//! (OGC 06-103r4 §6.1.15), in longitude and latitude, where edges are straight; and how far apart
//! they are on the ellipsoid.

use std::borrow::Cow;

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Coord, Geometry, Intersects as _, Line, MultiPolygon, Point, Rect};

use crate::atlas::filter::datum::Datum;
use crate::atlas::geo::edges::Edges;
use crate::atlas::geo::geodesy::{covers, distance_to_geometry_m, vertices};
use crate::atlas::geo::planar::relation::relate;
use crate::atlas::geo::planar::{self, meets};
use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::model::budget;

/// About what it takes to look at a vertex, in nanoseconds.
const VERTEX_NS: u64 = 3;

/// A spatial predicate: a relation of two geometries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpatialPredicate {
    /// The second lies in the first, not on its edge alone.
    Contains,
    /// They meet within both, in less than the larger of their dimensions.
    Crosses,
    /// They share no point.
    Disjoint,
    /// They have the same points.
    Equals,
    /// They share a point.
    Intersects,
    /// They share some of their points, in their common dimension.
    Overlaps,
    /// They share points of their edges alone.
    Touches,
    /// The first lies in the second, not on its edge alone.
    Within,
}

impl SpatialPredicate {
    /// Whether the relation holds of two geometries; unknown where one is null.
    pub fn holds(self, a: &Datum<'_>, b: &Datum<'_>) -> Option<bool> {
        let shared = intersects(a, b)?;
        if !shared || matches!(self, Self::Intersects | Self::Disjoint) {
            return Some(shared == (self != Self::Disjoint));
        }
        let (own, other) = (shape(a)?, shape(b)?);
        if self.is_apart(&own, &other) {
            return Some(false);
        }
        if let Some(found) = self.of_position(&own, &other) {
            return Some(found);
        }
        let matrix = relate(&own, &other);
        Some(match self {
            Self::Contains => matrix.is_contains(),
            Self::Crosses => matrix.is_crosses(),
            Self::Equals => matrix.is_equal_topo(),
            Self::Overlaps => matrix.is_overlaps(),
            Self::Touches => matrix.is_touches(),
            Self::Within => matrix.is_within(),
            Self::Disjoint | Self::Intersects => shared,
        })
    }

    /// Whether the boxes around two geometries say already that the relation does not hold.
    fn is_apart(self, own: &Geometry, other: &Geometry) -> bool {
        let Some((a, b)) = own.bounding_rect().zip(other.bounding_rect()) else {
            return false;
        };
        let within = |a: &Rect, b: &Rect| {
            b.min().x <= a.min().x
                && b.min().y <= a.min().y
                && a.max().x <= b.max().x
                && a.max().y <= b.max().y
        };
        match self {
            Self::Contains => !within(&b, &a),
            Self::Within => !within(&a, &b),
            Self::Equals => a != b,
            _ => false,
        }
    }

    /// Whether the relation holds of a single position and an area, which a look at the area's edges says.
    fn of_position(self, own: &Geometry, other: &Geometry) -> Option<bool> {
        let (at, area, places) = match (own, other) {
            (Geometry::Point(at), Geometry::Polygon(area)) => (at, area, self),
            (Geometry::Polygon(area), Geometry::Point(at)) => (at, area, self.converse()),
            _ => return None,
        };
        budget::spend(VERTEX_NS * vertices(area));
        let position = area.coordinate_position(&at.0);
        match places {
            Self::Within => Some(position == CoordPos::Inside),
            Self::Touches => Some(position == CoordPos::OnBoundary),
            Self::Contains | Self::Crosses | Self::Equals | Self::Overlaps => Some(false),
            Self::Disjoint | Self::Intersects => None,
        }
    }

    /// The converse: the relation of the second geometry to the first.
    #[must_use]
    pub fn converse(self) -> Self {
        match self {
            Self::Contains => Self::Within,
            Self::Within => Self::Contains,
            same => same,
        }
    }
}

/// Whether two geometries share a point, as the questions `bbox` and `area` have it: ±180 is one meridian
/// for boxes and for single positions.
fn intersects(a: &Datum<'_>, b: &Datum<'_>) -> Option<bool> {
    Some(match (a, b) {
        (Datum::Geometry(place), Datum::Box(bounds))
        | (Datum::Box(bounds), Datum::Geometry(place)) => {
            bounds.rectangles().iter().any(|rect| meets(place, rect))
        }
        (Datum::Box(a), Datum::Box(b)) => {
            let others = b.rectangles();
            let mut own = a.rectangles().into_iter();
            own.any(|rect| others.iter().any(|other| rect.intersects(other)))
        }
        (Datum::Geometry(a), Datum::Geometry(b)) => share_a_point(a, b),
        _ => return None,
    })
}

fn share_a_point(a: &Geometry, b: &Geometry) -> bool {
    let is_area = |one: &Geometry| matches!(one, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
    match (a, b) {
        (Geometry::Point(at), area) | (area, Geometry::Point(at)) if is_area(area) => {
            covers(area, LngLat::of(at.0))
        }
        _ => {
            let rects = a.bounding_rect().zip(b.bounding_rect());
            rects.is_some_and(|(a, b)| a.intersects(&b)) && planar::share_a_point(a, b)
        }
    }
}

/// A datum as a geometry; `None` if it is no geometry or box.
pub fn shape<'d>(datum: &'d Datum<'_>) -> Option<Cow<'d, Geometry>> {
    match datum {
        Datum::Geometry(place) => Some(Cow::Borrowed(place)),
        Datum::Box(bounds) => Some(Cow::Owned(shape_of(*bounds))),
        _ => None,
    }
}

/// A box in the plane: one area or two, a line if it has no width, or a position.
fn shape_of(bounds: Bounds) -> Geometry {
    let [west, south, east, north] = bounds.sides();
    let corner = |x, y| Coord { x, y };
    if bounds.crosses_antimeridian() && south < north {
        let sides = [(west, 180.0), (-180.0, east)];
        let wide = sides.into_iter().filter(|(west, east)| west < east);
        let area = |(west, east)| Rect::new((west, south), (east, north)).to_polygon();
        return MultiPolygon(wide.map(area).collect()).into();
    }
    let (low, high) = (corner(west, south), corner(east, north));
    match (west == east, south == north) {
        (true, true) => Point(low).into(),
        (false, false) => Rect::new(low, high).to_polygon().into(),
        _ => Geometry::LineString(Line::new(low, high).into()),
    }
}

/// The geodesic distance in metres between the nearest points of two geometries; 0 where they share one.
/// `None` where one is null.
pub fn distance_m(a: &Datum<'_>, b: &Datum<'_>) -> Option<f64> {
    let (own, other) = (shape(a)?, shape(b)?);
    Some(match (&*own, &*other) {
        (Geometry::Point(at), shape) | (shape, Geometry::Point(at)) => {
            distance_to_geometry_m(LngLat::of(at.0), shape)
        }
        _ if intersects(a, b)? => 0.0,
        // Where edges do not cross, an end of a piece is nearest, but for what a piece bends.
        (own, other) => Edges::of(own).distance_m(&Edges::of(other)),
    })
}
