//! What files are read as, through what imports read them with.

use std::io::Cursor;

use bordermap::format::file::{FileFormat, Rows};
use bordermap::format::reading::{ReadOptions, Remarks};

mod csv;
mod geojson;
mod wkt;

/// The rows of a file with these bytes.
fn rows(format: &FileFormat, bytes: &[u8]) -> Rows {
    let reader = Box::new(Cursor::new(bytes.to_vec()));
    format.rows(reader, &ReadOptions::default(), &Remarks::default(), None)
}
