//! Query string to a checked question. Every fault is collected, so that a client sees them all at
//! once.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use serde_json::Value as Json;

use crate::atlas::crs::{Crs, Place};
use crate::atlas::filter::Filter;
use crate::atlas::layer::Layer;
use crate::atlas::position::{Bounds, LngLat, parse_length_m};
use crate::atlas::query::{Area, Cursor, ItemsQuery, LIMIT_DEFAULT, LIMIT_MAX, Near, RADIUS_M_MAX};
use crate::atlas::schema::{Field, FieldType, Schema};
use crate::atlas::search::Search;
use crate::atlas::sort::Sort;
use crate::atlas::time::TimeSpan;
use crate::format::cql2::{self, Encoding};
use crate::format::view::View;
use crate::http::problem::{Fault, Problem};

/// Parameters that mean something of their own on a layer's paths; a field of the same name cannot
/// be asked for by its name.
pub const RESERVED: [&str; 17] = [
    "f",
    "bbox",
    "bbox-crs",
    "datetime",
    "limit",
    "cursor",
    "count",
    "near",
    "radius",
    "sortby",
    "id",
    "q",
    "crs",
    "properties",
    "filter",
    "filter-lang",
    "filter-crs",
];

/// Parameters that may take a look at every feature of a layer.
const HEAVY: [&str; 3] = ["sortby", "q", "filter"];

/// The only coordinate reference system that the geometries of a filter are taken in.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// The longest value that is quoted back, in characters.
const QUOTED_CHARS_MAX: usize = 200;

/// A query string, decoded.
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// The query as it was sent and, behind it, what had to be decoded.
    text: String,
    /// How much of the text was sent.
    sent: usize,
    /// Where in the text each name and its value stand.
    pairs: Vec<(Range<usize>, Range<usize>)>,
    faults: Vec<Fault>,
}

/// Reads parameters one by one; what nobody has read when it ends is unknown.
pub struct Reader<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    /// Names that were asked for; one may be there twice.
    known: Vec<&'a str>,
    faults: Vec<Fault>,
}

/// What was sent tells the rest.
impl Hash for Params {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text[..self.sent].hash(state);
    }
}

impl Params {
    /// Decodes `application/x-www-form-urlencoded` pairs. What cannot be decoded is kept as a
    /// fault, reported when the parameters are read.
    pub fn decode(query: Option<&str>) -> Self {
        let query = query.unwrap_or_default();
        let mut params = Self {
            text: query.to_owned(),
            sent: query.len(),
            pairs: Vec::with_capacity(8),
            faults: Vec::new(),
        };
        let mut start = 0;
        for pair in query.split('&') {
            let end = start + pair.len();
            let middle = pair.find('=').map_or(end, |at| start + at);
            let (name, value) = (start..middle, end.min(middle + 1)..end);
            start = end + 1;
            if pair.is_empty() {
                continue;
            }
            match (params.decoded(name.clone()), params.decoded(value.clone())) {
                (Some(name), Some(value)) => params.pairs.push((name, value)),
                _ => params.faults.push(fault(
                    &query[name],
                    Some(&query[value]),
                    "it is not UTF-8 text in percent-encoding",
                )),
            }
        }
        params
    }

    /// Where the decoded form of a part of the query stands.
    fn decoded(&mut self, part: Range<usize>) -> Option<Range<usize>> {
        let start = self.text.len();
        match decoded(&self.text[part.clone()])? {
            Cow::Borrowed(_) => Some(part),
            Cow::Owned(decoded) => {
                self.text.push_str(&decoded);
                Some(start..self.text.len())
            }
        }
    }

    /// The pairs in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let pairs = self.pairs.iter().cloned();
        pairs.map(|(name, value)| (&self.text[name], &self.text[value]))
    }

    /// Whether nothing is asked for that takes a look at every feature.
    pub fn is_light(&self) -> bool {
        self.pairs().all(|(name, _)| !HEAVY.contains(&name))
    }

    /// A query string, with its question mark, of these parameters without those called `without`
    /// and with others in their place; values that are `None` are left out.
    pub fn with(&self, without: &[&str], and: &[(&str, Option<&str>)]) -> String {
        let mut query = String::with_capacity(self.text.len() * 2 + 64);
        let kept = self
            .pairs()
            .filter(|(name, _)| !without.contains(name) && !and.iter().any(|(new, _)| new == name));
        let new = and
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?)));
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
            pairs: params.pairs().collect(),
            known: Vec::with_capacity(24),
            faults: params.faults.clone(),
        }
    }

    /// Whether a parameter was given, whatever its value.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| *key == name)
    }

    /// All values of a parameter in their order.
    pub fn all(&mut self, name: &'a str) -> Vec<&'a str> {
        self.known.push(name);
        let named = self.pairs.iter().filter(|(key, _)| *key == name);
        named.map(|(_, value)| *value).collect()
    }

    /// Whether there is a parameter that nobody has asked for yet.
    fn has_more(&self) -> bool {
        let mut pairs = self.pairs.iter();
        pairs.any(|(name, _)| !self.known.contains(name))
    }

    /// The value of a parameter that has one; the same value twice is one value.
    pub fn one(&mut self, name: &'a str) -> Option<&'a str> {
        self.known.push(name);
        let named = self.pairs.iter().filter(|(key, _)| *key == name);
        let mut values = named.map(|(_, value)| *value);
        let first = values.next()?;
        if let Some(other) = values.find(|value| *value != first) {
            let detail = format!("it was already given as \"{}\"", quoted(first));
            self.fault(name, other, detail);
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
        if self.has_more() {
            self.tell_unknown();
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::Parameters(self.faults))
        }
    }

    /// A fault for each name that nobody has asked for.
    fn tell_unknown(&mut self) {
        let mut known: Vec<&str> = Vec::new();
        for name in &self.known {
            if !known.contains(name) {
                known.push(name);
            }
        }
        let detail = format!(
            "there is no such parameter here; those that there are: {}",
            known.join(", ")
        );
        for (name, value) in &self.pairs {
            if !known.contains(name) {
                known.push(name);
                self.faults.push(fault(name, Some(value), &*detail));
            }
        }
    }
}

/// Reads what selects features of a layer, without paging.
pub fn selection<'a>(read: &mut Reader<'a>, schema: &'a Schema) -> ItemsQuery {
    let (bbox, area) = place(read);
    // A plus sign that nobody encoded arrives as a space, and no date has a space in it.
    let datetime = read.parsed("datetime", |text| {
        TimeSpan::parse_query(&text.replace(' ', "+"))
    });
    let near = near(read);
    let ids = read
        .all("id")
        .into_iter()
        .map(Box::from)
        .collect::<Vec<_>>();
    let search = read.parsed("q", Search::parse);
    let filter = filter(read, schema);
    let query = ItemsQuery {
        ids: (!ids.is_empty()).then_some(ids),
        bbox,
        area,
        datetime,
        filter: fields(read, schema),
        search,
        near,
        ..ItemsQuery::default()
    };
    match filter {
        Some(filter) => query.filtered(filter),
        None => query,
    }
}

/// Reads `filter` with `filter-lang` and `filter-crs` (OGC 19-079r2 §7).
fn filter(read: &mut Reader<'_>, schema: &Schema) -> Option<Filter> {
    let encoding = read.parsed("filter-lang", |text| match text {
        "cql2-text" => Ok(Encoding::Text),
        "cql2-json" => Ok(Encoding::Json),
        _ => Err("it is cql2-text or cql2-json"),
    });
    read.parsed("filter-crs", |text| match text {
        CRS84 => Ok(()),
        _ => Err(format!(
            "geometries of a filter are longitude and latitude on WGS 84: {CRS84} or nothing"
        )),
    });
    let encoding = encoding.unwrap_or_default();
    let condition = read.parsed("filter", |text| cql2::read(encoding, text, schema))?;
    Some(condition.into())
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
    let sort = sortby(read, schema);
    let query = selection(read, schema);
    let belongs = |cursor: &Cursor| match &sort {
        Some(sort) => sort.is_of(cursor, schema),
        None if read.has("near") => matches!(cursor, Cursor::AfterDistance { .. }),
        None => matches!(cursor, Cursor::AfterId(_)),
    };
    if let Some(cursor) = cursor.as_ref().filter(|cursor| !belongs(cursor)) {
        let detail = "it belongs to another question; follow the next link with all its parameters";
        read.fault("cursor", &cursor.encode(), detail);
    }
    ItemsQuery {
        sort,
        limit,
        cursor,
        count,
        ..query
    }
}

/// Reads `bbox` and `bbox-crs`.
fn place(read: &mut Reader<'_>) -> (Option<Bounds>, Option<Area>) {
    let crs = read.parsed("bbox-crs", Crs::parse).unwrap_or_default();
    match read.parsed("bbox", |text| crs.parse_box(text)) {
        Some(Place::Bounds(bounds)) => (Some(bounds), None),
        Some(Place::Area(area)) => (None, Some(area)),
        None => (None, None),
    }
}

/// Reads how features of a layer are shown: `crs` and `properties`.
pub fn view(read: &mut Reader<'_>, layer: &Layer) -> View {
    let crs = read.parsed("crs", |text| {
        let crs = Crs::parse(text)?;
        if is_for(crs, layer) {
            Ok(crs)
        } else {
            Err(format!(
                "the layer has features that lie too far away for it; the layer's own crs are {}",
                systems(layer).map(Crs::uri).collect::<Vec<_>>().join(", ")
            ))
        }
    });
    let fields = read.parsed("properties", |text| chosen(text, layer.schema()));
    View {
        crs: crs.unwrap_or_default(),
        fields,
    }
}

/// The coordinate reference systems that all of a layer's features have right coordinates in.
pub fn systems(layer: &Layer) -> impl Iterator<Item = Crs> + '_ {
    let all = Crs::ALL.into_iter();
    all.filter(|crs| is_for(*crs, layer))
}

fn is_for(crs: Crs, layer: &Layer) -> bool {
    layer.extent().is_none_or(|extent| crs.reaches(extent))
}

/// The places of some properties, ascending.
fn chosen(text: &str, schema: &Schema) -> Result<Vec<usize>, String> {
    let place = |name: &str| {
        schema.index_of(name).ok_or_else(|| {
            let known: Vec<&str> = schema.fields.iter().map(|field| &*field.name).collect();
            let known = known.join(", ");
            format!(
                "\"{}\" is none of the layer's properties, which are {known}",
                quoted(name)
            )
        })
    };
    let places = text.split(',').map(place);
    let mut places = places.collect::<Result<Vec<usize>, String>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// Reads `sortby`.
pub fn sortby(read: &mut Reader<'_>, schema: &Schema) -> Option<Sort> {
    read.parsed("sortby", |text| Sort::parse(text, schema))
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
    if !read.has_more() {
        return Filter::All(parts);
    }
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

/// Reads `true` or `false`.
pub fn boolean(text: &str) -> Result<bool, String> {
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
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                rest = after.get(2..)?;
                escaped_byte(after)?
            }
            other => *other,
        });
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

/// The byte whose two hexadecimal digits stand at the beginning.
fn escaped_byte(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Percent-encodes all but what RFC 3986 §2.3 leaves unreserved, and the comma, colon and slash
/// that make a query readable.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| PLAIN[usize::from(b)];
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

/// Which bytes [`escaped`] leaves as they are.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'/');
        byte += 1;
    }
    plain
};

/// Undoes the percent-encoding of one segment of a path; `None` if it is not UTF-8. What is not
/// percent-encoding stands for itself.
pub fn unescaped_segment(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = (*byte == b'%').then(|| escaped_byte(after)).flatten();
        out.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    String::from_utf8(out).ok()
}

/// Percent-encodes one segment of a path.
pub fn escaped_segment(text: &str) -> String {
    escaped(text).replace('/', "%2F")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_and_written_again() {
        let params = Params::decode(Some("a=1&&b=%C3%A9+x&c&a=2&near=46.18,35.52"));
        let pairs: Vec<_> = params.pairs().collect();
        let expected = [
            ("a", "1"),
            ("b", "é x"),
            ("c", ""),
            ("a", "2"),
            ("near", "46.18,35.52"),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(
            params.with(&["c"], &[("b", None), ("f", Some("/\"")), ("a", Some("3"))]),
            "?near=46.18,35.52&f=/%22&a=3"
        );
        assert_eq!(Params::decode(None).with(&[], &[]), "");
        for wrong in ["a=%", "a=%4", "a=%zz", "%FF=1"] {
            let params = Params::decode(Some(wrong));
            assert!(Reader::new(&params).finish().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_nobody_reads_is_unknown() {
        let params = Params::decode(Some("a=1&x=1&x=2&y="));
        let mut read = Reader::new(&params);
        assert_eq!(
            (read.one("b"), read.one("a"), read.one("a")),
            (None, Some("1"), Some("1"))
        );
        let Err(Problem::Parameters(faults)) = read.finish() else {
            panic!("x and y were not read");
        };
        let named: Vec<_> = faults.iter().map(|fault| &*fault.parameter).collect();
        assert_eq!(named, ["x", "y"]);
        assert!(faults[0].detail.ends_with(": b, a"), "{}", faults[0].detail);
    }

    #[test]
    fn a_segment_is_decoded_as_far_as_it_is_encoded() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(unescaped_segment(text).as_deref(), expected, "{text}");
        };
        check("a+b", Some("a+b"));
        check("%D8%A8%2f", Some("ب/"));
        check("100%", Some("100%"));
        check("%4", Some("%4"));
        check("%zz%41", Some("%zzA"));
        check("%FF", None);
    }
}
