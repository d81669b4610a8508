//! Goal 9: random questions of every kind, the engine's answer against brute force. In one process,
//! so that all that the engine can be asked is asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;

use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::layer::Layer;
use bordermap::atlas::layer::answer::FeaturePage;
use bordermap::atlas::query::question::ItemsQuery;

use crate::ask::{Asked, Ground, KINDS};
use crate::brute::{Found, TIE_M, World, number_of};
use crate::scene::Dice;

/// Wrong answers that are told one by one; the others are counted.
const TOLD_MAX: usize = 20;

/// Asks so many questions, all kinds in turn; a sentence for each wrong answer.
pub fn run(layer: &Layer, world: &World, positions: &[LngLat], count: usize) -> Vec<String> {
    let ground = Ground {
        schema: layer.schema(),
        positions,
        count: world.rows.len(),
    };
    let next = AtomicUsize::new(0);
    let work = || {
        let mut wrong = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return wrong;
            }
            let (kind, make) = KINDS[number % KINDS.len()];
            // Each question has dice of its own, so that one can be asked again alone.
            let asked = make(&mut Dice(number as u64), &ground);
            if let Err(fault) = ask(layer, world, &asked) {
                wrong.push(format!(
                    "question {number}, {kind}: {fault}: {:?}",
                    asked.query
                ));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut wrong: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().map(ScopedJoinHandle::join);
        done.flat_map(|wrong| wrong.expect("a worker")).collect()
    });
    let more = wrong.len().saturating_sub(TOLD_MAX);
    wrong.truncate(TOLD_MAX);
    if more > 0 {
        wrong.push(format!("and {more} more"));
    }
    wrong
}

/// Asks for a page and, if there is one, the page after it.
fn ask(layer: &Layer, world: &World, asked: &Asked) -> Result<(), String> {
    let limit = asked.query.limit;
    let truth = asked.truth(world, 2 * limit + 1);
    let answer = layer.items(&asked.query);
    if let Some(matched) = answer.matched {
        count_agrees(&truth, matched)?;
    } else if asked.query.count {
        return Err("it does not say how many match".into());
    }
    let first = truth.first.len().min(limit);
    page_agrees(world, asked, &truth.first[..first], &answer)?;
    let more = truth.first.len() > limit;
    let Some(next) = answer.next else {
        return if more && truth.on_edge == 0 {
            Err("there is no next page".into())
        } else {
            Ok(())
        };
    };
    let second = layer.items(&ItemsQuery {
        cursor: Some(next),
        ..asked.query.clone()
    });
    let last = truth.first.len().min(2 * limit);
    page_agrees(world, asked, &truth.first[first..last], &second)
        .map_err(|fault| format!("on the second page: {fault}"))
}

fn page_agrees(
    world: &World,
    asked: &Asked,
    truth: &[(f64, usize)],
    answer: &FeaturePage<'_>,
) -> Result<(), String> {
    let mut given = Vec::with_capacity(answer.hits.len());
    for hit in &answer.hits {
        let id = hit.feature.id().to_string();
        let number = number_of(&id).filter(|number| *number < world.rows.len());
        let number = number.ok_or_else(|| format!("{id} was not generated"))?;
        if !(asked.holds)(&world.rows[number]) {
            return Err(format!("{id} does not match"));
        }
        given.push((number, hit.distance_m));
    }
    let at = asked.query.near.map(|near| near.at);
    list_agrees(world, at, truth, &given)
}

/// Whether a list is brute force's, in its order; incidents as far as each other may change places.
///
/// # Errors
/// The first place where it is not.
pub fn list_agrees(
    world: &World,
    at: Option<LngLat>,
    truth: &[(f64, usize)],
    given: &[(usize, Option<f64>)],
) -> Result<(), String> {
    for (place, ((away_m, number), (told, told_m))) in truth.iter().zip(given).enumerate() {
        if let Some(told_m) = told_m
            && (told_m - away_m).abs() > TIE_M
        {
            return Err(format!(
                "result {place} is {told} at {told_m} m, not {number} at {away_m} m"
            ));
        }
        let tie = at.is_some_and(|at| {
            let row = &world.rows[*told];
            (bordermap::atlas::geo::geodesy::distance_m(at, row.at) - away_m).abs() <= TIE_M
        });
        if told != number && !tie {
            return Err(format!("result {place} is {told}, not {number}"));
        }
    }
    if truth.len() == given.len() {
        Ok(())
    } else {
        Err(format!("{} results, not {}", given.len(), truth.len()))
    }
}

/// Whether a count is brute force's, but for incidents on the very edge of the radius.
///
/// # Errors
/// If it is not.
pub fn count_agrees(truth: &Found, told: u64) -> Result<(), String> {
    if told.abs_diff(truth.matched) <= truth.on_edge {
        Ok(())
    } else {
        Err(format!("{told} match, not {}", truth.matched))
    }
}
