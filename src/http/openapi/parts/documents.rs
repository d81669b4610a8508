//! The schemas of what is no feature: documents of the API, files, tiles.

use serde_json::{Value as Json, json};

/// Schemas by their names.
pub fn schemas() -> Json {
    let text = json!({ "type": "string" });
    let links = json!({ "type": "array", "items": { "$ref": "#/components/schemas/link" } });
    json!({
        "html": text,
        "openapi": { "type": "object" },
        "jsonSchema": {
            "type": "object", "required": ["$schema", "$id", "type", "properties"],
            "properties": {
                "$schema": text, "$id": text, "type": { "type": "string", "enum": ["object"] },
                "title": text, "description": text, "properties": { "type": "object" },
                "required": { "type": "array", "items": text },
                "additionalProperties": { "type": "boolean" },
            },
        },
        "link": {
            "type": "object", "required": ["href", "rel"],
            "properties": { "href": text, "rel": text, "type": text, "title": text, "templated": { "type": "boolean" } },
        },
        "landingPage": {
            "type": "object", "required": ["links"],
            "properties": { "title": text, "description": text, "links": links },
        },
        "conformance": {
            "type": "object", "required": ["conformsTo"],
            "properties": { "conformsTo": { "type": "array", "items": text }, "links": links },
        },
        "collections": {
            "type": "object", "required": ["links", "collections"],
            "properties": {
                "links": links,
                "collections": { "type": "array", "items": { "$ref": "#/components/schemas/collection" } },
            },
        },
        "collection": {
            "type": "object", "required": ["id", "links"],
            "properties": {
                "id": text, "title": text, "description": text, "attribution": text,
                "extent": { "type": "object" },
                "itemType": { "type": "string", "default": "feature" },
                "crs": { "type": "array", "items": text },
                "storageCrs": text,
                "role": { "type": "string", "enum": ["data", "base-map"] },
                "licences": { "type": "array", "items": { "type": "object" } },
                "fields": { "type": "array", "items": { "type": "object" } },
                "position": { "type": "object" },
                "links": links,
            },
        },
    })
}
