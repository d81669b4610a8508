//! Asking one part of a layer: what the index answers by whole nodes, what columns answer by ranges
//! of rows, and what is looked at one by one.

pub mod nearest;

use std::cell::Cell;
use std::ops::Range;

use crate::atlas::geo::area::Within;
use crate::atlas::index::deleted::DeletedRows;
use crate::atlas::index::mask::CHUNK;
use crate::atlas::index::mask::each_bit;
use crate::atlas::index::points::{Relation, TreeNode};
use crate::atlas::index::{Part, RowId, row_id};
use crate::atlas::model::budget;
use crate::atlas::model::schema::Schema;
use crate::atlas::model::time::TimeSpan;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::explain::Driver;
use crate::atlas::query::explain::Explain;
use crate::atlas::query::explain::Indexed;
use crate::atlas::query::question::ItemsQuery;
use crate::atlas::query::region::{Circle, Region};
use crate::atlas::query::test::Test;

/// The condition of time in a mask of open conditions; those below it are regions.
const TIME: u8 = 1 << 7;
/// More rows than this are not drawn from an order of time where there is a place to ask.
const DRIVEN_SHARE: usize = 4;
/// A feature that lies apart in memory costs about as much as so many side by side.
const APART: usize = 25;
const DAY_US: i64 = 86_400_000_000;
/// About what it takes to look at a node, at a chunk of rows, at a row that lies apart, to find an id,
/// and to sort one of many numbers, in nanoseconds.
const NODE_NS: u64 = 30;
const CHUNK_NS: u64 = 60;
const ROW_NS: u64 = 30;
const FIND_NS: u64 = 1_000;
const SORT_NS: u64 = 20;

/// A question to a part of which some rows are deleted.
pub struct Execution<'a> {
    part: &'a Part,
    deleted: &'a DeletedRows,
    query: &'a ItemsQuery,
    regions: Vec<Region<'a>>,
    span: Option<TimeSpan>,
    time: Test<'a>,
    filter: Test<'a>,
    /// The rows to look at, if there is a smaller set than what the place gives.
    driven: Option<(Driver, Vec<RowId>)>,
    looked: Cell<Looked>,
}

/// How much was looked at.
#[derive(Clone, Copy, Default)]
struct Looked {
    nodes: u64,
    candidates: u64,
    whole: u64,
}

impl<'a> Execution<'a> {
    /// Makes a question ready for a part under a schema.
    pub fn new(
        part: &'a Part,
        deleted: &'a DeletedRows,
        schema: &'a Schema,
        query: &'a ItemsQuery,
    ) -> Self {
        let circle = query.near.and_then(|near| {
            let (at, radius_m) = (near.at, near.radius_m?);
            Some(Region::Circle(Circle::new(Within { at, radius_m })))
        });
        let within = query.within.map(Region::within);
        let rects = query.bbox.map(Region::rects);
        let area = query.area.as_ref().map(Region::area);
        let mut execution = Self {
            part,
            deleted,
            query,
            regions: [circle, within, rects, area]
                .into_iter()
                .flatten()
                .collect(),
            span: query.datetime,
            time: match query.datetime {
                Some(span) => Test::of_span(part, span),
                None => Test::All(Vec::new()),
            },
            filter: Test::of_question(part, schema, query),
            driven: None,
            looked: Cell::default(),
        };
        execution.driven = execution.plan();
        execution
    }

    /// The smaller set to look at, if there is one: of ids, or of a short time.
    fn plan(&self) -> Option<(Driver, Vec<RowId>)> {
        if let Some(ids) = &self.query.ids {
            let find = |id: &str| {
                budget::spend(FIND_NS);
                self.part.find(id)
            };
            let mut rows: Vec<RowId> = ids.iter().filter_map(|id| find(id)).collect();
            rows.sort_unstable();
            rows.dedup();
            return Some((Driver::Ids, rows));
        }
        let [timeless, timed] = self.part.times.candidates(self.span?);
        let count = timeless.len() + timed.len();
        let everything = self.part.len();
        let by_place = match (self.query.near, self.regions.is_empty()) {
            // Nearest first: about so many are drawn until enough of them match.
            (Some(near), _) if near.radius_m.is_none() => {
                let enough = self.query.limit.saturating_mul(everything) / count.max(1);
                if self.query.count { everything } else { enough }
            }
            (_, true) => everything,
            _ => self.about(),
        };
        if count.saturating_mul(DRIVEN_SHARE) >= by_place {
            return None;
        }
        budget::begin(SORT_NS * count as u64);
        let mut rows = [timeless, timed].concat();
        rows.sort_unstable();
        Some((Driver::Time, rows))
    }

    /// About how many features lie in the regions: nodes of 256 that are partly in count half.
    fn about(&self) -> usize {
        let points = &self.part.points;
        let mut about = self.part.shapes.rows().len();
        let mut branches: Vec<_> = points.start().into_iter().collect();
        let regions_open = self.all_open() & !TIME;
        while let Some(branch) = branches.pop() {
            budget::spend(NODE_NS);
            let rows = points.rows_of(branch);
            match self.open_after(points.node(branch), regions_open) {
                None => {}
                Some(0) => about += rows.len(),
                Some(_) if rows.len() <= 256 => about += rows.len() / 2,
                Some(_) => branches.extend(points.children(branch).into_iter().flatten()),
            }
        }
        about
    }

    fn all_open(&self) -> u8 {
        let regions = (1 << self.regions.len()) - 1;
        let time = if self.time.is_anything() { 0 } else { TIME };
        regions | time
    }

    /// The conditions of a node or a position but for the near question's own circle.
    fn beside_circle(&self) -> u8 {
        let own = self.query.near.is_some_and(|near| near.radius_m.is_some());
        // It is the first of the regions.
        u8::MAX << u8::from(own)
    }

    /// Whether every single position matches that lies in the near question's own circle.
    fn tests_only_circle(&self) -> bool {
        self.deleted.is_empty()
            && self.driven.is_none()
            && self.filter.is_anything()
            && self.all_open() & self.beside_circle() == 0
    }

    /// Which conditions are still open of those that were, after a look at a node; `None` if nothing
    /// in it can match.
    fn open_after(&self, node: TreeNode<'_>, open: u8) -> Option<u8> {
        let mut still = open;
        for (at, region) in self.regions.iter().enumerate() {
            if open >> at & 1 == 1 {
                match region.relation(node) {
                    Relation::Outside => return None,
                    Relation::Inside => still &= !(1 << at),
                    Relation::Partial => {}
                }
            }
        }
        if let Some(span) = self.span.filter(|_| open & TIME != 0) {
            match in_time(node.days(), span) {
                Relation::Outside => return None,
                Relation::Inside => still &= !TIME,
                Relation::Partial => {}
            }
        }
        Some(still)
    }

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

    /// The part that is asked.
    pub fn part(&self) -> &'a Part {
        self.part
    }

    /// Whether everything that is not deleted and has a place matches.
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

    /// How many match in a range of single positions.
    pub fn count_in(&self, range: Range<RowId>) -> u64 {
        if self.is_everything() {
            return (range.len() - self.deleted.count(range)) as u64;
        }
        let mut count = 0;
        self.each_in(range, &mut |_, mask| count += u64::from(mask.count_ones()));
        count
    }

    /// The matching rows that are no single position and whose envelope meets a rectangle.
    pub fn shapes_meeting(&self, rects: &[geo::Rect]) -> Vec<RowId> {
        let mut rows = self.part.shapes.meeting(rects);
        rows.retain(|row| self.matches(*row));
        rows
    }

    /// How many match.
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

    /// How many match of the whole part, if columns have counted them.
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

    /// Gives ranges of single positions that may match, each with what is open there.
    fn each_range(&self, give: &mut impl FnMut(Range<RowId>, u8)) {
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

    fn in_regions(&self, row: RowId, open: u8) -> bool {
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

    /// Whether a row satisfies time and filter, and has one of the ids if some are asked for.
    fn passes(&self, row: RowId) -> bool {
        let named = match &self.driven {
            Some((Driver::Ids, rows)) => rows.binary_search(&row).is_ok(),
            _ => true,
        };
        named && self.time.passes(row) && self.filter.passes(row)
    }

    /// The matching rows that are no single position, in order.
    fn matching_shapes(&self) -> Vec<RowId> {
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

    fn saw(&self, nodes: u64, candidates: u64, whole: u64) {
        let seen = self.looked.get();
        self.looked.set(Looked {
            nodes: seen.nodes + nodes,
            candidates: seen.candidates + candidates,
            whole: seen.whole + whole,
        });
    }

    /// What was looked at so far.
    pub fn explain(&self) -> Explain {
        let seen = self.looked.get();
        let driver = match (&self.driven, self.query.near.is_some()) {
            (Some((driver, _)), _) => *driver,
            (None, true) => Driver::Place,
            (None, false) if !self.regions.is_empty() => Driver::Place,
            _ => Driver::Columns,
        };
        Explain {
            driver,
            index: Indexed::of(self.query),
            tested: self.filter.tested(),
            parts: 1,
            nodes: seen.nodes,
            candidates: seen.candidates,
            whole: seen.whole,
        }
    }
}

fn one(row: RowId, give: &mut impl FnMut(usize, u64)) {
    let at = row as usize;
    give(at - at % CHUNK, 1 << (at % CHUNK));
}

/// What a span says of a node's days.
fn in_time([first, last]: [i32; 2], span: TimeSpan) -> Relation {
    let starts_us = i64::from(first).saturating_mul(DAY_US);
    let ends_us = i64::from(last).saturating_add(1).saturating_mul(DAY_US) - 1;
    if ends_us < span.start_us || starts_us > span.last_us {
        Relation::Outside
    } else if span.start_us <= starts_us && ends_us <= span.last_us {
        Relation::Inside
    } else {
        Relation::Partial
    }
}
