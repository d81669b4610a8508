//! One page of what a layer answers.

use crate::atlas::layer::FeatureRef;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::explain::Explain;

/// One page of an answer.
#[derive(Debug)]
pub struct FeaturePage<'a> {
    /// The features in order.
    pub hits: Vec<Hit<'a>>,
    /// How many match in all; `None` if the question did not ask.
    pub matched: Option<u64>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Cursor>,
    /// How it was found.
    pub explain: Explain,
}

/// A feature in an answer.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// The feature.
    pub feature: FeatureRef<'a>,
    /// Its exact distance in a near question, in metres. A feature without geometry is never near.
    pub distance_m: Option<f64>,
}
