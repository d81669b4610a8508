//! `FlatGeobuf` 3 (flatgeobuf.org): a header, a packed R-tree, and the features in its order.
//!
//! The tables within are those of the crate `flatgeobuf`; its own writer would open files of its
//! own and give everything out at once, and its reader trusts lengths, so the framing is ours. The
//! feature's id is the first column.

mod geometry;
mod index;
pub mod read;
pub mod write;

/// What a file begins with: the last byte is the patch level, which readers ignore.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";
