//! `…/tiles`: which tilesets there are of a layer, and of the dataset (OGC 20-057 §9).

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use crate::atlas::geo::tiling::TileMatrixSet;
use crate::http::endpoints::tiles::matrix_sets::{facts, href};
use crate::http::endpoints::tiles::source::{Of, Source};
use crate::http::endpoints::tiles::tileset::Metadata;
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed, page_or_json};
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::Frame;
use crate::http::kit::params::Reader;
use crate::http::kit::representation::{HTML, JSON};
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
    path: "/api/collections/{layer}/tiles",
    id: "collection.vector.getTileSetsList",
    summary: "The tilesets of the layer: one for each grid",
    tag: "Tiles",
    representations: &[JSON.of::<Tilesets>(), HTML],
    statuses: &[400, 404, 406],
    ..Operation::READS
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

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "tileSets")]
struct Tilesets {
    links: Vec<Link>,
    tilesets: Vec<Metadata>,
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

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        Source::find(self.of, asked, read).map(Ok)
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, source: Self::Question<'_>) -> Answered {
        let base = &asked.request.base;
        let here = format!("{base}{}/tiles", source.path);
        page_or_json(
            asked,
            || {
                let title = format!("{}: vector tiles", source.title);
                let json = format!("{here}?f=json");
                Page {
                    frame: source.frame(base, &title, None, json),
                    path: source.path.clone(),
                    sets: TileMatrixSet::ALL.map(|set| (set.id(), facts(set).title)),
                }
            },
            || Tilesets {
                links: link::of_document(&here),
                tilesets: TileMatrixSet::ALL
                    .map(|set| entry(&source, set, &here, base))
                    .into(),
            },
        )
    }
}

fn entry(source: &Source<'_>, set: TileMatrixSet, here: &str, base: &str) -> Metadata {
    let here = format!("{here}/{}", set.id());
    let tiles = format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
    // What is linked from here and no template is JSON: the executable suite follows all of it.
    let links = vec![
        Link::new("self", link::JSON, here, "The tileset"),
        Link::template("item", link::MVT, tiles, "The tiles"),
        Link::new(
            link::TILING_SCHEME,
            link::JSON,
            href(base, set),
            "Its tile matrix set",
        ),
    ];
    let mut entry = Metadata::new(source, set, links);
    entry.tile_matrix_set_id = Some(set.id());
    entry
}
