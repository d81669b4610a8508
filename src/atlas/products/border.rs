//! The border as a measured line: kilometre, distance, side and segment of any position.
//!
//! The line runs from north to south, with Iran to its left and Iraq to its right. Kilometres are
//! sums of geodesics between its vertices.

use geo::{BoundingRect, Coord, Geometry, LineString, Rect};

use crate::atlas::geo::cost::{Cost, LENGTH_DEG_MAX};
use crate::atlas::geo::edges::Edges;
use crate::atlas::geo::geodesy::{
    GeodesicOrigin, ROUNDING_M, chord_2, distance_m, distance_m_max, dot, metres_per_degree, minus,
    tangent_plane,
};
use crate::atlas::geo::position::LngLat;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{
    BORDER_DISTANCE_M, BORDER_KM, BORDER_SEGMENT, BORDER_SIDE, POSITION_UNCERTAINTY_M, Schema,
    Value,
};
use crate::atlas::products::side::{NoSide, Side};
use crate::atlas::products::territory::Territory;

/// The field of the border layer that orders its segments from the north.
const ORDER_FIELD: &str = "number";
/// Border kilometres are rounded to so many steps a kilometre: to a centimetre.
pub const KM_STEPS: f64 = 1e5;
/// Nearer than this a position lies on the line, on neither side.
const ON_THE_LINE_M: f64 = 1e-6;

/// How far the outlines of the provinces may be off: those of Natural Earth that are shipped differ from the
/// measured line by up to 6.9 km.
pub const OUTLINE_ERROR_M: f64 = 7_000.0;

/// A position is past an end of the line if the nearest point is, as seen from there, at that end:
/// no farther from it than this share of the distance. The last bends of the line would decide its
/// side by chance.
const PAST_THE_END_SHARE: f64 = 0.02;

/// The border line with its kilometres.
pub struct Border {
    vertices: Vec<Coord>,
    /// Metres from the northern end to each vertex.
    along_m: Vec<f64>,
    /// In order along the line.
    segments: Vec<Segment>,
    /// An edge's number is that of its first vertex.
    edges: Edges,
    /// The box around all vertices.
    extent: Rect,
    /// The land on both sides, where its provinces are known.
    territory: Option<Territory>,
}

/// A named part of the line.
struct Segment {
    id: Box<str>,
    /// Its first and last vertex; its edges start at all but the last.
    vertices: std::ops::RangeInclusive<usize>,
}

/// Where a position lies relative to the border.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// Kilometres along the line, from its northern end, of the nearest point.
    pub km: f64,
    /// Geodesic distance to the nearest point in metres.
    pub distance_m: f64,
    /// The side, or why there is none.
    pub side: Result<Side, NoSide>,
    /// Id of the segment with the nearest point; the northern one where two meet.
    pub segment: Box<str>,
    /// The nearest point.
    pub foot: LngLat,
}

impl Border {
    /// The border from its layer, with the provinces on both sides; `None` if the layer holds no line, or
    /// lines that together are longer than one feature may be. Without provinces no position has a side.
    pub fn of(layer: &Layer, provinces: Option<&Layer>) -> Option<Self> {
        let territory = provinces.and_then(Territory::of);
        Self::of_layer(layer).map(|border| border.within(territory))
    }

    /// The same with the land on both sides of it.
    #[must_use]
    pub fn within(self, territory: Option<Territory>) -> Self {
        Self { territory, ..self }
    }

    fn of_layer(layer: &Layer) -> Option<Self> {
        let number = |values: &[Value]| match layer.schema().index_of(ORDER_FIELD) {
            Some(field) => match values[field] {
                Value::Integer(number) => number,
                _ => i64::MAX,
            },
            None => i64::MAX,
        };
        let mut features: Vec<Feature> = layer.features().map(FeatureRef::to_feature).collect();
        let geometries = features
            .iter()
            .filter_map(|feature| feature.geometry.as_ref());
        let length_deg: f64 = geometries.map(|each| Cost::of(each).length_deg).sum();
        if length_deg > LENGTH_DEG_MAX {
            return None;
        }
        features.sort_by_key(|feature| number(&feature.values));
        let lines = features
            .iter()
            .filter_map(|feature| match &feature.geometry {
                Some(Geometry::LineString(line)) => Some((&*feature.id, line.0.as_slice())),
                _ => None,
            });
        Self::of_lines(lines)
    }

    /// The border from its segments, each an id and its vertices, from north to south. Segments
    /// share a vertex where they meet; a gap between them is not part of the line.
    pub fn of_lines<'a>(lines: impl Iterator<Item = (&'a str, &'a [Coord])>) -> Option<Self> {
        let mut border = Self {
            vertices: Vec::new(),
            along_m: Vec::new(),
            segments: Vec::new(),
            edges: Edges::default(),
            extent: Rect::new(Coord::default(), Coord::default()),
            territory: None,
        };
        for (id, line) in lines.filter(|(_, line)| line.len() > 1) {
            let joined = border.vertices.last() == line.first();
            let first = border.vertices.len() - usize::from(joined);
            for (at, vertex) in line.iter().enumerate().skip(usize::from(joined)) {
                border.push(*vertex, at > 0);
            }
            let last = border.vertices.len() - 1;
            for from in first..last {
                let (start, end) = (border.vertices[from], border.vertices[from + 1]);
                border.edges.push(from, start, end);
            }
            border.segments.push(Segment {
                id: id.into(),
                vertices: first..=last,
            });
        }
        border.edges.index();
        border.extent = LineString(border.vertices.clone()).bounding_rect()?;
        (!border.segments.is_empty()).then_some(border)
    }

    fn push(&mut self, vertex: Coord, by_an_edge: bool) {
        let along_m = self.along_m.last().copied().unwrap_or(0.0);
        let edge_m = match self.vertices.last() {
            Some(last) if by_an_edge => distance_m(LngLat::of(*last), LngLat::of(vertex)),
            _ => 0.0,
        };
        self.along_m.push(along_m + edge_m);
        self.vertices.push(vertex);
    }

    /// The box around the line, in degrees.
    pub fn extent(&self) -> Rect {
        self.extent
    }

    /// Where a position lies relative to the border. Takes microseconds.
    pub fn locate(&self, at: LngLat) -> Located {
        let origin = GeodesicOrigin::new(at);
        let ecef = origin.ecef();
        // (distance, edge, nearest point): of equal distances the northern edge's.
        let mut best: Option<(f64, usize, LngLat)> = None;
        self.edges.nearest(ecef, &mut |edge, piece| {
            let foot = LngLat::of(piece.at(piece.nearest(ecef)));
            let found_m = match best {
                // A vertex is nearest on both of its edges.
                Some((best_m, _, known)) if known == foot => best_m,
                _ => origin.distance_m(foot.ecef(), || foot),
            };
            if best.is_none_or(|(best_m, best_edge, _)| (found_m, edge) < (best_m, best_edge)) {
                best = Some((found_m, edge, foot));
            }
            best.map_or(found_m, |(best_m, ..)| best_m)
        });
        // A border has an edge: `of_lines` makes none without.
        let no_edge = || (f64::INFINITY, 0, LngLat::of(self.vertices[0]));
        let (distance_m, edge, foot) = best.unwrap_or_else(no_edge);
        self.located(&origin, edge, foot, distance_m)
    }

    /// The position at so many kilometres from the northern end; `None` where the line has none. Where two
    /// segments meet it is of the northern one.
    pub fn at_km(&self, km: f64) -> Option<Located> {
        // The end is told rounded, and is the end.
        if !(0.0..=rounded(self.length_km(), KM_STEPS)).contains(&km) {
            return None;
        }
        let along_m = (km * 1000.0).min(self.along_m.last().copied()?);
        let next = self.along_m.partition_point(|known_m| *known_m < along_m);
        let edge = next.saturating_sub(1);
        let [start, end] = [self.vertices[edge], self.vertices[edge + 1]];
        let (wanted_m, edge_m) = (
            along_m - self.along_m[edge],
            self.along_m[edge + 1] - self.along_m[edge],
        );
        let at = |share: f64| LngLat::of(start + (end - start) * share);
        // Degrees are not of the same length all along an edge, but nearly.
        let share = wanted_m / edge_m;
        let found_m = distance_m(at(0.0), at(share));
        let share = if found_m > 0.0 {
            share * wanted_m / found_m
        } else {
            share
        };
        let foot = at(share.min(1.0));
        Some(self.located(&GeodesicOrigin::new(foot), edge, foot, 0.0))
    }

    fn located(
        &self,
        from: &GeodesicOrigin,
        edge: usize,
        foot: LngLat,
        distance_to_m: f64,
    ) -> Located {
        let start = LngLat::of(self.vertices[edge]);
        let segment = self
            .segments
            .iter()
            .find(|segment| segment.vertices.contains(&edge) && edge < *segment.vertices.end());
        Located {
            km: (self.along_m[edge] + distance_m(start, foot)) / 1000.0,
            distance_m: distance_to_m,
            side: self.side(from, edge, foot, distance_to_m),
            segment: segment
                .map(|segment| segment.id.clone())
                .unwrap_or_default(),
            foot,
        }
    }

    /// Inside of both countries the line is the edge between them; beyond its ends it is that of the
    /// provinces, where they cannot be wrong about it.
    fn side(
        &self,
        from: &GeodesicOrigin,
        edge: usize,
        foot: LngLat,
        distance_to_m: f64,
    ) -> Result<Side, NoSide> {
        if distance_to_m <= ON_THE_LINE_M {
            return Err(NoSide::OnTheLine);
        }
        let territory = self.territory.as_ref().ok_or(NoSide::NoOutlines)?;
        if territory.ends_within(from, OUTLINE_ERROR_M) {
            return Err(NoSide::NearOuterBorder);
        }
        match territory.holds(from.at()) {
            [false, false] => Err(NoSide::Outside),
            _ if !self.is_at_an_end(foot, distance_to_m) => {
                let side = self.side_of_line(from.at(), edge, foot);
                side.ok_or(NoSide::OnTheLine)
            }
            [true, false] if distance_to_m > OUTLINE_ERROR_M => Ok(Side::Iraq),
            [false, true] if distance_to_m > OUTLINE_ERROR_M => Ok(Side::Iran),
            _ => Err(NoSide::PastTheEnd),
        }
    }

    fn is_at_an_end(&self, foot: LngLat, seen_from_m: f64) -> bool {
        let near_m = seen_from_m * PAST_THE_END_SHARE;
        let from = foot.ecef();
        let ends = [self.vertices.first(), self.vertices.last()];
        ends.into_iter().flatten().any(|end| {
            let end = LngLat::of(*end);
            let chord_m = chord_2(from, end.ecef()).sqrt();
            // Only in the narrow band between its bounds is the geodesic itself measured.
            chord_m - ROUNDING_M <= near_m
                && (distance_m_max(chord_m + ROUNDING_M) <= near_m
                    || distance_m(foot, end) <= near_m)
        })
    }

    /// On which side of an edge a position lies, seen from the nearest point. At a vertex the mean
    /// direction of both edges decides: either edge alone can be wrong there (Bærentzen and Aanæs
    /// 2005, doi 10.1109/TVCG.2005.49, the angle-weighted pseudonormal).
    fn side_of_line(&self, at: LngLat, edge: usize, foot: LngLat) -> Option<Side> {
        let [east_m, north_m] = metres_per_degree(foot);
        let direction = |edge: usize| {
            let step = self.vertices[edge + 1] - self.vertices[edge];
            let (x, y) = (step.x * east_m, step.y * north_m);
            let length = x.hypot(y).max(f64::MIN_POSITIVE);
            [x / length, y / length]
        };
        let vertex = [edge, edge + 1]
            .into_iter()
            .find(|vertex| LngLat::of(self.vertices[*vertex]) == foot);
        let along = match vertex {
            None => direction(edge),
            Some(vertex) => {
                let [before, after] =
                    [self.edge_into(vertex)?, self.edge_out_of(vertex)?].map(direction);
                [before[0] + after[0], before[1] + after[1]]
            }
        };
        let [east, north] = tangent_plane(foot);
        let away = minus(at.ecef(), foot.ecef());
        let left = along[0] * dot(north, away) - along[1] * dot(east, away);
        match left.partial_cmp(&0.0)? {
            std::cmp::Ordering::Greater => Some(Side::Iran),
            std::cmp::Ordering::Less => Some(Side::Iraq),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The edge that ends at a vertex; `None` where the line starts.
    fn edge_into(&self, vertex: usize) -> Option<usize> {
        let inside = |segment: &&Segment| {
            segment.vertices.contains(&vertex) && vertex > *segment.vertices.start()
        };
        self.segments.iter().find(inside).map(|_| vertex - 1)
    }

    /// The edge that starts at a vertex; `None` where the line ends.
    fn edge_out_of(&self, vertex: usize) -> Option<usize> {
        let inside = |segment: &&Segment| {
            segment.vertices.contains(&vertex) && vertex < *segment.vertices.end()
        };
        self.segments.iter().find(inside).map(|_| vertex)
    }

    /// The line's length in kilometres.
    pub fn length_km(&self) -> f64 {
        self.along_m.last().copied().unwrap_or(0.0) / 1000.0
    }

    /// The segments in order along the line: the id of each and the kilometres where it starts and
    /// ends, rounded as [`Self::complete`] rounds them.
    pub fn segments(&self) -> impl Iterator<Item = (&str, [f64; 2])> {
        self.segments.iter().map(|segment| {
            let ends = [*segment.vertices.start(), *segment.vertices.end()];
            let km = ends.map(|vertex| rounded(self.along_m[vertex] / 1000.0, KM_STEPS));
            (&*segment.id, km)
        })
    }

    /// Fills the derived fields of a feature of that schema, whatever they held. Kilometres are
    /// rounded to a centimetre, metres to a millimetre: finer digits would say nothing.
    pub fn complete(border: Option<&Self>, schema: &Schema, feature: &mut Feature) {
        let uncertainty_m = uncertainty_m(schema, &feature.values);
        let located = match (&feature.geometry, border) {
            (Some(Geometry::Point(point)), Some(border)) if schema.border_referenced => {
                Some(border.locate(LngLat::of(point.0)))
            }
            _ => None,
        };
        let number = |value: Option<f64>| value.map_or(Value::Null, Value::Number);
        let text = |value: Option<&str>| value.map_or(Value::Null, |text| Value::Text(text.into()));
        for (field, value) in schema.fields.iter().zip(&mut feature.values) {
            if !field.derived {
                continue;
            }
            let located = located.as_ref();
            *value = match &*field.name {
                BORDER_KM => number(located.map(|found| rounded(found.km, KM_STEPS))),
                BORDER_DISTANCE_M => number(located.map(|found| rounded(found.distance_m, 1e3))),
                BORDER_SEGMENT => text(located.map(|found| &*found.segment)),
                BORDER_SIDE => text(located.and_then(|found| found.side.ok()).map(Side::code)),
                POSITION_UNCERTAINTY_M => number(uncertainty_m),
                _ => Value::Null,
            };
        }
    }
}

/// Rounds to a fraction of one over the given steps.
pub fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

/// Within how many metres a feature's position is known, by its class or its own figure.
fn uncertainty_m(schema: &Schema, values: &[Value]) -> Option<f64> {
    let position = schema.position.as_ref()?;
    let value = |name: &Option<String>| Some(&values[schema.index_of(name.as_deref()?)?]);
    if let Some(Value::Text(class)) = value(&position.precision_field) {
        return position.uncertainty_m.get(&**class).copied();
    }
    match value(&position.uncertainty_km_field)? {
        Value::Number(km) => Some(km * 1000.0),
        #[expect(clippy::cast_precision_loss, reason = "kilometres on earth are small")]
        Value::Integer(km) => Some(*km as f64 * 1000.0),
        _ => None,
    }
}
