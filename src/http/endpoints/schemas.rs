//! `/api/collections/{layer}/schema`, `…/queryables` and `…/sortables`: a layer's properties as JSON
//! Schema, all of them, those to ask for and those to order by (OGC 23-058r2, 19-079r2).

use askama::Template;
use axum::response::Response;

use crate::atlas::model::schema::{Field, Schema};
use crate::http::kit::answer;
use crate::http::kit::document;
use crate::http::kit::json_schema::{self, Kind};
use crate::http::kit::link;
use crate::http::kit::negotiate::{HTML, Offer};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::escaped_segment;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::server::app::{self, App};

/// All properties.
pub const SCHEMA: Route = Route {
    path: "/api/collections/{layer}/schema",
    door: Door::Tried(|app, ask| told(app, ask, Kind::Schema)),
    operation: Some(operation(
        "getSchema",
        "The properties of its features, as JSON Schema",
    )),
};

/// Those to ask for.
pub const QUERYABLES: Route = Route {
    path: "/api/collections/{layer}/queryables",
    door: Door::Tried(|app, ask| told(app, ask, Kind::Queryables)),
    operation: Some(operation(
        "getQueryables",
        "The properties that filters and parameters of their own may ask for, as JSON Schema",
    )),
};

/// Those to order by.
pub const SORTABLES: Route = Route {
    path: "/api/collections/{layer}/sortables",
    door: Door::Tried(|app, ask| told(app, ask, Kind::Sortables)),
    operation: Some(operation(
        "getSortables",
        "The properties that sortby may name, as JSON Schema",
    )),
};

const fn operation(id: &'static str, summary: &'static str) -> Operation {
    Operation {
        id,
        summary,
        tag: "Layers",
        parameters: &["f"],
        selects: Selects::Nothing,
        answers: &[(json_schema::MEDIA, "jsonSchema"), (link::HTML, "html")],
        errors: &[400, 404, 406],
    }
}

static OFFERS: [Offer; 2] = [
    Offer {
        names: &["json"],
        media: json_schema::MEDIA,
        accepted_as: &[json_schema::MEDIA, "application/json"],
    },
    HTML,
];

#[derive(Template)]
#[template(path = "schema.html")]
struct Page<'a> {
    frame: Frame,
    schema: &'a Schema,
    kind: Kind,
    fields: Vec<&'a Field>,
    has_geometry: bool,
}

fn told(app: &App, ask: &Ask, kind: Kind) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let schema = layer.schema();
    document::answer(app, ask, atlas.revision(), &OFFERS, |offer| {
        let path = format!("/api/collections/{}", escaped_segment(&schema.id));
        let here = format!("{path}/{}", kind.segment());
        let id = format!("{}{here}", ask.base);
        let body = if offer.is_html() {
            let crumbs = [
                ("/api/collections", "Layers"),
                (path.as_str(), schema.title.as_str()),
                (here.as_str(), kind.segment()),
            ];
            let title = format!("{}: {}", schema.title, kind.segment());
            page::render(&Page {
                frame: Frame::new(&ask.base, &title, &crumbs, Some(format!("{id}?f=json"))),
                schema,
                kind,
                fields: schema
                    .fields
                    .iter()
                    .filter(|field| kind.has(field))
                    .collect(),
                has_geometry: kind != Kind::Sortables,
            })?
        } else {
            answer::json(&json_schema::document(schema, kind, &id))
        };
        Ok(body)
    })
}
