//! `…/tiles/{tileMatrixSetId}/{zoom}/{row}/{column}`: vector tiles of a layer, of what the same filters
//! select, and of several layers in one (OGC 20-057).

pub mod matrix_sets;
mod source;
mod tilejson;
pub mod tileset;
pub mod tilesets;

use std::sync::Arc;

use schemars::{Schema, SchemaGenerator};
use serde_json::json;

use crate::atlas::geo::tiling::{TileAddress, ZOOM_MAX};
use crate::atlas::layer::Layer;
use crate::atlas::products::tiles::POINTS_MAX;
use crate::atlas::query::question::ItemsQuery;
use crate::format::mvt;
use crate::http::endpoints::tiles::source::{Of, Source, TILE_MATRIX_SET_ID, set_called};
use crate::http::kit::answer;
use crate::http::kit::component::component;
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed};
use crate::http::kit::link;
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::parameters::Parameter;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::Representation;
use crate::http::kit::request::Request;
use crate::http::server::app::App;

/// `tileMatrix`.
static TILE_MATRIX: Parameter = Parameter::in_path("tileMatrix", || {
    json!({
        "description": "The zoom.",
        "schema": { "type": "integer", "minimum": 0, "maximum": ZOOM_MAX },
        "example": 6,
    })
});

/// `tileRow`.
static TILE_ROW: Parameter = Parameter::in_path("tileRow", || {
    json!({
        "description": "The row, from 0 in the north to 2^zoom - 1.",
        "schema": { "type": "integer", "minimum": 0 },
        "example": 25,
    })
});

/// `tileCol`.
static TILE_COL: Parameter = Parameter::in_path("tileCol", || {
    json!({
        "description": "The column, from 0 in the west to 2^zoom - 1, or to 2^(zoom + 1) - 1 in WorldCRS84Quad.",
        "schema": { "type": "integer", "minimum": 0 },
        "example": 40,
    })
});

/// One tile.
pub struct VectorTile {
    of: Of,
    operation: Operation,
}

/// One tile of a layer. Operations are named as OGC 20-057 table 11 has clients look for them.
pub static OF_LAYER: VectorTile = VectorTile {
    of: Of::Layer,
    operation: GET_TILE,
};

const GET_TILE: Operation = Operation {
    path: "/api/collections/{layer}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    id: "collection.vector.getTile",
    summary: "A vector tile of the features that the same filters select, clustered where they crowd",
    tag: "Tiles",
    in_path: &[&TILE_MATRIX_SET_ID, &TILE_MATRIX, &TILE_ROW, &TILE_COL],
    representations: &[Representation {
        names: &["mvt", "pbf"],
        media: link::MVT,
        accepted_as: &[link::MVT, "application/x-protobuf"],
        schema: tile_schema,
    }],
    statuses: &[400, 404, 406],
    headers: &["Link"],
    ..Operation::READS
};

fn tile_schema(all: &mut SchemaGenerator) -> Schema {
    let text = format!(
        "A Mapbox Vector Tile 2.1 of layers called as the collections. Where nothing is, it has no layer and so no bytes. \
         Features have their id and those properties that a map draws by. More than {POINTS_MAX} single positions of a \
         layer are clustered: a cluster has cluster (true), point_count, and counts by category such as category:clash."
    );
    let schema = json!({ "type": "string", "format": "binary", "description": text });
    component(all, "vectorTile", schema)
}

/// One tile of several layers.
pub static OF_DATASET: VectorTile = VectorTile {
    of: Of::Dataset,
    operation: Operation {
        path: "/api/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        id: "dataset.vector.getTile",
        summary: "A vector tile of several layers",
        ..GET_TILE
    },
};

/// A tile without anything in it is a 200 without bytes, one of the two ways that OGC 20-057
/// /req/core/tc-error leaves, and a tile that every client can read. One outside of the limits, which
/// nothing can be in, is a 404.
impl Endpoint for VectorTile {
    /// Which tile it is, and which features of which layers are in it.
    type Question<'a> = (TileAddress, ItemsQuery, Vec<&'a Arc<Layer>>);

    fn operation(&self) -> &Operation {
        &self.operation
    }

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let source = Source::find(self.of, asked, read)?;
        asked.allow(source.layers.iter().map(|layer| layer.len()).sum());
        let query = source.selection(read);
        let address = address(asked.request).and_then(|address| {
            if source.limits(address.set(), address.zoom()).hold(address) {
                return Ok(address);
            }
            let detail = "this tileset has nothing outside of its tileMatrixSetLimits";
            Err(no_such_tile(asked.request, detail))
        });
        let layers = source.layers;
        Ok(address.map(|address| (address, query, layers)))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, question: Self::Question<'_>) -> Answered {
        let (address, query, layers) = question;
        let tiles = layers.iter().map(|layer| layer.tile(address, &query));
        let media = asked.representation.media;
        let mut response = answer::untagged(media, mvt::encode_all(tiles));
        for layer in layers {
            answer::put_licences(&mut response, layer.schema());
        }
        Ok(response)
    }
}

/// The tile that a path names.
fn address(request: &Request) -> Result<TileAddress, Problem> {
    let [.., set, zoom, row, column] = request.captures.as_slice() else {
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
        no_such_tile(request, &detail)
    })
}

fn no_such_tile(request: &Request, detail: &str) -> Problem {
    let named = request.captures.iter().rev().take(4).rev();
    let short = named.map(|text| text.chars().take(20).collect::<String>());
    let name = short.collect::<Vec<_>>().join("/");
    Problem::NoSuchTile(format!("There is no tile {name}: {detail}."))
}
