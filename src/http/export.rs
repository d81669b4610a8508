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
use crate::format::export::Export;
use crate::format::form::Form;
use crate::format::writer::{self, Sheet};
use crate::http::answer::{self, Tag};
use crate::http::app::{self, App};
use crate::http::files;
use crate::http::link::{self, Link};
use crate::http::negotiate::{self, FILES};
use crate::http::params::{Reader, escaped_segment};
use crate::http::problem::Problem;
use crate::http::route::{Ask, Door, Operation, Route, Selects};
use crate::http::selection;

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
            "limitExport",
            "sortby",
            "properties",
            "crs",
            "csv-geometry",
        ],
        selects: Selects::FiltersAndFields,
        answers: &files::ANSWERS,
        errors: &[400, 404, 406],
    }),
};

/// Pieces that wait for a slow reader.
const PIECES_AHEAD: usize = 2;

fn export(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &FILES);
    let sort = selection::sortby(&mut read, layer.schema());
    let query = ItemsQuery {
        sort,
        ..selection::of(&mut read, layer.schema())
    };
    let form = offer.as_ref().ok().and_then(|offer| offer.form());
    let form = form.unwrap_or(Form::GeoJson);
    let view = files::view(&mut read, Some(form), layer);
    let features_max = read
        .parsed("limit", selection::limit)
        .map_or(u64::MAX, |limit| limit as u64);
    read.finish()?;
    let offer = offer?;
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
    let sheet = Sheet {
        layer,
        has_distance: query.near.is_some(),
        head: &head,
        view: &view,
        scratch: files::scratch(form)?,
    };
    let writer = writer::of(form, sheet).map_err(|error| files::failed(&error))?;
    let export = Export::new(Arc::clone(layer), query, features_max, writer);
    let running = Running::new(permit, app.metrics.exports.clone());
    let deadline = Instant::now() + Duration::from_secs(app.options.limits.export_timeout_s);
    let (out, mut written) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        write_all(export, &out);
        drop(running);
    });
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    tokio::spawn(async move {
        let sent = timeout_at(deadline, send_all(&mut written, &sender)).await;
        if sent.is_err() {
            tracing::warn!("an export was cut off at its deadline");
        }
    });
    let mut response = answer::ok(&tag, offer.media, body_of(receiver));
    put_name(&mut response, layer, form);
    answer::put_licences(&mut response, layer.schema());
    Ok(answer::with_crs(response, view.crs))
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

/// Writes piece by piece until nobody takes them any more. All of a file is written by one thread: what
/// one thread allocates and another frees, the allocator gives back late.
fn write_all(mut export: Export, out: &Sender<Message>) {
    loop {
        let (message, is_last) = match export.piece() {
            Ok(Some(piece)) if piece.is_empty() => {
                // The form only takes features in; whether somebody waits has to be asked.
                if out.is_closed() {
                    return;
                }
                continue;
            }
            Ok(Some(piece)) => (Message::Piece(piece.into()), false),
            Ok(None) => (Message::Whole, true),
            Err(error) => {
                tracing::error!(%error, "an export could not be written");
                return;
            }
        };
        if out.blocking_send(message).is_err() || is_last {
            return;
        }
    }
}

/// Hands over what is written until the client has gone. Once this ends, so does the writing.
async fn send_all(written: &mut Receiver<Message>, sender: &Sender<Message>) {
    loop {
        let message = tokio::select! {
            message = written.recv() => message,
            () = sender.closed() => None,
        };
        let Some(message) = message else { return };
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
        form.facts().extensions[0]
    );
    if let Ok(name) = HeaderValue::from_str(&name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
}
