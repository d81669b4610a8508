//! What files are read as, through what imports read them with.

use std::io::Cursor;

use bordermap::format::file::{FileFormat, Rows};

mod csv;
mod geojson;
mod wkt;

/// The rows of a file with these bytes.
fn rows(format: &FileFormat, bytes: &[u8]) -> Rows {
    format.rows(Box::new(Cursor::new(bytes.to_vec())), "", None)
}
