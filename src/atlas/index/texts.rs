//! The GeoJSON texts of a part's features, one after another in the order of its slots: an answer
//! copies ranges.

use std::borrow::Cow;
use std::ops::Range;

use crate::atlas::index::Slot;
use crate::atlas::model::fragment;

/// Texts in order of slot.
#[derive(Debug, Default)]
pub struct Texts {
    pub(super) bytes: Vec<u8>,
    /// Where each text ends.
    pub(super) ends: Vec<u64>,
    /// The bytes of the longest one.
    longest: usize,
}

impl Texts {
    /// No texts, with room for some.
    pub fn with_capacity(texts: usize, bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(texts),
            longest: 0,
        }
    }

    /// Texts one after another, and where each of them ends.
    pub(super) fn of(bytes: Vec<u8>, ends: Vec<u64>) -> Self {
        let mut start = 0;
        let lengths = ends.iter().map(|end| {
            let length = end.saturating_sub(start);
            start = *end;
            length
        });
        let longest = lengths.max().unwrap_or_default();
        Self {
            bytes,
            ends,
            longest: usize::try_from(longest).unwrap_or(usize::MAX),
        }
    }

    /// Adds a text after the last one.
    pub fn push(&mut self, text: &[u8]) {
        self.longest = self.longest.max(text.len());
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u64);
    }

    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of the longest one.
    pub fn longest(&self) -> usize {
        self.longest
    }

    fn range(&self, slot: Slot) -> Range<usize> {
        let slot = slot as usize;
        let end = |at: usize| usize::try_from(self.ends[at]).unwrap_or(usize::MAX);
        let start = if slot == 0 { 0 } else { end(slot - 1) };
        start..end(slot)
    }

    /// The text in a slot.
    pub fn text(&self, slot: Slot) -> &str {
        // Put together from texts: `fragment.rs` writes nothing else.
        std::str::from_utf8(self.bytes(slot)).unwrap_or_default()
    }

    /// The same, without a look at its characters.
    pub fn bytes(&self, slot: Slot) -> &[u8] {
        &self.bytes[self.range(slot)]
    }

    /// The id in a text.
    pub fn id(&self, slot: Slot) -> Cow<'_, str> {
        fragment::id_in(self.bytes(slot))
    }

    /// Bytes in memory: the texts, and what finds them.
    pub fn sizes(&self) -> [usize; 2] {
        [self.bytes.len(), self.ends.len() * size_of::<u64>()]
    }
}
