//! Files to changes of a layer, telling what was refused and why.
//!
//! Rows stream from the reader, on a thread of its own, into the store's commit. One bad row undoes it, unless the others
//! are wanted without it; reading goes on either way, so that all that is wrong is told at once.

mod ahead;
mod infer;
mod room;
mod seen;
pub mod shape;

use std::io::{self, BufRead};
use std::sync::Arc;

use geo::Geometry;

use crate::atlas::Atlas;
use crate::atlas::geo::position::LngLat;
use crate::atlas::model::change::{Change, Origin};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::{BORDER_DISTANCE_M, Schema, Value};
use crate::atlas::products::border::Border;
use crate::atlas::products::swapped;
use crate::format::file::{Cells, FileFormat, Rows};
use crate::format::row::RowFault;
use crate::format::told::told;
use crate::fresh;
use crate::live::{Completed, Completion, LiveAtlas};
use crate::store::{Abandon, Commit, StoreError};
use ahead::{Ahead, Ready, ahead};
use infer::Inference;
use room::LayerRoom;
use seen::Seen;
use shape::Shaper;

/// Refused rows that are told one by one; the others are counted.
pub const FAULTS_TOLD: usize = 20;

/// What is to be imported and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// The layer's id.
    pub layer: String,
    /// The file's format.
    pub format: &'static FileFormat,
    /// Good rows are taken even if others are refused.
    pub keep_going: bool,
    /// Properties that the layer does not have are passed over.
    pub ignore_unknown: bool,
    /// Areas that are not valid are mended, not refused.
    pub make_valid: bool,
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
    /// Positions far from the border that would be near it with longitude and latitude swapped.
    pub swapped: u64,
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
    check_layer_id(&import.layer).map_err(ImportError::Layer)?;
    let snapshot;
    let atlas = match target {
        Target::Live(live) => {
            snapshot = live.snapshot();
            &*snapshot
        }
        Target::DryRun(atlas) => atlas,
    };
    let (schema, created) = if let Some(layer) = atlas.layer(&import.layer) {
        (layer.schema().clone(), None)
    } else {
        let schema = Arc::new(infer_schema(import, source)?);
        announce(&schema);
        (schema.clone(), Some(schema))
    };
    let shaper = Shaper {
        schema: &schema,
        cells: import.format.cells != Cells::Typed,
        ignore_unknown: import.ignore_unknown,
        make_valid: import.make_valid,
    };
    let mut completion = Completion::of(atlas);
    let layer = created.map(|schema| {
        let schema = Arc::unwrap_or_clone(schema);
        completion.complete(Change::Layer(Box::new(schema)))
    });
    let rows = rows(import, source()?)?;
    ahead(rows, &shaper, completion, |ready| {
        let changes = Changes {
            ready,
            layer,
            unit: import.format.unit,
            keep_going: import.keep_going,
            seen: Seen::default(),
            room: LayerRoom::of(atlas.layer(&schema.id).cloned()),
            distance: schema.index_of(BORDER_DISTANCE_M),
            border: atlas.border().cloned(),
            mended: 0,
            swapped: 0,
            refused: 0,
            faults: Vec::new(),
            over: false,
        };
        match target {
            Target::Live(live) => recorded(live, changes),
            Target::DryRun(atlas) => Ok(compared(atlas, &schema.id, changes)),
        }
    })?
}

/// Makes the changes.
fn recorded(live: &LiveAtlas, mut changes: Changes) -> Result<ImportOutcome, ImportError> {
    let commit = match live.record(Origin::User, &mut changes) {
        Ok(commit) => Some(commit),
        Err(StoreError::Abandoned) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(ImportOutcome {
        commit: commit.unwrap_or_default(),
        taken: commit.is_some(),
        mended: changes.mended,
        swapped: changes.swapped,
        refused: changes.refused,
        faults: changes.faults,
    })
}

/// Counts what the changes would do to what is known.
fn compared(atlas: &Atlas, layer: &str, mut changes: Changes) -> ImportOutcome {
    let commit = compare(atlas, layer, &mut changes);
    ImportOutcome {
        commit,
        taken: changes.refused == 0 || changes.keep_going,
        mended: changes.mended,
        swapped: changes.swapped,
        refused: changes.refused,
        faults: changes.faults,
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
fn rows(import: &Import, reader: Box<dyn BufRead + Send>) -> io::Result<Rows> {
    let scratch = import.format.needs_scratch.then(fresh::scratch);
    Ok(import
        .format
        .rows(reader, &import.layer, scratch.transpose()?))
}

fn infer_schema(import: &Import, source: &mut FileSource<'_>) -> Result<Schema, ImportError> {
    let cells = import.format.cells;
    let mut inference = Inference::default();
    let mut first_fault = None;
    for row in rows(import, source()?)? {
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

/// The changes that a file's rows make, and what was refused on the way.
struct Changes {
    ready: Ahead,
    /// A layer to create before its features.
    layer: Option<Completed>,
    /// What a row's place is counted by.
    unit: &'static str,
    keep_going: bool,
    seen: Seen,
    room: LayerRoom,
    /// The field that says how far the border is.
    distance: Option<usize>,
    border: Option<Arc<Border>>,
    mended: u64,
    swapped: u64,
    refused: u64,
    faults: Vec<RowFault>,
    over: bool,
}

impl Iterator for Changes {
    type Item = Result<Completed, Abandon>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(layer) = self.layer.take() {
            return Some(Ok(layer));
        }
        while !self.over {
            let Some(ready) = self.ready.next() else {
                self.over = true;
                return (self.refused > 0 && !self.keep_going).then_some(Err(Abandon));
            };
            match ready.and_then(|ready| self.fitting(ready)) {
                // After a fault the rest is only read for its faults.
                Ok(_) if self.refused > 0 && !self.keep_going => {}
                Ok(change) => return Some(Ok(change)),
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

impl Changes {
    /// The change, unless its id has come before, or the layer has no room for it.
    fn fitting(&mut self, ready: Ready) -> Result<Completed, RowFault> {
        self.mended += u64::from(ready.mended);
        let Change::Put { feature, .. } = ready.change.change() else {
            return Ok(ready.change);
        };
        self.swapped += u64::from(self.looks_swapped(feature));
        let Some(first) = self.seen.note(&feature.id, ready.line) else {
            return match self.room.take(feature) {
                Ok(()) => Ok(ready.change),
                Err(excess) => Err(RowFault {
                    line: ready.line,
                    reason: excess.to_string(),
                }),
            };
        };
        let unit = self.unit;
        Err(RowFault {
            line: ready.line,
            reason: if ready.id_from_content {
                format!("the row says the same as {unit} {first}; give both an id to keep both")
            } else {
                format!(
                    "the id \"{}\" is already that of {unit} {first}",
                    feature.id
                )
            },
        })
    }
}

impl Changes {
    /// Whether a feature is a position that is near the border only the other way round.
    fn looks_swapped(&self, feature: &Feature) -> bool {
        let known = self.distance.map(|at| &feature.values[at]);
        // What is near costs nothing.
        if !matches!(known, Some(Value::Number(metres)) if *metres > swapped::AREA_M) {
            return false;
        }
        let (Some(Geometry::Point(point)), Some(border)) = (&feature.geometry, &self.border) else {
            return false;
        };
        let at = LngLat::new(point.x(), point.y()).ok();
        at.is_some_and(|at| swapped::find(border, at).is_some())
    }
}

fn compare(atlas: &Atlas, id: &str, changes: &mut Changes) -> Commit {
    let mut commit = Commit {
        revision: atlas.revision(),
        ..Commit::default()
    };
    let layer = atlas.layer(id);
    for change in changes.flatten() {
        let Change::Put { feature, .. } = change.change() else {
            continue;
        };
        let count = match layer.and_then(|layer| layer.feature(&feature.id)) {
            None if atlas.aside().reason(id, &feature.id).is_some() => &mut commit.updated,
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
