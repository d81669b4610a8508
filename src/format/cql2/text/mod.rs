//! The text encoding (OGC 21-065r2 §8.2, annex B).

pub(super) mod read;
mod scan;
