//! A schema that stands by its name among the components of the API's description.

use schemars::{Schema, SchemaGenerator};
use serde_json::Value as Json;

/// A reference to the schema of this name, which is this one.
pub fn component(all: &mut SchemaGenerator, name: &str, schema: Json) -> Schema {
    all.definitions_mut().insert(name.to_owned(), schema);
    Schema::new_ref(format!("#/components/schemas/{name}"))
}
