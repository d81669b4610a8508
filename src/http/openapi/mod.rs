//! `/api/openapi.json`: the API's description (OpenAPI 3.0.3), made from the table of routes and
//! the layers that there are. Every layer has paths of its own, because its fields are parameters.

pub(crate) mod parts;

use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::atlas::model::budget::spend;
use crate::atlas::model::schema::Schema;
use crate::atlas::products::profile::LAYER_DEFAULT;
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::json_schema::is_queryable;
use crate::http::kit::link;
use crate::http::kit::negotiate::{self, OPENAPI, Offer};
use crate::http::kit::params::{Reader, escaped_segment};
use crate::http::kit::problem::{OF_ANY_REQUEST, Problem};
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::openapi::parts::{components, description_of, of_layer};
use crate::http::server::app::App;

/// The API's description.
pub const ROUTE: Route = Route {
    path: "/api/openapi.json",
    door: Door::Tried(openapi),
    operation: Some(Operation {
        id: "getOpenApi",
        summary: "The API's definition for programs (OpenAPI 3.0)",
        tag: "Capabilities",
        parameters: &["fJson"],
        selects: Selects::Nothing,
        answers: &[(link::OPENAPI, "openapi")],
        errors: &[400, 406],
    }),
};

static OFFERS: [Offer; 1] = [OPENAPI];

/// Under which all described paths stand; it is the document's server.
pub const ROOT: &str = "/api";

fn openapi(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    read.finish()?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let body = answer::json(&document(app.routes, &atlas, &ask.base));
    Ok(answer::ok(&tag, offer.media, body))
}

fn document(routes: &[Route], atlas: &Atlas, base: &str) -> Json {
    let mut paths = Map::new();
    for route in routes {
        let Some(operation) = route.operation else {
            continue;
        };
        let path = match route.path.strip_prefix(ROOT) {
            Some("") | None => "/",
            Some(path) => path,
        };
        if path.contains("{layer}") {
            for layer in atlas.layers() {
                let path = path.replace("{layer}", &escaped_segment(&layer.schema().id));
                paths.insert(path, described(&operation, route.path, Some(layer)));
            }
        } else {
            let mut entry = described(&operation, route.path, None);
            if operation.has_fields()
                && let Some(layer) = atlas.layer(LAYER_DEFAULT)
                && let Some(parameters) = entry["get"]["parameters"].as_array_mut()
            {
                parameters.extend(field_parameters(layer.schema(), &operation));
            }
            paths.insert(path.to_owned(), entry);
        }
    }
    let tags = ["Capabilities", "Layers", "Features", "Tiles", "Border"]
        .map(|name| json!({ "name": name }));
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "bordermap",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A spatial API over the Iran–Iraq border and what was publicly reported near it. \
                Distances are WGS84 geodesics in metres; positions are longitude, latitude.",
            "license": { "name": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [{ "url": format!("{base}{ROOT}") }],
        "tags": tags,
        "paths": paths,
        "components": components(),
    })
}

/// What describing a path costs, in nanoseconds.
const DESCRIBING_NS: u64 = 50_000;

/// One path's entry, for one layer if the path has a layer in it.
fn described(operation: &Operation, path: &str, layer: Option<&Layer>) -> Json {
    spend(DESCRIBING_NS);
    let own = |name: &str| layer.and_then(|layer| of_layer::parameter(name, layer));
    let parameter = |name: &str| {
        own(name).unwrap_or_else(|| json!({ "$ref": format!("#/components/parameters/{name}") }))
    };
    let mut names: Vec<&str> = operation.names().collect();
    if path.contains("{id}") {
        names.push("id");
    }
    let mut parameters: Vec<Json> = names.into_iter().map(parameter).collect();
    let schema = layer.map(Layer::schema);
    if operation.has_fields()
        && let Some(schema) = schema
    {
        parameters.extend(field_parameters(schema, operation));
    }
    let content: Map<String, Json> = operation
        .answers
        .iter()
        .map(|(media, schema)| {
            let schema = json!({ "schema": { "$ref": format!("#/components/schemas/{schema}") } });
            ((*media).to_owned(), schema)
        })
        .collect();
    let mut responses = Map::new();
    responses.insert(
        "200".into(),
        json!({ "description": operation.summary, "content": content }),
    );
    responses.insert(
        "304".into(),
        json!({ "description": "The client has this already" }),
    );
    for status in operation.errors.iter().chain(&OF_ANY_REQUEST) {
        responses.insert(
            status.to_string(),
            json!({
                "description": description_of(*status),
                "content": {
                    "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } },
                },
            }),
        );
    }
    let (id, summary) = match schema {
        Some(schema) => (
            format!("{}.{}", schema.id, operation.id),
            format!("{}: {}", schema.title, operation.summary),
        ),
        None => (operation.id.to_owned(), operation.summary.to_owned()),
    };
    json!({ "get": {
        "operationId": id,
        "summary": summary,
        "tags": [operation.tag],
        "parameters": parameters,
        "responses": responses,
    } })
}

/// The parameters that ask for fields of a layer, without those that mean something else there.
fn field_parameters(schema: &Schema, operation: &Operation) -> impl Iterator<Item = Json> {
    let fields = schema.fields.iter();
    fields
        .filter(|field| is_queryable(field) && !operation.names().any(|name| name == &*field.name))
        .map(of_layer::of_field)
}
