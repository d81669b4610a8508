//! A selection of a layer as a file, piece by piece: however large it is, no more than a page of
//! places and one piece are in memory; in an order by fields, the places of all.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use crate::atlas::layer::{Layer, Place};
use crate::atlas::query::{Hit, ItemsQuery, LIMIT_MAX};
use crate::format::collection::{self, Head};
use crate::format::csv::write;
use crate::format::view::View;

/// Bytes after which a piece is full; one feature may exceed it.
const PIECE_BYTES: usize = 64 * 1024;

/// The encodings of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One feature collection.
    GeoJson,
    /// One feature a line.
    GeoJsonLines,
    /// A table.
    Csv,
}

impl Form {
    /// How the name of such a file ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            Self::GeoJsonLines => "geojsonl",
            Self::Csv => "csv",
        }
    }
}

/// An export on its way. It holds the layer as it was at the start, whatever is written meanwhile.
pub struct Export {
    layer: Arc<Layer>,
    query: ItemsQuery,
    form: Form,
    view: View,
    /// For CSV: whether the places are lon and lat.
    points: bool,
    features_left: u64,
    /// In an order of its own: the places of what is not fetched yet, made with the first page.
    ordered: Option<std::vec::IntoIter<Place>>,
    /// What the last page of the answer held and is not written yet, with distances.
    pending: VecDeque<(Place, Option<f64>)>,
    /// What stands before the features, until the first piece takes it.
    head: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is written.
    Begins,
    /// The head is written, but no feature.
    Headed,
    /// At least one feature is written.
    Goes,
    Ended,
}

impl Export {
    /// An export of what a question selects, in its order, but not of more than `features_max`.
    /// The question's own limit, cursor and count do not matter.
    pub fn new(
        layer: Arc<Layer>,
        query: ItemsQuery,
        features_max: u64,
        form: Form,
        head: &Head<'_>,
    ) -> Self {
        let mut text = Vec::new();
        if form == Form::GeoJson {
            collection::begin(&mut text, head);
        }
        let points = form == Form::Csv && write::only_points(&layer);
        Self {
            query: ItemsQuery {
                cursor: None,
                count: false,
                ..query
            },
            layer,
            form,
            view: View::default(),
            points,
            features_left: features_max,
            ordered: None,
            pending: VecDeque::new(),
            head: text,
            state: State::Begins,
        }
    }

    /// The same, its features shown otherwise, which only GeoJSON can.
    #[must_use]
    pub fn shown(self, view: View) -> Self {
        Self { view, ..self }
    }

    /// The next piece; `None` after the last. It may take milliseconds.
    ///
    /// # Errors
    /// Never: the pieces are made in memory. The writer of CSV has an error in its type.
    pub fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.state == State::Ended {
            return Ok(None);
        }
        let mut out = Vec::with_capacity(PIECE_BYTES + 8 * 1024);
        out.append(&mut self.head);
        if self.form == Form::Csv {
            out = self.rows(out)?;
        } else {
            self.features(&mut out);
        }
        Ok(Some(out))
    }

    /// Writes features until the piece is full or there are no more.
    fn features(&mut self, out: &mut Vec<u8>) {
        let lines = self.form == Form::GeoJsonLines;
        if self.state == State::Begins {
            self.state = State::Headed;
        }
        while out.len() < PIECE_BYTES {
            let Some((place, distance_m)) = self.next() else {
                if !lines {
                    collection::end(out);
                }
                self.state = State::Ended;
                return;
            };
            let feature = self.layer.at(place);
            if !lines && self.state == State::Goes {
                out.extend_from_slice(b",\n");
            }
            self.state = State::Goes;
            self.view.feature(
                out,
                &Hit {
                    feature,
                    distance_m,
                },
            );
            if lines {
                out.push(b'\n');
            }
        }
    }

    /// Writes rows until about a piece is full or there are no more.
    fn rows(&mut self, out: Vec<u8>) -> io::Result<Vec<u8>> {
        let layer = Arc::clone(&self.layer);
        let distance = self.query.near.is_some();
        let mut table = if self.state == State::Begins {
            write::Writer::new(out, layer.schema(), self.points, distance)?
        } else {
            write::Writer::resumed(out, layer.schema(), self.points, distance)
        };
        self.state = State::Goes;
        // A row is about as long as its feature's GeoJSON.
        let mut bytes = 0;
        while bytes < PIECE_BYTES {
            let Some((place, distance_m)) = self.next() else {
                self.state = State::Ended;
                break;
            };
            let feature = layer.at(place);
            bytes += feature.geojson_len();
            table.write(feature, distance_m)?;
        }
        table.finish()
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
        self.query.limit =
            usize::try_from(self.features_left).map_or(LIMIT_MAX, |left| left.min(LIMIT_MAX));
        let answer = self.layer.items(&self.query);
        let hits = answer.hits.iter();
        self.pending
            .extend(hits.map(|hit| (hit.feature.place(), hit.distance_m)));
        self.features_left -= (answer.hits.len() as u64).min(self.features_left);
        match answer.next {
            Some(next) => self.query.cursor = Some(next),
            None => self.features_left = 0,
        }
    }
}
