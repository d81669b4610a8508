//! The features of a part that are no single position: lines, areas, groups of positions, and those
//! without a place. rstar finds them: by their envelopes in degrees, and by their pieces
//! earth-centred.

use geo::{BoundingRect, Geometry};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RStarInsertionStrategy, RTree, RTreeObject, RTreeParams};

use crate::atlas::geodesy::{Piece, for_each_piece};
use crate::atlas::part::Slot;
use crate::atlas::position::LngLat;

/// Features that are no single position. Their slots follow those of the positions.
#[derive(Debug, Default)]
pub struct Shapes {
    first: Slot,
    geometries: Vec<Option<Geometry>>,
    placed: u32,
    /// Envelopes in degrees.
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, Slot>, Wide>,
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

/// A piece of a feature in the index.
#[derive(Clone, Copy, Debug)]
pub struct IndexedPiece {
    /// The piece.
    pub piece: Piece,
    /// Whose it is.
    pub slot: Slot,
    ecef_box: [[f64; 3]; 2],
}

impl RTreeObject for IndexedPiece {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.ecef_box[0], self.ecef_box[1])
    }
}

impl PointDistance for IndexedPiece {
    /// The squared distance to the box: never more than the squared chord to the piece.
    fn distance_2(&self, to: &[f64; 3]) -> f64 {
        let [low, high] = self.ecef_box;
        (0..3)
            .map(|axis| {
                let beyond = (low[axis] - to[axis]).max(to[axis] - high[axis]).max(0.0);
                beyond * beyond
            })
            .sum()
    }
}

impl IndexedPiece {
    /// The piece with its box.
    pub fn new(piece: Piece, slot: Slot) -> Self {
        Self {
            piece,
            slot,
            ecef_box: piece.ecef_box(),
        }
    }
}

impl Shapes {
    /// Indexes geometries whose slots start at `first`.
    pub fn new(first: Slot, geometries: Vec<Option<Geometry>>) -> Self {
        let (mut boxes, mut pieces, mut placed) = (Vec::new(), Vec::new(), 0);
        for (slot, geometry) in (first..).zip(&geometries) {
            let Some(geometry) = geometry else {
                continue;
            };
            placed += 1;
            if let Some(rect) = geometry.bounding_rect() {
                let (low, high) = (rect.min(), rect.max());
                let corners = Rectangle::from_corners([low.x, low.y], [high.x, high.y]);
                boxes.push(GeomWithData::new(corners, slot));
            }
            for_each_piece(geometry, &mut |piece| {
                pieces.push(IndexedPiece::new(piece, slot));
            });
        }
        Self {
            first,
            geometries,
            placed,
            boxes: RTree::bulk_load_with_params(boxes),
            pieces: RTree::bulk_load_with_params(pieces),
        }
    }

    /// Their slots.
    pub fn slots(&self) -> std::ops::Range<Slot> {
        let len = Slot::try_from(self.geometries.len()).unwrap_or(Slot::MAX);
        self.first..self.first.saturating_add(len)
    }

    /// How many of them have a place.
    pub fn placed(&self) -> u32 {
        self.placed
    }

    /// The geometry of a slot.
    pub fn geometry(&self, slot: Slot) -> Option<&Geometry> {
        self.geometries.get((slot - self.first) as usize)?.as_ref()
    }

    /// Slots of the features whose envelope meets any of some rectangles in degrees, in order.
    pub fn meeting(&self, rects: &[geo::Rect]) -> Vec<Slot> {
        let mut slots = Vec::new();
        for rect in rects {
            let (low, high) = (rect.min(), rect.max());
            let envelope = AABB::from_corners([low.x, low.y], [high.x, high.y]);
            let found = self.boxes.locate_in_envelope_intersecting(envelope);
            slots.extend(found.map(|entry| entry.data));
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Slots of the features whose envelope holds a position; ±180 is one meridian.
    pub fn around(&self, at: LngLat) -> Vec<Slot> {
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
