//! What a layer is: its description, its fields with their types, and which of them mean time and
//! precision. A schema also turns loose JSON properties into checked values.

mod derived;
mod field;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use derived::{
    BORDER_DISTANCE_M, BORDER_KM, BORDER_SEGMENT, BORDER_SIDE, POSITION_UNCERTAINTY_M,
};
pub use field::{Field, FieldType, Value};

use derived::{border_fields, derived};

/// A layer's description and fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The layer's id: lower case letters, digits, `-` and `_`.
    pub id: Box<str>,
    /// A short name for people.
    pub title: String,
    /// What the layer holds and what to beware of.
    #[serde(default)]
    pub description: String,
    /// Whether the layer is data or a drawing under it.
    #[serde(default)]
    pub role: Role,
    /// The kind of geometry that its features have.
    #[serde(default)]
    pub geometry: GeometryKind,
    /// Whom to name where the layer is shown.
    #[serde(default)]
    pub attribution: String,
    /// Under which terms it may be used.
    #[serde(default)]
    pub licences: Vec<Licence>,
    /// Whether the service derives each feature's position along the border.
    #[serde(default)]
    pub border_referenced: bool,
    /// The fields that tell a feature's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeFields>,
    /// How well positions are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionPrecision>,
    /// The properties of a feature, in order; derived ones last.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
}

/// What a layer is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Role {
    /// Data that is queried.
    #[default]
    Data,
    /// A base map that is drawn underneath.
    BaseMap,
}

/// Which geometry a layer's features have; each kind includes its Multi form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GeometryKind {
    /// Point, `MultiPoint`.
    Point,
    /// `LineString`, `MultiLineString`.
    Line,
    /// Polygon, `MultiPolygon`.
    Polygon,
    /// Any of them.
    #[default]
    Any,
}

/// Terms of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Licence {
    /// The name of the terms.
    pub title: String,
    /// Where its text is, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The fields that say when a feature happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeFields {
    /// A `date` or `datetime` field.
    pub field: String,
    /// A field of the same kind that says until when; without it, or where it is null, the feature has the moment of
    /// `field` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_field: Option<String>,
    /// A field with `day`, `month` or `year`: how much of the date is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision_field: Option<String>,
}

/// How well the positions of a layer's features are known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct PositionPrecision {
    /// The field that names the class of precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision_field: Option<String>,
    /// What each class means: within so many metres.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub uncertainty_m: std::collections::BTreeMap<String, f64>,
    /// Instead of classes: a field that gives the uncertainty in kilometres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty_km_field: Option<String>,
}

impl Schema {
    /// The schema with the derived fields that its declaration asks for, after the declared ones.
    /// Doing it twice changes nothing.
    #[must_use]
    pub fn with_derived(mut self) -> Self {
        self.fields.retain(|field| !field.derived);
        if self.position.is_some() {
            self.fields.push(derived(
                POSITION_UNCERTAINTY_M,
                FieldType::Number,
                "Position uncertainty",
                "The true position is within about this distance of the reported one.",
                Some("m"),
            ));
        }
        if self.border_referenced {
            self.fields.extend(border_fields());
        }
        self
    }

    /// The index of a field in [`crate::atlas::model::feature::Feature::values`].
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| &*field.name == name)
    }

    /// The index of a field that border-referenced layers have.
    ///
    /// # Panics
    ///
    /// If the layer is not border-referenced; of one that is, `Layer` completes the schema.
    pub fn index_of_derived(&self, name: &str) -> usize {
        let index = self.index_of(name);
        index.expect("a border-referenced layer has its derived fields")
    }

    /// The same, found at once if the field is at the expected index: properties mostly come in the
    /// order of the fields.
    pub fn index_near(&self, name: &str, expected: usize) -> Option<usize> {
        match self.fields.get(expected) {
            Some(field) if *field.name == *name => Some(expected),
            _ => self.index_of(name),
        }
    }

    /// The field by whose values features are counted: the one called `category`, or else the first
    /// text with a closed list of values.
    pub fn class_field(&self) -> Option<usize> {
        let is_class = |field: &Field| field.kind == FieldType::String && !field.values.is_empty();
        let by_name = self.index_of("category");
        by_name
            .filter(|index| is_class(&self.fields[*index]))
            .or_else(|| self.fields.iter().position(is_class))
    }

    /// The indexes of the fields that a text search looks into: those that say so, or else all open texts.
    pub fn searched(&self) -> Vec<usize> {
        let marked = self.fields.iter().any(|field| field.searched);
        let is_searched = |field: &Field| {
            let is_open = field.values.is_empty() && !field.derived;
            field.kind == FieldType::String && if marked { field.searched } else { is_open }
        };
        let fields = self.fields.iter().enumerate();
        fields
            .filter_map(|(place, field)| is_searched(field).then_some(place))
            .collect()
    }

    /// Turns a feature's loose properties into values in the schema's order. Derived fields are
    /// skipped (null here; the service fills them); a missing property is null; of one that is there
    /// twice the last counts.
    ///
    /// # Errors
    /// Every fault at once: an unknown property, a value of another type, a value outside the
    /// closed list, a required value that is missing.
    pub fn values_of<'a>(
        &self,
        properties: impl IntoIterator<Item = (&'a String, &'a Json)>,
    ) -> Result<Box<[Value]>, Vec<String>> {
        let mut faults = Vec::new();
        let mut found = vec![&Json::Null; self.fields.len()];
        let mut expected = 0;
        for (name, json) in properties {
            if let Some(at) = self.index_near(name, expected) {
                expected = at + 1;
                found[at] = json;
            } else {
                faults.push(format!(
                    "property \"{name}\" is not a field of layer {}",
                    self.id
                ));
            }
        }
        let mut values = Vec::with_capacity(self.fields.len());
        for (field, json) in self.fields.iter().zip(found) {
            let value = if field.derived {
                Ok(Value::Null)
            } else {
                field.value_of(json)
            };
            values.push(value.unwrap_or_else(|fault| {
                faults.push(fault);
                Value::Null
            }));
        }
        if faults.is_empty() {
            Ok(values.into_boxed_slice())
        } else {
            Err(faults)
        }
    }
}
