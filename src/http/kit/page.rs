//! Pages for people: the frame that all of them share, and how values look.

use askama::Template;
use serde_json::Value as Json;

use crate::atlas::model::schema::{Field, FieldType, POSITION_UNCERTAINTY_M, Value};
use crate::format::lengths;
use crate::http::kit::problem::Problem;

/// The longest text in a table, in characters.
const CELL_CHARS_MAX: usize = 120;

/// From how many characters a text is long for a table.
const LONG_CHARS_MIN: usize = 32;

/// What every page has around its own content.
pub struct Frame {
    /// The title of the page.
    pub title: String,
    /// What every link begins with.
    pub base: String,
    /// The way from the landing page: address and name.
    pub crumbs: Vec<(String, String)>,
    /// The same as JSON.
    pub json: Option<String>,
}

impl Frame {
    /// A frame with the crumbs `API / …`, whose addresses follow the base.
    pub fn new(base: &str, title: &str, crumbs: &[(&str, &str)], json: Option<String>) -> Self {
        let crumbs = [("/api", "API")]
            .iter()
            .chain(crumbs)
            .map(|(path, name)| (format!("{base}{path}"), (*name).to_owned()))
            .collect();
        Self {
            title: title.to_owned(),
            base: base.to_owned(),
            crumbs,
            json,
        }
    }

    /// A frame of what is JSON too, under the address of the last crumb.
    pub fn of_document(base: &str, title: &str, crumbs: &[(&str, &str)]) -> Self {
        let path = crumbs.last().map_or("/api", |(path, _)| path);
        Self::new(base, title, crumbs, Some(format!("{base}{path}?f=json")))
    }
}

/// The text of a page.
///
/// # Errors
/// [`Problem::Internal`]: a template of ours could not be filled.
pub fn render(page: &impl Template) -> Result<Vec<u8>, Problem> {
    page.render().map(String::into_bytes).map_err(|error| {
        tracing::error!(%error, "a page could not be made");
        Problem::Internal
    })
}

/// A value as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Plain text, empty if nothing is known.
    pub text: String,
    /// Or links and texts: a list of sources.
    pub items: Vec<(String, Option<String>)>,
    /// Whether the text is a number, which stands at the end of its cell.
    pub is_number: bool,
    /// The language of the text, if the field's name says so.
    pub lang: Option<&'static str>,
}

impl Shown {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.items.is_empty()
    }

    /// Whether the text needs a broad column: in a narrow one it would be a tower of words.
    pub fn is_long(&self) -> bool {
        self.text.chars().nth(LONG_CHARS_MIN).is_some()
    }

    /// The beginning of a long text, for a table.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        if let Some((end, _)) = self.text.char_indices().nth(CELL_CHARS_MAX) {
            self.text.truncate(end);
            self.text.push('…');
        }
        self
    }
}

/// How a value of a field looks, if the feature's position is known within so many metres.
pub fn shown(field: &Field, value: &Value, uncertainty_m: Option<f64>) -> Shown {
    let unit = field.unit.as_deref().unwrap_or_default();
    let with_unit = |number: String| match unit {
        "" => number,
        unit => format!("{number} {unit}"),
    };
    let text = match value {
        Value::Null => return Shown::default(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Integer(integer) => with_unit(integer.to_string()),
        Value::Number(number) => {
            measured(field, *number, uncertainty_m).unwrap_or_else(|| with_unit(number.to_string()))
        }
        Value::Text(text) => text.to_string(),
        Value::Json(json) => return shown_json(json),
    };
    Shown {
        text,
        items: Vec::new(),
        is_number: is_number(field),
        lang: language_of(&field.name),
    }
}

/// The language of a field called `name_fa` and the like (BCP 47).
fn language_of(name: &str) -> Option<&'static str> {
    let (_, suffix) = name.rsplit_once('_')?;
    let known = ["ar", "fa", "ckb", "ku", "en", "tr"];
    known.into_iter().find(|language| *language == suffix)
}

/// Whether a field's values are numbers.
pub fn is_number(field: &Field) -> bool {
    matches!(field.kind, FieldType::Integer | FieldType::Number)
}

/// What the service has measured from a position, in the words that a length has everywhere: programs have all
/// digits.
fn measured(field: &Field, number: f64, uncertainty_m: Option<f64>) -> Option<String> {
    match field.unit.as_deref()? {
        _ if !field.derived => None,
        "m" if *field.name == *POSITION_UNCERTAINTY_M => Some(lengths::distance(number)),
        "m" => Some(lengths::about(number, uncertainty_m)),
        "km" => {
            let decimals = usize::from(uncertainty_m.is_none_or(|within_m| within_m < 1000.0));
            Some(format!("{} km", lengths::grouped(number, decimals)))
        }
        _ => None,
    }
}

/// A list of sources `{name, ref}` as links, the members of an object one by one, anything else as
/// its own text.
fn shown_json(json: &str) -> Shown {
    let items = match serde_json::from_str(json) {
        Ok(Json::Array(list)) => list.iter().map(source).collect(),
        Ok(Json::Object(members)) => members
            .iter()
            .map(|(key, value)| (format!("{key}: {}", plain(value)), None))
            .collect(),
        _ => {
            return Shown {
                text: json.to_owned(),
                ..Shown::default()
            };
        }
    };
    Shown {
        items,
        ..Shown::default()
    }
}

fn source(item: &Json) -> (String, Option<String>) {
    let text = |key: &str| item.get(key).and_then(Json::as_str);
    let name = text("name").map_or_else(|| plain(item), str::to_owned);
    match text("ref") {
        Some(href) if is_web_address(href) => (name, Some(href.to_owned())),
        // The number of a record, say; another scheme than the web's is not even shown.
        Some(words) if !words.contains(':') && !words.is_empty() => {
            (format!("{name} ({words})"), None)
        }
        _ => (name, None),
    }
}

/// A text without its quotes, anything else as JSON.
fn plain(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a reference may become a link: `javascript:` and its like may not.
pub fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::model::schema::{BORDER_DISTANCE_M, BORDER_KM};

    #[test]
    fn what_is_measured_has_no_more_digits_than_are_known() {
        let check = |name: &str, unit: &str, number: f64, within_m: Option<f64>, expected: &str| {
            let field = Field {
                name: name.into(),
                kind: FieldType::Number,
                title: String::new(),
                description: String::new(),
                unit: (!unit.is_empty()).then(|| unit.into()),
                values: Vec::new(),
                required: false,
                derived: name != "height",
                searched: false,
            };
            let shown = shown(&field, &Value::Number(number), within_m);
            assert_eq!(shown.text, expected);
        };
        check(BORDER_KM, "km", 1_513.704_09, None, "1,513.7 km");
        check(BORDER_KM, "km", 513.704_09, Some(20_000.0), "514 km");
        check(BORDER_KM, "km", 513.704_09, Some(500.0), "513.7 km");
        check(BORDER_DISTANCE_M, "m", 2_568.08, None, "2.6 km");
        let within_m = Some(20_000.0);
        check(
            BORDER_DISTANCE_M,
            "m",
            14_376.2,
            within_m,
            "about 14 km ±20 km",
        );
        check(POSITION_UNCERTAINTY_M, "m", 20_000.0, within_m, "20 km");
        check("share", "", 0.25, within_m, "0.25");
        // What a file has given is shown as it was given.
        check("height", "m", 2_568.08, within_m, "2568.08 m");
    }

    #[test]
    fn only_web_addresses_become_links() {
        let shown = shown_json(
            r#"[{"name":"a","ref":"https://a.example"},{"name":"b","ref":"javascript:alert(1)"},"c",{"name":"d","ref":"event 7"}]"#,
        );
        let expected = [
            ("a".to_owned(), Some("https://a.example".to_owned())),
            ("b".to_owned(), None),
            ("c".to_owned(), None),
            ("d (event 7)".to_owned(), None),
        ];
        assert_eq!(shown.items, expected);
        let shown = shown_json(r#"{"fa":"known","n":1}"#);
        assert_eq!(
            shown.items,
            [("fa: known".to_owned(), None), ("n: 1".to_owned(), None)]
        );
    }
}
