//! What enters the atlas: changes of layers and features, and the revisions that they make.

use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Schema;

/// A state of everything known. Revisions are ordered; a commit makes the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// Counts commits from 1; 0 is the empty atlas.
    pub number: u64,
    /// When the commit was made, in microseconds since 1970-01-01 UTC.
    pub committed_at_us: i64,
}

/// One step from a revision to the next.
#[derive(Clone, Debug)]
pub enum Change {
    /// A layer appears, or its description changes. The fields of a layer with features stay.
    Layer(Box<Schema>),
    /// A feature appears or takes a new content.
    Put {
        /// The layer's id.
        layer: Box<str>,
        /// The whole feature as it is from now on.
        feature: Feature,
    },
    /// A feature is withdrawn.
    Remove {
        /// The layer's id.
        layer: Box<str>,
        /// The feature's id.
        id: Box<str>,
    },
    /// A feature is there, but what the store keeps of it is damaged. Only a store tells this.
    Unreadable {
        /// The layer's id.
        layer: Box<str>,
        /// The feature's id, as far as it can be read.
        id: Box<str>,
        /// What is wrong with it, as a sentence.
        detail: Box<str>,
    },
}

impl Change {
    /// The id of the layer that it changes.
    pub fn layer(&self) -> &str {
        match self {
            Self::Layer(schema) => &schema.id,
            Self::Put { layer, .. }
            | Self::Remove { layer, .. }
            | Self::Unreadable { layer, .. } => layer,
        }
    }
}

/// Who made a commit. Shipped data never overwrite what anybody else has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The data that the program carries.
    Shipped,
    /// A person or a program: an import, a removal.
    User,
    /// The service itself, deriving fields anew.
    Derived,
}
