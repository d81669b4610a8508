//! What writes the features of a layer in one form, piece by piece.

use std::io;
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::Hit;
use crate::format::collection::Head;
use crate::format::form::Form;
use crate::format::view::View;
use crate::format::{csv, flatgeobuf, geojson, geopackage, gpx, kml};

/// Writes features in one form. What is ready goes to `out`; a form whose beginning depends on its
/// end keeps the features in its scratch file until then.
pub trait Writer: Send {
    /// Writes what stands before the features.
    ///
    /// # Errors
    /// If the scratch file fails.
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()>;

    /// Writes some features.
    ///
    /// # Errors
    /// If the scratch file fails.
    fn features(&mut self, out: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()>;

    /// Writes a piece of what stands after the last feature, into an empty buffer; true when the file
    /// is whole. Like all pieces it takes milliseconds, or looks at the budget; it may be empty.
    ///
    /// # Errors
    /// If the scratch file fails.
    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool>;
}

/// What is to be written, but for its form.
pub struct Sheet<'a> {
    /// The layer whose features are written.
    pub layer: &'a Arc<Layer>,
    /// Whether the features come with distances.
    pub has_distance: bool,
    /// What stands before the features of a GeoJSON collection.
    pub head: &'a Head<'a>,
    /// How features are shown; in other coordinates where [`Form::has_systems`].
    pub view: &'a View,
    /// An empty file, for a form that needs one; it goes with the writer.
    pub scratch: Option<NamedTempFile>,
}

/// Bytes after which a piece of an end is full.
pub(super) const PIECE_BYTES: usize = 64 * 1024;

/// About what it takes to write a byte of a feature's GeoJSON in another form, in nanoseconds.
pub(super) const BYTE_NS: u64 = 10;

/// The writer of a form.
///
/// # Errors
/// If the form needs a scratch file and there is none, or it fails.
pub fn of(form: Form, sheet: Sheet<'_>) -> io::Result<Box<dyn Writer>> {
    let Sheet {
        layer,
        has_distance,
        head,
        view,
        scratch,
    } = sheet;
    let scratch = || scratch.ok_or_else(|| io::Error::other("no scratch file was given"));
    Ok(match form {
        Form::GeoJson => Box::new(geojson::write::Collection::new(head, view)),
        Form::GeoJsonSeq => Box::new(geojson::write::Texts::sequence(view)),
        Form::GeoJsonLines => Box::new(geojson::write::Texts::lines(view)),
        Form::Csv => Box::new(csv::write::Table::new(layer, has_distance, view)),
        Form::FlatGeobuf => Box::new(flatgeobuf::write::FlatGeobuf::new(
            layer,
            has_distance,
            view,
            scratch()?,
        )),
        Form::GeoPackage => Box::new(geopackage::write::GeoPackage::new(
            layer,
            has_distance,
            view,
            head.time_stamp,
            scratch()?,
        )?),
        Form::Kml => Box::new(kml::write::Kml::new(layer, has_distance, view)),
        #[cfg(feature = "geoparquet")]
        Form::GeoParquet => Box::new(crate::format::geoparquet::write::GeoParquet::new(
            layer,
            has_distance,
            view,
        )?),
        Form::Gpx => Box::new(gpx::write::Gpx::new(layer, view)),
    })
}
