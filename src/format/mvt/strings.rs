//! What a tile's layer says once and refers to by its place: the names of fields and their values.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::format::mvt::wire::put_bytes;

/// A field that a tile tells.
pub(super) struct FieldValues {
    /// Its place in the schema.
    pub(super) index: usize,
    /// The place of its name in `keys`, once it is there.
    pub(super) key: Option<u32>,
    /// For each list of its values, what is known of each place in it.
    known: Vec<Vec<ValueIndex>>,
}

/// What is known of a value of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueIndex {
    /// No feature has had it.
    Unseen,
    /// A tile has no such value.
    Nothing,
    /// Its place in `values`.
    At(u32),
}

impl FieldValues {
    pub(super) fn new(index: usize) -> Self {
        Self {
            index,
            key: None,
            known: Vec::new(),
        }
    }

    pub(super) fn known(&self, list: usize, place: usize) -> ValueIndex {
        let known = self.known.get(list).and_then(|known| known.get(place));
        known.copied().unwrap_or(ValueIndex::Unseen)
    }

    pub(super) fn learn(&mut self, list: usize, place: usize, known: ValueIndex) {
        if self.known.len() <= list {
            self.known.resize_with(list + 1, Vec::new);
        }
        let places = &mut self.known[list];
        if places.len() <= place {
            places.resize(place + 1, ValueIndex::Unseen);
        }
        places[place] = known;
    }
}

/// Byte strings, each once, by their places.
pub(super) struct Strings {
    /// The number of those fields.
    field: u64,
    /// Where each that may come again lies in `bytes`, and its place.
    known: HashTable<KnownString>,
    hasher: DefaultHashBuilder,
    pub(super) count: u32,
    /// The fields of the message `Layer` that hold them.
    pub(super) bytes: Vec<u8>,
}

struct KnownString {
    hash: u64,
    at: Range<usize>,
    place: u32,
}

impl Strings {
    pub(super) fn new(field: u64) -> Self {
        Self {
            field,
            known: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            count: 0,
            bytes: Vec::new(),
        }
    }

    pub(super) fn place_of(&mut self, string: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(string);
        let same = |known: &KnownString| self.bytes[known.at.clone()] == *string;
        if let Some(known) = self.known.find(hash, same) {
            return known.place;
        }
        let place = self.push(string);
        let end = self.bytes.len();
        let known = KnownString {
            hash,
            at: end - string.len()..end,
            place,
        };
        self.known.insert_unique(hash, known, |known| known.hash);
        place
    }

    /// Adds a string that was not there, and will not come again.
    pub(super) fn push(&mut self, string: &[u8]) -> u32 {
        put_bytes(&mut self.bytes, self.field, string);
        self.count += 1;
        self.count - 1
    }
}
