//! What a geometry costs whoever holds it: its positions, its parts and the length of its edges, and the
//! ceilings for one feature and for a layer. A file of some hundred kilobytes can hold a line that goes
//! around the world sixty thousand times: what an index, a tile or a distance then has to look at is no
//! longer in proportion to the file.
//! The ceilings leave much room for what is mapped: the length of a feature is a hundred and thirty-eight
//! times the equator's.

use geo::{CoordsIter, Geometry, LineString, Polygon};
use serde::{Deserialize, Serialize};

use crate::atlas::geo::validity::crossings_seen;

/// The most positions that a feature's geometry may have.
pub const POSITIONS_MAX: usize = 1_000_000;
/// The most parts that it may have: lines, rings and the members of collections.
pub const PARTS_MAX: usize = 100_000;
/// The most that its edges may measure together, in degrees: each edge along the axis on which it is
/// longer. The index cuts edges in pieces of half a degree.
pub const LENGTH_DEG_MAX: f64 = 50_000.0;

/// The most that the edges of a layer's features may measure together, in degrees as those of a feature:
/// twice what all roads on earth are long.
pub const LAYER_LENGTH_DEG_MAX: f64 = 1_000_000.0;
/// The most positions that a layer's lines, areas and groups of positions may have together. About each is
/// an entry of the index, and about each two degrees of a long edge; a layer takes about 190 bytes of memory
/// for each, with all that is kept of it.
pub const LAYER_POSITIONS_MAX: usize = 20_000_000;
/// Edges of a feature's areas may cross, or lie on each other, so often at most. Import takes no area that
/// crosses itself; older stores have some.
pub const CROSSINGS_MAX: usize = 50_000;
/// Fewer positions have fewer crossings.
const CROSSED_POSITIONS_MIN: usize = 300;

/// What a geometry costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// How many positions the geometry has.
    pub positions: usize,
    /// How many lines, rings and members of collections it has.
    pub parts: usize,
    /// The length of its edges in degrees, each along the axis on which it is longer.
    pub length_deg: f64,
}

/// Which ceiling a geometry is over, and by how much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Excess {
    /// Too many positions.
    #[error(
        "the geometry has {0} positions, and that of a feature may have {POSITIONS_MAX}: divide it into \
         several features, or simplify it"
    )]
    Positions(usize),
    /// Too many parts.
    #[error(
        "the geometry has {0} lines, rings and members, and that of a feature may have {PARTS_MAX}: divide \
         it into several features"
    )]
    Parts(usize),
    /// Edges that are too long together.
    #[error(
        "the edges of the geometry are {0:.0} degrees long together, and those of a feature may be \
         {LENGTH_DEG_MAX}: divide it into several features, or look whether it goes around the world by \
         mistake"
    )]
    Length(f64),
    /// Edges that would be too long together with those of the rest of the layer.
    #[error(
        "with it the edges of the layer would be {0:.0} degrees long together, and those of a layer may be \
         {LAYER_LENGTH_DEG_MAX}: divide it into several layers, or look whether features go around the world \
         by mistake"
    )]
    Layer(f64),
    /// More positions of lines, areas and groups than the index of a layer has room for.
    #[error(
        "with it the lines, areas and groups of positions of the layer would have {0} positions together, and \
         those of a layer may have {LAYER_POSITIONS_MAX}: divide it into several layers, or simplify them"
    )]
    LayerPositions(usize),
    /// An area whose edges cross so often that it can neither be drawn nor mended.
    #[error(
        "the edges of the area cross {CROSSINGS_MAX} times or more, or most of them each other: correct it, \
         or divide it into several features"
    )]
    Crossings,
}

impl Excess {
    /// Whether the edges of a geometry's areas cross too often. Looks at the edges of large areas, small
    /// ones cannot; and that at a glance, for it is asked of every area whenever a store is opened: a
    /// valid one that is slow to be looked at has been looked at when it was imported.
    pub fn of_crossings(geometry: &Geometry) -> Option<Self> {
        let is_small = match geometry {
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::GeometryCollection(_) => {
                geometry.coords_count() < CROSSED_POSITIONS_MIN
            }
            _ => true,
        };
        let seen = || crossings_seen(geometry, CROSSINGS_MAX);
        (!is_small && seen() >= CROSSINGS_MAX).then_some(Self::Crossings)
    }
}

impl Cost {
    /// What a geometry costs; its coordinates are finite.
    pub fn of(geometry: &Geometry) -> Self {
        let mut cost = Self::default();
        cost.add(geometry);
        cost
    }

    /// The ceiling that it is over, if it is over any.
    pub fn excess(&self) -> Option<Excess> {
        if self.positions > POSITIONS_MAX {
            Some(Excess::Positions(self.positions))
        } else if self.parts > PARTS_MAX {
            Some(Excess::Parts(self.parts))
        } else if self.length_deg > LENGTH_DEG_MAX {
            Some(Excess::Length(self.length_deg))
        } else {
            None
        }
    }

    fn add(&mut self, geometry: &Geometry) {
        match geometry {
            Geometry::Point(_) => self.positions += 1,
            Geometry::MultiPoint(points) => self.positions += points.0.len(),
            Geometry::Line(line) => self.add_line(&LineString::from(*line)),
            Geometry::LineString(line) => self.add_line(line),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.add_line(line)),
            Geometry::Polygon(polygon) => self.add_rings(polygon),
            Geometry::MultiPolygon(polygons) => {
                polygons.iter().for_each(|each| self.add_rings(each));
            }
            Geometry::Rect(rect) => self.add_rings(&rect.to_polygon()),
            Geometry::Triangle(triangle) => self.add_rings(&triangle.to_polygon()),
            Geometry::GeometryCollection(members) => {
                self.parts += members.len();
                members.iter().for_each(|member| self.add(member));
            }
        }
    }

    fn add_rings(&mut self, polygon: &Polygon) {
        self.add_line(polygon.exterior());
        polygon
            .interiors()
            .iter()
            .for_each(|ring| self.add_line(ring));
    }

    fn add_line(&mut self, line: &LineString) {
        self.parts += 1;
        self.positions += line.0.len();
        for edge in line.0.windows(2) {
            let step = edge[1] - edge[0];
            self.length_deg += step.x.abs().max(step.y.abs());
        }
    }
}
