//! The tables, and how an older store gets them.

use rusqlite::Connection;

use super::fault::Fault;

/// The newest format that this program reads and the one that it writes. The file's `user_version`
/// belongs to the GeoPackage standard, so the number is kept in `bordermap_store`.
#[expect(clippy::cast_possible_truncation, reason = "a handful of steps")]
pub(super) const FORMAT: u32 = MIGRATIONS.len() as u32;

/// `GPKG` (OGC 12-128r18 §1.1.1.1.1).
pub(super) const APPLICATION_ID: i32 = i32::from_be_bytes(*b"GPKG");

/// GeoPackage 1.3, which every GDAL in use knows.
const USER_VERSION: i32 = 10_300;

/// Step n makes a store of format n + 1 of one of format n; 0 is the empty file. Never change a
/// step that has been released: add another.
const MIGRATIONS: &[&[&str]] = &[&[GEOPACKAGE, EXTENSIONS, INTERNAL, REGISTERED]];

/// Brings a store of some format to the newest. Call it inside a transaction.
pub(super) fn migrate(conn: &Connection, format: u32) -> Result<(), Fault> {
    let done = usize::try_from(format).unwrap_or(usize::MAX);
    for script in MIGRATIONS.iter().skip(done).copied().flatten() {
        conn.execute_batch(script)?;
    }
    conn.execute(
        "INSERT INTO bordermap_store (key, text) VALUES ('format', ?1)
         ON CONFLICT (key) DO UPDATE SET text = excluded.text",
        [FORMAT.to_string()],
    )?;
    Ok(())
}

/// Marks an empty file as a GeoPackage.
pub(super) fn mark(conn: &Connection) -> Result<(), Fault> {
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    conn.pragma_update(None, "user_version", USER_VERSION)?;
    Ok(())
}

/// OGC 12-128r18 annex C, tables 21 to 23 and 38, and the three rows of §1.1.2.1.2.
const GEOPACKAGE: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinates'),
    ('Undefined geographic', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinates'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
     'longitude and latitude in degrees on the WGS 84 ellipsoid');
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
    table_name TEXT,
    column_name TEXT,
    extension_name TEXT NOT NULL,
    definition TEXT NOT NULL,
    scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
"#;

/// The schema and metadata extensions (annexes F.9 and F.8): fields' titles, closed lists, terms.
const EXTENSIONS: &str = "
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    name TEXT,
    title TEXT,
    description TEXT,
    mime_type TEXT,
    constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL,
    constraint_type TEXT NOT NULL,
    value TEXT,
    min NUMERIC,
    min_is_inclusive BOOLEAN,
    max NUMERIC,
    max_is_inclusive BOOLEAN,
    description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml',
    metadata TEXT NOT NULL DEFAULT ''
);
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL,
    table_name TEXT,
    column_name TEXT,
    row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL,
    md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata (id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata (id)
);
";

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

/// Every extension is registered (§2.3.2.1.2). `gdal_aspatial` keeps GDAL from listing tables that
/// are in no contents table, which is what it does otherwise; the row without a table makes it warn
/// whoever opens the file for writing, since a row written past the log is a change nobody hears of.
const REGISTERED: &str = "
INSERT INTO gpkg_extensions VALUES
    (NULL, NULL, 'gdal_aspatial', 'http://gdal.org/geopackage_aspatial.html', 'read-write'),
    (NULL, NULL, 'bordermap_store',
     'bordermap keeps a log of changes beside the layers; change them through bordermap only',
     'write-only'),
    ('gpkg_data_columns', NULL, 'gpkg_schema',
     'http://www.geopackage.org/spec130/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
     'http://www.geopackage.org/spec130/#extension_schema', 'read-write'),
    ('gpkg_metadata', NULL, 'gpkg_metadata',
     'http://www.geopackage.org/spec130/#extension_metadata', 'read-write'),
    ('gpkg_metadata_reference', NULL, 'gpkg_metadata',
     'http://www.geopackage.org/spec130/#extension_metadata', 'read-write');
INSERT INTO gpkg_extensions
SELECT name, NULL, 'bordermap_store',
    'internal table of bordermap; change it through bordermap only', 'read-write'
FROM sqlite_schema WHERE type = 'table' AND name GLOB 'bordermap_*';
";
