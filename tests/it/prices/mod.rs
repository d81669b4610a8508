//! A price list: nasty short questions, handed and generated, on the shipped data and on large layers. None
//! may cost much more of a processor than its budget, which is how long something went without a look at
//! it, nor much memory.
//!
//! The list is run by a process of its own, so that its memory is that of the questions alone.

mod handed;
mod random;
mod world;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use bordermap::atlas::geo::tiling::{TileAddress, TileMatrixSet};
use bordermap::atlas::model::budget::{Budget, Stopped};
use bordermap::atlas::model::calendar::Interval;
use bordermap::atlas::products::compare::WindowComparison;
use bordermap::atlas::products::profile::Grid;
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::collection::{self, CollectionHead};
use bordermap::format::cql2::{self, FilterEncoding};
use bordermap::format::export::Export;
use bordermap::format::file::FileFormat;
use bordermap::format::view::View;
use bordermap::format::{mvt, writer};
use rustix::time::{ClockId, clock_gettime};

use self::world::World;

/// Has this test run the list itself.
const IN_A_CHILD: &str = "BORDERMAP_TEST_PRICES";
/// What a question may cost by default on a small layer, in nanoseconds.
const WHOLE_NS: u64 = 2_000_000_000;
/// A smaller one, for most: if all is looked at often enough, it ends these as surely.
const SMALL_NS: u64 = 50_000_000;
/// What a question may cost beyond its budget.
const BEYOND_NS: u64 = 600_000_000;
/// By how much memory may grow.
const GROWN_BYTES_MAX: u64 = 256 << 20;
/// Generated questions.
const GENERATED: usize = 250;

/// A question to a layer.
#[derive(Debug)]
pub struct Question {
    layer: &'static str,
    asked: Asked,
    encoding: FilterEncoding,
    /// None if it is empty.
    filter: String,
    query: ItemsQuery,
    limit_ns: u64,
}

/// What is to be made of what it selects.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Items,
    Export(&'static FileFormat),
    Tile(TileMatrixSet, u8, u32, u32),
    Profile(Interval),
    Compare,
}

impl Question {
    fn new(layer: &'static str, asked: Asked, filter: String) -> Self {
        Self {
            layer,
            asked,
            encoding: FilterEncoding::Text,
            filter,
            query: ItemsQuery::default(),
            limit_ns: SMALL_NS,
        }
    }

    /// For features that satisfy a filter.
    fn items(layer: &'static str, filter: impl Into<String>) -> Self {
        Self::new(layer, Asked::Items, filter.into())
    }

    /// Answers it; whether it could be read at all.
    fn answer(&self, world: &World) -> bool {
        let layer = world.layer(self.layer);
        let schema = layer.schema();
        let mut query = self.query.clone();
        if !self.filter.is_empty() {
            match cql2::read(self.encoding, &self.filter, schema) {
                Ok(condition) => query = query.filtered(condition.into(), schema),
                // It is refused, and said why.
                Err(_) => return false,
            }
        }
        match self.asked {
            Asked::Items => {
                let answer = layer.items(&query);
                collection::page(&CollectionHead::default(), &View::default(), &answer.hits);
            }
            Asked::Export(form) => {
                let options = writer::ExportOptions {
                    layer,
                    has_distance: false,
                    head: &CollectionHead::default(),
                    view: &View::default(),
                    scratch: None,
                };
                let writer = form.writer(options).unwrap();
                let mut export = Export::new(layer.clone(), query, u64::MAX, writer);
                while export.piece().unwrap().is_some() {}
            }
            Asked::Tile(set, zoom, row, column) => {
                if let Some(address) = TileAddress::new(set, zoom, row, column) {
                    mvt::encode(&layer.tile(address, &query));
                }
            }
            Asked::Profile(interval) => {
                let border = world.atlas.border().unwrap();
                if let Ok(grid) = Grid::new(border, layer, &query, 0.5, interval) {
                    grid.count(layer, &query);
                }
            }
            Asked::Compare => {
                let border = world.atlas.border().unwrap();
                let edges_us = [1_500_000_000, 1_600_000_000, 1_700_000_000];
                WindowComparison::new(border, layer, &query, edges_us.map(|s: i64| s * 1_000_000));
            }
        }
        true
    }

    /// The beginning of it, for a message.
    fn shown(&self) -> String {
        let filter: String = self.filter.chars().take(160).collect();
        let (layer, asked, bytes) = (self.layer, self.asked, self.filter.len());
        format!("{layer} {asked:?} {bytes} bytes: {filter}")
    }
}

fn cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).unwrap()
}

/// A line of what the system says of this process, in bytes.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.unwrap().trim_matches(|c: char| !c.is_ascii_digit());
    kib.parse::<u64>().unwrap() << 10
}

/// The questions, each with what it may cost.
fn questions() -> Vec<Question> {
    let mut questions = handed::questions();
    questions.extend(random::questions(7, GENERATED));
    questions
}

#[test]
fn no_question_costs_much_more_than_its_budget() {
    if std::env::var_os(IN_A_CHILD).is_some() {
        return run_the_list();
    }
    let name = "prices::no_question_costs_much_more_than_its_budget";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([name, "--exact", "--nocapture"]);
    let output = child.env(IN_A_CHILD, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{told}");
    assert!(said.contains("1 passed"), "{said}");
}

fn run_the_list() {
    let world = World::new();
    let mut least_bytes = memory("VmRSS:");
    let (mut dear, mut stopped, mut answered) = (Vec::new(), 0, 0);
    let (mut most_ns, mut most_bytes) = (0, 0);
    for question in questions() {
        // The peak is counted from here.
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let budget = Budget::new(question.limit_ns);
        let begun_ns = cpu_ns();
        let ran = catch_unwind(AssertUnwindSafe(|| {
            budget.run(cpu_ns, u64::MAX, || question.answer(&world))
        }));
        let cost_ns = cpu_ns() - begun_ns;
        let grown_bytes = memory("VmHWM:").saturating_sub(least_bytes);
        // What was freed is given back after a while: then the measure becomes stricter.
        least_bytes = least_bytes.min(memory("VmRSS:"));
        most_bytes = most_bytes.max(grown_bytes);
        stopped += usize::from(matches!(ran, Ok(Err(Stopped::Spent))));
        answered += usize::from(matches!(ran, Ok(Ok(true))));
        most_ns = most_ns.max(cost_ns.saturating_sub(question.limit_ns));
        let (cost_ms, grown_mb) = (cost_ns / 1_000_000, grown_bytes >> 20);
        if std::env::var_os("BORDERMAP_TEST_PRICES_SHOWN").is_some() {
            println!(
                "{cost_ms} ms, {grown_mb} MB, {:?}: {}",
                ran.as_ref().ok(),
                question.shown()
            );
        }
        let is_dear = cost_ns > question.limit_ns + BEYOND_NS || grown_bytes > GROWN_BYTES_MAX;
        if is_dear || ran.is_err() {
            let fate = ran.map_or("it panicked", |_| "");
            dear.push(format!(
                "{cost_ms} ms, {grown_mb} MB {fate} {}",
                question.shown()
            ));
        }
    }
    assert!(dear.is_empty(), "{}", dear.join("\n"));
    // What is measured is there: questions stopped and answered, time without a look, and memory.
    let measured = (stopped, answered, most_ns, most_bytes);
    let is_there = stopped > 20 && answered > 100 && most_ns > 0 && most_bytes > 4 << 20;
    assert!(is_there, "{measured:?}");
}
