//! `/api/openapi.json`: the API's description (OpenAPI 3.0.3), made from what the endpoints say of
//! themselves and the layers that there are. Every layer has paths of its own, because its fields are parameters.

pub(crate) mod parts;

use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::atlas::model::budget::spend;
use crate::atlas::model::schema::Schema;
use crate::atlas::products::profile::LAYER_DEFAULT;
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::json_schema::is_queryable;
use crate::http::kit::negotiate::OPENAPI;
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::params::{Reader, escaped_segment};
use crate::http::kit::problem::{OF_ANY_REQUEST, Problem};
use crate::http::openapi::parts::{components, description_of, of_layer};
use crate::http::server::app::App;

/// The API's description.
pub struct Description;

static OPERATION: Operation = Operation {
    method: Method::Get,
    path: "/api/openapi.json",
    id: "getOpenApi",
    summary: "The API's definition for programs (OpenAPI 3.0)",
    tag: "Capabilities",
    parameters: &["fJson"],
    selects: Selects::Nothing,
    representations: &[OPENAPI],
    statuses: &[400, 406],
    headers: &[],
};

/// Under which all described paths stand; it is the document's server.
pub const ROOT: &str = "/api";

impl Endpoint for Description {
    type Question<'a> = ();

    fn operation(&self) -> &Operation {
        &OPERATION
    }

    fn read<'a>(
        &self,
        _: &Asked<'a>,
        _: &mut Reader<'a>,
    ) -> Result<Late<Self::Question<'a>>, Problem> {
        Ok(Ok(()))
    }

    fn answer(
        &self,
        app: &App,
        asked: &Asked<'_>,
        (): Self::Question<'_>,
    ) -> Result<Response, Problem> {
        let document = document(&app.operations, asked.atlas, &asked.request.base);
        let media = asked.representation.media;
        Ok(answer::untagged(media, answer::json(&document)))
    }
}

fn document(operations: &[&'static Operation], atlas: &Atlas, base: &str) -> Json {
    let mut paths = Map::new();
    for operation in operations {
        let path = match operation.path.strip_prefix(ROOT) {
            Some("") | None => "/",
            Some(path) => path,
        };
        let mut add = |path: String, entry: Json| {
            paths.entry(path).or_insert_with(|| json!({}))[operation.method.member()] = entry;
        };
        if path.contains("{layer}") {
            for layer in atlas.layers() {
                let path = path.replace("{layer}", &escaped_segment(&layer.schema().id));
                add(path, described(operation, Some(layer)));
            }
        } else {
            let mut entry = described(operation, None);
            if operation.has_fields()
                && let Some(layer) = atlas.layer(LAYER_DEFAULT)
                && let Some(parameters) = entry["parameters"].as_array_mut()
            {
                parameters.extend(field_parameters(layer.schema(), operation));
            }
            add(path.to_owned(), entry);
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

/// One operation's entry, for one layer if the path has a layer in it.
fn described(operation: &Operation, layer: Option<&Layer>) -> Json {
    spend(DESCRIBING_NS);
    let own = |name: &str| layer.and_then(|layer| of_layer::parameter(name, layer));
    let parameter = |name: &str| {
        own(name).unwrap_or_else(|| json!({ "$ref": format!("#/components/parameters/{name}") }))
    };
    let mut names: Vec<&str> = operation.names().collect();
    if operation.path.contains("{id}") {
        names.push("id");
    }
    let mut parameters: Vec<Json> = names.into_iter().map(parameter).collect();
    let schema = layer.map(Layer::schema);
    if operation.has_fields()
        && let Some(schema) = schema
    {
        parameters.extend(field_parameters(schema, operation));
    }
    let mut content = Map::new();
    for representation in operation.representations {
        let schema = format!("#/components/schemas/{}", representation.schema);
        let media = representation.described_media().to_owned();
        content.insert(media, json!({ "schema": { "$ref": schema } }));
    }
    let mut responses = Map::new();
    let own = ["ETag"]
        .into_iter()
        .chain(operation.headers.iter().copied());
    responses.insert(
        "200".into(),
        json!({ "description": operation.summary, "headers": headers(own), "content": content }),
    );
    responses.insert(
        "304".into(),
        json!({ "description": "The client has this already", "headers": headers(["ETag"]) }),
    );
    for status in operation.statuses.iter().chain(&OF_ANY_REQUEST) {
        responses.insert(status.to_string(), response(*status));
    }
    let (id, summary) = match schema {
        Some(schema) => (
            format!("{}.{}", schema.id, operation.id),
            format!("{}: {}", schema.title, operation.summary),
        ),
        None => (operation.id.to_owned(), operation.summary.to_owned()),
    };
    json!({
        "operationId": id,
        "summary": summary,
        "tags": [operation.tag],
        "parameters": parameters,
        "responses": responses,
    })
}

/// What is answered with a status that is no success.
fn response(status: u16) -> Json {
    if status == 303 {
        let elsewhere = "What the form asks for is elsewhere";
        return json!({ "description": elsewhere, "headers": headers(["Location"]) });
    }
    let mut response = json!({
        "description": description_of(status),
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } },
        },
    });
    if matches!(status, 429 | 503) {
        response["headers"] = headers(["Retry-After"]);
    }
    response
}

/// References to headers among the components.
fn headers(names: impl IntoIterator<Item = &'static str>) -> Json {
    let reference = |name: &str| {
        let header = json!({ "$ref": format!("#/components/headers/{name}") });
        (name.to_owned(), header)
    };
    Json::Object(names.into_iter().map(reference).collect())
}

/// The parameters that ask for fields of a layer, without those that mean something else there.
fn field_parameters(schema: &Schema, operation: &Operation) -> impl Iterator<Item = Json> {
    let fields = schema.fields.iter();
    fields
        .filter(|field| is_queryable(field) && !operation.names().any(|name| name == &*field.name))
        .map(of_layer::of_field)
}
