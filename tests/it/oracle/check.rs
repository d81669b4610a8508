//! Random queries of every kind to a server, its answers against brute force.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;

use bordermap::atlas::geo::geodesy::distance_m;
use bordermap::atlas::geo::position::LngLat;
use serde_json::Value as Json;

use super::incidents::{Found, TIE_M, World, number_of};
use super::kinds::KINDS;
use super::query::{Ground, Query};
use super::scene::Dice;

/// Wrong answers that are listed; the others are counted.
const LISTED_MAX: usize = 20;
/// Queries of a kind of which one at least must find something.
const FINDING: usize = 10;

/// A page of features, as a server answers.
struct Page {
    /// By number, each with its distance in a query by distance.
    features: Vec<(usize, Option<f64>)>,
    /// How many match in all, if that was wanted.
    matched: Option<u64>,
    /// The path of the next page.
    next: Option<String>,
}

/// Sends so many queries, all kinds in turn, on all cores; a sentence for each wrong answer. `connect`
/// gives a client, which gives the body of a good answer to the path of a request.
pub fn run<C: FnMut(&str) -> Result<String, String>>(
    world: &World,
    positions: &[LngLat],
    count: usize,
    connect: impl Fn() -> C + Sync,
) -> Vec<String> {
    let ground = Ground { world, positions };
    let next = AtomicUsize::new(0);
    let found = KINDS.map(|_| AtomicUsize::new(0));
    let work = || {
        let mut client = connect();
        let mut wrong = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return wrong;
            }
            let (kind, make) = KINDS[number % KINDS.len()];
            // Each query has dice of its own, so that one can be repeated alone.
            let query = make(&mut Dice(number as u64), &ground);
            match agrees(world, &query, &mut client) {
                Ok(any) => {
                    found[number % KINDS.len()].fetch_add(any, Ordering::Relaxed);
                }
                Err(fault) => {
                    let path = query.path();
                    wrong.push(format!("query {number}, {kind}: {fault}: {path}"));
                }
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut wrong: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().map(ScopedJoinHandle::join);
        done.flat_map(|wrong| wrong.expect("a worker")).collect()
    });
    let more = wrong.len().saturating_sub(LISTED_MAX);
    wrong.truncate(LISTED_MAX);
    if more > 0 {
        wrong.push(format!("and {more} more"));
    }
    // Answers without features would agree with a brute force that finds nothing.
    let empty = KINDS
        .iter()
        .zip(found)
        .filter(|(_, found)| count >= FINDING * KINDS.len() && found.load(Ordering::Relaxed) == 0);
    wrong.extend(empty.map(|((kind, _), _)| format!("{kind}: no query finds anything")));
    wrong
}

/// Requests a page and, if there is one, the page after it; how many features were in the first.
fn agrees(
    world: &World,
    query: &Query,
    client: &mut impl FnMut(&str) -> Result<String, String>,
) -> Result<usize, String> {
    let limit = query.limit;
    let truth = query.truth(world, 2 * limit + 1);
    let page = Page::read(&client(&query.path())?)?;
    match page.matched {
        Some(matched) => count_agrees(&truth, matched)?,
        None if query.count => return Err("it does not say how many match".into()),
        None => {}
    }
    let first = truth.first.len().min(limit);
    page_agrees(world, query, &truth.first[..first], &page)?;
    let Some(next) = page.next else {
        let more = truth.first.len() > limit;
        return if more && truth.on_edge == 0 {
            Err("there is no next page".into())
        } else {
            Ok(first)
        };
    };
    let second = Page::read(&client(&next)?)?;
    let last = truth.first.len().min(2 * limit);
    page_agrees(world, query, &truth.first[first..last], &second)
        .map_err(|fault| format!("on the second page: {fault}"))?;
    Ok(first)
}

impl Page {
    /// Reads a GeoJSON feature collection of OGC API Features.
    fn read(body: &str) -> Result<Self, String> {
        let answer: Json = serde_json::from_str(body).map_err(|error| error.to_string())?;
        let features = answer["features"].as_array().ok_or("it has no features")?;
        let features = features.iter().map(|feature| {
            let id = feature["id"].as_str().unwrap_or_default();
            let number = number_of(id).ok_or_else(|| format!("{id} was not generated"))?;
            Ok((number, feature["properties"]["distance_m"].as_f64()))
        });
        let links = answer["links"].as_array().ok_or("it has no links")?;
        let next = links.iter().find(|link| link["rel"] == "next");
        let next = next.and_then(|link| link["href"].as_str());
        let path = |href: &str| href.find("/api/").map(|at| href[at..].to_owned());
        Ok(Self {
            features: features.collect::<Result<_, String>>()?,
            matched: answer["numberMatched"].as_u64(),
            next: next.and_then(path),
        })
    }
}

fn page_agrees(
    world: &World,
    query: &Query,
    truth: &[(f64, usize)],
    page: &Page,
) -> Result<(), String> {
    for (number, told_m) in &page.features {
        let row = world.rows.get(*number);
        if !row.is_some_and(|row| (query.holds)(row)) {
            return Err(format!("{number} does not match"));
        }
        if query.near.is_some() != told_m.is_some() {
            return Err(format!("the distance of {number} is {told_m:?}"));
        }
    }
    list_agrees(world, query.near.map(|near| near.at), truth, &page.features)
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
            (distance_m(at, row.at) - away_m).abs() <= TIE_M
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
