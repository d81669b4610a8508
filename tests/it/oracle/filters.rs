//! Random filters as text, each with what it means of an incident: conditions of place, time and values,
//! joined and negated.

use bordermap::atlas::model::time::{DAY_US, day};

use super::incidents::Row;
use super::query::{Ground, Holds, inside};
use super::scene::Dice;

/// A filter of a few conditions, of which mostly all must hold.
pub fn filter(dice: &mut Dice, ground: &Ground<'_>) -> (String, Holds) {
    let all: Vec<(String, Holds)> = (0..=dice.below(3))
        .map(|_| condition(dice, ground))
        .collect();
    let (texts, conditions): (Vec<String>, Vec<Holds>) = all.into_iter().unzip();
    if dice.below(4) == 0 {
        let any = move |row: &Row| conditions.iter().any(|holds| holds(row));
        return (texts.join(" OR "), Box::new(any));
    }
    let all = move |row: &Row| conditions.iter().all(|holds| holds(row));
    (texts.join(" AND "), Box::new(all))
}

/// One condition, now and then negated.
fn condition(dice: &mut Dice, ground: &Ground<'_>) -> (String, Holds) {
    let (text, holds) = match dice.below(6) {
        0 => around(dice, ground),
        1 => in_box(dice, ground),
        2 | 3 => dated(dice),
        4 => between_dates(dice),
        _ => of_category(dice, ground),
    };
    match dice.below(5) {
        0 => (format!("NOT ({text})"), Box::new(move |row| !holds(row))),
        _ => (text, holds),
    }
}

fn around(dice: &mut Dice, ground: &Ground<'_>) -> (String, Holds) {
    let at = ground.position(dice);
    let radius_m = radius_m(dice);
    let (lng, lat) = (at.lng(), at.lat());
    let text = format!("distance_m(geometry, POINT({lng} {lat})) <= {radius_m}");
    (text, Box::new(move |row| row.is_within(at, radius_m)))
}

fn in_box(dice: &mut Dice, ground: &Ground<'_>) -> (String, Holds) {
    let at = ground.position(dice);
    let half = dice.share();
    let (west, south) = (at.lng() - half, at.lat() - half);
    let (east, north) = (at.lng() + half, at.lat() + half);
    let text = format!("s_intersects(geometry, BBOX({west}, {south}, {east}, {north}))");
    let sides = [west, south, east, north];
    (text, Box::new(move |row| inside(row.at, sides)))
}

/// From 100 m to 50 km, as many small ones as large ones.
pub fn radius_m(dice: &mut Dice) -> f64 {
    100.0 * 500_f64.powf(dice.share())
}

/// A day of the incidents' years (2018 to 2025) and around them: its first microsecond.
pub fn some_day(dice: &mut Dice) -> i64 {
    (17_440 + i64::try_from(dice.below(3100)).unwrap_or(0)) * DAY_US
}

/// A date as text.
fn date(us: i64) -> String {
    format!("DATE('{}')", day(us).expect("a day"))
}

/// A sign between a date and a day, and when it holds of their first microseconds.
type Compared = (&'static str, fn(i64, i64) -> bool);

fn dated(dice: &mut Dice) -> (String, Holds) {
    let at = some_day(dice);
    let compares: [Compared; 6] = [
        ("=", |own, at| own == at),
        ("<>", |own, at| own != at),
        ("<", |own, at| own < at),
        ("<=", |own, at| own <= at),
        (">", |own, at| own > at),
        (">=", |own, at| own >= at),
    ];
    let (sign, holds) = compares[dice.below(compares.len())];
    let text = format!("date {sign} {}", date(at));
    (text, Box::new(move |row| holds(row.time.start_us, at)))
}

fn between_dates(dice: &mut Dice) -> (String, Holds) {
    let low = some_day(dice);
    let high = low + i64::try_from(dice.below(700)).unwrap_or(0) * DAY_US;
    let (first, last) = (date(low), date(high));
    let within = move |row: &Row| (low..=high).contains(&row.time.start_us);
    let text = match dice.below(2) {
        0 => format!("date BETWEEN {first} AND {last}"),
        // The generated incidents are of days.
        _ => format!(
            "t_intersects(date, INTERVAL('{}', '{}'))",
            day(low).expect("a day"),
            day(high).expect("a day")
        ),
    };
    (text, Box::new(within))
}

fn of_category(dice: &mut Dice, ground: &Ground<'_>) -> (String, Holds) {
    let allowed = &ground.world.categories;
    let chosen = [dice.below(allowed.len()), dice.below(allowed.len())];
    let [one, other] = chosen.map(|at| &allowed[at]);
    if dice.below(2) == 0 {
        let text = format!("category = '{one}'");
        return (text, Box::new(move |row| chosen[0] == row.category));
    }
    let text = format!("category IN ('{one}', '{other}')");
    (text, Box::new(move |row| chosen.contains(&row.category)))
}
