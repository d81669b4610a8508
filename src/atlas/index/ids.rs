//! The ids of a part: rows in order of id, and each row's rank in that order.

use std::cmp::Ordering;

use crate::atlas::index::texts::FeatureTexts;
use crate::atlas::index::{RowId, row_id};

/// So few ids are compared whole.
const FEW: usize = 8;
/// From this byte on too.
const DEEP: usize = 64;

/// The order of ids; ids themselves are in the texts.
#[derive(Debug, Default)]
pub struct Ids {
    /// Rows in order of id.
    pub(super) by_id: Vec<RowId>,
    /// Each row's rank in that order.
    pub(super) ranks: Vec<u32>,
}

impl Ids {
    /// Sorts the ids of texts, each of which is there once.
    pub fn new(texts: &FeatureTexts) -> Self {
        let mut keyed: Vec<(u64, RowId)> = (0..).take(texts.len()).map(|row| (0, row)).collect();
        sort_from(texts, &mut keyed, 0);
        let by_id: Vec<RowId> = keyed.into_iter().map(|(_, row)| row).collect();
        let mut ranks = vec![0; by_id.len()];
        for (rank, row) in (0..).zip(&by_id) {
            ranks[*row as usize] = rank;
        }
        Self { by_id, ranks }
    }

    /// The row of an id.
    pub fn find(&self, texts: &FeatureTexts, id: &str) -> Option<RowId> {
        let compared = |row: &RowId| -> Ordering { (*texts.id(*row)).cmp(id) };
        let found = self.by_id.binary_search_by(compared).ok()?;
        Some(self.by_id[found])
    }

    /// How many rows have an id up to this one, whether it is there or not.
    pub fn up_to(&self, texts: &FeatureTexts, id: &str) -> u32 {
        let before = self.by_id.partition_point(|row| *texts.id(*row) <= *id);
        row_id(before)
    }

    /// Rows in order of id.
    pub fn in_order(&self) -> &[RowId] {
        &self.by_id
    }

    /// A row's rank in the order of ids.
    pub fn rank(&self, row: RowId) -> u32 {
        self.ranks[row as usize]
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.by_id) + size_of_val(&*self.ranks)
    }
}

/// Sorts rows by their ids, which are alike up to some byte: by the next eight bytes, and what is alike
/// in these too by those after them. Texts lie apart, so each is looked at only so often.
fn sort_from(texts: &FeatureTexts, keyed: &mut [(u64, RowId)], from: usize) {
    for (key, row) in &mut *keyed {
        let id = texts.id(*row);
        let rest = id.as_bytes().get(from..).unwrap_or_default();
        let mut head = [0; 8];
        let length = rest.len().min(8);
        head[..length].copy_from_slice(&rest[..length]);
        *key = u64::from_be_bytes(head);
    }
    keyed.sort_unstable_by_key(|(key, _)| *key);
    for alike in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
        match alike.len() {
            1 => {}
            2..=FEW => alike.sort_unstable_by(|a, b| texts.id(a.1).cmp(&texts.id(b.1))),
            _ if from >= DEEP => alike.sort_unstable_by(|a, b| texts.id(a.1).cmp(&texts.id(b.1))),
            _ => sort_from(texts, alike, from + 8),
        }
    }
}
