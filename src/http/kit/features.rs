//! GeoJSON as the API's description has it. `format/collection.rs` writes it by hand, for speed.

use schemars::{Schema, SchemaGenerator};
use serde_json::json;

use crate::atlas::model::schema::Licence;
use crate::atlas::query::explain::Explain;
use crate::format::warning::Warning;
use crate::http::kit::component::component;
use crate::http::kit::link::Link;

/// A page or a file of features.
pub fn collection(all: &mut SchemaGenerator) -> Schema {
    let feature = feature(all);
    let mut warnings = all.subschema_for::<Vec<Warning>>();
    warnings.insert("description".into(), Warning::WHY.into());
    let mut explain = all.subschema_for::<Explain>();
    explain.insert(
        "description".into(),
        "How the answer was found, with explain=true.".into(),
    );
    let whole = json!({ "type": "integer", "minimum": 0 });
    let schema = json!({
        "type": "object", "required": ["type", "features"],
        "properties": {
            "type": { "type": "string", "enum": ["FeatureCollection"] },
            "links": all.subschema_for::<Vec<Link>>(),
            "timeStamp": { "type": "string", "format": "date-time" },
            "numberMatched": whole,
            "numberReturned": whole,
            "warnings": warnings,
            "explain": explain,
            "attribution": { "type": "string" },
            "licences": all.subschema_for::<Vec<Licence>>(),
            "features": { "type": "array", "items": feature },
        },
    });
    component(all, "featureCollection", schema)
}

/// One feature.
pub fn feature(all: &mut SchemaGenerator) -> Schema {
    let schema = json!({
        "type": "object", "required": ["type", "geometry", "properties"],
        "properties": {
            "type": { "type": "string", "enum": ["Feature"] },
            "id": { "type": "string" },
            "geometry": {
                "type": "object", "nullable": true, "required": ["type"],
                "properties": {
                    "type": { "type": "string", "enum": ["Point", "MultiPoint", "LineString", "MultiLineString",
                        "Polygon", "MultiPolygon", "GeometryCollection"] },
                    "coordinates": { "type": "array", "items": {} },
                },
            },
            "properties": { "type": "object", "nullable": true },
            "links": all.subschema_for::<Vec<Link>>(),
        },
    });
    component(all, "feature", schema)
}
