//! The documents of counts along the border; `openapi_parts/counts.rs` describes them.

use std::fmt::Write as _;

use serde::Serialize;

use crate::atlas::layer::Layer;
use crate::atlas::model::schema::{Licence, Value};
use crate::atlas::model::time::{TimeSpan, day, rfc3339};
use crate::atlas::products::border::{Border, rounded};
use crate::atlas::products::compare::{BeforeAfter, WindowComparison, is_incomplete};
use crate::atlas::products::profile::{Grid, Profile, ProfileRow};
use crate::atlas::{Atlas, BORDER_LAYER};
use crate::http::kit::link::{self, Link};
use crate::http::kit::params::escaped_segment;
use crate::http::kit::request::Request;

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

/// The profile.
#[derive(Serialize)]
pub struct ProfileDocument<'a> {
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

/// The comparison.
#[derive(Serialize)]
pub struct CompareDocument<'a> {
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

fn about<'a>(request: &Request, layer: &'a Layer) -> About<'a> {
    let schema = layer.schema();
    let here = format!(
        "{}{}{}",
        request.base,
        request.path,
        request.params.with(&[], &[])
    );
    let collection = format!(
        "{}/api/collections/{}",
        request.base,
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

/// The profile as a document.
pub fn profile<'a>(
    request: &Request,
    layer: &'a Layer,
    grid: &'a Grid,
    profile: &'a Profile,
) -> ProfileDocument<'a> {
    let rows = &profile.rows;
    let (ends, starts) = grid.edges_us().split_last().unzip();
    let starts: &[i64] = starts.unwrap_or_default();
    let sum = |of: fn(&ProfileRow) -> u64| rows.iter().map(of).sum::<u64>();
    let counts = rows.iter().map(|row| row.counts.as_slice());
    ProfileDocument {
        about: about(request, layer),
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
        matched: sum(ProfileRow::total) + profile.unplaced.total(),
    }
}

/// The profile as a table: a row a bin, a column an interval; what is in no interval comes in front
/// of them, what has no place in a last row without kilometres.
pub fn table(grid: &Grid, profile: &Profile) -> String {
    let mut text = String::from("km_from,km_to,spanning,undated");
    let starts = grid.edges_us().split_last().map_or(&[][..], |(_, all)| all);
    for start in starts {
        let _ = write!(text, ",{}", day(*start).unwrap_or_default());
    }
    let mut line = |kilometres: String, row: &ProfileRow| {
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

/// The comparison as a document.
pub fn comparison<'a>(
    request: &Request,
    atlas: &Atlas,
    border: &'a Border,
    layer: &'a Layer,
    edges_us: [i64; 3],
    comparison: &WindowComparison,
) -> CompareDocument<'a> {
    CompareDocument {
        about: about(request, layer),
        at: rfc3339(edges_us[1]),
        windows: windows_of(layer, edges_us),
        segments: segments(atlas, border, comparison),
        unplaced: counts(comparison.unplaced),
        total: counts(comparison.total()),
        undated: comparison.undated,
        matched: comparison.matched(),
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
    comparison: &WindowComparison,
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
