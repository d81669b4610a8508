//! Rows read, shaped and completed on a thread of their own, ahead of the commit that takes them.

use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use crate::atlas::change::Change;
use crate::format::row::{Row, RowFault};
use crate::import::shape::Shaper;
use crate::live::{Completed, Completion};

/// Rows handed over at once: handing over costs nothing then.
const BATCH_ROWS: usize = 512;
/// Batches that may wait for the commit.
const BATCHES_MAX: usize = 8;

/// A row that has become a change.
pub(super) struct Ready {
    /// The line where it starts.
    pub(super) line: u64,
    /// The file gave no id.
    pub(super) id_from_content: bool,
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
                let batch: Vec<Outcome> = ready.by_ref().take(BATCH_ROWS).collect();
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

fn ready(row: Row, shaper: &Shaper<'_>, completion: &mut Completion) -> Outcome {
    let line = row.line;
    let shaped = shaper
        .feature(row)
        .map_err(|reason| RowFault { line, reason })?;
    Ok(Ready {
        line,
        id_from_content: shaped.id_from_content,
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
