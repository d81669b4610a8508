//! `/api/border/profile` and `/api/border/compare`: what a layer holds along the border, counted by
//! kilometre and time, and by segment before and after an instant.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;

use crate::atlas::border::{Border, rounded};
use crate::atlas::calendar::{Interval, Window};
use crate::atlas::compare::{BeforeAfter, Comparison, is_incomplete};
use crate::atlas::layer::Layer;
use crate::atlas::profile::{
    BIN_KM_DEFAULT, BIN_KM_MAX, BIN_KM_MIN, Grid, LAYER_DEFAULT, Profile, Row,
};
use crate::atlas::schema::{Licence, Schema, Value};
use crate::atlas::time::{TimeSpan, day, parse_instant, rfc3339};
use crate::atlas::{Atlas, BORDER_LAYER};
use crate::http::answer::{self, Tag};
use crate::http::app::{self, App};
use crate::http::link::{self, Link};
use crate::http::negotiate::{self, JSON, Offer};
use crate::http::params::{self, Reader, escaped_segment};
use crate::http::problem::Problem;
use crate::http::route::{Ask, Door, Operation, Route};

/// Counts by kilometre and time.
pub const PROFILE: Route = Route {
    path: "/api/border/profile",
    door: Door::Aside(profile),
    operation: Some(Operation {
        id: "profile",
        summary: "Counts along the border by time: a matrix of kilometres and intervals",
        tag: "Border",
        parameters: &[
            "fTable", "layer", "bin_km", "interval", "bbox", "datetime", "near", "radius",
        ],
        fields: true,
        answers: &[(link::JSON, "profile"), (link::CSV, "profileTable")],
        errors: &[400, 404, 406, 503],
    }),
};

/// Counts before and after.
pub const COMPARE: Route = Route {
    path: "/api/border/compare",
    door: Door::Aside(compare),
    operation: Some(Operation {
        id: "compare",
        summary: "Counts per border segment before and after a date",
        tag: "Border",
        parameters: &[
            "fJson", "layer", "at", "window", "bbox", "datetime", "near", "radius",
        ],
        fields: true,
        answers: &[(link::JSON, "comparison")],
        errors: &[400, 404, 406, 503],
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

/// Field of the border layer with a segment's name.
const SEGMENT_NAME: &str = "name_en";
/// A ratio has as many decimals as this has zeros.
const RATIO_STEPS: f64 = 1e6;
/// What a count is and is not; the layer's own description follows it.
const CAVEAT: &str =
    "A count says how many of the layer's features match, not how many events there were.";

/// What both documents say of their layer.
#[derive(Serialize)]
struct About<'a> {
    layer: &'a str,
    title: &'a str,
    /// From the first to the last time in the layer, whatever was asked.
    coverage: Option<Coverage>,
    caveat: String,
    attribution: &'a str,
    licences: &'a [Licence],
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Coverage {
    first: Option<String>,
    last: Option<String>,
}

#[derive(Serialize)]
struct ProfileDocument<'a> {
    #[serde(flatten)]
    about: About<'a>,
    bin_km: f64,
    km_edges: &'a [f64],
    interval: &'static str,
    interval_starts: Vec<Option<String>>,
    intervals_end: Option<String>,
    counts: Vec<&'a [u64]>,
    bin_totals: Vec<u64>,
    interval_totals: Vec<u64>,
    count_max: u64,
    counted: u64,
    apart: Apart,
    matched: u64,
}

/// Features that are in no cell of the matrix.
#[derive(Serialize)]
struct Apart {
    spanning: u64,
    undated: u64,
    unplaced: u64,
}

#[derive(Serialize)]
struct CompareDocument<'a> {
    #[serde(flatten)]
    about: About<'a>,
    at: Option<String>,
    windows: Windows,
    segments: Vec<SegmentCounts<'a>>,
    unplaced: Counts,
    total: Counts,
    undated: u64,
    matched: u64,
}

#[derive(Serialize)]
struct Windows {
    before: WindowEdges,
    after: WindowEdges,
}

#[derive(Serialize)]
struct WindowEdges {
    from: Option<String>,
    until: Option<String>,
    incomplete: bool,
}

#[derive(Serialize)]
struct SegmentCounts<'a> {
    segment: &'a str,
    name: Option<String>,
    km_from: f64,
    km_to: f64,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Counts {
    before: u64,
    after: u64,
    change: i64,
    ratio: Option<f64>,
    straddling: u64,
}

fn profile(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &PROFILE_OFFERS);
    let layer = layer_along(&atlas, &mut read)?;
    let bin_km = read.parsed("bin_km", parse_bin_km);
    let bin_km = bin_km.unwrap_or(BIN_KM_DEFAULT);
    let interval = read.parsed("interval", str::parse::<Interval>);
    let interval = interval.unwrap_or(Interval::Month);
    let query = params::selection(&mut read, layer.schema());
    // What was misread would be cut up otherwise than it was meant.
    let border = atlas.border().filter(|_| read.is_sound());
    let grid = border.and_then(|border| {
        let grid = Grid::new(border, layer, &query, bin_km, interval);
        let too_fine = |detail| read.fault("interval", interval.name(), detail);
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
        let mut response = answer::ok(&tag, offer.media, table(&grid, &profile));
        put_licences(&mut response, layer.schema());
        return Ok(response);
    }
    let body = answer::json(&profile_document(ask, layer, &grid, &profile));
    Ok(answer::ok(&tag, offer.media, body))
}

fn compare(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &COMPARE_OFFERS);
    let layer = layer_along(&atlas, &mut read)?;
    let edges_us = windows(&mut read);
    let query = params::selection(&mut read, layer.schema());
    read.finish()?;
    let offer = offer?;
    let (Some(border), Some(edges_us)) = (atlas.border(), edges_us) else {
        return Err(Problem::NoBorder);
    };
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let comparison = Comparison::new(border, layer, &query, edges_us);
    let document = CompareDocument {
        about: about(ask, layer),
        at: rfc3339(edges_us[1]),
        windows: windows_of(layer, edges_us),
        segments: segments(&atlas, border, &comparison),
        unplaced: counts(comparison.unplaced),
        total: counts(comparison.total()),
        undated: comparison.undated,
        matched: comparison.matched(),
    };
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
        read.fault("layer", id, detail);
    }
    Ok(layer)
}

fn parse_bin_km(text: &str) -> Result<f64, String> {
    let km = text.parse::<f64>().ok();
    km.filter(|km| (BIN_KM_MIN..=BIN_KM_MAX).contains(km))
        .ok_or_else(|| {
            format!(
                "it is a number of kilometres from {BIN_KM_MIN} to {BIN_KM_MAX}, {BIN_KM_DEFAULT} \
                 if left out"
            )
        })
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
        .map_err(|detail| {
            let text = read.one("window").unwrap_or_default();
            read.fault("window", text, detail);
        })
        .ok()
}

fn about<'a>(ask: &Ask, layer: &'a Layer) -> About<'a> {
    let schema = layer.schema();
    let here = format!("{}{}{}", ask.base, ask.path, ask.params.with(&[], &[]));
    let collection = format!(
        "{}/api/collections/{}",
        ask.base,
        escaped_segment(&schema.id)
    );
    let mut links = vec![
        Link::new("self", link::JSON, here, "These counts"),
        Link::new("collection", link::JSON, collection, schema.title.clone()),
    ];
    links.extend(link::licences(schema));
    About {
        layer: &schema.id,
        title: &schema.title,
        coverage: layer
            .time_extent()
            .map(|TimeSpan { start_us, last_us }| Coverage {
                first: rfc3339(start_us),
                last: rfc3339(last_us),
            }),
        caveat: format!("{CAVEAT} {}", schema.description)
            .trim_end()
            .to_owned(),
        attribution: &schema.attribution,
        licences: &schema.licences,
        links,
    }
}

fn profile_document<'a>(
    ask: &Ask,
    layer: &'a Layer,
    grid: &'a Grid,
    profile: &'a Profile,
) -> ProfileDocument<'a> {
    let rows = &profile.rows;
    let (ends, starts) = grid.edges_us().split_last().unzip();
    let starts: &[i64] = starts.unwrap_or_default();
    let sum = |of: fn(&Row) -> u64| rows.iter().map(of).sum::<u64>();
    let counts = rows.iter().map(|row| row.counts.as_slice());
    ProfileDocument {
        about: about(ask, layer),
        bin_km: grid.bin_km(),
        km_edges: grid.km_edges(),
        interval: grid.interval().name(),
        interval_starts: starts.iter().map(|us| day(*us)).collect(),
        intervals_end: ends.and_then(|us| day(*us)),
        bin_totals: rows.iter().map(|row| row.counts.iter().sum()).collect(),
        interval_totals: (0..starts.len())
            .map(|at| rows.iter().map(|row| row.counts[at]).sum())
            .collect(),
        count_max: counts.clone().flatten().copied().max().unwrap_or(0),
        counts: counts.collect(),
        counted: sum(|row| row.counts.iter().sum()),
        apart: Apart {
            spanning: sum(|row| row.spanning),
            undated: sum(|row| row.undated),
            unplaced: profile.unplaced.total(),
        },
        matched: sum(Row::total) + profile.unplaced.total(),
    }
}

/// The profile as a table: a row a bin, a column an interval; what is in no interval comes in front
/// of them, what has no place in a last row without kilometres.
fn table(grid: &Grid, profile: &Profile) -> String {
    let mut text = String::from("km_from,km_to,spanning,undated");
    let starts = grid.edges_us().split_last().map_or(&[][..], |(_, all)| all);
    for start in starts {
        let _ = write!(text, ",{}", day(*start).unwrap_or_default());
    }
    let mut line = |kilometres: String, row: &Row| {
        let _ = write!(text, "\r\n{kilometres},{},{}", row.spanning, row.undated);
        for count in &row.counts {
            let _ = write!(text, ",{count}");
        }
    };
    for (edges, row) in grid.km_edges().windows(2).zip(&profile.rows) {
        line(format!("{},{}", edges[0], edges[1]), row);
    }
    line(",".into(), &profile.unplaced);
    text + "\r\n"
}

/// A table has no place for its licences; the headers have.
fn put_licences(response: &mut Response, schema: &Schema) {
    for link in link::licences(schema) {
        if let Ok(value) = HeaderValue::from_str(&format!("<{}>; rel=\"license\"", link.href)) {
            response.headers_mut().append(header::LINK, value);
        }
    }
}

fn windows_of(layer: &Layer, [from, at, until]: [i64; 3]) -> Windows {
    let covered = layer.time_extent();
    let window = |from: i64, until: i64| WindowEdges {
        from: rfc3339(from),
        until: rfc3339(until),
        incomplete: is_incomplete(from, until, covered),
    };
    Windows {
        before: window(from, at),
        after: window(at, until),
    }
}

fn segments<'a>(
    atlas: &Atlas,
    border: &'a Border,
    comparison: &Comparison,
) -> Vec<SegmentCounts<'a>> {
    let name = |id: &str| {
        let layer = atlas.layer(BORDER_LAYER)?;
        let field = layer.schema().index_of(SEGMENT_NAME)?;
        match layer.feature(id)?.value(field) {
            Value::Text(name) => Some(name.into_string()),
            _ => None,
        }
    };
    border
        .segments()
        .zip(&comparison.segments)
        .map(|((id, [km_from, km_to]), counted)| SegmentCounts {
            segment: id,
            name: name(id),
            km_from,
            km_to,
            counts: counts(*counted),
        })
        .collect()
}

fn counts(counted: BeforeAfter) -> Counts {
    Counts {
        before: counted.before,
        after: counted.after,
        change: counted.change(),
        ratio: counted.ratio().map(|ratio| rounded(ratio, RATIO_STEPS)),
        straddling: counted.straddling,
    }
}
