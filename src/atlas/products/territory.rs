//! The land on both sides of the border, as its provinces draw it: whose a position is, and whether it is
//! near to where the land of both ends.
//!
//! Provinces share their edges. An edge that a country's provinces have twice lies within the country, one
//! that both countries have lies between them, and one that only one country has is an outer edge: of the
//! land to its neighbours or the sea.

use std::collections::{HashMap, HashSet};

use geo::{Coord, Geometry, LineString};

use crate::atlas::geo::cost::{Cost, LENGTH_DEG_MAX};
use crate::atlas::geo::edges::Edges;
use crate::atlas::geo::geodesy::GeodesicOrigin;
use crate::atlas::geo::position::LngLat;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Value;
use crate::atlas::products::side::Side;

/// The field of the provinces' layer that tells their country, as in `border_side`.
const COUNTRY_FIELD: &str = "country";
/// Latitudes are divided in so many bands, of which each knows its edges.
const BANDS: usize = 1024;

/// The land of both countries.
pub struct Territory {
    /// The edges that one country has alone.
    outer: Edges,
    south: f64,
    bands_per_degree: f64,
    /// The edges of each band of latitude, from the south.
    bands: Vec<Vec<Edge>>,
}

/// An edge of the land of one country or of both.
#[derive(Clone, Copy)]
struct Edge {
    ends: [Coord; 2],
    of: Owners,
}

/// A set of countries: a bit each.
type Owners = u8;

/// Both countries, and so what lies between them.
const BOTH: Owners = 3;

fn bit(side: Side) -> Owners {
    match side {
        Side::Iraq => 1,
        Side::Iran => 2,
    }
}

/// The key of an edge, which is the same in either direction.
type Key = [[u64; 2]; 2];

fn key(ends: [Coord; 2]) -> Key {
    let mut key = ends.map(|end| [end.x.to_bits(), end.y.to_bits()]);
    key.sort_unstable();
    key
}

impl Territory {
    /// The land of the provinces of a layer; `None` if it has none of either country, or outlines that
    /// together are longer than one feature may be.
    pub fn of(provinces: &Layer) -> Option<Self> {
        let country = provinces.schema().index_of(COUNTRY_FIELD)?;
        let mut length_deg = 0.0;
        let mut areas = Vec::new();
        for feature in provinces.features().map(FeatureRef::to_feature) {
            let Feature {
                geometry, values, ..
            } = feature;
            let (Some(geometry), Value::Text(code)) = (geometry, &values[country]) else {
                continue;
            };
            let mut sides = [Side::Iraq, Side::Iran].into_iter();
            if let Some(side) = sides.find(|side| side.code() == &**code) {
                length_deg += Cost::of(&geometry).length_deg;
                areas.push((side, geometry));
            }
        }
        if length_deg > LENGTH_DEG_MAX {
            return None;
        }
        Self::of_areas(&areas)
    }

    /// The land of areas, each with its country.
    pub fn of_areas(areas: &[(Side, Geometry)]) -> Option<Self> {
        let mut owners: HashMap<Key, Owners> = HashMap::new();
        for (side, area) in areas {
            for_each_edge(area, &mut |ends| {
                *owners.entry(key(ends)).or_default() ^= bit(*side);
            });
        }
        let mut edges = Vec::new();
        let mut taken = HashSet::new();
        let mut outer = Edges::default();
        for (_, area) in areas {
            for_each_edge(area, &mut |ends| {
                let key = key(ends);
                let of = owners.get(&key).copied().unwrap_or_default();
                if of != 0 && taken.insert(key) {
                    if of != BOTH {
                        outer.push(edges.len(), ends[0], ends[1]);
                    }
                    edges.push(Edge { ends, of });
                }
            });
        }
        outer.index();
        Self::in_bands(outer, &edges)
    }

    fn in_bands(outer: Edges, edges: &[Edge]) -> Option<Self> {
        let latitudes = || edges.iter().flat_map(|edge| edge.ends.map(|end| end.y));
        let south = latitudes().fold(f64::INFINITY, f64::min);
        let north = latitudes().fold(f64::NEG_INFINITY, f64::max);
        if south >= north {
            return None;
        }
        let mut land = Self {
            outer,
            south,
            bands_per_degree: BANDS as f64 / (north - south),
            bands: vec![Vec::new(); BANDS],
        };
        for edge in edges {
            let [first, last] = edge.ends.map(|end| land.band(end.y));
            for band in first.min(last)..=first.max(last) {
                land.bands[band].push(*edge);
            }
        }
        Some(land)
    }

    /// The band of a latitude; the first and the last one also of what is beyond.
    fn band(&self, lat: f64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast from a float ends at the bounds of the integer, as is wanted"
        )]
        let band = ((lat - self.south) * self.bands_per_degree) as usize;
        band.min(BANDS - 1)
    }

    /// Whether the land of Iraq and that of Iran hold a position: by how often a line from there to the
    /// east crosses their edges.
    pub fn holds(&self, at: LngLat) -> [bool; 2] {
        let mut crossed: Owners = 0;
        for Edge { ends: [a, b], of } in &self.bands[self.band(at.lat())] {
            let is_across = (a.y > at.lat()) != (b.y > at.lat());
            if is_across && at.lng() < a.x + (at.lat() - a.y) / (b.y - a.y) * (b.x - a.x) {
                crossed ^= of;
            }
        }
        [Side::Iraq, Side::Iran].map(|side| crossed & bit(side) != 0)
    }

    /// Whether an outer edge of the land is at most so far away, on either side of it.
    pub fn ends_within(&self, from: &GeodesicOrigin, most_m: f64) -> bool {
        self.outer.reach(from, most_m)
    }
}

/// Gives the edges of an area's rings in their order, but for those without length.
fn for_each_edge(area: &Geometry, give: &mut impl FnMut([Coord; 2])) {
    let mut ring = |ring: &LineString| {
        for line in ring.lines().filter(|line| line.start != line.end) {
            give([line.start, line.end]);
        }
    };
    match area {
        Geometry::Polygon(area) => {
            ring(area.exterior());
            area.interiors().iter().for_each(ring);
        }
        Geometry::MultiPolygon(areas) => {
            for area in areas {
                ring(area.exterior());
                area.interiors().iter().for_each(&mut ring);
            }
        }
        _ => {}
    }
}
