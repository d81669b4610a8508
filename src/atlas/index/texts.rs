//! The GeoJSON texts of a part's features, one after another in the order of its rows: an answer
//! copies ranges.

use std::borrow::Cow;
use std::ops::Range;

use crate::atlas::index::RowId;
use crate::atlas::model::fragment;

/// Texts in order of row.
#[derive(Debug, Default)]
pub struct FeatureTexts {
    pub(super) bytes: Vec<u8>,
    /// The position in `bytes` where each text ends.
    pub(super) ends: Vec<u64>,
    /// The bytes of the longest one.
    longest: usize,
}

impl FeatureTexts {
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
            longest: in_memory(longest),
        }
    }

    /// Adds a text after the last one.
    pub fn push(&mut self, text: &[u8]) {
        self.longest = self.longest.max(text.len());
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u64);
    }

    /// How many texts there are.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of the longest one.
    pub fn longest(&self) -> usize {
        self.longest
    }

    fn range(&self, row: RowId) -> Range<usize> {
        let row = row as usize;
        let end = |row: usize| in_memory(self.ends[row]);
        let start = if row == 0 { 0 } else { end(row - 1) };
        start..end(row)
    }

    /// The text in a row.
    pub fn text(&self, row: RowId) -> &str {
        as_text(self.bytes(row))
    }

    /// The text of a row as bytes, without the cost of checking its characters.
    pub fn bytes(&self, row: RowId) -> &[u8] {
        &self.bytes[self.range(row)]
    }

    /// The id in a text.
    pub fn id(&self, row: RowId) -> Cow<'_, str> {
        fragment::id_in(self.bytes(row))
    }

    /// Bytes in memory: the texts, and what finds them.
    pub fn sizes(&self) -> [usize; 2] {
        [self.bytes.len(), self.ends.len() * size_of::<u64>()]
    }
}

/// A number of bytes of texts that are in memory.
fn in_memory(bytes: u64) -> usize {
    usize::try_from(bytes).expect("the texts are in memory")
}

fn as_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("`model/fragment` puts texts together from texts")
}
