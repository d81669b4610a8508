//! `GeoParquet` 1.1 (geoparquet.org): a Parquet file whose geometry column is well-known binary in
//! longitude and latitude, which is what it means without a `crs`.
//!
//! The columns are the crate `parquet`'s. What makes them `GeoParquet` is a text of metadata, for which
//! the crate `geoparquet` would bring Arrow too.
//! An instant is text, because it has to come back as it was written; a day is Parquet's own.

use jiff::civil::Date;

pub mod read;
pub mod write;

/// The geometry column.
const GEOMETRY: &str = "geometry";
/// Where the file says what it is.
const GEO: &str = "geo";

/// The day that Parquet counts days from.
const EPOCH: Date = Date::constant(1970, 1, 1);
