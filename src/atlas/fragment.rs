//! A feature's GeoJSON text (RFC 7946), made once when it enters a layer.
