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
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::link;
use crate::http::kit::negotiate::{self, JSON, Offer};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::server::app::App;

/// Where a position lies.
pub const LOCATE: Route = Route {
    path: "/api/border/locate",
    door: Door::Tried(locate),
    operation: Some(Operation {
        id: "locate",
        summary: "Kilometre, distance, side and segment of a position",
        tag: "Border",
        parameters: &["fJson", "point"],
        selects: Selects::Nothing,
        answers: &[(link::JSON, "located")],
        errors: &[400, 406],
    }),
};

/// Where a kilometre lies.
pub const POSITION: Route = Route {
    path: "/api/border/position",
    door: Door::Tried(position),
    operation: Some(Operation {
        id: "position",
        summary: "Position and segment of a kilometre of the border",
        tag: "Border",
        parameters: &["fJson", "borderKm"],
        selects: Selects::Nothing,
        answers: &[(link::JSON, "located")],
        errors: &[400, 406],
    }),
};

static OFFERS: [Offer; 1] = [JSON];

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

fn locate(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let at = |border: &Border, text: &str| {
        let at: LngLat = text.parse()?;
        Ok((
            border.locate(at),
            Warning::of_order(Some(border), "point", at),
        ))
    };
    let missing = "is missing: it is LON,LAT in degrees, such as 46.18,35.52";
    answered(app, ask, ("point", missing), at)
}

fn position(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let at = |border: &Border, text: &str| {
        let length_km = border::rounded(border.length_km(), border::KM_STEPS);
        let detail = format!("it is a kilometre of the border from 0 to {length_km}");
        let km = text.parse::<f64>().ok().filter(|km| km.is_finite());
        let km = km.ok_or_else(|| Refusal::new(Code::NotANumber, detail.clone()))?;
        let located = border.at_km(km);
        let located = located.ok_or_else(|| Refusal::out_of_range([0.0, length_km], detail))?;
        Ok((located, None))
    };
    let missing = "is missing: it is a kilometre of the border, such as 454";
    answered(app, ask, ("km", missing), at)
}

/// Answers where that lies which the one parameter of a question names.
fn answered(
    app: &App,
    ask: &Ask,
    (parameter, missing): (&str, &str),
    at: impl Fn(&Border, &str) -> Result<(Located, Option<Warning>), Refusal>,
) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let border = atlas.border();
    let found = read.parsed(parameter, |text| {
        border.map(|border| at(border, text)).transpose()
    });
    if !read.has(parameter) {
        read.missing(parameter, missing);
    }
    read.finish()?;
    let offer = offer?;
    let Some((located, warning)) = found.flatten() else {
        return Err(Problem::NoBorder);
    };
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let segment_name = atlas.layer(BORDER_LAYER).and_then(|layer| {
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
    Ok(answer::ok(&tag, offer.media, body))
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
