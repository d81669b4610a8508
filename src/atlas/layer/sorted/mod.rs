//! Features in an order by fields: read from columns, of all parts together.
//!
//! What may be on a page is kept as a rank and a row address, sixteen bytes each; a page keeps about twice
//! as many as it has, a whole order all that match.

mod key;

use std::cmp::Ordering;

use crate::atlas::geo::geodesy::distance_to_geometry_m;
use crate::atlas::index::mask::each_bit;
use crate::atlas::index::{RowId, row_id};
use crate::atlas::layer::answer::{FeaturePage, Hit};
use crate::atlas::layer::sorted::key::Key;
use crate::atlas::layer::{FeatureRef, Layer, RowAddress};
use crate::atlas::model::budget;
use crate::atlas::model::schema::Value;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::explain::Explain;
use crate::atlas::query::question::ItemsQuery;
use crate::atlas::query::sort::{Rank, Sort, compared};

/// Candidates beyond twice what is wanted before the last ones are let go.
const SPARE: usize = 64;
/// Candidates of a question at most: some 64 MB, which twice as many take while there are more.
const ORDER_MAX: usize = 4_000_000;
/// The same for the caller.
const TOO_MANY: &str = "more than four million features would have to be put in order at once";
/// About what it takes to compare two candidates, in nanoseconds.
const COMPARE_NS: u64 = 15;

impl Layer {
    /// One page of an answer in an order by fields.
    pub(super) fn sorted(&self, query: &ItemsQuery, sort: &Sort) -> FeaturePage<'_> {
        let want = query.limit.saturating_add(1);
        let (mut first, matched, explain) = self.first_of(query, sort, want);
        let hits = first.drain(..).map(|address| self.hit(query, address));
        let mut hits: Vec<Hit<'_>> = hits.collect();
        let more = self.end_page(&mut hits, query.limit);
        let next = hits
            .last()
            .filter(|_| more)
            .map(|last| Cursor::AfterSorted {
                values: sort
                    .keys
                    .iter()
                    .map(|key| match last.feature.value(key.field) {
                        Value::Text(text) => Value::Text(compared(&text).into()),
                        value => value,
                    })
                    .collect(),
                id: last.feature.id().into(),
            });
        FeaturePage {
            hits,
            matched: query.count.then_some(matched),
            next,
            explain,
        }
    }

    /// The row addresses of the first so many that match, in the order that the question asks for, from its
    /// cursor on. While it is made it takes sixteen bytes a row, of twice as many; eight afterwards.
    pub fn order(&self, query: &ItemsQuery, sort: &Sort, rows_max: usize) -> Vec<RowAddress> {
        self.first_of(query, sort, rows_max).0
    }

    /// A feature of an answer, with its distance if the question has a position.
    pub fn hit(&self, query: &ItemsQuery, address: RowAddress) -> Hit<'_> {
        let feature = self.at(address);
        let measured = query.near.and_then(|near| {
            let geometry = feature.geometry()?;
            Some(distance_to_geometry_m(near.at, &geometry))
        });
        Hit {
            feature,
            distance_m: measured,
        }
    }

    /// The first so many row addresses, how many match in all, and how that was found.
    fn first_of(
        &self,
        query: &ItemsQuery,
        sort: &Sort,
        want: usize,
    ) -> (Vec<RowAddress>, u64, Explain) {
        let order = Order::new(self, query, sort);
        let mut first = First {
            order: &order,
            want,
            found: Vec::new(),
            last: None,
        };
        let (mut matched, mut explain) = (0, None);
        for (level, execution) in (0..).zip(self.executions(query)) {
            execution.each_match(&mut |start, mask| {
                matched += u64::from(mask.count_ones());
                budget::spend(COMPARE_NS * u64::from(mask.count_ones()));
                for bit in each_bit(mask) {
                    let row = row_id(start + bit);
                    first.offer(level, row);
                }
            });
            explain = Some(execution.explain().after(explain));
        }
        (first.finish(), matched, explain.unwrap_or_default())
    }
}

/// An order made ready for the parts of a layer.
struct Order<'a> {
    layer: &'a Layer,
    keys: Vec<Key<'a>>,
    id_descending: bool,
    /// Only what comes after this.
    after: Option<After<'a>>,
}

/// Where the page before this one ended.
struct After<'a> {
    ranks: Vec<Rank>,
    values: &'a [Value],
    id: &'a str,
}

/// A feature that may be on the page.
#[derive(Clone, Copy)]
struct Candidate {
    /// The rank of the first field, told apart to be small.
    at: u64,
    row: RowId,
    level: u16,
    is_null: bool,
}

impl Candidate {
    fn address(self) -> RowAddress {
        RowAddress {
            level: u32::from(self.level),
            row: self.row,
        }
    }

    fn rank(self) -> Rank {
        Rank {
            is_null: self.is_null,
            at: self.at,
        }
    }
}

impl<'a> Order<'a> {
    fn new(layer: &'a Layer, query: &'a ItemsQuery, sort: &Sort) -> Self {
        let cursor = match &query.cursor {
            Some(Cursor::AfterSorted { values, id }) if values.len() == sort.keys.len() => {
                Some((&**values, &**id))
            }
            _ => None,
        };
        let mut ranks = Vec::new();
        let mut keys = Vec::with_capacity(sort.keys.len());
        for (at, key) in sort.keys.iter().enumerate() {
            let value = cursor.map(|(values, _)| &values[at]);
            let (key, rank) = Key::new(layer, key.field, key.descending, value);
            keys.push(key);
            ranks.extend(rank);
        }
        Self {
            layer,
            keys,
            id_descending: sort.id_descending,
            after: cursor.map(|(values, id)| After { ranks, values, id }),
        }
    }

    fn candidate(&self, level: u16, row: RowId) -> Candidate {
        let first = self.keys.first();
        let rank = first.map_or(Rank::new(0, false), |key| {
            key.rank(self.layer, usize::from(level), row)
        });
        Candidate {
            at: rank.at,
            row,
            level,
            is_null: rank.is_null,
        }
    }

    fn feature(&self, candidate: Candidate) -> FeatureRef<'a> {
        self.layer.at(candidate.address())
    }

    fn rank(&self, key: usize, candidate: Candidate) -> Rank {
        if key == 0 {
            return candidate.rank();
        }
        let level = usize::from(candidate.level);
        self.keys[key].rank(self.layer, level, candidate.row)
    }

    fn compare(&self, a: Candidate, b: Candidate) -> Ordering {
        budget::spend(COMPARE_NS);
        for (at, key) in self.keys.iter().enumerate() {
            let by_rank = self.rank(at, a).cmp(&self.rank(at, b));
            let by_value = by_rank.then_with(|| {
                let other = || self.feature(b).value(key.field);
                key.compare_rest(|| self.feature(a).value(key.field), other)
            });
            if by_value.is_ne() {
                return by_value;
            }
        }
        let by_id = if a.level == b.level {
            let ids = &self.layer.levels[usize::from(a.level)].part.ids;
            ids.rank(a.row).cmp(&ids.rank(b.row))
        } else {
            self.feature(a).id().cmp(&self.feature(b).id())
        };
        self.directed(by_id)
    }

    fn directed(&self, by_id: Ordering) -> Ordering {
        if self.id_descending {
            by_id.reverse()
        } else {
            by_id
        }
    }

    /// Whether a feature comes after the page before this one.
    fn is_after(&self, candidate: Candidate) -> bool {
        let Some(after) = &self.after else {
            return true;
        };
        for (at, key) in self.keys.iter().enumerate() {
            let by_rank = self.rank(at, candidate).cmp(&after.ranks[at]);
            let by_value = by_rank.then_with(|| {
                let own = || self.feature(candidate).value(key.field);
                key.compare_rest(own, || after.values[at].clone())
            });
            if by_value.is_ne() {
                return by_value.is_gt();
            }
        }
        let by_id = (*self.feature(candidate).id()).cmp(after.id);
        self.directed(by_id).is_gt()
    }
}

/// The first few of those that are offered.
struct First<'o, 'a> {
    order: &'o Order<'a>,
    want: usize,
    found: Vec<Candidate>,
    /// As many as are wanted come before this.
    last: Option<Candidate>,
}

impl First<'_, '_> {
    fn offer(&mut self, level: u16, row: RowId) {
        let candidate = self.order.candidate(level, row);
        let beyond = self
            .last
            .is_some_and(|last| self.order.compare(candidate, last).is_gt());
        if beyond || !self.order.is_after(candidate) {
            return;
        }
        self.found.push(candidate);
        if self.found.len() > ORDER_MAX {
            budget::refuse(TOO_MANY);
        }
        if self.found.len() >= self.want.saturating_mul(2).saturating_add(SPARE) {
            self.tighten();
        }
    }

    /// Lets go of what cannot be among the first.
    fn tighten(&mut self) {
        let order = self.order;
        let by_order = |a: &Candidate, b: &Candidate| order.compare(*a, *b);
        if self.found.len() > self.want && self.want > 0 {
            self.found.select_nth_unstable_by(self.want - 1, by_order);
            self.found.truncate(self.want);
            self.last = self.found.last().copied();
        }
    }

    fn finish(mut self) -> Vec<RowAddress> {
        self.tighten();
        let order = self.order;
        self.found.sort_unstable_by(|a, b| order.compare(*a, *b));
        self.found.into_iter().map(Candidate::address).collect()
    }
}
