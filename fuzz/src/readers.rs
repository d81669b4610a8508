//! The forms that are read from a stream, and what an import makes of their rows.

use bordermap::format::form::Form;
use bordermap::import::Target;

use crate::world::{imported, shipped};

/// A `FeatureCollection`.
pub fn geojson(data: &[u8]) {
    read(Form::GeoJson, data);
}

/// A feature a line.
pub fn geojsonl(data: &[u8]) {
    read(Form::GeoJsonLines, data);
}

/// CSV and its kin.
pub fn csv(data: &[u8]) {
    read(Form::Csv, data);
}

/// KML.
pub fn kml(data: &[u8]) {
    read(Form::Kml, data);
}

/// GPX.
pub fn gpx(data: &[u8]) {
    read(Form::Gpx, data);
}

/// `FlatGeobuf`.
pub fn flatgeobuf(data: &[u8]) {
    read(Form::FlatGeobuf, data);
}

/// Into a layer that is there, or into a new one; the length decides, so that an input is a plain file.
fn read(form: Form, data: &[u8]) {
    let layer = if data.len().is_multiple_of(2) {
        "incidents"
    } else {
        "new"
    };
    imported(Target::DryRun(&shipped().snapshot()), data, form, layer);
}
