//! A small world for tests: a straight border along 45° east, reports on both sides of it, and a
//! layer of lines and areas.

use std::sync::Arc;

use bordermap::atlas::model::change::{Change, Origin};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Schema;
use bordermap::live::LiveAtlas;
use geo::{Geometry, line_string, point, polygon};
use serde_json::{Value as Json, json};

use super::memory::MemoryStore;

/// Reports in the world, `r-000` to `r-249`.
pub const REPORTS: usize = 250;
/// Their categories, taken in turn.
pub const CATEGORIES: [&str; 3] = ["seizure", "crossing-status", "clash"];

/// The whole world in a live atlas.
pub fn live() -> LiveAtlas {
    over(Arc::new(MemoryStore::default()))
}

/// The whole world, written into a store.
pub fn over(store: Arc<MemoryStore>) -> LiveAtlas {
    let live = LiveAtlas::open(store).unwrap();
    report(
        &live,
        vec![
            layer(border_schema()),
            border("north", 36.0),
            border("south", 35.0),
        ],
    );
    let mut changes = vec![layer(reports_schema()), layer(shapes_schema())];
    changes.extend((0..REPORTS).map(report_at));
    changes.extend(shapes());
    report(&live, changes);
    live
}

/// Commits changes as a user.
pub fn report(live: &LiveAtlas, changes: Vec<Change>) {
    live.report(Origin::User, &mut changes.into_iter().map(Ok))
        .unwrap();
}

/// The report of a number: where it is, what it says.
pub fn report_at(number: usize) -> Change {
    let (column, row) = (number % 25, number / 25 % 250);
    let lng = 44.0 + 0.08 * f64::from(u32::try_from(column).unwrap());
    let lat = 34.0 + 0.2 * f64::from(u32::try_from(row).unwrap());
    // One report has no place, one no date.
    let geometry = (number != 13).then(|| Geometry::from(point!(x: lng, y: lat)));
    let date =
        (number != 14).then(|| format!("2023-{:02}-{:02}", 1 + number % 12, 1 + number % 28));
    let sources = json!([
        { "name": "Agency", "ref": "https://agency.example/1" },
        { "name": "Script", "ref": "javascript:alert(1)" },
    ]);
    put(
        "reports",
        &format!("r-{number:03}"),
        geometry,
        &reports_schema(),
        &json!({
            "title": format!("Report <{number}> تقرير"),
            "category": CATEGORIES[number % 3],
            "date": date,
            "dead": number % 5,
            "score": 0.5 * f64::from(u32::try_from(number % 4).unwrap()),
            "checked": number.is_multiple_of(2),
            "sources": sources,
        }),
    )
}

fn put(
    layer: &str,
    id: &str,
    geometry: Option<Geometry>,
    schema: &Schema,
    properties: &Json,
) -> Change {
    Change::Put {
        layer: layer.into(),
        feature: Feature {
            id: id.into(),
            geometry,
            values: schema.values_of(properties.as_object().unwrap()).unwrap(),
        },
    }
}

fn layer(schema: Schema) -> Change {
    Change::Layer(Box::new(schema))
}

fn border(id: &str, north: f64) -> Change {
    let line = line_string![(x: 45.0, y: north), (x: 45.0, y: north - 1.0)];
    let properties =
        json!({ "number": if id == "north" { 1 } else { 2 }, "name_en": format!("The {id}") });
    put(
        "border",
        id,
        Some(line.into()),
        &border_schema(),
        &properties,
    )
}

fn shapes() -> [Change; 3] {
    let schema = shapes_schema();
    let road = line_string![(x: 44.0, y: 34.0), (x: 46.0, y: 36.0)];
    let lake = polygon![(x: 44.5, y: 34.5), (x: 44.7, y: 34.5), (x: 44.7, y: 34.7), (x: 44.5, y: 34.7), (x: 44.5, y: 34.5)];
    let empty = json!({});
    [
        put("shapes", "road/1 ü", Some(road.into()), &schema, &empty),
        put("shapes", "lake", Some(lake.into()), &schema, &empty),
        put(
            "shapes",
            "pole",
            Some(point!(x: 180.0, y: 90.0).into()),
            &schema,
            &empty,
        ),
    ]
}

fn schema(json: Json) -> Schema {
    serde_json::from_value::<Schema>(json)
        .unwrap()
        .with_derived()
}

fn border_schema() -> Schema {
    schema(json!({
        "id": "border", "title": "Border", "geometry": "line",
        "field": [
            { "name": "number", "type": "integer" },
            { "name": "name_en", "type": "string" },
        ],
    }))
}

/// The schema of the reports.
pub fn reports_schema() -> Schema {
    schema(json!({
        "id": "reports", "title": "Reports", "description": "What was reported.", "geometry": "point",
        "attribution": "© the reporters",
        "licences": [
            { "title": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/" },
            { "title": "Facts without a licence" },
        ],
        "border_referenced": true,
        "time": { "field": "date" },
        "field": [
            { "name": "title", "type": "string", "required": true },
            { "name": "category", "type": "string", "values": CATEGORIES, "title": "Category" },
            { "name": "date", "type": "date" },
            { "name": "dead", "type": "integer" },
            { "name": "score", "type": "number" },
            { "name": "checked", "type": "boolean" },
            { "name": "sources", "type": "json" },
        ],
    }))
}

fn shapes_schema() -> Schema {
    schema(json!({ "id": "shapes", "title": "Shapes", "role": "base-map" }))
}
