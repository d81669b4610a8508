//! Names and values as they stand in addresses.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What [`escaped`] encodes: all but what RFC 3986 §2.3 leaves unreserved, and the comma, colon and
/// slash that make a query readable.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/');

/// Percent-encodes a name or a value of a query.
pub fn escaped(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, ESCAPED).into()
}

/// Percent-encodes one segment of a path.
pub fn escaped_segment(text: &str) -> String {
    const SEGMENT: &AsciiSet = &ESCAPED.add(b'/');
    utf8_percent_encode(text, SEGMENT).to_string()
}
