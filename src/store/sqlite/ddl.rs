//! The tables, and how an older store gets them.

use rusqlite::Connection;

use super::digests;
use super::fault::StoreResult;
use crate::geopackage::tables;

/// The newest format that this program reads and the one that it writes. The file's `user_version`
/// belongs to the GeoPackage standard, so the number is kept in `bordermap_store`.
#[expect(clippy::cast_possible_truncation, reason = "a handful of steps")]
pub(super) const FORMAT: u32 = MIGRATIONS.len() as u32;

/// Step n makes a store of format n + 1 of one of format n; 0 is the empty file. Never change a
/// step that has been released: add another.
const MIGRATIONS: &[&[&str]] = &[
    &[
        tables::STANDARD,
        tables::EXTENSIONS,
        tables::REGISTERED,
        INTERNAL,
        OWN,
    ],
    &[DIGESTS],
];

/// The first format whose log has digests.
const FORMAT_OF_DIGESTS: u32 = 2;

/// Brings a store of some format to the newest. Call it inside a transaction.
pub(super) fn migrate(conn: &Connection, format: u32) -> StoreResult<()> {
    let done = format as usize;
    for script in MIGRATIONS.iter().skip(done).copied().flatten() {
        conn.execute_batch(script)?;
    }
    if (1..FORMAT_OF_DIGESTS).contains(&format) {
        digests::make_all(conn)?;
    }
    conn.execute(
        "INSERT INTO bordermap_store (key, text) VALUES ('format', ?1)
         ON CONFLICT (key) DO UPDATE SET text = excluded.text",
        [FORMAT.to_string()],
    )?;
    Ok(())
}

/// Whether a store has the tables that tell its format from the others.
pub(super) fn is_of(conn: &Connection, format: u32) -> StoreResult<bool> {
    let has_digests: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'bordermap_digests')",
        [],
        |row| row.get(0),
    )?;
    Ok(format > 0 && has_digests == (format >= FORMAT_OF_DIGESTS))
}

/// What GeoPackage has no place for; the table of them is in the module's description.
const INTERNAL: &str = "
CREATE TABLE bordermap_store (
    key TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);
INSERT INTO bordermap_store VALUES ('identity', lower(hex(randomblob(16))));
CREATE TABLE bordermap_notes (
    key TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);
CREATE TABLE bordermap_layers (
    number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    table_name TEXT NOT NULL UNIQUE,
    schema TEXT NOT NULL
);
CREATE TABLE bordermap_columns (
    layer INTEGER NOT NULL,
    field TEXT NOT NULL,
    column_name TEXT NOT NULL,
    PRIMARY KEY (layer, field)
) WITHOUT ROWID;
CREATE TABLE bordermap_written (
    layer INTEGER NOT NULL,
    fid INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (layer, fid, column_name)
) WITHOUT ROWID;
CREATE TABLE bordermap_revisions (
    number INTEGER PRIMARY KEY NOT NULL,
    committed_at_us INTEGER NOT NULL,
    origin TEXT NOT NULL,
    last_seq INTEGER NOT NULL
);
CREATE TABLE bordermap_changes (
    seq INTEGER PRIMARY KEY NOT NULL,
    revision INTEGER NOT NULL,
    layer INTEGER NOT NULL,
    id TEXT,
    kind TEXT NOT NULL,
    previous TEXT,
    previous_geom BLOB
);
CREATE INDEX bordermap_changes_of ON bordermap_changes (layer, id);
";

/// Digests in runs: of which entry the first is, the seed of their salts (or, where one had to be
/// removed, the salts one after another), and the digests one after another. A revision's hash, without
/// which none is taken: a program of format 1 that had the store open before can commit no more.
const DIGESTS: &str = "
CREATE TABLE bordermap_digests (
    first_seq INTEGER PRIMARY KEY NOT NULL,
    seed BLOB,
    salts BLOB,
    digests BLOB NOT NULL,
    CHECK ((seed IS NULL) <> (salts IS NULL))
);
INSERT INTO gpkg_extensions VALUES ('bordermap_digests', NULL, 'bordermap_store',
    'internal table of bordermap; change it through bordermap only', 'read-write');
ALTER TABLE bordermap_revisions RENAME TO bordermap_revisions_1;
CREATE TABLE bordermap_revisions (
    number INTEGER PRIMARY KEY NOT NULL,
    committed_at_us INTEGER NOT NULL,
    origin TEXT NOT NULL,
    last_seq INTEGER NOT NULL,
    encoding INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO bordermap_revisions
SELECT number, committed_at_us, origin, last_seq, 0, zeroblob(32) FROM bordermap_revisions_1;
DROP TABLE bordermap_revisions_1;
";

/// The store's own entries among the extensions. `gdal_aspatial` keeps GDAL from listing tables that
/// are in no contents table, which is what it does otherwise; the row without a table makes it warn
/// whoever opens the file for writing, since a row written past the log is a change nobody hears of.
const OWN: &str = "
INSERT INTO gpkg_extensions VALUES
    (NULL, NULL, 'gdal_aspatial', 'http://gdal.org/geopackage_aspatial.html', 'read-write'),
    (NULL, NULL, 'bordermap_store',
     'bordermap keeps a log of changes beside the layers; change them through bordermap only',
     'write-only');
INSERT INTO gpkg_extensions
SELECT name, NULL, 'bordermap_store',
    'internal table of bordermap; change it through bordermap only', 'read-write'
FROM sqlite_schema WHERE type = 'table' AND name GLOB 'bordermap_*';
";
