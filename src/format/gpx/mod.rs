//! GPX 1.1 (topografix.com/GPX/1/1): a waypoint a point, a track a line; the values as extensions in
//! a namespace of ours. It has no form for areas.
//!
//! A feature of several points, or without a place, is a track too: waypoints come first, so that
//! such features come last.

mod read;
mod write;

use crate::format::file::{Cells, FileFormat};
use crate::format::xml;

/// GPX 1.1 (topografix.com/GPX/1/1).
pub static FORMAT: FileFormat = FileFormat {
    names: &["gpx"],
    title: "GPX",
    media: "application/gpx+xml",
    accepted_as: &["application/gpx+xml"],
    extensions: &["gpx"],
    schema: "xml",
    is_text: true,
    needs_scratch: false,
    has_systems: false,
    has_areas: false,
    unit: "line",
    cells: Cells::Typed,
    begins: |bytes| xml::is_document(bytes) && xml::has_tag(bytes, "gpx"),
    read: |source| Box::new(read::read(source.reader, source.remarks)),
    write: |options| Ok(Box::new(write::Gpx::new(options.layer, options.view))),
};

/// The namespace of the values.
const NAMESPACE: &str = "urn:bordermap:gpx:1";
/// The extension with the feature's id: whatever has it is a feature of ours.
const FEATURE_ID: &str = "bordermap:feature_id";
/// A value whose field's name cannot be an element's.
const FIELD: &str = "bordermap:field";
const PREFIX: &str = "bordermap:";
