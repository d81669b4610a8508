//! The ids of a part: slots in order of id, and each slot's place in that order.

use std::cmp::Ordering;

use crate::atlas::part::Slot;
use crate::atlas::part::texts::Texts;

/// The order of ids; ids themselves are in the texts.
#[derive(Debug, Default)]
pub struct Ids {
    /// Slots in order of id.
    pub(super) by_id: Vec<Slot>,
    /// Each slot's place in that order.
    pub(super) ranks: Vec<u32>,
}

impl Ids {
    /// Sorts the ids of texts, each of which is there once.
    pub fn new(texts: &Texts) -> Self {
        let slots = (0..).take(texts.len());
        // What all ids begin with tells nothing; of the rest eight bytes decide most comparisons
        // without a look at the texts.
        let shared = shared_prefix(texts);
        let mut keyed: Vec<(u64, Slot)> = slots
            .map(|slot| {
                let id = texts.id(slot);
                let rest = id.as_bytes().get(shared..).unwrap_or_default();
                let mut head = [0; 8];
                let length = rest.len().min(8);
                head[..length].copy_from_slice(&rest[..length]);
                (u64::from_be_bytes(head), slot)
            })
            .collect();
        keyed.sort_unstable_by(|a, b| {
            let by_id = || texts.id(a.1).cmp(&texts.id(b.1));
            a.0.cmp(&b.0).then_with(by_id)
        });
        let by_id: Vec<Slot> = keyed.into_iter().map(|(_, slot)| slot).collect();
        let mut ranks = vec![0; by_id.len()];
        for (rank, slot) in (0..).zip(&by_id) {
            ranks[*slot as usize] = rank;
        }
        Self { by_id, ranks }
    }

    /// The slot of an id.
    pub fn find(&self, texts: &Texts, id: &str) -> Option<Slot> {
        let compared = |slot: &Slot| -> Ordering { (*texts.id(*slot)).cmp(id) };
        let found = self.by_id.binary_search_by(compared).ok()?;
        Some(self.by_id[found])
    }

    /// How many slots have an id up to this one, whether it is there or not.
    pub fn up_to(&self, texts: &Texts, id: &str) -> u32 {
        let before = self.by_id.partition_point(|slot| *texts.id(*slot) <= *id);
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// Slots in order of id.
    pub fn in_order(&self) -> &[Slot] {
        &self.by_id
    }

    /// A slot's place in the order of ids.
    pub fn rank(&self, slot: Slot) -> u32 {
        self.ranks[slot as usize]
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.by_id) + size_of_val(&*self.ranks)
    }
}

/// How many bytes all ids begin with alike.
fn shared_prefix(texts: &Texts) -> usize {
    let mut slots = (0..).take(texts.len());
    let Some(first) = slots.next() else {
        return 0;
    };
    let first = texts.id(first);
    slots.fold(first.len(), |shared, slot| {
        let id = texts.id(slot);
        let alike = first.bytes().zip(id.bytes()).take(shared);
        alike.take_while(|(a, b)| a == b).count()
    })
}
