//! Random questions of every kind, each in both forms: as the engine is asked it, and as a condition
//! that brute force tries on every incident. A new kind of question is one function here and its
//! line in [`KINDS`]; a new filter is one arm of [`narrowed`].

use bordermap::atlas::filter::{Filter, Range};
use bordermap::atlas::geo::area::Area;
use bordermap::atlas::geo::position::{Bounds, LngLat};
use bordermap::atlas::model::schema::{BORDER_DISTANCE_M, BORDER_KM, Schema, Value};
use bordermap::atlas::model::time::TimeSpan;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::format::cql2::{self, Encoding};
use geo::{Intersects, LineString, Point, Polygon};

use crate::brute::{Found, Row, World};
use crate::scene::Dice;
use crate::written;

/// What must hold of an incident, its distance aside.
pub type Holds = Box<dyn Fn(&Row) -> bool>;

/// A question in both forms.
pub struct Asked {
    /// For the engine.
    pub query: ItemsQuery,
    /// For brute force.
    pub holds: Holds,
}

/// Makes a question of a kind.
type Make = fn(&mut Dice, &Ground<'_>) -> Asked;

/// Every kind, with its name.
pub const KINDS: [(&str, Make); 10] = [
    ("near within a radius", near),
    ("near within a radius, filtered", near_filtered),
    ("nearest", nearest),
    ("nearest, filtered", nearest_filtered),
    ("box, filtered", in_box),
    ("filters alone", filtered),
    ("polygon, filtered", in_polygon),
    ("corridor between two border kilometres", in_corridor),
    ("ids, filtered", of_ids),
    ("a filter as people write it", as_written),
];

/// What questions are made from.
pub struct Ground<'a> {
    /// The layer's schema.
    pub schema: &'a Schema,
    /// Positions to ask about.
    pub positions: &'a [LngLat],
    /// How many incidents there are.
    pub count: usize,
}

impl Asked {
    /// What brute force finds, the first `want` of it in order.
    pub fn truth(&self, world: &World, want: usize) -> Found {
        match self.query.near {
            Some(near) => world.near(near.at, near.radius_m, want, &self.holds),
            None => world.in_order(want, &self.holds),
        }
    }
}

fn near(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    // From 100 m to 50 km, as many small ones as large ones; now and then half the map.
    let radius_m = match dice.below(200) {
        0 => 1e6,
        _ => 100.0 * 500_f64.powf(dice.share()),
    };
    plain(Some(around(dice, ground, Some(radius_m))), dice)
}

fn near_filtered(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let asked = near(dice, ground);
    narrowed(asked, dice, ground)
}

fn nearest(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    plain(Some(around(dice, ground, None)), dice)
}

fn nearest_filtered(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let asked = nearest(dice, ground);
    narrowed(asked, dice, ground)
}

fn in_box(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let at = position(dice, ground);
    let (wide, high) = (dice.share() * dice.share(), dice.share() * dice.share());
    let sides = [
        at.lng() - wide,
        at.lat() - high,
        at.lng() + wide,
        at.lat() + high,
    ];
    let [west, south, east, north] = sides;
    let asked = Asked {
        query: ItemsQuery {
            bbox: Bounds::new(west, south, east, north).ok(),
            ..plain(None, dice).query
        },
        holds: Box::new(move |row| inside(row.at, sides)),
    };
    match dice.below(2) {
        0 => asked,
        _ => narrowed(asked, dice, ground),
    }
}

fn filtered(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    narrowed(plain(None, dice), dice, ground)
}

/// A triangle, sometimes around a large part of the map.
fn in_polygon(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let at = position(dice, ground);
    let size = if dice.below(10) == 0 { 4.0 } else { 0.5 };
    let mut corner = || {
        let mut by = || size * (dice.share() - 0.5);
        geo::Coord {
            x: at.lng() + by(),
            y: at.lat() + by(),
        }
    };
    let ring = vec![corner(), corner(), corner()];
    let triangle = Polygon::new(LineString::new(ring), vec![]);
    let area = Area::new(triangle.clone().into());
    let asked = Asked {
        query: ItemsQuery {
            area,
            ..plain(None, dice).query
        },
        holds: Box::new(move |row| triangle.intersects(&Point::new(row.at.lng(), row.at.lat()))),
    };
    match dice.below(2) {
        0 => asked,
        _ => narrowed(asked, dice, ground),
    }
}

/// Along the border from one kilometre to another, within a distance of it.
fn in_corridor(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let from_km = 1640.0 * dice.share();
    let kilometres = Range {
        low: from_km,
        high: from_km + 200.0 * dice.share(),
    };
    let metres = Range {
        low: 0.0,
        high: 50_000.0 * dice.share(),
    };
    let between = |name: &str, range: Range<f64>| Filter::Between {
        field: ground.schema.index_of(name).expect("a derived field"),
        range,
    };
    let along = between(BORDER_KM, kilometres);
    let asked = Asked {
        query: ItemsQuery {
            filter: Filter::All(vec![along, between(BORDER_DISTANCE_M, metres)]),
            ..plain(None, dice).query
        },
        holds: Box::new(move |row| {
            kilometres.contains(row.border_km) && metres.contains(row.border_distance_m)
        }),
    };
    match dice.below(2) {
        0 => asked,
        _ => at_times(asked, dice),
    }
}

/// Some ids, some of which nobody has.
fn of_ids(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let numbers: Vec<usize> = (0..20).map(|_| dice.below(ground.count * 2)).collect();
    let ids = numbers
        .iter()
        .map(|number| format!("gen-{number:08}").into());
    let asked = Asked {
        query: ItemsQuery {
            ids: Some(ids.collect()),
            ..plain(None, dice).query
        },
        holds: Box::new(move |row| numbers.contains(&row.number)),
    };
    narrowed(asked, dice, ground)
}

/// A filter in CQL2, sometimes with a condition of its own besides.
fn as_written(dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let (text, holds) = written::filter(dice, ground);
    let condition = cql2::read(Encoding::Text, &text, ground.schema).expect("a filter");
    let plain = plain(None, dice).query;
    let asked = Asked {
        query: plain.filtered(condition.into(), ground.schema),
        holds,
    };
    match dice.below(3) {
        0 => narrowed(asked, dice, ground),
        _ => asked,
    }
}

/// Whether a position lies in a box of `[west, south, east, north]`, its sides included.
pub fn inside(at: LngLat, [west, south, east, north]: [f64; 4]) -> bool {
    (west..=east).contains(&at.lng()) && (south..=north).contains(&at.lat())
}

fn plain(near: Option<Near>, dice: &mut Dice) -> Asked {
    Asked {
        query: ItemsQuery {
            near,
            limit: [1, 10, 100][dice.below(3)],
            count: dice.below(2) == 0,
            ..ItemsQuery::default()
        },
        holds: Box::new(|_| true),
    }
}

fn around(dice: &mut Dice, ground: &Ground<'_>, radius_m: Option<f64>) -> Near {
    let at = position(dice, ground);
    Near { at, radius_m }
}

pub fn position(dice: &mut Dice, ground: &Ground<'_>) -> LngLat {
    ground.positions[dice.below(ground.positions.len())]
}

/// The question with one or two filters more.
fn narrowed(asked: Asked, dice: &mut Dice, ground: &Ground<'_>) -> Asked {
    let one = match dice.below(3) {
        0 => at_times(asked, dice),
        1 => of_values(asked, "category", |row| row.category, dice, ground),
        _ => of_values(asked, "status", |row| row.status, dice, ground),
    };
    match dice.below(2) {
        // The same filter once more only takes the other's place, on both sides.
        0 => at_times(one, dice),
        _ => one,
    }
}

/// Only of some days.
fn at_times(asked: Asked, dice: &mut Dice) -> Asked {
    const DAY_US: i64 = 86_400_000_000;
    let day = |dice: &mut Dice, days: usize| i64::try_from(dice.below(days)).unwrap_or(0);
    // The incidents are of 2018 to 2025; the first day here is 2017-10-01.
    let start_us = (17_440 + day(dice, 3000)) * DAY_US;
    let span = TimeSpan {
        start_us,
        last_us: start_us + (1 + day(dice, 700)) * DAY_US - 1,
    };
    let datetime = Some(span);
    if asked.query.datetime.is_some() {
        return asked;
    }
    Asked {
        query: ItemsQuery {
            datetime,
            ..asked.query
        },
        holds: Box::new(move |row| row.time.intersects(span) && (asked.holds)(row)),
    }
}

/// Only with one of some values of a field with a closed list.
fn of_values(
    asked: Asked,
    name: &str,
    of_row: fn(&Row) -> usize,
    dice: &mut Dice,
    ground: &Ground<'_>,
) -> Asked {
    let field = ground.schema.index_of(name).expect("a field");
    let allowed = &ground.schema.fields[field].values;
    let chosen: Vec<usize> = (0..=dice.below(3))
        .map(|_| dice.below(allowed.len()))
        .collect();
    let values = chosen
        .iter()
        .map(|at| Value::Text(allowed[*at].as_str().into()));
    let any_of = Filter::AnyOf {
        field,
        values: values.collect(),
    };
    let filter = Filter::All(vec![asked.query.filter, any_of]);
    Asked {
        query: ItemsQuery {
            filter,
            ..asked.query
        },
        holds: Box::new(move |row| chosen.contains(&of_row(row)) && (asked.holds)(row)),
    }
}
