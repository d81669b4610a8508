//! The spatial conditions of a query: a circle, a box, an area. Each passes a node of the tree over, takes
//! it whole or opens it, and decides single features exactly.

use std::ops::Range;

use geo::{BoundingRect, Coord, Geometry, Intersects, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::atlas::geo::area::Area;
use crate::atlas::geo::area::Within;
use crate::atlas::geo::geodesy::{
    GeodesicOrigin, ROUNDING_M, areas_of, chord_m_least, covers, distance_to_geometry_m, vertices,
};
use crate::atlas::geo::planar::{edge_meets, meets, share_a_point};
use crate::atlas::geo::position::Bounds;
use crate::atlas::index::mask::CHUNK;
use crate::atlas::index::mask::each_bit;
use crate::atlas::index::points::{KEPT_M, Relation, TreeNode};
use crate::atlas::index::shapes::Shapes;
use crate::atlas::index::{Part, RowId, row_id};
use crate::atlas::model::budget;

/// About what it takes to index an edge of an area, to search the index for a node, and to look at an edge
/// that it names, in nanoseconds.
const INDEX_NS: u64 = 400;
const NODE_NS: u64 = 200;
const EDGE_NS: u64 = 20;

/// One spatial condition of a query.
pub enum Region<'q> {
    /// Within a geodesic distance of a position, from which the near question measures lines and areas.
    Circle(Circle),
    /// The same, which measures them itself.
    Within(Circle),
    /// In a box: the rectangles that it is.
    Rects(Vec<geo::Rect>),
    /// Meets an area.
    Area(IndexedArea<'q>),
}

/// A circle on the ellipsoid.
pub struct Circle {
    origin: GeodesicOrigin,
    radius_m: f64,
    /// Squares of chords to kept positions: surely inside up to the first, surely outside beyond the
    /// second.
    inside_2: f64,
    outside_2: f64,
}

impl<'q> Region<'q> {
    /// The region within a distance of a position.
    pub fn within(within: Within) -> Self {
        Self::Within(Circle::new(within))
    }

    /// The region of a box.
    pub fn rects(bounds: Bounds) -> Self {
        Self::Rects(bounds.rectangles())
    }

    /// The region of an area, whose edges are indexed now.
    pub fn area(area: &'q Area) -> Self {
        Self::Area(IndexedArea::new(area))
    }

    /// How it relates to the box of a node.
    pub fn relation(&self, node: TreeNode<'_>) -> Relation {
        match self {
            Self::Circle(circle) | Self::Within(circle) => {
                let [least_2, most_2] = node.chords_2(circle.origin.ecef());
                if least_2 > circle.outside_2 {
                    Relation::Outside
                } else if most_2 < circle.inside_2 {
                    Relation::Inside
                } else {
                    Relation::Partial
                }
            }
            Self::Rects(rects) => of_rects(rects, node.degrees()),
            Self::Area(area) => area.relation(node.degrees()),
        }
    }

    /// Whether a single position matches.
    pub fn holds(&self, part: &Part, row: RowId) -> bool {
        match self {
            Self::Circle(circle) | Self::Within(circle) => {
                let chord_2 = part.points.chord_2(row, circle.origin.ecef());
                chord_2 < circle.inside_2
                    || (chord_2 <= circle.outside_2
                        && part.points.distance_m(row, &circle.origin) <= circle.radius_m)
            }
            Self::Rects(rects) => {
                let [lng, lat] = part.points.degrees_of(row);
                rects
                    .iter()
                    .any(|rect| rect.intersects(&Coord { x: lng, y: lat }))
            }
            Self::Area(area) => covers(area.geometry, part.points.position(row)),
        }
    }

    /// Which of the wanted rows of a chunk match, all of them single positions. `first` is the
    /// chunk's first row.
    pub fn mask(&self, part: &Part, first: usize, wanted: u64) -> u64 {
        match self {
            _ if wanted == 0 => 0,
            Self::Circle(circle) | Self::Within(circle) => circle.mask(part, first, wanted),
            Self::Rects(rects) => mask_of_rects(rects, part, first, wanted),
            Self::Area(_) => each_bit(wanted)
                .filter(|bit| self.holds(part, row_id(first + bit)))
                .fold(0, |mask, bit| mask | 1 << bit),
        }
    }

    /// Whether a line or an area matches; for a circle see `execution/nearest`.
    pub fn holds_shape(&self, geometry: &Geometry) -> bool {
        match self {
            Self::Circle(_) => true,
            Self::Within(circle) => {
                distance_to_geometry_m(circle.origin.at(), geometry) <= circle.radius_m
            }
            Self::Rects(rects) => rects.iter().any(|rect| meets(geometry, rect)),
            Self::Area(area) => share_a_point(geometry, area.geometry),
        }
    }

    /// The rows of lines and areas that may match; `None` if it does not say.
    pub fn shapes(&self, shapes: &Shapes) -> Option<Vec<RowId>> {
        match self {
            Self::Circle(_) => None,
            Self::Within(circle) => Some(circle.shapes(shapes)),
            Self::Rects(rects) => Some(shapes.meeting(rects)),
            Self::Area(area) => Some(shapes.meeting(&area.envelope)),
        }
    }
}

impl Circle {
    /// See [`Region::mask`]. The chords of neighbours are computed side by side, without a branch;
    /// only the few between the two bounds are measured.
    fn mask(&self, part: &Part, first: usize, wanted: u64) -> u64 {
        let bits = bits_of(wanted);
        let (mut inside, mut near) = (0_u64, 0_u64);
        let chords_2 = part
            .points
            .chords_2(first + bits.start..first + bits.end, self.origin.ecef());
        for (bit, chord_2) in bits.zip(chords_2) {
            inside |= u64::from(chord_2 < self.inside_2) << bit;
            near |= u64::from(chord_2 <= self.outside_2) << bit;
        }
        let doubtful = wanted & near & !inside;
        let measured = each_bit(doubtful).filter(|bit| {
            let row = row_id(first + bit);
            part.points.distance_m(row, &self.origin) <= self.radius_m
        });
        measured.fold(wanted & inside, |mask, bit| mask | 1 << bit)
    }

    /// The circle with the chords that bound its radius.
    pub fn new(Within { at, radius_m }: Within) -> Self {
        let inside_m = (chord_m_least(radius_m) - KEPT_M - ROUNDING_M).max(0.0);
        let outside_m = radius_m + KEPT_M + ROUNDING_M;
        Self {
            origin: GeodesicOrigin::new(at),
            radius_m,
            inside_2: inside_m * inside_m,
            outside_2: outside_m * outside_m,
        }
    }

    /// The rows of lines and areas of which a piece may be near, or that may be around it.
    fn shapes(&self, shapes: &Shapes) -> Vec<RowId> {
        let mut rows = shapes.around(self.origin.at());
        let pieces = shapes.pieces_within(self.origin.ecef(), self.radius_m + ROUNDING_M);
        rows.extend(pieces.map(|entry| {
            budget::spend(EDGE_NS);
            entry.row
        }));
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// The bits from the first to the last that is set, of some that are.
fn bits_of(mask: u64) -> Range<usize> {
    mask.trailing_zeros() as usize..CHUNK - mask.leading_zeros() as usize
}

/// See [`Region::mask`]: neighbours are compared side by side, without a branch.
fn mask_of_rects(rects: &[geo::Rect], part: &Part, first: usize, wanted: u64) -> u64 {
    let bits = bits_of(wanted);
    let degrees = part.points.degrees_in(first + bits.start..first + bits.end);
    let mut inside = 0_u64;
    for rect in rects {
        let (least, most) = (rect.min(), rect.max());
        for (bit, [lng, lat]) in bits.clone().zip(degrees) {
            let sides = [
                least.x <= *lng,
                *lng <= most.x,
                least.y <= *lat,
                *lat <= most.y,
            ];
            let [west, east, south, north] = sides.map(u64::from);
            inside |= (west & east & south & north) << bit;
        }
    }
    wanted & inside
}

fn of_rects(rects: &[geo::Rect], [west, south, east, north]: [f64; 4]) -> Relation {
    let mut relation = Relation::Outside;
    for rect in rects {
        let (low, high) = (rect.min(), rect.max());
        if low.x <= west && east <= high.x && low.y <= south && north <= high.y {
            return Relation::Inside;
        }
        if low.x <= east && west <= high.x && low.y <= north && south <= high.y {
            relation = Relation::Partial;
        }
    }
    relation
}

/// An area with its edges indexed.
pub struct IndexedArea<'q> {
    geometry: &'q Geometry,
    envelope: Vec<geo::Rect>,
    edges: RTree<Edge>,
}

/// Whether a position of the plane lies in an area.
fn holds_at(polygon: &Polygon, at: Coord) -> bool {
    budget::spend(EDGE_NS + vertices(polygon));
    polygon.intersects(&at)
}

type Edge = GeomWithData<Rectangle<[f64; 2]>, geo::Line>;

impl<'q> IndexedArea<'q> {
    fn new(area: &'q Area) -> Self {
        let geometry = area.geometry();
        let mut edges = Vec::new();
        let mut add = |polygon: &Polygon| {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            for line in rings.flat_map(geo::LineString::lines) {
                let corners =
                    Rectangle::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y]);
                edges.push(GeomWithData::new(corners, line));
            }
            false
        };
        areas_of(geometry, &mut add);
        budget::begin(INDEX_NS * edges.len() as u64);
        Self {
            geometry,
            envelope: geometry.bounding_rect().into_iter().collect(),
            edges: RTree::bulk_load(edges),
        }
    }

    fn relation(&self, [west, south, east, north]: [f64; 4]) -> Relation {
        // ±180 is one meridian, which no rectangle of a plane says.
        if west <= -180.0 || east >= 180.0 {
            return Relation::Partial;
        }
        budget::spend(NODE_NS);
        let rect = geo::Rect::new((west, south), (east, north));
        let envelope = AABB::from_corners([west, south], [east, north]);
        let crossed = self
            .edges
            .locate_in_envelope_intersecting(envelope)
            .any(|edge| {
                budget::spend(EDGE_NS);
                edge_meets(edge.data.start, edge.data.end, &rect)
            });
        if crossed {
            return Relation::Partial;
        }
        // No edge meets it: all of it is on one side.
        let corner = rect.min();
        if areas_of(self.geometry, &mut |polygon| holds_at(polygon, corner)) {
            Relation::Inside
        } else {
            Relation::Outside
        }
    }
}
