//! Pairs of rounds: bordermap, the other, bordermap, the other, …; what counts is the median of the
//! ratios.

use std::net::SocketAddr;
use std::time::Duration;

use crate::client::{Client, Http, percentile};
use crate::load::{http, start_static};
use crate::oracle::check::{count_agrees, list_agrees};
use crate::oracle::incidents::{Found, World, number_of};
use crate::peer::{Given, Order, Peer};
use crate::questions::{Kind, QUESTIONS, Question};
use crate::served::Stage;
use crate::tiles;

/// Positions whose answers are compared.
pub const COMPARED: usize = 100;

/// Two systems, measured in turn; medians.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub ours_per_s: f64,
    pub theirs_per_s: f64,
    /// Ours over theirs.
    pub ratio: f64,
}

/// How long and how often.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub rounds: usize,
    /// One side of a round.
    pub time: Duration,
}

/// One peer beside bordermap.
pub struct Compared {
    pub label: &'static str,
    /// Its name and version, or why it is not there.
    pub version: Result<String, String>,
    /// For each question a pair; `None` if it knows no such question.
    pub pairs: Vec<Option<Result<Pair, String>>>,
    /// For each question how many of the compared answers differ from brute force.
    pub differ: Vec<Option<Result<Share, String>>>,
    /// The same with the exact order.
    pub differ_exact: Vec<Option<Result<Share, String>>>,
    /// z12 tiles, and how they were requested.
    pub tiles: Option<(&'static str, Result<Pair, String>)>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    pub part: usize,
    pub of: usize,
}

/// What brute force answers to every question, for the compared positions.
pub struct Truths(Vec<Vec<Found>>);

impl Truths {
    pub fn find(stage: &Stage) -> Self {
        let positions = &stage.positions[..COMPARED];
        let of = |question: &Question| {
            let found = positions.iter().map(|at| question.truth(&stage.world, *at));
            found.collect()
        };
        // One thread a question.
        std::thread::scope(|scope| {
            let work = QUESTIONS
                .each_ref()
                .map(|question| scope.spawn(move || of(question)));
            Self(work.map(|found| found.join().expect("an answer")).into())
        })
    }
}

/// bordermap being served, beside which others are measured.
pub struct Ours<'a> {
    pub stage: &'a Stage,
    pub truths: &'a Truths,
    pub address: SocketAddr,
    pub effort: Effort,
    /// Bytes of an answer's body, by question.
    pub bytes: Vec<usize>,
}

impl<'a> Ours<'a> {
    /// Sends every question once for every position.
    pub fn new(stage: &'a Stage, truths: &'a Truths, address: SocketAddr, effort: Effort) -> Self {
        let mut client = Http::new(address).expect("a connection");
        let bytes = QUESTIONS.iter().map(|question| {
            let bytes = stage.for_each_position(|at| {
                client.request(&question.path(at)).expect("an answer");
                client.body.len()
            });
            bytes.iter().sum::<usize>() / bytes.len()
        });
        Self {
            stage,
            truths,
            address,
            effort,
            bytes: bytes.collect(),
        }
    }

    /// A sentence for each answer over HTTP that is not brute force's.
    pub fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (question, truths) in QUESTIONS.iter().zip(&self.truths.0) {
            for (at, truth) in self.stage.positions.iter().zip(truths) {
                let answer = given(self.address, &question.path(*at));
                let agrees = answer.and_then(|mut given| {
                    // The page of one beside a count is not what was wanted.
                    given.page = given.page.filter(|_| question.kind != Kind::Count);
                    agrees(&self.stage.world, question, *at, truth, &given)
                });
                if let Err(fault) = agrees {
                    wrong.push(format!("{} at {at} over HTTP: {fault}", question.name));
                }
            }
        }
        wrong
    }

    /// bordermap beside the static ceiling.
    pub fn ceiling(&self) -> Vec<Option<Result<Pair, String>>> {
        let (_running, ceiling) = start_static().expect("the ceiling");
        let beside = QUESTIONS.iter().zip(&self.bytes).map(|(question, bytes)| {
            let paths = [format!("/{bytes}")];
            Some(self.pair(
                &self.stage.for_each_position(|at| question.path(at)),
                || http(ceiling, &paths, self.effort.time).map(|borne| borne.per_s),
            ))
        });
        beside.collect()
    }

    /// bordermap beside a peer.
    pub fn beside(&self, label: &'static str, peer: Result<&dyn Peer, String>) -> Compared {
        let peer = match peer {
            Ok(peer) => peer,
            Err(reason) => {
                eprintln!("{label}: {reason}");
                return Compared {
                    label,
                    version: Err(reason),
                    pairs: vec![],
                    differ: vec![],
                    differ_exact: vec![],
                    tiles: None,
                };
            }
        };
        eprintln!("beside {} …", peer.name());
        let time = self.effort.time;
        let differ = |how| {
            let all = QUESTIONS.iter().zip(&self.truths.0);
            all.map(|(question, truths)| self.differ(peer, question, truths, how))
                .collect()
        };
        let pairs = QUESTIONS.iter().map(|question| {
            // A round for nothing: what it finds cold is no matter of speed.
            if let Err(fault) = peer.rate(self.stage, question, Duration::from_secs(1))? {
                return Some(Err(fault));
            }
            let paths = self.stage.for_each_position(|at| question.path(at));
            Some(self.pair(&paths, || {
                peer.rate(self.stage, question, time).unwrap_or(Ok(0.0))
            }))
        });
        Compared {
            label,
            version: Ok(peer.name()),
            pairs: pairs.collect(),
            differ: differ(Order::AsMeasured),
            differ_exact: differ(Order::Exact),
            tiles: self.tiles_beside(peer),
        }
    }

    fn tiles_beside(&self, peer: &dyn Peer) -> Option<(&'static str, Result<Pair, String>)> {
        let held = tiles::holding(&self.stage.positions, tiles::COMPARED);
        let probe =
            Http::new(self.address).and_then(|mut client| client.status(&tiles::path(held[0])));
        if probe.ok() == Some(404) {
            return None;
        }
        let (how, first) = peer.tile_rate(&held, Duration::from_secs(1))?;
        if let Err(fault) = first {
            return Some((how, Err(fault)));
        }
        let paths: Vec<String> = held.iter().map(|tile| tiles::path(*tile)).collect();
        let rate = || {
            let rate = peer.tile_rate(&held, self.effort.time);
            rate.map_or(Ok(0.0), |(_, rate)| rate)
        };
        Some((how, self.pair(&paths, rate)))
    }

    fn pair(
        &self,
        paths: &[String],
        mut theirs: impl FnMut() -> Result<f64, String>,
    ) -> Result<Pair, String> {
        let (mut ours, mut other, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.effort.rounds {
            let here = http(self.address, paths, self.effort.time)?.per_s;
            let there = theirs()?;
            ours.push(here);
            other.push(there);
            ratios.push(here / there);
        }
        Ok(Pair {
            ours_per_s: percentile(&ours, 0.5),
            theirs_per_s: percentile(&other, 0.5),
            ratio: percentile(&ratios, 0.5),
        })
    }

    fn differ(
        &self,
        peer: &dyn Peer,
        question: &Question,
        truths: &[Found],
        how: Order,
    ) -> Option<Result<Share, String>> {
        let answers = match peer.answers(self.stage, question, COMPARED, how)? {
            Ok(answers) => answers,
            Err(fault) => return Some(Err(fault)),
        };
        let compared = answers.iter().zip(&self.stage.positions).zip(truths);
        let wrong = compared.filter(|((given, at), truth)| {
            agrees(&self.stage.world, question, **at, truth, given).is_err()
        });
        Some(Ok(Share {
            part: wrong.count(),
            of: answers.len(),
        }))
    }
}

/// Whether what an answer says is brute force's.
fn agrees(
    world: &World,
    question: &Question,
    at: bordermap::atlas::geo::position::LngLat,
    truth: &Found,
    given: &Given,
) -> Result<(), String> {
    if let Some(matched) = given.matched {
        count_agrees(truth, matched)?;
    }
    if let Some(page) = &given.page {
        let page: Vec<(usize, Option<f64>)> = page.iter().map(|number| (*number, None)).collect();
        let has_distance = !matches!(question.kind, Kind::Box | Kind::Filter);
        let from = has_distance.then_some(at);
        list_agrees(world, from, &truth.first, &page)?;
    }
    Ok(())
}

/// bordermap's answer.
fn given(address: SocketAddr, path: &str) -> Result<Given, String> {
    let mut client = Http::new(address).map_err(|error| error.to_string())?;
    client.request(path).map_err(|error| error.to_string())?;
    let answer: serde_json::Value =
        serde_json::from_slice(&client.body).map_err(|error| error.to_string())?;
    let features = answer["features"]
        .as_array()
        .ok_or("there are no features")?;
    let page = features
        .iter()
        .map(|feature| number_of(feature["id"].as_str()?));
    Ok(Given {
        page: Some(
            page.collect::<Option<_>>()
                .ok_or("an id was not generated")?,
        ),
        matched: answer["numberMatched"].as_u64(),
    })
}
