//! `/api/border/locate`: where a position lies along the border line; `/api/border/position`: where a kilometre
//! of it lies.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::atlas::geo::position::LngLat;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::products::border::{self, Border, Located, OUTLINE_ERROR_M};
use crate::atlas::products::side::NoSide;
use crate::atlas::products::side::Side;
use crate::format::warning::Warning;
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::parameters::Parameter;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::JSON;
use crate::http::server::app::App;

/// Where something lies along the border.
pub struct Place {
    operation: Operation,
    /// What names it, and what is said where that is missing.
    parameter: (&'static Parameter, &'static str),
    at: fn(&Border, &str) -> Result<Found, Refusal>,
}

/// Where a position lies.
pub static LOCATE: Place = Place {
    operation: Operation {
        path: "/api/border/locate",
        id: "locate",
        summary: "Kilometre, distance, side and segment of a position",
        tag: "Border",
        representations: &[JSON.of::<Document<'_>>()],
        ..Operation::READS
    },
    parameter: (
        &POINT,
        "is missing: it is LON,LAT in degrees, such as 46.18,35.52",
    ),
    at: |border, text| {
        let at: LngLat = text.parse()?;
        let warning = Warning::of_order(Some(border), "point", at);
        Ok((border.locate(at), warning))
    },
};

/// Where a kilometre lies.
pub static POSITION: Place = Place {
    operation: Operation {
        path: "/api/border/position",
        id: "position",
        summary: "Position and segment of a kilometre of the border",
        tag: "Border",
        representations: &[JSON.of::<Document<'_>>()],
        ..Operation::READS
    },
    parameter: (
        &BORDER_KM,
        "is missing: it is a kilometre of the border, such as 454",
    ),
    at: at_km,
};

/// `point`.
static POINT: Parameter = Parameter::query("point", || {
    json!({
        "required": true,
        "description": "Longitude, latitude in degrees.",
        "schema": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" } },
        "example": [46.18, 35.52],
    })
});

/// `km` of a position on the border.
static BORDER_KM: Parameter = Parameter::query("km", || {
    json!({
        "required": true,
        "description": "A kilometre of the border, counted from its northern end.",
        "schema": { "type": "number", "minimum": 0 },
        "example": 454,
    })
})
.keyed("borderKm");

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "located")]
struct Document<'a> {
    /// The kilometre of the border, counted from its northern end.
    km: f64,
    /// Metres between the position and the line.
    distance_m: f64,
    /// Whose land it is. Only within Iraq and Iran: the measured line is the edge between them, the outlines of their
    /// provinces say where both end.
    #[schemars(extend("enum" = ["IQ", "IR", null]))]
    side: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(description = side_unknown(), extend("enum" = NoSide::ALL.map(NoSide::name)))]
    side_unknown: Option<&'static str>,
    /// The id of the border's segment.
    segment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment_name: Option<&'a str>,
    /// The nearest position on the line: longitude and latitude.
    foot: [f64; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(description = Warning::WHY)]
    warnings: Option<[Warning; 1]>,
}

fn side_unknown() -> String {
    format!(
        "Why side is null: the position lies outside of both countries, within {} km of where they end at a neighbour or \
         the sea, because the outlines are no finer, on the line itself, near it past one of its ends, or nothing is known \
         of the provinces.",
        OUTLINE_ERROR_M / 1000.0
    )
}

/// Where something lies, and what whoever asked should know of it.
type Found = (Located, Option<Warning>);

impl Endpoint for Place {
    type Question<'a> = Found;

    fn operation(&self) -> &Operation {
        &self.operation
    }

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let border = asked.atlas.border();
        let (parameter, missing) = self.parameter;
        let found = read.parsed(parameter, |text| {
            border.map(|border| (self.at)(border, text)).transpose()
        });
        if !read.has(parameter.name) {
            read.missing(parameter.name, missing);
        }
        Ok(found.flatten().ok_or(Problem::NoBorder))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, found: Self::Question<'_>) -> Answered {
        let (located, warning) = found;
        let segment_name = asked.atlas.segment_name(&located.segment);
        let body = answer::json(&Document {
            warnings: warning.map(|warning| [warning]),
            ..document(&located, segment_name.as_deref())
        });
        Ok(answer::untagged(asked.representation.media, body))
    }
}

fn at_km(border: &Border, text: &str) -> Result<Found, Refusal> {
    let length_km = border::rounded(border.length_km(), border::KM_STEPS);
    let detail = format!("it is a kilometre of the border from 0 to {length_km}");
    let km = text.parse::<f64>().ok().filter(|km| km.is_finite());
    let km = km.ok_or_else(|| Refusal::new(Code::NotANumber, detail.clone()))?;
    let located = border.at_km(km);
    let located = located.ok_or_else(|| Refusal::out_of_range([0.0, length_km], detail))?;
    Ok((located, None))
}

/// The answer to the millimetre: kilometres with six decimals, metres with three, degrees with
/// nine.
fn document<'a>(located: &'a Located, segment_name: Option<&'a str>) -> Document<'a> {
    let rounded = |value: f64, scale: f64| (value * scale).round() / scale;
    Document {
        km: rounded(located.km, 1e6),
        distance_m: rounded(located.distance_m, 1e3),
        side: located.side.ok().map(Side::code),
        side_unknown: located.side.err().map(NoSide::name),
        segment: &located.segment,
        segment_name,
        foot: [
            rounded(located.foot.lng(), 1e9),
            rounded(located.foot.lat(), 1e9),
        ],
        warnings: None,
    }
}
