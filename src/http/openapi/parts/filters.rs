//! The parts of the API's description that are about filters.

use serde_json::{Value as Json, json};

use super::query;
use crate::atlas::geo::crs::Crs;

/// The parameters that filters come in.
pub fn parameters() -> Json {
    json!({
        "filter": query("filter",
            "Only features of which this is true, in CQL2 (OGC 21-065r2): comparisons, LIKE, BETWEEN, IN, IS NULL, AND, \
             OR, NOT, arithmetic, s_intersects and its kin on geometry, t_intersects and its kin on times, and the \
             functions of /functions. For example category = 'strike' AND distance_m(geometry, POINT(45.98 35.18)) < 25000.",
            &json!({ "type": "string" })),
        "filter-lang": query("filter-lang", "The encoding of filter.",
            &json!({ "type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text" })),
        "filter-crs": query("filter-crs",
            "The coordinate reference system of the geometries in filter, whose coordinates are then in the order of its \
             axes, and between which edges are straight in it.",
            &json!({ "type": "string", "format": "uri", "default": Crs::Crs84.uri(), "enum": Crs::ALL.map(Crs::uri) })),
    })
}

/// What `/functions` answers.
pub fn schemas() -> Json {
    let text = json!({ "type": "string" });
    json!({
        "functions": {
            "type": "object", "required": ["functions"],
            "properties": {
                "links": { "type": "array", "items": { "$ref": "#/components/schemas/link" } },
                "functions": { "type": "array", "items": {
                    "type": "object", "required": ["name", "returns"],
                    "properties": {
                        "name": text, "description": text,
                        "arguments": { "type": "array", "items": { "type": "object" } },
                        "returns": { "type": "array", "items": text },
                    },
                } },
            },
        },
    })
}
