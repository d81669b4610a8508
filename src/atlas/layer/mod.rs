//! A layer: a large packed base, and the small parts of what changed since. Every query is executed over all.
//!
//! A change makes a part of its own and marks as deleted what it replaces; it touches nothing else, so it costs
//! in proportion to itself. Small parts are put together as they come, large ones in the background
//! (`compaction.rs`): a question meets a handful (the log-structured merge of O'Neil et al. 1996, doi
//! 10.1007/s002360050048).
//!
//! | file | what it holds |
//! | --- | --- |
//! | `answer` | a page of features |
//! | `feature_ref` | a feature in a layer, and its row address |
//! | `holds` | what all features have in common, for forms that cannot hold everything |
//! | `addresses` | row addresses of many features, for an export |
//! | `sorted` | pages in an order by fields |
//! | `compaction` | parts put together, and layers rebased on them |
//! | `room` | which changes a layer has room for |
//! | `aside` | the features that an atlas leaves out, and why |

mod addresses;
pub mod answer;
pub mod aside;
pub mod compaction;
mod feature_ref;
mod holds;
mod room;
mod sorted;

use std::borrow::Cow;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

pub use feature_ref::{FeatureRef, RowAddress};

use crate::atlas::geo::boxes;
use crate::atlas::geo::position::Bounds;
use crate::atlas::index::deleted::DeletedRows;
use crate::atlas::index::{Part, RowId, Sizes, row_id};
use crate::atlas::layer::answer::FeaturePage;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::model::time::TimeSpan;
use crate::atlas::query::execution::Execution;
use crate::atlas::query::explain::Explain;
use crate::atlas::query::question::{ItemsQuery, PAGE_BYTES_MAX};

/// The features of a layer at one revision; frozen. A copy shares everything.
#[derive(Clone)]
pub struct Layer {
    schema: Arc<Schema>,
    /// From the oldest to the newest.
    levels: Vec<Level>,
    len: usize,
}

/// A part, and which of its features later ones have replaced or withdrawn.
#[derive(Clone)]
struct Level {
    part: Arc<Part>,
    deleted: Arc<DeletedRows>,
}

impl std::fmt::Debug for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layer")
            .field("id", &self.schema.id)
            .field("len", &self.len)
            .field("levels", &self.levels.len())
            .finish_non_exhaustive()
    }
}

/// An id with what the feature has become; `None` if it was withdrawn.
pub type FeatureChange = (Box<str>, Option<Feature>);

impl Layer {
    /// A layer without features.
    pub fn new(schema: Schema) -> Self {
        Self {
            schema: Arc::new(schema.with_derived()),
            levels: Vec::new(),
            len: 0,
        }
    }

    /// The schema of the layer, with its derived fields.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// How many features it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A feature by its id.
    pub fn feature(&self, id: &str) -> Option<FeatureRef<'_>> {
        let (level, row) = self.find(id)?;
        Some(self.feature_at(level, row))
    }

    /// The feature at a row address that this layer has given.
    pub fn at(&self, address: RowAddress) -> FeatureRef<'_> {
        self.feature_at(address.level as usize, address.row)
    }

    fn find(&self, id: &str) -> Option<(usize, RowId)> {
        let levels = self.levels.iter().enumerate().rev();
        levels
            .filter_map(|(at, level)| Some((at, level.part.find(id)?)))
            .find(|(at, row)| !self.levels[*at].deleted.contains(*row))
    }

    pub(super) fn feature_at(&self, level: usize, row: RowId) -> FeatureRef<'_> {
        FeatureRef {
            part: &self.levels[level].part,
            address: RowAddress::new(level, row),
            schema: &self.schema,
        }
    }

    /// Every feature, in order of id.
    pub fn features(&self) -> impl Iterator<Item = FeatureRef<'_>> {
        let mut levels: Vec<_> = self
            .levels
            .iter()
            .map(|level| {
                let rows = level.part.ids.in_order().iter().copied();
                rows.filter(|row| !level.deleted.contains(*row))
            })
            .collect();
        let mut heads = BinaryHeap::new();
        for (at, rows) in levels.iter_mut().enumerate() {
            heads.extend(self.head(at, rows.next()));
        }
        std::iter::from_fn(move || {
            let std::cmp::Reverse((_, at, row)) = heads.pop()?;
            heads.extend(self.head(at, levels[at].next()));
            Some(self.feature_at(at, row))
        })
    }

    fn head(&self, at: usize, row: Option<RowId>) -> Option<std::cmp::Reverse<Head<'_>>> {
        let id = self.levels[at].part.texts.id(row?);
        Some(std::cmp::Reverse((id, at, row?)))
    }

    /// The box around all features; `None` without any geometry. It may be too large after features
    /// were changed or withdrawn, until the next compaction; never too small.
    pub fn extent(&self) -> Option<Bounds> {
        let parts = self.levels.iter().filter_map(|level| level.part.envelope());
        let [low, high] = parts.reduce(boxes::union)?;
        Bounds::new(low[0], low[1], high[0], high[1]).ok()
    }

    /// From the first to the last known time; `None` without any. It may be too long, as
    /// [`Self::extent`] may be too large.
    pub fn time_extent(&self) -> Option<TimeSpan> {
        let parts = self.levels.iter();
        parts
            .filter_map(|level| level.part.time_extent())
            .reduce(|a, b| TimeSpan {
                start_us: a.start_us.min(b.start_us),
                last_us: a.last_us.max(b.last_us),
            })
    }

    /// What it takes in memory.
    pub fn sizes(&self) -> Sizes {
        let parts = self.levels.iter().map(|level| level.part.sizes());
        parts.fold(Sizes::default(), std::ops::Add::add)
    }

    /// Answers a question. Exact: what an index finds, geometry confirms.
    pub fn items(&self, query: &ItemsQuery) -> FeaturePage<'_> {
        if let Some(sort) = &query.sort {
            return self.sorted(query, sort);
        }
        // One more than the page tells whether there is a next one.
        let want = query.limit.saturating_add(1);
        let mut hits: Vec<Hit<'_>> = Vec::new();
        let (mut matched, mut explain) = (0, None);
        for (level, execution) in self.executions(query).enumerate() {
            let count = query.count.then(|| execution.count());
            matched += count.unwrap_or_default();
            if count != Some(0) {
                self.page_of(level, &execution, query, want, count, &mut hits);
            }
            explain = Some(execution.explain().after(explain));
        }
        if self.levels.len() > 1 {
            hits.sort_unstable_by(|a, b| {
                let by_distance = a.distance_m.partial_cmp(&b.distance_m);
                let by_distance = by_distance.unwrap_or(std::cmp::Ordering::Equal);
                by_distance.then_with(|| a.feature.id().cmp(&b.feature.id()))
            });
        }
        let more = self.end_page(&mut hits, query.limit);
        let last = hits.last().filter(|_| more);
        let next = last.map(|hit| self.cursor_after(hit.feature.address(), hit.distance_m));
        FeaturePage {
            hits,
            matched: query.count.then_some(matched),
            next,
            explain: explain.unwrap_or_default(),
        }
    }

    /// Ends a page at its limit, or before it where it would have too many bytes. Whether more follows.
    fn end_page(&self, hits: &mut Vec<Hit<'_>>, limit: usize) -> bool {
        let mut end = limit;
        let longest = self.levels.iter().map(|level| level.part.texts.longest());
        // Where each text ends lies anywhere in memory: mostly it need not be looked up.
        if longest.max().unwrap_or_default().saturating_mul(limit) > PAGE_BYTES_MAX {
            let mut bytes = 0;
            let fits = hits.iter().take(limit).position(|hit| {
                bytes += hit.feature.geojson_bytes().len();
                bytes > PAGE_BYTES_MAX
            });
            end = fits.map_or(limit, |fits| fits.max(1));
        }
        let more = hits.len() > end;
        hits.truncate(end);
        more
    }

    /// How many features match, and how that was found; pages and order do not matter.
    pub fn count(&self, query: &ItemsQuery) -> (u64, Explain) {
        let (mut matched, mut explain) = (0, None);
        for execution in self.executions(query) {
            matched += execution.count();
            explain = Some(execution.explain().after(explain));
        }
        (matched, explain.unwrap_or_default())
    }

    /// The execution of a query over each part.
    pub(super) fn executions<'a>(
        &'a self,
        query: &'a ItemsQuery,
    ) -> impl Iterator<Item = Execution<'a>> {
        let levels = self.levels.iter();
        levels.map(move |level| Execution::new(&level.part, &level.deleted, &self.schema, query))
    }

    /// Adds the features of one part that may be on the page.
    fn page_of<'a>(
        &'a self,
        level: usize,
        execution: &Execution<'_>,
        query: &ItemsQuery,
        want: usize,
        matched: Option<u64>,
        hits: &mut Vec<Hit<'a>>,
    ) {
        let hit = |row, distance_m| Hit {
            feature: self.feature_at(level, row),
            distance_m,
        };
        if let Some(near) = query.near {
            let nearest = execution.nearest(near, want).into_iter();
            hits.extend(nearest.map(|(distance_m, row)| hit(row, Some(distance_m))));
        } else {
            let page = execution.page_by_id(want, matched).into_iter();
            hits.extend(page.map(|row| hit(row, None)));
        }
    }

    /// The layer with features put (`Some`) or withdrawn (`None`). The last change of an id counts.
    #[must_use]
    pub fn with(&self, changes: Vec<FeatureChange>) -> Self {
        let is_last = last_of_each(&changes);
        let mut deleted: Vec<Vec<RowId>> = vec![Vec::new(); self.levels.len()];
        let mut features = Vec::with_capacity(changes.len());
        for ((id, feature), is_last) in changes.into_iter().zip(is_last) {
            if !is_last {
                continue;
            }
            if let Some((level, row)) = self.find(&id) {
                deleted[level].push(row);
            }
            features.extend(feature);
        }
        let mut next = self.clone();
        for (level, rows) in next.levels.iter_mut().zip(deleted) {
            if !rows.is_empty() {
                level.deleted = Arc::new(level.deleted.with(rows));
            }
        }
        if !features.is_empty() {
            next.push(Part::of(&self.schema, features));
        }
        next.small_compacted()
    }

    /// The same features under another description; fields are matched by name, new ones are null.
    #[must_use]
    pub fn with_schema(&self, schema: Schema) -> Self {
        let schema = Arc::new(schema.with_derived());
        if *schema == *self.schema {
            return self.clone();
        }
        let same_fields = schema.fields == self.schema.fields && schema.time == self.schema.time;
        if same_fields {
            return Self {
                schema,
                ..self.clone()
            };
        }
        let places: Vec<Option<usize>> = schema
            .fields
            .iter()
            .map(|field| self.schema.index_of(&field.name))
            .collect();
        let value = |values: &[Value], place: &Option<usize>| {
            place.map_or(Value::Null, |place| values[place].clone())
        };
        let features: Vec<Feature> = self
            .features()
            .map(|feature| {
                let values = feature.values();
                Feature {
                    values: places.iter().map(|place| value(&values, place)).collect(),
                    ..feature.to_feature()
                }
            })
            .collect();
        let part = Part::of(&schema, features);
        Self::of_part(schema, part)
    }

    fn push(&mut self, part: Part) {
        self.levels.push(Level {
            part: Arc::new(part),
            deleted: Arc::default(),
        });
    }
}

/// Which changes are the last of their id.
fn last_of_each(changes: &[FeatureChange]) -> Vec<bool> {
    let mut is_last = vec![true; changes.len()];
    if changes.is_sorted_by(|a, b| a.0 < b.0) {
        return is_last;
    }
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(changes.len());
    for (at, (id, _)) in changes.iter().enumerate() {
        if let Some(earlier) = seen.insert(id, at) {
            is_last[earlier] = false;
        }
    }
    is_last
}

type Head<'a> = (Cow<'a, str>, usize, RowId);

impl Level {
    /// How many of its rows are not deleted.
    fn len(&self) -> usize {
        self.part.len() - self.deleted.len()
    }

    /// The rows that are not deleted, ascending.
    fn visible(&self) -> Vec<RowId> {
        let all = row_id(self.part.len());
        let mut deleted = self.deleted.rows().iter().copied().peekable();
        (0..all)
            .filter(|row| deleted.next_if_eq(row).is_none())
            .collect()
    }
}
