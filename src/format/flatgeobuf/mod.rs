//! `FlatGeobuf` 3 (flatgeobuf.org): a header, a packed R-tree, and the features in its order.
//!
//! The tables within are those of the crate `flatgeobuf`; its own writer would open files of its
//! own and give everything out at once, and its reader trusts lengths, so the framing is ours. The
//! feature's id is the first column.

mod geometry;
mod index;
mod read;
mod write;

use crate::format::file::{Cells, FileFormat};
use crate::format::writer;

/// `FlatGeobuf` 3 with its index.
pub static FORMAT: FileFormat = FileFormat {
    names: &["fgb", "flatgeobuf"],
    title: "FlatGeobuf",
    media: "application/flatgeobuf",
    accepted_as: &["application/flatgeobuf", "application/vnd.flatgeobuf"],
    extensions: &["fgb"],
    schema: "file",
    is_text: false,
    needs_scratch: true,
    has_systems: true,
    has_areas: true,
    unit: "feature",
    cells: Cells::Typed,
    begins: |bytes| bytes.starts_with(b"fgb"),
    read: |source| Box::new(read::read(source.reader)),
    write: |options| {
        let scratch = writer::needed(options.scratch)?;
        Ok(Box::new(write::FlatGeobuf::new(
            options.layer,
            options.has_distance,
            options.view,
            scratch,
        )))
    },
};

/// What a file begins with: the last byte is the patch level, which readers ignore.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";
