//! `…/tiles`: which tilesets there are of a layer, and of the dataset (OGC 20-057 §9).

use askama::Template;
use axum::response::Response;
use serde::Serialize;

use crate::atlas::geo::tiling::TileMatrixSet;
use crate::http::endpoints::tiles::matrix_sets::{facts, href};
use crate::http::endpoints::tiles::source::{MatrixLimits, Of, Source, limits};
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::link::{self, Link};
use crate::http::kit::negotiate::{HTML, JSON};
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::server::app::App;

/// A list of tilesets.
pub struct TilesetList {
    of: Of,
    operation: Operation,
}

/// Those of a layer.
pub static OF_LAYER: TilesetList = TilesetList {
    of: Of::Layer,
    operation: GET_TILESETS,
};

const GET_TILESETS: Operation = Operation {
    method: Method::Get,
    path: "/api/collections/{layer}/tiles",
    id: "collection.vector.getTileSetsList",
    summary: "The tilesets of the layer: one for each grid",
    tag: "Tiles",
    parameters: &["f"],
    selects: Selects::Nothing,
    representations: &[JSON.of_schema("tileSets"), HTML],
    statuses: &[400, 404, 406],
    headers: &[],
};

/// Those of the dataset.
pub static OF_DATASET: TilesetList = TilesetList {
    of: Of::All,
    operation: Operation {
        path: "/api/tiles",
        id: "dataset.vector.getTileSetsList",
        summary: "The tilesets of all layers together: one for each grid",
        statuses: &[400, 406],
        ..GET_TILESETS
    },
};

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
    tile_matrix_set_id: &'static str,
    #[serde(rename = "tileMatrixSetURI")]
    tile_matrix_set_uri: &'static str,
    tile_matrix_set_limits: Vec<MatrixLimits>,
    links: Vec<Link>,
}

#[derive(Template)]
#[template(path = "tilesets.html")]
struct Page {
    frame: Frame,
    path: String,
    sets: [(&'static str, &'static str); 2],
}

impl Endpoint for TilesetList {
    type Question<'a> = Source<'a>;

    fn operation(&self) -> &Operation {
        &self.operation
    }

    fn read<'a>(
        &self,
        asked: &Asked<'a>,
        read: &mut Reader<'a>,
    ) -> Result<Late<Self::Question<'a>>, Problem> {
        Source::find(self.of, asked, read).map(Ok)
    }

    fn answer(
        &self,
        _: &App,
        asked: &Asked<'_>,
        source: Self::Question<'_>,
    ) -> Result<Response, Problem> {
        let base = &asked.request.base;
        let here = format!("{base}{}/tiles", source.path);
        let body = if asked.representation.is_html() {
            let title = format!("{}: vector tiles", source.title);
            let json = format!("{here}?f=json");
            page::render(&Page {
                frame: source.frame(base, &title, None, json),
                path: source.path,
                sets: TileMatrixSet::ALL.map(|set| (set.id(), facts(set).title)),
            })?
        } else {
            answer::json(&Tilesets {
                links: link::of_document(&here),
                tilesets: TileMatrixSet::ALL
                    .map(|set| entry(&source, set, &here, base))
                    .into(),
            })
        };
        Ok(answer::untagged(asked.representation.media, body))
    }
}

fn entry(source: &Source<'_>, set: TileMatrixSet, here: &str, base: &str) -> Entry {
    let facts = facts(set);
    let here = format!("{here}/{}", set.id());
    let tiles = format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
    Entry {
        title: format!("{}: {}", source.title, facts.title),
        data_type: "vector",
        crs: facts.crs,
        tile_matrix_set_id: set.id(),
        tile_matrix_set_uri: facts.uri,
        tile_matrix_set_limits: limits(source, set),
        // What is linked from here and no template is JSON: the executable suite follows all of it.
        links: vec![
            Link::new("self", link::JSON, here, "The tileset"),
            Link::template("item", link::MVT, tiles, "The tiles"),
            Link::new(
                link::TILING_SCHEME,
                link::JSON,
                href(base, set),
                "Its tile matrix set",
            ),
        ],
    }
}
