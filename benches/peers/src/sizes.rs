//! What was measured, size by size, and the lines and dots that it is in the plot.

use crate::measure::{Compared, Pair};
use crate::plot::{self, Series};
use crate::questions::QUESTIONS;

/// What was measured at one size.
pub struct Size {
    pub count: usize,
    pub bytes: Vec<usize>,
    pub ceiling: Vec<Option<Result<Pair, String>>>,
    pub peers: Vec<Compared>,
}

/// The plot: the last size by system, and the growth up to it.
pub fn plot(sizes: &[Size]) -> Option<String> {
    let last = sizes.last()?;
    let growth = if sizes.len() > 1 {
        growth(sizes)
    } else {
        vec![]
    };
    let names = QUESTIONS.each_ref().map(|question| question.name);
    Some(plot::draw(&names, &systems(last), &growth))
}

/// What each system answers a second, by question.
fn systems(size: &Size) -> Vec<Series> {
    let series =
        |name: &str, colour, pairs: &[Option<Result<Pair, String>>], pick: fn(&Pair) -> f64| {
            let measured = pairs
                .iter()
                .enumerate()
                .filter_map(|(row, pair)| match pair {
                    Some(Ok(pair)) => Some((row as f64, pick(pair))),
                    _ => None,
                });
            Series {
                name: name.to_owned(),
                values: measured.collect(),
                dashed: false,
                colour,
            }
        };
    let mut all = vec![
        series("bordermap", 0, &size.ceiling, |pair| pair.ours_per_s),
        series("a static body", 1, &size.ceiling, |pair| pair.theirs_per_s),
    ];
    for (at, peer) in size.peers.iter().enumerate() {
        all.push(series(peer.label, 2 + at, &peer.pairs, |pair| {
            pair.theirs_per_s
        }));
    }
    all.retain(|series| !series.values.is_empty());
    all
}

/// What an answer costs by size: bordermap's, and PostGIS's in broken lines.
fn growth(sizes: &[Size]) -> Vec<Series> {
    let cost = |size: &Size, at: usize, postgis: bool| {
        let pairs = if postgis {
            let peer = size.peers.iter().find(|peer| peer.label == "PostGIS")?;
            &peer.pairs
        } else {
            &size.ceiling
        };
        let pair = pairs.get(at)?.as_ref()?.as_ref().ok()?;
        let per_s = if postgis {
            pair.theirs_per_s
        } else {
            pair.ours_per_s
        };
        Some((size.count as f64, 1e6 / per_s))
    };
    let series = |postgis: bool| {
        QUESTIONS
            .iter()
            .enumerate()
            .map(move |(at, question)| Series {
                name: if postgis { "PostGIS" } else { question.name }.to_owned(),
                values: sizes
                    .iter()
                    .filter_map(|size| cost(size, at, postgis))
                    .collect(),
                dashed: postgis,
                colour: at,
            })
    };
    let mut all: Vec<Series> = series(false).chain(series(true)).collect();
    all.retain(|series| !series.values.is_empty());
    all
}
