//! `/api/tileMatrixSets` and `/api/tileMatrixSets/{id}`: the grids that tiles lie in, as OGC 17-083r4
//! defines them (annex D).

use std::f64::consts::PI;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use crate::atlas::geo::position::WGS84_A_M;
use crate::atlas::geo::tiling::TileMatrixSet;
use crate::http::endpoints::tiles::source::{TILE_MATRIX_SET_ID, set_called};
use crate::http::kit::endpoint::{Answered, Endpoint, Fixed, Parsed, page_or_json};
use crate::http::kit::link::{self, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page::Frame;
use crate::http::kit::params::Reader;
use crate::http::kit::representation::{HTML, JSON};
use crate::http::server::app::App;

/// The list.
pub static LIST: Fixed = Fixed {
    operation: Operation {
        path: "/api/tileMatrixSets",
        id: "getTileMatrixSetsList",
        summary: "The grids that tiles lie in",
        tag: "Tiles",
        representations: &[JSON.of::<Sets>(), HTML],
        ..Operation::READS
    },
    answer: list,
};

/// One of them.
pub struct OneTileMatrixSet;

static ONE: Operation = Operation {
    path: "/api/tileMatrixSets/{tileMatrixSetId}",
    id: "getTileMatrixSet",
    summary: "The definition of a grid that tiles lie in",
    tag: "Tiles",
    in_path: &[&TILE_MATRIX_SET_ID],
    representations: &[JSON.of::<Definition>(), HTML],
    statuses: &[400, 404, 406],
    ..Operation::READS
};

/// Pixels that a tile is wide and high by definition; a vector tile has units instead.
const PIXELS: u32 = 256;
/// A pixel's width in the definition of scale (17-083r4 §6.2): 0.28 mm.
const PIXEL_M: f64 = 0.00028;

/// What the registry says of a set.
pub(super) struct Facts {
    pub title: &'static str,
    pub uri: &'static str,
    pub crs: &'static str,
    axes: [&'static str; 2],
    scale_set: &'static str,
    /// The north-western corner, in units of the reference system.
    origin: [f64; 2],
    /// A tile's width at zoom 0, in those units.
    width: f64,
    unit_m: f64,
    /// The highest zoom of the definition; tiles end before it.
    zoom_max: u8,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "tileMatrixSets")]
struct Sets {
    links: Vec<Link>,
    #[serde(rename = "tileMatrixSets")]
    sets: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Entry {
    id: &'static str,
    title: &'static str,
    uri: &'static str,
    crs: &'static str,
    links: Vec<Link>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "tileMatrixSet")]
struct Definition {
    id: &'static str,
    title: &'static str,
    uri: &'static str,
    crs: &'static str,
    ordered_axes: [&'static str; 2],
    well_known_scale_set: &'static str,
    tile_matrices: Vec<Matrix>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Matrix {
    id: String,
    scale_denominator: f64,
    cell_size: f64,
    corner_of_origin: &'static str,
    point_of_origin: [f64; 2],
    tile_width: u32,
    tile_height: u32,
    #[serde(rename = "matrixWidth")]
    columns: u32,
    #[serde(rename = "matrixHeight")]
    rows: u32,
}

#[derive(Template)]
#[template(path = "tile_matrix_sets.html")]
struct ListPage {
    frame: Frame,
    sets: [(&'static str, &'static str, &'static str); 2],
}

#[derive(Template)]
#[template(path = "tile_matrix_set.html")]
struct OnePage {
    frame: Frame,
    definition: Definition,
}

/// What the registry says of a set.
pub(super) fn facts(set: TileMatrixSet) -> Facts {
    match set {
        TileMatrixSet::WebMercatorQuad => Facts {
            title: "Google Maps Compatible for the World",
            uri: "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
            crs: "http://www.opengis.net/def/crs/EPSG/0/3857",
            axes: ["X", "Y"],
            scale_set: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
            origin: [-PI * WGS84_A_M, PI * WGS84_A_M],
            width: 2.0 * PI * WGS84_A_M,
            unit_m: 1.0,
            zoom_max: 24,
        },
        TileMatrixSet::WorldCrs84Quad => Facts {
            title: "CRS84 for the World",
            uri: "http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad",
            crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            axes: ["Lon", "Lat"],
            scale_set: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
            origin: [-180.0, 90.0],
            width: 180.0,
            unit_m: PI * WGS84_A_M / 180.0,
            zoom_max: 23,
        },
    }
}

/// A set's address.
pub(super) fn href(base: &str, set: TileMatrixSet) -> String {
    format!("{base}/api/tileMatrixSets/{}", set.id())
}

fn list(_: &App, asked: &Asked<'_>) -> Answered {
    let base = &asked.request.base;
    let here = format!("{base}/api/tileMatrixSets");
    page_or_json(
        asked,
        || ListPage {
            frame: Frame::of_document(
                base,
                "Tile matrix sets",
                &[("/api/tileMatrixSets", "Tile matrix sets")],
            ),
            sets: TileMatrixSet::ALL.map(|set| {
                let facts = facts(set);
                (set.id(), facts.title, facts.crs)
            }),
        },
        || {
            let entry = |set: TileMatrixSet| entry(set, &href(base, set));
            Sets {
                links: link::of_document(&here),
                sets: TileMatrixSet::ALL.map(entry).into(),
            }
        },
    )
}

fn entry(set: TileMatrixSet, href: &str) -> Entry {
    let facts = facts(set);
    Entry {
        id: set.id(),
        title: facts.title,
        uri: facts.uri,
        crs: facts.crs,
        // The standard says "self" of the whole of what is listed, the executable suite "item".
        links: ["self", "item"]
            .map(|rel| Link::new(rel, link::JSON, href.to_owned(), "The definition"))
            .into(),
    }
}

impl Endpoint for OneTileMatrixSet {
    type Question<'a> = TileMatrixSet;

    fn operation(&self) -> &Operation {
        &ONE
    }

    fn read<'a>(&self, asked: &Asked<'a>, _: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let name = asked.request.captures.first();
        set_called(name.map_or("", String::as_str)).map(Ok)
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, set: Self::Question<'_>) -> Answered {
        let base = &asked.request.base;
        page_or_json(
            asked,
            || {
                let path = href("", set);
                let crumbs = [
                    ("/api/tileMatrixSets", "Tile matrix sets"),
                    (path.as_str(), set.id()),
                ];
                OnePage {
                    frame: Frame::of_document(base, set.id(), &crumbs),
                    definition: definition(set),
                }
            },
            || definition(set),
        )
    }
}

fn definition(set: TileMatrixSet) -> Definition {
    let facts = facts(set);
    Definition {
        id: set.id(),
        title: facts.title,
        uri: facts.uri,
        crs: facts.crs,
        ordered_axes: facts.axes,
        well_known_scale_set: facts.scale_set,
        tile_matrices: (0..=facts.zoom_max)
            .map(|zoom| matrix(set, &facts, zoom))
            .collect(),
    }
}

fn matrix(set: TileMatrixSet, facts: &Facts, zoom: u8) -> Matrix {
    let cell_size = facts.width / f64::from(PIXELS) / f64::from(1_u32 << zoom);
    let [columns, rows] = set.size(zoom);
    Matrix {
        id: zoom.to_string(),
        scale_denominator: cell_size * facts.unit_m / PIXEL_M,
        cell_size,
        corner_of_origin: "topLeft",
        point_of_origin: facts.origin,
        tile_width: PIXELS,
        tile_height: PIXELS,
        columns,
        rows,
    }
}
