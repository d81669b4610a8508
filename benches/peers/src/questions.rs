//! The questions that are measured, in the language of each system.

use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::model::time::parse_instant;

use crate::oracle::incidents::{Found, World};
use crate::oracle::query::{encoded, inside, joined};
use crate::oracle::scene;

/// The radius of every near question, in metres.
const RADIUS_M: f64 = 10_000.0;
/// What the filter selects: a category, and from a day to before another.
const CATEGORY: &str = "clash";
const MONTH: [&str; 2] = ["2023-03-01", "2023-04-01"];
/// Half the side of every box, in degrees.
const HALF_BOX_DEG: f64 = 0.1;

/// The position of a question, in SQL.
const AT: &str = "(SELECT geog FROM questions WHERE i = :i)";
/// An order in SQL that an index can follow; PostGIS measures it on a sphere.
pub const AS_MEASURED: &str = "f.geog <-> (SELECT geog FROM questions WHERE i = :i)";
/// The exact order in SQL, which no index can follow.
pub const EXACT: &str = "ST_Distance(f.geog, (SELECT geog FROM questions WHERE i = :i))";

/// What kind of question it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Within the radius, ordered by distance.
    Near,
    /// However far, ordered by distance.
    Nearest,
    /// How many are within the radius.
    Count,
    /// In a box, ordered by id.
    Box,
    /// Of one category, in a month, within the radius, as one filter; ordered by id.
    Filter,
}

/// A question without its position.
#[derive(Debug)]
pub struct Question {
    /// As the table has it.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Features wanted at most.
    pub limit: usize,
    /// Whether all that match are counted.
    pub count: bool,
    /// At least this share of the static ceiling, from a million to below ten and from ten million.
    pub ceiling_goal: [Option<f64>; 2],
    /// At least so many times PostGIS.
    pub postgis_goal: Option<f64>,
    /// At least so many times Tile38.
    pub tile38_goal: Option<f64>,
}

/// All of them.
pub const QUESTIONS: [Question; 8] = [
    Question {
        name: "near 10 km, 10 results, counted",
        kind: Kind::Near,
        limit: 10,
        count: true,
        ceiling_goal: [Some(0.35), None],
        postgis_goal: None,
        tile38_goal: Some(3.0),
    },
    Question {
        name: "near 10 km, 100 results, counted",
        kind: Kind::Near,
        limit: 100,
        count: true,
        ceiling_goal: [Some(0.30), None],
        postgis_goal: None,
        tile38_goal: Some(3.0),
    },
    Question {
        name: "near 10 km, 10 results",
        kind: Kind::Near,
        limit: 10,
        count: false,
        ceiling_goal: [Some(0.50), Some(0.45)],
        postgis_goal: None,
        tile38_goal: Some(3.0),
    },
    Question {
        name: "near 10 km, 100 results",
        kind: Kind::Near,
        limit: 100,
        count: false,
        ceiling_goal: [Some(0.35), None],
        postgis_goal: Some(25.0),
        tile38_goal: Some(3.0),
    },
    Question {
        name: "nearest 10",
        kind: Kind::Nearest,
        limit: 10,
        count: false,
        ceiling_goal: [Some(0.50), None],
        postgis_goal: Some(25.0),
        tile38_goal: Some(3.0),
    },
    Question {
        name: "count within 10 km",
        kind: Kind::Count,
        limit: 1,
        count: true,
        ceiling_goal: [None, None],
        postgis_goal: Some(500.0),
        tile38_goal: Some(3.0),
    },
    Question {
        name: "box of 0.2°, 100 results, counted",
        kind: Kind::Box,
        limit: 100,
        count: true,
        ceiling_goal: [None, None],
        postgis_goal: None,
        tile38_goal: None,
    },
    Question {
        name: "filter: a category in a month within 10 km, counted",
        kind: Kind::Filter,
        limit: 100,
        count: true,
        ceiling_goal: [None, None],
        postgis_goal: None,
        tile38_goal: None,
    },
];

/// The box around a position: `[west, south, east, north]`.
pub fn sides(at: LngLat) -> [f64; 4] {
    [
        at.lng() - HALF_BOX_DEG,
        at.lat() - HALF_BOX_DEG,
        at.lng() + HALF_BOX_DEG,
        at.lat() + HALF_BOX_DEG,
    ]
}

impl Question {
    /// What brute force answers.
    pub fn truth(&self, world: &World, at: LngLat) -> Found {
        match self.kind {
            Kind::Near | Kind::Count => world.near(at, Some(RADIUS_M), self.limit, |_| true),
            Kind::Nearest => world.near(at, None, self.limit, |_| true),
            Kind::Box => world.in_order(self.limit, |row| inside(row.at, sides(at))),
            Kind::Filter => {
                let month = MONTH.map(|day| parse_instant(day).expect("a day"));
                world.in_order(self.limit, |row| {
                    world.categories[row.category] == CATEGORY
                        && (month[0]..month[1]).contains(&row.time.start_us)
                        && row.is_within(at, RADIUS_M)
                })
            }
        }
    }

    /// The path of the request to bordermap. A count is a page of one: the least that a feature
    /// service gives beside its count.
    pub fn path(&self, at: LngLat) -> String {
        let selection = match self.kind {
            Kind::Near | Kind::Count => format!("near={at}&radius={RADIUS_M}"),
            Kind::Nearest => format!("near={at}"),
            Kind::Box => format!("bbox={}", joined(sides(at))),
            Kind::Filter => {
                let [from, until] = MONTH;
                let (lng, lat) = (at.lng(), at.lat());
                let filter = format!(
                    "category = '{CATEGORY}' AND date >= DATE('{from}') AND date < DATE('{until}') \
                     AND distance_m(geometry, POINT({lng} {lat})) <= {RADIUS_M}"
                );
                format!("filter={}", encoded(&filter))
            }
        };
        format!(
            "/api/collections/{}/items?{selection}&limit={}&count={}",
            scene::LAYER,
            self.limit,
            self.count
        )
    }

    /// The question in SQL: `:i` picks a position, `{c}` is the column wanted, and `{m}` the
    /// distance to order by: [`AS_MEASURED`] or [`EXACT`]. Its first column is the count, its second
    /// a list.
    pub fn sql(&self) -> String {
        let limit = self.limit;
        let within = format!("ST_DWithin(f.geog, {AT}, {RADIUS_M})");
        let counted = |hits: String| {
            format!(
                "WITH hit AS MATERIALIZED (SELECT f.id, f.geojson, {hits}) \
                 SELECT (SELECT count(*) FROM hit), (SELECT json_agg(t.{{c}}) FROM \
                 (SELECT {{c}} FROM hit ORDER BY m, id LIMIT {limit}) t)"
            )
        };
        let listed = |of: &str| {
            format!(
                "SELECT NULL, json_agg(t.{{c}}) FROM \
                 (SELECT f.{{c}} FROM incidents f {of} ORDER BY {{m}} LIMIT {limit}) t"
            )
        };
        match self.kind {
            Kind::Near if self.count => {
                counted(format!("{{m}} AS m FROM incidents f WHERE {within}"))
            }
            Kind::Near => listed(&format!("WHERE {within}")),
            Kind::Nearest => listed(""),
            Kind::Count => format!("SELECT count(*), NULL FROM incidents f WHERE {within}"),
            Kind::Box => counted(
                "0 AS m FROM incidents f \
                 WHERE ST_Intersects(f.geom, (SELECT box FROM questions WHERE i = :i))"
                    .into(),
            ),
            Kind::Filter => {
                let [from, until] = MONTH;
                counted(format!(
                    "0 AS m FROM incidents f WHERE {within} AND f.category = '{CATEGORY}' \
                     AND f.date >= '{from}' AND f.date < '{until}'"
                ))
            }
        }
    }

    /// The question for Tile38, whose objects are the features. It has no answer with both a page
    /// and its count, so a counted page is requested without its count; and no filter of texts.
    pub fn tile38(&self, at: LngLat) -> Option<Vec<String>> {
        let (lng, lat) = (at.lng(), at.lat());
        let [west, south, east, north] = sides(at);
        let limit = self.limit;
        let command = match self.kind {
            Kind::Near => format!("NEARBY incidents LIMIT {limit} POINT {lat} {lng} {RADIUS_M}"),
            Kind::Nearest => format!("NEARBY incidents LIMIT {limit} POINT {lat} {lng}"),
            Kind::Count => format!("NEARBY incidents COUNT POINT {lat} {lng} {RADIUS_M}"),
            Kind::Box => {
                format!("INTERSECTS incidents LIMIT {limit} BOUNDS {south} {west} {north} {east}")
            }
            Kind::Filter => return None,
        };
        Some(command.split(' ').map(str::to_owned).collect())
    }

    /// The question for Redis, which holds positions alone and gives ids; it has no nearest without
    /// a radius, no box in degrees, and it counts by giving all ids.
    pub fn redis(&self, at: LngLat) -> Option<Vec<String>> {
        let (lng, lat, limit) = (at.lng(), at.lat(), self.limit);
        let from = format!("GEOSEARCH incidents FROMLONLAT {lng} {lat} BYRADIUS {RADIUS_M} m");
        let command = match self.kind {
            Kind::Near if !self.count => format!("{from} ASC COUNT {limit}"),
            Kind::Count => from,
            _ => return None,
        };
        Some(command.split(' ').map(str::to_owned).collect())
    }
}
