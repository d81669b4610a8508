//! `/api/border/locate`: where a position lies along the border line; `/api/border/position`: where a kilometre
//! of it lies.

use axum::response::Response;
use serde::Serialize;

use crate::atlas::BORDER_LAYER;
use crate::atlas::geo::position::LngLat;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::Value;
use crate::atlas::products::border::{self, Border, Located};
use crate::atlas::products::side::NoSide;
use crate::atlas::products::side::Side;
use crate::format::warning::Warning;
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Endpoint, Late};
use crate::http::kit::negotiate::JSON;
use crate::http::kit::operation::{Asked, Method, Operation, Selects};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::server::app::App;

/// Where a position lies.
pub struct Locate;

static LOCATE: Operation = Operation {
    method: Method::Get,
    path: "/api/border/locate",
    id: "locate",
    summary: "Kilometre, distance, side and segment of a position",
    tag: "Border",
    parameters: &["fJson", "point"],
    selects: Selects::Nothing,
    representations: &[JSON.of_schema("located")],
    statuses: &[400, 406],
    headers: &[],
};

/// Where a kilometre lies.
pub struct Position;

static POSITION: Operation = Operation {
    method: Method::Get,
    path: "/api/border/position",
    id: "position",
    summary: "Position and segment of a kilometre of the border",
    tag: "Border",
    parameters: &["fJson", "borderKm"],
    selects: Selects::Nothing,
    representations: &[JSON.of_schema("located")],
    statuses: &[400, 406],
    headers: &[],
};

/// Field of the border layer with a segment's name.
const SEGMENT_NAME: &str = "name_en";

#[derive(Serialize)]
struct Document<'a> {
    km: f64,
    distance_m: f64,
    side: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    side_unknown: Option<&'static str>,
    segment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment_name: Option<&'a str>,
    foot: [f64; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<[Warning; 1]>,
}

/// Where something lies, and what whoever asked should know of it.
type Found = (Located, Option<Warning>);

impl Endpoint for Locate {
    type Question<'a> = Found;

    fn operation(&self) -> &Operation {
        &LOCATE
    }

    fn read<'a>(
        &self,
        asked: &Asked<'a>,
        read: &mut Reader<'a>,
    ) -> Result<Late<Self::Question<'a>>, Problem> {
        let at = |border: &Border, text: &str| {
            let at: LngLat = text.parse()?;
            let warning = Warning::of_order(Some(border), "point", at);
            Ok((border.locate(at), warning))
        };
        let missing = "is missing: it is LON,LAT in degrees, such as 46.18,35.52";
        Ok(found(asked, read, ("point", missing), at))
    }

    fn answer(
        &self,
        _: &App,
        asked: &Asked<'_>,
        found: Self::Question<'_>,
    ) -> Result<Response, Problem> {
        Ok(answered(asked, found))
    }
}

impl Endpoint for Position {
    type Question<'a> = Found;

    fn operation(&self) -> &Operation {
        &POSITION
    }

    fn read<'a>(
        &self,
        asked: &Asked<'a>,
        read: &mut Reader<'a>,
    ) -> Result<Late<Self::Question<'a>>, Problem> {
        let missing = "is missing: it is a kilometre of the border, such as 454";
        Ok(found(asked, read, ("km", missing), at_km))
    }

    fn answer(
        &self,
        _: &App,
        asked: &Asked<'_>,
        found: Self::Question<'_>,
    ) -> Result<Response, Problem> {
        Ok(answered(asked, found))
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

/// Reads where that lies which the one parameter of a question names.
fn found<'a>(
    asked: &Asked<'a>,
    read: &mut Reader<'a>,
    (parameter, missing): (&'a str, &str),
    at: impl Fn(&Border, &str) -> Result<Found, Refusal>,
) -> Late<Found> {
    let border = asked.atlas.border();
    let found = read.parsed(parameter, |text| {
        border.map(|border| at(border, text)).transpose()
    });
    if !read.has(parameter) {
        read.missing(parameter, missing);
    }
    found.flatten().ok_or(Problem::NoBorder)
}

fn answered(asked: &Asked<'_>, (located, warning): Found) -> Response {
    let segment_name = asked.atlas.layer(BORDER_LAYER).and_then(|layer| {
        let index = layer.schema().index_of(SEGMENT_NAME)?;
        match layer.feature(&located.segment)?.value(index) {
            Value::Text(name) => Some(name),
            _ => None,
        }
    });
    let body = answer::json(&Document {
        warnings: warning.map(|warning| [warning]),
        ..document(&located, segment_name.as_deref())
    });
    answer::untagged(asked.representation.media, body)
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
