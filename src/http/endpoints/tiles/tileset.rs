//! `…/tiles/{tileMatrixSetId}`: what a tileset is, as OGC 17-083r4 §7 has it, as TileJSON, or as a page.

use askama::Template;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::atlas::geo::position::Bounds;
use crate::atlas::geo::tiling::{TileMatrixLimits, TileMatrixSet, ZOOM_MAX};
use crate::atlas::layer::Layer;
use crate::atlas::model::refusal::Code;
use crate::atlas::model::schema::{FieldType, GeometryKind};
use crate::atlas::products::tiles::shown_fields;
use crate::http::endpoints::tiles::matrix_sets::{facts, href};
use crate::http::endpoints::tiles::source::{Of, Source, set_called};
use crate::http::endpoints::tiles::tilejson::tilejson;
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::link::{self, Link};
use crate::http::kit::negotiate::{self, HTML, JSON, Offer};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::{Reader, escaped_segment};
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::server::app::App;

/// One of a layer.
pub const OF_LAYER: Route = Route {
    path: "/api/collections/{layer}/tiles/{tileMatrixSetId}",
    door: Door::Tried(|app, ask| tileset(app, ask, Of::Layer)),
    operation: Some(GET_TILESET),
};

const GET_TILESET: Operation = Operation {
    id: "collection.vector.getTileSet",
    summary: "A tileset of what the filters select of the layer; f=tilejson for maps",
    tag: "Tiles",
    parameters: &["tileMatrixSetId", "fTileset"],
    selects: Selects::FiltersAndFields,
    answers: &[(link::JSON, "tileSet"), (link::HTML, "html")],
    errors: &[400, 404, 406],
};

/// One of the dataset.
pub const OF_DATASET: Route = Route {
    path: "/api/tiles/{tileMatrixSetId}",
    door: Door::Tried(|app, ask| tileset(app, ask, Of::Dataset)),
    operation: Some(Operation {
        id: "dataset.vector.getTileSet",
        summary: "A tileset of several layers; f=tilejson for maps",
        parameters: &["tileMatrixSetId", "fTileset", "collections"],
        selects: Selects::Filters,
        ..GET_TILESET
    }),
};

/// TileJSON has no media type that clients ask for.
const TILEJSON: Offer = Offer {
    names: &["tilejson"],
    media: link::JSON,
    accepted_as: &[],
};
static OFFERS: [Offer; 3] = [JSON, HTML, TILEJSON];

/// The reference system of boxes: longitude and latitude on WGS84.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// The tiles of a zoom (17-083r4 §6.2).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MatrixLimits {
    tile_matrix: String,
    min_tile_row: u32,
    max_tile_row: u32,
    min_tile_col: u32,
    max_tile_col: u32,
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
fn tileset(app: &App, ask: &Ask, of: Of) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let source = Source::find(of, &atlas, ask, &mut read)?;
    source.selection(&mut read);
    let set = set_called(ask.captures.last().map_or("", String::as_str))?;
    let is_tilejson = offer.as_ref().is_ok_and(|offer| **offer == TILEJSON);
    if is_tilejson && set != TileMatrixSet::WebMercatorQuad {
        let detail = "TileJSON describes tiles of WebMercatorQuad alone";
        read.fault("f", "tilejson", Code::NotForFormat, detail);
    }
    read.finish()?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let here = Here {
        ask,
        path: format!("{}/tiles/{}", source.path, set.id()),
    };
    let body = if offer.is_html() {
        page(&source, set, &here)?
    } else if is_tilejson {
        answer::json(&tilejson(&source, &here.template(["z", "y", "x"])))
    } else {
        answer::json(&document(&source, set, &here))
    };
    Ok(answer::ok(&tag, offer.media, body))
}

/// Where a tileset is, with what selects its features.
struct Here<'a> {
    ask: &'a Ask,
    path: String,
}

impl Here<'_> {
    /// The tileset's own address, in an encoding if it is named.
    fn href(&self, f: Option<&str>) -> String {
        let query = self.ask.params.with(&["f"], &[("f", f)]);
        format!("{}{}{query}", self.ask.base, self.path)
    }

    /// The address of its tiles, with variables for zoom, row and column.
    fn template(&self, [zoom, row, column]: [&str; 3]) -> String {
        let query = self.ask.params.with(&["f"], &[]);
        let start = format!("{}{}", self.ask.base, self.path);
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
        frame: source.frame(&here.ask.base, &title, Some(set.id()), json),
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

fn limits(source: &Source<'_>, set: TileMatrixSet) -> Vec<MatrixLimits> {
    let of_zoom = |zoom: u8| {
        let TileMatrixLimits { rows, columns, .. } = source.limits(set, zoom);
        MatrixLimits {
            tile_matrix: zoom.to_string(),
            min_tile_row: *rows.start(),
            max_tile_row: *rows.end(),
            min_tile_col: *columns.start(),
            max_tile_col: *columns.end(),
        }
    };
    (0..=ZOOM_MAX).map(of_zoom).collect()
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
        here.ask.base,
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
            href(&here.ask.base, set),
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
