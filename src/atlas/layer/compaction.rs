//! Compaction, which keeps a layer's parts few: small ones are put together within a commit, large ones by a thread that
//! has time, while readers and writers go on.

use std::sync::Arc;

use crate::atlas::index::build::Effort;
use crate::atlas::index::deleted::DeletedRows;
use crate::atlas::index::{Part, RowId};
use crate::atlas::layer::{Layer, Level};
use crate::atlas::model::schema::Schema;

/// Parts smaller than this are put together within a commit; larger ones only in the background.
const SMALL: usize = 1024;
/// A part is put together with the newer ones when they are at least this share of it: each feature
/// is copied about log(n) times, to the base of this share, on its way.
const SHARE: usize = 4;
/// The same for the base, the largest part, which costs most to copy.
const BASE_SHARE: usize = 16;
/// More parts than this in the background's care are compacted whatever their sizes: each is searched by
/// every question.
const PARTS_MAX: usize = 6;

/// Large parts of a layer put together: the base that later changes are rebased on by [`Layer::rebased_on`].
pub struct Compaction {
    schema: Arc<Schema>,
    /// The parts that it replaces.
    replaced: Vec<Level>,
    part: Arc<Part>,
}

impl Layer {
    /// A layer of one part.
    pub fn of_part(schema: Arc<Schema>, part: Part) -> Self {
        let mut layer = Self {
            schema,
            levels: Vec::new(),
            len: 0,
        };
        layer.push(part);
        layer.small_compacted()
    }

    /// The packed parts, oldest first, each with the rows of it that are deleted, in order.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &[RowId])> {
        let levels = self.levels.iter();
        levels.map(|level| (&*level.part, level.deleted.rows()))
    }

    /// The layer of such parts as [`Self::parts`] gave.
    pub fn of_kept(schema: Arc<Schema>, parts: Vec<(Part, Vec<RowId>)>) -> Self {
        let levels = parts.into_iter().map(|(part, deleted)| Level {
            part: Arc::new(part),
            deleted: Arc::new(DeletedRows::default().with(deleted)),
        });
        let layer = Self {
            schema,
            levels: levels.collect(),
            len: 0,
        };
        layer.counted()
    }

    /// Puts the small parts at the end together, lets empty ones go, and counts.
    pub(super) fn small_compacted(mut self) -> Self {
        self.levels.retain(|level| level.len() > 0);
        while let [.., older, newer] = &*self.levels {
            let small = older.len() < SMALL && newer.len() < SMALL;
            if !small || older.len() > newer.len().saturating_mul(SHARE) {
                break;
            }
            let at = self.levels.len() - 2;
            let part = gathered(&self.schema, &self.levels[at..]);
            self.levels.truncate(at);
            self.push(part);
        }
        self.counted()
    }

    fn counted(mut self) -> Self {
        self.len = self.levels.iter().map(Level::len).sum();
        self
    }

    /// How many of the first parts are no longer touched by commits, but for what they hide.
    fn settled(&self) -> usize {
        let large = self.levels.iter().rposition(|level| level.len() >= SMALL);
        large.map_or(0, |last| last + 1)
    }

    /// Which parts a compaction should put together; `None` if none pays.
    fn due(&self) -> Option<std::ops::Range<usize>> {
        let settled = &self.levels[..self.settled()];
        let mut newer: usize = 0;
        let mut from = None;
        for (at, level) in settled.iter().enumerate().rev() {
            let is_base = at == 0;
            let share = if is_base { BASE_SHARE } else { SHARE };
            if newer > 0 && level.len() <= newer.saturating_mul(share) {
                from = Some(at);
            }
            newer += level.len();
        }
        let deleted: usize = settled.iter().map(|level| level.deleted.len()).sum();
        let crowded = settled.len() > PARTS_MAX;
        let wasteful = deleted > SMALL && deleted.saturating_mul(BASE_SHARE) > newer;
        if wasteful {
            from = Some(0);
        } else if crowded {
            from = from.or(Some(1));
        }
        from.map(|from| from..settled.len())
            .filter(|due| due.len() > 1 || wasteful)
    }

    /// Whether there are parts that a compaction should put together.
    pub fn wants_compaction(&self) -> bool {
        self.due().is_some()
    }

    /// Puts together what is due. Costs in proportion to those parts' features: for the background.
    pub fn compact(&self) -> Option<Compaction> {
        let due = self.due()?;
        Some(self.compact_levels(&self.levels[due]))
    }

    /// Puts all parts together, due or not.
    pub fn compact_all(&self) -> Compaction {
        self.compact_levels(&self.levels)
    }

    fn compact_levels(&self, levels: &[Level]) -> Compaction {
        Compaction {
            schema: self.schema.clone(),
            part: Arc::new(gathered(&self.schema, levels)),
            replaced: levels.to_vec(),
        }
    }

    /// The same features in one part. Costs in proportion to all of them.
    #[must_use]
    pub fn compacted(&self) -> Self {
        match &*self.levels {
            [] => self.clone(),
            [only] if only.deleted.is_empty() => self.clone(),
            levels => self.rebased_on(&self.compact_levels(levels)),
        }
    }

    /// This layer rebased on a compaction of an earlier state of it. What was deleted of
    /// them meanwhile is deleted of the new part. Changes nothing if those parts are no longer here.
    #[must_use]
    pub fn rebased_on(&self, compaction: &Compaction) -> Self {
        let same = |own: &[Level]| {
            let pairs = own.iter().zip(&compaction.replaced);
            pairs
                .into_iter()
                .all(|(a, b)| Arc::ptr_eq(&a.part, &b.part))
        };
        let width = compaction.replaced.len();
        let found = self.levels.windows(width.max(1)).position(same);
        let (true, Some(at)) = (self.schema.fields == compaction.schema.fields, found) else {
            return self.clone();
        };
        let mut deleted: Vec<RowId> = Vec::new();
        for (now, then) in self.levels[at..at + width].iter().zip(&compaction.replaced) {
            if Arc::ptr_eq(&now.deleted, &then.deleted) {
                continue;
            }
            let since = now.deleted.rows().iter();
            let since = since.filter(|row| !then.deleted.contains(**row));
            deleted.extend(since.filter_map(|row| compaction.part.find(&now.part.texts.id(*row))));
        }
        let mut next = self.clone();
        let level = Level {
            part: compaction.part.clone(),
            deleted: Arc::new(DeletedRows::default().with(deleted)),
        };
        next.levels.splice(at..at + width, [level]);
        next.levels.retain(|level| level.len() > 0);
        next.counted()
    }
}

fn gathered(schema: &Schema, levels: &[Level]) -> Part {
    let sources: Vec<(&Part, Vec<RowId>)> = levels
        .iter()
        .map(|level| (&*level.part, level.visible()))
        .collect();
    // Readers go on beside it.
    Part::gathered(schema, &sources, Effort::Aside)
}
