//! A bulk-loaded part of a layer: features in order of id with their indexes. Never changed, only
//! replaced.

use std::sync::Arc;

use geo::{BoundingRect, Geometry};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RStarInsertionStrategy, RTree, RTreeObject, RTreeParams};

use crate::atlas::change::Feature;
use crate::atlas::fragment::feature_text;
use crate::atlas::geodesy::{Piece, for_each_piece};
use crate::atlas::planar::meets;
use crate::atlas::position::LngLat;
use crate::atlas::query::ItemsQuery;
use crate::atlas::schema::{Schema, Value};
use crate::atlas::time::{DatePrecision, TimeSpan};

/// The place of a feature in a part; features are in order of id, so slots are too.
pub type Slot = u32;

/// A feature with what is made of it once, when it enters.
#[derive(Debug)]
pub struct Stored {
    /// The feature.
    pub feature: Feature,
    /// Its time, if it has one.
    pub time: Option<TimeSpan>,
    /// Its GeoJSON text.
    pub text: Box<str>,
}

impl Stored {
    /// Makes what is made once.
    pub fn new(schema: &Schema, feature: Feature) -> Self {
        let text = feature_text(
            schema,
            &feature.id,
            feature.geometry.as_ref(),
            &feature.values,
        );
        Self {
            time: time_of(schema, &feature.values),
            text: text.into(),
            feature,
        }
    }
}

fn time_of(schema: &Schema, values: &[Value]) -> Option<TimeSpan> {
    let fields = schema.time.as_ref()?;
    let text = |name: &str| match &values[schema.index_of(name)?] {
        Value::Text(text) => Some(&**text),
        _ => None,
    };
    let precision = fields.precision_field.as_deref().and_then(text);
    let precision = match precision {
        Some("month") => DatePrecision::Month,
        Some("year") => DatePrecision::Year,
        _ => DatePrecision::Day,
    };
    TimeSpan::of_feature(text(&fields.field)?, precision)
}

/// Features in order of id, and their indexes.
#[derive(Debug, Default)]
pub struct Part {
    pub(super) features: Vec<Arc<Stored>>,
    /// Envelopes in degrees.
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, Slot>, Wide>,
    /// Single positions, earth-centred.
    pub(super) points: RTree<IndexedPoint, Wide>,
    /// Pieces of everything else, earth-centred.
    pub(super) pieces: RTree<IndexedPiece, Wide>,
    times: Times,
}

/// Slots to look at, in order.
pub enum Candidates {
    /// Every slot.
    All,
    /// These.
    Slots(Vec<Slot>),
}

/// A single position in the index: earth-centred metres, and whose it is.
pub type IndexedPoint = GeomWithData<[f64; 3], Slot>;

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

impl Part {
    /// Indexes features that are in order of id, each id once.
    pub fn new(features: Vec<Arc<Stored>>) -> Self {
        let (mut boxes, mut points, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
        for (slot, stored) in (0..).zip(&features) {
            let Some(geometry) = &stored.feature.geometry else {
                continue;
            };
            if let Some(rect) = geometry.bounding_rect() {
                let corners = [rect.min().into(), rect.max().into()].map(|(x, y)| [x, y]);
                let envelope = Rectangle::from_corners(corners[0], corners[1]);
                boxes.push(GeomWithData::new(envelope, slot));
            }
            if let Geometry::Point(point) = geometry {
                points.push(GeomWithData::new(LngLat::of(point.0).ecef(), slot));
            } else {
                for_each_piece(geometry, &mut |piece| {
                    pieces.push(IndexedPiece::new(piece, slot));
                });
            }
        }
        Self {
            times: Times::new(&features),
            features,
            boxes: RTree::bulk_load_with_params(boxes),
            points: RTree::bulk_load_with_params(points),
            pieces: RTree::bulk_load_with_params(pieces),
        }
    }

    /// The slot of an id.
    pub fn find(&self, id: &str) -> Option<Slot> {
        let found = self
            .features
            .binary_search_by(|stored| (*stored.feature.id).cmp(id));
        found.ok().and_then(|at| Slot::try_from(at).ok())
    }

    /// The first slot after an id, whether the id is there or not.
    pub fn after(&self, id: &str) -> usize {
        self.features
            .partition_point(|stored| *stored.feature.id <= *id)
    }

    /// The feature in a slot.
    pub fn stored(&self, slot: Slot) -> &Stored {
        &self.features[slot as usize]
    }

    /// The position of a feature that is a single one.
    pub fn position(&self, slot: Slot) -> LngLat {
        let coord = match &self.stored(slot).feature.geometry {
            Some(Geometry::Point(point)) => point.0,
            // The index of positions holds nothing else.
            _ => geo::Coord::default(),
        };
        LngLat::of(coord)
    }

    /// The slots that may answer a question: what the most selective index says.
    pub fn candidates(&self, query: &ItemsQuery) -> Candidates {
        let by_time = query
            .datetime
            .map(|span| self.times.candidates(span))
            // Sorting pays only where much is left out.
            .filter(|slots| slots.len() < self.features.len() / 4);
        let by_box = query.bbox.map(|bounds| {
            let mut slots = Vec::new();
            for rect in bounds.rectangles() {
                let (low, high) = (rect.min(), rect.max());
                let envelope = AABB::from_corners([low.x, low.y], [high.x, high.y]);
                let found = self.boxes.locate_in_envelope_intersecting(envelope);
                slots.extend(found.map(|entry| entry.data));
            }
            slots
        });
        let fewest = [by_box, by_time].into_iter().flatten().min_by_key(Vec::len);
        let Some(mut slots) = fewest else {
            return Candidates::All;
        };
        slots.sort_unstable();
        slots.dedup();
        Candidates::Slots(slots)
    }

    /// How many visible features with a place satisfy everything in a question but its near part.
    pub fn placed(&self, query: &ItemsQuery, visible: &dyn Fn(Slot) -> bool) -> u64 {
        let counts = |slot: &Slot| {
            self.stored(*slot).feature.geometry.is_some()
                && visible(*slot)
                && self.satisfies(*slot, query)
        };
        let count = match self.candidates(query) {
            Candidates::All => (0..).take(self.features.len()).filter(counts).count(),
            Candidates::Slots(slots) => slots.iter().filter(|slot| counts(slot)).count(),
        };
        count as u64
    }

    /// Whether a feature satisfies everything in a question but its near part.
    pub fn satisfies(&self, slot: Slot, query: &ItemsQuery) -> bool {
        if let Some(span) = query.datetime
            && !self.times.spans[slot as usize].intersects(span)
        {
            return false;
        }
        let feature = &self.stored(slot).feature;
        if !query.filter.holds(&feature.values) {
            return false;
        }
        query.bbox.is_none_or(|bounds| {
            let geometry = feature.geometry.as_ref();
            geometry.is_some_and(|geometry| {
                bounds.rectangles().iter().any(|rect| meets(geometry, rect))
            })
        })
    }

    /// Slots of the features whose envelope holds a position; ±180 is one meridian.
    pub fn around(&self, at: LngLat) -> Vec<Slot> {
        let mut slots = Vec::new();
        let mut add = |lng: f64| {
            let found = self
                .boxes
                .locate_in_envelope_intersecting(AABB::from_point([lng, at.lat()]));
            slots.extend(found.map(|entry| entry.data));
        };
        add(at.lng());
        if at.lng().abs() == 180.0 {
            add(-at.lng());
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The envelope of all features, `[low corner, high corner]` in degrees.
    pub fn envelope(&self) -> Option<[[f64; 2]; 2]> {
        let envelope = self.boxes.root().envelope();
        (self.boxes.size() > 0).then(|| [envelope.lower(), envelope.upper()])
    }

    /// From the first to the last known time.
    pub fn time_extent(&self) -> Option<TimeSpan> {
        self.times.extent
    }
}

/// When the features of a part happened.
#[derive(Debug, Default)]
struct Times {
    /// By slot; a feature without time meets every span.
    spans: Vec<TimeSpan>,
    /// Slots with a time, by its start.
    by_start: Vec<Slot>,
    /// Slots without one.
    timeless: Vec<Slot>,
    /// No feature lasts longer, in microseconds.
    longest_us: i64,
    extent: Option<TimeSpan>,
}

impl Times {
    fn new(features: &[Arc<Stored>]) -> Self {
        let mut times = Self::default();
        for (slot, stored) in (0..).zip(features) {
            times.spans.push(stored.time.unwrap_or(TimeSpan::ALWAYS));
            let Some(span) = stored.time else {
                times.timeless.push(slot);
                continue;
            };
            times.by_start.push(slot);
            times.longest_us = times.longest_us.max(span.last_us - span.start_us);
            let extent = times.extent.get_or_insert(span);
            extent.start_us = extent.start_us.min(span.start_us);
            extent.last_us = extent.last_us.max(span.last_us);
        }
        let spans = &times.spans;
        times
            .by_start
            .sort_unstable_by_key(|slot| spans[*slot as usize].start_us);
        times
    }

    /// The slots that may meet a span, in no order.
    fn candidates(&self, span: TimeSpan) -> Vec<Slot> {
        let start = |slot: &Slot| self.spans[*slot as usize].start_us;
        let earliest = span.start_us.saturating_sub(self.longest_us);
        let from = self.by_start.partition_point(|slot| start(slot) < earliest);
        let to = self
            .by_start
            .partition_point(|slot| start(slot) <= span.last_us);
        let timed = self.by_start.get(from..to).unwrap_or_default();
        [timed, &self.timeless].concat()
    }
}
