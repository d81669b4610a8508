//! The Common Query Language CQL2 (OGC 21-065r2): what a filter says, from text and from
//! JSON. Reading gives a tree of what was written; `bind/` gives it a meaning under a schema.
//!
//! Read by our own code, so that every fault names its place, that depth and size are bounded while a
//! filter is read, and that what the indexes can answer of it is known.

mod bind;
pub(crate) mod functions;
mod json;
mod literal;
mod name;
mod place;
mod text;

use geo::Geometry;

pub use name::Op;

use crate::atlas::filter::condition::Condition;
use crate::atlas::geo::crs::Crs;
use crate::atlas::geo::position::Bounds;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::Schema;
use crate::format::cql2::place::Given;

/// The longest filter, in bytes.
pub const LENGTH_MAX: usize = 64 * 1024;
/// How deep expressions may stand in each other.
pub const DEPTH_MAX: usize = 48;
/// Positions in one geometry of a filter.
pub const VERTICES_MAX: usize = 10_000;
/// The length of the edges of one geometry of a filter together, in degrees, each along the axis on which
/// it is longer: once around the world is 360.
pub const LENGTH_DEG_MAX: f64 = 10_000.0;

/// How a filter is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilterEncoding {
    /// OGC 21-065r2 §8.2.
    #[default]
    Text,
    /// OGC 21-065r2 §8.3.
    Json,
}

/// What is wrong with a filter, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterFault {
    /// Where.
    pub at: At,
    /// What is there and what would be right.
    pub refusal: Refusal,
}

/// What is read of a filter, or what is wrong with that.
pub type FilterResult<T> = Result<T, FilterFault>;

impl FilterFault {
    fn new(at: At, refusal: impl Into<Refusal>) -> Self {
        Self {
            at,
            refusal: refusal.into(),
        }
    }

    /// Why the filter, whose text this is, is not taken.
    pub fn refusal(self, text: &str) -> Refusal {
        let (place, offset) = match &self.at {
            At::Byte(at) => {
                let before = text.char_indices().take_while(|(own, _)| own < at).count();
                let place = match before {
                    0 => "at the beginning".to_owned(),
                    1 => "after 1 character".to_owned(),
                    count => format!("after {count} characters"),
                };
                (place, Some(before))
            }
            At::Pointer(at) if at.is_empty() => ("at the top".to_owned(), None),
            At::Pointer(at) => (format!("at {at}"), None),
        };
        Refusal {
            detail: format!("{place}: {}", self.refusal.detail),
            offset,
            ..self.refusal
        }
    }
}

/// A place in a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Bytes before it in the text.
    Byte(usize),
    /// The way to it in the JSON document (RFC 6901).
    Pointer(String),
}

/// What was written, and where.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub at: At,
    /// What it is.
    pub syntax: Syntax,
}

/// Two nodes are the same if they say the same, wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.syntax == other.syntax
    }
}

/// The parts that filters are made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Syntax {
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
    /// `DATE('…')`, a valid one.
    Date(String),
    /// `TIMESTAMP('…')`, a valid one.
    Timestamp(String),
    /// `INTERVAL(…, …)`.
    Interval(Box<[Node; 2]>),
    /// A geometry.
    Geometry(Geometry),
    /// `BBOX(…)`.
    Box(Bounds),
    /// A list.
    Array(Vec<Node>),
    /// A property by its name.
    Property(String),
    /// An operator or a standardised function of so many operands as it takes.
    Op(Op, Vec<Node>),
    /// A function by its name.
    Call(String, Vec<Node>),
}

/// Reads a filter whose geometries are in longitude and latitude.
///
/// # Errors
/// The first fault: where it is and what was expected there.
pub fn parse(encoding: FilterEncoding, filter: &str) -> FilterResult<Node> {
    parse_in(Crs::Crs84, encoding, filter)
}

fn parse_in(crs: Crs, encoding: FilterEncoding, filter: &str) -> FilterResult<Node> {
    if filter.len() > LENGTH_MAX {
        let detail = format!(
            "a filter has at most {LENGTH_MAX} bytes, not {}",
            filter.len()
        );
        let refusal = Refusal::new(Code::TooLong, detail);
        return Err(FilterFault::new(At::Byte(LENGTH_MAX), refusal));
    }
    match encoding {
        FilterEncoding::Text => text::read::parse(filter, Given::new(crs)),
        FilterEncoding::Json => json::read::parse(filter, &Given::new(crs)),
    }
}

/// Reads a filter that asks for the features of a layer. Its geometries are in longitude and latitude.
///
/// # Errors
/// The first fault: where it is and what would be right.
pub fn read(encoding: FilterEncoding, filter: &str, schema: &Schema) -> FilterResult<Condition> {
    read_in(Crs::Crs84, encoding, filter, schema)
}

/// The same of a filter whose geometries are in a coordinate reference system, in the order of its axes.
///
/// # Errors
/// As [`read`].
pub fn read_in(
    crs: Crs,
    encoding: FilterEncoding,
    filter: &str,
    schema: &Schema,
) -> FilterResult<Condition> {
    bind::condition(&parse_in(crs, encoding, filter)?, schema)
}
