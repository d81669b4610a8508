//! What tiles are made of: one layer, or several that together are the dataset.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::atlas::Atlas;
use crate::atlas::geo::position::Bounds;
use crate::atlas::geo::tiling::{TileMatrixLimits, TileMatrixSet, ZOOM_MAX};
use crate::atlas::layer::Layer;
use crate::atlas::model::refusal::Code;
use crate::atlas::model::schema::Schema;
use crate::atlas::query::question::ItemsQuery;
use crate::http::kit::link;
use crate::http::kit::operation::Asked;
use crate::http::kit::page::Frame;
use crate::http::kit::parameters::Parameter;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::selection;

/// What tiles are made of.
pub struct Source<'a> {
    /// The layers, in the order in which they lie over each other.
    pub layers: Vec<&'a Arc<Layer>>,
    /// The path whose tiles they are.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// The schema whose fields can be asked for.
    schema: &'a Schema,
    /// Whether it is all of a layer, rather than layers of the dataset.
    is_layer: bool,
}

/// Which source a path has.
#[derive(Clone, Copy)]
pub enum Of {
    /// The layer in the path.
    Layer,
    /// All layers, or those that a parameter lists.
    Dataset,
    /// All layers.
    All,
}

/// The tiles of a zoom (17-083r4 §6.2).
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(super) struct MatrixLimits {
    /// The zoom.
    pub tile_matrix: String,
    /// The northernmost row.
    pub min_tile_row: u32,
    /// The southernmost row.
    pub max_tile_row: u32,
    /// The westernmost column.
    pub min_tile_col: u32,
    /// The easternmost column.
    pub max_tile_col: u32,
}

/// `collections`.
static COLLECTIONS: Parameter = Parameter::query("collections", || {
    json!({
        "description": "Layers, from the lowest to the topmost, by their ids or addresses; all if left out.",
        "schema": { "type": "array", "items": { "type": "string" } },
        "example": ["provinces", "border"],
    })
});

/// `tileMatrixSetId`.
pub static TILE_MATRIX_SET_ID: Parameter = Parameter::in_path("tileMatrixSetId", || {
    json!({
        "description": "The grid that tiles lie in.",
        "schema": { "type": "string", "enum": TileMatrixSet::ALL.map(TileMatrixSet::id) },
        "example": "WebMercatorQuad",
    })
});

impl<'a> Source<'a> {
    /// The source that a request names.
    ///
    /// # Errors
    /// [`Problem::NoSuchLayer`]; what is wrong with parameters is a fault in `read`.
    pub fn find(of: Of, asked: &Asked<'a>, read: &mut Reader<'a>) -> Result<Self, Problem> {
        match of {
            Of::Layer => asked.layer().map(Self::layer),
            Of::Dataset => Ok(Self::dataset(asked, read)),
            Of::All => Ok(Self::whole(asked.atlas)),
        }
    }

    fn layer(layer: &'a Arc<Layer>) -> Self {
        let schema = layer.schema();
        Self {
            layers: vec![layer],
            path: link::layer_path(schema),
            title: schema.title.clone(),
            schema,
            is_layer: true,
        }
    }

    /// All layers, or those that `collections` lists, in its order (20-057
    /// /req/collections-selection).
    fn dataset(asked: &Asked<'a>, read: &mut Reader<'a>) -> Self {
        let Asked { request, atlas, .. } = *asked;
        let whole = Self::whole(atlas);
        let Some(list) = read.one(&COLLECTIONS) else {
            return whole;
        };
        let path = format!("{}/api/collections/", request.base);
        let mut layers: Vec<&Arc<Layer>> = Vec::new();
        for name in list.split(',') {
            // Its address is a layer's name too.
            match atlas.layer(name.strip_prefix(&path).unwrap_or(name)) {
                Some(layer) if layers.iter().any(|own| Arc::ptr_eq(own, layer)) => {}
                Some(layer) => layers.push(layer),
                None => read.fault("collections", name, Code::UnknownLayer, known(atlas)),
            }
        }
        Self { layers, ..whole }
    }

    fn whole(atlas: &'a Atlas) -> Self {
        Self {
            layers: atlas.layers().collect(),
            path: "/api".into(),
            title: "All layers".into(),
            schema: &selection::FIELDLESS,
            is_layer: false,
        }
    }

    /// Reads what selects features.
    pub fn selection(&self, read: &mut Reader<'a>) -> ItemsQuery {
        selection::of(read, self.schema)
    }

    /// The box around all that there is; `None` without any place.
    pub fn extent(&self) -> Option<Bounds> {
        let boxes = self.layers.iter().filter_map(|layer| layer.extent());
        boxes.reduce(Bounds::with)
    }

    /// Whom to name where it is shown.
    pub fn attribution(&self) -> String {
        let mut all: Vec<&str> = Vec::new();
        for layer in &self.layers {
            let own = layer.schema().attribution.as_str();
            if !own.is_empty() && !all.contains(&own) {
                all.push(own);
            }
        }
        all.join(" ")
    }

    /// The frame of a page about its tiles, all or those in a set.
    pub fn frame(&self, base: &str, title: &str, set: Option<&str>, json: String) -> Frame {
        let tiles = format!("{}/tiles", self.path);
        let tileset = set.map(|set| (format!("{tiles}/{set}"), set));
        let mut crumbs = Vec::new();
        if self.is_layer {
            crumbs.push(("/api/collections", "Layers"));
            crumbs.push((self.path.as_str(), self.title.as_str()));
        }
        crumbs.push((tiles.as_str(), "Vector tiles"));
        crumbs.extend(tileset.as_ref().map(|(path, set)| (path.as_str(), *set)));
        Frame::new(base, title, &crumbs, Some(json))
    }

    /// The tiles of a zoom that can have something in them.
    pub fn limits(&self, set: TileMatrixSet, zoom: u8) -> TileMatrixLimits {
        set.limits(zoom, self.extent())
    }
}

fn known(atlas: &Atlas) -> String {
    let ids: Vec<&str> = atlas.layers().map(|layer| &*layer.schema().id).collect();
    format!("it is a list of layers, of {}", ids.join(", "))
}

/// The tile matrix set that a path names.
///
/// # Errors
/// [`Problem::NoSuchTileMatrixSet`].
pub(super) fn set_called(name: &str) -> Result<TileMatrixSet, Problem> {
    TileMatrixSet::of_id(name).ok_or_else(|| Problem::NoSuchTileMatrixSet {
        name: name.chars().take(100).collect(),
        known: TileMatrixSet::ALL.map(TileMatrixSet::id).join(" and "),
    })
}

/// The tiles of each zoom that can have something in them.
pub(super) fn limits(source: &Source<'_>, set: TileMatrixSet) -> Vec<MatrixLimits> {
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
