//! The one integration binary: the laws of the core, the store, the program and the wire.

mod aside;
mod commands;
mod cql2;
mod http;
mod import;
mod laws;
mod live;
mod prepared;
mod program;
mod seed;
mod store;
mod supply;
mod support;
mod walls;
