//! One page of the features that a query selects.

use crate::atlas::layer::FeatureRef;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::explain::Explain;

/// One page of the features that a query selects.
#[derive(Debug)]
pub struct FeaturePage<'a> {
    /// The features in order.
    pub hits: Vec<Hit<'a>>,
    /// How many match in all; `None` if the query does not count.
    pub matched: Option<u64>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Cursor>,
    /// How the query was executed.
    pub explain: Explain,
}

/// A feature in an answer.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// The feature.
    pub feature: FeatureRef<'a>,
    /// The exact distance in a near question, in metres. A feature without geometry is never near.
    pub distance_m: Option<f64>,
}
