//! Filters in CQL2: the tests of the standard, both encodings, the indexes, and the wire.

mod standard;
mod wire;
