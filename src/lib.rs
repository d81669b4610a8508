//! bordermap: a map of the Iran-Iraq border and a spatial API over what was publicly reported near
//! it. The store remembers, the atlas answers; ARCHITECTURE.md walks through the rooms.
//!
//! The rooms in reading order:

// What nobody can read any more must not end the program: commands::say writes what is said.
#![deny(clippy::print_stderr, clippy::print_stdout)]

pub mod atlas;
pub mod format;
pub mod geopackage;
pub mod store;

pub mod fresh;
pub(crate) mod system;

pub mod live;
pub mod prepared;

pub mod import;
pub mod seed;

pub mod http;

pub mod commands;
pub mod config;
