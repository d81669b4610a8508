//! Where a page of an answer ended, as clients carry it.

use crate::atlas::model::hex;
use crate::atlas::model::schema::Value;

/// The last feature of a page; the next page starts after it. It says where, not how many, so it
/// stays good while others write and with another limit.
#[derive(Clone, Debug, PartialEq)]
pub enum Cursor {
    /// In a question ordered by id.
    AfterId(Box<str>),
    /// In a near question.
    AfterDistance {
        /// The last feature's exact distance.
        distance_m: f64,
        /// The last feature's id.
        id: Box<str>,
    },
    /// In a question with an order of its own.
    AfterSorted {
        /// The last feature's values of the fields of the order.
        values: Vec<Value>,
        /// The last feature's id.
        id: Box<str>,
    },
}

impl Cursor {
    /// The opaque text that clients carry: lower-case hexadecimal.
    pub fn encode(&self) -> String {
        let bytes: Vec<u8> = match self {
            Self::AfterId(id) => [b"i", id.as_bytes()].concat(),
            Self::AfterDistance { distance_m, id } => {
                [b"d", &distance_m.to_be_bytes()[..], id.as_bytes()].concat()
            }
            Self::AfterSorted { values, id } => {
                let mut bytes = vec![b's'];
                for value in values {
                    push_value(&mut bytes, value);
                }
                bytes.push(b'.');
                bytes.extend_from_slice(id.as_bytes());
                bytes
            }
        };
        hex::of_bytes(&bytes)
    }

    /// Reads what [`Self::encode`] wrote; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        if !text.is_ascii() || !text.len().is_multiple_of(2) {
            return None;
        }
        let bytes: Vec<u8> = (0..text.len() / 2)
            .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok())
            .collect::<Option<_>>()?;
        let id = |bytes: &[u8]| Some(std::str::from_utf8(bytes).ok()?.into());
        match bytes.split_first()? {
            (b'i', rest) => Some(Self::AfterId(id(rest)?)),
            (b'd', rest) => {
                let (distance, rest) = rest.split_at_checked(8)?;
                let distance_m = f64::from_be_bytes(distance.try_into().ok()?);
                if !distance_m.is_finite() || distance_m < 0.0 {
                    return None;
                }
                Some(Self::AfterDistance {
                    distance_m,
                    id: id(rest)?,
                })
            }
            (b's', mut rest) => {
                let mut values = Vec::new();
                while rest.first() != Some(&b'.') {
                    values.push(take_value(&mut rest)?);
                }
                Some(Self::AfterSorted {
                    values,
                    id: id(&rest[1..])?,
                })
            }
            _ => None,
        }
    }
}

/// Writes a value so that it reads back to the last bit.
fn push_value(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Boolean(flag) => bytes.extend([b'b', u8::from(*flag)]),
        Value::Integer(number) => {
            bytes.push(b'i');
            bytes.extend(number.to_be_bytes());
        }
        Value::Number(number) => {
            bytes.push(b'n');
            bytes.extend(number.to_be_bytes());
        }
        Value::Text(text) => {
            bytes.push(b't');
            let length = u16::try_from(text.len()).expect("compared texts are short");
            bytes.extend(length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        // No order is by lists.
        Value::Null | Value::Json(_) => bytes.push(b'0'),
    }
}

/// Reads what [`push_value`] wrote from the beginning of some bytes.
fn take_value(bytes: &mut &[u8]) -> Option<Value> {
    let tag = *bytes.split_off_first()?;
    let mut take = |length: usize| bytes.split_off(..length);
    Some(match tag {
        b'b' => Value::Boolean(take(1)? != [0]),
        b'i' => Value::Integer(i64::from_be_bytes(take(8)?.try_into().ok()?)),
        b'n' => {
            let number = f64::from_be_bytes(take(8)?.try_into().ok()?);
            number.is_finite().then_some(Value::Number(number))?
        }
        b't' => {
            let length = u16::from_be_bytes(take(2)?.try_into().ok()?);
            let text = std::str::from_utf8(take(usize::from(length))?).ok()?;
            Value::Text(text.into())
        }
        b'0' => Value::Null,
        _ => return None,
    })
}
