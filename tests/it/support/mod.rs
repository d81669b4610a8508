//! What tests stand on, above all those over HTTP: a store in memory, a small world, a server and a client.

pub mod changes;
pub mod client;
pub mod memory;
pub mod server;
pub mod subject;
pub mod things;
pub mod tile;
pub mod world;
