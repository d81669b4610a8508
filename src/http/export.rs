//! `/api/collections/{layer}/export`: everything that the filters select, as a download that is
//! written while it is read, so that its size costs no memory.

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
use crate::atlas::query::ItemsQuery;
use crate::format::collection::{self, Head};
use crate::format::export::{Export, Form};
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
            "ids",
            "q",
            "bbox",
            "bbox-crs",
            "datetime",
            "limitExport",
            "near",
            "radius",
            "sortby",
            "properties",
            "crs",
            "filter",
            "filter-lang",
            "filter-crs",
        ],
        fields: true,
        answers: &[
            (link::GEOJSON, "featureCollection"),
            (link::NDJSON, "lines"),
            (link::CSV, "table"),
        ],
        errors: &[400, 404, 406, 503],
    }),
};

static OFFERS: [Offer; 3] = [
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
    Offer {
        names: &["csv"],
        media: link::CSV,
        accepted_as: &["text/csv"],
    },
];

/// Pieces that wait for a slow reader.
const PIECES_AHEAD: usize = 2;

fn export(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let sort = params::sortby(&mut read, layer.schema());
    let query = ItemsQuery {
        sort,
        ..params::selection(&mut read, layer.schema())
    };
    let view = params::view(&mut read, layer);
    let features_max = read
        .parsed("limit", params::limit)
        .map_or(u64::MAX, |limit| limit as u64);
    read.finish()?;
    let offer = offer?;
    let form = form_of(offer);
    if form == Form::Csv && !view.is_plain() {
        return Err(Problem::parameter(
            "f",
            Some("csv"),
            "it has no crs and properties of its own: geojson and geojsonl do",
        ));
    }
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let permit = Arc::clone(&app.exports)
        .try_acquire_owned()
        .map_err(|_| Problem::Busy)?;
    let links = links(ask, layer);
    let time_stamp = answer::time_stamp(atlas.revision());
    let head = Head {
        links: &link::members(&links),
        time_stamp: Some(&time_stamp),
        notice: &collection::notice(layer.schema()),
        ..Head::default()
    };
    let crs = view.crs;
    let export = Export::new(Arc::clone(layer), query, features_max, form, &head).shown(view);
    let running = Running::new(permit, app.metrics.exports.clone());
    let deadline = Instant::now() + Duration::from_secs(app.options.limits.export_timeout_s);
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    tokio::spawn(async move {
        let sent = timeout_at(deadline, send_all(export, &sender)).await;
        if sent.is_err() {
            tracing::warn!("an export was cut off at its deadline");
        }
        drop(running);
    });
    let mut response = answer::ok(&tag, offer.media, body_of(receiver));
    put_name(&mut response, layer, form);
    answer::put_licences(&mut response, layer.schema());
    Ok(answer::with_crs(response, crs))
}

fn form_of(offer: &Offer) -> Form {
    match offer.names[0] {
        "geojsonl" => Form::GeoJsonLines,
        "csv" => Form::Csv,
        _ => Form::GeoJson,
    }
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

/// Writes and sends piece by piece. Ends early when the client has gone.
async fn send_all(mut export: Export, sender: &Sender<Message>) {
    loop {
        // A page of a large layer takes milliseconds: too long for a thread that serves others.
        let step = tokio::task::spawn_blocking(move || {
            let piece = export.piece();
            (export, piece)
        });
        let message = match step.await {
            Ok((next, Ok(Some(piece)))) => {
                export = next;
                Message::Piece(piece.into())
            }
            Ok((_, Ok(None))) => {
                // Nobody may be there any more to hear it.
                let _ = sender.send(Message::Whole).await;
                return;
            }
            Ok((_, Err(error))) => {
                tracing::error!(%error, "an export could not be written");
                return;
            }
            Err(error) => {
                tracing::error!(%error, "an export panicked");
                return;
            }
        };
        if sender.send(message).await.is_err() {
            return;
        }
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

fn put_name(response: &mut Response, layer: &Layer, form: Form) {
    let name = format!(
        "attachment; filename=\"{}.{}\"",
        layer.schema().id,
        form.extension()
    );
    if let Ok(name) = HeaderValue::from_str(&name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
}
