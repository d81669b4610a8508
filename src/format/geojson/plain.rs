//! The short way for the plain feature: a point or nothing, an id, properties. What is in any way
//! else is left to the long way, and with it all that there is to say about what is wrong.

use std::borrow::Cow;
use std::fmt;

use geo::{Geometry, Point};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use crate::format::row::{Properties, Row};
use crate::format::shape;

#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default)]
    id: Option<Id>,
    #[serde(default, borrow)]
    geometry: Option<Place<'a>>,
    #[serde(default)]
    properties: Option<Properties>,
    #[serde(default)]
    crs: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    coordinates: Ordinates,
}

struct Id(String);

/// Longitude and latitude.
struct Ordinates([f64; 2]);

/// The row of a plain feature.
pub(super) fn parse(line: u64, text: &[u8]) -> Option<Row> {
    let feature: Plain<'_> = serde_json::from_slice(text).ok()?;
    if feature.kind != "Feature" || feature.crs.is_some() {
        return None;
    }
    let geometry = match feature.geometry {
        None => None,
        Some(place) if place.kind == "Point" => {
            let Ordinates([lng, lat]) = place.coordinates;
            Some(Geometry::Point(Point(shape::coord(lng, lat).ok()?)))
        }
        Some(_) => return None,
    };
    Some(Row {
        line,
        id: feature.id.map(|Id(id)| id),
        geometry,
        properties: feature.properties.unwrap_or_default(),
    })
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrWhole;
        impl Visitor<'_> for TextOrWhole {
            type Value = Id;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("text or a whole number")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
                Ok(Id(text.to_owned()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id(number.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Id, E> {
                Ok(Id(number.to_string()))
            }
        }
        from.deserialize_any(TextOrWhole)
    }
}

impl<'de> Deserialize<'de> for Ordinates {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Ordinates;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("two numbers or more")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Ordinates, A::Error> {
                let (Some(lng), Some(lat)) = (seq.next_element()?, seq.next_element()?) else {
                    return Err(A::Error::invalid_length(0, &self));
                };
                // Heights are passed over, but must be numbers.
                while seq.next_element::<f64>()?.is_some() {}
                Ok(Ordinates([lng, lat]))
            }
        }
        from.deserialize_seq(Numbers)
    }
}
