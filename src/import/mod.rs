//! Files to changes of a layer, telling what was refused and why.
//!
//! Rows stream from the reader, on a thread of its own, into the store's commit. One bad row undoes it, unless the others
//! are wanted without it; reading goes on either way, so that all that is wrong is told at once.

mod ahead;
mod changes;
mod declared;
mod infer;
mod moments;
mod naming;
mod numbers;
mod room;
mod seen;
pub mod shape;

use std::io::{self, BufRead};
use std::sync::Arc;

use crate::atlas::Atlas;
use crate::atlas::model::change::{Change, Origin};
use crate::atlas::model::schema::{BORDER_DISTANCE_M, FieldType, Schema};
use crate::format::file::{Cells, FileFormat, Rows};
use crate::format::reading::{ReadOptions, Remarks};
use crate::format::row::{Row, RowFault};
use crate::format::told::told;
use crate::fresh;
use crate::live::{Completion, LiveAtlas};
use crate::store::{Commit, StoreError};
use ahead::ahead;
use changes::{RowChanges, compare};
use declared::Declared;
use infer::Inference;
use naming::Naming;
use room::LayerRoom;
use seen::Seen;
use shape::Shaper;

/// Refused rows that are told one by one; the others are counted.
pub const FAULTS_TOLD: usize = 20;

/// What is to be imported and how.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Clone, Debug)]
pub struct Import {
    /// How the file is to be read, and the id of the layer that it is read into.
    pub reading: ReadOptions,
    /// The file's format.
    pub format: &'static FileFormat,
    /// Of a new layer: the field that says when, or two of them with a slash between.
    pub time: Option<String>,
    /// Of a new layer: the types of fields, for what is not to be inferred.
    pub types: Vec<(String, FieldType)>,
    /// Rows without an id that say the same are kept, each under its number among them.
    pub keep_equal: bool,
    /// Good rows are taken even if others are refused.
    pub keep_going: bool,
    /// Properties that the layer does not have are passed over.
    pub ignore_unknown: bool,
    /// Areas that are not valid are mended, not refused.
    pub make_valid: bool,
}

impl Import {
    /// What makes features of rows.
    fn shaper<'a>(&'a self, schema: &'a Schema) -> Shaper<'a> {
        Shaper {
            schema,
            id: self.reading.columns.id.as_deref(),
            keep_equal: self.keep_equal,
            cells: self.format.cells != Cells::Typed,
            ignore_unknown: self.ignore_unknown,
            make_valid: self.make_valid,
        }
    }

    /// Says that a layer which is there stays as it is.
    fn remark_unused(&self, remarks: &Remarks) {
        if self.time.is_some() || !self.types.is_empty() {
            remarks.say(format!(
                "layer {} is there: its fields and its time stay as they are, --type and --time are for new ones",
                self.reading.layer
            ));
        }
    }
}

/// What a file is brought into.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// A store.
    Live(&'a LiveAtlas),
    /// Nothing: it is only said what would come of it.
    DryRun(&'a Atlas),
}

/// What an import did, or would do.
#[derive(Debug, Default)]
pub struct ImportOutcome {
    /// Features counted; in a dry run as far as this process knows the store.
    pub commit: Commit,
    /// Whether the changes were made (or, in a dry run, would be).
    pub taken: bool,
    /// Features whose areas were mended.
    pub mended: u64,
    /// Features with instants without a zone, which were taken as UTC.
    pub assumed_utc: u64,
    /// Positions far from the border that would be near it with longitude and latitude swapped.
    pub swapped: u64,
    /// Rows refused.
    pub refused: u64,
    /// The first of them.
    pub faults: Vec<RowFault>,
    /// What else is to be said of the file, in sentences.
    pub remarks: Vec<String>,
}

/// Why an import could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be opened.
    #[error(transparent)]
    Open(#[from] io::Error),
    /// The layer cannot be created.
    #[error("{0}")]
    Layer(String),
}

/// Opens the file from its beginning; called twice where a layer is to be created.
pub type FileSource<'a> = dyn FnMut() -> io::Result<Box<dyn BufRead + Send>> + 'a;

/// Imports a file. A layer that is not there is created from its rows, after `announce` was told.
///
/// # Errors
/// If the file cannot be opened, the layer cannot be created, or the store refuses. Refused rows
/// are no error here: they are in the outcome.
pub fn import(
    target: Target<'_>,
    import: &Import,
    source: &mut FileSource<'_>,
    announce: &mut dyn FnMut(&Schema),
) -> Result<ImportOutcome, ImportError> {
    check_layer_id(&import.reading.layer).map_err(ImportError::Layer)?;
    let snapshot;
    let atlas = match target {
        Target::Live(live) => {
            snapshot = live.snapshot();
            &*snapshot
        }
        Target::DryRun(atlas) => atlas,
    };
    let remarks = Remarks::default();
    let known = atlas.layer(&import.reading.layer);
    let schema = if let Some(layer) = known {
        import.remark_unused(&remarks);
        layer.schema().clone()
    } else {
        let schema = Arc::new(infer_schema(import, source, &remarks)?);
        announce(&schema);
        schema
    };
    let mut completion = Completion::of(atlas);
    let created = known.is_none().then(|| Schema::clone(&schema));
    let layer = created.map(|schema| completion.complete(Change::Layer(Box::new(schema))));
    let read = Remarks::default();
    let naming = Naming::new(Some(&schema));
    let rows = named(rows(import, source()?, &read)?, naming, read.clone());
    let outcome = ahead(rows, &import.shaper(&schema), completion, |ready| {
        let changes = RowChanges {
            ready,
            layer,
            unit: import.format.unit,
            keep_going: import.keep_going,
            seen: Seen::default(),
            room: LayerRoom::of(known.cloned()),
            distance: schema.index_of(BORDER_DISTANCE_M),
            border: atlas.border().cloned(),
            mended: 0,
            assumed_utc: 0,
            swapped: 0,
            refused: 0,
            faults: Vec::new(),
            over: false,
        };
        match target {
            Target::Live(live) => recorded(live, changes),
            Target::DryRun(atlas) => Ok(compared(atlas, &schema.id, changes)),
        }
    })?;
    remarks.join(&read);
    Ok(ImportOutcome {
        remarks: remarks.told(),
        ..outcome?
    })
}

/// Makes the changes.
fn recorded(live: &LiveAtlas, mut changes: RowChanges) -> Result<ImportOutcome, ImportError> {
    let commit = match live.record(Origin::User, &mut changes) {
        Ok(commit) => Some(commit),
        Err(StoreError::Abandoned) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(ImportOutcome {
        commit: commit.unwrap_or_default(),
        taken: commit.is_some(),
        mended: changes.mended,
        assumed_utc: changes.assumed_utc,
        swapped: changes.swapped,
        refused: changes.refused,
        faults: changes.faults,
        remarks: Vec::new(),
    })
}

/// Counts what the changes would do to what is known.
fn compared(atlas: &Atlas, layer: &str, mut changes: RowChanges) -> ImportOutcome {
    let commit = compare(atlas, layer, &mut changes);
    ImportOutcome {
        commit,
        taken: changes.refused == 0 || changes.keep_going,
        mended: changes.mended,
        assumed_utc: changes.assumed_utc,
        swapped: changes.swapped,
        refused: changes.refused,
        faults: changes.faults,
        remarks: Vec::new(),
    }
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

/// The rows of the file, read anew.
fn rows(import: &Import, reader: Box<dyn BufRead + Send>, remarks: &Remarks) -> io::Result<Rows> {
    let scratch = import.format.needs_scratch.then(fresh::scratch);
    let scratch = scratch.transpose()?;
    Ok(import
        .format
        .rows(reader, &import.reading, remarks, scratch))
}

/// Rows whose properties have names of their own; what was renamed is remarked at the end.
fn named(
    rows: Rows,
    mut naming: Naming<'_>,
    remarks: Remarks,
) -> impl Iterator<Item = Result<Row, RowFault>> + Send {
    let mut rows = rows;
    std::iter::from_fn(move || {
        let next = rows.next();
        if next.is_none() {
            naming.remarks().for_each(|renamed| remarks.say(renamed));
        }
        next.map(|row| row.map(|row| naming.name(row)))
    })
}

fn infer_schema(
    import: &Import,
    source: &mut FileSource<'_>,
    remarks: &Remarks,
) -> Result<Schema, ImportError> {
    let cells = import.format.cells;
    let id = import.reading.columns.id.as_deref();
    let declared = Declared {
        types: &import.types,
        time: import.time.as_deref(),
    };
    let mut inference = Inference::default();
    let mut first_fault = None;
    let unread = Remarks::default();
    let rows = rows(import, source()?, &unread)?;
    for row in named(rows, Naming::new(None), unread) {
        match row {
            Ok(mut row) => {
                // What is wrong with an id is told of the row when it is taken.
                let _ = shape::adopt_id(&mut row, None, id);
                inference.see(&row, cells);
            }
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    let schema = inference.schema(&import.reading.layer, cells, &declared, remarks);
    schema.map_err(|reason| {
        ImportError::Layer(match first_fault {
            Some(fault) => format!(
                "{reason} ({} {}: {})",
                import.format.unit,
                fault.line,
                told(&fault.reason)
            ),
            None => reason,
        })
    })
}
