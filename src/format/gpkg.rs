//! The geometry codec of GeoPackage (OGC 12-128r18 §2.1.3): a header and well-known binary.
