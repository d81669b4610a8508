//! Query string to a checked question. Every fault is collected, so that a client sees them all at
//! once.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::atlas::filter::Filter;
use crate::atlas::position::{Bounds, LngLat, parse_length_m};
use crate::atlas::query::{Cursor, ItemsQuery, LIMIT_DEFAULT, LIMIT_MAX, Near, RADIUS_M_MAX};
use crate::atlas::schema::{Field, FieldType, Schema};
use crate::atlas::time::TimeSpan;
use crate::http::problem::{Fault, Problem};

/// Parameters that mean something of their own on a layer's paths; a field of the same name cannot
/// be asked for by its name.
pub const RESERVED: [&str; 8] = [
    "f", "bbox", "datetime", "limit", "cursor", "count", "near", "radius",
];

/// The longest value that is quoted back, in characters.
const QUOTED_CHARS_MAX: usize = 200;

/// A query string, decoded.
#[derive(Clone, Debug, Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
    faults: Vec<Fault>,
}

/// Reads parameters one by one; what nobody has read when it ends is unknown.
pub struct Reader<'a> {
    params: &'a Params,
    known: Vec<&'a str>,
    faults: Vec<Fault>,
}

impl Params {
    /// Decodes `application/x-www-form-urlencoded` pairs. What cannot be decoded is kept as a
    /// fault, reported when the parameters are read.
    pub fn decode(query: Option<&str>) -> Self {
        let mut params = Self::default();
        for pair in query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decoded(name), decoded(value)) {
                (Some(name), Some(value)) => params.pairs.push((name, value)),
                _ => params.faults.push(fault(
                    name,
                    Some(value),
                    "it is not UTF-8 text in percent-encoding",
                )),
            }
        }
        params
    }

    /// The pairs in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// A query string, with its question mark, of these parameters without those called `without`
    /// and with others in their place; values that are `None` are left out.
    pub fn with(&self, without: &[&str], and: &[(&str, Option<&str>)]) -> String {
        let kept = self
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !without.contains(name) && !and.iter().any(|(new, _)| new == name));
        let new = and
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?)));
        let mut query = String::new();
        for (name, value) in kept.chain(new) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&escaped(name));
            query.push('=');
            query.push_str(&escaped(value));
        }
        query
    }
}

impl<'a> Reader<'a> {
    /// A reader at the beginning.
    pub fn new(params: &'a Params) -> Self {
        Self {
            params,
            known: Vec::new(),
            faults: params.faults.clone(),
        }
    }

    /// Whether a parameter was given, whatever its value.
    pub fn has(&self, name: &str) -> bool {
        self.params.pairs.iter().any(|(key, _)| key == name)
    }

    /// All values of a parameter in their order.
    pub fn all(&mut self, name: &'a str) -> Vec<&'a str> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        self.params
            .pairs
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The value of a parameter that has one; the same value twice is one value.
    pub fn one(&mut self, name: &'a str) -> Option<&'a str> {
        let values = self.all(name);
        let first = *values.first()?;
        if let Some(other) = values.iter().find(|value| **value != first) {
            self.fault(
                name,
                other,
                format!("it was already given as \"{}\"", quoted(first)),
            );
        }
        Some(first)
    }

    /// The value of a parameter, parsed; a fault if it does not parse.
    pub fn parsed<T, E: std::fmt::Display>(
        &mut self,
        name: &'a str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.one(name)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(detail) => {
                self.fault(name, text, detail.to_string());
                None
            }
        }
    }

    /// Whether nothing that was read so far is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Takes down what is wrong with a value.
    pub fn fault(&mut self, name: &str, value: &str, detail: impl Into<String>) {
        self.faults.push(fault(name, Some(value), detail));
    }

    /// Takes down that a parameter is missing.
    pub fn missing(&mut self, name: &str, detail: impl Into<String>) {
        self.faults.push(fault(name, None, detail));
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// All faults, those of unknown parameters included.
    pub fn finish(mut self) -> Result<(), Problem> {
        let mut told: Vec<&str> = Vec::new();
        for (name, value) in &self.params.pairs {
            if self.known.contains(&name.as_str()) || told.contains(&name.as_str()) {
                continue;
            }
            told.push(name);
            let detail = format!(
                "there is no such parameter here; those that there are: {}",
                self.known.join(", ")
            );
            self.faults.push(fault(name, Some(value), detail));
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::Parameters(self.faults))
        }
    }
}

/// Reads what selects features of a layer, without paging.
pub fn selection<'a>(read: &mut Reader<'a>, schema: &'a Schema) -> ItemsQuery {
    let bbox = read.parsed("bbox", str::parse::<Bounds>);
    // A plus sign that nobody encoded arrives as a space, and no date has a space in it.
    let datetime = read.parsed("datetime", |text| {
        TimeSpan::parse_query(&text.replace(' ', "+"))
    });
    let near = near(read);
    let filter = fields(read, schema);
    ItemsQuery {
        bbox,
        datetime,
        filter,
        near,
        ..ItemsQuery::default()
    }
}

/// Reads what asks for one page of a layer's features.
pub fn page<'a>(read: &mut Reader<'a>, schema: &'a Schema) -> ItemsQuery {
    let limit = read
        .parsed("limit", limit)
        .map_or(LIMIT_DEFAULT, |limit| limit.min(LIMIT_MAX));
    let count = read.parsed("count", boolean).unwrap_or(true);
    let cursor = read.parsed("cursor", |text| {
        Cursor::decode(text).ok_or("it is not one that a next link of this service carries")
    });
    let query = selection(read, schema);
    if let Some(cursor) = &cursor
        && matches!(cursor, Cursor::AfterDistance { .. }) != read.has("near")
    {
        let detail = "it belongs to another question; follow the next link with all its parameters";
        read.fault("cursor", &cursor.encode(), detail);
    }
    ItemsQuery {
        limit,
        cursor,
        count,
        ..query
    }
}

/// Reads a `limit`: a whole number from 1 up.
pub fn limit(text: &str) -> Result<usize, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // More digits than fit are still a number, above every ceiling.
    let number = digits.then(|| text.parse().unwrap_or(usize::MAX));
    number.filter(|number| *number >= 1).ok_or_else(|| {
        format!("it is a whole number from 1 to {LIMIT_MAX}, {LIMIT_DEFAULT} if left out")
    })
}

/// Reads `near` and `radius`.
fn near(read: &mut Reader<'_>) -> Option<Near> {
    let radius_m = read.parsed("radius", |text| {
        let metres = parse_length_m(text).map_err(|error| error.to_string())?;
        if metres > 0.0 && metres <= RADIUS_M_MAX {
            Ok(metres)
        } else {
            Err(format!(
                "it is a length above 0 and up to {} km, such as 25km, 500m or 3nmi",
                RADIUS_M_MAX / 1000.0
            ))
        }
    });
    let at = read.parsed("near", str::parse::<LngLat>);
    if !read.has("near")
        && let Some(radius) = read.one("radius")
    {
        let detail = "it needs near=LON,LAT, from where it is measured";
        read.fault("radius", radius, detail);
    }
    at.map(|at| Near { at, radius_m })
}

/// Reads `property=value` for every field that can be asked for.
fn fields<'a>(read: &mut Reader<'a>, schema: &'a Schema) -> Filter {
    let mut parts = Vec::new();
    for (index, field) in schema.fields.iter().enumerate() {
        // What a door has read already means something of its own there.
        if RESERVED.contains(&&*field.name) || read.known.contains(&&*field.name) {
            continue;
        }
        if field.kind == FieldType::Json {
            if read.has(&field.name) {
                let value = read.all(&field.name).first().copied().unwrap_or_default();
                let detail = "the field is a list or an object and cannot be compared with a value";
                read.fault(&field.name, value, detail);
            }
            continue;
        }
        let mut values = Vec::new();
        for text in read.all(&field.name) {
            match value_of(field, text) {
                Ok(value) => values.push(value),
                Err(detail) => read.fault(&field.name, text, detail),
            }
        }
        if !values.is_empty() {
            parts.push(Filter::AnyOf {
                field: index,
                values,
            });
        }
    }
    Filter::All(parts)
}

/// A parameter's text as a value of a field.
fn value_of(field: &Field, text: &str) -> Result<crate::atlas::schema::Value, String> {
    let json = match field.kind {
        FieldType::Boolean => boolean(text).map(Json::Bool),
        FieldType::Integer | FieldType::Number => match serde_json::from_str(text) {
            Ok(Json::Number(number)) => Ok(Json::Number(number)),
            _ if field.kind == FieldType::Integer => Err("it is a whole number".into()),
            _ => Err("it is a decimal number".into()),
        },
        _ => Ok(Json::String(text.to_owned())),
    }?;
    field.value_of(&json).map_err(|_| {
        if field.values.is_empty() {
            match field.kind {
                FieldType::Integer => "it is a whole number".into(),
                FieldType::Number => "it is a decimal number".into(),
                FieldType::Date => "it is a date such as 2023-03-19".into(),
                FieldType::Datetime => "it is an instant such as 2023-03-19T06:30:00Z".into(),
                _ => "it is not a value of this field".into(),
            }
        } else {
            format!("it is one of {}", field.values.join(", "))
        }
    })
}

fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("it is true or false".into()),
    }
}

fn fault(name: &str, value: Option<&str>, detail: impl Into<String>) -> Fault {
    Fault {
        parameter: quoted(name).into_owned(),
        value: value.map(|value| quoted(value).into_owned()),
        detail: detail.into(),
    }
}

/// A text short enough to be quoted back.
fn quoted(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Undoes percent-encoding, with `+` for a space; `None` if it is not valid or not UTF-8.
fn decoded(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// Percent-encodes all but what RFC 3986 §2.3 leaves unreserved, and the comma, colon and slash
/// that make a query readable.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~,:/".contains(&b);
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Cow::Owned(out)
}

/// Percent-encodes one segment of a path.
pub fn escaped_segment(text: &str) -> String {
    escaped(text).replace('/', "%2F")
}
