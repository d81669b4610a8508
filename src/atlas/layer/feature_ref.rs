//! A feature in a layer: where it is kept, and what is read of it there.

use std::borrow::Cow;

use geo::Geometry;

use crate::atlas::geo::position::LngLat;
use crate::atlas::index::{Part, RowId};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::model::time::TimeSpan;

/// A feature in a layer.
#[derive(Clone, Copy, Debug)]
pub struct FeatureRef<'a> {
    pub(super) part: &'a Part,
    pub(super) address: RowAddress,
    pub(super) schema: &'a Schema,
}

/// Where a layer keeps a feature: a level and a row. Valid for one state of the layer alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowAddress {
    pub(super) level: u32,
    pub(super) row: RowId,
}

impl RowAddress {
    pub(in crate::atlas) fn new(level: usize, row: RowId) -> Self {
        Self {
            level: u32::try_from(level).expect("a layer has a handful of parts"),
            row,
        }
    }

    pub(in crate::atlas) fn level(self) -> usize {
        self.level as usize
    }

    pub(in crate::atlas) fn row(self) -> RowId {
        self.row
    }
}

impl<'a> FeatureRef<'a> {
    /// The row address, by which the layer finds the feature.
    pub fn address(self) -> RowAddress {
        self.address
    }

    /// The id.
    pub fn id(self) -> Cow<'a, str> {
        self.part.texts.id(self.address.row)
    }

    /// The GeoJSON text, made once: an object with `type`, `id`, `geometry` and, last,
    /// `properties`, so that it ends in `}}`.
    pub fn geojson(self) -> &'a str {
        self.part.texts.text(self.address.row)
    }

    /// The same as bytes, which are not looked at.
    pub fn geojson_bytes(self) -> &'a [u8] {
        self.part.texts.bytes(self.address.row)
    }

    /// The geometry in degrees.
    pub fn geometry(self) -> Option<Cow<'a, Geometry>> {
        self.part.geometry(self.address.row)
    }

    /// The position, if it is a single one.
    pub fn position(self) -> Option<LngLat> {
        self.part.position(self.address.row)
    }

    /// The values, in the schema's order, read from its text. For one or two of them see
    /// [`Self::value`].
    pub fn values(self) -> Box<[Value]> {
        self.part.values(self.address.row, self.schema)
    }

    /// The value of a field by its index in the schema: from a column where there is one.
    pub fn value(self, field: usize) -> Value {
        self.part.value(self.address.row, field, self.schema)
    }

    /// Where a field's value is one of a list: which list of the layer's, and the value's index in it.
    /// The same pair is the same value.
    pub fn listed(self, field: usize) -> Option<(usize, usize)> {
        let listed = self.part.listed(field)?;
        let list = self.address.level as usize;
        Some((list, listed.codes.get(self.address.row)))
    }

    /// The time span; `None` for a feature without a time.
    pub fn time(self) -> Option<TimeSpan> {
        let span = self.part.times.span(self.address.row);
        (span != TimeSpan::ALWAYS).then_some(span)
    }

    /// A copy that stands alone.
    pub fn to_feature(self) -> Feature {
        Feature {
            id: self.id().into(),
            geometry: self.geometry().map(Cow::into_owned),
            values: self.values(),
        }
    }
}
