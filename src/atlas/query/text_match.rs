//! A text search made ready for one part: a list of values is searched once, other texts as they come.

use std::cell::RefCell;

use crate::atlas::filter::text_search::TextSearch;
use crate::atlas::index::columns::{Codes, Column};
use crate::atlas::index::{Part, RowId};
use crate::atlas::model::budget;
use crate::atlas::model::fragment;
use crate::atlas::model::schema::{Schema, Value};

/// Whether any searched field of a row has any of the terms.
pub struct TextMatcher<'a> {
    part: &'a Part,
    search: &'a TextSearch,
    /// Of each listed field: which of its codes have a term.
    listed: Vec<(&'a Codes, Vec<bool>)>,
    /// The searched fields that are no lists of values, ascending.
    others: Vec<usize>,
    /// The buffer that texts are folded into.
    room: RefCell<String>,
    /// What is known of rows whose texts were looked at: counting and paging look at the same.
    known: RefCell<Known>,
}

/// Two bits a row: whether its texts were looked at, and whether they have a term.
#[derive(Default)]
struct Known {
    looked: Vec<u64>,
    passes: Vec<u64>,
}

impl<'a> TextMatcher<'a> {
    /// A search in the fields that a layer has searched.
    pub fn new(part: &'a Part, schema: &Schema, search: &'a TextSearch) -> Self {
        let mut room = String::new();
        let (mut listed, mut others) = (Vec::new(), Vec::new());
        for field in schema.searched() {
            let Column::Listed(list) = &part.columns[field] else {
                others.push(field);
                continue;
            };
            let values = list.values.iter().map(|value| match value {
                Value::Text(text) => search.finds(text, &mut room),
                _ => false,
            });
            let passes: Vec<bool> = values.collect();
            if passes.contains(&true) {
                listed.push((&list.codes, passes));
            }
        }
        Self {
            part,
            search,
            listed,
            others,
            room: RefCell::new(room),
            known: RefCell::default(),
        }
    }

    /// Whether no row can pass.
    pub fn is_nothing(&self) -> bool {
        self.listed.is_empty() && self.others.is_empty()
    }

    /// Whether a row passes.
    pub fn passes(&self, row: RowId) -> bool {
        let mut listed = self.listed.iter();
        listed.any(|(codes, passes)| passes[codes.get(row)]) || self.in_text(row)
    }

    fn in_text(&self, row: RowId) -> bool {
        if self.others.is_empty() {
            return false;
        }
        budget::spend(self.part.texts.text(row).len() as u64 / 2);
        let mut known = self.known.borrow_mut();
        if known.looked.is_empty() {
            let words = self.part.len().div_ceil(64);
            known.looked.resize(words, 0);
            known.passes.resize(words, 0);
        }
        let (word, bit) = (row as usize / 64, 1 << (row % 64));
        if known.looked[word] & bit == 0 {
            known.looked[word] |= bit;
            let mut room = self.room.borrow_mut();
            let text = self.part.texts.text(row);
            let mut has_term = |text: &str| self.search.finds(text, &mut room);
            if fragment::any_text(text, &self.others, &mut has_term) {
                known.passes[word] |= bit;
            }
        }
        known.passes[word] & bit != 0
    }
}
