//! This build beside an earlier one, as programs: `just peers --beside BINARY`.
//!
//! Each makes its own store through its own commands, so that neither has to read what the other
//! wrote. Every round starts both servers anew, because where a process happens to lie in memory
//! makes it faster or slower for as long as it lives; within a round the sides take turns in slices
//! of a fraction of a second, and which begins alternates, so that a machine that gets slower or
//! faster favours neither. What is told of a question is the geometric mean of the rounds' ratios
//! with its 95 % interval; it is met if the whole interval is above its bound.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bordermap::atlas::geo::position::LngLat;
use tempfile::TempDir;

use crate::client::{Client, Http};
use crate::interval::Interval;
use crate::load::{Protocol, ours};
use crate::measure::{COMPARED, Effort};
use crate::oracle::incidents::World;
use crate::oracle::scene;
use crate::questions::QUESTIONS;
use crate::report::Report;
use crate::served::{PREPARED_MIN, Served, serve_with, wait_until_prepared};
use crate::tiles;

/// The layer of the generated incidents here: the shipped one, which every build makes by itself.
const LAYER: &str = "incidents";
/// The questions, by their names among [`QUESTIONS`].
const MEASURED: [&str; 5] = [
    "near 10 km, 10 results",
    "near 10 km, 100 results",
    "nearest 10",
    "count within 10 km",
    "box of 0.2°, 100 results, counted",
];
/// Incidents of a timed import.
const IMPORTED: usize = 50_000;
/// The lower end of the interval of new over old, for answers and for imports.
const ANSWERS_MIN: f64 = 0.95;
const IMPORT_MIN: f64 = 0.85;

/// How often a side's turn comes in a round.
const SLICES: u32 = 5;
/// The same for imports, which wait for a disk: one alone says little.
const IMPORTS: u32 = 4;

/// One of the two builds, with the store that it made.
struct Side {
    program: PathBuf,
    folder: TempDir,
    /// The first question of every server of this side.
    first: String,
}

/// What is measured: its name, the paths that are requested, and each round's new and old a second.
struct Measured {
    name: &'static str,
    paths: Vec<String>,
    rates: Vec<[f64; 2]>,
}

/// What a report says of each measure.
const COLUMNS: [&str; 6] = [
    "what",
    "new, a second",
    "old, a second",
    "new over old, 95 % interval",
    "bound",
    "",
];

/// Measures; a sentence for each bound that is not met and each answer that differs.
///
/// # Errors
/// What could not be run.
pub fn run(
    programs: [&Path; 2],
    count: usize,
    effort: Effort,
    report: &mut Report,
) -> Result<Vec<String>, String> {
    if effort.rounds < 2 {
        return Err("an interval needs two rounds at least".into());
    }
    let folder = scratch()?;
    let live = scene::shipped(folder.path());
    let positions = scene::positions(&live, crate::served::POSITIONS);
    let (many, some) = (folder.path().join("many"), folder.path().join("some"));
    let imported_count = IMPORTED.min(count);
    for (file, count) in [(&many, count), (&some, imported_count)] {
        let file = std::fs::File::create(file).map_err(|error| error.to_string())?;
        let mut lines = std::io::BufWriter::new(file);
        World::generate(&live, count, &mut lines);
        lines.into_inner().map_err(|error| error.to_string())?;
    }
    drop(live);
    let mut sides = Vec::new();
    for program in programs {
        sides.push(Side::fill(program, &many, count, positions[0])?);
    }
    let mut measured = questions(&positions);
    let (mut imports, mut faults) = (Vec::new(), Vec::new());
    for round in 0..effort.rounds {
        eprintln!("round {} of {} …", round + 1, effort.rounds);
        let served = [sides[0].serve(), sides[1].serve()];
        if round == 0 {
            for question in &measured {
                faults.extend(differing(question, &served)?);
            }
        }
        for question in &mut measured {
            let rates = beside(&served, &question.paths, effort.time, round)?;
            question.rates.push(rates);
        }
        drop(served);
        let took_s = imports_of(round, programs, &some)?;
        imports.push(took_s.map(|took_s| f64::from(IMPORTS) * imported_count as f64 / took_s));
    }
    let names = programs.map(version);
    report.say(&format!(
        "\n{} (new) beside {} (old): {} rounds of {:.1} s a side.",
        names[0],
        names[1],
        effort.rounds,
        effort.time.as_secs_f64()
    ));
    report.head(&COLUMNS.map(str::to_owned));
    for question in &measured {
        faults.extend(told(report, question.name, &question.rates, ANSWERS_MIN));
    }
    faults.extend(told(report, "import", &imports, IMPORT_MIN));
    Ok(faults)
}

/// The questions and the tiles.
fn questions(positions: &[LngLat]) -> Vec<Measured> {
    let measured = |name, paths: Vec<String>| Measured {
        name,
        paths: paths.iter().map(|path| here(path)).collect(),
        rates: Vec::new(),
    };
    let chosen = QUESTIONS.iter().filter(|one| MEASURED.contains(&one.name));
    let chosen = chosen.map(|one| {
        let paths = positions.iter().map(|at| one.path(*at));
        measured(one.name, paths.collect())
    });
    let held = tiles::holding(positions, tiles::COMPARED);
    let held = measured("tile z12", held.iter().copied().map(tiles::path).collect());
    chosen.chain([held]).collect()
}

impl Side {
    /// A store filled by this program.
    fn fill(program: &Path, file: &Path, count: usize, first: LngLat) -> Result<Self, String> {
        let (folder, took) = imported(program, file)?;
        let took_s = took.as_secs_f64();
        eprintln!("{}: imported in {took_s:.1} s", program.display());
        let side = Self {
            program: program.to_owned(),
            folder,
            first: format!("/api/collections/{LAYER}/items?near={first}&limit=1"),
        };
        // What a first start keeps beside the store is made before anything is timed.
        let first = side.serve();
        if count >= PREPARED_MIN {
            wait_until_prepared(&side.store());
        }
        drop(first);
        Ok(side)
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("bench.gpkg")
    }

    /// A server on the servers' core.
    fn serve(&self) -> Served {
        serve_with(&self.program, &self.store(), true, &self.first)
    }
}

/// Answers a second of either side.
fn beside(
    served: &[Served; 2],
    paths: &[String],
    time: Duration,
    round: usize,
) -> Result<[f64; 2], String> {
    let mut sums = [0.0; 2];
    let rate = |side: usize, time| {
        let address = served[side].address;
        ours(Protocol::Http, address, paths, time, None).map(|borne| borne.per_s)
    };
    // A turn for nothing first: what a side finds cold is no matter of speed.
    for side in [0, 1] {
        rate(side, time / SLICES)?;
    }
    for slice in 0..SLICES as usize {
        let rates = in_turn(round + slice, |side| rate(side, time / SLICES))?;
        for (sum, rate) in sums.iter_mut().zip(rates) {
            *sum += rate / f64::from(SLICES);
        }
    }
    Ok(sums)
}

/// How long the imports of a round take on either side, in seconds.
fn imports_of(round: usize, programs: [&Path; 2], file: &Path) -> Result<[f64; 2], String> {
    let mut sums_s = [0.0; 2];
    for turn in 0..IMPORTS as usize {
        let took_s = in_turn(round + turn, |side| {
            imported(programs[side], file).map(|(_, took)| took.as_secs_f64())
        })?;
        for (sum_s, took_s) in sums_s.iter_mut().zip(took_s) {
            *sum_s += took_s;
        }
    }
    Ok(sums_s)
}

/// What both sides give, the first of them alternating.
fn in_turn(
    turn: usize,
    mut give: impl FnMut(usize) -> Result<f64, String>,
) -> Result<[f64; 2], String> {
    let first = turn % 2;
    let mut given = [0.0; 2];
    for side in [first, 1 - first] {
        given[side] = give(side)?;
    }
    Ok(given)
}

/// A new store with the shipped data, into which a program has imported a file, and how long the
/// import alone took.
fn imported(program: &Path, file: &Path) -> Result<(TempDir, Duration), String> {
    let folder = scratch()?;
    let store = folder.path().join("bench.gpkg");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).arg("--store").arg(&store);
        crate::install::done(command.stdin(Stdio::null()))
    };
    // Of the shipped data alone, so that what is timed makes no store.
    let lakes = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/lakes.geojson");
    run(&["import", lakes, "--layer", "lakes"])?;
    let file = file.to_str().ok_or("the folder's name is not UTF-8")?;
    let started = Instant::now();
    run(&["import", file, "--layer", LAYER, "--format", "geojsonl"])?;
    Ok((folder, started.elapsed()))
}

/// A row; a sentence if its bound is not met.
fn told(report: &mut Report, name: &str, rates: &[[f64; 2]], bound: f64) -> Option<String> {
    let median = |side: usize| {
        let rates: Vec<f64> = rates.iter().map(|pair| pair[side]).collect();
        crate::client::percentile(&rates, 0.5)
    };
    let ratios: Vec<f64> = rates.iter().map(|[new, old]| new / old).collect();
    let Interval { low, mean, high } = Interval::of_ratios(&ratios);
    let met = low >= bound;
    report.row(&[
        name.to_owned(),
        format!("{:.0}", median(0)),
        format!("{:.0}", median(1)),
        format!("{mean:.3} ({low:.3} to {high:.3})"),
        format!("≥ {bound}"),
        if met { "met" } else { "**not met**" }.into(),
    ]);
    (!met).then(|| format!("{name}: the interval begins at {low:.3}, below {bound}"))
}

/// A sentence for each of the first positions at which the two give other features or another count.
fn differing(question: &Measured, served: &[Served; 2]) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    let mut clients = Vec::new();
    for side in served {
        clients.push(Http::new(side.address).map_err(|error| error.to_string())?);
    }
    for path in question.paths.iter().take(COMPARED) {
        let mut answers = Vec::new();
        for client in &mut clients {
            client.request(path).map_err(|error| error.to_string())?;
            // A tile, whose bytes a newer build may order otherwise, is only requested.
            let answer: serde_json::Value =
                serde_json::from_slice(&client.body).unwrap_or_default();
            let features = answer["features"].as_array();
            let ids: Option<Vec<_>> =
                features.map(|all| all.iter().map(|one| one["id"].clone()).collect());
            let matched = answer["numberMatched"].clone();
            answers.push((ids, matched));
        }
        if answers[0] != answers[1] {
            let name = question.name;
            faults.push(format!("{name}: the builds answer {path} differently"));
        }
    }
    Ok(faults)
}

/// A path of the bench's layer as one of the layer that both builds have.
fn here(path: &str) -> String {
    path.replacen(scene::LAYER, LAYER, 1)
}

fn version(program: &Path) -> String {
    let said = crate::install::output(Command::new(program).arg("--version"));
    format!(
        "`{}` ({})",
        program.file_name().unwrap_or_default().to_string_lossy(),
        said.unwrap_or_default().trim()
    )
}

fn scratch() -> Result<TempDir, String> {
    let parent = crate::install::folder();
    std::fs::create_dir_all(&parent).map_err(|error| error.to_string())?;
    tempfile::tempdir_in(parent).map_err(|error| error.to_string())
}
