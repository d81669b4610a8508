//! Slots of a part that later changes have replaced or withdrawn.

use std::ops::Range;

use crate::atlas::index::Slot;

/// A set of slots, in order. Small beside its part: many changes make a merge.
#[derive(Clone, Debug, Default)]
pub struct Hidden {
    slots: Vec<Slot>,
}

impl Hidden {
    /// The slots in order.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether a slot is one of them.
    pub fn contains(&self, slot: Slot) -> bool {
        self.slots.binary_search(&slot).is_ok()
    }

    /// How many of a range are.
    pub fn count(&self, range: Range<Slot>) -> usize {
        self.within(range).len()
    }

    /// Those of the 64 slots from `first` on, a bit each.
    pub fn mask(&self, first: usize) -> u64 {
        if self.slots.is_empty() {
            return 0;
        }
        let slot = |at: usize| Slot::try_from(at).unwrap_or(Slot::MAX);
        let within = self.within(slot(first)..slot(first + 64));
        within
            .iter()
            .fold(0, |mask, slot| mask | 1 << (*slot as usize - first))
    }

    /// Those of a range, in order.
    pub fn within(&self, range: Range<Slot>) -> &[Slot] {
        let from = self.slots.partition_point(|slot| *slot < range.start);
        let rest = &self.slots[from..];
        &rest[..rest.partition_point(|slot| *slot < range.end)]
    }

    /// These and others.
    #[must_use]
    pub fn with(&self, mut others: Vec<Slot>) -> Self {
        others.extend_from_slice(&self.slots);
        others.sort_unstable();
        others.dedup();
        Self { slots: others }
    }
}
