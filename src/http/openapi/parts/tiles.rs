//! How tiles and what they are made by are described.

use serde_json::{Value as Json, json};

use super::{in_path, query};
use crate::atlas::geo::tiling::{TileMatrixSet, ZOOM_MAX};
use crate::atlas::products::tiles::POINTS_MAX;

/// The parameters of tiles.
pub fn parameters() -> Json {
    json!({
        "fTile": query("f", "The tile's encoding.",
            &json!({ "type": "string", "enum": ["mvt"], "default": "mvt" })),
        "fTileset": query("f", "The encoding; it goes before the Accept header. TileJSON only of WebMercatorQuad.",
            &json!({ "type": "string", "enum": ["json", "html", "tilejson"] })),
        "collections": query("collections",
            "Layers, from the lowest to the topmost, by their ids or addresses; all if left out.",
            &json!({ "type": "array", "items": { "type": "string" } })),
        "tileMatrixSetId": in_path("tileMatrixSetId", "The grid that tiles lie in.",
            &json!({ "type": "string", "enum": TileMatrixSet::ALL.map(TileMatrixSet::id) })),
        "tileMatrix": in_path("tileMatrix", "The zoom.",
            &json!({ "type": "integer", "minimum": 0, "maximum": ZOOM_MAX })),
        "tileRow": in_path("tileRow", "The row, from 0 in the north to 2^zoom - 1.",
            &json!({ "type": "integer", "minimum": 0 })),
        "tileCol": in_path("tileCol",
            "The column, from 0 in the west to 2^zoom - 1, or to 2^(zoom + 1) - 1 in WorldCRS84Quad.",
            &json!({ "type": "integer", "minimum": 0 })),
    })
}

/// The documents, and the tile.
pub fn schemas() -> Json {
    let text = json!({ "type": "string" });
    let whole = json!({ "type": "integer", "minimum": 0 });
    let number = json!({ "type": "number" });
    let links = json!({ "type": "array", "items": { "$ref": "#/components/schemas/link" } });
    let list = |of: &str| json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{of}") } });
    json!({
        "vectorTile": {
            "type": "string", "format": "binary",
            "description": format!("A Mapbox Vector Tile 2.1 of layers called as the collections. Where \
                nothing is, it has no layer and so no bytes. Features have their id and those properties \
                that a map draws by. More than {POINTS_MAX} single positions of a layer are clustered: a cluster \
                has cluster (true), point_count, and counts by category such as category:clash."),
        },
        "tileSets": {
            "type": "object", "required": ["links", "tilesets"],
            "properties": { "links": links, "tilesets": list("tileSetMetadata") },
        },
        "tileSet": { "anyOf": [
            { "$ref": "#/components/schemas/tileSetMetadata" },
            { "$ref": "#/components/schemas/tileJson" },
        ] },
        "tileSetMetadata": {
            "type": "object", "required": ["dataType", "crs", "tileMatrixSetURI", "links"],
            "properties": {
                "title": text, "dataType": { "type": "string", "enum": ["vector"] },
                "crs": text, "tileMatrixSetId": text, "tileMatrixSetURI": text, "attribution": text,
                "mediaTypes": { "type": "array", "items": text },
                "tileMatrixSetLimits": { "type": "array", "items": {
                    "type": "object",
                    "required": ["tileMatrix", "minTileRow", "maxTileRow", "minTileCol", "maxTileCol"],
                    "properties": {
                        "tileMatrix": text, "minTileRow": whole, "maxTileRow": whole,
                        "minTileCol": whole, "maxTileCol": whole,
                    },
                } },
                "boundingBox": { "type": "object" },
                "layers": { "type": "array", "items": { "type": "object", "required": ["id", "dataType"] } },
                "links": links,
            },
        },
        "tileJson": {
            "type": "object", "required": ["tilejson", "tiles", "vector_layers"],
            "properties": {
                "tilejson": { "type": "string", "enum": ["3.0.0"] },
                "name": text, "attribution": text, "scheme": text,
                "tiles": { "type": "array", "minItems": 1, "items": text },
                "minzoom": whole, "maxzoom": whole,
                "bounds": { "type": "array", "minItems": 4, "maxItems": 4, "items": number },
                "center": { "type": "array", "minItems": 3, "maxItems": 3, "items": number },
                "vector_layers": { "type": "array", "items": { "type": "object", "required": ["id", "fields"] } },
            },
        },
        "tileMatrixSets": {
            "type": "object", "required": ["links", "tileMatrixSets"],
            "properties": { "links": links, "tileMatrixSets": { "type": "array", "items": {
                "type": "object", "required": ["id", "links"],
                "properties": { "id": text, "title": text, "uri": text, "crs": text, "links": links },
            } } },
        },
        "tileMatrixSet": {
            "type": "object", "required": ["id", "crs", "tileMatrices"],
            "properties": {
                "id": text, "title": text, "uri": text, "crs": text, "wellKnownScaleSet": text,
                "orderedAxes": { "type": "array", "minItems": 2, "maxItems": 2, "items": text },
                "tileMatrices": { "type": "array", "items": {
                    "type": "object",
                    "required": ["id", "scaleDenominator", "cellSize", "pointOfOrigin", "tileWidth",
                        "tileHeight", "matrixWidth", "matrixHeight"],
                    "properties": {
                        "id": text, "scaleDenominator": number, "cellSize": number,
                        "cornerOfOrigin": text,
                        "pointOfOrigin": { "type": "array", "minItems": 2, "maxItems": 2, "items": number },
                        "tileWidth": whole, "tileHeight": whole, "matrixWidth": whole, "matrixHeight": whole,
                    },
                } },
            },
        },
    })
}
