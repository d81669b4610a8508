//! The generated incidents in flat arrays. Every one is looked at for every query, each
//! distance by Karney. The straight chord through the earth is never longer than the geodesic, so a
//! point whose chord is beyond the bound needs no geodesic; nothing else is spared.

use std::io::Write;

use bordermap::atlas::geo::geodesy::{chord_2, distance_m};
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::model::schema::{Schema, Value};
use bordermap::atlas::model::time::{DatePrecision, TimeSpan};
use bordermap::atlas::products::border::rounded;
use bordermap::live::LiveAtlas;
use geo::Geometry;

use super::scene;

/// Distances closer than this are the same: two incidents in the other order, or one on the very
/// edge of a radius, are no fault.
pub const TIE_M: f64 = 1e-3;

/// One generated incident; its number is its place in [`World::rows`].
pub struct Row {
    /// Where it is.
    pub at: LngLat,
    ecef: [f64; 3],
    /// When it was.
    pub time: TimeSpan,
    /// The place of its category in the field's list of values.
    pub category: usize,
    /// The place of its status in the field's list of values.
    pub status: usize,
    /// Its number.
    pub number: usize,
    /// Where it is along the border, as finely as the service says it.
    pub border_km: f64,
    /// How far from it.
    pub border_distance_m: f64,
}

impl Row {
    /// Whether it lies within so many metres of a position.
    pub fn is_within(&self, from: LngLat, radius_m: f64) -> bool {
        let bound_m = radius_m + TIE_M;
        chord_2(from.ecef(), self.ecef) <= bound_m * bound_m
            && distance_m(from, self.at) <= radius_m
    }
}

/// All generated incidents, in order of id.
pub struct World {
    /// By number.
    pub rows: Vec<Row>,
    /// What a category may be.
    pub categories: Vec<String>,
    /// What a status may be.
    pub statuses: Vec<String>,
}

/// What brute force finds.
pub struct Found {
    /// The first numbers in order, each with its distance (0 in a question without one).
    pub first: Vec<(f64, usize)>,
    /// How many match in all.
    pub matched: u64,
    /// How many lie so near to the edge of the radius that rounding decides.
    pub on_edge: u64,
}

impl World {
    /// Generates the incidents; each is also written as a line of GeoJSON, without the fields that
    /// the service derives.
    pub fn generate(live: &LiveAtlas, count: usize, lines: &mut impl Write) -> Self {
        let schema = scene::generated_schema(live);
        let place = |name: &str| schema.index_of(name).expect("a field of the incidents");
        let (date, category, status) = (place("date"), place("category"), place("status"));
        let atlas = live.snapshot();
        let border = atlas.border().expect("the shipped border");
        let features = scene::features(live, &schema, count).enumerate();
        let rows = features.map(|(number, feature)| {
            let Some(Geometry::Point(point)) = feature.geometry else {
                unreachable!("every generated incident has a position")
            };
            let at = LngLat::new(point.x(), point.y()).expect("near the border");
            write_line(lines, &schema, &feature.id, at, &feature.values);
            let Value::Text(day) = &feature.values[date] else {
                unreachable!("every generated incident has a day")
            };
            let located = border.locate(at);
            let time = TimeSpan::of_feature(day, DatePrecision::Day);
            Row {
                at,
                ecef: at.ecef(),
                time: time.expect("a date"),
                category: place_of(&schema, category, &feature.values),
                status: place_of(&schema, status, &feature.values),
                number,
                border_km: rounded(located.km, 1e5),
                border_distance_m: rounded(located.distance_m, 1e3),
            }
        });
        Self {
            rows: rows.collect(),
            categories: schema.fields[category].values.clone(),
            statuses: schema.fields[status].values.clone(),
        }
    }

    /// The first so many by distance from a position, of those that hold, within a radius if there
    /// is one.
    pub fn near(
        &self,
        at: LngLat,
        radius_m: Option<f64>,
        want: usize,
        holds: impl Fn(&Row) -> bool,
    ) -> Found {
        let from = at.ecef();
        let edge_m = radius_m.unwrap_or(f64::INFINITY);
        let mut bound_m = edge_m + TIE_M;
        let (mut first, mut matched, mut on_edge) = (Vec::new(), 0, 0);
        for (number, row) in self.rows.iter().enumerate() {
            // Without a radius all that hold match, however far.
            let far = chord_2(from, row.ecef) > bound_m * bound_m;
            if (far && radius_m.is_some()) || !holds(row) {
                continue;
            }
            if radius_m.is_none() {
                matched += 1;
                if far {
                    continue;
                }
            }
            let away_m = distance_m(at, row.at);
            if radius_m.is_some() {
                matched += u64::from(away_m <= edge_m);
                on_edge += u64::from((away_m - edge_m).abs() <= TIE_M);
            }
            if away_m <= edge_m {
                first.push((away_m, number));
            }
            if radius_m.is_none() && first.len() >= 2 * want.max(32) {
                keep_first(&mut first, want);
                bound_m = first.last().map_or(bound_m, |last| last.0 + TIE_M);
            }
        }
        keep_first(&mut first, want);
        Found {
            first,
            matched,
            on_edge,
        }
    }

    /// The first so many in order of id, of those that hold.
    pub fn in_order(&self, want: usize, holds: impl Fn(&Row) -> bool) -> Found {
        let (mut first, mut matched) = (Vec::new(), 0);
        for (number, row) in self.rows.iter().enumerate() {
            if holds(row) {
                matched += 1;
                if first.len() < want {
                    first.push((0.0, number));
                }
            }
        }
        Found {
            first,
            matched,
            on_edge: 0,
        }
    }
}

/// The number in the id of a generated incident.
pub fn number_of(id: &str) -> Option<usize> {
    id.strip_prefix("gen-")?.parse().ok()
}

/// Keeps the first so many, in order of distance and then number.
fn keep_first(found: &mut Vec<(f64, usize)>, want: usize) {
    let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if found.len() > want && want > 0 {
        found.select_nth_unstable_by(want - 1, order);
    }
    found.truncate(want);
    found.sort_unstable_by(order);
}

fn place_of(schema: &Schema, field: usize, values: &[Value]) -> usize {
    let Value::Text(text) = &values[field] else {
        unreachable!("a required text")
    };
    let allowed = &schema.fields[field].values;
    let place = allowed.iter().position(|allowed| **allowed == **text);
    place.expect("one of the allowed values")
}

fn write_line(lines: &mut impl Write, schema: &Schema, id: &str, at: LngLat, values: &[Value]) {
    let mut properties = serde_json::Map::new();
    for (field, value) in schema.fields.iter().zip(values) {
        let json = match value {
            _ if field.derived => continue,
            Value::Null => continue,
            Value::Boolean(flag) => (*flag).into(),
            Value::Integer(number) => (*number).into(),
            Value::Number(number) => (*number).into(),
            Value::Text(text) => (**text).into(),
            Value::Json(text) => serde_json::from_str(text).expect("JSON"),
        };
        properties.insert(field.name.to_string(), json);
    }
    let feature = serde_json::json!({
        "type": "Feature",
        "id": id,
        "geometry": {"type": "Point", "coordinates": [at.lng(), at.lat()]},
        "properties": properties,
    });
    writeln!(lines, "{feature}").expect("room for the incidents");
}
