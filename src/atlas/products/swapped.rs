//! Longitude and latitude in the wrong order: maps and people often say latitude first, this map says longitude
//! first. Nothing is turned around in silence; whoever asks or brings something in is told.

use std::fmt::Display;

use geo::{Intersects, Rect, coord};

use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::products::border::Border;

/// What people look for on this map lies within this distance of the border, in metres.
pub const AREA_M: f64 = 700_000.0;

/// The least radius of curvature of WGS84's meridian, at the equator, in metres.
const MERIDIAN_RADIUS_MIN_M: f64 = 6_335_439.0;
/// The least radius of curvature across the meridian, at the equator, in metres.
const TRANSVERSE_RADIUS_MIN_M: f64 = 6_378_137.0;

/// What is given as numbers in an order: as text, the numbers with commas between them.
pub trait Ordered: Copy + Display {
    /// Their names in their order.
    const ORDER: &str;

    /// The same with longitude and latitude the other way round, where that can be.
    fn other(self) -> Option<Self>;

    /// A position that stands for it; `None` if it goes once around the world.
    fn middle(self) -> Option<LngLat>;

    /// What its numbers are taken for.
    fn words(self) -> String;
}

impl Ordered for LngLat {
    const ORDER: &str = "LON,LAT";

    fn other(self) -> Option<Self> {
        Self::new(self.lat(), self.lng()).ok()
    }

    fn middle(self) -> Option<LngLat> {
        Some(self)
    }

    fn words(self) -> String {
        format!("longitude {}, latitude {}", self.lng(), self.lat())
    }
}

impl Ordered for Bounds {
    const ORDER: &str = "west,south,east,north";

    fn other(self) -> Option<Self> {
        let [west, south, east, north] = self.sides();
        Self::new(south, west, north, east).ok()
    }

    fn middle(self) -> Option<LngLat> {
        let [west, south, east, north] = self.sides();
        let middle = LngLat::new(f64::midpoint(west, east), f64::midpoint(south, north));
        middle.ok().filter(|_| !self.crosses_antimeridian())
    }

    fn words(self) -> String {
        let [west, south, east, north] = self.sides();
        format!("longitudes {west} to {east}, latitudes {south} to {north}")
    }
}

/// What may have been meant the other way round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swapped<T> {
    /// The same with longitude and latitude the other way round.
    pub other: T,
    /// How far the border is from what was given, in metres.
    pub distance_m: f64,
}

/// A position, or a box by its middle, far from the border, that would be near it the other way round.
pub fn find<T: Ordered>(border: &Border, given: T) -> Option<Swapped<T>> {
    let at = given.middle()?;
    let other = given.other()?;
    let other_at = other.middle()?;
    // Of nearly every question the boxes tell, and the line is not looked at.
    if holds(border.extent(), at) || !holds(area(border.extent()), other_at) {
        return None;
    }
    let distance_m = border.locate(at).distance_m;
    let is_swapped = distance_m > AREA_M && border.locate(other_at).distance_m <= AREA_M;
    is_swapped.then_some(Swapped { other, distance_m })
}

fn holds(within: Rect, at: LngLat) -> bool {
    within.intersects(&coord! { x: at.lng(), y: at.lat() })
}

/// A box outside of which no position is within [`AREA_M`] of what lies in the extent: a path of that length
/// from the extent leaves neither its latitudes, because a degree of a meridian is never shorter than at the
/// equator, nor then its longitudes, because a degree of a parallel is never shorter there than at the
/// latitude farthest from the equator.
fn area(extent: Rect) -> Rect {
    let (min, max) = (extent.min(), extent.max());
    let up_deg = (AREA_M / MERIDIAN_RADIUS_MIN_M).to_degrees();
    let farthest_deg = (max.y.abs().max(min.y.abs()) + up_deg).min(90.0);
    let across_m = TRANSVERSE_RADIUS_MIN_M * farthest_deg.to_radians().cos();
    let across_deg = (AREA_M / across_m).to_degrees().min(360.0);
    Rect::new(
        coord! { x: min.x - across_deg, y: min.y - up_deg },
        coord! { x: max.x + across_deg, y: max.y + up_deg },
    )
}
