//! The column with the feature's id, in forms where a feature has no id but in a column.

use crate::atlas::model::schema::Schema;

/// Its name.
const ID: &str = "id";
/// The same, where a field of the layer is called so.
const FEATURE_ID: &str = "feature_id";

/// The name of the column with the ids of a layer's features.
pub(super) fn of(schema: &Schema) -> &'static str {
    if schema.index_of(ID).is_some() {
        FEATURE_ID
    } else {
        ID
    }
}

/// Which of a file's columns has the ids.
pub(super) fn among(names: &[&str]) -> Option<usize> {
    let of = |wanted: &str| names.iter().position(|name| *name == wanted);
    match (of(ID), of(FEATURE_ID)) {
        (Some(_), Some(own)) => Some(own),
        (own, _) => own,
    }
}
