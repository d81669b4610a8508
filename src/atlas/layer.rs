//! A layer: its features by id, by distance, by box and by time; a bulk-loaded base and a small
//! recent part that changes touch.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::Geometry;

use crate::atlas::change::Feature;
use crate::atlas::nearby::Search;
use crate::atlas::part::{Candidates, Part, Slot, Stored};
use crate::atlas::position::Bounds;
use crate::atlas::query::{Answer, Cursor, Hit, ItemsQuery, Near};
use crate::atlas::schema::{Schema, Value};
use crate::atlas::time::TimeSpan;

/// Recent changes are merged into the base beyond so many, and beyond a share of the base: each
/// publish costs in proportion to the recent ones, each merge in proportion to all.
const RECENT_MIN: usize = 1024;
/// Never more recent changes than this, or publishing is slow.
const RECENT_MAX: usize = 8192;

/// The features of a layer at one revision; frozen. A copy shares everything.
#[derive(Clone)]
pub struct Layer {
    schema: Arc<Schema>,
    base: Arc<Part>,
    /// Slots of the base that a recent change has replaced or withdrawn.
    hidden: Arc<SlotSet>,
    recent: Arc<BTreeMap<Arc<str>, Recent>>,
    /// The recent features, indexed.
    fresh: Arc<Part>,
    len: usize,
}

impl std::fmt::Debug for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layer")
            .field("id", &self.schema.id)
            .field("len", &self.len)
            .field("recent", &self.recent.len())
            .finish_non_exhaustive()
    }
}

/// An id with what the feature has become; `None` if it was withdrawn.
pub type FeatureChange = (Box<str>, Option<Feature>);

/// What a feature has become since the base was made.
#[derive(Clone)]
struct Recent {
    /// The revision that changed it.
    revision: u64,
    /// The feature; `None` if it was withdrawn.
    stored: Option<Arc<Stored>>,
}

/// A feature in a layer.
#[derive(Clone, Copy, Debug)]
pub struct FeatureRef<'a> {
    stored: &'a Stored,
}

impl Layer {
    /// A layer without features.
    pub fn new(schema: Schema) -> Self {
        Self {
            schema: Arc::new(schema.with_derived()),
            base: Arc::default(),
            hidden: Arc::default(),
            recent: Arc::default(),
            fresh: Arc::default(),
            len: 0,
        }
    }

    /// What the layer is.
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
        let stored = match self.recent.get(id) {
            Some(recent) => recent.stored.as_deref()?,
            None => self.base.stored(self.base.find(id)?),
        };
        Some(FeatureRef { stored })
    }

    /// Every feature, in order of id.
    pub fn features(&self) -> impl Iterator<Item = FeatureRef<'_>> {
        merged(&self.base.features, self.recent.iter()).map(|stored| FeatureRef { stored })
    }

    /// The box around all features; `None` without any geometry. It may be too large after features
    /// were changed or withdrawn, until the next merge; never too small.
    pub fn extent(&self) -> Option<Bounds> {
        let parts = [&self.base, &self.fresh];
        let [low, high] =
            parts
                .iter()
                .filter_map(|part| part.envelope())
                .reduce(|[a, b], [c, d]| {
                    let least = [a[0].min(c[0]), a[1].min(c[1])];
                    [least, [b[0].max(d[0]), b[1].max(d[1])]]
                })?;
        Bounds::new(low[0], low[1], high[0], high[1]).ok()
    }

    /// From the first to the last known time; `None` without any. It may be too long, as
    /// [`Self::extent`] may be too large.
    pub fn time_extent(&self) -> Option<TimeSpan> {
        let parts = [&self.base, &self.fresh];
        parts
            .iter()
            .filter_map(|part| part.time_extent())
            .reduce(|a, b| TimeSpan {
                start_us: a.start_us.min(b.start_us),
                last_us: a.last_us.max(b.last_us),
            })
    }

    /// Answers a question. Exact: what an index finds, geometry confirms.
    pub fn items(&self, query: &ItemsQuery) -> Answer<'_> {
        // One more than the page tells whether there is a next one.
        let want = query.limit.saturating_add(1);
        let base_visible = |slot| !self.hidden.contains(slot);
        let answers = [
            answer(&self.base, query, &base_visible, want),
            answer(&self.fresh, query, &|_| true, want),
        ];
        let matched = query.count.then(|| answers.iter().map(|part| part.1).sum());
        let mut hits: Vec<Hit> = answers.into_iter().flat_map(|part| part.0).collect();
        hits.sort_unstable_by(|a, b| {
            let by_distance = a.distance_m.partial_cmp(&b.distance_m);
            let by_distance = by_distance.unwrap_or(std::cmp::Ordering::Equal);
            by_distance.then_with(|| a.feature.id().cmp(b.feature.id()))
        });
        let more = hits.len() > query.limit;
        hits.truncate(query.limit);
        let next = hits.last().filter(|_| more).map(|hit| {
            let id = hit.feature.id().into();
            match hit.distance_m {
                Some(distance_m) => Cursor::AfterDistance { distance_m, id },
                None => Cursor::AfterId(id),
            }
        });
        Answer {
            hits,
            matched,
            next,
        }
    }

    /// Every feature that a question selects among those whose envelope meets a box, in no order.
    /// Of its near part the radius alone selects; pages do not matter.
    pub(super) fn for_each_in<'a>(
        &'a self,
        bounds: Bounds,
        query: &ItemsQuery,
        see: &mut dyn FnMut(FeatureRef<'a>),
    ) {
        let base_visible = |slot| !self.hidden.contains(slot);
        selected_in(&self.base, bounds, query, &base_visible, see);
        selected_in(&self.fresh, bounds, query, &|_| true, see);
    }

    /// The layer with features put (`Some`) or withdrawn (`None`) by a revision. The last change of
    /// an id counts.
    #[must_use]
    pub fn with(&self, revision: u64, changes: Vec<FeatureChange>) -> Self {
        let bulk = changes.len() > RECENT_MAX.max(self.base.features.len() / 2);
        let stored = |feature| Arc::new(Stored::new(&self.schema, feature));
        let changes = changes.into_iter().map(|(id, feature)| {
            let stored = feature.map(stored);
            (Arc::from(id), Recent { revision, stored })
        });
        if bulk {
            let mut changes: Vec<(Arc<str>, Recent)> = changes.collect();
            // A stable sort from the last change on: the first of equal ids is the one that counts.
            changes.reverse();
            changes.sort_by(|a, b| a.0.cmp(&b.0));
            changes.dedup_by(|later, first| later.0 == first.0);
            let earlier = self.merged();
            let changes = changes.iter().map(|(id, recent)| (id, recent));
            let all = merged(&earlier.base.features, changes);
            return Self::of_base(&self.schema, all.cloned().collect());
        }
        let earlier = (*self.recent).clone();
        self.with_recent(earlier.into_iter().chain(changes).collect())
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
        let features = self.features().map(|feature| {
            let values = places.iter().map(|place| value(feature.values(), place));
            let feature = Feature {
                id: feature.id().into(),
                geometry: feature.geometry().cloned(),
                values: values.collect(),
            };
            Arc::new(Stored::new(&schema, feature))
        });
        Self::of_base(&schema, features.collect())
    }

    /// Whether the recent changes are so many that a merge pays.
    pub fn wants_merge(&self) -> bool {
        let share = self.base.features.len() / 64;
        self.recent.len() > share.clamp(RECENT_MIN, RECENT_MAX)
    }

    /// The same features, all in the base. Costs in proportion to all of them.
    #[must_use]
    pub fn merged(&self) -> Self {
        if self.recent.is_empty() {
            return self.clone();
        }
        let all = merged(&self.base.features, self.recent.iter())
            .cloned()
            .collect();
        Self::of_base(&self.schema, all)
    }

    /// This layer over the base of an earlier state of it, merged at a revision: only what changed
    /// after that stays recent.
    #[must_use]
    pub fn over(&self, merged: &Self, revision: u64) -> Self {
        if !Arc::ptr_eq(&self.schema, &merged.schema) {
            // The fields have changed since: that base is of no use.
            return self.clone();
        }
        let later = self
            .recent
            .iter()
            .filter(|(_, recent)| recent.revision > revision);
        let later = later.map(|(id, recent)| (id.clone(), recent.clone()));
        merged.with_recent(later.collect())
    }

    fn of_base(schema: &Arc<Schema>, features: Vec<Arc<Stored>>) -> Self {
        Self {
            schema: schema.clone(),
            len: features.len(),
            base: Arc::new(Part::new(features)),
            hidden: Arc::default(),
            recent: Arc::default(),
            fresh: Arc::default(),
        }
    }

    fn with_recent(&self, recent: BTreeMap<Arc<str>, Recent>) -> Self {
        let fresh: Vec<_> = recent.values().filter_map(|r| r.stored.clone()).collect();
        let hidden: SlotSet = recent.keys().filter_map(|id| self.base.find(id)).collect();
        Self {
            schema: self.schema.clone(),
            base: self.base.clone(),
            len: self.base.features.len() - hidden.len + fresh.len(),
            hidden: Arc::new(hidden),
            recent: Arc::new(recent),
            fresh: Arc::new(Part::new(fresh)),
        }
    }
}

impl<'a> FeatureRef<'a> {
    /// Its id.
    pub fn id(self) -> &'a str {
        &self.stored.feature.id
    }

    /// Its GeoJSON text, made once: an object with `type`, `id`, `geometry` and, last,
    /// `properties`, so that it ends in `}}`.
    pub fn geojson(self) -> &'a str {
        &self.stored.text
    }

    /// Its geometry.
    pub fn geometry(self) -> Option<&'a Geometry> {
        self.stored.feature.geometry.as_ref()
    }

    /// Its values, in the schema's order.
    pub fn values(self) -> &'a [Value] {
        &self.stored.feature.values
    }

    /// Its time.
    pub fn time(self) -> Option<TimeSpan> {
        self.stored.time
    }
}

/// A base with its recent changes, in order of id.
fn merged<'a>(
    base: &'a [Arc<Stored>],
    recent: impl Iterator<Item = (&'a Arc<str>, &'a Recent)>,
) -> impl Iterator<Item = &'a Arc<Stored>> {
    let mut base = base.iter().peekable();
    let mut recent = recent.peekable();
    std::iter::from_fn(move || {
        loop {
            let Some((id, change)) = recent.peek() else {
                return base.next();
            };
            match base.peek() {
                Some(stored) if *stored.feature.id < ***id => return base.next(),
                Some(stored) if *stored.feature.id == ***id => {
                    base.next();
                }
                _ => {
                    let stored = change.stored.as_ref();
                    recent.next();
                    if stored.is_some() {
                        return stored;
                    }
                }
            }
        }
    })
}

/// Up to so many hits of a part after the cursor, in order, and how many match in all (0 if the
/// question does not count).
fn answer<'a>(
    part: &'a Part,
    query: &ItemsQuery,
    visible: &dyn Fn(Slot) -> bool,
    want: usize,
) -> (Vec<Hit<'a>>, u64) {
    if let Some(near) = query.near {
        return answer_near(part, query, near, visible, want);
    }
    let after = match &query.cursor {
        Some(Cursor::AfterId(id)) => part.after(id),
        _ => 0,
    };
    let (mut hits, mut matched) = (Vec::new(), 0);
    let mut take = |slot: Slot| {
        if !visible(slot) || !part.satisfies(slot, query) {
            return true;
        }
        matched += 1;
        if slot as usize >= after && hits.len() < want {
            hits.push(Hit {
                feature: FeatureRef {
                    stored: part.stored(slot),
                },
                distance_m: None,
            });
        }
        query.count || hits.len() < want
    };
    match part.candidates(query) {
        Candidates::All => {
            let from = if query.count { 0 } else { after };
            (0..).take(part.features.len()).skip(from).all(&mut take);
        }
        Candidates::Slots(slots) => {
            slots.into_iter().all(&mut take);
        }
    }
    (hits, matched)
}

fn selected_in<'a>(
    part: &'a Part,
    bounds: Bounds,
    query: &ItemsQuery,
    visible: &dyn Fn(Slot) -> bool,
    see: &mut dyn FnMut(FeatureRef<'a>),
) {
    let mut see = |slot| {
        let stored = part.stored(slot);
        see(FeatureRef { stored });
    };
    let near = query.near.filter(|near| near.radius_m.is_some());
    if let Some(near) = near {
        let found = Search::new(part, query, near, visible, usize::MAX).within();
        found.hits.into_iter().for_each(|(_, slot)| see(slot));
        return;
    }
    let narrowed = ItemsQuery {
        bbox: Some(bounds),
        datetime: query.datetime,
        ..ItemsQuery::default()
    };
    let selects = |slot: &Slot| visible(*slot) && part.satisfies(*slot, query);
    match part.candidates(&narrowed) {
        Candidates::All => (0..)
            .take(part.features.len())
            .filter(selects)
            .for_each(&mut see),
        Candidates::Slots(slots) => slots.into_iter().filter(selects).for_each(&mut see),
    }
}

fn answer_near<'a>(
    part: &'a Part,
    query: &ItemsQuery,
    near: Near,
    visible: &dyn Fn(Slot) -> bool,
    want: usize,
) -> (Vec<Hit<'a>>, u64) {
    let search = Search::new(part, query, near, visible, want);
    // Drawing nearest first would draw everything before the cursor again.
    let collects = query.count || query.cursor.is_some();
    let (hits, matched) = if collects && near.radius_m.is_some() {
        let found = search.within();
        (found.hits, found.matched)
    } else {
        let matched = if query.count {
            part.placed(query, visible)
        } else {
            0
        };
        (search.nearest(), matched)
    };
    let hit = |(distance_m, slot)| Hit {
        feature: FeatureRef {
            stored: part.stored(slot),
        },
        distance_m: Some(distance_m),
    };
    (hits.into_iter().map(hit).collect(), matched)
}

/// A set of slots: a bit each.
#[derive(Debug, Default)]
struct SlotSet {
    words: Vec<u64>,
    len: usize,
}

impl SlotSet {
    fn contains(&self, slot: Slot) -> bool {
        let word = self.words.get(slot as usize / 64);
        word.is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }
}

impl FromIterator<Slot> for SlotSet {
    fn from_iter<I: IntoIterator<Item = Slot>>(slots: I) -> Self {
        let mut set = Self::default();
        for slot in slots {
            let word = slot as usize / 64;
            if word >= set.words.len() {
                set.words.resize(word + 1, 0);
            }
            let bit = 1 << (slot % 64);
            set.len += usize::from(set.words[word] & bit == 0);
            set.words[word] |= bit;
        }
        set
    }
}
