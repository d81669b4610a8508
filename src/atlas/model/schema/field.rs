//! Fields: the properties of a layer's features, their types, and values checked against them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// One property of a layer's features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Field {
    /// The name, as in a feature's `properties`.
    pub name: Box<str>,
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// A short name for people.
    #[serde(default)]
    pub title: String,
    /// What its values mean, in a sentence.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum FieldType {
    /// Unicode text.
    String,
    /// A 64-bit integer.
    Integer,
    /// A finite double.
    Number,
    /// True or false.
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
    /// Null: the value is not known.
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

impl Field {
    /// The name for people: its title, or else its name.
    pub fn label(&self) -> &str {
        if self.title.is_empty() {
            &self.name
        } else {
            &self.title
        }
    }

    /// What a value of the field has to be, in words.
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
    /// The type of a name in a schema.
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            Self::String,
            Self::Integer,
            Self::Number,
            Self::Boolean,
            Self::Date,
            Self::Datetime,
            Self::Json,
        ];
        all.into_iter().find(|kind| kind.name() == name)
    }

    /// The name of the type in a schema.
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
