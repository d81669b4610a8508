//! A store's file with its write-ahead log, and a GeoPackage, both edited.

use std::sync::Arc;

use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::geopackage;
use bordermap::import::Target;
use bordermap::live::LiveAtlas;
use bordermap::store::sqlite::SqliteStore;
use bordermap::store::{Depth, Store};

use crate::edits::edited;
use crate::world::{SMALL, asked, beside, imported, scratch, shipped, small_store};

/// The program's own store as another's GeoPackage.
pub fn geopackage(data: &[u8]) {
    let [file, _] = small_store();
    imported(
        Target::DryRun(&shipped().snapshot()),
        &edited(file, data),
        &geopackage::FORMAT,
        SMALL,
    );
}

/// It is refused, or it is served and checked.
pub fn store(data: &[u8]) {
    let [file, log] = small_store();
    let path = scratch().join("edited.gpkg");
    let both = edited(&[&file[..], log].concat(), data);
    let (file, log) = both.split_at(file.len());
    std::fs::write(&path, file).expect("room");
    std::fs::write(beside(&path, "-wal"), log).expect("room");
    if let Ok(store) = SqliteStore::open_existing(&path) {
        let store = Arc::new(store);
        let _ = store.check(Depth::Whole, &mut |_, _| {});
        if let Ok(live) = LiveAtlas::open(store) {
            let atlas = live.snapshot();
            for layer in atlas.layers() {
                let query = ItemsQuery {
                    limit: 10,
                    ..ItemsQuery::default()
                };
                asked(|| layer.items(&query).hits.len());
            }
        }
    }
    // What an edited store leaves beside it is not the next one's.
    for entry in std::fs::read_dir(scratch()).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("edited") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
