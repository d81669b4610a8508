//! The endpoints: one a file or folder.

pub mod border;
pub mod border_counts;
pub mod collections;
pub mod conformance;
pub mod docs;
pub mod export;
pub mod functions;
pub mod health;
pub mod items;
pub mod landing;
pub mod schemas;
pub mod style;
pub mod tiles;
pub mod web;
