//! Atlas to bytes and back. Pure and streaming: no HTTP, no opening of files but a scratch file that
//! the caller has made.

pub mod collection;
pub mod cql2;
pub mod csv;
pub mod export;
pub mod flatgeobuf;
pub mod form;
pub mod geojson;
pub mod geopackage;
#[cfg(feature = "geoparquet")]
pub mod geoparquet;
pub mod gpx;
mod id_column;
pub mod kml;
pub mod lengths;
mod limits;
pub mod mvt;
mod notice;
pub mod read;
pub mod row;
mod shape;
pub mod told;
pub mod view;
pub mod warning;
pub mod wkt;
pub mod writer;
mod xml;
