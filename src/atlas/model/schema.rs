//! What a layer is: its description, its fields with their types, and which of them mean time and
//! precision. A schema also turns loose JSON properties into checked values.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

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
    /// Whether the service derives each feature's place along the border.
    #[serde(default)]
    pub border_referenced: bool,
    /// Which fields say when.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Something to ask about.
    #[default]
    Data,
    /// Something to draw underneath.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Its name.
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
    /// A field with `day`, `month` or `year`: how much of the date is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision_field: Option<String>,
}

/// How well the positions of a layer's features are known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// One property of a layer's features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name, as in a feature's `properties`.
    pub name: Box<str>,
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// A short name for people.
    #[serde(default)]
    pub title: String,
    /// What it means.
    #[serde(default)]
    pub description: String,
    /// The unit of a measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// All that it may hold, if that is a closed list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Whether every feature must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether the service computes it; such a field is never read from a file.
    #[serde(default)]
    pub derived: bool,
    /// Whether a text search looks into it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub searched: bool,
}

/// The type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Unicode text.
    String,
    /// A 64-bit integer.
    Integer,
    /// A finite double.
    Number,
    /// true or false.
    Boolean,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// An instant, RFC 3339.
    Datetime,
    /// A list or an object.
    Json,
}

/// A field's value in one feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not known.
    Null,
    /// For [`FieldType::Boolean`].
    Boolean(bool),
    /// For [`FieldType::Integer`].
    Integer(i64),
    /// For [`FieldType::Number`]; finite.
    Number(f64),
    /// For [`FieldType::String`], [`FieldType::Date`] and [`FieldType::Datetime`] (as written).
    Text(Box<str>),
    /// For [`FieldType::Json`]: compact JSON text.
    Json(Box<str>),
}

/// Border kilometre of the nearest point of the border.
pub const BORDER_KM: &str = "border_km";
/// Geodesic distance to the border in metres.
pub const BORDER_DISTANCE_M: &str = "border_distance_m";
/// Id of the border segment with the nearest point.
pub const BORDER_SEGMENT: &str = "border_segment";
/// `IQ` or `IR`; null where the nearest point is an end of the line.
pub const BORDER_SIDE: &str = "border_side";
/// Within how many metres the position is known.
pub const POSITION_UNCERTAINTY_M: &str = "position_uncertainty_m";

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

    /// The place of a field in [`crate::atlas::model::feature::Feature::values`].
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| &*field.name == name)
    }

    /// The same, found at once if the field is in the expected place: properties mostly come in the
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

    /// The places of the fields that a text search looks into: those that say so, or else all open texts.
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

impl Field {
    /// What people call it.
    pub fn label(&self) -> &str {
        if self.title.is_empty() {
            &self.name
        } else {
            &self.title
        }
    }

    /// What a value of it is, in words.
    pub fn wanted(&self) -> String {
        if !self.values.is_empty() {
            return format!("one of {}", self.values.join(", "));
        }
        let kind = match self.kind {
            FieldType::String => "text",
            FieldType::Integer => "a whole number",
            FieldType::Number => "a number",
            FieldType::Boolean => "true or false",
            FieldType::Date => "a date such as 2023-03-19",
            FieldType::Datetime => "an instant such as 2023-03-19T06:30:00Z",
            FieldType::Json if self.description.is_empty() => "JSON",
            FieldType::Json => return format!("JSON: {}", self.description.trim_end_matches('.')),
        };
        kind.into()
    }

    /// Turns one JSON value into a value of this field.
    ///
    /// # Errors
    /// One sentence that names the field, the value and what would be right.
    pub fn value_of(&self, json: &Json) -> Result<Value, String> {
        let fault = |wanted: &str| {
            Err(format!(
                "property \"{}\" is {json}, not {wanted}",
                self.name
            ))
        };
        let value = match (self.kind, json) {
            (_, Json::Null) if self.required => {
                return Err(format!(
                    "property \"{}\" is missing, which is {}",
                    self.name,
                    self.wanted()
                ));
            }
            (_, Json::Null) => Value::Null,
            (FieldType::Boolean, Json::Bool(flag)) => Value::Boolean(*flag),
            (FieldType::Boolean, _) => return fault("true or false"),
            (FieldType::Integer, Json::Number(number)) => match whole(number) {
                Some(integer) => Value::Integer(integer),
                None => return fault("a whole number"),
            },
            (FieldType::Integer, _) => return fault("a whole number"),
            (FieldType::Number, Json::Number(number)) => {
                match number.as_f64().filter(|number| number.is_finite()) {
                    Some(number) => Value::Number(number),
                    None => return fault("a finite number"),
                }
            }
            (FieldType::Number, _) => return fault("a number"),
            (FieldType::Json, json) => Value::Json(json.to_string().into()),
            (kind, Json::String(text)) => {
                if let Some(wanted) = kind.refuses(text) {
                    return fault(wanted);
                }
                Value::Text(text.as_str().into())
            }
            (_, _) => return fault("text"),
        };
        if let (Value::Text(text), false) = (&value, self.values.is_empty())
            && !self.values.iter().any(|allowed| **allowed == **text)
        {
            return fault(&format!("one of {}", self.values.join(", ")));
        }
        Ok(value)
    }
}

impl FieldType {
    /// Its name in a schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Json => "json",
        }
    }

    /// What a text should have been, if it is not one of this type.
    fn refuses(self, text: &str) -> Option<&'static str> {
        match self {
            Self::Date if text.len() != 10 || text.parse::<jiff::civil::Date>().is_err() => {
                Some("a date such as 2023-03-19")
            }
            Self::Datetime if text.parse::<jiff::Timestamp>().is_err() => {
                Some("an instant such as 2023-03-19T06:30:00Z")
            }
            _ => None,
        }
    }
}

/// An integer, also one that was written as `3.0`.
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let float = number.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be whole and below 2^53"
        )]
        (float.fract() == 0.0 && float.abs() < 9.0e15).then_some(float as i64)
    })
}

fn border_fields() -> [Field; 4] {
    let mut side = derived(
        BORDER_SIDE,
        FieldType::String,
        "Side of the border",
        "In which country the position lies: Iraq (IQ) or Iran (IR), with the measured line as the edge between them. Null outside of both, and within 7 km of where both end (at a neighbour or the sea), because the outlines that say so are no finer.",
        None,
    );
    side.values = vec!["IQ".into(), "IR".into()];
    [
        derived(
            BORDER_KM,
            FieldType::Number,
            "Border kilometre",
            "Distance along the border from its northern end to the point nearest to the position.",
            Some("km"),
        ),
        derived(
            BORDER_DISTANCE_M,
            FieldType::Number,
            "Distance to the border",
            "Geodesic distance from the position to the nearest point of the border.",
            Some("m"),
        ),
        derived(
            BORDER_SEGMENT,
            FieldType::String,
            "Border segment",
            "Id of the segment with the point nearest to the position.",
            None,
        ),
        side,
    ]
}

fn derived(
    name: &str,
    kind: FieldType,
    title: &str,
    description: &str,
    unit: Option<&str>,
) -> Field {
    Field {
        name: name.into(),
        kind,
        title: title.into(),
        description: description.into(),
        unit: unit.map(Into::into),
        values: Vec::new(),
        required: false,
        derived: true,
        searched: false,
    }
}
