//! Whom to name and under which terms, as lines of text for the forms that have a place for text.

use crate::atlas::model::schema::Schema;

/// The notice of a layer; empty if there is nothing to say.
pub(super) fn lines(schema: &Schema) -> String {
    let mut lines = Vec::new();
    if !schema.attribution.is_empty() {
        lines.push(schema.attribution.clone());
    }
    for licence in &schema.licences {
        lines.push(match &licence.url {
            Some(url) => format!("{} ({url})", licence.title),
            None => licence.title.clone(),
        });
    }
    lines.join("\n")
}
