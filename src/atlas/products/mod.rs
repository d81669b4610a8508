//! What is made of layers beyond features: the measured border, counts along it, histograms and vector tiles.

pub mod border;
pub mod compare;
pub mod histogram;
pub mod profile;
pub mod side;
pub mod swapped;
pub mod territory;
pub mod tiles;
