//! GeoJSON (RFC 7946), read and written: feature collections and newline-delimited features.
