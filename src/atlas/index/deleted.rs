//! Deleted rows: those of a part whose features later changes have replaced or removed.

use std::ops::Range;

use crate::atlas::index::{RowId, row_id};

/// A set of row ids, ascending. Small beside its part: many deleted rows lead to a compaction.
#[derive(Clone, Debug, Default)]
pub struct DeletedRows {
    rows: Vec<RowId>,
}

impl DeletedRows {
    /// The rows in order.
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a row is one of them.
    pub fn contains(&self, row: RowId) -> bool {
        self.rows.binary_search(&row).is_ok()
    }

    /// How many of a range are.
    pub fn count(&self, range: Range<RowId>) -> usize {
        self.within(range).len()
    }

    /// The deleted rows of the 64 from `first` on, a bit each.
    pub fn mask(&self, first: usize) -> u64 {
        if self.rows.is_empty() {
            return 0;
        }
        let within = self.within(row_id(first)..row_id(first + 64));
        within
            .iter()
            .fold(0, |mask, row| mask | 1 << (*row as usize - first))
    }

    /// The deleted rows of a range, ascending.
    pub fn within(&self, range: Range<RowId>) -> &[RowId] {
        let from = self.rows.partition_point(|row| *row < range.start);
        let rest = &self.rows[from..];
        &rest[..rest.partition_point(|row| *row < range.end)]
    }

    /// These rows and others.
    #[must_use]
    pub fn with(&self, mut others: Vec<RowId>) -> Self {
        others.extend_from_slice(&self.rows);
        others.sort_unstable();
        others.dedup();
        Self { rows: others }
    }
}
