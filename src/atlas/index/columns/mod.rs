//! Fields as typed columns: what a filter reads instead of texts.
//!
//! A field of few different values is a list of them and a code a row; its values are counted by
//! blocks of rows, so that how often each is in a range takes no look at most of it. Numbers of many
//! values are themselves; of texts of many values a hash is kept, which leaves hardly any text to
//! read.

mod maker;

use std::ops::Range;

use crate::atlas::index::RowId;
use crate::atlas::model::schema::Value;

pub(super) use maker::Maker;

/// A code is one or two bytes.
const CODES_MAX: usize = 1 << 16;
/// So many different values are listed always; more only where each stands for eight rows or more,
/// or the list would be as long as the column.
const LISTED_ALWAYS: usize = 256;
const ROWS_PER_VALUE: usize = 8;
/// After so many rows it is clear which columns are of many values.
const ROWS_JUDGED: usize = 16 * 1024;
/// Columns of so few values are counted by blocks.
const COUNTED_MAX: usize = 32;
/// Rows in a block.
const BLOCK: usize = 1024;

/// The values of one field in order of row.
#[derive(Debug)]
pub enum Column {
    /// Of at most 65,536 different ones.
    Listed(Listed),
    /// Doubles; NaN is null.
    Numbers(Vec<f64>),
    /// Integers, and which of them are null, a bit each.
    Integers(Vec<i64>, Vec<u64>),
    /// Hashes of texts.
    Hashed(Vec<u16>),
    /// Lists and objects, which no filter reads.
    Unread,
}

/// A code a row into a list of values.
#[derive(Debug, Default)]
pub struct Listed {
    /// The different values, each once.
    pub values: Vec<Value>,
    /// A value's index in the list, by row.
    pub codes: Codes,
    /// How many rows have each value.
    pub totals: Vec<u32>,
    /// The same before each block, value by value; empty if there are many.
    pub(super) before: Vec<u32>,
}

/// Codes as narrow as they can be.
#[derive(Debug)]
pub enum Codes {
    /// One byte.
    Narrow(Vec<u8>),
    /// Two.
    Wide(Vec<u16>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl Codes {
    /// The code of a row.
    pub fn get(&self, row: RowId) -> usize {
        match self {
            Self::Narrow(codes) => usize::from(codes[row as usize]),
            Self::Wide(codes) => usize::from(codes[row as usize]),
        }
    }

    /// How many rows there are.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    pub(super) fn of(codes: impl Iterator<Item = u16>, values: usize) -> Self {
        if values <= 1 << 8 {
            #[expect(clippy::cast_possible_truncation, reason = "there are no more values")]
            let narrow = codes.map(|code| code as u8).collect();
            Self::Narrow(narrow)
        } else {
            Self::Wide(codes.collect())
        }
    }

    /// Whether every code is one of so many values.
    pub(super) fn all_below(&self, values: usize) -> bool {
        match self {
            Self::Narrow(codes) => codes.iter().all(|code| usize::from(*code) < values),
            Self::Wide(codes) => codes.iter().all(|code| usize::from(*code) < values),
        }
    }

    /// How many rows have each of so many codes.
    pub(super) fn totals(&self, values: usize) -> Vec<u32> {
        let mut totals = vec![0; values];
        self.count(0..self.len(), &mut totals);
        totals
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len() * 2,
        }
    }
}

impl Listed {
    /// From codes into a list.
    pub(super) fn new(values: Vec<Value>, codes: Codes) -> Self {
        let mut listed = Self {
            totals: vec![0; values.len()],
            before: Vec::new(),
            values,
            codes,
        };
        let counted = listed.values.len() <= COUNTED_MAX;
        let rows = listed.codes.len();
        for start in (0..rows).step_by(BLOCK) {
            if counted {
                listed.before.extend_from_slice(&listed.totals);
            }
            let end = (start + BLOCK).min(rows);
            listed.codes.count(start..end, &mut listed.totals);
        }
        listed
    }

    /// How many rows of a range have each value. Reads the range if the values are many, at most
    /// two blocks of it otherwise.
    pub fn counts(&self, range: Range<RowId>) -> Vec<u32> {
        let range = range.start as usize..range.end as usize;
        let mut counts = vec![0; self.values.len()];
        let (first, last) = (range.start.div_ceil(BLOCK), range.end / BLOCK);
        if self.before.is_empty() || first >= last {
            self.codes.count(range, &mut counts);
            return counts;
        }
        self.codes.count(range.start..first * BLOCK, &mut counts);
        self.codes.count(last * BLOCK..range.end, &mut counts);
        let width = counts.len();
        let before = |block: usize| match self.before.get(block * width..(block + 1) * width) {
            Some(row) => row,
            // After the last block everything has been before.
            None => &self.totals,
        };
        for ((count, low), high) in counts.iter_mut().zip(before(first)).zip(before(last)) {
            *count += high - low;
        }
        counts
    }
}

impl Codes {
    fn count(&self, range: Range<usize>, counts: &mut [u32]) {
        match self {
            Self::Narrow(codes) => {
                for code in &codes[range] {
                    counts[usize::from(*code)] += 1;
                }
            }
            Self::Wide(codes) => {
                for code in &codes[range] {
                    counts[usize::from(*code)] += 1;
                }
            }
        }
    }
}

impl Column {
    /// The value of a row; `None` where only its text has it.
    pub fn value(&self, row: RowId) -> Option<Value> {
        let at = row as usize;
        Some(match self {
            Self::Listed(listed) => listed.values[listed.codes.get(row)].clone(),
            Self::Numbers(numbers) => match numbers[at] {
                number if number.is_nan() => Value::Null,
                number => Value::Number(number),
            },
            Self::Integers(_, nulls) if nulls[at / 64] >> (at % 64) & 1 == 1 => Value::Null,
            Self::Integers(numbers, _) => Value::Integer(numbers[at]),
            Self::Hashed(_) | Self::Unread => return None,
        })
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Listed(listed) => {
                let texts = listed.values.iter().map(|value| match value {
                    Value::Text(text) => text.len(),
                    _ => 0,
                });
                listed.codes.bytes()
                    + size_of_val(&*listed.values)
                    + texts.sum::<usize>()
                    + size_of_val(&*listed.before)
                    + size_of_val(&*listed.totals)
            }
            Self::Numbers(numbers) => size_of_val(&**numbers),
            Self::Integers(numbers, nulls) => size_of_val(&**numbers) + size_of_val(&**nulls),
            Self::Hashed(hashes) => size_of_val(&**hashes),
            Self::Unread => 0,
        }
    }
}

/// The hash of a text, or of null, in a column of them.
pub fn hash_of(value: &Value) -> u16 {
    let text: &str = match value {
        Value::Text(text) => text,
        _ => return 0,
    };
    // FNV-1a (Fowler, Noll and Vo): the same in every program and on every machine.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the folded half is what is kept"
    )]
    let folded = (hash ^ hash >> 32 ^ hash >> 48) as u16;
    folded
}
