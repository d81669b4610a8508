//! `GeoPackage` files (OGC 12-128r18): the standard's tables and geometry, written and read. The store
//! keeps its layers by them; an export is a file of one layer.
//!
//! SQLite writes and reads the file; the standard's tables are SQL, so that what else would write them,
//! GDAL, a library of C++ with dozens of its own, is not needed.

pub(crate) mod alone;
pub(crate) mod contents;
pub mod geometry;
pub(crate) mod names;
pub(crate) mod read;
mod rtree;
pub(crate) mod tables;
pub(crate) mod untrusted;
pub(crate) mod write;
