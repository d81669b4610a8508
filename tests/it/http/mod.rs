//! The wire, over real connections.

mod border_counts;
mod description;
mod features;
mod guards;
mod malformed;
mod pages;
mod schemas;
mod tiles;
mod transport;
mod views;
