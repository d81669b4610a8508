//! One program with a target for each thing that bordermap reads from strangers. `fuzz/run` builds it
//! with coverage and names the target in `BORDERMAP_FUZZ_TARGET`: one program instead of a dozen, because
//! most of a build's time is the same for all.
//!
//! A target must neither panic nor hang nor fill the memory; where there is a law (what is written is
//! read back the same), it is held too.

#![no_main]

mod asked;
mod edits;
mod filters;
mod readers;
mod stores;
mod world;
#[path = "../../tests/it/cql2/written.rs"]
mod written;

use std::sync::OnceLock;

/// A target: what is done with an input.
type Target = fn(&[u8]);

/// Every target by its name, which is also the name of its folder under `fuzz/corpus`.
const TARGETS: [(&str, Target); 13] = [
    ("geojson", readers::geojson),
    ("geojsonl", readers::geojsonl),
    ("csv", readers::csv),
    ("kml", readers::kml),
    ("gpx", readers::gpx),
    ("flatgeobuf", readers::flatgeobuf),
    ("geopackage", stores::geopackage),
    ("wkt", filters::wkt),
    ("wkb", filters::wkb),
    ("cql2-text", filters::cql2_text),
    ("cql2-json", filters::cql2_json),
    ("parameters", asked::parameters),
    ("store", stores::store),
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static TARGET: OnceLock<Target> = OnceLock::new();
    TARGET.get_or_init(named)(data);
});

fn named() -> Target {
    let name = std::env::var("BORDERMAP_FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    let Some((_, target)) = found else {
        let known: Vec<&str> = TARGETS.iter().map(|(known, _)| *known).collect();
        eprintln!(
            "BORDERMAP_FUZZ_TARGET is \"{name}\"; it is one of {}",
            known.join(", ")
        );
        std::process::exit(2);
    };
    *target
}
