//! An example for every parameter that can have one everywhere: all at once they make a question that
//! the shipped data answer.

use serde_json::{Value as Json, json};

use crate::atlas::geo::crs::Crs;

/// Names among the document's parameters, each with an example. A cursor has none: only a next link
/// has one that is good.
pub fn of_parameters() -> [(&'static str, Json); 28] {
    [
        ("f", json!("json")),
        ("fJson", json!("json")),
        ("fExport", json!("geojson")),
        ("fTable", json!("json")),
        ("fTile", json!("mvt")),
        ("fTileset", json!("tilejson")),
        ("collections", json!(["provinces", "border"])),
        ("tileMatrixSetId", json!("WebMercatorQuad")),
        ("tileMatrix", json!(6)),
        ("tileRow", json!(25)),
        ("tileCol", json!(40)),
        ("q", json!(["guard", "border"])),
        ("bbox", json!([44, 29.5, 49, 39.5])),
        ("bbox-crs", json!(Crs::Crs84.uri())),
        ("datetime", json!("2018-01-01/2025-12-31")),
        ("limit", json!(10)),
        ("limitExport", json!(10)),
        ("count", json!(true)),
        ("safe", json!(false)),
        ("explain", json!(true)),
        ("near", json!([46.18, 35.52])),
        ("radius", json!("25km")),
        ("sortby", json!(["-id"])),
        ("point", json!([46.18, 35.52])),
        ("borderKm", json!(454)),
        ("bin_km", json!(100)),
        ("interval", json!("year")),
        ("at", json!("2023-03-19")),
    ]
}
