//! In which coordinate reference systems a layer can be shown.

use crate::atlas::geo::crs::Crs;
use crate::atlas::layer::Layer;

/// The coordinate reference systems that all of a layer's features have right coordinates in.
pub fn systems(layer: &Layer) -> impl Iterator<Item = Crs> + '_ {
    let all = Crs::ALL.into_iter();
    all.filter(|crs| is_for(*crs, layer))
}

/// Whether all of a layer's features have right coordinates in a system.
pub fn is_for(crs: Crs, layer: &Layer) -> bool {
    layer.extent().is_none_or(|extent| crs.reaches(extent))
}
