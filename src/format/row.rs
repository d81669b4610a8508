//! A row read from a file, before any schema has looked at it.

use geo::Geometry;

/// One feature of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line where it starts, from 1.
    pub line: u64,
    /// The feature's id, if the file gives one.
    pub id: Option<String>,
    /// Its geometry in CRS84 degrees, every coordinate checked to be finite and in range.
    pub geometry: Option<Geometry>,
    /// Its properties as they stand in the file.
    pub properties: serde_json::Map<String, serde_json::Value>,
}

/// Why a row cannot be taken, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct RowFault {
    /// The line where the row starts, from 1.
    pub line: u64,
    /// One plain sentence.
    pub reason: String,
}
