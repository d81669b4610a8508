//! Reading back from the GeoJSON texts that [`super`] writes: ids, values, and texts taken apart.

use std::borrow::Cow;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::atlas::model::fragment::BEFORE_ID;
use crate::atlas::model::schema::{Field, FieldType, Schema, Value};

/// The id in a feature's text.
pub fn id_in(text: &[u8]) -> Cow<'_, str> {
    let rest = text.get(BEFORE_ID.len()..).unwrap_or_default();
    let end = rest
        .iter()
        .skip(1)
        .position(|byte| matches!(byte, b'"' | b'\\'));
    let plain = end.and_then(|end| match rest[end + 1] {
        b'"' => std::str::from_utf8(&rest[1..=end]).ok(),
        _ => None,
    });
    if let Some(id) = plain {
        return Cow::Borrowed(id);
    }
    let mut strings = serde_json::Deserializer::from_slice(rest).into_iter::<String>();
    let id = strings.next().and_then(Result::ok);
    Cow::Owned(id.unwrap_or_default())
}

/// The values in a feature's text, in the order of the schema that it was written by.
pub fn values_in(schema: &Schema, text: &str) -> Box<[Value]> {
    let raw = serde_json::from_str::<Members<'_>>(text).map(|members| members.properties.0);
    let raw = raw.unwrap_or_default();
    let value = |(at, field): (usize, &Field)| match raw.get(at) {
        Some(raw) => value_in(field.kind, raw.get()),
        None => Value::Null,
    };
    schema.fields.iter().enumerate().map(value).collect()
}

/// One of the values in a feature's text: what stands before it is skipped, the rest not looked at.
pub fn value_at(schema: &Schema, text: &str, field: usize) -> Value {
    let value = properties_of(text).and_then(|mut rest| {
        for _ in 0..field {
            rest = skip_value(skip_name(rest)?)?.strip_prefix(',')?;
        }
        let value = skip_name(rest)?;
        let length = value.len() - skip_value(value)?.len();
        Some(value_in(schema.fields[field].kind, &value[..length]))
    });
    value.unwrap_or(Value::Null)
}

/// Whether a test holds of any of the texts among some of the values in a feature's text; `fields` are
/// ascending indexes in the schema.
pub fn any_text(text: &str, fields: &[usize], holds: &mut impl FnMut(&str) -> bool) -> bool {
    let Some(mut rest) = properties_of(text) else {
        return false;
    };
    let mut at = 0;
    for field in fields {
        while at < *field {
            let after = skip_name(rest).and_then(skip_value);
            let Some(next) = after.and_then(|after| after.strip_prefix(',')) else {
                return false;
            };
            (rest, at) = (next, at + 1);
        }
        let Some(value) = skip_name(rest) else {
            return false;
        };
        let json = skip_string(value).filter(|_| value.starts_with('"'));
        let Some(json) = json.map(|after| &value[..value.len() - after.len()]) else {
            continue;
        };
        let found = if json.contains('\\') {
            serde_json::from_str::<String>(json).is_ok_and(|text| holds(&text))
        } else {
            holds(&json[1..json.len() - 1])
        };
        if found {
            return true;
        }
    }
    false
}

/// The pieces of a feature's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pieces<'a> {
    /// The text before the geometry.
    pub before: &'a str,
    /// The geometry object, or `null`.
    pub geometry: &'a str,
    /// The members of the properties, between the braces.
    pub members: &'a str,
}

/// Takes a feature's text apart.
pub fn pieces(text: &str) -> Option<Pieces<'_>> {
    let id = text.get(BEFORE_ID.len()..)?;
    let geometry = skip_string(id)?.strip_prefix(",\"geometry\":")?;
    let rest = skip_value(geometry)?;
    Some(Pieces {
        before: &text[..text.len() - geometry.len()],
        geometry: &geometry[..geometry.len() - rest.len()],
        members: rest.strip_prefix(",\"properties\":{")?.strip_suffix("}}")?,
    })
}

/// Each member of an object, name and value, as it stands between the braces.
pub fn members(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let after = skip_name(rest).and_then(|value| skip_value(value).or(Some("")))?;
        let member = &rest[..rest.len() - after.len()];
        rest = after.strip_prefix(',').unwrap_or(after);
        Some(member)
    })
}

/// What comes after the brace of the properties. Inside of a string the quotes would be escaped.
fn properties_of(text: &str) -> Option<&str> {
    const START: &str = "\"properties\":{";
    text.find(START).map(|at| &text[at + START.len()..])
}

/// What comes after a member's name and colon.
fn skip_name(text: &str) -> Option<&str> {
    skip_string(text)?.strip_prefix(':')
}

/// What comes after a value without white space around it, as all of ours are.
fn skip_value(text: &str) -> Option<&str> {
    if text.starts_with('"') {
        return skip_string(text);
    }
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match text.as_bytes().get(at)? {
            b'"' => {
                at = text.len() - skip_string(&text[at..])?.len();
                continue;
            }
            b'[' | b'{' => depth += 1,
            b',' | b']' | b'}' if depth == 0 => return Some(&text[at..]),
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

/// What comes after a string, which the text starts with.
fn skip_string(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        let stop = bytes
            .get(at..)?
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\'))?;
        match bytes[at + stop] {
            b'"' => return Some(&text[at + stop + 1..]),
            _ => at += stop + 2,
        }
    }
}

/// A value from its JSON text. Numbers are read by the standard library, which rounds right.
fn value_in(kind: FieldType, json: &str) -> Value {
    let value = match (kind, json) {
        (_, "null") => None,
        (FieldType::Boolean, json) => json.parse().ok().map(Value::Boolean),
        (FieldType::Integer, json) => json.parse().ok().map(Value::Integer),
        (FieldType::Number, json) => json.parse().ok().map(Value::Number),
        (FieldType::Json, json) => Some(Value::Json(json.into())),
        (_, json) => serde_json::from_str(json).ok().map(Value::Text),
    };
    value.unwrap_or(Value::Null)
}

/// What is read of a text.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    properties: Raw<'a>,
}

/// The texts of an object's values in their order.
#[derive(Default)]
struct Raw<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Raw<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some((IgnoredAny, value)) = map.next_entry()? {
                    values.push(value);
                }
                Ok(Raw(values))
            }
        }
        deserializer.deserialize_map(Object)
    }
}
