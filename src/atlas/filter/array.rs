//! Array predicates: lists compared as sets (OGC 21-065r2 §7.8).

use crate::atlas::filter::datum::{self, Datum};

/// An array predicate: a relation of two lists, as sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrayPredicate {
    /// They have the same members.
    Equals,
    /// The first has every member of the second.
    Contains,
    /// The second has every member of the first.
    ContainedBy,
    /// They share a member.
    Overlaps,
}

impl ArrayPredicate {
    /// Whether the relation holds of two lists; unknown where one is null or no list.
    pub fn holds(self, a: &Datum<'_>, b: &Datum<'_>) -> Option<bool> {
        let (Datum::List(a), Datum::List(b)) = (a, b) else {
            return None;
        };
        let has = |list: &[Datum<'_>], one: &Datum<'_>| list.iter().any(|own| own.is_same(one));
        let within = |a: &[Datum<'_>], b: &[Datum<'_>]| a.iter().all(|one| has(b, one));
        Some(match self {
            Self::Equals => datum::same_members(a, b),
            Self::Contains => within(b, a),
            Self::ContainedBy => within(a, b),
            Self::Overlaps => a.iter().any(|one| has(b, one)),
        })
    }
}
