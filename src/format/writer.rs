//! What writes the features of a layer in one format, piece by piece.

use std::io;
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::Hit;
use crate::format::collection::CollectionHead;
use crate::format::view::View;

/// Writes features in one format. What is ready goes to `out`; a format whose beginning depends on its
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

/// What is to be written, whatever the format.
pub struct ExportOptions<'a> {
    /// The layer whose features are written.
    pub layer: &'a Arc<Layer>,
    /// Whether the features come with distances.
    pub has_distance: bool,
    /// What stands before the features of a GeoJSON collection.
    pub head: &'a CollectionHead<'a>,
    /// How features are shown; in other coordinates where [`FileFormat::has_systems`](crate::format::file::FileFormat::has_systems).
    pub view: &'a View,
    /// An empty file, for a format that needs one; it goes with the writer.
    pub scratch: Option<NamedTempFile>,
}

/// Bytes after which a piece of an end is full.
pub(super) const PIECE_BYTES: usize = 64 * 1024;

/// About what it takes to write a byte of a feature's GeoJSON in another format, in nanoseconds.
pub(super) const BYTE_NS: u64 = 10;

/// The scratch file of a format that needs one.
///
/// # Errors
/// If none was given.
pub(super) fn needed(scratch: Option<NamedTempFile>) -> io::Result<NamedTempFile> {
    scratch.ok_or_else(|| io::Error::other("no scratch file was given"))
}
