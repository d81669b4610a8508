//! `/api/border/profile` and `/api/border/compare`: what a layer holds along the border, counted by
//! kilometre and time, and by segment before and after an instant.

mod document;
mod parameters;

use std::sync::Arc;

use self::document::{CompareDocument, ProfileDocument};
use self::parameters::{AT, BIN_KM, INTERVAL, LAYER, WINDOW};
use crate::atlas::layer::Layer;
use crate::atlas::model::calendar::{Interval, Window};
use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::Schema;
use crate::atlas::model::time::parse_instant;
use crate::atlas::products::border::Border;
use crate::atlas::products::compare::WindowComparison;
use crate::atlas::products::profile::{
    BIN_KM_DEFAULT, BIN_KM_MAX, BIN_KM_MIN, Grid, LAYER_DEFAULT,
};
use crate::atlas::query::question::ItemsQuery;
use crate::http::kit::answer;
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed};
use crate::http::kit::link;
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::{JSON, Representation};
use crate::http::kit::selection;
use crate::http::server::app::App;

/// Counts by kilometre and time.
pub struct ByTime;

static PROFILE: Operation = Operation {
    path: "/api/border/profile",
    id: "profile",
    summary: "Counts along the border by time: a matrix of kilometres and intervals",
    tag: "Border",
    representations: &[
        JSON.of::<ProfileDocument<'_>>(),
        Representation {
            names: &["csv"],
            media: link::CSV,
            accepted_as: &["text/csv"],
            schema: document::table_schema,
        },
    ],
    statuses: &[400, 404, 406],
    headers: &["Link"],
    ..Operation::READS
};

/// Counts before and after.
pub struct BeforeAndAfter;

static COMPARE: Operation = Operation {
    path: "/api/border/compare",
    id: "compare",
    summary: "Counts per border segment before and after a date",
    tag: "Border",
    representations: &[JSON.of::<CompareDocument<'_>>()],
    statuses: &[400, 404, 406],
    ..Operation::READS
};

/// What is counted: features of a layer along the border.
pub struct Counted<'a, How> {
    border: &'a Border,
    layer: &'a Arc<Layer>,
    query: ItemsQuery,
    /// How they are put together.
    how: How,
}

impl Endpoint for ByTime {
    type Question<'a> = Counted<'a, Grid>;

    fn operation(&self) -> &Operation {
        &PROFILE
    }

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let layer = layer_along(asked, read);
        let schema = schema_of(layer.as_ref().ok());
        let bin_km = read.parsed(&BIN_KM, parse_bin_km);
        let bin_km = bin_km.unwrap_or(BIN_KM_DEFAULT);
        let interval = read.parsed(&INTERVAL, str::parse::<Interval>);
        let interval = interval.unwrap_or(Interval::Month);
        let query = selection::of(read, schema);
        let layer = layer?;
        // What was misread would be cut up otherwise than it was meant.
        let border = asked.atlas.border().filter(|_| read.is_sound());
        let counted = border.and_then(|border| {
            let grid = Grid::new(border, layer, &query, bin_km, interval);
            let too_fine = |detail| read.fault("interval", interval.name(), Code::TooFine, detail);
            Some((border, grid.map_err(too_fine).ok()?))
        });
        let counted = counted.map(|(border, how)| Counted {
            border,
            layer,
            query,
            how,
        });
        Ok(counted.ok_or(Problem::NoBorder))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, counted: Self::Question<'_>) -> Answered {
        let Counted {
            layer,
            how: grid,
            query,
            ..
        } = counted;
        let profile = grid.count(layer, &query);
        let media = asked.representation.media;
        if media == link::CSV {
            let mut response = answer::untagged(media, document::table(&grid, &profile));
            answer::put_licences(&mut response, layer.schema());
            return Ok(response);
        }
        let body = answer::json(&document::profile(asked.request, layer, &grid, &profile));
        Ok(answer::untagged(media, body))
    }
}

impl Endpoint for BeforeAndAfter {
    type Question<'a> = Counted<'a, [i64; 3]>;

    fn operation(&self) -> &Operation {
        &COMPARE
    }

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let layer = layer_along(asked, read);
        let schema = schema_of(layer.as_ref().ok());
        let edges_us = windows(read);
        let query = selection::of(read, schema);
        let layer = layer?;
        let border = asked.atlas.border();
        let counted = border.zip(edges_us);
        let counted = counted.map(|(border, how)| Counted {
            border,
            layer,
            query,
            how,
        });
        Ok(counted.ok_or(Problem::NoBorder))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, counted: Self::Question<'_>) -> Answered {
        let Counted {
            border,
            layer,
            query,
            how,
        } = counted;
        let comparison = WindowComparison::new(border, layer, &query, how);
        let (request, atlas) = (asked.request, asked.atlas);
        let document = document::comparison(request, atlas, border, layer, how, &comparison);
        Ok(answer::untagged(
            asked.representation.media,
            answer::json(&document),
        ))
    }
}

/// Reads `layer`, which must be one along the border.
fn layer_along<'a>(asked: &Asked<'a>, read: &mut Reader<'_>) -> Result<&'a Arc<Layer>, Problem> {
    let id = read.one(&LAYER).unwrap_or(LAYER_DEFAULT);
    let layer = asked.layer_called(id)?;
    asked.allow(layer.len());
    if !layer.schema().border_referenced {
        let along = asked
            .atlas
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

/// Whose fields are parameters: none of a layer that is not there.
fn schema_of<'a>(layer: Option<&&'a Arc<Layer>>) -> &'a Schema {
    layer.map_or(&*selection::FIELDLESS, |layer| &**layer.schema())
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
    let at_us = read.parsed(&AT, |text| parse_instant(&text.replace(' ', "+")));
    if !read.has("at") {
        read.missing(
            "at",
            "is missing: it is a day such as 2023-03-19 or an instant such as 2023-03-19T06:30:00Z",
        );
    }
    let window = read.parsed(&WINDOW, str::parse::<Window>);
    if window.is_none() && read.has("window") {
        return None;
    }
    let around = window.unwrap_or_default().around(at_us?);
    around
        .map_err(|refusal| {
            let text = read.one(&WINDOW).unwrap_or_default();
            read.refuse("window", text, refusal);
        })
        .ok()
}
