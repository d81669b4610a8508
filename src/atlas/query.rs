//! What can be asked of a layer: the checked question, the page cursor, and every ceiling.

use geo::{BoundingRect, Geometry};

use crate::atlas::filter::Filter;
use crate::atlas::hex;
use crate::atlas::layer::FeatureRef;
use crate::atlas::position::{Bounds, LngLat};
use crate::atlas::schema::Value;
use crate::atlas::search::Search;
use crate::atlas::sort::Sort;
use crate::atlas::time::TimeSpan;

/// Features a page when the question does not say.
pub const LIMIT_DEFAULT: usize = 100;
/// Features a page at most; a larger `limit` is clamped to it.
pub const LIMIT_MAX: usize = 10_000;
/// Bytes of GeoJSON on a page at most, if it has more than one feature: then it ends before its limit.
pub const PAGE_BYTES_MAX: usize = 16 << 20;
/// The largest radius of a near question, in metres.
pub const RADIUS_M_MAX: f64 = 2_000_000.0;

/// A question to a layer. Every part narrows. The order is that of `sort`; without it `near` orders by
/// (distance, id), and without both it is by id.
#[derive(Clone, Debug)]
pub struct ItemsQuery {
    /// Only features with one of these ids.
    pub ids: Option<Vec<Box<str>>>,
    /// Only features that truly intersect this box.
    pub bbox: Option<Bounds>,
    /// Only features that truly intersect this area.
    pub area: Option<Area>,
    /// Only features within a distance of a position, without being ordered by it.
    pub within: Option<Within>,
    /// Only features whose time meets this span; one without time meets every span.
    pub datetime: Option<TimeSpan>,
    /// Only features whose properties satisfy this.
    pub filter: Filter,
    /// Only features of which a searched text has a term.
    pub search: Option<Search>,
    /// Order by distance from a position, and perhaps only within a radius.
    pub near: Option<Near>,
    /// In this order.
    pub sort: Option<Sort>,
    /// Features a page at most; 1..=[`LIMIT_MAX`].
    pub limit: usize,
    /// Where the page before this one ended.
    pub cursor: Option<Cursor>,
    /// Whether to count all that match, not only the page.
    pub count: bool,
}

/// The near part of a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// From where distances are measured.
    pub at: LngLat,
    /// Within so many metres (geodesic, inclusive); 0 < radius <= [`RADIUS_M_MAX`].
    pub radius_m: Option<f64>,
}

/// Around a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Within {
    /// From where distances are measured.
    pub at: LngLat,
    /// Within so many metres (geodesic, inclusive); 0 < radius <= [`RADIUS_M_MAX`].
    pub radius_m: f64,
}

impl Default for ItemsQuery {
    fn default() -> Self {
        Self {
            ids: None,
            bbox: None,
            area: None,
            within: None,
            datetime: None,
            filter: Filter::everything(),
            search: None,
            near: None,
            sort: None,
            limit: LIMIT_DEFAULT,
            cursor: None,
            count: true,
        }
    }
}

impl ItemsQuery {
    /// Whether every feature matches, in the order of ids.
    pub fn is_everything(&self) -> bool {
        let is_placed = self.bbox.is_some() || self.area.is_some() || self.within.is_some();
        let is_chosen = self.ids.is_some() || self.datetime.is_some() || self.search.is_some();
        let is_ordered = self.near.is_some() || self.sort.is_some();
        !is_placed && !is_chosen && !is_ordered && self.filter.is_everything()
    }
}

/// A polygon or several, in longitude and latitude, where edges are straight (RFC 7946 §3.1.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Area(Geometry);

impl Area {
    /// An area from a geometry; `None` if that is none, or has no position.
    pub fn new(geometry: Geometry) -> Option<Self> {
        let is_area = matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
        (is_area && geometry.bounding_rect().is_some()).then_some(Self(geometry))
    }

    /// The geometry.
    pub fn geometry(&self) -> &Geometry {
        &self.0
    }
}

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
            bytes.extend(u16::try_from(text.len()).unwrap_or_default().to_be_bytes());
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

/// One page of an answer.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The features in order.
    pub hits: Vec<Hit<'a>>,
    /// How many match in all; `None` if the question did not ask.
    pub matched: Option<u64>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Cursor>,
    /// How it was found.
    pub explain: Explain,
}

/// How an answer was found, summed over the parts of the layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Explain {
    /// What was followed to the features, in the largest part.
    pub driver: Driver,
    /// What of the question was asked of the indexes.
    pub index: Indexed,
    /// How many conditions were left to test by columns, and how many by reading features.
    pub tested: Tested,
    /// Parts that were asked.
    pub parts: usize,
    /// Nodes of a tree that were looked at.
    pub nodes: u64,
    /// Features that were looked at one by one: their columns, their exact positions.
    pub candidates: u64,
    /// Features that were counted or taken without a look, with a whole node or by a column's totals.
    pub whole: u64,
}

/// The conditions of a question that the indexes answer: a bit each, a list of names when told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Indexed(u8);

impl Indexed {
    const NAMES: [&str; 5] = ["ids", "datetime", "bbox", "area", "distance"];

    /// What the indexes are asked of a question.
    pub fn of(query: &ItemsQuery) -> Self {
        let asked = [
            query.ids.is_some(),
            query.datetime.is_some(),
            query.bbox.is_some(),
            query.area.is_some(),
            query.near.is_some() || query.within.is_some(),
        ];
        let bits = asked.iter().enumerate();
        Self(bits.fold(0, |bits, (at, asked)| bits | u8::from(*asked) << at))
    }
}

impl serde::Serialize for Indexed {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let names = Self::NAMES.iter().enumerate();
        to.collect_seq(
            names
                .filter(|(at, _)| self.0 >> at & 1 == 1)
                .map(|(_, name)| name),
        )
    }
}

/// Conditions on which no index decides, by what is read for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tested {
    /// Columns.
    pub columns: usize,
    /// Texts or geometries.
    pub features: usize,
}

/// What leads to the features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Driver {
    /// The index of ids.
    Ids,
    /// The order of time.
    Time,
    /// The tree of places.
    Place,
    /// All of them, by columns.
    #[default]
    Columns,
}

/// A feature in an answer.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// The feature.
    pub feature: FeatureRef<'a>,
    /// Its exact distance in a near question, in metres. A feature without geometry is never near.
    pub distance_m: Option<f64>,
}
