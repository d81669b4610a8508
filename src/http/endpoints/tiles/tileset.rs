//! `…/tiles/{tileMatrixSetId}`: what a tileset is, as OGC 17-083r4 §7 has it, as TileJSON, or as a page.

use askama::Template;
use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use crate::atlas::geo::position::Bounds;
use crate::atlas::geo::tiling::{TileMatrixSet, ZOOM_MAX};
use crate::atlas::layer::Layer;
use crate::atlas::model::refusal::Code;
use crate::atlas::model::schema::{FieldType, GeometryKind};
use crate::atlas::products::tiles::shown_fields;
use crate::http::endpoints::tiles::matrix_sets::{facts, href};
use crate::http::endpoints::tiles::source::{MatrixLimits, Of, Source, limits, set_called};
use crate::http::endpoints::tiles::tilejson::tilejson;
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::link::{self, Link};
use crate::http::kit::negotiate::{HTML, JSON, Representation};
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::{Reader, escaped_segment};
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::server::app::App;

/// A tileset.
pub struct Tileset {
    of: Of,
    operation: Operation,
}

/// One of a layer.
pub static OF_LAYER: Tileset = Tileset {
    of: Of::Layer,
    operation: GET_TILESET,
};

const GET_TILESET: Operation = Operation {
    method: Method::Get,
    path: "/api/collections/{layer}/tiles/{tileMatrixSetId}",
    id: "collection.vector.getTileSet",
    summary: "A tileset of what the filters select of the layer; f=tilejson for maps",
    tag: "Tiles",
    parameters: &["tileMatrixSetId", "fTileset"],
    selects: Selects::FiltersAndFields,
    representations: &[JSON.of_schema("tileSet"), HTML, TILEJSON],
    statuses: &[400, 404, 406],
    headers: &[],
};

/// One of the dataset.
pub static OF_DATASET: Tileset = Tileset {
    of: Of::Dataset,
    operation: Operation {
        path: "/api/tiles/{tileMatrixSetId}",
        id: "dataset.vector.getTileSet",
        summary: "A tileset of several layers; f=tilejson for maps",
        parameters: &["tileMatrixSetId", "fTileset", "collections"],
        selects: Selects::Filters,
        ..GET_TILESET
    },
};

/// TileJSON has no media type that clients ask for.
const TILEJSON: Representation = Representation {
    names: &["tilejson"],
    media: link::JSON,
    accepted_as: &[],
    schema: "tileSet",
};

/// The reference system of boxes: longitude and latitude on WGS84.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

#[derive(Template)]
#[template(path = "tileset.html")]
struct Page<'a> {
    frame: Frame,
    set: &'static str,
    template: String,
    tilejson: Option<String>,
    layers: Vec<(&'a str, &'a str)>,
    limits: Vec<MatrixLimits>,
}

/// A tileset may be of what filters select; then its tiles are too, and all its links say so.
impl Endpoint for Tileset {
    type Question<'a> = (Source<'a>, TileMatrixSet);

    fn operation(&self) -> &Operation {
        &self.operation
    }

    fn read<'a>(
        &self,
        asked: &Asked<'a>,
        read: &mut Reader<'a>,
    ) -> Result<Late<Self::Question<'a>>, Problem> {
        let source = Source::find(self.of, asked, read)?;
        source.selection(read);
        let set = set_called(asked.request.captures.last().map_or("", String::as_str))?;
        if *asked.representation == TILEJSON && set != TileMatrixSet::WebMercatorQuad {
            let detail = "TileJSON describes tiles of WebMercatorQuad alone";
            read.fault("f", "tilejson", Code::NotForFormat, detail);
        }
        Ok(Ok((source, set)))
    }

    fn answer(
        &self,
        _: &App,
        asked: &Asked<'_>,
        (source, set): Self::Question<'_>,
    ) -> Result<Response, Problem> {
        let here = Here {
            request: asked.request,
            path: format!("{}/tiles/{}", source.path, set.id()),
        };
        let body = if asked.representation.is_html() {
            page(&source, set, &here)?
        } else if *asked.representation == TILEJSON {
            answer::json(&tilejson(&source, &here.template(["z", "y", "x"])))
        } else {
            answer::json(&document(&source, set, &here))
        };
        Ok(answer::untagged(asked.representation.media, body))
    }
}

/// Where a tileset is, with what selects its features.
struct Here<'a> {
    request: &'a Request,
    path: String,
}

impl Here<'_> {
    /// The tileset's own address, in an encoding if it is named.
    fn href(&self, f: Option<&str>) -> String {
        let query = self.request.params.with(&["f"], &[("f", f)]);
        format!("{}{}{query}", self.request.base, self.path)
    }

    /// The address of its tiles, with variables for zoom, row and column.
    fn template(&self, [zoom, row, column]: [&str; 3]) -> String {
        let query = self.request.params.with(&["f"], &[]);
        let start = format!("{}{}", self.request.base, self.path);
        format!("{start}/{{{zoom}}}/{{{row}}}/{{{column}}}{query}")
    }

    /// The same with the names that the standard gives them.
    fn ogc_template(&self) -> String {
        self.template(["tileMatrix", "tileRow", "tileCol"])
    }
}

fn page(source: &Source<'_>, set: TileMatrixSet, here: &Here<'_>) -> Result<Vec<u8>, Problem> {
    let title = format!("{}: vector tiles in {}", source.title, set.id());
    let is_mercator = set == TileMatrixSet::WebMercatorQuad;
    let json = here.href(Some("json"));
    page::render(&Page {
        frame: source.frame(&here.request.base, &title, Some(set.id()), json),
        set: set.id(),
        template: here.ogc_template(),
        tilejson: is_mercator.then(|| here.href(Some("tilejson"))),
        layers: source
            .layers
            .iter()
            .map(|layer| (&*layer.schema().id, layer.schema().title.as_str()))
            .collect(),
        limits: limits(source, set),
    })
}

fn document(source: &Source<'_>, set: TileMatrixSet, here: &Here<'_>) -> Json {
    let facts = facts(set);
    let mut document = json!({
        "title": format!("{}: {}", source.title, facts.title),
        "dataType": "vector",
        "crs": facts.crs,
        "tileMatrixSetURI": facts.uri,
        "attribution": source.attribution(),
        "mediaTypes": [link::MVT],
        "tileMatrixSetLimits": limits(source, set),
        "layers": source.layers.iter().map(|layer| described(layer, here)).collect::<Vec<_>>(),
        "links": links(source, set, here),
    });
    if let Some(extent) = source.extent() {
        document["boundingBox"] = bounding_box(extent);
    }
    document
}

fn bounding_box(extent: Bounds) -> Json {
    let [west, south, east, north] = extent.sides();
    json!({ "lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84 })
}

/// A layer of the tileset, with the properties that its features have in tiles.
fn described(layer: &Layer, here: &Here<'_>) -> Json {
    let schema = layer.schema();
    let mut properties = Map::new();
    properties.insert("id".into(), json!({ "type": "string" }));
    for field in shown_fields(schema)
        .into_iter()
        .map(|at| &schema.fields[at])
    {
        let (kind, format) = match field.kind {
            FieldType::Integer => ("integer", None),
            FieldType::Number => ("number", None),
            FieldType::Boolean => ("boolean", None),
            FieldType::Date => ("string", Some("date")),
            FieldType::Datetime => ("string", Some("date-time")),
            FieldType::String | FieldType::Json => ("string", None),
        };
        let mut property = json!({ "type": kind, "title": field.title });
        if let Some(format) = format {
            property["format"] = json!(format);
        }
        if !field.values.is_empty() {
            property["enum"] = json!(field.values);
        }
        properties.insert(field.name.to_string(), property);
    }
    let href = format!(
        "{}/api/collections/{}",
        here.request.base,
        escaped_segment(&schema.id)
    );
    let collection = Link::new("collection", link::JSON, href, schema.title.clone());
    let mut described = json!({
        "id": schema.id,
        "title": schema.title,
        "description": schema.description,
        "dataType": "vector",
        "minTileMatrix": "0",
        "maxTileMatrix": ZOOM_MAX.to_string(),
        "propertiesSchema": { "type": "object", "properties": properties },
        "links": [collection],
    });
    let dimension = match schema.geometry {
        GeometryKind::Point => Some(0),
        GeometryKind::Line => Some(1),
        GeometryKind::Polygon => Some(2),
        GeometryKind::Any => None,
    };
    if let Some(dimension) = dimension {
        described["geometryDimension"] = json!(dimension);
    }
    if let Some(extent) = layer.extent() {
        described["boundingBox"] = bounding_box(extent);
    }
    described
}

fn links(source: &Source<'_>, set: TileMatrixSet, here: &Here<'_>) -> Vec<Link> {
    let mut links = vec![
        Link::new("self", link::JSON, here.href(None), "This tileset"),
        Link::new(
            "alternate",
            link::HTML,
            here.href(Some("html")),
            "This tileset as a page",
        ),
        Link::template("item", link::MVT, here.ogc_template(), "The tiles"),
        Link::new(
            link::TILING_SCHEME,
            link::JSON,
            href(&here.request.base, set),
            "Its tile matrix set",
        ),
    ];
    if set == TileMatrixSet::WebMercatorQuad {
        let tilejson = here.href(Some("tilejson"));
        links.push(Link::new(
            "describedby",
            link::JSON,
            tilejson,
            "This tileset as TileJSON 3.0, for MapLibre and others",
        ));
    }
    if let [layer] = source.layers.as_slice() {
        links.extend(link::licences(layer.schema()));
    }
    links
}
