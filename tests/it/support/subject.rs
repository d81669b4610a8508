//! A feature as a filter looks at it, without any index.

use std::borrow::Cow;

use bordermap::atlas::filter::Subject;
use bordermap::atlas::model::feature::{Feature, TimeOf};
use bordermap::atlas::model::schema::{Schema, Value};
use bordermap::atlas::model::time::TimeSpan;
use geo::Geometry;

/// A feature outside of any part, under its schema.
pub struct FeatureSubject<'a>(pub &'a Schema, pub &'a Feature);

impl Subject for FeatureSubject<'_> {
    fn value(&self, field: usize) -> Cow<'_, Value> {
        Cow::Borrowed(&self.1.values[field])
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        self.1.geometry.as_ref().map(Cow::Borrowed)
    }

    fn id(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.1.id)
    }

    fn time(&self) -> Option<TimeSpan> {
        let span = TimeOf::new(self.0).span(|field| &self.1.values[field]);
        (span != TimeSpan::ALWAYS).then_some(span)
    }
}
