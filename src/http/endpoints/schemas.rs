//! `/api/collections/{layer}/schema`, `…/queryables` and `…/sortables`: a layer's properties as JSON
//! Schema, all of them, those to ask for and those to order by (OGC 23-058r2, 19-079r2).

use askama::Template;
use axum::response::Response;

use crate::atlas::model::schema::{Field, Schema};
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::json_schema::{self, SchemaKind};
use crate::http::kit::negotiate::{HTML, Representation};
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::{Reader, escaped_segment};
use crate::http::kit::problem::Problem;
use crate::http::server::app::App;

/// A layer's properties, those of a kind.
pub struct LayerProperties {
    kind: SchemaKind,
    operation: Operation,
}

/// All properties.
pub static SCHEMA: LayerProperties = properties(
    SchemaKind::Schema,
    "/api/collections/{layer}/schema",
    "getSchema",
    "The properties of its features, as JSON Schema",
);

/// Those that may be filtered by.
pub static QUERYABLES: LayerProperties = properties(
    SchemaKind::Queryables,
    "/api/collections/{layer}/queryables",
    "getQueryables",
    "The properties that filters and parameters of their own may ask for, as JSON Schema",
);

/// Those to order by.
pub static SORTABLES: LayerProperties = properties(
    SchemaKind::Sortables,
    "/api/collections/{layer}/sortables",
    "getSortables",
    "The properties that sortby may name, as JSON Schema",
);

const fn properties(
    kind: SchemaKind,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> LayerProperties {
    LayerProperties {
        kind,
        operation: Operation {
            method: Method::Get,
            path,
            id,
            summary,
            tag: "Layers",
            parameters: &["f"],
            selects: Selects::Nothing,
            representations: &[JSON_SCHEMA, HTML],
            statuses: &[400, 404, 406],
            headers: &[],
        },
    }
}

const JSON_SCHEMA: Representation = Representation {
    names: &["json"],
    media: json_schema::MEDIA,
    accepted_as: &[json_schema::MEDIA, "application/json"],
    schema: "jsonSchema",
};

#[derive(Template)]
#[template(path = "schema.html")]
struct Page<'a> {
    frame: Frame,
    schema: &'a Schema,
    kind: SchemaKind,
    fields: Vec<&'a Field>,
    has_geometry: bool,
}

impl Endpoint for LayerProperties {
    type Question<'a> = &'a Schema;

    fn operation(&self) -> &Operation {
        &self.operation
    }

    fn read<'a>(
        &self,
        asked: &Asked<'a>,
        _: &mut Reader<'a>,
    ) -> Result<Late<Self::Question<'a>>, Problem> {
        Ok(Ok(&**asked.layer()?.schema()))
    }

    fn answer(
        &self,
        _: &App,
        asked: &Asked<'_>,
        schema: Self::Question<'_>,
    ) -> Result<Response, Problem> {
        let (base, kind) = (&asked.request.base, self.kind);
        let path = format!("/api/collections/{}", escaped_segment(&schema.id));
        let here = format!("{path}/{}", kind.segment());
        let id = format!("{base}{here}");
        let body = if asked.representation.is_html() {
            let crumbs = [
                ("/api/collections", "Layers"),
                (path.as_str(), schema.title.as_str()),
                (here.as_str(), kind.segment()),
            ];
            let title = format!("{}: {}", schema.title, kind.segment());
            let fields = schema.fields.iter();
            page::render(&Page {
                frame: Frame::new(base, &title, &crumbs, Some(format!("{id}?f=json"))),
                schema,
                kind,
                fields: fields.filter(|field| kind.has(field)).collect(),
                has_geometry: kind != SchemaKind::Sortables,
            })?
        } else {
            answer::json(&json_schema::document(schema, kind, &id))
        };
        Ok(answer::untagged(asked.representation.media, body))
    }
}
