//! How many rows match, and the first of them in order of id.

use std::ops::Range;

use crate::atlas::index::mask::each_bit;
use crate::atlas::index::{RowId, row_id};
use crate::atlas::model::budget;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::execution::{APART, Execution, ROW_NS, SORT_NS};

impl Execution<'_> {
    /// How many match in a range of single positions.
    pub fn count_in(&self, range: Range<RowId>) -> u64 {
        if self.is_everything() {
            return (range.len() - self.deleted.count(range)) as u64;
        }
        let mut count = 0;
        self.each_in(range, &mut |_, mask| count += u64::from(mask.count_ones()));
        count
    }

    /// How many rows of the part match.
    pub fn count(&self) -> u64 {
        let mut count = 0;
        let by_columns =
            self.driven.is_none() && self.regions.is_empty() && self.query.near.is_none();
        if by_columns && let Some(total) = self.total() {
            return total;
        }
        if self.driven.is_some() {
            self.each_match(&mut |_, mask| count += u64::from(mask.count_ones()));
            return count;
        }
        self.each_range(&mut |range, open| {
            if open == 0 && self.filter.is_anything() {
                let visible = range.len() - self.deleted.count(range);
                self.saw(0, 0, visible as u64);
                count += visible as u64;
            } else {
                self.in_range(range, open, &mut |_, mask| {
                    count += u64::from(mask.count_ones());
                });
            }
        });
        count + self.matching_shapes().len() as u64
    }

    /// How many match of all of the part, if columns have counted them.
    fn total(&self) -> Option<u64> {
        let rows = self.part.len();
        let (time, filter) = (self.time.total(rows)?, self.filter.total(rows)?);
        let total = match (self.time.is_anything(), self.filter.is_anything()) {
            (true, _) => filter,
            (_, true) => time,
            _ => return None,
        };
        budget::spend(ROW_NS * self.deleted.rows().len() as u64);
        let deleted = self.deleted.rows().iter();
        let deleted = deleted.filter(|row| self.time.passes(**row) && self.filter.passes(**row));
        self.saw(0, 0, total);
        Some(total - deleted.count() as u64)
    }

    /// Up to `want` matching rows after the cursor in order of id. `matched` is how many match, as
    /// far as that is known.
    pub fn page_by_id(&self, want: usize, matched: Option<u64>) -> Vec<RowId> {
        let ids = &self.part.ids;
        let after = match &self.query.cursor {
            Some(Cursor::AfterId(id)) => ids.up_to(&self.part.texts, id),
            _ => 0,
        };
        // One after the other in order of id, features lie apart; matches side by side.
        let is_short = || {
            let matched = matched.unwrap_or_else(|| self.count());
            let matched = usize::try_from(matched).unwrap_or(usize::MAX).max(1);
            let walked = want.saturating_mul(self.part.len()) / matched;
            walked.saturating_mul(APART) < matched
        };
        // How many match is not counted where all are wanted.
        if self.driven.is_none() && want < self.part.len() && is_short() {
            let in_order = ids.in_order().get(after as usize..).unwrap_or_default();
            let matching = in_order.iter().copied().filter(|row| {
                self.saw(0, 1, 0);
                self.matches(*row)
            });
            return matching.take(want).collect();
        }
        let mut ranks = Vec::new();
        self.each_match(&mut |first, mask| {
            for bit in each_bit(mask) {
                let rank = ids.rank(row_id(first + bit));
                if rank >= after {
                    ranks.push(rank);
                }
            }
        });
        budget::begin(SORT_NS * ranks.len() as u64);
        if ranks.len() > want {
            ranks.select_nth_unstable(want);
            ranks.truncate(want);
        }
        ranks.sort_unstable();
        let by_rank = |rank: u32| ids.in_order()[rank as usize];
        ranks.into_iter().map(by_rank).collect()
    }
}
