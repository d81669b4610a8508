//! How a file is to be read, as far as somebody has said so, and what is to be said of it besides its rows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::Encoding;

/// What was said of a file before it is read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The layer of the file that is read, if it holds several; without it the one that is called like the
    /// layer that it is read into, or the only one.
    pub source_layer: Option<String>,
    /// The layer that it is read into.
    pub layer: String,
    /// What the file's text is written in, if it does not tell by itself.
    pub encoding: Option<&'static Encoding>,
    /// What stands in which column, in tables.
    pub columns: ColumnNames,
    /// Whether the first row of a table is one of its features.
    pub has_no_header: bool,
}

/// Which columns of a table have what every feature has; what is not said is found by its usual names.
#[derive(Clone, Debug, Default)]
pub struct ColumnNames {
    /// The features' ids.
    pub id: Option<String>,
    /// Longitude and latitude, in degrees.
    pub lng_lat: Option<(String, String)>,
    /// Geometries, in well-known text, or positions in one cell.
    pub geometry: Option<String>,
}

/// What a reader has to say of a file besides its rows. Clones say it to the same listener.
#[derive(Clone, Debug, Default)]
pub struct Remarks(Arc<Mutex<Said>>);

#[derive(Debug, Default)]
struct Said {
    sentences: Vec<String>,
    passed_over: BTreeMap<String, u64>,
}

impl Remarks {
    /// Says a sentence, once.
    pub fn say(&self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        self.change(|said| {
            if !said.sentences.contains(&sentence) {
                said.sentences.push(sentence);
            }
        });
    }

    /// Counts something of a feature that no field can hold.
    pub fn passed_over(&self, what: &str) {
        self.change(|said| match said.passed_over.get_mut(what) {
            Some(count) => *count += 1,
            None => {
                said.passed_over.insert(what.to_owned(), 1);
            }
        });
    }

    /// Says all that others were told.
    pub fn join(&self, others: &Self) {
        others.told().into_iter().for_each(|told| self.say(told));
    }

    /// All that was said, the sentences first.
    pub fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        self.change(|said| {
            told.clone_from(&said.sentences);
            told.extend(said.passed_over.iter().map(|(what, count)| {
                let features = if *count == 1 { "feature" } else { "features" };
                format!("passed over: {what}, {count} {features}")
            }));
        });
        told
    }

    fn change(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
