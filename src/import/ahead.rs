//! Rows read, shaped and completed on a thread of their own, ahead of the commit that takes them.

use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use geo::{Coord, CoordsIter};

use crate::atlas::model::change::Change;
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Value;
use crate::format::row::{Row, RowFault};
use crate::import::shape::Shaper;
use crate::live::{Completed, Completion};

/// Rows handed over at once: handing over costs nothing then.
const BATCH_ROWS: usize = 512;
/// A batch is handed over sooner if it has grown to this: features may be large.
const BATCH_BYTES: usize = 1 << 20;
/// Batches that may wait for the commit.
const BATCHES_MAX: usize = 4;

/// A row that has become a change.
pub(super) struct Ready {
    /// The line where it starts.
    pub(super) line: u64,
    /// The file gave no id.
    pub(super) id_from_content: bool,
    /// Its areas were not valid in the file.
    pub(super) mended: bool,
    /// A put of its feature.
    pub(super) change: Completed,
}

type Outcome = Result<Ready, RowFault>;

/// Has the rows made ready while what is ready is taken, in the order of the file.
///
/// # Errors
/// If there is no thread to be had.
pub(super) fn ahead<T>(
    rows: Box<dyn Iterator<Item = Result<Row, RowFault>> + Send>,
    shaper: &Shaper<'_>,
    mut completion: Completion,
    take: impl FnOnce(Ahead) -> T,
) -> io::Result<T> {
    let (give, come) = mpsc::sync_channel(BATCHES_MAX);
    thread::scope(|scope| {
        let work = move || {
            let mut ready = rows.map(|row| ready(row?, shaper, &mut completion));
            loop {
                let batch = batch(&mut ready);
                let is_last = batch.is_empty();
                // Nobody takes any more: the commit has failed.
                if give.send(batch).is_err() || is_last {
                    break;
                }
            }
        };
        thread::Builder::new()
            .name("rows".into())
            .spawn_scoped(scope, work)?;
        Ok(take(Ahead {
            come,
            batch: Vec::new().into_iter(),
            is_over: false,
        }))
    })
}

fn batch(ready: &mut impl Iterator<Item = Outcome>) -> Vec<Outcome> {
    let mut batch = Vec::with_capacity(BATCH_ROWS);
    let mut bytes = 0;
    while batch.len() < BATCH_ROWS && bytes < BATCH_BYTES {
        let Some(outcome) = ready.next() else {
            break;
        };
        if let Ok(ready) = &outcome
            && let Change::Put { feature, .. } = ready.change.change()
        {
            bytes += bytes_of(feature);
        }
        batch.push(outcome);
    }
    batch
}

/// About what the parts of a feature that may be large take.
fn bytes_of(feature: &Feature) -> usize {
    let texts = feature.values.iter().map(|value| match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        _ => 0,
    });
    let coords = feature
        .geometry
        .as_ref()
        .map_or(0, CoordsIter::coords_count);
    texts.sum::<usize>() + coords * size_of::<Coord>()
}

fn ready(row: Row, shaper: &Shaper<'_>, completion: &mut Completion) -> Outcome {
    let line = row.line;
    let shaped = shaper
        .feature(row)
        .map_err(|reason| RowFault { line, reason })?;
    Ok(Ready {
        line,
        id_from_content: shaped.id_from_content,
        mended: shaped.mended,
        change: completion.complete(Change::Put {
            layer: shaper.schema.id.clone(),
            feature: shaped.feature,
        }),
    })
}

/// What is ready.
pub(super) struct Ahead {
    come: Receiver<Vec<Outcome>>,
    batch: std::vec::IntoIter<Outcome>,
    is_over: bool,
}

impl Iterator for Ahead {
    type Item = Outcome;

    fn next(&mut self) -> Option<Outcome> {
        while !self.is_over {
            if let Some(outcome) = self.batch.next() {
                return Some(outcome);
            }
            // The last batch is empty. If none comes the other thread has panicked, and the rows so
            // far must not pass for all.
            let Ok(batch) = self.come.recv() else {
                panic!("the thread that reads the rows has panicked");
            };
            self.is_over = batch.is_empty();
            self.batch = batch.into_iter();
        }
        None
    }
}
