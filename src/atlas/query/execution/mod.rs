//! Executing a query over one part of a layer. This file plans: which conditions a node of the tree decides,
//! and whether the rows of some ids or of a short time are fewer than what the regions give. `scan.rs` finds
//! the rows that match, `page.rs` counts them and takes a page of them in order of id, `nearest` in order of
//! distance.

pub mod nearest;
mod page;
mod scan;

use std::cell::Cell;

use crate::atlas::geo::area::Within;
use crate::atlas::index::deleted::DeletedRows;
use crate::atlas::index::points::{Relation, TreeNode};
use crate::atlas::index::{Part, RowId};
use crate::atlas::model::budget;
use crate::atlas::model::schema::Schema;
use crate::atlas::model::time::{DAY_US, TimeSpan};
use crate::atlas::query::explain::{Driver, Explain, Indexed};
use crate::atlas::query::question::ItemsQuery;
use crate::atlas::query::region::{Circle, Region};
use crate::atlas::query::test::Test;

/// The condition of time in a mask of open conditions; those below it are regions.
const TIME: u8 = 1 << 7;
/// The rows of a time are looked at instead of those of a place where they are fewer by more than this factor.
const DRIVEN_FACTOR: usize = 4;
/// A feature that lies apart in memory costs about as much as so many side by side.
const APART: usize = 25;
/// About what it takes to look at a node, at a chunk of rows, at a row that lies apart, to find an id,
/// and to sort one of many numbers, in nanoseconds.
const NODE_NS: u64 = 30;
const CHUNK_NS: u64 = 60;
const ROW_NS: u64 = 30;
const FIND_NS: u64 = 1_000;
const SORT_NS: u64 = 20;

/// A query made ready for one part, of which some rows are deleted, with what was looked at so far.
pub struct Execution<'a> {
    part: &'a Part,
    deleted: &'a DeletedRows,
    query: &'a ItemsQuery,
    regions: Vec<Region<'a>>,
    span: Option<TimeSpan>,
    time: Test<'a>,
    filter: Test<'a>,
    /// The rows to look at, if there is a smaller set than what the regions give.
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
    /// The execution of a query over a part under a schema.
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
        if count.saturating_mul(DRIVEN_FACTOR) >= by_place {
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
        // `new` puts that circle first among the regions.
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

    /// The part that the query is executed over.
    pub fn part(&self) -> &'a Part {
        self.part
    }

    fn saw(&self, nodes: u64, candidates: u64, whole: u64) {
        let seen = self.looked.get();
        self.looked.set(Looked {
            nodes: seen.nodes + nodes,
            candidates: seen.candidates + candidates,
            whole: seen.whole + whole,
        });
    }

    /// How the query was executed so far.
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
