//! `…/tiles`: which tilesets there are of a layer, and of the dataset (OGC 20-057 §9).

use askama::Template;
use axum::response::Response;
use serde::Serialize;

use crate::atlas::geo::tiling::TileMatrixSet;
use crate::http::endpoints::tiles::matrix_sets::{facts, href};
use crate::http::endpoints::tiles::source::{Of, Source};
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::link::{self, Link};
use crate::http::kit::negotiate::{self, HTML, JSON, Offer};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::server::app::App;

/// Those of a layer.
pub const OF_LAYER: Route = Route {
    path: "/api/collections/{layer}/tiles",
    door: Door::Tried(|app, ask| tilesets(app, ask, Of::Layer)),
    operation: Some(GET_TILESETS),
};

const GET_TILESETS: Operation = Operation {
    id: "collection.vector.getTileSetsList",
    summary: "The tilesets of the layer: one for each grid",
    tag: "Tiles",
    parameters: &["f"],
    selects: Selects::Nothing,
    answers: &[(link::JSON, "tileSets"), (link::HTML, "html")],
    errors: &[400, 404, 406],
};

/// Those of the dataset.
pub const OF_DATASET: Route = Route {
    path: "/api/tiles",
    door: Door::Tried(|app, ask| tilesets(app, ask, Of::All)),
    operation: Some(Operation {
        id: "dataset.vector.getTileSetsList",
        summary: "The tilesets of all layers together: one for each grid",
        errors: &[400, 406],
        ..GET_TILESETS
    }),
};

static OFFERS: [Offer; 2] = [JSON, HTML];

#[derive(Serialize)]
struct Tilesets {
    links: Vec<Link>,
    tilesets: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    title: String,
    data_type: &'static str,
    crs: &'static str,
    #[serde(rename = "tileMatrixSetURI")]
    tile_matrix_set_uri: &'static str,
    links: Vec<Link>,
}

#[derive(Template)]
#[template(path = "tilesets.html")]
struct Page {
    frame: Frame,
    path: String,
    sets: [(&'static str, &'static str); 2],
}

fn tilesets(app: &App, ask: &Ask, of: Of) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let source = Source::find(of, &atlas, ask, &mut read)?;
    read.finish()?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let here = format!("{}{}/tiles", ask.base, source.path);
    let body = if offer.is_html() {
        let title = format!("{}: vector tiles", source.title);
        let json = format!("{here}?f=json");
        page::render(&Page {
            frame: source.frame(&ask.base, &title, None, json),
            path: source.path,
            sets: TileMatrixSet::ALL.map(|set| (set.id(), facts(set).title)),
        })?
    } else {
        let entry = |set| entry(set, &source.title, &here, &ask.base);
        answer::json(&Tilesets {
            links: link::of_document(&here),
            tilesets: TileMatrixSet::ALL.map(entry).into(),
        })
    };
    Ok(answer::ok(&tag, offer.media, body))
}

fn entry(set: TileMatrixSet, title: &str, here: &str, base: &str) -> Entry {
    let facts = facts(set);
    Entry {
        title: format!("{title}: {}", facts.title),
        data_type: "vector",
        crs: facts.crs,
        tile_matrix_set_uri: facts.uri,
        // Everything linked from here is JSON: the executable suite follows all of it.
        links: vec![
            Link::new(
                "self",
                link::JSON,
                format!("{here}/{}", set.id()),
                "The tileset",
            ),
            Link::new(
                link::TILING_SCHEME,
                link::JSON,
                href(base, set),
                "Its tile matrix set",
            ),
        ],
    }
}
