//! The JSON encoding (OGC 21-065r2 §8.3, annex C).

pub(super) mod read;
