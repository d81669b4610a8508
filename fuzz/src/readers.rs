//! The forms that are read from a stream, and what an import makes of their rows.

use bordermap::format::file::FileFormat;
use bordermap::format::{csv, flatgeobuf, geojson, gpx, kml};
use bordermap::import::Target;

use crate::world::{imported, shipped};

/// A `FeatureCollection`.
pub fn geojson(data: &[u8]) {
    read(&geojson::FORMAT, data);
}

/// A feature a line.
pub fn geojsonl(data: &[u8]) {
    read(&geojson::LINES, data);
}

/// CSV and its kin.
pub fn csv(data: &[u8]) {
    read(&csv::FORMAT, data);
}

/// KML.
pub fn kml(data: &[u8]) {
    read(&kml::FORMAT, data);
}

/// GPX.
pub fn gpx(data: &[u8]) {
    read(&gpx::FORMAT, data);
}

/// `FlatGeobuf`.
pub fn flatgeobuf(data: &[u8]) {
    read(&flatgeobuf::FORMAT, data);
}

/// Into a layer that is there, or into a new one; the length decides, so that an input is a plain file.
fn read(format: &'static FileFormat, data: &[u8]) {
    let layer = if data.len().is_multiple_of(2) {
        "incidents"
    } else {
        "new"
    };
    imported(Target::DryRun(&shipped().snapshot()), data, format, layer);
}
