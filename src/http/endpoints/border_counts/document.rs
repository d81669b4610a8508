//! The documents of counts along the border.

use std::fmt::Write as _;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::json;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::atlas::model::calendar::Interval;
use crate::atlas::model::schema::Licence;
use crate::atlas::model::time::{TimeSpan, day, rfc3339};
use crate::atlas::products::border::{Border, rounded};
use crate::atlas::products::compare::{BeforeAfter, WindowComparison, is_incomplete};
use crate::atlas::products::profile::{Grid, Profile, ProfileRow};
use crate::http::kit::component::component;
use crate::http::kit::link::{self, Link};
use crate::http::kit::request::Request;

/// A ratio has as many decimals as this has zeros.
const RATIO_STEPS: f64 = 1e6;
/// What a count is and is not; the layer's own description follows it.
const CAVEAT: &str =
    "A count says how many of the layer's features match, not how many events there were.";

/// What both documents say of their layer.
#[derive(Serialize, JsonSchema)]
struct About<'a> {
    layer: &'a str,
    title: &'a str,
    /// From the first to the last time in the layer, whatever was asked; null without any.
    coverage: Option<Coverage>,
    /// What the counts are and are not; to be shown with them.
    caveat: String,
    attribution: &'a str,
    licences: &'a [Licence],
    links: Vec<Link>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Coverage {
    #[schemars(required, extend("format" = "date-time"))]
    first: Option<String>,
    #[schemars(required, extend("format" = "date-time"))]
    last: Option<String>,
}

/// Counts along the border by time.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "profile")]
pub struct ProfileDocument<'a> {
    #[serde(flatten)]
    about: About<'a>,
    bin_km: f64,
    /// Border kilometres where bins start and the last one ends: one more than there are bins. A bin holds its first
    /// kilometre and not its last, but for the end of the line.
    km_edges: &'a [f64],
    #[schemars(extend("enum" = Interval::NAMES.map(|(name, _)| name)))]
    interval: &'static str,
    /// The first day of each interval, UTC.
    #[schemars(with = "Vec<String>", extend("items" = { "type": "string", "format": "date" }))]
    interval_starts: Vec<Option<String>>,
    /// The day after the last interval.
    #[schemars(extend("format" = "date"))]
    intervals_end: Option<String>,
    /// The matrix: a row for each bin from north to south, in it a number for each interval. A feature is in the interval
    /// that holds its whole time: a report of month precision is that whole month.
    counts: Vec<&'a [u64]>,
    /// Sums of the rows.
    bin_totals: Vec<u64>,
    /// Sums of the columns.
    interval_totals: Vec<u64>,
    /// The largest number in the matrix.
    count_max: u64,
    /// The sum of the matrix.
    counted: u64,
    /// Features that are not in the matrix, each in the last of these that is true of it.
    apart: Apart,
    /// What the filters select: counted and all apart, each feature once.
    matched: u64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Apart {
    /// No interval holds all of their time, such as a month among days.
    spanning: u64,
    /// They have no time.
    undated: u64,
    /// They have no `border_km`.
    unplaced: u64,
}

/// Counts per segment of the border before and after an instant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "comparison")]
pub struct CompareDocument<'a> {
    #[serde(flatten)]
    about: About<'a>,
    #[schemars(required, extend("format" = "date-time"))]
    at: Option<String>,
    windows: Windows,
    /// All segments, from north to south.
    segments: Vec<SegmentCounts<'a>>,
    /// Features on no segment.
    unplaced: Counts,
    /// The segments and unplaced together.
    total: Counts,
    /// Features without a time, on a segment or on none: they are in no window.
    undated: u64,
    /// Each feature once that the filters select and whose time meets the windows, or that has none: total's before, after
    /// and straddling, and undated.
    matched: u64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Windows {
    before: WindowEdges,
    after: WindowEdges,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct WindowEdges {
    /// The first instant of the window.
    #[schemars(required, extend("format" = "date-time"))]
    from: Option<String>,
    /// The first instant after the window.
    #[schemars(required, extend("format" = "date-time"))]
    until: Option<String>,
    /// Whether the window leaves what the layer covers: then it counts less than it could.
    incomplete: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct SegmentCounts<'a> {
    segment: &'a str,
    name: Option<Box<str>>,
    km_from: f64,
    km_to: f64,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Counts {
    /// Features whose whole time is in the window before.
    before: u64,
    /// Features whose whole time is in the window after.
    after: u64,
    /// After less before.
    change: i64,
    /// After divided by before; null without any before.
    ratio: Option<f64>,
    /// Features whose time meets the windows, but neither holds all of it: it goes on across the instant between them or
    /// across an outer edge.
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
    let mut links = vec![
        Link::new("self", link::JSON, here, "These counts"),
        Link::to_layer(&request.base, schema),
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

/// How the table is described.
pub fn table_schema(all: &mut SchemaGenerator) -> Schema {
    let columns = "A row for each bin: km_from, km_to, spanning, undated, then a column for each interval, named by its \
        first day. The last row, without kilometres, has the features without border_km. All numbers but the kilometres \
        add up to what the filters select.";
    component(
        all,
        "profileTable",
        json!({ "type": "string", "description": columns }),
    )
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
    border
        .segments()
        .zip(&comparison.segments)
        .map(|((id, [km_from, km_to]), counted)| SegmentCounts {
            segment: id,
            name: atlas.segment_name(id),
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
