//! A layer as a GeoPackage of its own: [`crate::geopackage`] knows the file, this is how features
//! get there and back.

pub mod read;
pub mod write;
