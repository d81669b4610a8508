//! Making columns: of values that come one by one, or of the rows of other columns.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::atlas::index::RowId;
use crate::atlas::index::columns::{
    CODES_MAX, Codes, Column, LISTED_ALWAYS, Listed, ROWS_JUDGED, ROWS_PER_VALUE, hash_of,
};
use crate::atlas::model::schema::{FieldType, Value};

/// Makes a column of values that come one by one.
#[derive(Debug)]
pub(in crate::atlas::index) struct Maker {
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
    pub(in crate::atlas::index) fn gathered(
        kind: FieldType,
        sources: &[&Self],
        order: &[(u32, RowId)],
    ) -> Self {
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
