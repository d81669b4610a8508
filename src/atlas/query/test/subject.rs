//! What a filter reads of: a feature of a part, or what many features share.

use std::borrow::Cow;

use geo::Geometry;

use crate::atlas::filter::Subject;
use crate::atlas::index::columns::Column;
use crate::atlas::index::{Part, RowId};
use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::model::time::TimeSpan;

/// A feature of a part, of which a filter reads what it needs.
pub(super) struct Stored<'a> {
    pub(super) part: &'a Part,
    pub(super) schema: &'a Schema,
    pub(super) row: RowId,
}

impl Subject for Stored<'_> {
    fn value(&self, field: usize) -> Cow<'_, Value> {
        match &self.part.columns[field] {
            Column::Listed(listed) => Cow::Borrowed(&listed.values[listed.codes.get(self.row)]),
            _ => Cow::Owned(self.part.value(self.row, field, self.schema)),
        }
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        self.part.geometry(self.row)
    }

    fn id(&self) -> Cow<'_, str> {
        self.part.texts.id(self.row)
    }

    fn time(&self) -> Option<TimeSpan> {
        let span = self.part.times.span(self.row);
        (span != TimeSpan::ALWAYS).then_some(span)
    }
}

/// What many features share: one value, or one time.
pub(super) struct Only<'a>(Option<&'a Value>, Option<TimeSpan>);

impl<'a> Only<'a> {
    pub(super) fn value(value: &'a Value) -> Self {
        Self(Some(value), None)
    }

    pub(super) fn time(span: TimeSpan) -> Self {
        Self(None, (span != TimeSpan::ALWAYS).then_some(span))
    }
}

impl Subject for Only<'_> {
    fn value(&self, _: usize) -> Cow<'_, Value> {
        self.0.map_or(Cow::Owned(Value::Null), Cow::Borrowed)
    }

    fn geometry(&self) -> Option<Cow<'_, Geometry>> {
        None
    }

    fn id(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn time(&self) -> Option<TimeSpan> {
        self.1
    }
}
