//! `/api/collections/{layer}/tiles/WebMercatorQuad/{zoom}/{row}/{column}`: vector tiles of what the
//! same filters select (OGC 20-057).

use axum::response::Response;

use crate::atlas::tile::{TileAddress, ZOOM_MAX};
use crate::format::mvt;
use crate::http::answer::{self, Tag};
use crate::http::app::{self, App};
use crate::http::link;
use crate::http::negotiate::{self, Offer};
use crate::http::params::{self, Reader};
use crate::http::problem::Problem;
use crate::http::route::{Ask, Door, Operation, Route};

/// One tile. Its operation is named as OGC 20-057 has clients look for it.
pub const ROUTE: Route = Route {
    path: "/api/collections/{layer}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}",
    door: Door::InTurn(tile),
    operation: Some(Operation {
        id: "collection.vector.getTile",
        summary: "A vector tile of the features that the same filters select, clustered where they crowd",
        tag: "Features",
        parameters: &[
            "tileMatrix",
            "tileRow",
            "tileCol",
            "fTile",
            "ids",
            "q",
            "bbox",
            "bbox-crs",
            "datetime",
            "near",
            "radius",
            "filter",
            "filter-lang",
            "filter-crs",
        ],
        fields: true,
        answers: &[(link::MVT, "vectorTile")],
        errors: &[400, 404, 406],
    }),
};

static OFFERS: [Offer; 1] = [Offer {
    names: &["mvt", "pbf"],
    media: link::MVT,
    accepted_as: &[link::MVT, "application/x-protobuf"],
}];

/// A tile without anything in it is a 200 without bytes, one of the two ways that OGC 20-057
/// /req/core/tc-error leaves, and a tile that every client can read.
fn tile(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let query = params::selection(&mut read, layer.schema());
    read.finish()?;
    let address = address(ask)?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let bytes = mvt::encode(&layer.tile(address, &query));
    let mut response = answer::ok(&tag, offer.media, bytes);
    answer::put_licences(&mut response, layer.schema());
    Ok(response)
}

/// The tile that a path names.
fn address(ask: &Ask) -> Result<TileAddress, Problem> {
    let [_, zoom, row, column] = ask.captures.as_slice() else {
        return Err(Problem::Internal);
    };
    let number = |text: &String| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok())?
    };
    let named = || {
        let zoom = u8::try_from(number(zoom)?).ok()?;
        TileAddress::new(zoom, number(row)?, number(column)?)
    };
    named().ok_or_else(|| {
        let short = |text: &str| text.chars().take(20).collect::<String>();
        Problem::NoSuchTile(format!(
            "WebMercatorQuad has no tile {}/{}/{}: a zoom is a whole number from 0 to {ZOOM_MAX}, a row \
             and a column from 0 to 2^zoom - 1.",
            short(zoom),
            short(row),
            short(column)
        ))
    })
}
