//! Where the features of an answer are, many more than a page has: for an export, which would otherwise
//! look through the layer for each page.

use crate::atlas::budget;
use crate::atlas::layer::{Layer, Place};
use crate::atlas::query::{Cursor, ItemsQuery};

/// About what it takes to compare two places of different parts, in nanoseconds.
const COMPARE_NS: u64 = 50;

/// Where a feature is, and its distance in metres in a near question.
pub type Placed = (Place, Option<f64>);

impl Layer {
    /// The places of the next `query.limit` features that match, from the question's cursor on: by
    /// distance and id, or by id. Fewer only if no more follow. The limit may be larger than a page's,
    /// and the order of the question's own does not matter.
    pub fn places(&self, query: &ItemsQuery) -> Vec<Placed> {
        let want = query.limit;
        let mut found: Vec<Placed> = Vec::new();
        for (level, asked) in self.asked(query).enumerate() {
            if let Some(near) = query.near {
                let nearest = asked.nearest(near, want).into_iter();
                found.extend(nearest.map(|(m, slot)| (Place::new(level, slot), Some(m))));
            } else {
                let by_id = asked.page_by_id(want, None).into_iter();
                found.extend(by_id.map(|slot| (Place::new(level, slot), None)));
            }
        }
        if self.levels.len() > 1 {
            // The places of each part are in order already: a stable sort merges them.
            found.sort_by(|a, b| {
                budget::spend(COMPARE_NS);
                let by_distance = a.1.partial_cmp(&b.1).unwrap_or(std::cmp::Ordering::Equal);
                by_distance.then_with(|| self.at(a.0).id().cmp(&self.at(b.0).id()))
            });
        }
        found.truncate(want);
        found
    }

    /// The cursor after one of its places.
    pub fn cursor_after(&self, (place, distance_m): Placed) -> Cursor {
        let id = self.at(place).id().into();
        match distance_m {
            Some(distance_m) => Cursor::AfterDistance { distance_m, id },
            None => Cursor::AfterId(id),
        }
    }
}
