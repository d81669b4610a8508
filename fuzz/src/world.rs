//! What the targets stand on: the shipped data in a store, and a small layer's store as bytes.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bordermap::atlas::model::budget::Budget;
use bordermap::format::file::FileFormat;
use bordermap::format::geojson;
use bordermap::format::reading::ReadOptions;
use bordermap::import::{Import, ImportOutcome, Target, import};
use bordermap::live::LiveAtlas;
use bordermap::seed::seed;
use bordermap::store::sqlite::SqliteStore;
use tempfile::TempDir;

/// What a question may take here. Inputs that take longer are the budget's, not the fuzzer's, matter.
const BUDGET_NS: u64 = 200_000_000;

/// The small layer that [`small_store`] holds.
pub const SMALL: &str = "small";
/// What is in it.
const SMALL_FEATURES: &str = concat!(
    r#"{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[46.1,35.2]},"#,
    r#""properties":{"name":"Bashmaq","opened":"2004-03-01","lanes":4,"open":true}}"#,
    "\n",
    r#"{"type":"Feature","id":"b","geometry":{"type":"LineString","coordinates":[[45.9,35.0],[46.2,35.4]]},"#,
    r#""properties":{"name":"حاج عمران","opened":null,"lanes":2,"open":false}}"#,
    "\n",
    r#"{"type":"Feature","id":"c","geometry":{"type":"Polygon","coordinates":[[[46,35],[46.4,35],[46.4,35.3],[46,35]]]},"#,
    r#""properties":{"name":"Mehran","opened":"2011-10","lanes":null,"open":null}}"#,
    "\n",
);

/// A folder for as long as the process lives; in memory where that is possible.
fn folder() -> TempDir {
    let shm = Path::new("/dev/shm");
    let made = if shm.is_dir() {
        tempfile::tempdir_in(shm)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder")
}

/// The folder that the targets write to.
pub fn scratch() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER.get_or_init(folder).path()
}

/// The shipped data.
pub fn shipped() -> &'static LiveAtlas {
    static SHIPPED: OnceLock<LiveAtlas> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let store = SqliteStore::open(&scratch().join("shipped.gpkg")).expect("a new store");
        let live = LiveAtlas::open(Arc::new(store)).expect("an empty store");
        seed(&live).expect("the shipped data");
        live
    })
}

/// Imports bytes.
pub fn imported(
    target: Target<'_>,
    bytes: &[u8],
    format: &'static FileFormat,
    layer: &str,
) -> Option<ImportOutcome> {
    let wanted = Import {
        reading: ReadOptions {
            layer: layer.into(),
            ..ReadOptions::default()
        },
        format,
        time: None,
        types: Vec::new(),
        keep_equal: true,
        keep_going: true,
        ignore_unknown: true,
        make_valid: true,
    };
    let bytes = bytes.to_vec();
    let mut source = || Ok(Box::new(Cursor::new(bytes.clone())) as _);
    import(target, &wanted, &mut source, &mut |_| {}).ok()
}

/// A store with the small layer alone: the file, and the write-ahead log that lies beside it while it
/// is open.
pub fn small_store() -> &'static [Vec<u8>; 2] {
    static SMALL_STORE: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    SMALL_STORE.get_or_init(|| {
        let path = scratch().join("small.gpkg");
        let store = SqliteStore::open(&path).expect("a new store");
        let live = LiveAtlas::open(Arc::new(store)).expect("an empty store");
        let outcome = imported(
            Target::Live(&live),
            SMALL_FEATURES.as_bytes(),
            &geojson::LINES,
            SMALL,
        );
        assert!(
            outcome.is_some_and(|outcome| outcome.taken),
            "the small layer was refused"
        );
        [path.clone(), beside(&path, "-wal")].map(|file| std::fs::read(file).unwrap_or_default())
    })
}

/// A file beside another.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Does what a question does, within a budget.
pub fn asked<T>(work: impl FnOnce() -> T) -> Option<T> {
    Budget::new(BUDGET_NS).run(clock, BUDGET_NS, work).ok()
}

fn clock() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}
