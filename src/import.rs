//! Files to changes of a layer, telling what was refused and why.
//!
//! Rows stream from the reader into the store's commit. One bad row undoes it, unless the others
//! are wanted without it; reading goes on either way, so that all that is wrong is told at once.

mod infer;
pub mod shape;

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::sync::Arc;

use crate::atlas::Atlas;
use crate::atlas::border::Border;
use crate::atlas::change::{Change, Feature, Origin};
use crate::atlas::schema::Schema;
use crate::format::row::{Row, RowFault};
use crate::format::{csv, geojson};
use crate::live::LiveAtlas;
use crate::store::{Abandon, Commit, StoreError};
use infer::Inference;
use shape::Shaper;

/// Refused rows that are told one by one; the others are counted.
pub const FAULTS_TOLD: usize = 20;

/// How a file's rows are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GeoJSON of any framing.
    GeoJson,
    /// A GeoJSON feature a line.
    GeoJsonLines,
    /// Comma-separated values.
    Csv,
}

/// What is to be imported and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// The layer's id.
    pub layer: String,
    /// The file's format.
    pub format: Format,
    /// Good rows are taken even if others are refused.
    pub keep_going: bool,
    /// Properties that the layer does not have are passed over.
    pub ignore_unknown: bool,
    /// Nothing is changed.
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Features counted; in a dry run as far as this process knows the store.
    pub commit: Commit,
    /// Whether the changes were made (or, in a dry run, would be).
    pub taken: bool,
    /// Rows refused.
    pub refused: u64,
    /// The first of them.
    pub faults: Vec<RowFault>,
}

/// Why an import could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be opened.
    #[error("{0}")]
    Open(#[from] io::Error),
    /// The layer cannot be created.
    #[error("{0}")]
    Layer(String),
}

/// Opens the file from its beginning; called twice where a layer is to be created.
pub type Source<'a> = dyn FnMut() -> io::Result<Box<dyn BufRead>> + 'a;

/// Imports a file. A layer that is not there is created from its rows, after `announce` was told.
///
/// # Errors
/// If the file cannot be opened, the layer cannot be created, or the store refuses. Refused rows
/// are no error here: they are in the outcome.
pub fn import(
    live: &LiveAtlas,
    import: &Import,
    source: &mut Source<'_>,
    announce: &mut dyn FnMut(&Schema),
) -> Result<Outcome, ImportError> {
    check_layer_id(&import.layer).map_err(ImportError::Layer)?;
    let atlas = live.snapshot();
    let (schema, created) = if let Some(layer) = atlas.layer(&import.layer) {
        (layer.schema().clone(), None)
    } else {
        let schema = Arc::new(infer_schema(import, source)?);
        announce(&schema);
        (schema.clone(), Some(schema))
    };
    let mut changes = Changes {
        rows: rows(import.format, source()?),
        shaper: Shaper {
            schema: &schema,
            cells: import.format == Format::Csv,
            ignore_unknown: import.ignore_unknown,
        },
        layer: created,
        keep_going: import.keep_going,
        seen: HashMap::new(),
        refused: 0,
        faults: Vec::new(),
        over: false,
    };
    let mut outcome = Outcome::default();
    if import.dry_run {
        outcome.commit = compare(&atlas, &schema, &mut changes);
        outcome.taken = changes.refused == 0 || import.keep_going;
    } else {
        match live.report(Origin::User, &mut changes) {
            Ok(commit) => {
                outcome.commit = commit;
                outcome.taken = true;
            }
            Err(StoreError::Abandoned) => {}
            Err(error) => return Err(error.into()),
        }
    }
    outcome.refused = changes.refused;
    outcome.faults = changes.faults;
    Ok(outcome)
}

/// Whether a text can be a layer's id.
///
/// # Errors
/// One sentence that says what would be right.
pub fn check_layer_id(id: &str) -> Result<(), String> {
    let fits = (1..=63).contains(&id.len())
        && id
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    if fits {
        return Ok(());
    }
    Err(format!(
        "\"{id}\" cannot be a layer's id: use 1 to 63 lower case letters, digits, - and _"
    ))
}

impl Format {
    /// The format that a file's name says.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "geojson" | "json" => Some(Self::GeoJson),
            "geojsonl" | "geojsons" | "geojsonseq" | "ndjson" | "jsonl" | "ndgeojson" => {
                Some(Self::GeoJsonLines)
            }
            "csv" | "tsv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The format that a file's first bytes look like.
    pub fn of_beginning(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match bytes.trim_ascii_start().first() {
            Some(b'{' | b'[' | 0x1E) => Self::GeoJson,
            _ => Self::Csv,
        }
    }
}

fn rows(
    format: Format,
    reader: Box<dyn BufRead>,
) -> Box<dyn Iterator<Item = Result<Row, RowFault>>> {
    match format {
        Format::GeoJson => Box::new(geojson::read(reader)),
        Format::GeoJsonLines => Box::new(geojson::read_lines(reader)),
        Format::Csv => Box::new(csv::read(reader)),
    }
}

fn infer_schema(import: &Import, source: &mut Source<'_>) -> Result<Schema, ImportError> {
    let cells = import.format == Format::Csv;
    let mut inference = Inference::default();
    let mut first_fault = None;
    for row in rows(import.format, source()?) {
        match row {
            Ok(mut row) => {
                shape::adopt_id(&mut row, None);
                inference.see(&row, cells);
            }
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    inference.schema(&import.layer, cells).map_err(|reason| {
        ImportError::Layer(match first_fault {
            Some(fault) => format!("{reason} ({fault})"),
            None => reason,
        })
    })
}

/// The changes that a file's rows make, and what was refused on the way.
struct Changes<'a> {
    rows: Box<dyn Iterator<Item = Result<Row, RowFault>>>,
    shaper: Shaper<'a>,
    /// A layer to create before its features.
    layer: Option<Arc<Schema>>,
    keep_going: bool,
    /// The line of each id.
    seen: HashMap<Box<str>, u64>,
    refused: u64,
    faults: Vec<RowFault>,
    over: bool,
}

impl Iterator for Changes<'_> {
    type Item = Result<Change, Abandon>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(layer) = self.layer.take() {
            return Some(Ok(Change::Layer(Box::new(Arc::unwrap_or_clone(layer)))));
        }
        while !self.over {
            let Some(row) = self.rows.next() else {
                self.over = true;
                return (self.refused > 0 && !self.keep_going).then_some(Err(Abandon));
            };
            match row.and_then(|row| self.feature(row)) {
                // After a fault the rest is only read for its faults.
                Ok(_) if self.refused > 0 && !self.keep_going => {}
                Ok(feature) => {
                    return Some(Ok(Change::Put {
                        layer: self.shaper.schema.id.clone(),
                        feature,
                    }));
                }
                Err(fault) => {
                    self.refused += 1;
                    if self.faults.len() < FAULTS_TOLD {
                        self.faults.push(fault);
                    }
                }
            }
        }
        None
    }
}

impl Changes<'_> {
    fn feature(&mut self, row: Row) -> Result<Feature, RowFault> {
        let line = row.line;
        let fault = |reason| RowFault { line, reason };
        let shaped = self.shaper.feature(row).map_err(fault)?;
        let feature = shaped.feature;
        match self.seen.get(&feature.id) {
            None => {
                self.seen.insert(feature.id.clone(), line);
                Ok(feature)
            }
            Some(first) if shaped.id_from_content => Err(fault(format!(
                "the row says the same as line {first}; give both an id to keep both"
            ))),
            Some(first) => Err(fault(format!(
                "the id \"{}\" is already that of line {first}",
                feature.id
            ))),
        }
    }
}

/// Counts what the changes would do to what is known.
fn compare(atlas: &Arc<Atlas>, schema: &Schema, changes: &mut Changes<'_>) -> Commit {
    let mut commit = Commit {
        revision: atlas.revision(),
        ..Commit::default()
    };
    let layer = atlas.layer(&schema.id);
    let border = atlas.border().map(AsRef::as_ref);
    for change in changes {
        let Ok(Change::Put { mut feature, .. }) = change else {
            continue;
        };
        Border::complete(border, schema, &mut feature);
        let count = match layer.and_then(|layer| layer.feature(&feature.id)) {
            None => &mut commit.added,
            Some(known)
                if known.geometry().as_deref() == feature.geometry.as_ref()
                    && known.values() == feature.values =>
            {
                &mut commit.unchanged
            }
            Some(_) => &mut commit.updated,
        };
        *count += 1;
    }
    commit
}
