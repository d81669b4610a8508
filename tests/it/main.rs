//! The one integration binary: the laws of the core, the store, the program and the wire.

mod answers;
mod aside;
mod asking;
mod commands;
mod cql2;
mod derived;
mod ending;
mod examples;
mod exports;
mod file;
mod help;
mod hostile;
mod http;
mod import;
mod laws;
mod live;
mod names;
mod oracle;
mod pages;
mod pipes;
mod prepared;
mod prices;
mod program;
mod seed;
mod serving;
mod store;
mod stores;
mod supply;
mod support;
mod walls;

/// The program's allocator: what memory grows by is what it would be there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
