//! KML 2.2 (OGC 07-147r2): a Placemark a feature, its values as `ExtendedData` typed by a Schema.
//!
//! A Placemark whose data are by a schema of ours says everything there; its name and its time are
//! for those who look at it, and are passed over when it is read back.

mod read;
mod write;

use crate::format::file::{Cells, FileFormat};
use crate::format::xml;

/// KML 2.2 (OGC 07-147r2).
pub static FORMAT: FileFormat = FileFormat {
    names: &["kml"],
    title: "KML",
    media: "application/vnd.google-earth.kml+xml",
    accepted_as: &["application/vnd.google-earth.kml+xml"],
    extensions: &["kml"],
    schema: "xml",
    is_text: true,
    needs_scratch: false,
    has_systems: false,
    has_areas: true,
    unit: "line",
    cells: Cells::JsonAsText,
    begins: |bytes| xml::is_document(bytes) && !xml::has_tag(bytes, "gpx"),
    read: |source| Box::new(read::read(source.reader, source.remarks)),
    write: |options| {
        Ok(Box::new(write::Kml::new(
            options.layer,
            options.has_distance,
            options.view,
        )))
    },
};

/// What the ids of our schemas begin with.
const SCHEMA: &str = "bordermap.";
/// Says of a `MultiGeometry` that it is a collection, although its members are all of one kind.
const COLLECTION: &str = "bordermap:collection";
/// Says of a field of text that it has whole numbers, of which some have more than 32 bits.
const LONG: &str = "bordermap:long";
/// The namespace of what KML has no word for.
const NAMESPACE: &str = "urn:bordermap:kml:1";
