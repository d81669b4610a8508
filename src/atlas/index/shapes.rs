//! The features of a part that are no single position: lines, areas, groups of positions, and those
//! without a geometry. rstar finds them: by their envelopes in degrees, and by their pieces
//! earth-centred.

use geo::{BoundingRect, CoordsIter, Geometry};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RStarInsertionStrategy, RTree, RTreeObject, RTreeParams};

use crate::atlas::geo::boxes;
use crate::atlas::geo::geodesy::{Piece, for_each_edge};
use crate::atlas::geo::position::LngLat;
use crate::atlas::index::weight::Weight;
use crate::atlas::index::{RowId, row_id};

/// Features that are no single position. Their rows follow those of the positions.
#[derive(Debug, Default)]
pub struct Shapes {
    first: RowId,
    geometries: Vec<Option<Geometry>>,
    placed: u32,
    /// Of all together.
    weight: Weight,
    /// Envelopes in degrees.
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, RowId>, Wide>,
    /// Pieces, earth-centred.
    pieces: RTree<IndexedPiece, Wide>,
}

/// Trees with wide nodes: fewer steps down, and neighbours side by side in memory.
#[derive(Debug)]
pub struct Wide;

impl RTreeParams for Wide {
    const MIN_SIZE: usize = 12;
    const MAX_SIZE: usize = 32;
    const REINSERTION_COUNT: usize = 8;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

/// An entry of the index holds so many pieces of an edge, two degrees: so that what the entries of a layer
/// take is in proportion to its positions and to the length of its edges, of which there is a ceiling.
const PIECES_OF_ENTRY: f64 = 4.0;
/// An edge is so many entries at most: one that goes around the world would be hundreds of pieces, and a
/// small file has room for many such edges.
const ENTRIES_OF_EDGE_MAX: f64 = 8.0;

/// A piece of a feature in the index, or a stretch of a long edge, which is cut when it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct IndexedPiece {
    piece: Piece,
    /// Whose it is.
    pub row: RowId,
    is_stretch: bool,
    /// In single precision, never less than what is in it: half a metre more, for a quarter of the bytes.
    ecef_box: [[f32; 3]; 2],
}

/// A box in single precision that holds another.
fn single([low, high]: [[f64; 3]; 2]) -> [[f32; 3]; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "rounded outwards after it")]
    let [low, high] = [low, high].map(|corner| corner.map(|at| at as f32));
    [low.map(f32::next_down), high.map(f32::next_up)]
}

impl RTreeObject for IndexedPiece {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        let [low, high] = self.ecef_box.map(|corner| corner.map(f64::from));
        AABB::from_corners(low, high)
    }
}

impl PointDistance for IndexedPiece {
    /// The squared distance to the box: never more than the squared chord to the piece.
    fn distance_2(&self, to: &[f64; 3]) -> f64 {
        let [low, high] = self.ecef_box.map(|corner| corner.map(f64::from));
        (0..3)
            .map(|axis| {
                let beyond = (low[axis] - to[axis]).max(to[axis] - high[axis]).max(0.0);
                beyond * beyond
            })
            .sum()
    }
}

impl IndexedPiece {
    /// A piece with its box.
    pub fn new(piece: Piece, row: RowId) -> Self {
        Self {
            piece,
            row,
            is_stretch: false,
            ecef_box: single(piece.ecef_box()),
        }
    }

    /// A stretch of a few pieces, with its own box, which is hardly larger than that around its pieces.
    fn short_stretch(stretch: Piece, row: RowId) -> Self {
        Self {
            is_stretch: true,
            ..Self::new(stretch, row)
        }
    }

    /// A stretch with the box around its pieces.
    fn stretch(stretch: Piece, row: RowId) -> Self {
        let mut around = [[f64::INFINITY; 3], [f64::NEG_INFINITY; 3]];
        stretch.cut(&mut |piece| {
            around = boxes::union(around, piece.ecef_box());
        });
        Self {
            piece: stretch,
            row,
            is_stretch: true,
            ecef_box: single(around),
        }
    }

    /// Gives the piece, or those of the stretch.
    pub fn each_piece(&self, give: &mut impl FnMut(Piece)) {
        if self.is_stretch {
            self.piece.cut(give);
        } else {
            give(self.piece);
        }
    }
}

/// Enters an edge of a feature.
fn enter(edge: Piece, row: RowId, entries: &mut Vec<IndexedPiece>) {
    let pieces = edge.count();
    let count = (pieces / PIECES_OF_ENTRY).ceil();
    if pieces <= 1.0 {
        entries.push(IndexedPiece::new(edge, row));
    } else if count <= ENTRIES_OF_EDGE_MAX {
        edge.cut_in(count, &mut |stretch| {
            entries.push(IndexedPiece::short_stretch(stretch, row));
        });
    } else {
        edge.cut_in(ENTRIES_OF_EDGE_MAX, &mut |stretch| {
            entries.push(IndexedPiece::stretch(stretch, row));
        });
    }
}

impl Shapes {
    /// Indexes geometries whose rows start at `first`.
    pub fn new(first: RowId, geometries: Vec<Option<Geometry>>) -> Self {
        let (mut boxes, mut placed) = (Vec::new(), 0);
        // Most edges are one entry; a list that grows would take twice what they need.
        let edges = geometries.iter().flatten().map(CoordsIter::coords_count);
        let mut pieces = Vec::with_capacity(edges.sum());
        let mut weight = Weight::default();
        for (row, geometry) in (first..).zip(&geometries) {
            let Some(geometry) = geometry else {
                continue;
            };
            placed += 1;
            weight += Weight::of(Some(geometry));
            if let Some(rect) = geometry.bounding_rect() {
                let (low, high) = (rect.min(), rect.max());
                let corners = Rectangle::from_corners([low.x, low.y], [high.x, high.y]);
                boxes.push(GeomWithData::new(corners, row));
            }
            for_each_edge(geometry, &mut |edge| enter(edge, row, &mut pieces));
        }
        Self {
            first,
            geometries,
            placed,
            weight,
            boxes: RTree::bulk_load_with_params(boxes),
            pieces: RTree::bulk_load_with_params(pieces),
        }
    }

    /// Their rows.
    pub fn rows(&self) -> std::ops::Range<RowId> {
        let len = row_id(self.geometries.len());
        self.first..self.first.saturating_add(len)
    }

    /// How many of them have a geometry.
    pub fn placed(&self) -> u32 {
        self.placed
    }

    /// What they weigh together.
    pub fn weight(&self) -> Weight {
        self.weight
    }

    /// The geometry of a row.
    pub fn geometry(&self, row: RowId) -> Option<&Geometry> {
        self.geometries.get((row - self.first) as usize)?.as_ref()
    }

    /// Rows of the features whose envelope meets any of some rectangles in degrees, in order.
    pub fn meeting(&self, rects: &[geo::Rect]) -> Vec<RowId> {
        let mut rows = Vec::new();
        for rect in rects {
            let (low, high) = (rect.min(), rect.max());
            let envelope = AABB::from_corners([low.x, low.y], [high.x, high.y]);
            let found = self.boxes.locate_in_envelope_intersecting(envelope);
            rows.extend(found.map(|entry| entry.data));
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Rows of the features whose envelope holds a position; ±180 is one meridian.
    pub fn around(&self, at: LngLat) -> Vec<RowId> {
        let rect = |lng: f64| geo::Rect::new((lng, at.lat()), (lng, at.lat()));
        let mut rects = vec![rect(at.lng())];
        if at.lng().abs() == 180.0 {
            rects.push(rect(-at.lng()));
        }
        self.meeting(&rects)
    }

    /// Pieces in order of the least chord to their box from an earth-centred position, with that
    /// chord in metres.
    pub fn pieces_from(&self, ecef: [f64; 3]) -> impl Iterator<Item = (f64, &IndexedPiece)> {
        let pieces = self.pieces.nearest_neighbor_iter_with_distance_2(ecef);
        pieces.map(|(entry, chord_2)| (chord_2.sqrt(), entry))
    }

    /// Pieces whose box lies within a chord of an earth-centred position.
    pub fn pieces_within(
        &self,
        ecef: [f64; 3],
        chord_m: f64,
    ) -> impl Iterator<Item = &IndexedPiece> {
        self.pieces.locate_within_distance(ecef, chord_m * chord_m)
    }

    /// The envelope of all, `[low corner, high corner]` in degrees.
    pub fn envelope(&self) -> Option<[[f64; 2]; 2]> {
        let envelope = self.boxes.root().envelope();
        (self.boxes.size() > 0).then(|| [envelope.lower(), envelope.upper()])
    }

    /// Bytes in memory, about: trees keep some room.
    pub fn bytes(&self) -> usize {
        self.boxes.size() * 48 + self.pieces.size() * size_of::<IndexedPiece>()
    }
}

#[cfg(test)]
mod tests {
    use geo::{Coord, LineString};
    use proptest::prelude::*;

    use super::*;
    use crate::atlas::geo::geodesy::{GeodesicOrigin, distance_to_geometry_m, distance_to_piece_m};

    fn indexed(ends: Vec<Coord>) -> (Geometry, Shapes) {
        let line = Geometry::from(LineString::new(ends));
        (line.clone(), Shapes::new(0, vec![Some(line)]))
    }

    #[test]
    fn an_edge_around_the_world_is_a_few_entries() {
        let ends = [(-180.0, 9.0), (180.0, 9.0)].map(Coord::from);
        let (_, shapes) = indexed(ends.repeat(60));
        assert_eq!(shapes.pieces.size(), 8 * 119);
        let (_, short) = indexed(vec![(46.0, 35.0).into(), (49.0, 36.0).into()]);
        assert_eq!(short.pieces.size(), 2);
    }

    #[test]
    fn entries_are_in_proportion_to_positions_and_degrees() {
        for step_deg in [0.3, 0.51, 1.0, 2.1, 4.0, 15.9, 16.1] {
            let ends = [(0.0, 9.0), (step_deg, 9.0)].map(Coord::from).repeat(500);
            let (line, shapes) = indexed(ends);
            let most = 999.0 + Weight::of(Some(&line)).length_deg / 2.0;
            assert!(shapes.pieces.size() as f64 <= most, "{step_deg}");
        }
    }

    proptest! {
        #[test]
        fn an_edge_is_as_near_as_it_is(
            ends in prop::collection::vec((-180.0..=180.0_f64, -90.0..=90.0_f64), 2..4),
            lng in -180.0..=180.0_f64, lat in -90.0..=90.0_f64,
        ) {
            let (line, shapes) = indexed(ends.into_iter().map(Coord::from).collect());
            let at = LngLat::new(lng, lat).unwrap();
            let origin = GeodesicOrigin::new(at);
            let mut best_m = f64::INFINITY;
            for (chord_m, entry) in shapes.pieces_from(at.ecef()) {
                entry.each_piece(&mut |piece| {
                    let found_m = distance_to_piece_m(&origin, piece, f64::INFINITY).unwrap_or(f64::INFINITY);
                    // No piece is nearer than what the index says of its entry.
                    assert!(chord_m <= found_m + 1e-3, "{chord_m} {found_m}");
                    best_m = best_m.min(found_m);
                });
            }
            let wanted_m = distance_to_geometry_m(at, &line);
            prop_assert!((best_m - wanted_m).abs() <= 0.01 + wanted_m * 1e-4, "{best_m} {wanted_m}");
        }
    }
}
