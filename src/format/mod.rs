//! Atlas to bytes and back. Pure and streaming: no HTTP, no opening of files.

pub mod collection;
pub mod cql2;
pub mod csv;
pub mod export;
pub mod geojson;
pub mod gpkg;
pub mod mvt;
pub mod row;
mod shape;
pub mod view;
pub mod wkt;
