//! What a vector tile consists of in bytes: the commands of geometries, the messages of values, and the
//! wire format of Protocol Buffers, written by hand: the specification uses four messages of them, and
//! the crate `mvt` took three to five times as long.

use crate::atlas::geo::rings::Vertex;
use crate::atlas::model::schema::{Field, Value};

/// Longer texts are cut, in bytes: a tile labels, the feature itself tells.
const TEXT_BYTES_MAX: usize = 120;

/// Writes commands (§4.3): coordinates are told by their difference from the ones before.
pub(super) struct Pen<'a> {
    out: &'a mut Vec<u8>,
    at: Vertex,
}

impl<'a> Pen<'a> {
    /// A pen at the corner of the tile and an empty geometry.
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        out.clear();
        Self { out, at: [0, 0] }
    }

    pub(super) fn move_to(&mut self, vertices: &[Vertex]) {
        self.command(1, vertices);
    }

    pub(super) fn line(&mut self, line: &[Vertex]) {
        if let [first, rest @ ..] = line {
            self.command(1, &[*first]);
            self.command(2, rest);
        }
    }

    pub(super) fn close(&mut self) {
        put_varint(self.out, (1 << 3) | 7);
    }

    fn command(&mut self, id: u64, vertices: &[Vertex]) {
        put_varint(self.out, ((vertices.len() as u64) << 3) | id);
        for vertex in vertices {
            for (axis, to) in vertex.iter().enumerate() {
                put_zigzag(self.out, i64::from(*to) - i64::from(self.at[axis]));
            }
            self.at = *vertex;
        }
    }
}

/// Makes `out` the message `Value` of a field's value; `false` if it has none.
pub(super) fn put_value(out: &mut Vec<u8>, field: &Field, value: &Value) -> bool {
    match value {
        Value::Null | Value::Json(_) => return false,
        Value::Boolean(flag) => put_bool_value(out, *flag),
        Value::Integer(number) => put_integer_value(out, *number),
        Value::Number(number) => {
            out.clear();
            put_key(out, 3, FIXED_64);
            out.extend_from_slice(&number.to_le_bytes());
        }
        // What is in a closed list is never cut: it means something to programs.
        Value::Text(text) if !field.values.is_empty() || text.len() <= TEXT_BYTES_MAX => {
            put_text_value(out, text);
        }
        Value::Text(text) => {
            let room = TEXT_BYTES_MAX - "…".len();
            let ends = text.char_indices().map(|(at, _)| at);
            let end = ends.take_while(|at| *at <= room).last().unwrap_or(0);
            put_text_value(out, &format!("{}…", &text[..end]));
        }
    }
    true
}

pub(super) fn put_text_value(out: &mut Vec<u8>, text: &str) {
    out.clear();
    put_bytes(out, 1, text.as_bytes());
}

pub(super) fn put_bool_value(out: &mut Vec<u8>, flag: bool) {
    out.clear();
    put_key(out, 7, VARINT);
    put_varint(out, flag.into());
}

pub(super) fn put_integer_value(out: &mut Vec<u8>, number: i64) {
    out.clear();
    if let Ok(number) = u64::try_from(number) {
        put_key(out, 5, VARINT);
        put_varint(out, number);
    } else {
        put_key(out, 6, VARINT);
        put_zigzag(out, number);
    }
}

// The wire format of Protocol Buffers: a field is its number and wire type, then its value.

/// The wire type of a number in groups of seven bits.
pub(super) const VARINT: u64 = 0;
/// The wire type of eight bytes.
const FIXED_64: u64 = 1;
/// The wire type of a length and so many bytes.
pub(super) const BYTES: u64 = 2;

pub(super) fn put_key(out: &mut Vec<u8>, field: u64, wire_type: u64) {
    put_varint(out, field << 3 | wire_type);
}

pub(super) fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    put_key(out, field, BYTES);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// The lowest seven bits first; the eighth says that more follow.
pub(super) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// A number with a sign: 0, -1, 1, -2 … are 0, 1, 2, 3 …
fn put_zigzag(out: &mut Vec<u8>, number: i64) {
    put_varint(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}
