//! bordermap beside its peers, for anyone to run: `just peers`, or
//! `cargo run --release --manifest-path benches/peers/Cargo.toml --target-dir target -- --help`.
//!
//! The same generated incidents go into bordermap (the release program, its store filled by
//! `bordermap import`), PostGIS, servers before PostGIS, Tile38 and Redis; what is missing is
//! installed from the registry of its kind. Answers are held against brute force with Karney's
//! geodesics. Every server runs on one core, every client on another; a static body of the same
//! size from the same HTTP server is the ceiling. Rounds alternate, and the medians count.
//!
//! `--quick` only holds bordermap's answers against brute force, as a test of the product does too
//! (`tests/it/answers.rs`): no peer, no time. Whatever the form, a wrong answer of bordermap ends it
//! with a failure.
//!
//! `--beside BINARY` measures this build against an earlier one instead, and fails if one of its
//! bounds is not met.

mod beside;
mod changes;
mod client;
mod install;
mod interval;
mod load;
mod measure;
#[path = "../../../tests/it/oracle/mod.rs"]
mod oracle;
mod peer;
mod plot;
mod postgis;
mod program;
mod questions;
mod report;
mod resp;
mod served;
mod sizes;
mod start;
mod tiles;
mod web;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::client::{Client, Http};
use crate::measure::{COMPARED, Effort, Ours, Truths};
use crate::oracle::{check, kinds::KINDS};
use crate::peer::Peer;
use crate::postgis::Postgis;
use crate::report::Report;
use crate::served::Stage;
use crate::sizes::Size;

/// Incidents of the quick form.
const QUICK: usize = 5000;
/// Random queries of the quick form.
const QUICK_CHECK: usize = 600;
/// The sizes by which growth is shown, below the size that is wanted.
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// bordermap beside its peers.
#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true)]
struct Options {
    /// Only hold a few thousand answers against brute force: no peer, no time
    #[arg(long)]
    quick: bool,
    /// How many incidents
    #[arg(long, default_value_t = 1_000_000)]
    count: usize,
    /// Only these parts; without it, all
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Only these peers; without it, all
    #[arg(long, value_enum, value_delimiter = ',')]
    peers: Vec<Name>,
    /// Pairs of rounds; without it 5, and 20 with --beside
    #[arg(long)]
    rounds: Option<usize>,
    /// Seconds of one side of a round; without it 3, and 1 with --beside
    #[arg(long)]
    seconds: Option<f64>,
    /// Also at ten thousand, a hundred thousand and a million incidents, if that is less
    #[arg(long)]
    growth: bool,
    /// Random queries that are held against brute force
    #[arg(long, default_value_t = 10_000)]
    check: usize,
    /// Install nothing; a peer that is missing is left out
    #[arg(long)]
    no_install: bool,
    /// A document that keeps the figures between its marks; the plot goes beside it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Another bordermap than the one of this tree, which is built first
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// An earlier bordermap: this build is measured against it alone, and against no peer
    #[arg(long, value_name = "BINARY")]
    beside: Option<PathBuf>,
}

/// A part of what there is to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Random queries of every kind against brute force
    Check,
    /// Load, restart, memory
    Start,
    /// The questions beside the ceiling and the peers
    Near,
    /// Vector tiles
    Tiles,
    /// Readers while changes arrive
    Changes,
}

/// A peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    Postgis,
    Tipg,
    Featureserv,
    Martin,
    Tile38,
    Redis,
    /// No peer at all
    None,
}

impl Options {
    /// The peers that are wanted.
    fn peers(&self) -> &[Name] {
        if self.peers.is_empty() {
            Name::value_variants()
        } else {
            &self.peers
        }
    }

    fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn effort(&self) -> Effort {
        let (rounds, seconds) = match self.beside {
            Some(_) => (20, 1.0),
            None => (5, 3.0),
        };
        Effort {
            rounds: self.rounds.unwrap_or(rounds).max(1),
            time: Duration::from_secs_f64(self.seconds.unwrap_or(seconds)),
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The roles that this program has in other processes.
    let role = match arguments.first().map(String::as_str) {
        Some("static") => Some(load::static_role()),
        Some("load") => Some(load::client_role(&arguments[1..])),
        Some("writing") => Some(changes::role(&arguments[1..])),
        _ => None,
    };
    if let Some(ended) = role {
        return match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let mut options = Options::parse();
    if options.quick {
        options.count = QUICK;
        options.check = QUICK_CHECK;
        options.only = vec![Part::Check];
        options.growth = false;
    }
    if let Err(fault) = program::choose(options.program.as_deref()) {
        eprintln!("{fault}");
        return ExitCode::FAILURE;
    }
    let wrong = match &options.beside {
        Some(old) => beside(&options, old),
        None => run(&options),
    };
    let word = if options.beside.is_some() {
        "NOT MET"
    } else {
        "WRONG"
    };
    for fault in &wrong {
        eprintln!("{word}: {fault}");
    }
    if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Measures what is wanted; a sentence for each wrong answer.
fn run(options: &Options) -> Vec<String> {
    let mut sizes = Vec::new();
    if options.growth && options.has(Part::Near) {
        for count in SIZES.into_iter().filter(|count| *count < options.count) {
            eprintln!("{count} incidents …");
            let stage = Stage::set(count);
            let truths = Truths::find(&stage);
            sizes.push(questions(options, &stage, &truths, &[Name::Postgis]));
        }
    }
    let mut report = Report::new(options.count);
    eprintln!("{} incidents …", options.count);
    let stage = Stage::set(options.count);
    let mut wrong = Vec::new();
    if options.has(Part::Check) {
        wrong.extend(check(options, &stage, &mut report));
    }
    let truths = Truths::find(&stage);
    let over_http = wrong_over_http(options, &stage, &truths);
    let wrong_http = over_http.len();
    wrong.extend(over_http);
    if options.has(Part::Start) {
        report.started(options.count, &start::measure(&stage));
    }
    if options.has(Part::Near) {
        let size = questions(options, &stage, &truths, options.peers());
        report.ratios(size.count, &size.bytes, &size.ceiling, &size.peers);
        report.answers(wrong_http, COMPARED, &size.peers);
        sizes.push(size);
    }
    if options.has(Part::Tiles) {
        let served = stage.serve(true);
        match tiles::measure(served.address, &stage.positions) {
            Ok(zooms) => report.tiles(&zooms),
            Err(error) => report.say(&format!("\nTiles: not available: {error}")),
        }
    }
    if options.has(Part::Changes) {
        // Last: it changes the store.
        match changes::measure(&stage, options.effort().rounds, options.effort().time) {
            Ok(seen) => report.changes(&seen),
            Err(fault) => report.say(&format!("\nChanges: not measured: {fault}")),
        }
    }
    keep(options, report, &sizes);
    wrong
}

/// Measures this build against an earlier one; a sentence for each bound that is not met.
fn beside(options: &Options, old: &Path) -> Vec<String> {
    let mut report = Report::new(options.count);
    let programs = [program::program(), old];
    let faults = beside::run(programs, options.count, options.effort(), &mut report);
    if let Some(out) = &options.out
        && let Err(fault) = report.keep(out, report::BESIDE)
    {
        eprintln!("the figures were not kept: {fault}");
    }
    faults.unwrap_or_else(|fault| vec![fault])
}

/// Goal 9: random queries of every kind.
fn check(options: &Options, stage: &Stage, report: &mut Report) -> Vec<String> {
    let served = stage.serve(false);
    let wrong = check::run(&stage.world, &stage.positions, options.check, || {
        let mut client = Http::new(served.address).expect("a connection");
        move |path: &str| {
            client.request(path).map_err(|error| error.to_string())?;
            String::from_utf8(client.body.clone()).map_err(|error| error.to_string())
        }
    });
    report.say(&format!(
        "\n{} random queries of {} kinds against brute force: {} wrong.",
        options.check,
        KINDS.len(),
        wrong.len()
    ));
    wrong
}

fn wrong_over_http(options: &Options, stage: &Stage, truths: &Truths) -> Vec<String> {
    let served = stage.serve(true);
    Ours::new(stage, truths, served.address, options.effort()).wrong()
}

/// The questions beside the ceiling and the peers: one peer at a time, for memory's sake; those
/// before PostGIS with it.
fn questions(options: &Options, stage: &Stage, truths: &Truths, wanted: &[Name]) -> Size {
    let served = stage.serve(true);
    let ours = Ours::new(stage, truths, served.address, options.effort());
    let may_install = !options.no_install;
    let ceiling = ours.ceiling();
    let mut peers = Vec::new();
    let wants = |name: Name| wanted.contains(&name);
    if wanted != [Name::None] {
        stage.export();
    }
    let before = [
        (Name::Tipg, "tipg"),
        (Name::Featureserv, "pg_featureserv"),
        (Name::Martin, "martin"),
    ];
    if wants(Name::Postgis) || before.iter().any(|(name, _)| wants(*name)) {
        let postgis = Postgis::start(stage, may_install);
        if let Ok(postgis) = &postgis {
            let filling = postgis.filling.as_secs_f64();
            eprintln!("PostGIS was filled in {filling:.0} s");
        }
        if wants(Name::Postgis) {
            peers.push(ours.beside("PostGIS", as_peer(&postgis)));
        }
        for (name, label) in before.into_iter().filter(|(name, _)| wants(*name)) {
            let web = postgis.as_ref().map_err(Clone::clone);
            let web = web.and_then(|postgis| match name {
                Name::Tipg => web::tipg(postgis, may_install),
                Name::Martin => web::martin(postgis, may_install),
                _ => web::featureserv(postgis, may_install),
            });
            peers.push(ours.beside(label, as_peer(&web)));
        }
    }
    if wants(Name::Tile38) {
        peers.push(ours.beside("Tile38", as_peer(&resp::tile38(stage, may_install))));
    }
    if wants(Name::Redis) {
        peers.push(ours.beside("Redis", as_peer(&resp::redis(stage, may_install))));
    }
    Size {
        count: stage.world.rows.len(),
        bytes: ours.bytes,
        ceiling,
        peers,
    }
}

fn as_peer<P: Peer>(peer: &Result<P, String>) -> Result<&dyn Peer, String> {
    match peer {
        Ok(peer) => Ok(peer),
        Err(reason) => Err(reason.clone()),
    }
}

/// Writes the document and the plot.
fn keep(options: &Options, mut report: Report, sizes: &[Size]) {
    let Some(out) = &options.out else {
        return;
    };
    if let Some(svg) = sizes::plot(sizes) {
        let picture = out.with_file_name("peers.svg");
        std::fs::write(&picture, svg).expect("the plot");
        report.say("\n![Answers a second by system, and the cost of an answer by size](peers.svg)");
    }
    if let Err(fault) = report.keep(out, report::PEERS) {
        eprintln!("the figures were not kept: {fault}");
    }
}
