//! The abstract tests of OGC 21-065 over Natural Earth countries, places and rivers: every filter selects as many
//! as PostGIS counts (`data/expected.sh`), with indexes and without, from text and from JSON.

use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Schema;
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::cql2::{self, FilterEncoding};
use bordermap::format::geojson::read_geometry;
use serde_json::{Value as Json, json};

use super::written;
use crate::support::subject::FeatureSubject;

const EXPECTED: &str = include_str!("data/expected.tsv");

fn schema(id: &str) -> Schema {
    let field = |name: &str, kind: &str| json!({ "name": name, "type": kind });
    let fields = match id {
        "countries" => vec![
            field("NAME", "string"),
            field("CONTINENT", "string"),
            field("POP_EST", "integer"),
            field("GDP_MD", "integer"),
        ],
        "places" => vec![
            field("name", "string"),
            field("date", "date"),
            field("start", "datetime"),
            field("end", "datetime"),
            field("boolean", "boolean"),
        ],
        _ => vec![
            field("name", "string"),
            field("name_en", "string"),
            field("name_ar", "string"),
            field("name_fa", "string"),
            field("name_ckb", "string"),
            field("kind", "string"),
            field("rank", "integer"),
        ],
    };
    serde_json::from_value(json!({ "id": id, "title": id, "field": fields })).unwrap()
}

fn features(schema: &Schema, text: &str) -> Vec<Feature> {
    let document: Json = serde_json::from_str(text).unwrap();
    let features = document["features"].as_array().unwrap().iter();
    let feature = |feature: &Json| Feature {
        id: feature["id"].as_str().unwrap().into(),
        geometry: read_geometry(&feature["geometry"]).unwrap(),
        values: schema
            .values_of(feature["properties"].as_object().unwrap())
            .unwrap(),
    };
    features.map(feature).collect()
}

#[test]
fn filters_select_what_the_standard_and_postgis_say() {
    let texts = [
        ("countries", include_str!("data/countries.geojson")),
        ("places", include_str!("data/places.geojson")),
        ("rivers", include_str!("../../../data/rivers.geojson")),
    ];
    let mut wrong = Vec::new();
    for (id, text) in texts {
        let schema = schema(id);
        let features = features(&schema, text);
        let changes = features
            .iter()
            .map(|one| (one.id.clone(), Some(one.clone())));
        let layer = Layer::new(schema.clone())
            .with(changes.collect())
            .compacted();
        for line in EXPECTED.lines() {
            let [own, filter, expected] = *line.split('\t').collect::<Vec<_>>() else {
                panic!("{line}");
            };
            if own != id {
                continue;
            }
            let expected: u64 = expected.parse().unwrap();
            let written = cql2::parse(FilterEncoding::Text, filter).unwrap();
            let json = written::write(FilterEncoding::Json, &written);
            let condition = cql2::read(FilterEncoding::Json, &json, &schema).unwrap();
            assert_eq!(
                cql2::read(FilterEncoding::Text, filter, &schema).unwrap(),
                condition,
                "{filter}"
            );
            let text = written::write(FilterEncoding::Text, &written);
            assert_eq!(
                cql2::parse(FilterEncoding::Text, &text).unwrap(),
                written,
                "{text}"
            );
            let truth =
                |one: &&Feature| condition.truth(&FeatureSubject(&schema, one)) == Some(true);
            let plainly = features.iter().filter(truth).count() as u64;
            let query = ItemsQuery::default().filtered(condition.clone().into(), &schema);
            let (found, _) = layer.count(&query);
            if (plainly, found) != (expected, expected) {
                wrong.push(format!("{filter}: {expected}, not {plainly} and {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
