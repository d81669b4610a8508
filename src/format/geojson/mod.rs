//! GeoJSON (RFC 7946) read and written as a stream: a feature collection, features on lines of their own,
//! or a text sequence (RFC 8142).

mod feature;
mod plain;
pub(crate) mod read;
mod scan;
mod write;

use geo::Geometry;
use serde_json::Value as Json;

use crate::atlas::model::refusal::Refusal;
use crate::format::file::{self, Cells, FileFormat};
use crate::format::shape::{self, Make};

/// One feature collection (RFC 7946).
pub static FORMAT: FileFormat = FileFormat {
    names: &["geojson", "json"],
    title: "GeoJSON",
    media: "application/geo+json",
    accepted_as: &["application/geo+json", "application/json"],
    extensions: &["geojson", "json"],
    schema: "featureCollection",
    is_text: true,
    needs_scratch: false,
    has_systems: true,
    has_areas: true,
    unit: "line",
    cells: Cells::Typed,
    begins: |bytes| matches!(file::text(bytes), [b'{' | b'[' | RECORD_SEPARATOR, ..]),
    read: |source| Box::new(read::read(source.reader)),
    write: |options| Ok(Box::new(write::Collection::new(options.head, options.view))),
};

/// A text sequence (RFC 8142).
pub static SEQUENCE: FileFormat = FileFormat {
    names: &["geojsonseq"],
    title: "GeoJSON text sequence",
    media: "application/geo+json-seq",
    accepted_as: &["application/geo+json-seq"],
    extensions: &["geojsons", "geojsonseq"],
    schema: "lines",
    is_text: true,
    needs_scratch: false,
    has_systems: true,
    has_areas: true,
    unit: "line",
    cells: Cells::Typed,
    begins: |_| false,
    read: |source| Box::new(read::read_lines(source.reader)),
    write: |options| Ok(Box::new(write::Texts::sequence(options.view))),
};

/// One feature a line; read as a sequence is.
pub static LINES: FileFormat = FileFormat {
    names: &["geojsonl"],
    title: "GeoJSON, one feature a line",
    media: "application/x-ndjson",
    accepted_as: &["application/x-ndjson"],
    extensions: &["geojsonl", "ndjson", "jsonl", "ndgeojson"],
    write: |options| Ok(Box::new(write::Texts::lines(options.view))),
    ..SEQUENCE
};

/// The byte before each text of a sequence (RFC 8142 §2).
const RECORD_SEPARATOR: u8 = 0x1E;

/// Reads a geometry object (RFC 7946 §3.1); heights are dropped; `None` for an empty one.
pub fn read_geometry(json: &Json) -> Result<Option<Geometry>, Refusal> {
    read_geometry_of(json, shape::coord)
}

/// The same with coordinates made in another way.
pub(super) fn read_geometry_of(json: &Json, make: Make) -> Result<Option<Geometry>, Refusal> {
    feature::geometry(json, make)
}
