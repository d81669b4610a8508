//! The one integration binary: the laws of the core, the store, the program and the wire.

mod laws;
mod store;
mod walls;
