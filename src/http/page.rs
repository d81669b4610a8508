//! Pages for people: the frame that all of them share, and how values look.

use askama::Template;

use crate::atlas::schema::{Field, Value};
use crate::http::problem::Problem;

/// The longest text in a table, in characters.
const CELL_CHARS_MAX: usize = 120;

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
}

impl Shown {
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

/// How a value of a field looks.
pub fn shown(field: &Field, value: &Value) -> Shown {
    let text = match value {
        Value::Null => String::new(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Integer(integer) => integer.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Json(json) => return shown_json(json),
    };
    let text = match &field.unit {
        Some(unit) if !text.is_empty() => format!("{text} {unit}"),
        _ => text,
    };
    Shown {
        text,
        items: Vec::new(),
    }
}

/// A list of sources `{name, ref}` as links, anything else as its own text.
fn shown_json(json: &str) -> Shown {
    let Ok(serde_json::Value::Array(list)) = serde_json::from_str(json) else {
        return Shown {
            text: json.to_owned(),
            items: Vec::new(),
        };
    };
    let items = list
        .iter()
        .map(|item| {
            let text = |key: &str| item.get(key).and_then(|text| text.as_str());
            let name = text("name").or_else(|| item.as_str());
            let href = text("ref").filter(|href| is_web_address(href));
            let name = name.map_or_else(|| item.to_string(), str::to_owned);
            (name, href.map(str::to_owned))
        })
        .collect();
    Shown {
        text: String::new(),
        items,
    }
}

/// Whether a reference may become a link: `javascript:` and its like may not.
pub fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        let shown = shown_json(
            r#"[{"name":"a","ref":"https://a.example"},{"name":"b","ref":"javascript:alert(1)"},"c"]"#,
        );
        let expected = [
            ("a".to_owned(), Some("https://a.example".to_owned())),
            ("b".to_owned(), None),
            ("c".to_owned(), None),
        ];
        assert_eq!(shown.items, expected);
    }
}
