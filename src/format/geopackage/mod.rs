//! A layer as a GeoPackage of its own: [`crate::geopackage`] knows the file, this is how features
//! get there and back.

mod read;
mod write;

use crate::format::file::{Cells, FileFormat};
use crate::format::writer;

/// A `GeoPackage` 1.3 of one layer (OGC 12-128r18).
pub static FORMAT: FileFormat = FileFormat {
    names: &["gpkg", "geopackage"],
    title: "GeoPackage",
    media: "application/geopackage+sqlite3",
    accepted_as: &["application/geopackage+sqlite3"],
    extensions: &["gpkg"],
    schema: "file",
    is_text: false,
    needs_scratch: true,
    has_systems: true,
    has_areas: true,
    unit: "feature",
    cells: Cells::Typed,
    begins: |bytes| bytes.starts_with(b"SQLite format 3\0"),
    read: |source| {
        Box::new(read::read(
            source.reader,
            source.options,
            source.remarks,
            source.scratch,
        ))
    },
    write: |options| {
        let scratch = writer::needed(options.scratch)?;
        let time_stamp = options.head.time_stamp;
        Ok(Box::new(write::GeoPackage::new(
            options.layer,
            options.has_distance,
            options.view,
            time_stamp,
            scratch,
        )?))
    },
};
