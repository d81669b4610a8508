//! The layers of things that random tests are about.

use bordermap::atlas::model::schema::Schema;
use serde_json::{Value as Json, json};

/// The schema of things with some fields, each a name and a type. `time` is the field that says when, and
/// perhaps the one that says how precisely.
pub fn schema(time: (&str, Option<&str>), fields: &[(&str, &str)]) -> Schema {
    let field = |(name, kind): &(&str, &str)| json!({ "name": name, "type": kind });
    let fields: Vec<Json> = fields.iter().map(field).collect();
    let (field, precision_field) = time;
    let schema = json!({
        "id": "things", "title": "Things",
        "time": { "field": field, "precision_field": precision_field },
        "field": fields,
    });
    serde_json::from_value(schema).unwrap()
}
