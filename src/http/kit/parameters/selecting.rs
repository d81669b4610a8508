//! The parameters that select features.

use serde_json::{Value as Json, json};

use super::Parameter;
use crate::atlas::geo::crs::Crs;
use crate::atlas::query::question::RADIUS_M_MAX;

/// `id`, which may be repeated.
pub static IDS: Parameter = Parameter::query("id", || {
    json!({
        "explode": true,
        "description": "Only the feature of this id. Repeated: of any of the ids.",
        "schema": { "type": "string" },
    })
})
.keyed("ids");

/// `q`.
pub static Q: Parameter = Parameter::query("q", || {
    json!({
        "description": "Only features with any of these terms, parted by commas, in the texts that the layer has searched \
            (title, summary and place of incidents). The words of a term follow each other, and may begin and end within \
            longer words. Case, accents and the keyboard of Arabic, Persian and Kurdish letters do not matter.",
        "schema": { "type": "array", "items": { "type": "string" } },
        "example": ["guard", "border"],
    })
});

/// `bbox`.
pub static BBOX: Parameter = Parameter::query("bbox", || {
    json!({
        "description": "Only features that intersect the box: west, south, east, north in degrees, or six numbers with \
            heights, which are ignored. West of east: across the antimeridian.",
        "schema": { "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } },
        "example": [44, 29.5, 49, 39.5],
    })
});

/// `bbox-crs`.
pub static BBOX_CRS: Parameter = Parameter::query("bbox-crs", || {
    json!({
        "description": "The coordinate reference system of bbox, whose coordinates are then in the order of its axes.",
        "schema": any_system(),
        "example": Crs::Crs84.uri(),
    })
});

/// `datetime`.
pub static DATETIME: Parameter = Parameter::query("datetime", || {
    json!({
        "description": "Only features at this time: a day, an instant, or an interval of them with perhaps one open \
            end (2023-03-19/..) or a duration (2023-03-19/P1M). A feature without a time meets every time.",
        "schema": { "type": "string" },
        "example": "2018-01-01/2025-12-31",
    })
});

/// `near`.
pub static NEAR: Parameter = Parameter::query("near", || {
    json!({
        "description": "Order by geodesic distance from longitude, latitude in degrees. Each feature then carries \
            distance_m.",
        "schema": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" } },
        "example": [46.18, 35.52],
    })
});

/// `radius`.
pub static RADIUS: Parameter = Parameter::query("radius", || {
    let km_max = RADIUS_M_MAX / 1000.0;
    json!({
        "description": format!("Only within this distance of near: 25km, 500m, 3nmi; bare numbers are metres. Up to {km_max} km."),
        "schema": { "type": "string" },
        "example": "25km",
    })
});

/// `filter`.
pub static FILTER: Parameter = Parameter::query("filter", || {
    json!({
        "description": "Only features of which this is true, in CQL2 (OGC 21-065r2): comparisons, LIKE, BETWEEN, IN, IS NULL, AND, \
            OR, NOT, arithmetic, s_intersects and its kin on geometry, t_intersects and its kin on times, and the \
            functions of /functions. For example category = 'strike' AND distance_m(geometry, POINT(45.98 35.18)) < 25000.",
        "schema": { "type": "string" },
    })
});

/// `filter-lang`.
pub static FILTER_LANG: Parameter = Parameter::query("filter-lang", || {
    json!({
        "description": "The encoding of filter.",
        "schema": { "type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text" },
    })
});

/// `filter-crs`.
pub static FILTER_CRS: Parameter = Parameter::query("filter-crs", || {
    json!({
        "description": "The coordinate reference system of the geometries in filter, whose coordinates are then in the order of its \
            axes, and between which edges are straight in it.",
        "schema": any_system(),
    })
});

/// Any of the coordinate reference systems.
fn any_system() -> Json {
    json!({ "type": "string", "format": "uri", "default": Crs::Crs84.uri(), "enum": Crs::ALL.map(Crs::uri) })
}
