//! Random queries of every kind. A new kind is one function here and its line in [`KINDS`]; a new
//! parameter that narrows them is one arm of [`narrowed`].

use bordermap::atlas::model::time::{DAY_US, TimeSpan, day};
use geo::{Intersects, LineString, Point, Polygon};

use super::filters;
use super::incidents::Row;
use super::query::{Ground, Near, Query, inside, joined};
use super::scene::Dice;

/// Makes a query of a kind.
type Make = fn(&mut Dice, &Ground<'_>) -> Query;

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

fn near(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    // Now and then half the map.
    let radius_m = match dice.below(200) {
        0 => 1e6,
        _ => filters::radius_m(dice),
    };
    around(dice, ground, Some(radius_m))
}

fn near_filtered(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let query = near(dice, ground);
    narrowed(query, dice, ground)
}

fn nearest(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    around(dice, ground, None)
}

fn nearest_filtered(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let query = nearest(dice, ground);
    narrowed(query, dice, ground)
}

fn in_box(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let at = ground.position(dice);
    let (wide, high) = (dice.share() * dice.share(), dice.share() * dice.share());
    let sides = [
        at.lng() - wide,
        at.lat() - high,
        at.lng() + wide,
        at.lat() + high,
    ];
    let within = move |row: &Row| inside(row.at, sides);
    let query = plain(None, dice).and("bbox", [joined(sides)], within);
    perhaps_narrowed(query, dice, ground)
}

fn filtered(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let query = plain(None, dice);
    narrowed(query, dice, ground)
}

/// A triangle, sometimes around a large part of the map.
fn in_polygon(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let at = ground.position(dice);
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
    let corners = triangle.exterior().coords();
    let corners: Vec<String> = corners.map(|at| format!("{} {}", at.x, at.y)).collect();
    let filter = format!("s_intersects(geometry, POLYGON(({})))", corners.join(", "));
    let within = move |row: &Row| triangle.intersects(&Point::new(row.at.lng(), row.at.lat()));
    let query = plain(None, dice).and("filter", [filter], within);
    perhaps_narrowed(query, dice, ground)
}

/// Along the border from one kilometre to another, within a distance of it.
fn in_corridor(dice: &mut Dice, _: &Ground<'_>) -> Query {
    let from_km = 1640.0 * dice.share();
    let until_km = from_km + 200.0 * dice.share();
    let within_m = 50_000.0 * dice.share();
    let filter =
        format!("border_km BETWEEN {from_km} AND {until_km} AND border_distance_m <= {within_m}");
    let within = move |row: &Row| {
        (from_km..=until_km).contains(&row.border_km) && row.border_distance_m <= within_m
    };
    let query = plain(None, dice).and("filter", [filter], within);
    match dice.below(2) {
        0 => query,
        _ => at_times(query, dice),
    }
}

/// Some ids, some of which nobody has.
fn of_ids(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let count = ground.world.rows.len();
    let numbers: Vec<usize> = (0..20).map(|_| dice.below(count * 2)).collect();
    let ids = numbers.clone().into_iter();
    let ids = ids.map(|number| format!("gen-{number:08}"));
    let one_of = move |row: &Row| numbers.contains(&row.number);
    let query = plain(None, dice).and("id", ids, one_of);
    narrowed(query, dice, ground)
}

/// A filter in CQL2, sometimes with a parameter besides.
fn as_written(dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let (text, holds) = filters::filter(dice, ground);
    let query = plain(None, dice).and("filter", [text], holds);
    match dice.below(3) {
        0 => narrowed(query, dice, ground),
        _ => query,
    }
}

fn plain(near: Option<Near>, dice: &mut Dice) -> Query {
    Query {
        near,
        parameters: vec![],
        holds: Box::new(|_| true),
        limit: [1, 10, 100][dice.below(3)],
        count: dice.below(2) == 0,
    }
}

fn around(dice: &mut Dice, ground: &Ground<'_>, radius_m: Option<f64>) -> Query {
    let at = ground.position(dice);
    plain(Some(Near { at, radius_m }), dice)
}

fn perhaps_narrowed(query: Query, dice: &mut Dice, ground: &Ground<'_>) -> Query {
    match dice.below(2) {
        0 => query,
        _ => narrowed(query, dice, ground),
    }
}

/// The query with one or two parameters more.
fn narrowed(query: Query, dice: &mut Dice, ground: &Ground<'_>) -> Query {
    let world = ground.world;
    let one = match dice.below(3) {
        0 => at_times(query, dice),
        1 => of_values(
            query,
            "category",
            &world.categories,
            |row| row.category,
            dice,
        ),
        _ => of_values(query, "status", &world.statuses, |row| row.status, dice),
    };
    if dice.below(2) == 0 && !one.has("datetime") {
        return at_times(one, dice);
    }
    one
}

/// Only of some days.
fn at_times(query: Query, dice: &mut Dice) -> Query {
    let days = |dice: &mut Dice, most: usize| i64::try_from(dice.below(most)).unwrap_or(0);
    let start_us = filters::some_day(dice);
    let span = TimeSpan {
        start_us,
        last_us: start_us + (1 + days(dice, 700)) * DAY_US - 1,
    };
    let [first, last] = [span.start_us, span.last_us].map(|us| day(us).expect("a day"));
    let when = format!("{first}/{last}");
    query.and("datetime", [when], move |row| row.time.intersects(span))
}

/// Only with one of some values of a field with a closed list.
fn of_values(
    query: Query,
    name: &'static str,
    allowed: &[String],
    of_row: fn(&Row) -> usize,
    dice: &mut Dice,
) -> Query {
    let chosen: Vec<usize> = (0..=dice.below(3))
        .map(|_| dice.below(allowed.len()))
        .collect();
    let values: Vec<String> = chosen.iter().map(|at| allowed[*at].clone()).collect();
    query.and(name, values, move |row| chosen.contains(&of_row(row)))
}
