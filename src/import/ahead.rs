//! Rows read, shaped and completed on a thread of their own, ahead of the commit that takes them.

use std::collections::HashMap;
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
    /// Its number among those that start there.
    pub(super) number: u64,
    /// The file gave no id.
    pub(super) id_from_content: bool,
    /// Its areas were not valid in the file.
    pub(super) mended: bool,
    /// UTC was assumed of an instant of it.
    pub(super) assumed_utc: bool,
    /// A put of its feature.
    pub(super) change: Completed,
}

type Outcome = Result<Ready, RowFault>;

/// Has the rows made ready while what is ready is taken, in the order of the file.
///
/// # Errors
/// If there is no thread to be had.
pub(super) fn ahead<T>(
    rows: impl Iterator<Item = Result<Row, RowFault>> + Send,
    shaper: &Shaper<'_>,
    mut completion: Completion,
    take: impl FnOnce(Ahead) -> T,
) -> io::Result<T> {
    let (give, come) = mpsc::sync_channel(BATCHES_MAX);
    thread::scope(|scope| {
        let work = move || {
            let mut equal = Equal::default();
            let mut places = Places::default();
            let mut ready = rows.map(|row| {
                let number =
                    places.number(row.as_ref().map_or_else(|fault| fault.line, |row| row.line));
                let outcome = row.and_then(|row| ready(row, shaper, &mut equal, &mut completion));
                outcome
                    .map(|ready| Ready { number, ..ready })
                    .map_err(|fault| on_its_line(fault, number))
            });
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

/// Counts the rows that start on one line: some programs write a whole file on one.
#[derive(Default)]
struct Places {
    line: u64,
    count: u64,
}

impl Places {
    fn number(&mut self, line: u64) -> u64 {
        if line != self.line {
            (self.line, self.count) = (line, 0);
        }
        self.count += 1;
        self.count
    }
}

/// A fault of which it is said which row it is, where several start on its line.
pub(super) fn on_its_line(fault: RowFault, number: u64) -> RowFault {
    if number == 1 {
        return fault;
    }
    RowFault {
        line: fault.line,
        reason: format!("row {number} on it: {}", fault.reason),
    }
}

/// How often each id that was made of content has come.
#[derive(Default)]
struct Equal(HashMap<Box<str>, u32>);

impl Equal {
    /// The id of a feature by its number among those that say the same: the first keeps its own.
    fn numbered(&mut self, id: Box<str>) -> Box<str> {
        let count = self.0.entry(id.clone()).or_default();
        *count += 1;
        match count {
            1 => id,
            count => format!("{id}-{count}").into(),
        }
    }
}

fn ready(row: Row, shaper: &Shaper<'_>, equal: &mut Equal, completion: &mut Completion) -> Outcome {
    let line = row.line;
    let mut shaped = shaper
        .feature(row)
        .map_err(|reason| RowFault { line, reason })?;
    if shaper.keep_equal && shaped.id_from_content {
        shaped.feature.id = equal.numbered(shaped.feature.id);
    }
    Ok(Ready {
        line,
        number: 1,
        id_from_content: shaped.id_from_content,
        mended: shaped.mended,
        assumed_utc: shaped.assumed_utc,
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
