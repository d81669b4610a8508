//! The wire, over real connections.

mod admission;
mod border_counts;
mod described;
mod description;
mod faults;
mod features;
mod files;
mod guards;
mod malformed;
mod pages;
mod pieces;
mod readers;
mod routes;
mod schemas;
mod tiles;
mod transport;
mod views;
