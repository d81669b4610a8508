//! A selection of a layer as a file, piece by piece: however large it is, no more than 250,000
//! places and one piece are in memory (and what a form's index takes); in an order by fields, the
//! places of all.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use crate::atlas::budget;
use crate::atlas::layer::{Layer, Place};
use crate::atlas::query::{Hit, ItemsQuery, LIMIT_MAX};
use crate::format::writer::{BYTE_NS, PIECE_BYTES, Writer};

/// Places that are looked for at once, at most (6 MB), and by how many times more than the time before.
const PLACES_MAX: usize = 250_000;
const PLACES_GROW: usize = 5;

/// Features of a page that are written between two looks at the budget.
const LOOK_EVERY: usize = 64;

/// An export on its way. It holds the layer as it was at the start, whatever is written meanwhile.
pub struct Export {
    layer: Arc<Layer>,
    query: ItemsQuery,
    writer: Box<dyn Writer>,
    features_left: u64,
    /// In an order of its own: the places of what is not fetched yet, made with the first page.
    ordered: Option<std::vec::IntoIter<Place>>,
    /// What was found last and is not written yet, with distances.
    pending: VecDeque<(Place, Option<f64>)>,
    /// How many places are looked for next, where the order is not one of its own.
    places_next: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begins,
    Features,
    Ends,
    Over,
}

impl Export {
    /// An export of what a question selects, in its order, but not of more than `features_max`.
    /// The question's own limit, cursor and count do not matter.
    pub fn new(
        layer: Arc<Layer>,
        query: ItemsQuery,
        features_max: u64,
        writer: Box<dyn Writer>,
    ) -> Self {
        Self {
            query: ItemsQuery {
                cursor: None,
                count: false,
                ..query
            },
            layer,
            writer,
            features_left: features_max,
            ordered: None,
            pending: VecDeque::new(),
            places_next: LIMIT_MAX,
            state: State::Begins,
        }
    }

    /// The next piece; `None` after the last. It takes milliseconds, or, after the last feature of a
    /// form with an index, as long as sorting takes. It may be empty: then the form only took
    /// features in, or wrote to its scratch file. A budget may stop it anywhere, also while it sorts:
    /// then the export is of no more use.
    ///
    /// # Errors
    /// If the form's scratch file fails.
    pub fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.state == State::Over {
            return Ok(None);
        }
        let mut out = Vec::with_capacity(PIECE_BYTES + 8 * 1024);
        if self.state == State::Begins {
            self.writer.begin(&mut out)?;
            self.state = State::Features;
        }
        if self.state == State::Features {
            self.features(&mut out)?;
        } else if self.writer.end(&mut out)? {
            self.state = State::Over;
        }
        Ok(Some(out))
    }

    /// Has as many features written as make about a piece, or ends them.
    fn features(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let layer = Arc::clone(&self.layer);
        let mut hits = Vec::new();
        let mut bytes = 0;
        while bytes < PIECE_BYTES {
            let Some((place, distance_m)) = self.next() else {
                self.state = State::Ends;
                break;
            };
            let feature = layer.at(place);
            let length = feature.geojson_bytes().len();
            // Each is written in one go, and all of them after this.
            budget::spend(BYTE_NS * length as u64);
            bytes += length;
            hits.push(Hit {
                feature,
                distance_m,
            });
        }
        self.writer.features(out, &hits)
    }

    /// The next feature's place and distance.
    fn next(&mut self) -> Option<(Place, Option<f64>)> {
        if self.pending.is_empty() && self.features_left > 0 {
            self.fetch();
        }
        self.pending.pop_front()
    }

    /// Fetches the next page.
    fn fetch(&mut self) {
        if let Some(sort) = &self.query.sort {
            let (layer, query) = (&self.layer, &self.query);
            let most = usize::try_from(self.features_left).unwrap_or(usize::MAX);
            let ordered = self
                .ordered
                .get_or_insert_with(|| layer.order(query, sort, most).into_iter());
            for place in ordered.take(most.min(LIMIT_MAX)) {
                let hit = layer.hit(query, place);
                self.pending.push_back((place, hit.distance_m));
            }
            let fetched = self.pending.len() as u64;
            self.features_left = if fetched == 0 {
                0
            } else {
                self.features_left - fetched
            };
            return;
        }
        let most = usize::try_from(self.features_left).unwrap_or(usize::MAX);
        self.query.limit = most.min(self.places_next);
        // Where all match the next ones are at hand; to look for others costs the same, few or many.
        if !self.query.is_everything() {
            self.places_next = PLACES_MAX.min(self.places_next * PLACES_GROW);
        }
        let found = self.layer.places(&self.query);
        let cursor = found.last().map(|last| self.layer.cursor_after(*last));
        self.features_left = if found.len() < self.query.limit {
            0
        } else {
            self.features_left - found.len() as u64
        };
        self.query.cursor = cursor;
        self.pending = found.into();
    }
}

/// A page of features as one file.
///
/// # Errors
/// If the form's scratch file fails.
pub fn page(writer: &mut dyn Writer, hits: &[Hit<'_>]) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(PIECE_BYTES);
    writer.begin(&mut out)?;
    for some in hits.chunks(LOOK_EVERY) {
        budget::look();
        writer.features(&mut out, some)?;
    }
    let mut is_over = false;
    while !is_over {
        let mut piece = Vec::new();
        is_over = writer.end(&mut piece)?;
        out.append(&mut piece);
    }
    Ok(out)
}
