//! `…/tiles/{tileMatrixSetId}/{zoom}/{row}/{column}`: vector tiles of a layer, of what the same filters
//! select, and of several layers in one (OGC 20-057).

pub mod matrix_sets;
mod source;
mod tilejson;
pub mod tileset;
pub mod tilesets;

use axum::response::Response;

use crate::atlas::geo::tiling::{TileAddress, ZOOM_MAX};
use crate::format::mvt;
use crate::http::endpoints::tiles::source::{Of, Source, set_called};
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::link;
use crate::http::kit::negotiate::{self, Offer};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::server::app::App;

/// One tile of a layer. Operations are named as OGC 20-057 table 11 has clients look for them.
pub const OF_LAYER: Route = Route {
    path: "/api/collections/{layer}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    door: Door::Tried(|app, ask| tile(app, ask, Of::Layer)),
    operation: Some(GET_TILE),
};

const GET_TILE: Operation = Operation {
    id: "collection.vector.getTile",
    summary: "A vector tile of the features that the same filters select, clustered where they crowd",
    tag: "Tiles",
    parameters: &[
        "tileMatrixSetId",
        "tileMatrix",
        "tileRow",
        "tileCol",
        "fTile",
    ],
    selects: Selects::FiltersAndFields,
    answers: &[(link::MVT, "vectorTile")],
    errors: &[400, 404, 406],
};

/// One tile of several layers.
pub const OF_DATASET: Route = Route {
    path: "/api/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    door: Door::Tried(|app, ask| tile(app, ask, Of::Dataset)),
    operation: Some(Operation {
        id: "dataset.vector.getTile",
        summary: "A vector tile of several layers",
        parameters: &[
            "tileMatrixSetId",
            "tileMatrix",
            "tileRow",
            "tileCol",
            "fTile",
            "collections",
        ],
        selects: Selects::Filters,
        ..GET_TILE
    }),
};

static OFFERS: [Offer; 1] = [Offer {
    names: &["mvt", "pbf"],
    media: link::MVT,
    accepted_as: &[link::MVT, "application/x-protobuf"],
}];

/// A tile without anything in it is a 200 without bytes, one of the two ways that OGC 20-057
/// /req/core/tc-error leaves, and a tile that every client can read. One outside of the limits, which
/// nothing can be in, is a 404.
fn tile(app: &App, ask: &Ask, of: Of) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let source = Source::find(of, &atlas, ask, &mut read)?;
    app.allow(ask, source.layers.iter().map(|layer| layer.len()).sum());
    let query = source.selection(&mut read);
    read.finish()?;
    let address = address(ask)?;
    if !source.limits(address.set(), address.zoom()).hold(address) {
        return Err(no_such_tile(
            ask,
            "this tileset has nothing outside of its tileMatrixSetLimits",
        ));
    }
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let tiles = source.layers.iter();
    let bytes = mvt::encode_all(tiles.map(|layer| layer.tile(address, &query)));
    let mut response = answer::ok(&tag, offer.media, bytes);
    for layer in &source.layers {
        answer::put_licences(&mut response, layer.schema());
    }
    Ok(response)
}

/// The tile that a path names.
fn address(ask: &Ask) -> Result<TileAddress, Problem> {
    let [.., set, zoom, row, column] = ask.captures.as_slice() else {
        return Err(Problem::Internal);
    };
    let set = set_called(set)?;
    let number = |text: &String| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok())?
    };
    let named = || {
        let zoom = u8::try_from(number(zoom)?).ok()?;
        TileAddress::new(set, zoom, number(row)?, number(column)?)
    };
    named().ok_or_else(|| {
        let [columns, rows] = set.size(0);
        let detail = format!(
            "a zoom is a whole number from 0 to {ZOOM_MAX}, a row and a column whole numbers from 0, below \
             {rows} * 2^zoom and {columns} * 2^zoom"
        );
        no_such_tile(ask, &detail)
    })
}

fn no_such_tile(ask: &Ask, detail: &str) -> Problem {
    let named = ask.captures.iter().rev().take(4).rev();
    let short = named.map(|text| text.chars().take(20).collect::<String>());
    let name = short.collect::<Vec<_>>().join("/");
    Problem::NoSuchTile(format!("There is no tile {name}: {detail}."))
}
