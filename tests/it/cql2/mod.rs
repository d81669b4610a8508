//! Filters in CQL2: the tests of the standard, both encodings, the indexes, and the wire.

mod laws;
mod standard;
mod wire;
pub mod written;
