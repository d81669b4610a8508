//! `/api/collections` and `/api/collections/{layer}`: what layers there are and what they hold
//! (OGC 17-069r4 §7.13 and §7.14).

use std::sync::Arc;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::atlas::geo::crs::Crs;
use crate::atlas::geo::position::Bounds;
use crate::atlas::layer::Layer;
use crate::atlas::model::schema::{Field, PositionPrecision, Role, Schema};
use crate::atlas::model::time::{TimeSpan, rfc3339};
use crate::http::kit::endpoint::{Answered, Endpoint, Fixed, Parsed, page_or_json};
use crate::http::kit::files::{self, Download};
use crate::http::kit::json_schema;
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::Frame;
use crate::http::kit::params::Reader;
use crate::http::kit::representation::{HTML, JSON};
use crate::http::kit::systems::systems;
use crate::http::server::app::App;

/// All layers.
pub static LIST: Fixed = Fixed {
    operation: Operation {
        path: "/api/collections",
        id: "getCollections",
        summary: "The layers",
        tag: "Layers",
        representations: &[JSON.of::<Collections<'_>>(), HTML],
        ..Operation::READS
    },
    answer: list,
};

/// One layer.
pub struct OneCollection;

static ONE: Operation = Operation {
    path: "/api/collections/{layer}",
    id: "getCollection",
    summary: "What the layer holds, its fields, its licence",
    tag: "Layers",
    representations: &[JSON.of::<Collection<'_>>(), HTML],
    statuses: &[400, 404, 406],
    ..Operation::READS
};

const GREGORIAN: &str = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";
/// Decimals of a published extent: about 0.1 m.
const EXTENT_SCALE: f64 = 1e6;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "collections")]
struct Collections<'a> {
    links: Vec<Link>,
    collections: Vec<Collection<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "collection")]
struct Collection<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "serde_json::Map<String, Json>")]
    extent: Option<Json>,
    #[serde(rename = "itemType")]
    #[schemars(extend("default" = "feature"))]
    item_type: &'static str,
    crs: Vec<&'static str>,
    #[serde(rename = "storageCrs")]
    storage_crs: &'static str,
    role: Role,
    attribution: &'a str,
    licences: &'a [crate::atlas::model::schema::Licence],
    fields: &'a [Field],
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<&'a PositionPrecision>,
    links: Vec<Link>,
}

#[derive(Template)]
#[template(path = "collections.html")]
struct ListPage<'a> {
    frame: Frame,
    layers: Vec<(&'a Schema, usize)>,
}

#[derive(Template)]
#[template(path = "collection.html")]
struct OnePage<'a> {
    frame: Frame,
    schema: &'a Schema,
    count: usize,
    bbox: Option<[f64; 4]>,
    time: Option<String>,
    systems: Vec<&'static str>,
    downloads: Vec<Download>,
}

fn list(_: &App, asked: &Asked<'_>) -> Answered {
    let base = &asked.request.base;
    let here = format!("{base}/api/collections");
    page_or_json(
        asked,
        || {
            let layers = asked.atlas.layers();
            let layers = layers.map(|layer| (&**layer.schema(), layer.len()));
            ListPage {
                frame: Frame::of_document(base, "Layers", &[("/api/collections", "Layers")]),
                layers: layers.collect(),
            }
        },
        || {
            let layers = asked.atlas.layers();
            Collections {
                links: link::of_document(&here),
                collections: layers.map(|layer| collection(base, layer)).collect(),
            }
        },
    )
}

impl Endpoint for OneCollection {
    type Question<'a> = &'a Arc<Layer>;

    fn operation(&self) -> &Operation {
        &ONE
    }

    fn read<'a>(&self, asked: &Asked<'a>, _: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        Ok(Ok(asked.layer()?))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, layer: Self::Question<'_>) -> Answered {
        let base = &asked.request.base;
        page_or_json(
            asked,
            || {
                let schema = layer.schema();
                let path = link::layer_path(schema);
                let crumbs = [
                    ("/api/collections", "Layers"),
                    (path.as_str(), schema.title.as_str()),
                ];
                OnePage {
                    frame: Frame::of_document(base, &schema.title, &crumbs),
                    schema,
                    count: layer.len(),
                    bbox: layer.extent().map(outward),
                    time: layer.time_extent().map(|span| {
                        let [from, to] = ends(span).map(day);
                        format!("{from} to {to}")
                    }),
                    systems: systems(layer).map(Crs::uri).collect(),
                    downloads: files::downloads(layer),
                }
            },
            || collection(base, layer),
        )
    }
}

fn collection<'a>(base: &str, layer: &'a Layer) -> Collection<'a> {
    let schema = layer.schema();
    Collection {
        id: &schema.id,
        title: &schema.title,
        description: &schema.description,
        extent: extent(layer),
        item_type: "feature",
        crs: systems(layer).map(Crs::uri).collect(),
        storage_crs: Crs::Crs84.uri(),
        role: schema.role,
        attribution: &schema.attribution,
        licences: &schema.licences,
        fields: &schema.fields,
        position: schema.position.as_ref(),
        links: links(base, schema),
    }
}

fn links(base: &str, schema: &Schema) -> Vec<Link> {
    let here = format!("{base}{}", link::layer_path(schema));
    let title = &schema.title;
    let mut links = link::of_document(&here);
    links.extend([
        Link::new(
            "items",
            link::GEOJSON,
            format!("{here}/items"),
            format!("{title} as GeoJSON"),
        ),
        Link::new(
            "items",
            link::HTML,
            format!("{here}/items?f=html"),
            format!("{title} as a page"),
        ),
        Link::new(
            link::TILESETS_VECTOR,
            link::JSON,
            format!("{here}/tiles"),
            format!("{title} as vector tiles"),
        ),
        Link::new(
            "enclosure",
            link::GEOJSON,
            format!("{here}/export?f=geojson"),
            format!("The whole of {title} as a file"),
        ),
    ]);
    links.extend(json_schema::SchemaKind::ALL.map(|kind| {
        Link::new(
            kind.rel(),
            json_schema::MEDIA,
            format!("{here}/{}", kind.segment()),
            kind.title(),
        )
    }));
    links.extend(link::licences(schema));
    links
}

/// The extent in space and time (17-069r4 §7.14.2); `None` for a layer that has neither.
fn extent(layer: &Layer) -> Option<Json> {
    let mut extent = serde_json::Map::new();
    if let Some(bounds) = layer.extent() {
        extent.insert(
            "spatial".into(),
            json!({ "bbox": [widened(outward(bounds))], "crs": Crs::Crs84.uri() }),
        );
    }
    if let Some(span) = layer.time_extent() {
        extent.insert(
            "temporal".into(),
            json!({ "interval": [ends(span)], "trs": GREGORIAN }),
        );
    }
    (!extent.is_empty()).then_some(Json::Object(extent))
}

/// The day of an instant, for people.
fn day(instant: Option<String>) -> String {
    let day = instant.and_then(|text| text.split('T').next().map(str::to_owned));
    day.unwrap_or_else(|| "..".into())
}

fn ends(span: TimeSpan) -> [Option<String>; 2] {
    [rfc3339(span.start_us), rfc3339(span.last_us)]
}

/// A box with a few decimals that still holds all of the exact one.
fn outward(bounds: Bounds) -> [f64; 4] {
    let [west, south, east, north] = bounds.sides();
    let down = |exact: f64, least: f64| {
        let mut step = (exact * EXTENT_SCALE).floor();
        // The product may have been rounded up to the next whole number.
        while step / EXTENT_SCALE > exact {
            step -= 1.0;
        }
        (step / EXTENT_SCALE).max(least)
    };
    let up = |exact: f64, least: f64| -down(-exact, least);
    [
        down(west, -180.0),
        down(south, -90.0),
        up(east, -180.0),
        up(north, -90.0),
    ]
}

/// A published box, a step wider on each side: a client that projects its corners, rounds them and asks for the box that
/// they are there still gets every feature.
fn widened([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let moved = |degrees: f64, steps: f64| (degrees * EXTENT_SCALE + steps).round() / EXTENT_SCALE;
    [
        moved(west, -1.0).max(-180.0),
        moved(south, -1.0).max(-90.0),
        moved(east, 1.0).min(180.0),
        moved(north, 1.0).min(90.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::geo::crs::given::GivenBox;

    #[test]
    fn a_widened_box_ends_with_the_earth() {
        let all = [-180.0, -90.0, 180.0, 90.0];
        assert_eq!(widened(all), all);
        let wider = [43.999_999, 29.499_999, 49.250_001, 37.000_001];
        assert_eq!(widened([44.0, 29.5, 49.25, 37.0]), wider);
    }

    /// The corners in Web Mercator, rounded to 1e-7 m as OGC's suite does, hold what lies on the edge.
    #[test]
    fn what_lies_on_the_edge_is_in_a_widened_box_that_was_projected() {
        for step in 0..1_000 {
            let [lng, lat] = [
                39.0 + f64::from(step) * 0.012_345_6,
                29.0 + f64::from(step) * 0.009_876_5,
            ];
            let [west, south, east, north] =
                widened(outward(Bounds::new(lng, lat, lng, lat).unwrap()));
            let rounded = |lng, lat| {
                let there = Crs::WebMercator.coordinates(lng, lat).unwrap();
                there.map(|metres| (metres * 1e7).round() / 1e7)
            };
            let corners = [rounded(west, south), rounded(east, north)].concat();
            let text: Vec<String> = corners.iter().map(f64::to_string).collect();
            let GivenBox::Bounds(there) = Crs::WebMercator.parse_box(&text.join(",")).unwrap()
            else {
                panic!("a box in Web Mercator is one in degrees");
            };
            let [w, s, e, n] = there.sides();
            assert!(
                (w..=e).contains(&lng) && (s..=n).contains(&lat),
                "{lng},{lat}"
            );
        }
    }

    #[test]
    fn a_published_box_holds_the_exact_one() {
        let check = |exact: [f64; 4], expected: [f64; 4]| {
            let [w, s, e, n] = exact;
            assert_eq!(outward(Bounds::new(w, s, e, n).unwrap()), expected);
        };
        check(
            [44.123_456_7, 29.123_456_7, 49.123_456_7, 37.123_456_7],
            [44.123_456, 29.123_456, 49.123_457, 37.123_457],
        );
        check([-180.0, -90.0, 180.0, 90.0], [-180.0, -90.0, 180.0, 90.0]);
        check([44.0, 29.5, 49.25, 37.0], [44.0, 29.5, 49.25, 37.0]);
        for step in 0..10_000 {
            let exact = f64::from(step) * 0.000_123_4 - 0.3;
            let [w, s, e, n] = outward(Bounds::new(exact, exact, exact, exact).unwrap());
            assert!(
                w <= exact && s <= exact && e >= exact && n >= exact,
                "{exact}"
            );
        }
    }
}
