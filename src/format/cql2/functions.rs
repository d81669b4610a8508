//! The functions of this service's own, besides those that the language has.

use schemars::JsonSchema;
use serde::Serialize;

/// A function that filters can call, as OGC 19-079r2 §8.3 tells of it.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Function {
    /// Its name; case does not matter.
    pub name: &'static str,
    /// What it gives.
    pub description: &'static str,
    /// What it takes.
    pub arguments: &'static [Argument],
    /// The type of what it gives.
    pub returns: [Type; 1],
    /// A filter that calls it.
    #[serde(skip)]
    pub example: &'static str,
}

/// An argument of a function.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Argument {
    /// Its title.
    pub title: &'static str,
    /// What it is.
    pub description: &'static str,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: [Type; 1],
}

/// A type of arguments and results, named as OGC 19-079r2 table 4 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Type {
    /// A geometry.
    Geometry,
    /// A number.
    Number,
    /// true or false.
    Boolean,
}

impl Type {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Geometry => "geometry",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// The distance between two places.
pub const DISTANCE_M: &str = "distance_m";
/// Whether two places are near.
pub const WITHIN_M: &str = "within_m";
/// The distance to the border.
pub const BORDER_DISTANCE_M: &str = "border_distance_m";

const GEOMETRY: Argument = Argument {
    title: "geometry",
    description: "The feature's geometry, or any other.",
    kind: [Type::Geometry],
};
const OTHER: Argument = Argument {
    title: "other",
    description: "From where it is measured, in longitude and latitude: POINT(45.98 35.18), or any geometry.",
    kind: [Type::Geometry],
};

/// All of them.
pub const FUNCTIONS: [Function; 3] = [
    Function {
        name: DISTANCE_M,
        description: "The geodesic distance on WGS84 between the nearest points of two geometries, in \
                      metres; 0 where they share a point.",
        arguments: &[GEOMETRY, OTHER],
        returns: [Type::Number],
        example: "distance_m(geometry, POINT(45.98 35.18)) <= 25000",
    },
    Function {
        name: WITHIN_M,
        description: "Whether two geometries are at most so many metres apart, measured as by distance_m.",
        arguments: &[
            GEOMETRY,
            OTHER,
            Argument {
                title: "metres",
                description: "The largest distance.",
                kind: [Type::Number],
            },
        ],
        returns: [Type::Boolean],
        example: "within_m(geometry, LINESTRING(45.9 35.1, 46.2 35.6), 5000)",
    },
    Function {
        name: BORDER_DISTANCE_M,
        description: "The geodesic distance from the feature to the nearest point of the border, in metres. \
                      Of layers whose features have a place along the border.",
        arguments: &[],
        returns: [Type::Number],
        example: "border_distance_m() < 10000",
    },
];
