//! A selection of a layer as a file, piece by piece: however large it is, no more than one piece and the
//! places of what is selected are in memory, 8 bytes each, 16 with a distance (and what a form's index
//! takes); of a whole layer, the places of a page.

use std::io;
use std::iter;
use std::sync::Arc;

use crate::atlas::layer::answer::Hit;
use crate::atlas::layer::{Layer, RowAddress};
use crate::atlas::model::budget;
use crate::atlas::query::question::{ItemsQuery, LIMIT_MAX};
use crate::format::writer::{BYTE_NS, PIECE_BYTES, Writer};

/// Features of a page that are written between two looks at the budget.
const LOOK_EVERY: usize = 64;

/// An export on its way. It holds the layer as it was at the start, whatever is written meanwhile.
pub struct Export {
    layer: Arc<Layer>,
    query: ItemsQuery,
    features_max: usize,
    writer: Box<dyn Writer>,
    /// What is selected and not written yet; looked for with the first piece.
    found: Option<Found>,
    state: State,
}

/// Where features are kept, in the order of the file, with distances.
type Found = Box<dyn Iterator<Item = (RowAddress, Option<f64>)> + Send>;

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
            features_max: usize::try_from(features_max).unwrap_or(usize::MAX),
            writer,
            found: None,
            state: State::Begins,
        }
    }

    /// The next piece; `None` after the last. It takes milliseconds; the first of a selection, as long as
    /// looking for all of it takes, and after the last feature of a form with an index, as long as sorting. It may be empty: then the form only took
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
            let Some((address, distance_m)) = self.next() else {
                self.state = State::Ends;
                break;
            };
            let feature = layer.at(address);
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

    /// The next feature's row address and distance.
    fn next(&mut self) -> Option<(RowAddress, Option<f64>)> {
        let (layer, query) = (&self.layer, &self.query);
        let look = || found(layer, query, self.features_max);
        self.found.get_or_insert_with(look).next()
    }
}

/// What a question selects, but not more than so many. All of it is looked for at once, where that takes a
/// look at each feature: an export whose search costs more than a question may is refused before it begins.
fn found(layer: &Arc<Layer>, query: &ItemsQuery, features_max: usize) -> Found {
    if let Some(sort) = &query.sort {
        let addresses = layer.order(query, sort, features_max).into_iter();
        let (layer, query) = (Arc::clone(layer), query.clone());
        return Box::new(
            addresses.map(move |address| (address, layer.hit(&query, address).distance_m)),
        );
    }
    let query = ItemsQuery {
        limit: features_max.min(layer.len()).max(1),
        ..query.clone()
    };
    if let Some(near) = query.near {
        let addresses = layer.addresses_by_distance(&query, near).into_iter();
        Box::new(addresses.map(|(address, distance_m)| (address, Some(distance_m))))
    } else if query.is_everything() {
        let addresses = pages(Arc::clone(layer), query).flatten();
        Box::new(addresses.map(|address| (address, None)))
    } else {
        let addresses = layer.addresses_by_id(&query).into_iter();
        Box::new(addresses.map(|address| (address, None)))
    }
}

/// The places of a layer page by page: where all match, the next ones are at hand.
fn pages(layer: Arc<Layer>, mut query: ItemsQuery) -> impl Iterator<Item = Vec<RowAddress>> {
    let mut left = query.limit;
    iter::from_fn(move || {
        query.limit = left.min(LIMIT_MAX);
        let page = layer.addresses_by_id(&query);
        left -= page.len();
        query.cursor = Some(layer.cursor_after(*page.last()?, None));
        Some(page)
    })
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
