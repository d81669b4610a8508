//! The parameters that are different for every layer: what there is to choose depends on it.

use serde_json::{Value as Json, json};

use crate::atlas::geo::crs::Crs;
use crate::atlas::layer::Layer;
use crate::atlas::model::schema::{Field, FieldType};
use crate::http::kit::json_schema::value_schema;
use crate::http::kit::selection;
use crate::http::openapi::parts::{in_path, query};

/// The parameter of a name, if it is one of those.
pub fn parameter(name: &str, layer: &Layer) -> Option<Json> {
    match name {
        "id" => {
            let mut id = in_path("id", "The feature's id.", &json!({ "type": "string" }));
            if let Some(first) = layer.features().next() {
                id["example"] = json!(first.id());
            }
            Some(id)
        }
        "crs" => {
            let systems: Vec<&str> = selection::systems(layer).map(Crs::uri).collect();
            let default = Crs::Crs84.uri();
            let mut crs = query(
                "crs",
                "The coordinate reference system of the features, whose coordinates are then in the order of \
                 its axes, metres to the millimetre. GeoPackage and FlatGeobuf have east before north whatever \
                 its axes; files that are not GeoJSON nor one of these have longitude and latitude only.",
                &json!({ "type": "string", "format": "uri", "default": default, "enum": systems }),
            );
            crs["example"] = json!(systems.last());
            Some(crs)
        }
        "properties" => {
            let fields = layer.schema().fields.iter();
            let names: Vec<&str> = fields.map(|field| &*field.name).collect();
            let mut items = json!({ "type": "string" });
            // An empty list of values is no schema.
            if !names.is_empty() {
                items["enum"] = json!(names);
            }
            let mut properties = query(
                "properties",
                "Only these properties of the features.",
                &json!({ "type": "array", "items": items }),
            );
            if let Some(first) = names.first() {
                properties["example"] = json!([first]);
            }
            Some(properties)
        }
        _ => None,
    }
}

/// The parameter that asks for a field's values. Its schema is that of the queryable (19-079r2 §7);
/// repeated, it asks for any of several.
pub fn of_field(field: &Field) -> Json {
    let mut schema = value_schema(field);
    if field.kind == FieldType::Integer {
        schema.insert("format".into(), "int64".into());
    }
    let mut parameter = json!({
        "name": field.name,
        "in": "query",
        "required": false,
        "style": "form",
        "explode": true,
        "description": format!("{} Repeated: any of the values.", field.description).trim_start(),
        "schema": schema,
    });
    if let Some(value) = field.values.first() {
        parameter["example"] = json!(value);
    }
    parameter
}
