//! The row addresses of what a query selects, many more than a page has: for an export, which would otherwise
//! look through the layer for each page.

use crate::atlas::layer::{Layer, RowAddress};
use crate::atlas::model::budget;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::question::{ItemsQuery, Near};

/// About what it takes to compare two rows of different parts, in nanoseconds.
const COMPARE_NS: u64 = 50;

impl Layer {
    /// The row addresses of the next `query.limit` features that match, from the question's cursor on, by id. Fewer
    /// only if no more follow. The limit may be larger than a page's, and no other order matters.
    pub fn addresses_by_id(&self, query: &ItemsQuery) -> Vec<RowAddress> {
        let mut found = Vec::new();
        for (level, execution) in self.executions(query).enumerate() {
            let by_id = execution.page_by_id(query.limit, None).into_iter();
            found.extend(by_id.map(|row| RowAddress::new(level, row)));
        }
        if self.levels.len() > 1 {
            // The rows of each part are in order already: a stable sort merges them.
            found.sort_by(|a, b| {
                budget::spend(COMPARE_NS);
                self.at(*a).id().cmp(&self.at(*b).id())
            });
        }
        found.truncate(query.limit);
        found
    }

    /// The row addresses of the first `query.limit` features that match, by distance in metres, with it, and id.
    pub fn addresses_by_distance(&self, query: &ItemsQuery, near: Near) -> Vec<(RowAddress, f64)> {
        let mut found = Vec::new();
        for (level, execution) in self.executions(query).enumerate() {
            let nearest = execution.nearest(near, query.limit).into_iter();
            found
                .extend(nearest.map(|(distance_m, row)| (RowAddress::new(level, row), distance_m)));
        }
        if self.levels.len() > 1 {
            found.sort_by(|a, b| {
                budget::spend(COMPARE_NS);
                let by_distance = a.1.total_cmp(&b.1);
                by_distance.then_with(|| self.at(a.0).id().cmp(&self.at(b.0).id()))
            });
        }
        found.truncate(query.limit);
        found
    }

    /// The cursor after a feature of the layer, in the order of distances where it has one, or of ids.
    pub fn cursor_after(&self, address: RowAddress, distance_m: Option<f64>) -> Cursor {
        let id = self.at(address).id().into();
        match distance_m {
            Some(distance_m) => Cursor::AfterDistance { distance_m, id },
            None => Cursor::AfterId(id),
        }
    }
}
