//! `/api/collections/{layer}/schema`, `…/queryables` and `…/sortables`: a layer's properties as JSON
//! Schema, all of them, those to ask for and those to order by (OGC 23-058r2, 19-079r2).

use askama::Template;

use crate::atlas::model::schema::{Field, Schema};
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed, page_or_json};
use crate::http::kit::json_schema::{self, SchemaKind};
use crate::http::kit::link;
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::Frame;
use crate::http::kit::params::Reader;
use crate::http::kit::representation::{HTML, Representation};
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
            path,
            id,
            summary,
            tag: "Layers",
            representations: &[JSON_SCHEMA, HTML],
            statuses: &[400, 404, 406],
            ..Operation::READS
        },
    }
}

const JSON_SCHEMA: Representation = Representation {
    names: &["json"],
    media: json_schema::MEDIA,
    accepted_as: &[json_schema::MEDIA, "application/json"],
    schema: json_schema::described,
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

    fn read<'a>(&self, asked: &Asked<'a>, _: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        Ok(Ok(&**asked.layer()?.schema()))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, schema: Self::Question<'_>) -> Answered {
        let (base, kind) = (&asked.request.base, self.kind);
        let path = link::layer_path(schema);
        let here = format!("{path}/{}", kind.segment());
        let id = format!("{base}{here}");
        page_or_json(
            asked,
            || {
                let crumbs = [
                    ("/api/collections", "Layers"),
                    (path.as_str(), schema.title.as_str()),
                    (here.as_str(), kind.segment()),
                ];
                let title = format!("{}: {}", schema.title, kind.segment());
                let fields = schema.fields.iter();
                Page {
                    frame: Frame::of_document(base, &title, &crumbs),
                    schema,
                    kind,
                    fields: fields.filter(|field| kind.has(field)).collect(),
                    has_geometry: kind != SchemaKind::Sortables,
                }
            },
            || json_schema::document(schema, kind, &id),
        )
    }
}
