//! Features and values in text: what a feature is called, and what a value says.

use std::borrow::{Borrow, Cow};

use crate::atlas::model::schema::{Schema, Value};

/// The fields that name a feature; the first with a text counts. What the server says is English, so that an
/// English name comes before one in the language of the place.
const NAMES: [&str; 3] = ["title", "name_en", "name"];

/// The value that names a feature, for people, of those that `value` gives by their fields' places in the
/// schema; `None` where no field does, and its id is all that it is called by.
pub fn label<V: Borrow<Value>>(
    schema: &Schema,
    value: impl FnMut(usize) -> Option<V>,
) -> Option<V> {
    let places = NAMES.iter().filter_map(|name| schema.index_of(name));
    let mut named = places.filter_map(value);
    named.find(|value| matches!(Borrow::<Value>::borrow(value), Value::Text(_)))
}

impl Value {
    /// The value as text: numbers as short as they can be told from others, JSON as it is kept; of null
    /// there is none.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Self::Integer(number) => number.to_string().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) | Self::Json(text) => Cow::Borrowed(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_with_a_text_names_a_feature() {
        let schema: Schema = serde_json::from_str(
            r#"{"id": "t", "title": "T", "field": [{"name": "name", "type": "string"},
                {"name": "title", "type": "string"}, {"name": "name_en", "type": "string"}]}"#,
        )
        .unwrap();
        let named = |values: [Option<&str>; 3]| {
            let values =
                values.map(|text| text.map_or(Value::Null, |text| Value::Text(text.into())));
            let label = label(&schema, |at| values.get(at));
            label.and_then(Value::text).map(Cow::into_owned)
        };
        assert_eq!(
            named([Some("a"), Some("b"), Some("c")]).as_deref(),
            Some("b")
        );
        assert_eq!(named([Some("a"), None, Some("c")]).as_deref(), Some("c"));
        assert_eq!(named([Some("a"), None, None]).as_deref(), Some("a"));
        assert_eq!(named([None, None, None]), None);
    }

    #[test]
    fn a_value_is_told_as_it_is() {
        let check = |value: Value, text: Option<&str>| assert_eq!(value.text().as_deref(), text);
        check(Value::Null, None);
        check(Value::Boolean(true), Some("true"));
        check(Value::Integer(-7), Some("-7"));
        check(Value::Number(0.1), Some("0.1"));
        check(Value::Json("[1]".into()), Some("[1]"));
    }
}
