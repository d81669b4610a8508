//! `GeoParquet` 1.1 (geoparquet.org): a Parquet file whose geometry column is well-known binary in
//! longitude and latitude, which is what it means without a `crs`.
//!
//! The columns are the crate `parquet`'s. What makes them `GeoParquet` is a text of metadata, for which
//! the crate `geoparquet` would bring Arrow too.
//! An instant is text, because it has to come back as it was written; a day is Parquet's own.

mod read;
mod write;

use jiff::civil::Date;

use crate::format::file::{Cells, FileFormat};

/// `GeoParquet` 1.1 (geoparquet.org).
pub static FORMAT: FileFormat = FileFormat {
    names: &["parquet", "geoparquet"],
    title: "GeoParquet",
    media: "application/vnd.apache.parquet",
    accepted_as: &["application/vnd.apache.parquet"],
    extensions: &["parquet"],
    schema: "file",
    is_text: false,
    needs_scratch: true,
    has_systems: false,
    has_areas: true,
    unit: "feature",
    cells: Cells::JsonAsText,
    begins: |bytes| bytes.starts_with(b"PAR1"),
    read: |source| Box::new(read::read(source.reader, source.scratch)),
    write: |options| {
        Ok(Box::new(write::GeoParquet::new(
            options.layer,
            options.has_distance,
            options.view,
        )?))
    },
};

/// The geometry column.
const GEOMETRY: &str = "geometry";
/// Where the file says what it is.
const GEO: &str = "geo";

/// The day that Parquet counts days from.
const EPOCH: Date = Date::constant(1970, 1, 1);
