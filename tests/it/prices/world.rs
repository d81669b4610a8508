//! What the questions are asked of: the shipped layers, three hundred thousand reports, tens of thousands
//! of tracks, and single features that are as large as they may be.

use std::f64::consts::TAU;
use std::sync::Arc;

use bordermap::atlas::Atlas;
use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{Field, FieldType, Schema, Value};
use bordermap::live::LiveAtlas;
use bordermap::seed::seed;
use geo::{Coord, Geometry, LineString, Point, Polygon};

use crate::oracle::scene::Dice;
use crate::support::memory::MemoryStore;
use crate::support::things;

/// Reports in the layer `many`.
const REPORTS: usize = 300_000;
/// Tracks in the layer `tracks`.
const TRACKS: usize = 20_000;

/// All of it.
pub struct World {
    /// The shipped layers.
    pub atlas: Arc<Atlas>,
    generated: Vec<Arc<Layer>>,
}

impl World {
    /// The same each time.
    pub fn new() -> Self {
        let live = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
        seed(&live).unwrap();
        let atlas = live.snapshot();
        let mut reports = Schema::clone(atlas.layer("incidents").unwrap().schema());
        reports.id = "many".into();
        let mut dice = Dice(11);
        let many = (0..REPORTS).map(|number| report(&mut dice, &reports, number));
        let many = layer(&reports, many.collect());
        let plain = |id: &str| {
            let mut schema =
                things::schema(("date", None), &[("name", "string"), ("date", "date")]);
            schema.id = id.into();
            schema
        };
        let tracks = (0..TRACKS).map(|number| named(number, track(&mut dice)));
        let tracks = layer(&plain("tracks"), tracks.collect());
        let large = [
            star(20_001),
            star(2_001),
            zigzag(138, 9.0),
            teeth(20_000),
            circle(100_000),
        ];
        let large = large.into_iter().enumerate();
        let large = layer(
            &plain("large"),
            large.map(|(at, one)| named(at, one)).collect(),
        );
        Self {
            atlas,
            generated: vec![many, tracks, large],
        }
    }

    /// A layer by its id.
    pub fn layer(&self, id: &str) -> &Arc<Layer> {
        let mut generated = self.generated.iter();
        let generated = generated.find(|layer| &*layer.schema().id == id);
        generated.or_else(|| self.atlas.layer(id)).expect("a layer")
    }
}

fn layer(schema: &Schema, features: Vec<Feature>) -> Arc<Layer> {
    let changes = features.into_iter().map(|one| (one.id.clone(), Some(one)));
    Arc::new(Layer::new(schema.clone()).with(changes.collect()))
}

fn report(dice: &mut Dice, schema: &Schema, number: usize) -> Feature {
    let share = number as f64 / REPORTS as f64;
    let at = (
        44.8 + 3.6 * share + dice.share() - 0.5,
        37.1 - 7.0 * share + dice.share() - 0.5,
    );
    Feature {
        id: format!("m-{number:06}").into(),
        geometry: Some(Point::from(at).into()),
        values: schema
            .fields
            .iter()
            .map(|field| value(dice, field, number))
            .collect(),
    }
}

fn value(dice: &mut Dice, field: &Field, number: usize) -> Value {
    const WORDS: [&str; 10] = [
        "river", "ridge", "patrol", "convoy", "village", "market", "drone", "مرز", "night",
        "Straße",
    ];
    let text = |text: String| Value::Text(text.into());
    match (&*field.name, field.kind) {
        ("date_precision", _) => text("day".into()),
        ("border_km" | "border_distance_m", _) => Value::Number(dice.share() * 1400.0),
        ("summary", _) => {
            let words: Vec<&str> = (0..20).map(|_| WORDS[dice.below(WORDS.len())]).collect();
            text(format!("{} {number}", words.join(" ")))
        }
        (_, FieldType::Json) => {
            Value::Json(r#"[{"name":"made","ref":"https://example.org/"}]"#.into())
        }
        (_, FieldType::Date) => text(format!(
            "20{}-{:02}-{:02}",
            18 + dice.below(8),
            1 + dice.below(12),
            1 + dice.below(28)
        )),
        (_, FieldType::Integer) => Value::Integer(i64::try_from(dice.below(9)).unwrap()),
        (_, FieldType::Boolean) => Value::Boolean(dice.below(2) == 0),
        (_, FieldType::String) if !field.values.is_empty() => {
            text(field.values[dice.below(field.values.len())].clone())
        }
        (_, FieldType::String) => text(format!("{} {number}", field.name)),
        _ => Value::Null,
    }
}

fn named(number: usize, geometry: Geometry) -> Feature {
    let text = |text: String| Value::Text(text.into());
    let date = format!("2023-{:02}-{:02}", 1 + number % 12, 1 + number % 28);
    Feature {
        id: format!("t-{number:06}").into(),
        geometry: Some(geometry),
        values: [text(format!("Track {number}")), text(date)].into(),
    }
}

fn track(dice: &mut Dice) -> Geometry {
    let mut at = Coord {
        x: 40.0 + dice.share() * 15.0,
        y: 27.0 + dice.share() * 12.0,
    };
    let line = (0..20).map(|_| {
        at = at
            + Coord {
                x: dice.share() - 0.5,
                y: dice.share() - 0.5,
            };
        at
    });
    LineString::new(line.collect()).into()
}

fn around(vertices: u32, angle: impl Fn(f64) -> f64) -> Geometry {
    let at = |number: u32| {
        let angle = angle(f64::from(number) / f64::from(vertices)) * TAU;
        Coord {
            x: 46.0 + 2.0 * angle.cos(),
            y: 35.0 + 2.0 * angle.sin(),
        }
    };
    Polygon::new((0..vertices).map(at).collect(), Vec::new()).into()
}

/// An area whose every edge crosses nearly every other.
pub fn star(vertices: u32) -> Geometry {
    let step = f64::from(vertices / 2 - 1);
    around(vertices, |share| share * step)
}

/// An area of many short edges.
fn circle(vertices: u32) -> Geometry {
    around(vertices, |share| share)
}

/// A line that goes around the world and back.
fn zigzag(vertices: u32, lat: f64) -> Geometry {
    let at = |number: u32| Coord {
        x: if number.is_multiple_of(2) {
            -180.0
        } else {
            180.0
        },
        y: lat,
    };
    LineString::new((0..vertices).map(at).collect()).into()
}

/// A line of teeth, each a little lower than the one before: the worst for simplifying.
fn teeth(vertices: u32) -> Geometry {
    let at = |number: u32| {
        let share = f64::from(number) / f64::from(vertices);
        let high = if number.is_multiple_of(2) {
            0.0
        } else {
            10.0 * (1.0 - share)
        };
        Coord {
            x: 40.0 + 10.0 * share,
            y: 30.0 + high,
        }
    };
    LineString::new((0..vertices).map(at).collect()).into()
}
