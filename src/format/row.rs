//! A row read from a file, before any schema has looked at it.

use std::fmt;

use geo::Geometry;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;

/// One feature of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line where it starts, from 1.
    pub line: u64,
    /// The feature's id, if the file gives one.
    pub id: Option<String>,
    /// Its geometry in CRS84 degrees, every coordinate checked to be finite and in range.
    pub geometry: Option<Geometry>,
    /// Its properties as they stand in the file.
    pub properties: Properties,
}

/// Names and values as they stand in the file; a name may be there twice.
/// Reading a row looks up next to nothing: a list is faster than a map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Vec<(String, Json)>);

impl Properties {
    /// Adds one at the end.
    pub fn push(&mut self, name: String, value: Json) {
        self.0.push((name, value));
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.iter()
            .rev()
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    /// All, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&String, &Json)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Adds others at the end.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Gives those another name for which there is one.
    pub fn rename(&mut self, mut other: impl FnMut(&str) -> Option<String>) {
        for (name, _) in &mut self.0 {
            if let Some(other) = other(name) {
                *name = other;
            }
        }
    }

    /// Keeps what the test, which may change the value, says.
    pub fn retain_mut(&mut self, mut keeps: impl FnMut(&str, &mut Json) -> bool) {
        self.0.retain_mut(|(name, value)| keeps(name, value));
    }
}

impl FromIterator<(String, Json)> for Properties {
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Properties;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Properties(members))
            }
        }
        from.deserialize_map(Members)
    }
}

/// Why a row cannot be taken, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct RowFault {
    /// The line where the row starts, from 1.
    pub line: u64,
    /// One plain sentence.
    pub reason: String,
}
