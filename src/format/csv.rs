//! CSV (RFC 4180) with lon and lat columns, read and written.
