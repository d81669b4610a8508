//! `/api/collections/{layer}/export`: everything that the filters select, as a download that is
//! written while it is read, so that its size costs no memory.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use crate::atlas::layer::Layer;
use crate::atlas::query::{Hit, ItemsQuery, LIMIT_MAX};
use crate::format::collection::{self, Head};
use crate::http::answer::{self, Tag};
use crate::http::app::{self, App};
use crate::http::link::{self, Link};
use crate::http::negotiate::{self, Offer};
use crate::http::params::{self, Reader, escaped_segment};
use crate::http::problem::Problem;
use crate::http::route::{Ask, Door, Operation, Route};

/// The download.
pub const ROUTE: Route = Route {
    path: "/api/collections/{layer}/export",
    door: Door::Here(export),
    operation: Some(Operation {
        id: "exportFeatures",
        summary: "All features that the same filters select, as a file",
        tag: "Features",
        parameters: &[
            "fExport",
            "bbox",
            "datetime",
            "limitExport",
            "near",
            "radius",
        ],
        fields: true,
        answers: &[
            (link::GEOJSON, "featureCollection"),
            (link::NDJSON, "lines"),
        ],
        errors: &[400, 404, 406, 503],
    }),
};

static OFFERS: [Offer; 2] = [
    Offer {
        names: &["geojson", "json"],
        media: link::GEOJSON,
        accepted_as: &["application/geo+json", "application/json"],
    },
    Offer {
        names: &["geojsonl"],
        media: link::NDJSON,
        accepted_as: &["application/x-ndjson"],
    },
];

/// Features asked of the atlas at a time.
const PAGE_FEATURES: usize = LIMIT_MAX;
/// Bytes after which a piece is sent; one feature may exceed it.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for a slow reader.
const PIECES_AHEAD: usize = 2;

fn export(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let query = params::selection(&mut read, layer.schema());
    let features_max = read.parsed("limit", params::limit).unwrap_or(usize::MAX);
    read.finish()?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let permit = Arc::clone(&app.exports)
        .try_acquire_owned()
        .map_err(|_| Problem::Busy)?;
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    let form = Form::of(offer);
    let deadline = Instant::now() + Duration::from_secs(app.options.limits.export_timeout_s);
    let links = links(ask, layer);
    let writer = Writer {
        query: ItemsQuery {
            limit: PAGE_FEATURES,
            count: false,
            ..query
        },
        layer: Arc::clone(layer),
        form,
        features_left: features_max,
        pending: VecDeque::new(),
        started: false,
        ended: false,
    };
    let running = Running::new(permit, app.metrics.exports.clone());
    let notice = links.clone();
    tokio::spawn(async move {
        if timeout_at(deadline, send_all(writer, notice, &sender))
            .await
            .is_err()
        {
            tracing::warn!("an export was cut off at its deadline");
        }
        drop(running);
    });
    let mut response = answer::ok(&tag, offer.media, body_of(receiver));
    put_headers(&mut response, layer, form, &links);
    Ok(response)
}

/// What comes from the writer: a piece, or the word that the file is whole.
enum Message {
    Piece(Bytes),
    Whole,
}

/// The pieces as a body. If the writer ends without the last word, so does the connection: a
/// client must not take a part for the whole.
fn body_of(receiver: Receiver<Message>) -> Body {
    let pieces = stream::unfold(Some(receiver), |receiver| async {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Message::Piece(piece)) => Some((Ok(piece), Some(receiver))),
            Some(Message::Whole) => None,
            None => Some((Err(std::io::Error::other("the export was cut off")), None)),
        }
    });
    // A compressor asks once more after the end.
    Body::from_stream(pieces.fuse())
}

/// The encodings of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One feature collection.
    GeoJson,
    /// One feature a line.
    GeoJsonLines,
}

impl Form {
    fn of(offer: &Offer) -> Self {
        match offer.names[0] {
            "geojsonl" => Self::GeoJsonLines,
            _ => Self::GeoJson,
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            Self::GeoJsonLines => "geojsonl",
        }
    }
}

/// Counts an export while it runs, whatever ends it.
struct Running {
    _permit: OwnedSemaphorePermit,
    gauge: Gauge,
}

impl Running {
    fn new(permit: OwnedSemaphorePermit, gauge: Gauge) -> Self {
        gauge.inc();
        Self {
            _permit: permit,
            gauge,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}

/// How far an export has come. It holds the layer as it was at the start.
struct Writer {
    layer: Arc<Layer>,
    query: ItemsQuery,
    form: Form,
    features_left: usize,
    /// What the last page of the answer held and is not written yet: ids and distances.
    pending: VecDeque<(Box<str>, Option<f64>)>,
    started: bool,
    ended: bool,
}

/// Writes and sends piece by piece. Ends early when the client has gone.
async fn send_all(mut writer: Writer, links: Vec<Link>, sender: &Sender<Message>) {
    while !writer.ended {
        // A page of a large layer takes milliseconds: too long for a thread that serves others.
        let step = tokio::task::spawn_blocking({
            let links = links.clone();
            move || {
                let piece = writer.piece(&links);
                (writer, piece)
            }
        });
        let Ok((next, piece)) = step.await else {
            return;
        };
        writer = next;
        if sender.send(Message::Piece(piece.into())).await.is_err() {
            return;
        }
    }
    // Nobody may be there any more to hear it.
    let _ = sender.send(Message::Whole).await;
}

impl Writer {
    /// The next piece of the file.
    fn piece(&mut self, links: &[Link]) -> Vec<u8> {
        let mut out = Vec::with_capacity(PIECE_BYTES + 4096);
        let mut first = !self.started;
        if !self.started && self.form == Form::GeoJson {
            collection::begin(&mut out, &Head::notice(&self.layer, links));
        }
        self.started = true;
        while out.len() < PIECE_BYTES {
            if self.pending.is_empty() && !self.fetch() {
                if self.form == Form::GeoJson {
                    collection::end(&mut out);
                }
                self.ended = true;
                break;
            }
            if let Some((id, distance_m)) = self.pending.pop_front()
                && let Some(feature) = self.layer.feature(&id)
            {
                if self.form == Form::GeoJson && !first {
                    out.push(b',');
                }
                first = false;
                collection::feature(
                    &mut out,
                    &Hit {
                        feature,
                        distance_m,
                    },
                );
                if self.form == Form::GeoJsonLines {
                    out.push(b'\n');
                }
            }
        }
        out
    }

    /// Asks for the next page; whether there was anything.
    fn fetch(&mut self) -> bool {
        self.query.limit = PAGE_FEATURES.min(self.features_left);
        if self.query.limit == 0 {
            return false;
        }
        let answer = self.layer.items(&self.query);
        self.features_left -= answer.hits.len().min(self.features_left);
        self.pending.extend(
            answer
                .hits
                .iter()
                .map(|hit| (hit.feature.id().into(), hit.distance_m)),
        );
        match answer.next {
            Some(next) => self.query.cursor = Some(next),
            None => self.features_left = 0,
        }
        !self.pending.is_empty()
    }
}

fn links(ask: &Ask, layer: &Layer) -> Vec<Link> {
    let schema = layer.schema();
    let here = format!(
        "{}/api/collections/{}",
        ask.base,
        escaped_segment(&schema.id)
    );
    let mut links = vec![Link::new(
        "collection",
        link::JSON,
        here,
        schema.title.clone(),
    )];
    links.extend(link::licences(schema));
    links
}

/// The file's name, and its licences for encodings that have no place for them.
fn put_headers(response: &mut Response, layer: &Layer, form: Form, links: &[Link]) {
    let headers = response.headers_mut();
    let name = format!(
        "attachment; filename=\"{}.{}\"",
        layer.schema().id,
        form.extension()
    );
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    for link in links.iter().filter(|link| link.rel == "license") {
        if let Ok(value) = HeaderValue::from_str(&format!("<{}>; rel=\"license\"", link.href)) {
            headers.append(header::LINK, value);
        }
    }
}
