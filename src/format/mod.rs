//! Atlas to bytes and back. Pure and streaming: no HTTP, no opening of files but a scratch file that
//! the caller has made.
//!
//! | file | what it holds |
//! | --- | --- |
//! | this one | `FORMATS`, the list of file formats; a format is a folder here and a line there |
//! | `file` | what a file format is: its names, how it is recognised, read and written |
//! | `geojson`, `csv`, `flatgeobuf`, `geopackage`, `geoparquet`, `kml`, `gpx` | a format each: what is to be known of it, `read`, `write` |
//! | `writer`, `export` | what writes features piece by piece; a selection driven through it |
//! | `encoding` | text in any encoding as UTF-8 |
//! | `reading` | how a file is to be read, and what is to be said of it |
//! | `row`, `limits`, `shape` | a row read from a file, its ceilings, its geometry checked |
//! | `table` | what tables have in common: columns by their names, a place made of cells |
//! | `view`, `collection` | how features are shown; feature collections from kept texts |
//! | `mvt` | vector tiles |
//! | `cql2`, `wkt` | filters; well-known text |
//! | `lengths`, `told`, `warning`, `notice` | words: distances, texts of others, warnings, terms of use |

pub mod collection;
pub mod cql2;
pub mod csv;
mod encoding;
pub mod export;
pub mod file;
pub mod flatgeobuf;
pub mod geojson;
pub mod geopackage;
#[cfg(feature = "geoparquet")]
pub mod geoparquet;
pub mod gpx;
mod id_column;
pub mod kml;
pub(crate) mod lengths;
mod limits;
pub mod mvt;
mod notice;
pub mod reading;
pub mod row;
mod shape;
mod table;
pub(crate) mod told;
pub mod view;
pub(crate) mod warning;
pub mod wkt;
pub mod writer;
mod xml;

use file::FileFormat;

/// Every file format, the usual one first. One more is a folder here and a line in this list.
pub static FORMATS: [&FileFormat; 8 + cfg!(feature = "geoparquet") as usize] = [
    &geojson::FORMAT,
    &geojson::SEQUENCE,
    &geojson::LINES,
    &csv::FORMAT,
    &flatgeobuf::FORMAT,
    &geopackage::FORMAT,
    &kml::FORMAT,
    &gpx::FORMAT,
    #[cfg(feature = "geoparquet")]
    &geoparquet::FORMAT,
];

/// What a file is taken for that looks like no other.
const ELSE: &FileFormat = &csv::FORMAT;
