//! Goal 8: readers while changes arrive.
//!
//! One process holds the live atlas over the SQLite store, serves it, and reports the changes through
//! the only door there is (`LiveAtlas::report`: a durable commit, read back, published). It has all
//! cores; the readers send questions at a fixed pace from the clients' core, and an answer's time counts from
//! the moment at which it was due. A commit's time is from before it begins until the atlas that has
//! it is published.

use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bordermap::atlas::model::change::{Change, Origin};
use bordermap::atlas::model::feature::Feature;
use bordermap::http::server::options::Options;
use bordermap::http::service;
use bordermap::live::LiveAtlas;
use bordermap::store::Abandon;
use bordermap::store::sqlite::SqliteStore;

use crate::client::{Borne, percentile};
use crate::load::{Protocol, Running, ours, serve_here};
use crate::oracle::scene::{self, Dice};
use crate::questions::QUESTIONS;
use crate::served::Stage;

/// Changes a second that are reported.
const CHANGES_PER_S: f64 = 2000.0;
/// Changes a commit.
const COMMIT: u32 = 50;
/// Questions a second that the readers send.
pub const READS_PER_S: f64 = 1000.0;

/// What was seen, a value a round.
#[derive(Default)]
pub struct Seen {
    pub without: Vec<Borne>,
    pub with: Vec<Borne>,
    pub wrote: Vec<Wrote>,
}

/// What the writer did in a round.
#[derive(Clone, Copy, Debug)]
pub struct Wrote {
    pub changes_per_s: f64,
    pub visible_p50_ms: f64,
    pub visible_p99_ms: f64,
}

/// Measures the readers in turn without and with changes.
pub fn measure(stage: &Stage, rounds: usize, time: Duration) -> Result<Seen, String> {
    let child = Command::new(std::env::current_exe().map_err(|error| error.to_string())?)
        .arg("writing")
        .arg(&stage.store)
        .arg(stage.world.rows.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut running = Running::new(child, "-TERM");
    let mut said = BufReader::new(running.child.stdout.take().expect("a pipe"));
    let address: SocketAddr = line(&mut said)?.parse().map_err(|_| "no address")?;
    let paths = stage.for_each_position(|at| QUESTIONS[0].path(at));
    let read = || ours(Protocol::Http, address, &paths, time, Some(READS_PER_S));
    // What the first questions find cold is no matter of changes.
    read()?;
    let mut seen = Seen::default();
    for _ in 0..rounds {
        seen.without.push(read()?);
        let stdin = running.child.stdin.as_mut().expect("a pipe");
        writeln!(stdin, "{}", time.as_secs_f64()).map_err(|error| error.to_string())?;
        seen.with.push(read()?);
        let figures = line(&mut said)?;
        let figures: Result<Vec<f64>, _> = figures.split(' ').map(str::parse).collect();
        let [changes_per_s, visible_p50_ms, visible_p99_ms] = figures.unwrap_or_default()[..]
        else {
            return Err("the writer gave up".into());
        };
        seen.wrote.push(Wrote {
            changes_per_s,
            visible_p50_ms,
            visible_p99_ms,
        });
    }
    Ok(seen)
}

fn line(said: &mut BufReader<ChildStdout>) -> Result<String, String> {
    let mut line = String::new();
    said.read_line(&mut line)
        .map_err(|error| error.to_string())?;
    Ok(line.trim().to_owned())
}

/// The role of the process that is measured: a line with seconds on its standard input starts the
/// changes for so long, a line on its output says how they went.
pub fn role(arguments: &[String]) -> io::Result<()> {
    let [store, count] = arguments else {
        return Err(io::Error::other("writing STORE COUNT"));
    };
    let count: usize = count.parse().map_err(io::Error::other)?;
    let store = SqliteStore::open(Path::new(store)).map_err(io::Error::other)?;
    let live = LiveAtlas::open(Arc::new(store)).map_err(io::Error::other)?;
    let served = live.clone();
    serve_here(
        |listen| {
            let options = Options {
                listen,
                ..Options::default()
            };
            service(served, options)
        },
        |_| {
            std::thread::spawn(move || obey(&live, count));
        },
    )
}

fn obey(live: &LiveAtlas, count: usize) {
    let schema = scene::generated_schema(live);
    let mut changes = changes(scene::features(live, &schema, usize::MAX), count);
    for line in io::stdin().lines() {
        let seconds = line.ok().and_then(|line| line.parse().ok());
        let time = Duration::from_secs_f64(seconds.expect("seconds"));
        let wrote = write(live, &mut changes, time);
        println!(
            "{} {} {}",
            wrote.changes_per_s, wrote.visible_p50_ms, wrote.visible_p99_ms
        );
    }
}

/// Of five changes three update an incident, one adds one and one withdraws one.
fn changes(features: impl Iterator<Item = Feature>, count: usize) -> impl Iterator<Item = Change> {
    let mut dice = Dice(8);
    features.enumerate().map(move |(number, mut feature)| {
        let layer: Box<str> = scene::LAYER.into();
        let any = format!("gen-{:08}", dice.below(count)).into();
        match number % 5 {
            0 => return Change::Remove { layer, id: any },
            1 => feature.id = format!("new-{number:08}").into(),
            _ => feature.id = any,
        }
        Change::Put { layer, feature }
    })
}

/// Commits at fixed moments; what is late is caught up with.
fn write(live: &LiveAtlas, changes: &mut dyn Iterator<Item = Change>, time: Duration) -> Wrote {
    let every = Duration::from_secs_f64(f64::from(COMMIT) / CHANGES_PER_S);
    let started = Instant::now();
    let mut took_ms = Vec::new();
    let mut commits = 0;
    while started.elapsed() < time {
        let due = started + every * commits;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let batch: Vec<Change> = changes.take(COMMIT as usize).collect();
        let mut batch = batch.into_iter().map(Ok::<_, Abandon>);
        let from = Instant::now();
        live.report(Origin::User, &mut batch).expect("a commit");
        took_ms.push(from.elapsed().as_secs_f64() * 1e3);
        commits += 1;
    }
    Wrote {
        changes_per_s: f64::from(commits * COMMIT) / started.elapsed().as_secs_f64(),
        visible_p50_ms: percentile(&took_ms, 0.5),
        visible_p99_ms: percentile(&took_ms, 0.99),
    }
}
