//! `/api/border/profile` and `/api/border/compare`: what a layer holds along the border, counted by
//! kilometre and time, and by segment before and after an instant.

mod document;

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::atlas::model::calendar::{Interval, Window};
use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::Schema;
use crate::atlas::model::time::parse_instant;
use crate::atlas::products::compare::WindowComparison;
use crate::atlas::products::profile::{
    BIN_KM_DEFAULT, BIN_KM_MAX, BIN_KM_MIN, Grid, LAYER_DEFAULT,
};
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::link;
use crate::http::kit::negotiate::{self, JSON, Offer};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::kit::selection;
use crate::http::server::app::{self, App};

/// Counts by kilometre and time.
pub const PROFILE: Route = Route {
    path: "/api/border/profile",
    door: Door::Tried(profile),
    operation: Some(Operation {
        id: "profile",
        summary: "Counts along the border by time: a matrix of kilometres and intervals",
        tag: "Border",
        parameters: &["fTable", "layer", "bin_km", "interval"],
        selects: Selects::FiltersAndFields,
        answers: &[(link::JSON, "profile"), (link::CSV, "profileTable")],
        errors: &[400, 404, 406],
    }),
};

/// Counts before and after.
pub const COMPARE: Route = Route {
    path: "/api/border/compare",
    door: Door::Tried(compare),
    operation: Some(Operation {
        id: "compare",
        summary: "Counts per border segment before and after a date",
        tag: "Border",
        parameters: &["fJson", "layer", "at", "window"],
        selects: Selects::FiltersAndFields,
        answers: &[(link::JSON, "comparison")],
        errors: &[400, 404, 406],
    }),
};

static PROFILE_OFFERS: [Offer; 2] = [
    JSON,
    Offer {
        names: &["csv"],
        media: link::CSV,
        accepted_as: &["text/csv"],
    },
];
static COMPARE_OFFERS: [Offer; 1] = [JSON];

fn profile(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &PROFILE_OFFERS);
    let layer = layer_along(&atlas, &mut read)?;
    app.allow(ask, layer.len());
    let bin_km = read.parsed("bin_km", parse_bin_km);
    let bin_km = bin_km.unwrap_or(BIN_KM_DEFAULT);
    let interval = read.parsed("interval", str::parse::<Interval>);
    let interval = interval.unwrap_or(Interval::Month);
    let query = selection::of(&mut read, layer.schema());
    // What was misread would be cut up otherwise than it was meant.
    let border = atlas.border().filter(|_| read.is_sound());
    let grid = border.and_then(|border| {
        let grid = Grid::new(border, layer, &query, bin_km, interval);
        let too_fine = |detail| read.fault("interval", interval.name(), Code::TooFine, detail);
        grid.map_err(too_fine).ok()
    });
    read.finish()?;
    let offer = offer?;
    let grid = grid.ok_or(Problem::NoBorder)?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let profile = grid.count(layer, &query);
    if offer.media == link::CSV {
        let mut response = answer::ok(&tag, offer.media, document::table(&grid, &profile));
        put_licences(&mut response, layer.schema());
        return Ok(response);
    }
    let body = answer::json(&document::profile(ask, layer, &grid, &profile));
    Ok(answer::ok(&tag, offer.media, body))
}

fn compare(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &COMPARE_OFFERS);
    let layer = layer_along(&atlas, &mut read)?;
    app.allow(ask, layer.len());
    let edges_us = windows(&mut read);
    let query = selection::of(&mut read, layer.schema());
    read.finish()?;
    let offer = offer?;
    let (Some(border), Some(edges_us)) = (atlas.border(), edges_us) else {
        return Err(Problem::NoBorder);
    };
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let comparison = WindowComparison::new(border, layer, &query, edges_us);
    let document = document::comparison(ask, &atlas, border, layer, edges_us, &comparison);
    Ok(answer::ok(&tag, offer.media, answer::json(&document)))
}

/// Reads `layer`, which must be one along the border.
fn layer_along<'a>(atlas: &'a Atlas, read: &mut Reader<'_>) -> Result<&'a Arc<Layer>, Problem> {
    let id = read.one("layer").unwrap_or(LAYER_DEFAULT);
    let layer = app::layer_called(atlas, id)?;
    if !layer.schema().border_referenced {
        let along = atlas
            .layers()
            .filter(|layer| layer.schema().border_referenced);
        let along: Vec<&str> = along.map(|layer| &*layer.schema().id).collect();
        let detail = format!(
            "its features have no place along the border; those of {} have",
            along.join(", ")
        );
        read.fault("layer", id, Code::NotAlongBorder, detail);
    }
    Ok(layer)
}

fn parse_bin_km(text: &str) -> Result<f64, Refusal> {
    let detail = format!(
        "it is a number of kilometres from {BIN_KM_MIN} to {BIN_KM_MAX}, {BIN_KM_DEFAULT} if left \
         out"
    );
    match text.parse::<f64>() {
        Ok(km) if (BIN_KM_MIN..=BIN_KM_MAX).contains(&km) => Ok(km),
        Ok(km) if km.is_finite() => Err(Refusal::out_of_range([BIN_KM_MIN, BIN_KM_MAX], detail)),
        _ => Err(Refusal::new(Code::NotANumber, detail)),
    }
}

/// Reads `at` and `window`: the edges of both windows.
fn windows(read: &mut Reader<'_>) -> Option<[i64; 3]> {
    // A plus sign that nobody encoded arrives as a space.
    let at_us = read.parsed("at", |text| parse_instant(&text.replace(' ', "+")));
    if !read.has("at") {
        read.missing(
            "at",
            "is missing: it is a day such as 2023-03-19 or an instant such as 2023-03-19T06:30:00Z",
        );
    }
    let window = read.parsed("window", str::parse::<Window>);
    if window.is_none() && read.has("window") {
        return None;
    }
    let around = window.unwrap_or_default().around(at_us?);
    around
        .map_err(|refusal| {
            let text = read.one("window").unwrap_or_default();
            read.refuse("window", text, refusal);
        })
        .ok()
}

/// A table has no place for its licences; the headers have.
fn put_licences(response: &mut Response, schema: &Schema) {
    for link in link::licences(schema) {
        if let Ok(value) = HeaderValue::from_str(&format!("<{}>; rel=\"license\"", link.href)) {
            response.headers_mut().append(header::LINK, value);
        }
    }
}
