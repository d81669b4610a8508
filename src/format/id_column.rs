//! The column with the feature's id, in forms where a feature has no id but in a column.

use crate::atlas::model::schema::Schema;

/// Its name.
const ID: &str = "id";
/// The same, where a field of the layer is called so.
const FEATURE_ID: &str = "feature_id";

/// The name of the column with the ids of a layer's features.
pub(super) fn of(schema: &Schema) -> &'static str {
    let mut fields = schema.fields.iter();
    if fields.any(|field| field.name.eq_ignore_ascii_case(ID)) {
        FEATURE_ID
    } else {
        ID
    }
}

/// Which of a file's columns has the ids.
pub(super) fn among(names: &[impl AsRef<str>]) -> Option<usize> {
    let of = |wanted: &str| {
        let mut names = names.iter().map(AsRef::as_ref);
        names.position(|name| name.eq_ignore_ascii_case(wanted))
    };
    match (of(ID), of(FEATURE_ID)) {
        (Some(_), Some(own)) => Some(own),
        (own, _) => own,
    }
}
