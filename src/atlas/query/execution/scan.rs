//! Which rows match: by ranges of rows whose nodes leave few conditions open, and one by one.

use std::ops::Range;

use crate::atlas::index::RowId;
use crate::atlas::index::mask::CHUNK;
use crate::atlas::index::points::TreeNode;
use crate::atlas::index::row_id;
use crate::atlas::model::budget;
use crate::atlas::query::execution::{CHUNK_NS, Execution, ROW_NS, TIME};
use crate::atlas::query::explain::Driver;

impl<'a> Execution<'a> {
    /// Gives the matching rows as masks of chunks: the chunk's first row, and a bit for each that
    /// matches.
    pub fn each_match(&self, give: &mut impl FnMut(usize, u64)) {
        if let Some((_, rows)) = &self.driven {
            self.saw(0, rows.len() as u64, 0);
            for row in rows.iter().filter(|row| self.matches(**row)) {
                one(*row, give);
            }
            return;
        }
        self.each_range(&mut |range, open| self.in_range(range, open, give));
        for row in self.matching_shapes() {
            one(row, give);
        }
    }

    /// Whether everything that is not deleted and has a geometry matches.
    pub fn is_everything(&self) -> bool {
        self.driven.is_none()
            && self.regions.is_empty()
            && self.time.is_anything()
            && self.filter.is_anything()
    }

    /// The deleted rows of a range.
    pub fn deleted_in(&self, range: Range<RowId>) -> &'a [RowId] {
        self.deleted.within(range)
    }

    /// Gives what matches in a range of single positions.
    pub fn each_in(&self, range: Range<RowId>, give: &mut impl FnMut(usize, u64)) {
        let Some((_, rows)) = &self.driven else {
            return self.in_range(range, self.all_open(), give);
        };
        let from = rows.partition_point(|row| *row < range.start);
        let rows = rows[from..].iter().take_while(|row| **row < range.end);
        rows.filter(|row| self.matches(**row))
            .for_each(|row| one(*row, give));
    }

    /// The matching rows that are no single position and whose envelope meets a rectangle.
    pub fn shapes_meeting(&self, rects: &[geo::Rect]) -> Vec<RowId> {
        let mut rows = self.part.shapes.meeting(rects);
        rows.retain(|row| self.matches(*row));
        rows
    }

    /// Gives ranges of single positions that may match, each with what is open there.
    pub(super) fn each_range(&self, give: &mut impl FnMut(Range<RowId>, u8)) {
        let points = &self.part.points;
        let open = self.all_open();
        if self.regions.is_empty() {
            // Times lie among each other: looking at all side by side is faster than node by node.
            let end = row_id(points.len());
            return give(0..end, open);
        }
        let relate = |node: TreeNode<'_>, open: u8| self.open_after(node, open);
        let nodes = points.walk(open, &relate, give);
        self.saw(nodes, 0, 0);
    }

    /// Gives what matches in a range of single positions where some conditions are open.
    pub fn in_range(&self, range: Range<RowId>, open: u8, give: &mut impl FnMut(usize, u64)) {
        let (start, end) = (range.start as usize, range.end as usize);
        let mut first = start - start % CHUNK;
        while first < end {
            let mut wanted = u64::MAX << (start.max(first) - first);
            if end - first < CHUNK {
                wanted &= (1 << (end - first)) - 1;
            }
            wanted &= !self.deleted.mask(first);
            self.saw(0, u64::from(wanted.count_ones()), 0);
            budget::spend(CHUNK_NS);
            if open & TIME != 0 {
                wanted = self.time.mask(first, wanted);
            }
            wanted = self.filter.mask(first, wanted);
            for (at, region) in self.regions.iter().enumerate() {
                if open >> at & 1 == 1 {
                    wanted = region.mask(self.part, first, wanted);
                }
            }
            if wanted != 0 {
                give(first, wanted);
            }
            first += CHUNK;
        }
    }

    pub(super) fn in_regions(&self, row: RowId, open: u8) -> bool {
        let regions = self.regions.iter().enumerate();
        regions
            .filter(|(at, _)| open >> at & 1 == 1)
            .all(|(_, region)| region.holds(self.part, row))
    }

    /// Whether a row matches everything.
    pub fn matches(&self, row: RowId) -> bool {
        budget::spend(ROW_NS);
        if self.deleted.contains(row) || !self.passes(row) {
            return false;
        }
        if (row as usize) < self.part.points.len() {
            return self.in_regions(row, u8::MAX);
        }
        match self.part.shapes.geometry(row) {
            Some(geometry) => {
                self.regions
                    .iter()
                    .all(|region| region.holds_shape(geometry))
                    && self.shape_is_near(row)
            }
            None => self.regions.is_empty() && self.query.near.is_none(),
        }
    }

    /// Whether a row satisfies time and filter, and has one of the ids if the query names some.
    pub(super) fn passes(&self, row: RowId) -> bool {
        let named = match &self.driven {
            Some((Driver::Ids, rows)) => rows.binary_search(&row).is_ok(),
            _ => true,
        };
        named && self.time.passes(row) && self.filter.passes(row)
    }

    /// The matching rows that are no single position, in order.
    pub(super) fn matching_shapes(&self) -> Vec<RowId> {
        let shapes = &self.part.shapes;
        if shapes.rows().is_empty() {
            return Vec::new();
        }
        if self.query.near.is_some_and(|near| near.radius_m.is_some()) {
            let mut rows: Vec<RowId> = self.shapes_within().into_iter().map(|hit| hit.1).collect();
            rows.sort_unstable();
            return rows;
        }
        let listed = self
            .regions
            .iter()
            .filter_map(|region| region.shapes(shapes));
        let mut rows = listed
            .min_by_key(Vec::len)
            .unwrap_or_else(|| shapes.rows().collect());
        self.saw(0, rows.len() as u64, 0);
        rows.retain(|row| self.matches(*row));
        rows
    }
}

fn one(row: RowId, give: &mut impl FnMut(usize, u64)) {
    let at = row as usize;
    give(at - at % CHUNK, 1 << (at % CHUNK));
}
