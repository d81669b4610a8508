//! Vector tiles as another program's decoder reads them.

use std::collections::BTreeMap;

use geo::{Coord, Geometry};
use mvt_reader::Reader;
use mvt_reader::feature::Value;

/// A feature or a cluster in a tile.
#[derive(Debug)]
pub struct Drawn {
    /// In units of the tile.
    pub geometry: Geometry<f32>,
    /// Its properties.
    pub properties: BTreeMap<String, Value>,
}

/// What a tile holds: nothing, or one layer of a name.
#[track_caller]
pub fn decode(bytes: &[u8], layer: &str) -> Vec<Drawn> {
    let reader = Reader::new(bytes.to_vec()).expect("a tile");
    let layers = reader.get_layer_metadata().expect("layers");
    if bytes.is_empty() {
        assert!(layers.is_empty());
        return Vec::new();
    }
    let [only] = layers.as_slice() else {
        panic!("{} layers", layers.len());
    };
    assert_eq!((&*only.name, only.version, only.extent), (layer, 2, 4096));
    let features = reader.get_features(0).expect("features");
    assert!(!features.is_empty(), "a layer without features");
    features
        .into_iter()
        .map(|feature| Drawn {
            geometry: feature.geometry,
            properties: feature.properties.into_iter().flatten().collect(),
        })
        .collect()
}

impl Drawn {
    /// Its id; none for a cluster.
    pub fn id(&self) -> Option<&str> {
        match self.properties.get("id") {
            Some(Value::String(id)) => Some(id),
            _ => None,
        }
    }

    /// A count among its properties; 0 if it is not there.
    pub fn count(&self, key: &str) -> u64 {
        match self.properties.get(key) {
            Some(Value::UInt(count)) => *count,
            None => 0,
            other => panic!("{key} is {other:?}"),
        }
    }

    /// How many features it stands for.
    pub fn stands_for(&self) -> u64 {
        match self.properties.get("cluster") {
            Some(Value::Bool(true)) => self.count("point_count"),
            _ => 1,
        }
    }

    /// Where it is, if it is a single position.
    #[track_caller]
    pub fn at(&self) -> Coord<f32> {
        match &self.geometry {
            Geometry::Point(point) => point.0,
            // The decoder knows no single position.
            Geometry::MultiPoint(points) if points.0.len() == 1 => points.0[0].0,
            other => panic!("{other:?}"),
        }
    }
}
