//! The fields that the service derives, filled before a change is committed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::atlas::Atlas;
use crate::atlas::model::change::Change;
use crate::atlas::model::schema::Schema;
use crate::atlas::products::border::Border;

/// What derived fields are filled by: the layers' fields and the border. It can be used on a thread
/// of its own, ahead of the commit.
pub struct Completion {
    schemas: HashMap<Box<str>, Arc<Schema>>,
    border: Option<Arc<Border>>,
}

/// A change whose derived fields are filled.
#[derive(Debug)]
pub struct Completed(pub(super) Change);

impl Completion {
    /// What fills the fields of an atlas's layers.
    pub fn of(atlas: &Atlas) -> Self {
        let schemas = atlas.layers().map(|layer| {
            let schema = layer.schema();
            (schema.id.clone(), schema.clone())
        });
        Self {
            schemas: schemas.collect(),
            border: atlas.border().cloned(),
        }
    }

    /// Fills the derived fields of a change, whatever they held.
    pub fn complete(&mut self, mut change: Change) -> Completed {
        match &mut change {
            Change::Layer(schema) => {
                let described = Schema::clone(schema).with_derived();
                let known = Arc::new(described.clone());
                self.schemas.insert(described.id.clone(), known);
                **schema = described;
            }
            Change::Put { layer, feature } => {
                if let Some(schema) = self.schemas.get(layer) {
                    Border::complete(self.border.as_deref(), schema, feature);
                }
            }
            Change::Remove { .. } | Change::Unreadable { .. } => {}
        }
        Completed(change)
    }
}

impl Completed {
    /// The change.
    pub fn change(&self) -> &Change {
        &self.0
    }

    /// The change itself.
    pub fn into_change(self) -> Change {
        self.0
    }
}
