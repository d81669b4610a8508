//! A tileset as TileJSON 3.0.0: one address by which MapLibre and others add it to a map.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::atlas::geo::position::Bounds;
use crate::atlas::geo::tiling::ZOOM_MAX;
use crate::atlas::layer::Layer;
use crate::atlas::model::schema::FieldType;
use crate::atlas::products::tiles::shown_fields;
use crate::http::endpoints::tiles::source::Source;

/// Clients ask for the tiles between the sides of the box. A position that lies on a tile's western or
/// northern edge is in that tile, which a box that ends there does not reach into.
const MARGIN_DEG: f64 = 1e-6;

/// A tileset for maps (TileJSON 3.0.0).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "tileJson")]
pub(super) struct TileJson {
    #[schemars(extend("enum" = ["3.0.0"]))]
    tilejson: &'static str,
    name: String,
    attribution: String,
    scheme: &'static str,
    tiles: [String; 1],
    minzoom: u8,
    maxzoom: u8,
    vector_layers: Vec<VectorLayer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<[f64; 4]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "[f64; 3]")]
    center: Option<(f64, f64, u8)>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct VectorLayer {
    id: String,
    description: String,
    minzoom: u8,
    maxzoom: u8,
    fields: Map<String, Json>,
}

/// The document; `template` is the address of the tiles.
pub(super) fn tilejson(source: &Source<'_>, template: String) -> TileJson {
    let layers = source.layers.iter();
    let bounds = source.extent().map(widened);
    TileJson {
        tilejson: "3.0.0",
        name: source.title.clone(),
        // Maps show it as HTML.
        attribution: escaped_html(&source.attribution()),
        scheme: "xyz",
        tiles: [template],
        minzoom: 0,
        maxzoom: ZOOM_MAX,
        vector_layers: layers.map(|layer| vector_layer(layer)).collect(),
        bounds,
        center: bounds.map(|[west, south, east, north]| {
            (f64::midpoint(west, east), f64::midpoint(south, north), 0)
        }),
    }
}

fn widened(extent: Bounds) -> [f64; 4] {
    let [west, south, east, north] = extent.sides();
    [
        (west - MARGIN_DEG).max(-180.0),
        (south - MARGIN_DEG).max(-90.0),
        (east + MARGIN_DEG).min(180.0),
        (north + MARGIN_DEG).min(90.0),
    ]
}

fn vector_layer(layer: &Layer) -> VectorLayer {
    let schema = layer.schema();
    let mut fields = Map::new();
    fields.insert("id".into(), "String".into());
    for field in shown_fields(schema)
        .into_iter()
        .map(|at| &schema.fields[at])
    {
        let kind = match field.kind {
            FieldType::Integer | FieldType::Number => "Number",
            FieldType::Boolean => "Boolean",
            _ => "String",
        };
        fields.insert(field.name.to_string(), kind.into());
    }
    // What clusters have, beside their counts by category.
    fields.insert("cluster".into(), "Boolean".into());
    fields.insert("point_count".into(), "Number".into());
    VectorLayer {
        id: schema.id.to_string(),
        description: schema.description.clone(),
        minzoom: 0,
        maxzoom: ZOOM_MAX,
        fields,
    }
}

fn escaped_html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
