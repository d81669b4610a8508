//! The expression tree that a question asks of properties.

use crate::atlas::schema::Value;

/// What must hold of a feature's properties.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every part holds; of no parts: everything.
    All(Vec<Filter>),
    /// A field has one of these values, which are of the field's own type.
    AnyOf {
        /// The field's place in the schema.
        field: usize,
        /// The values, at least one.
        values: Vec<Value>,
    },
}

impl Filter {
    /// The filter that everything passes.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it is the filter that everything passes.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_everything))
    }

    /// Whether a feature with these values passes.
    pub fn holds(&self, values: &[Value]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(values)),
            Self::AnyOf { field, values: any } => any.contains(&values[*field]),
        }
    }
}
