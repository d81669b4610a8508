//! Longitude and latitude in the wrong order: maps and people often say latitude first, this map says longitude
//! first. Nothing is turned around in silence; whoever asks or brings something in is told.

use crate::atlas::border::Border;
use crate::atlas::position::{Bounds, LngLat};

/// So far from the border lies what people ask this map about, in metres; beyond, they hardly do.
pub const AREA_M: f64 = 700_000.0;

/// What a position or a box may have been meant as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swapped<T> {
    /// The same with longitude and latitude the other way round.
    pub other: T,
    /// How far the border is from what was given, in metres.
    pub distance_m: f64,
}

/// A position far from the border, that would be near it the other way round.
pub fn position(border: &Border, at: LngLat) -> Option<Swapped<LngLat>> {
    let other = LngLat::new(at.lat(), at.lng()).ok()?;
    let distance_m = border.locate(at).distance_m;
    let is_swapped = distance_m > AREA_M && border.locate(other).distance_m <= AREA_M;
    is_swapped.then_some(Swapped { other, distance_m })
}

/// The same of a box, by its middle.
pub fn bounds(border: &Border, given: Bounds) -> Option<Swapped<Bounds>> {
    if given.crosses_antimeridian() {
        return None;
    }
    let [west, south, east, north] = given.sides();
    let other = Bounds::new(south, west, north, east).ok()?;
    let middle = LngLat::new(f64::midpoint(west, east), f64::midpoint(south, north)).ok()?;
    let Swapped { distance_m, .. } = position(border, middle)?;
    Some(Swapped { other, distance_m })
}
