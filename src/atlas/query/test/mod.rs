//! A filter made ready for one part: it reads columns, sixty-four rows at a time, and texts only
//! where no column decides.

mod subject;

use crate::atlas::filter::{Filter, Range, Term};
use crate::atlas::index::columns::{Codes, Column, Listed, hash_of};
use crate::atlas::index::mask::{CHUNK, each_bit};
use crate::atlas::index::times::Spans;
use crate::atlas::index::{Part, RowId, row_id};
use crate::atlas::model::budget;
use crate::atlas::model::schema::{Schema, Value};
use crate::atlas::model::time::TimeSpan;
use crate::atlas::query::explain::Tested;
use crate::atlas::query::question::ItemsQuery;
use crate::atlas::query::test::subject::{Only, Stored};
use crate::atlas::query::text_match::TextMatcher;

/// As few as are looked at one by one.
const FEW: u32 = 12;
/// About what it takes to test a chunk of rows in a column, a row in one, and a value of a list, in
/// nanoseconds.
const CHUNK_NS: u64 = 40;
const ROW_NS: u64 = 5;
const VALUE_NS: u64 = 5;

/// What must hold of a row.
pub enum Test<'a> {
    /// Every part holds; of no parts: everything.
    All(Vec<Test<'a>>),
    /// Some part holds.
    Any(Vec<Test<'a>>),
    /// The code in a column is one that passes; how many rows have each.
    Codes(&'a Codes, &'a [u32], Passes),
    /// The number is in a range; null is in none.
    Numbers(&'a [f64], Range<f64>),
    /// The integer is in a range; null is in none.
    Integers(&'a [i64], &'a [u64], Range<i64>),
    /// The time meets a span.
    Spans(&'a [TimeSpan], TimeSpan),
    /// The condition holds of the time.
    Times(&'a [TimeSpan], &'a Term),
    /// The hash of the text is one of these, and then the filter holds of the values.
    Hashed(&'a [u16], Vec<u16>, Box<Test<'a>>),
    /// The filter holds of the feature: its text or its geometry is read.
    Text(&'a Part, &'a Schema, &'a Filter),
    /// A searched text has a term.
    TextSearch(TextMatcher<'a>),
    /// Nothing passes.
    Nothing,
}

/// Which codes pass.
pub struct Passes {
    by_code: Vec<bool>,
}

impl<'a> Test<'a> {
    /// All of some tests, without a level for nothing.
    fn all(tests: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for test in tests {
            match test {
                Self::All(parts) => flat.extend(parts),
                Self::Nothing => return Self::Nothing,
                test => flat.push(test),
            }
        }
        // What reads texts comes last, when columns have left out what they can.
        flat.sort_by_key(Self::reads_features);
        Self::All(flat)
    }

    /// Any of some tests, without a level for nothing.
    fn any(tests: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for test in tests {
            match test {
                Self::Any(parts) => flat.extend(parts),
                Self::Nothing => {}
                test if test.is_anything() => return test,
                test => flat.push(test),
            }
        }
        flat.sort_by_key(Self::reads_features);
        match flat.len() {
            0 => Self::Nothing,
            1 => flat.swap_remove(0),
            _ => Self::Any(flat),
        }
    }

    fn reads_features(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::reads_features),
            Self::Hashed(..) | Self::Text(..) | Self::TextSearch(_) => true,
            _ => false,
        }
    }

    /// A span, ready for a part.
    pub fn of_span(part: &'a Part, span: TimeSpan) -> Self {
        match &part.times.spans {
            Spans::Listed(spans, codes, totals) => {
                let passes = Passes::new(spans.iter().map(|own| own.intersects(span)));
                Self::of_codes(codes, totals, passes)
            }
            Spans::Each(spans) => Self::Spans(spans, span),
        }
    }

    fn of_codes(codes: &'a Codes, totals: &'a [u32], passes: Passes) -> Self {
        if passes.by_code.iter().all(|passes| *passes) {
            Self::All(Vec::new())
        } else if passes.by_code.iter().any(|passes| *passes) {
            Self::Codes(codes, totals, passes)
        } else {
            Self::Nothing
        }
    }

    /// The filter and the text search of a query, ready for a part.
    pub fn of_question(part: &'a Part, schema: &'a Schema, query: &'a ItemsQuery) -> Self {
        let filter = Self::of_filter(part, schema, &query.filter);
        let Some(search) = &query.search else {
            return filter;
        };
        let found = TextMatcher::new(part, schema, search);
        if found.is_nothing() {
            return Self::Nothing;
        }
        Self::all(vec![filter, Self::TextSearch(found)])
    }

    /// A filter, ready for a part.
    pub fn of_filter(part: &'a Part, schema: &'a Schema, filter: &'a Filter) -> Self {
        let text = || Self::Text(part, schema, filter);
        match filter {
            Filter::All(parts) => {
                let tests = parts.iter().map(|each| Self::of_filter(part, schema, each));
                Self::all(tests.collect())
            }
            Filter::Any(parts) => {
                let tests = parts.iter().map(|each| Self::of_filter(part, schema, each));
                Self::any(tests.collect())
            }
            Filter::AnyOf { field, values } => match &part.columns[*field] {
                Column::Listed(listed) => Self::of_listed(listed, |value| {
                    budget::spend(VALUE_NS * values.len() as u64);
                    values.contains(value)
                }),
                Column::Hashed(hashes) => {
                    let mut wanted: Vec<u16> = values.iter().map(hash_of).collect();
                    wanted.sort_unstable();
                    wanted.dedup();
                    Self::Hashed(hashes, wanted, Box::new(text()))
                }
                Column::Numbers(numbers) => match &**values {
                    [Value::Number(number)] => Self::Numbers(numbers, Range::only(*number)),
                    _ => text(),
                },
                Column::Integers(numbers, nulls) => match &**values {
                    [Value::Integer(number)] => {
                        Self::Integers(numbers, nulls, Range::only(*number))
                    }
                    _ => text(),
                },
                Column::Unread => text(),
            },
            Filter::Between { field, range } => match &part.columns[*field] {
                Column::Listed(listed) => Self::of_listed(listed, |value| range.has(value)),
                Column::Numbers(numbers) => Self::Numbers(numbers, *range),
                Column::Integers(numbers, nulls) => match range.integers() {
                    Some(range) => Self::Integers(numbers, nulls, range),
                    None => Self::Nothing,
                },
                Column::Hashed(_) | Column::Unread => text(),
            },
            Filter::Term(term) => Self::of_term(part, term).unwrap_or_else(text),
        }
    }

    /// A condition that reads one list of values or of spans, of which each is tried once; or one that
    /// reads nothing but the spans.
    fn of_term(part: &'a Part, term: &'a Term) -> Option<Self> {
        if let Some(field) = term.reads().only_field()
            && let Column::Listed(listed) = &part.columns[field]
        {
            return Some(Self::of_listed(listed, |value| {
                term.holds(&Only::value(value))
            }));
        }
        if !term.reads().only_time() {
            return None;
        }
        Some(match &part.times.spans {
            Spans::Listed(spans, codes, totals) => {
                let passes = spans.iter().map(|span| term.holds(&Only::time(*span)));
                Self::of_codes(codes, totals, Passes::new(passes))
            }
            Spans::Each(spans) => Self::Times(spans, term),
        })
    }

    fn of_listed(listed: &'a Listed, passes: impl Fn(&Value) -> bool) -> Self {
        budget::spend(VALUE_NS * listed.values.len() as u64);
        let passes = Passes::new(listed.values.iter().map(passes));
        Self::of_codes(&listed.codes, &listed.totals, passes)
    }

    /// How many conditions it tests, by what it reads for them.
    pub fn tested(&self) -> Tested {
        let (columns, searches, features) = match self {
            Self::All(parts) | Self::Any(parts) => {
                let tested = parts.iter().map(Self::tested);
                return tested.fold(Tested::default(), std::ops::Add::add);
            }
            Self::TextSearch(_) => (0, 1, 0),
            Self::Hashed(..) | Self::Text(..) => (0, 0, 1),
            _ => (1, 0, 0),
        };
        Tested {
            columns,
            searches,
            features,
        }
    }

    /// Whether it lets everything pass.
    pub fn is_anything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// How many rows of its part pass, if that is known without a look at them.
    pub fn total(&self, rows: usize) -> Option<u64> {
        match self {
            Self::All(parts) => match &**parts {
                [] => Some(rows as u64),
                [only] => only.total(rows),
                _ => None,
            },
            Self::Codes(_, totals, passes) => {
                let counted = totals.iter().zip(&passes.by_code);
                Some(
                    counted
                        .filter(|(_, passes)| **passes)
                        .map(|(total, _)| u64::from(*total))
                        .sum(),
                )
            }
            Self::Nothing => Some(0),
            _ => None,
        }
    }

    /// Whether a row passes.
    pub fn passes(&self, row: RowId) -> bool {
        let at = row as usize;
        match self {
            Self::All(parts) if parts.is_empty() => true,
            Self::All(parts) => {
                budget::spend(ROW_NS * parts.len() as u64);
                parts.iter().all(|part| part.passes(row))
            }
            Self::Any(parts) => {
                budget::spend(ROW_NS * parts.len() as u64);
                parts.iter().any(|part| part.passes(row))
            }
            Self::Codes(codes, _, passes) => passes.by_code[codes.get(row)],
            Self::Numbers(numbers, range) => range.contains(numbers[at]),
            Self::Integers(numbers, nulls, range) => {
                nulls[at / 64] >> (at % 64) & 1 == 0 && range.contains(numbers[at])
            }
            Self::Spans(spans, span) => spans[at].intersects(*span),
            Self::Times(spans, term) => term.holds(&Only::time(spans[at])),
            Self::Hashed(hashes, wanted, then) => is_one_of(wanted, hashes[at]) && then.passes(row),
            Self::Text(part, schema, filter) => filter.holds(&Stored { part, schema, row }),
            Self::TextSearch(found) => found.passes(row),
            Self::Nothing => false,
        }
    }

    /// Which of the wanted rows of a chunk pass. `first` is the chunk's first row.
    pub fn mask(&self, first: usize, wanted: u64) -> u64 {
        match self {
            _ if wanted == 0 => 0,
            Self::All(parts) if parts.is_empty() => wanted,
            // A few one by one are faster than a whole chunk.
            _ if wanted.count_ones() <= FEW => each_bit(wanted)
                .filter(|bit| self.passes(row_id(first + bit)))
                .fold(0, |mask, bit| mask | 1 << bit),
            Self::All(parts) => {
                budget::spend(CHUNK_NS * parts.len() as u64);
                parts
                    .iter()
                    .fold(wanted, |wanted, part| part.mask(first, wanted))
            }
            // What has passed one part is not tested by the next.
            Self::Any(parts) => {
                budget::spend(CHUNK_NS * parts.len() as u64);
                parts
                    .iter()
                    .fold(0, |mask, part| mask | part.mask(first, wanted & !mask))
            }
            Self::Codes(Codes::Narrow(codes), _, passes) => {
                wanted & gather(codes, first, |code| passes.by_code[usize::from(*code)])
            }
            Self::Codes(Codes::Wide(codes), _, passes) => {
                wanted & gather(codes, first, |code| passes.by_code[usize::from(*code)])
            }
            Self::Numbers(numbers, range) => {
                wanted & gather(numbers, first, |number| range.contains(*number))
            }
            Self::Integers(numbers, nulls, range) => {
                let mask = gather(numbers, first, |number| range.contains(*number));
                wanted & mask & !nulls[first / 64]
            }
            Self::Spans(spans, span) => wanted & gather(spans, first, |own| own.intersects(*span)),
            Self::Times(spans, term) => {
                wanted & gather(spans, first, |own| term.holds(&Only::time(*own)))
            }
            Self::Hashed(hashes, hashed, then) => {
                let mask = wanted & gather(hashes, first, |hash| is_one_of(hashed, *hash));
                then.mask(first, mask)
            }
            Self::Text(..) | Self::TextSearch(_) => each_bit(wanted)
                .filter(|bit| self.passes(row_id(first + bit)))
                .fold(0, |mask, bit| mask | 1 << bit),
            Self::Nothing => 0,
        }
    }
}

impl Passes {
    fn new(by_code: impl Iterator<Item = bool>) -> Self {
        Self {
            by_code: by_code.collect(),
        }
    }
}

/// Whether a hash is one of some that are sorted.
fn is_one_of(wanted: &[u16], hash: u16) -> bool {
    /// So few are compared one by one.
    const FEW: usize = 16;
    if wanted.len() <= FEW {
        wanted.contains(&hash)
    } else {
        wanted.binary_search(&hash).is_ok()
    }
}

/// A mask of which values of a chunk pass.
fn gather<T>(values: &[T], first: usize, passes: impl Fn(&T) -> bool) -> u64 {
    let end = (first + CHUNK).min(values.len());
    let chunk = values.get(first..end).unwrap_or_default();
    chunk.iter().enumerate().fold(0, |mask, (bit, value)| {
        mask | u64::from(passes(value)) << bit
    })
}
