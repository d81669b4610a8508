//! Well-known text (OGC 06-103r4 §7), as CSV files carry geometry that is not a point.
//!
//! Not by the crate `wkt`, which recurses as deep as a text nests, without bound.

mod read;
mod write;

pub use read::read;
pub(super) use read::read_first;
pub use write::write;

const KINDS: [&str; 7] = [
    "POINT",
    "MULTIPOINT",
    "LINESTRING",
    "MULTILINESTRING",
    "POLYGON",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
];

/// Whether a word names a kind of geometry.
pub fn is_kind(word: &str) -> bool {
    KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(word))
}
