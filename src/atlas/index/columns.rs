//! Fields as typed columns: what a filter reads instead of texts.
//!
//! A field of few different values is a list of them and a code a row; its values are counted by
//! blocks of rows, so that how often each is in a range takes no look at most of it. Numbers of many
//! values are themselves; of texts of many values a hash is kept, which leaves hardly any text to
//! read.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::atlas::index::RowId;
use crate::atlas::model::schema::{FieldType, Value};

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
    /// A value's place in the list, by row.
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

/// Makes a column of values that come one by one.
#[derive(Debug)]
pub(super) struct Maker {
    kind: FieldType,
    state: State,
}

#[derive(Debug)]
enum State {
    Listing {
        code_by_hash: CodeByHash,
        values: Vec<Value>,
        codes: Vec<u16>,
    },
    Made(Column),
}

impl Maker {
    /// A column of a type of field for about so many rows.
    pub fn new(kind: FieldType, rows: usize) -> Self {
        let state = match kind {
            FieldType::Json => State::Made(Column::Unread),
            // Most measures differ from each other; a list of few is found on the way.
            _ => State::Listing {
                code_by_hash: CodeByHash::new(),
                values: Vec::new(),
                codes: Vec::with_capacity(rows),
            },
        };
        Self { kind, state }
    }

    /// Adds the value of the next row.
    pub fn push(&mut self, value: &Value) {
        match &mut self.state {
            State::Listing {
                code_by_hash,
                values,
                codes,
            } => {
                let code = code_of(code_by_hash, values, value);
                let few = values.len() <= LISTED_ALWAYS
                    || values.len() * ROWS_PER_VALUE <= codes.len().max(ROWS_JUDGED);
                if let Some(code) = code.filter(|_| few) {
                    codes.push(code);
                    return;
                }
                self.unlist();
                self.push(value);
            }
            State::Made(column) => column.push(value),
        }
    }

    /// Too many different values for a list.
    fn unlist(&mut self) {
        let State::Listing { values, codes, .. } = &self.state else {
            return;
        };
        let mut column = empty(self.kind, codes.len());
        for code in codes {
            column.push(&values[usize::from(*code)]);
        }
        self.state = State::Made(column);
    }

    /// The column.
    pub fn finish(mut self) -> Column {
        if let State::Listing { values, codes, .. } = &self.state
            && values.len() > LISTED_ALWAYS
            && values.len() * ROWS_PER_VALUE > codes.len()
        {
            self.unlist();
        }
        match self.state {
            State::Listing { values, codes, .. } => {
                let codes = Codes::of(codes.into_iter(), values.len());
                Column::Listed(Listed::new(values, codes))
            }
            State::Made(column) => column,
        }
    }
}

/// Codes by the hash of their value.
type CodeByHash = HashMap<u64, u16>;

/// The code of a value, given to it now if it is new; `None` if there are no more, or if another
/// value has the same hash.
fn code_of(code_by_hash: &mut CodeByHash, values: &mut Vec<Value>, value: &Value) -> Option<u16> {
    // Most lists are short enough that looking is faster than hashing.
    if values.len() <= 8
        && let Some(place) = values.iter().position(|known| same(known, value))
    {
        return u16::try_from(place).ok();
    }
    let hash = long_hash(value);
    if let Some(code) = code_by_hash.get(&hash) {
        return same(&values[usize::from(*code)], value).then_some(*code);
    }
    if values.len() == CODES_MAX {
        return None;
    }
    let code = u16::try_from(values.len()).ok()?;
    values.push(value.clone());
    code_by_hash.insert(hash, code);
    Some(code)
}

fn long_hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Null => {}
        Value::Boolean(flag) => flag.hash(&mut hasher),
        Value::Integer(number) => number.hash(&mut hasher),
        Value::Number(number) => number.to_bits().hash(&mut hasher),
        Value::Text(text) | Value::Json(text) => text.hash(&mut hasher),
    }
    hasher.finish()
}

/// Whether two values are one, down to the sign of zero: a list must give back what came in.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

/// A column without a list.
fn empty(kind: FieldType, rows: usize) -> Column {
    match kind {
        FieldType::Number => Column::Numbers(Vec::with_capacity(rows)),
        FieldType::Integer => Column::Integers(
            Vec::with_capacity(rows),
            Vec::with_capacity(rows.div_ceil(64)),
        ),
        FieldType::String | FieldType::Date | FieldType::Datetime => {
            Column::Hashed(Vec::with_capacity(rows))
        }
        FieldType::Boolean | FieldType::Json => Column::Unread,
    }
}

impl Column {
    /// Adds a value to a column without a list.
    fn push(&mut self, value: &Value) {
        match self {
            Self::Numbers(numbers) => numbers.push(match value {
                Value::Number(number) => *number,
                _ => f64::NAN,
            }),
            Self::Integers(numbers, nulls) => {
                let at = numbers.len();
                if at.is_multiple_of(64) {
                    nulls.push(0);
                }
                let number = match value {
                    Value::Integer(number) => Some(*number),
                    _ => None,
                };
                if number.is_none() {
                    nulls[at / 64] |= 1 << (at % 64);
                }
                numbers.push(number.unwrap_or_default());
            }
            Self::Hashed(hashes) => hashes.push(hash_of(value)),
            Self::Listed(_) | Self::Unread => {}
        }
    }

    /// One column of the rows of several columns of a type, in the order that `order` gives: which
    /// column, which row.
    pub(super) fn gathered(kind: FieldType, sources: &[&Self], order: &[(u32, RowId)]) -> Self {
        let lists: Option<Vec<&Listed>> = sources
            .iter()
            .map(|source| match source {
                Self::Listed(listed) => Some(listed),
                _ => None,
            })
            .collect();
        if let Some(column) = lists.and_then(|lists| gathered_lists(&lists, order)) {
            return column;
        }
        let mut column = empty(kind, order.len());
        for (source, row) in order {
            let source = sources[*source as usize];
            match (source, &mut column) {
                (Self::Hashed(from), Self::Hashed(to)) => to.push(from[*row as usize]),
                (Self::Numbers(from), Self::Numbers(to)) => to.push(from[*row as usize]),
                // A list or a typed column, whose values are at hand.
                (source, column) => column.push(&source.value(*row).unwrap_or(Value::Null)),
            }
        }
        column
    }
}

/// One list of several; `None` if it would be too long.
fn gathered_lists(lists: &[&Listed], order: &[(u32, RowId)]) -> Option<Column> {
    let (mut code_by_hash, mut values) = (CodeByHash::new(), Vec::new());
    let mut codes_of: Vec<Vec<u16>> = Vec::with_capacity(lists.len());
    for listed in lists {
        let codes = listed
            .values
            .iter()
            .map(|value| code_of(&mut code_by_hash, &mut values, value));
        codes_of.push(codes.collect::<Option<_>>()?);
    }
    if values.len() > LISTED_ALWAYS && values.len() * ROWS_PER_VALUE > order.len() {
        return None;
    }
    let codes = order
        .iter()
        .map(|(source, row)| codes_of[*source as usize][lists[*source as usize].codes.get(*row)]);
    let codes = Codes::of(codes, values.len());
    Some(Column::Listed(Listed::new(values, codes)))
}
