//! The embedded store: an SQLite file that is at the same time a GeoPackage.
