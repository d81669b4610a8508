//! `/api/collections/{layer}/export`: everything that the filters select, as a download that is
//! written while it is read, so that its size costs no memory.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::Stream;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::atlas::layer::Layer;
use crate::atlas::query::question::ItemsQuery;
use crate::format::collection::{self, CollectionHead};
use crate::format::export::Export;
use crate::format::file::FileFormat;
use crate::format::geojson;
use crate::format::view::View;
use crate::format::writer::ExportOptions;
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed, Runs};
use crate::http::kit::files;
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::parameters::LIMIT_EXPORT;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::FILES;
use crate::http::kit::request::Request;
use crate::http::kit::selection;
use crate::http::server::app::App;
use crate::http::server::clients::{Share, Shared};
use crate::http::server::pieces::InPieces;

/// The download.
pub struct FeatureExport;

static OPERATION: Operation = Operation {
    path: "/api/collections/{layer}/export",
    id: "exportFeatures",
    summary: "All features that the same filters select, as a file",
    tag: "Features",
    representations: &FILES,
    statuses: &[400, 404, 406],
    headers: &[
        "Content-Crs",
        "Content-Disposition",
        "Link",
        "Bordermap-Warning",
    ],
    ..Operation::READS
};

/// Which features of a layer a file has, and how.
pub struct FileQuestion<'a> {
    layer: &'a Arc<Layer>,
    query: ItemsQuery,
    view: View,
    form: &'static FileFormat,
    features_max: u64,
}

impl Endpoint for FeatureExport {
    type Question<'a> = FileQuestion<'a>;

    fn operation(&self) -> &Operation {
        &OPERATION
    }

    fn runs(&self) -> Runs {
        Runs::InTurn
    }

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let layer = asked.layer()?;
        asked.allow(layer.len());
        let sort = selection::sortby(read, layer.schema());
        let query = ItemsQuery {
            sort,
            ..selection::of(read, layer.schema())
        };
        let form = asked.representation.form().unwrap_or(&geojson::FORMAT);
        let view = files::view(read, Some(form), layer);
        let features_max = read.parsed(&LIMIT_EXPORT, selection::limit);
        let features_max = features_max.map_or(u64::MAX, |limit| limit as u64);
        Ok(Ok(FileQuestion {
            layer,
            query,
            view,
            form,
            features_max,
        }))
    }

    fn answer(&self, app: &App, asked: &Asked<'_>, question: Self::Question<'_>) -> Answered {
        let FileQuestion {
            layer,
            query,
            view,
            form,
            features_max,
        } = question;
        let request = asked.request;
        let running = Running::new(app, request)?;
        let links = links(request, layer);
        let time_stamp = answer::time_stamp(asked.atlas.revision());
        let warnings = selection::warnings(asked.atlas, &query);
        let head = CollectionHead {
            links: &link::members(&links),
            time_stamp: Some(&time_stamp),
            warnings: &warnings,
            notice: &collection::notice(layer.schema()),
            ..CollectionHead::default()
        };
        let options = ExportOptions {
            layer,
            has_distance: query.near.is_some(),
            head: &head,
            view: &view,
            scratch: files::scratch(form)?,
        };
        let writer = form
            .writer(options)
            .map_err(|error| files::failed(&error))?;
        let extension = form.extensions[0];
        let name = files::name::of(layer.schema(), &request.params, &query, extension);
        let pieces = Pieces {
            export: Export::new(Arc::clone(layer), query, features_max, writer),
            is_over: false,
            _running: running,
        };
        let body = Body::from_stream(pieces);
        let mut response = answer::untagged(asked.representation.media, body);
        let timeout = Duration::from_secs(app.options.limits.export_timeout_s);
        response.extensions_mut().insert(InPieces {
            deadline: Instant::now() + timeout,
        });
        put_name(&mut response, &name);
        answer::put_licences(&mut response, layer.schema());
        answer::put_warnings(&mut response, &warnings);
        Ok(answer::with_crs(response, view.crs))
    }
}

/// The pieces of an export, made when they are polled for.
struct Pieces {
    export: Export,
    is_over: bool,
    _running: Running,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        match self.export.piece() {
            // The form only takes features in: others may have a turn.
            Ok(Some(piece)) if piece.is_empty() => Poll::Pending,
            Ok(Some(piece)) => Poll::Ready(Some(Ok(piece.into()))),
            Ok(None) => {
                // A compressor asks once more after the end.
                self.is_over = true;
                Poll::Ready(None)
            }
            Err(error) => {
                self.is_over = true;
                Poll::Ready(Some(Err(error)))
            }
        }
    }
}

/// Counts an export while it runs, whatever ends it.
struct Running {
    _permit: OwnedSemaphorePermit,
    _share: Share,
    gauge: Gauge,
}

impl Running {
    /// Lets an export run, if its client and all together may have one more.
    fn new(app: &App, request: &Request) -> Result<Self, Problem> {
        let share = request.client.take(Shared::Exports, 1);
        // A reader who stalls is dropped after this time; one who reads is done whenever it is.
        let retry_after_s = app.options.limits.stall_timeout_s;
        let share = share.ok_or_else(|| app.limited("exports", retry_after_s))?;
        let permit = Arc::clone(&app.exports).try_acquire_owned();
        let permit = permit.map_err(|_| {
            app.metrics.load.busy("exports");
            Problem::Busy {
                because: "As many exports are running as may",
                retry_after_s,
            }
        })?;
        let gauge = app.metrics.exports.clone();
        gauge.inc();
        Ok(Self {
            _permit: permit,
            _share: share,
            gauge,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}

fn links(request: &Request, layer: &Layer) -> Vec<Link> {
    let schema = layer.schema();
    let mut links = vec![Link::to_layer(&request.base, schema)];
    links.extend(link::licences(schema));
    links
}

fn put_name(response: &mut Response, name: &str) {
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
}
