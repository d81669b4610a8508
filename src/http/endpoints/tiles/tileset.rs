//! `…/tiles/{tileMatrixSetId}`: what a tileset is, as OGC 17-083r4 §7 has it, as TileJSON, or as a page.

use askama::Template;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::atlas::geo::position::Bounds;
use crate::atlas::geo::tiling::{TileMatrixSet, ZOOM_MAX};
use crate::atlas::layer::Layer;
use crate::atlas::model::refusal::Code;
use crate::atlas::model::schema::{Field, FieldType, GeometryKind};
use crate::atlas::products::tiles::shown_fields;
use crate::http::endpoints::tiles::matrix_sets::{facts, href};
use crate::http::endpoints::tiles::source::{
    MatrixLimits, Of, Source, TILE_MATRIX_SET_ID, limits, set_called,
};
use crate::http::endpoints::tiles::tilejson::{TileJson, tilejson};
use crate::http::kit::answer;
use crate::http::kit::component::component;
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed};
use crate::http::kit::json_schema::value_schema;
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::{HTML, JSON, Representation};
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
    path: "/api/collections/{layer}/tiles/{tileMatrixSetId}",
    id: "collection.vector.getTileSet",
    summary: "A tileset of what the filters select of the layer; f=tilejson for maps, of WebMercatorQuad alone",
    tag: "Tiles",
    in_path: &[&TILE_MATRIX_SET_ID],
    representations: &[
        Representation {
            schema: tileset_schema,
            ..JSON
        },
        HTML,
        TILEJSON,
    ],
    statuses: &[400, 404, 406],
    ..Operation::READS
};

/// One of the dataset.
pub static OF_DATASET: Tileset = Tileset {
    of: Of::Dataset,
    operation: Operation {
        path: "/api/tiles/{tileMatrixSetId}",
        id: "dataset.vector.getTileSet",
        summary: "A tileset of several layers; f=tilejson for maps, of WebMercatorQuad alone",
        ..GET_TILESET
    },
};

/// TileJSON has no media type that clients ask for.
const TILEJSON: Representation = Representation {
    names: &["tilejson"],
    media: link::JSON,
    accepted_as: &[],
    schema: tileset_schema,
};

/// The reference system of boxes: longitude and latitude on WGS84.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// A tileset (OGC 17-083r4 §7).
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "tileSetMetadata")]
pub(super) struct Metadata {
    title: String,
    #[schemars(extend("enum" = ["vector"]))]
    data_type: &'static str,
    crs: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tile_matrix_set_id: Option<&'static str>,
    #[serde(rename = "tileMatrixSetURI")]
    tile_matrix_set_uri: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_types: Option<[&'static str; 1]>,
    tile_matrix_set_limits: Vec<MatrixLimits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<Vec<TileLayer>>,
    links: Vec<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounding_box: Option<BoundingBox>,
}

/// A layer of a tileset, with the properties that its features have in tiles.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct TileLayer {
    id: String,
    title: String,
    description: String,
    #[schemars(extend("enum" = ["vector"]))]
    data_type: &'static str,
    min_tile_matrix: &'static str,
    max_tile_matrix: String,
    #[schemars(with = "Map<String, Json>")]
    properties_schema: Json,
    links: [Link; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry_dimension: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounding_box: Option<BoundingBox>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct BoundingBox {
    lower_left: [f64; 2],
    upper_right: [f64; 2],
    crs: &'static str,
}

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

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let source = Source::find(self.of, asked, read)?;
        source.selection(read);
        let set = set_called(asked.request.captures.last().map_or("", String::as_str))?;
        if asked.representation.is(&TILEJSON) && set != TileMatrixSet::WebMercatorQuad {
            let detail = "TileJSON describes tiles of WebMercatorQuad alone";
            read.fault("f", "tilejson", Code::NotForFormat, detail);
        }
        Ok(Ok((source, set)))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, (source, set): Self::Question<'_>) -> Answered {
        let here = Here {
            request: asked.request,
            path: format!("{}/tiles/{}", source.path, set.id()),
        };
        let body = if asked.representation.is_html() {
            page(&source, set, &here)?
        } else if asked.representation.is(&TILEJSON) {
            answer::json(&tilejson(&source, here.template(["z", "y", "x"])))
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

/// A tileset of either kind: in JSON it is one of these.
fn tileset_schema(all: &mut SchemaGenerator) -> Schema {
    let either = [
        all.subschema_for::<Metadata>(),
        all.subschema_for::<TileJson>(),
    ];
    component(all, "tileSet", json!({ "anyOf": either }))
}

impl Metadata {
    /// What is known of a tileset wherever it is told.
    pub fn new(source: &Source<'_>, set: TileMatrixSet, links: Vec<Link>) -> Self {
        let facts = facts(set);
        Self {
            title: format!("{}: {}", source.title, facts.title),
            data_type: "vector",
            crs: facts.crs,
            tile_matrix_set_id: None,
            tile_matrix_set_uri: facts.uri,
            attribution: None,
            media_types: None,
            tile_matrix_set_limits: limits(source, set),
            layers: None,
            links,
            bounding_box: None,
        }
    }
}

fn document(source: &Source<'_>, set: TileMatrixSet, here: &Here<'_>) -> Metadata {
    let layers = source.layers.iter();
    Metadata {
        attribution: Some(source.attribution()),
        media_types: Some([link::MVT]),
        layers: Some(layers.map(|layer| described(layer, here)).collect()),
        bounding_box: source.extent().map(BoundingBox::of),
        ..Metadata::new(source, set, links(source, set, here))
    }
}

impl BoundingBox {
    fn of(extent: Bounds) -> Self {
        let [west, south, east, north] = extent.sides();
        Self {
            lower_left: [west, south],
            upper_right: [east, north],
            crs: CRS84,
        }
    }
}

/// A layer of the tileset, with the properties that its features have in tiles.
fn described(layer: &Layer, here: &Here<'_>) -> TileLayer {
    let schema = layer.schema();
    let fields = shown_fields(schema).into_iter();
    let fields = fields.map(|at| &schema.fields[at]);
    let fields = fields.map(|field| (field.name.to_string(), property(field)));
    let id = ("id".to_owned(), json!({ "type": "string" }));
    let properties: Map<String, Json> = [id].into_iter().chain(fields).collect();
    TileLayer {
        id: schema.id.to_string(),
        title: schema.title.clone(),
        description: schema.description.clone(),
        data_type: "vector",
        min_tile_matrix: "0",
        max_tile_matrix: ZOOM_MAX.to_string(),
        properties_schema: json!({ "type": "object", "properties": properties }),
        links: [Link::to_layer(&here.request.base, schema)],
        geometry_dimension: match schema.geometry {
            GeometryKind::Point => Some(0),
            GeometryKind::Line => Some(1),
            GeometryKind::Polygon => Some(2),
            GeometryKind::Any => None,
        },
        bounding_box: layer.extent().map(BoundingBox::of),
    }
}

/// A field as tiles have it: a list or an object is text there.
fn property(field: &Field) -> Json {
    let mut property = match field.kind {
        FieldType::Json => Map::from_iter([("type".to_owned(), json!("string"))]),
        _ => value_schema(field),
    };
    property.insert("title".into(), field.title.as_str().into());
    property.into()
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
