//! Flags and environment, read once, split into each room's own options.
