//! What whoever asked should know beside the answer: it was given as asked, and was perhaps not meant so.

use schemars::JsonSchema;
use serde::Serialize;

use crate::atlas::products::border::Border;
use crate::atlas::products::swapped::{self, Ordered};
use crate::format::lengths;

/// One warning, in words and for programs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "warning")]
pub struct Warning {
    /// What it is about.
    pub parameter: &'static str,
    /// What kind of warning it is. Programs word it themselves.
    #[schemars(extend("enum" = Self::CODES))]
    pub code: &'static str,
    /// What was taken for what, as a sentence without its end.
    pub detail: String,
    /// The value that was perhaps meant.
    pub other: String,
}

impl Warning {
    /// What warnings are for.
    pub const WHY: &str = "What whoever asks should know: the question was answered as it was asked, and perhaps \
        meant otherwise. Encodings without a place for it have it as headers (bordermap-warning).";

    /// The kinds of warnings.
    pub const CODES: [&str; 1] = [MAYBE_SWAPPED];

    /// A warning if a position or a box is far from the border, and near it with longitude and latitude
    /// the other way round.
    pub fn of_order(
        border: Option<&Border>,
        parameter: &'static str,
        given: impl Ordered,
    ) -> Option<Self> {
        let found = swapped::find(border?, given)?;
        Some(Self {
            parameter,
            code: MAYBE_SWAPPED,
            detail: told(given, found.distance_m),
            other: found.other.to_string(),
        })
    }
}

/// Longitude and latitude are perhaps the wrong way round.
const MAYBE_SWAPPED: &str = "maybe-swapped";

/// What the numbers were taken for, and in which order they are taken.
fn told<T: Ordered>(given: T, distance_m: f64) -> String {
    format!(
        "{given} is taken for {}, {} from the border: the order is {}",
        given.words(),
        lengths::distance(distance_m),
        T::ORDER
    )
}
