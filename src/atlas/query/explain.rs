//! How a query was executed, as `explain=true` tells it.

use crate::atlas::query::question::ItemsQuery;

/// How a query was executed, summed over the parts of the layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(inline)]
pub struct Explain {
    /// What led to the features, in the largest part.
    pub driver: Driver,
    /// The conditions that the indexes answered.
    #[schemars(with = "Vec<&str>")]
    pub index: Indexed,
    /// How many conditions were left to test by columns, and how many by reading features.
    pub tested: Tested,
    /// Parts that the query was executed over.
    pub parts: usize,
    /// Nodes of a tree that were looked at.
    pub nodes: u64,
    /// Features that were looked at one by one: their columns, their exact positions.
    pub candidates: u64,
    /// Features that were counted or taken without being looked at, with a node of the tree or by a column's totals.
    pub whole: u64,
}

impl Explain {
    /// What the execution over one part adds to that over the parts before it.
    #[must_use]
    pub fn after(self, before: Option<Self>) -> Self {
        let Some(before) = before else {
            return self;
        };
        Self {
            parts: before.parts + self.parts,
            nodes: before.nodes + self.nodes,
            candidates: before.candidates + self.candidates,
            whole: before.whole + self.whole,
            ..before
        }
    }
}

/// The conditions of a question that the indexes answer: a bit each, a list of names when told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Indexed(u8);

impl Indexed {
    const NAMES: [&str; 5] = ["ids", "datetime", "bbox", "area", "distance"];

    /// The conditions of a query that the indexes answer.
    pub fn of(query: &ItemsQuery) -> Self {
        let asked = [
            query.ids.is_some(),
            query.datetime.is_some(),
            query.bbox.is_some(),
            query.area.is_some(),
            query.near.is_some() || query.within.is_some(),
        ];
        let bits = asked.iter().enumerate();
        Self(bits.fold(0, |bits, (at, asked)| bits | u8::from(*asked) << at))
    }
}

impl serde::Serialize for Indexed {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let names = Self::NAMES.iter().enumerate();
        to.collect_seq(
            names
                .filter(|(at, _)| self.0 >> at & 1 == 1)
                .map(|(_, name)| name),
        )
    }
}

/// Conditions on which no index decides, by what is read for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(inline)]
pub struct Tested {
    /// Conditions that columns decide.
    pub columns: usize,
    /// Text searches, each in lists of values and in texts.
    pub searches: usize,
    /// Conditions for which a feature's text or its geometry is read.
    pub features: usize,
}

impl std::ops::Add for Tested {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            columns: self.columns + other.columns,
            searches: self.searches + other.searches,
            features: self.features + other.features,
        }
    }
}

/// What leads to the features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Driver {
    /// The index of ids.
    Ids,
    /// The order of time.
    Time,
    /// The tree of positions.
    Place,
    /// All of them, by columns.
    #[default]
    Columns,
}
