//! The parameters that several endpoints read: what each is called, what it means and takes. What only one reads stands
//! with it.
//!
//! The API's description lists what reading asks for ([`Reader`](crate::http::kit::params::Reader)), so that nothing is
//! read that is not described.

pub mod selecting;

use serde_json::{Value as Json, json};

use crate::atlas::geo::crs::Crs;
use crate::atlas::layer::Layer;
use crate::atlas::model::schema::Field;
use crate::atlas::query::question::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::format::view::PlaceColumns;
use crate::http::kit::representation::Representation;
use crate::http::kit::systems::systems;

/// A parameter of a query or of a path.
pub struct Parameter {
    /// What it is called among the components of the API's description.
    pub key: &'static str,
    /// Its name.
    pub name: &'static str,
    is_in_path: bool,
    told: Told,
}

/// The members that a parameter has in the API's description, besides its name and place.
enum Told {
    /// The same everywhere.
    Everywhere(fn() -> Json),
    /// Otherwise for every layer.
    OfLayer(fn(&Layer) -> Json),
}

impl Parameter {
    /// A parameter of a query; it may be left out and stands there once, unless `told` says otherwise.
    pub const fn query(name: &'static str, told: fn() -> Json) -> Self {
        Self {
            key: name,
            name,
            is_in_path: false,
            told: Told::Everywhere(told),
        }
    }

    /// A parameter of a path.
    pub const fn in_path(name: &'static str, told: fn() -> Json) -> Self {
        Self {
            is_in_path: true,
            ..Self::query(name, told)
        }
    }

    /// The same under another name among the components.
    #[must_use]
    pub const fn keyed(self, key: &'static str) -> Self {
        Self { key, ..self }
    }

    /// Whether every layer has it otherwise.
    pub fn is_of_layer(&self) -> bool {
        matches!(self.told, Told::OfLayer(_))
    }

    /// As OpenAPI has it, for a layer if it is one's own.
    pub fn described(&self, layer: Option<&Layer>) -> Json {
        let told = match self.told {
            Told::Everywhere(told) => told(),
            Told::OfLayer(told) => layer.map(told).unwrap_or_default(),
        };
        if self.is_in_path {
            let place = json!({ "name": self.name, "in": "path", "required": true });
            return joined(place, told);
        }
        in_query(self.name, told)
    }
}

/// A parameter of a query, as OpenAPI has it, with these members.
pub fn in_query(name: &str, told: Json) -> Json {
    let place = json!({
        "name": name, "in": "query", "required": false, "style": "form", "explode": false,
    });
    joined(place, told)
}

/// The members of both; those of the second go before.
fn joined(mut all: Json, told: Json) -> Json {
    if let (Some(all), Json::Object(told)) = (all.as_object_mut(), told) {
        all.extend(told);
    }
    all
}

/// What stands in a query.
#[derive(Clone, Copy)]
pub enum Named<'a> {
    /// A parameter.
    Parameter(&'static Parameter),
    /// A field of the layer, whose name asks for its values.
    Field(&'a Field),
    /// `f`, which chooses among these.
    Encoding(&'static [Representation]),
}

impl<'a> Named<'a> {
    /// Its name.
    pub fn name(self) -> &'a str {
        match self {
            Self::Parameter(parameter) => parameter.name,
            Self::Field(field) => &field.name,
            Self::Encoding(_) => "f",
        }
    }
}

impl From<&'static Parameter> for Named<'_> {
    fn from(parameter: &'static Parameter) -> Self {
        Self::Parameter(parameter)
    }
}

impl<'a> From<&'a Field> for Named<'a> {
    fn from(field: &'a Field) -> Self {
        Self::Field(field)
    }
}

/// `csv-geometry`.
pub static CSV_GEOMETRY: Parameter = Parameter::query("csv-geometry", || {
    json!({
        "description": "With f=csv: whether the columns lon and lat say where a feature is, or one column, geometry, as \
            well-known text. Without it: lon and lat where the layer is one of single points, otherwise well-known text.",
        "schema": { "type": "string", "enum": PlaceColumns::ALL.map(|(_, name, _)| name) },
    })
});

/// `safe`.
pub static SAFE: Parameter = Parameter::query("safe", || {
    json!({
        "description": "With f=csv: whether an apostrophe is put before a text that begins with =, +, -, @, a tab or a \
            carriage return, so that no spreadsheet takes it for a formula. Numbers stay as they are; an import takes it \
            away.",
        "schema": { "type": "boolean", "default": false },
        "example": false,
    })
});

/// `limit`.
pub static LIMIT: Parameter = Parameter::query("limit", || {
    json!({
        "description": "Features on a page. More than the maximum is taken as the maximum.",
        "schema": { "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT },
        "example": 10,
    })
});

/// `limit` of a file.
pub static LIMIT_EXPORT: Parameter = Parameter::query("limit", || {
    json!({
        "description": "Features in the file; all if left out.",
        "schema": { "type": "integer", "minimum": 1 },
        "example": 10,
    })
})
.keyed("limitExport");

/// `cursor`, without an example: only a next link has one that is good.
pub static CURSOR: Parameter = Parameter::query("cursor", || {
    json!({
        "description": "Where the page before this one ended, as its next link has it.",
        "schema": { "type": "string" },
    })
});

/// `count`.
pub static COUNT: Parameter = Parameter::query("count", || {
    json!({
        "description": "Whether to say how many match in all.",
        "schema": { "type": "boolean", "default": true },
        "example": true,
    })
});

/// `explain`.
pub static EXPLAIN: Parameter = Parameter::query("explain", || {
    json!({
        "description": "Whether to say how the answer was found: `driver` (ids, time, place or columns: what led to the \
            features), `index` (the conditions asked of the indexes), how many were left to be `tested` by columns, by text \
            searches or by reading features, `parts` of the layer that were asked, `nodes` of a tree that were looked at, \
            `candidates` that were looked at one by one, and how many features were counted or taken `whole`, without a look.",
        "schema": { "type": "boolean", "default": false },
        "example": true,
    })
});

/// `sortby`.
pub static SORTBY: Parameter = Parameter::query("sortby", || {
    json!({
        "description": "In this order: properties of the sortables, each perhaps with - before it to go down. Features \
            without a value come last, ties are by id. With near the distance is told and does not order.",
        "schema": { "type": "array", "minItems": 1, "items": { "type": "string", "pattern": "^[+-]?[^+\\-\\s].*$" } },
        "example": ["-id"],
    })
});

/// The id of a feature, in the path.
pub static ID: Parameter = Parameter {
    is_in_path: true,
    ..of_layer("id", |layer| {
        let mut told =
            json!({ "description": "The feature's id.", "schema": { "type": "string" } });
        if let Some(first) = layer.features().next() {
            told["example"] = json!(first.id());
        }
        told
    })
};

/// The coordinate reference system of what is answered.
pub static CRS: Parameter = of_layer("crs", |layer| {
    let systems: Vec<&str> = systems(layer).map(Crs::uri).collect();
    json!({
        "description": "The coordinate reference system of the features, whose coordinates are then in the order of \
            its axes, metres to the millimetre. GeoPackage and FlatGeobuf have east before north whatever \
            its axes; files that are not GeoJSON nor one of these have longitude and latitude only.",
        "schema": { "type": "string", "format": "uri", "default": Crs::Crs84.uri(), "enum": systems },
        "example": systems.last(),
    })
});

/// The properties that features are shown with.
pub static PROPERTIES: Parameter = of_layer("properties", |layer| {
    let fields = layer.schema().fields.iter();
    let names: Vec<&str> = fields.map(|field| &*field.name).collect();
    let mut told = json!({
        "description": "Only these properties of the features.",
        "schema": { "type": "array", "items": { "type": "string" } },
    });
    // An empty list of values is no schema.
    if let Some(first) = names.first() {
        told["example"] = json!([first]);
        told["schema"]["items"]["enum"] = json!(names);
    }
    told
});

/// A parameter of a query that every layer has otherwise.
const fn of_layer(name: &'static str, told: fn(&Layer) -> Json) -> Parameter {
    Parameter {
        key: name,
        name,
        is_in_path: false,
        told: Told::OfLayer(told),
    }
}
