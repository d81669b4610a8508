//! Changes as tests of the atlas and its store make them.

use bordermap::atlas::model::change::Change;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{Schema, Value};
use geo::Geometry;

/// A layer without fields of its own; those that are derived of the border, if it is referenced to it.
pub fn layer(id: &str, border_referenced: bool) -> Change {
    let schema = serde_json::json!({"id": id, "title": id, "border_referenced": border_referenced});
    let schema: Schema = serde_json::from_value(schema).unwrap();
    Change::Layer(Box::new(schema.with_derived()))
}

/// A layer of provinces with one, which is all the land within so many degrees.
pub fn land([west, south, east, north]: [f64; 4]) -> [Change; 2] {
    let schema = serde_json::json!({"id": "provinces", "title": "Provinces",
        "field": [{"name": "country", "type": "string"}]});
    let schema: Schema = serde_json::from_value(schema).unwrap();
    let feature = Feature {
        id: "all".into(),
        geometry: Some(
            geo::Rect::new((west, south), (east, north))
                .to_polygon()
                .into(),
        ),
        values: vec![Value::Text("IQ".into())].into(),
    };
    [
        Change::Layer(Box::new(schema)),
        Change::Put {
            layer: "provinces".into(),
            feature,
        },
    ]
}

/// A feature whose so many values are null.
pub fn put(layer: &str, id: &str, geometry: Geometry, values: usize) -> Change {
    Change::Put {
        layer: layer.into(),
        feature: Feature {
            id: id.into(),
            geometry: Some(geometry),
            values: vec![Value::Null; values].into(),
        },
    }
}
