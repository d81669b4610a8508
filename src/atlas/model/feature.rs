//! A feature, and where its layer's schema has its time.

use geo::Geometry;

use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::model::time::{DatePrecision, TimeSpan};

/// A feature of a layer as it is reported and remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Unique within its layer.
    pub id: Box<str>,
    /// In CRS84 degrees, every coordinate in range. An edge is straight in longitude and latitude
    /// (RFC 7946 §3.1.1). `None` for a feature without a geometry.
    pub geometry: Option<Geometry>,
    /// One value for each field of the layer's schema, in its order, derived fields included.
    pub values: Box<[Value]>,
}

/// Where a schema has a feature's time.
pub struct TimeOf {
    field: Option<usize>,
    end: Option<usize>,
    precision: Option<usize>,
}

impl TimeOf {
    /// Where this schema has it.
    pub fn new(schema: &Schema) -> Self {
        let time = schema.time.as_ref();
        let precision = time.and_then(|time| time.precision_field.as_deref());
        let end = time.and_then(|time| time.end_field.as_deref());
        Self {
            end: end.and_then(|name| schema.index_of(name)),
            field: time.and_then(|time| schema.index_of(&time.field)),
            precision: precision.and_then(|name| schema.index_of(name)),
        }
    }

    /// The span that values say, or all time.
    pub fn span<'a>(&self, value: impl Fn(usize) -> &'a Value) -> TimeSpan {
        let text = |field: usize| match value(field) {
            Value::Text(text) => Some(&**text),
            _ => None,
        };
        let precision = match self.precision.and_then(text) {
            Some("month") => DatePrecision::Month,
            Some("year") => DatePrecision::Year,
            _ => DatePrecision::Day,
        };
        let read = |field: usize| TimeSpan::of_feature(text(field)?, precision);
        let span = self.field.and_then(read).unwrap_or(TimeSpan::ALWAYS);
        match self.end.and_then(read) {
            // What ends before it begins is known by its beginning.
            Some(end) if span != TimeSpan::ALWAYS => TimeSpan {
                last_us: end.last_us.max(span.last_us),
                ..span
            },
            _ => span,
        }
    }
}
