//! `/api/openapi.json`: the API's description (OpenAPI 3.0.3), made from what the endpoints say of
//! themselves and the layers that there are. Every layer has paths of its own, because its fields are parameters.

use schemars::Schema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value as Json, json};

use crate::atlas::layer::Layer;
use crate::atlas::model::budget::{Budget, spend};
use crate::atlas::model::schema::{Field, FieldType};
use crate::http::kit::answer;
use crate::http::kit::endpoint::Fixed;
use crate::http::kit::escape::escaped_segment;
use crate::http::kit::json_schema::value_schema;
use crate::http::kit::operation::{Asked, Describe, Operation};
use crate::http::kit::parameters::{Named, in_query};
use crate::http::kit::params::{Params, Reader};
use crate::http::kit::problem::{self, KINDS, OF_ANY_REQUEST};
use crate::http::kit::representation::{OPENAPI, encodings};
use crate::http::kit::request::Request;

/// The API's description.
pub static DESCRIPTION: Fixed = Fixed {
    operation: Operation {
        path: "/api/openapi.json",
        id: "getOpenApi",
        summary: "The API's definition for programs (OpenAPI 3.0)",
        tag: "Capabilities",
        representations: &[OPENAPI],
        ..Operation::READS
    },
    answer: |app, asked| {
        let document = document(&app.described, asked);
        let media = asked.representation.media;
        Ok(answer::untagged(media, answer::json(&document)))
    },
};

/// Under which all described paths stand; it is the document's server.
pub const ROOT: &str = "/api";

fn document(described: &[&'static dyn Describe], asked: &Asked<'_>) -> Json {
    let mut paths = Map::new();
    let mut shared = Map::new();
    let mut schemas = schemas_of_answers();
    for describe in described {
        let operation = describe.operation();
        let path = match operation.path.strip_prefix(ROOT) {
            Some("") | None => "/",
            Some(path) => path,
        };
        let mut add = |path: String, layer: Option<&Layer>| {
            let parameters = parameters(*describe, asked, layer, &mut shared);
            paths.entry(path).or_insert_with(|| json!({}))[operation.method.facts().1] =
                entry(operation, layer, &parameters, &mut schemas);
        };
        if path.contains("{layer}") {
            for layer in asked.atlas.layers() {
                let id = escaped_segment(&layer.schema().id);
                add(path.replace("{layer}", &id), Some(layer));
            }
        } else {
            add(path.to_owned(), None);
        }
    }
    problem::schema(&mut schemas);
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
        "servers": [{ "url": format!("{}{ROOT}", asked.request.base) }],
        "tags": tags,
        "paths": paths,
        "components": {
            "parameters": shared,
            "schemas": schemas.take_definitions(true),
            "headers": headers_there_are(),
        },
    })
}

/// Collects the schemas of what is answered, as OpenAPI 3.0 has them.
fn schemas_of_answers() -> SchemaGenerator {
    let settings = SchemaSettings::openapi3().for_serialize();
    let settings = settings.with_transform(RecursiveTransform(tidy));
    settings.into_generator()
}

/// Leaves of a schema what clients can use: a member that may be left out is never null, how wide a number is in memory and
/// how a comment is broken into lines is nobody's business, members may be added, and an enumeration is a list of values.
fn tidy(schema: &mut Schema) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &String| {
        let mut all = required.as_array().into_iter().flatten();
        all.any(|own| own == name)
    };
    let properties = schema.get_mut("properties");
    let properties = properties.and_then(Json::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if let (false, Some(property)) = (is_required(name), property.as_object_mut()) {
            property.remove("nullable");
        }
    }
    if let Some(Json::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    if schema.get("additionalProperties") == Some(&Json::Bool(false)) {
        schema.remove("additionalProperties");
    }
    let kind = schema.get("type").and_then(Json::as_str);
    if matches!(kind, Some("integer" | "number")) {
        schema.remove("format");
        schema.remove("maximum");
    }
    let variants = schema.get("oneOf").and_then(Json::as_array);
    let values = |all: &Vec<Json>| {
        let values = all
            .iter()
            .map(|own| Some(own["enum"].as_array()?.as_slice()));
        values.collect::<Option<Vec<_>>>().map(|all| all.concat())
    };
    if let Some(values) = variants.and_then(values) {
        schema.remove("oneOf");
        schema.insert("type".into(), "string".into());
        schema.insert("enum".into(), values.into());
    }
}

/// The headers that say something of an answer.
fn headers_there_are() -> Json {
    let text =
        |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "ETag": text("What tells the answer from others; with If-None-Match, an answer that the client has is not sent again."),
        "Content-Crs": text("The coordinate reference system of the features, between < and >."),
        "Content-Disposition": text("What the file is called."),
        "Link": text("The next page and the texts of licences, where the encoding has no place for them (RFC 8288)."),
        "Bordermap-Warning": text("What whoever asks should know, where the encoding has no place for it."),
        "Location": text("The address of the answer."),
        "Retry-After": { "description": "Seconds after which the same may be answered.", "schema": { "type": "integer", "minimum": 0 } },
    })
}

/// What describing a path costs, in nanoseconds.
const DESCRIBING_NS: u64 = 50_000;

/// The parameters of an operation: what it asks for when it reads a query without anything in it. Those that are the same
/// for all layers are put among the shared ones.
fn parameters(
    describe: &dyn Describe,
    asked: &Asked<'_>,
    layer: Option<&Layer>,
    shared: &mut Map<String, Json>,
) -> Vec<Json> {
    spend(DESCRIBING_NS);
    let operation = describe.operation();
    let id = layer.map(|layer| layer.schema().id.to_string());
    let request = Request {
        params: Params::default(),
        captures: id.into_iter().collect(),
        budget: Budget::new(u64::MAX),
        ..asked.request.clone()
    };
    let asked = Asked {
        request: &request,
        representation: &operation.representations[0],
        ..*asked
    };
    let mut read = Reader::describing(&request.params);
    describe.read_all(&asked, &mut read);
    let in_path = operation.in_path.iter().copied().map(Named::Parameter);
    let all = in_path.chain(read.known());
    all.map(|named| {
        let (key, described) = match named {
            Named::Field(field) => return of_field(field),
            Named::Parameter(own) if own.is_of_layer() => return own.described(layer),
            Named::Parameter(own) => (own.key.to_owned(), own.described(None)),
            Named::Encoding(all) => {
                let own = in_query("f", encodings(all));
                // Called after the first operation that has it so.
                let known = shared.iter().find(|(_, known)| **known == own);
                let key = known.map(|(key, _)| key.clone());
                (key.unwrap_or_else(|| format!("f.{}", operation.id)), own)
            }
        };
        let reference = json!({ "$ref": format!("#/components/parameters/{key}") });
        shared.entry(key).or_insert(described);
        reference
    })
    .collect()
}

/// One operation's entry, for one layer if the path has a layer in it.
fn entry(
    operation: &Operation,
    layer: Option<&Layer>,
    parameters: &[Json],
    schemas: &mut SchemaGenerator,
) -> Json {
    let schema = layer.map(Layer::schema);
    let mut content = Map::new();
    for representation in operation.representations {
        let schema = (representation.schema)(schemas);
        let media = representation.described_media().to_owned();
        content.insert(media, json!({ "schema": schema }));
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
    let kind = KINDS.iter().find(|(_, own, _)| *own == status);
    let mut response = json!({
        "description": kind.map_or("An error", |(_, _, title)| *title),
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

/// The parameter that asks for a field's values. Its schema is that of the queryable (19-079r2 §7);
/// repeated, it asks for any of several.
fn of_field(field: &Field) -> Json {
    let mut schema = value_schema(field);
    if field.kind == FieldType::Integer {
        schema.insert("format".into(), "int64".into());
    }
    let mut told = json!({
        "explode": true,
        "description": format!("{} Repeated: any of the values.", field.description).trim_start(),
        "schema": schema,
    });
    if let Some(value) = field.values.first() {
        told["example"] = json!(value);
    }
    in_query(&field.name, told)
}
