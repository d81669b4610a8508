//! The shipped incidents, and any number of generated ones spread around real places along the border,
//! the same at every run: what the benches measure on, and what answers are held against. What goes
//! wrong here is a panic.

use std::sync::Arc;

use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{FieldType, Schema, Value};
use bordermap::live::LiveAtlas;
use bordermap::seed::seed;
use bordermap::store::sqlite::SqliteStore;
use geo::{Geometry, Point};

/// The layer of generated incidents.
pub const LAYER: &str = "incidents-generated";

/// A generator of plain pseudo-random numbers (Steele, Lea and Flood 2014, `SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    /// Any 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// An index below a length.
    pub fn below(&mut self, len: usize) -> usize {
        usize::try_from(self.roll() % len as u64).unwrap_or_default()
    }

    /// About normal: mean 0, deviation 1.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// A service over a new store in a folder, with the shipped data.
pub fn shipped(folder: &std::path::Path) -> LiveAtlas {
    let store = SqliteStore::open(&folder.join("bench.gpkg")).expect("a new store");
    let live = LiveAtlas::open(Arc::new(store)).expect("an empty store");
    seed(&live).expect("the shipped data");
    live
}

/// The schema of the layer of generated incidents: the incidents' own under another id.
pub fn generated_schema(live: &LiveAtlas) -> Schema {
    let atlas = live.snapshot();
    let incidents = atlas.layer("incidents").expect("a shipped layer");
    let mut schema = Schema::clone(incidents.schema());
    schema.id = LAYER.into();
    schema.title = "Generated incidents: no report, for measuring alone".into();
    schema
}

/// Positions cluster around places as reports do: about 12 km from a place, more often a near one
/// to the border.
pub fn features<'a>(
    live: &LiveAtlas,
    schema: &'a Schema,
    count: usize,
) -> impl Iterator<Item = Feature> + 'a {
    let places = places(live);
    let mut dice = Dice(2023);
    (0..count).map(move |number| {
        let place = places[dice.below(places.len())];
        let mut clamp = |degrees: f64, by: f64| degrees + by * 0.11 * dice.bell();
        let (x, y) = (clamp(place.lng(), 1.2), clamp(place.lat(), 1.0));
        let values = schema
            .fields
            .iter()
            .map(|field| value(&mut dice, &field.name, field.kind, &field.values));
        Feature {
            id: format!("gen-{number:08}").into(),
            geometry: Some(Geometry::Point(Point::new(x, y))),
            values: values.collect(),
        }
    })
}

/// Where the shipped places are.
pub fn places(live: &LiveAtlas) -> Vec<LngLat> {
    let atlas = live.snapshot();
    let places = atlas.layer("places").expect("a shipped layer");
    places
        .features()
        .filter_map(bordermap::atlas::layer::FeatureRef::position)
        .collect()
}

fn value(dice: &mut Dice, name: &str, kind: FieldType, any_of: &[String]) -> Value {
    let text = |text: String| Value::Text(text.into());
    match (name, kind) {
        ("date_precision", _) => text("day".into()),
        ("sources", _) => Value::Json(r#"[{"name":"generated","ref":"generated"}]"#.into()),
        (_, FieldType::Date) => {
            let (year, month, day) = (2018 + dice.below(8), 1 + dice.below(12), 1 + dice.below(28));
            text(format!("{year}-{month:02}-{day:02}"))
        }
        (_, FieldType::Integer) => Value::Integer((dice.roll() % 9).cast_signed()),
        (_, FieldType::Boolean) => Value::Boolean(dice.roll() & 1 == 1),
        (_, FieldType::String) if !any_of.is_empty() => {
            text(any_of[dice.below(any_of.len())].clone())
        }
        (_, FieldType::String) => text(format!("Generated {name}")),
        _ => Value::Null,
    }
}

/// Positions for queries: somewhere between two neighbouring places.
pub fn positions(live: &LiveAtlas, count: usize) -> Vec<LngLat> {
    let places = places(live);
    let mut dice = Dice(2025);
    (0..count)
        .map(|_| {
            let place = places[dice.below(places.len())];
            let mut near = |degrees: f64| degrees + 0.1 * dice.bell();
            let (lng, lat) = (near(place.lng()), near(place.lat()));
            LngLat::new(lng, lat).expect("the region is far from the poles and the antimeridian")
        })
        .collect()
}
