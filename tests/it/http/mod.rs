//! The wire, over real connections.

mod admission;
mod border_counts;
mod described;
mod description;
mod ends;
mod faults;
mod features;
mod files;
mod guards;
mod malformed;
mod pages;
mod pieces;
mod positions;
mod readers;
mod routes;
mod schemas;
mod tiles;
mod tilesets;
mod transport;
mod views;
