//! The parts that the API's description refers to: parameters and schemas.

mod counts;
mod documents;
mod examples;
mod filters;
pub mod of_layer;
mod problem;
mod tiles;

use serde_json::{Value as Json, json};

use crate::atlas::geo::crs::Crs;
use crate::atlas::products::border::OUTLINE_ERROR_M;
use crate::atlas::products::side::NoSide;
use crate::atlas::query::question::{LIMIT_DEFAULT, LIMIT_MAX, RADIUS_M_MAX};
use crate::format::FORMATS;
use crate::format::view::PlaceColumns;
use crate::format::warning::Warning;
use crate::http::kit::problem::KINDS;

/// `components` of the OpenAPI document.
pub fn components() -> Json {
    json!({ "parameters": parameters(), "schemas": schemas(), "headers": headers() })
}

/// What an error status means here.
pub fn description_of(status: u16) -> &'static str {
    KINDS
        .iter()
        .find(|(_, own, _)| own.as_u16() == status)
        .map_or("An error", |(_, _, title)| *title)
}

fn parameters() -> Json {
    let own = joined(selecting_parameters(), filters::parameters());
    let mut all = joined(joined(own, counts::parameters()), tiles::parameters());
    for (name, example) in examples::of_parameters() {
        if let Some(parameter) = all.get_mut(name) {
            parameter["example"] = example;
        }
    }
    all
}

/// The names of all forms of file.
fn forms() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|form| form.names[0])
}

/// The members of both objects, none of which is in both.
fn joined(mut one: Json, other: Json) -> Json {
    if let (Json::Object(all), Json::Object(more)) = (&mut one, other) {
        for (name, member) in more {
            debug_assert!(!all.contains_key(&name), "{name} is described twice");
            all.insert(name, member);
        }
    }
    one
}

/// The headers that say something of an answer.
fn headers() -> Json {
    let text =
        |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "ETag": text("What tells the answer from others; with If-None-Match, an answer that the client has is not sent again."),
        "Content-Crs": text("The coordinate reference system of the features, between < and >."),
        "Content-Disposition": text("What the file is called."),
        "Link": text("The next page and the texts of licences, where the encoding has no place for them (RFC 8288)."),
        "Bordermap-Warning": text("What whoever asks should know, where the encoding has no place for it."),
        "Location": text("The address of the answer."),
        "Retry-After": { "description": "Seconds after which the same may be answered.", "schema": { "type": "integer", "minimum": 0 } },
    })
}

fn selecting_parameters() -> Json {
    json!({
        "f": query("f", "The encoding; it goes before the Accept header.",
            &json!({ "type": "string", "enum": ["json", "html"] })),
        "fJson": query("f", "The encoding; it goes before the Accept header.",
            &json!({ "type": "string", "enum": ["json"] })),
        "fExport": query("f", "The file's encoding.",
            &json!({ "type": "string", "enum": forms().collect::<Vec<_>>(), "default": "geojson" })),
        "fItems": query("f", "The encoding; it goes before the Accept header.",
            &json!({ "type": "string", "enum": (["json", "html"].into_iter().chain(forms()).collect::<Vec<_>>()) })),
        "fTable": query("f", "The encoding; it goes before the Accept header.",
            &json!({ "type": "string", "enum": ["json", "csv"] })),
        "csv-geometry": query("csv-geometry",
            "With f=csv: whether the columns lon and lat say where a feature is, or one column, geometry, as well-known \
             text. Without it: lon and lat where the layer is one of single points, otherwise well-known text.",
            &json!({ "type": "string", "enum": PlaceColumns::ALL.map(|(_, name, _)| name) })),
        "safe": query("safe",
            "With f=csv: whether an apostrophe is put before a text that begins with =, +, -, @, a tab or a carriage \
             return, so that no spreadsheet takes it for a formula. Numbers stay as they are; an import takes it away.",
            &json!({ "type": "boolean", "default": false })),
        "bbox": query("bbox",
            "Only features that intersect the box: west, south, east, north in degrees, or six numbers with \
             heights, which are ignored. West of east: across the antimeridian.",
            &json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } })),
        "bbox-crs": query("bbox-crs",
            "The coordinate reference system of bbox, whose coordinates are then in the order of its axes.",
            &json!({ "type": "string", "format": "uri", "default": Crs::Crs84.uri(), "enum": Crs::ALL.map(Crs::uri) })),
        "datetime": query("datetime",
            "Only features at this time: a day, an instant, or an interval of them with perhaps one open \
             end (2023-03-19/..) or a duration (2023-03-19/P1M). A feature without a time meets every time.",
            &json!({ "type": "string" })),
        "limit": query("limit",
            "Features on a page. More than the maximum is taken as the maximum.",
            &json!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT })),
        "limitExport": query("limit", "Features in the file; all if left out.",
            &json!({ "type": "integer", "minimum": 1 })),
        "cursor": query("cursor", "Where the page before this one ended, as its next link has it.",
            &json!({ "type": "string" })),
        "count": query("count", "Whether to say how many match in all.",
            &json!({ "type": "boolean", "default": true })),
        "explain": query("explain",
            "Whether to say how the answer was found: `driver` (ids, time, place or columns: what led to the \
             features), `index` (the conditions asked of the indexes), how many were left to be `tested` by columns, by text \
             searches or by reading features, `parts` of the layer that were asked, `nodes` of a tree that were looked at, `candidates` \
             that were looked at one by one, and how many features were counted or taken `whole`, without a look.",
            &json!({ "type": "boolean", "default": false })),
        "near": query("near",
            "Order by geodesic distance from longitude, latitude in degrees. Each feature then carries \
             distance_m.",
            &json!({ "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" } })),
        "radius": query("radius",
            &format!("Only within this distance of near: 25km, 500m, 3nmi; bare numbers are metres. Up to {} km.",
                RADIUS_M_MAX / 1000.0),
            &json!({ "type": "string" })),
        "q": query("q",
            "Only features with any of these terms, parted by commas, in the texts that the layer has searched \
             (title, summary and place of incidents). The words of a term follow each other, and may begin and end within \
             longer words. Case, accents and the keyboard of Arabic, Persian and Kurdish letters do not matter.",
            &json!({ "type": "array", "items": { "type": "string" } })),
        "sortby": query("sortby",
            "In this order: properties of the sortables, each perhaps with - before it to go down. Features \
             without a value come last, ties are by id. With near the distance is told and does not order.",
            &json!({ "type": "array", "minItems": 1, "items": { "type": "string", "pattern": "^[+-]?[^+\\-\\s].*$" } })),
        "point": {
            "name": "point", "in": "query", "required": true, "style": "form", "explode": false,
            "description": "Longitude, latitude in degrees.",
            "schema": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" } },
        },
        "borderKm": {
            "name": "km", "in": "query", "required": true,
            "description": "A kilometre of the border, counted from its northern end.",
            "schema": { "type": "number", "minimum": 0 },
        },
        "ids": {
            "name": "id", "in": "query", "required": false, "style": "form", "explode": true,
            "description": "Only the feature of this id. Repeated: of any of the ids.",
            "schema": { "type": "string" },
        },
    })
}

fn in_path(name: &str, description: &str, schema: &Json) -> Json {
    json!({
        "name": name, "in": "path", "required": true,
        "description": description, "schema": schema,
    })
}

fn query(name: &str, description: &str, schema: &Json) -> Json {
    json!({
        "name": name, "in": "query", "required": false, "style": "form", "explode": false,
        "description": description, "schema": schema,
    })
}

fn schemas() -> Json {
    let features = joined(
        joined(feature_schemas(), file_schemas()),
        documents::schemas(),
    );
    let features = joined(joined(features, filters::schemas()), counts::schemas());
    joined(joined(features, tiles::schemas()), problem::schemas())
}

fn file_schemas() -> Json {
    json!({
        "lines": { "type": "string", "description": "One GeoJSON feature a line; in a text sequence after a record separator." },
        "table": { "type": "string", "description": "Comma-separated values with lon and lat, or geometry as well-known text." },
        "xml": { "type": "string", "description": "An XML document with a feature's values as ExtendedData (KML) or extensions (GPX)." },
        "file": { "type": "string", "format": "binary", "description": "One layer with its fields, as its format has it." },
    })
}

fn feature_schemas() -> Json {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "number" });
    let links = json!({ "type": "array", "items": { "$ref": "#/components/schemas/link" } });
    let warnings = json!({ "type": "array", "items": { "$ref": "#/components/schemas/warning" },
        "description": "What whoever asks should know: the question was answered as it was asked, and perhaps meant otherwise. \
    Encodings without a place for it have it as headers (bordermap-warning)." });
    let whole = json!({ "type": "integer", "minimum": 0 });
    let explain = json!({
        "type": "object", "description": "How the answer was found, with explain=true.",
        "properties": {
            "driver": text, "index": { "type": "array", "items": text },
            "tested": { "type": "object", "additionalProperties": whole },
            "parts": whole, "nodes": whole, "candidates": whole, "whole": whole,
        },
    });
    let geometry = json!({
        "type": "object", "nullable": true, "required": ["type"],
        "properties": {
            "type": { "type": "string", "enum": ["Point", "MultiPoint", "LineString", "MultiLineString",
                "Polygon", "MultiPolygon", "GeometryCollection"] },
            "coordinates": { "type": "array", "items": {} },
        },
    });
    json!({
        "feature": {
            "type": "object", "required": ["type", "geometry", "properties"],
            "properties": {
                "type": { "type": "string", "enum": ["Feature"] },
                "id": text, "geometry": geometry,
                "properties": { "type": "object", "nullable": true },
                "links": links,
            },
        },
        "featureCollection": {
            "type": "object", "required": ["type", "features"],
            "properties": {
                "type": { "type": "string", "enum": ["FeatureCollection"] },
                "links": links,
                "timeStamp": { "type": "string", "format": "date-time" },
                "numberMatched": { "type": "integer", "minimum": 0 },
                "numberReturned": { "type": "integer", "minimum": 0 },
                "warnings": warnings,
                "explain": explain,
                "attribution": text,
                "licences": { "type": "array", "items": { "type": "object" } },
                "features": { "type": "array", "items": { "$ref": "#/components/schemas/feature" } },
            },
        },
        "located": {
            "type": "object", "required": ["km", "distance_m", "side", "segment", "foot"],
            "properties": {
                "km": number, "distance_m": number,
                "side": { "type": "string", "enum": ["IQ", "IR", null], "nullable": true, "description": "Whose land it \
    is. Only within Iraq and Iran: the measured line is the edge between them, the outlines of their provinces say where both end." },
                "side_unknown": { "type": "string", "enum": NoSide::ALL.map(NoSide::name), "description":
                    format!("Why side is null: the position lies outside of both countries, within {} km of where \
    they end at a neighbour or the sea, because the outlines are no finer, on the line itself, near it past one of its ends, or \
    nothing is known of the provinces.", OUTLINE_ERROR_M / 1000.0) },
                "segment": text, "segment_name": text,
                "foot": { "type": "array", "minItems": 2, "maxItems": 2, "items": number },
                "warnings": warnings,
            },
        },
        "warning": {
            "type": "object", "required": ["parameter", "code", "detail", "other"],
            "properties": {
                "parameter": text, "code": { "type": "string", "enum": Warning::CODES,
                    "description": "What kind of warning it is. Programs word it themselves." },
                "detail": text,
                "other": { "type": "string", "description": "The value that was perhaps meant." },
            },
        },
    })
}
