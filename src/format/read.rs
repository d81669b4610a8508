//! The rows of a file in any of the forms.

use std::io::BufRead;

use tempfile::NamedTempFile;

use crate::format::form::Form;
use crate::format::row::{Row, RowFault};
use crate::format::{csv, flatgeobuf, geojson, geopackage, gpx, kml, limits};

/// Rows as they are read.
pub type Rows = Box<dyn Iterator<Item = Result<Row, RowFault>> + Send>;

/// Reads the rows of a file. A form that cannot be read as a stream is copied to the scratch file
/// first; of one that holds several layers the one of the wanted name is read. A row over the ceilings
/// (`limits.rs`) is a fault.
pub fn rows(
    form: Form,
    reader: Box<dyn BufRead + Send>,
    wanted: &str,
    scratch: Option<NamedTempFile>,
) -> Rows {
    let within = |row: Result<Row, RowFault>| {
        let row = row?;
        let line = row.line;
        limits::checked(row).map_err(|reason| RowFault { line, reason })
    };
    let rows: Rows = match form {
        Form::GeoJson => Box::new(geojson::read::read(reader)),
        Form::GeoJsonSeq | Form::GeoJsonLines => Box::new(geojson::read::read_lines(reader)),
        Form::Csv => Box::new(csv::read::read(reader)),
        Form::FlatGeobuf => Box::new(flatgeobuf::read::read(reader)),
        Form::GeoPackage => Box::new(geopackage::read::read(reader, wanted, scratch)),
        Form::Kml => Box::new(kml::read::read(reader)),
        #[cfg(feature = "geoparquet")]
        Form::GeoParquet => Box::new(crate::format::geoparquet::read::read(reader, scratch)),
        Form::Gpx => Box::new(gpx::read::read(reader)),
    };
    Box::new(rows.map(within))
}
