//! What was measured, as a page of tables: printed, and kept between two marks of a document.

use std::fmt::Write as _;
use std::path::Path;

use crate::changes::{READS_PER_S, Seen};
use crate::client::percentile;
use crate::measure::{Compared, Pair, Share};
use crate::questions::{QUESTIONS, Question};
use crate::start::Started;
use crate::tiles::Zoom;

/// Between these lines of a document the newest figures beside peers are kept.
pub const PEERS: [&str; 2] = ["<!-- peers: begin -->", "<!-- peers: end -->"];
/// Between these, the newest figures beside an earlier build.
pub const BESIDE: [&str; 2] = ["<!-- beside: begin -->", "<!-- beside: end -->"];

/// The goal for z12 tiles, times the peer over HTTP.
const TILE_GOAL: f64 = 10.0;

/// The text so far; every line is printed as it comes.
#[derive(Default)]
pub struct Report {
    text: String,
}

impl Report {
    /// A report that says when, where and on what.
    pub fn new(count: usize) -> Self {
        let mut report = Self::default();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let day = jiff::Timestamp::now().to_string();
        let rust = crate::install::output(std::process::Command::new("rustc").arg("-V"));
        report.say(&format!(
            "{}, {count} incidents, {} × {}, {}.",
            &day[..10],
            cores,
            processor(),
            rust.unwrap_or_default().trim()
        ));
        report
    }

    pub fn say(&mut self, line: &str) {
        println!("{line}");
        let _ = writeln!(self.text, "{line}");
    }

    pub fn row(&mut self, cells: &[String]) {
        self.say(&format!("| {} |", cells.join(" | ")));
    }

    pub fn head(&mut self, cells: &[String]) {
        self.say("");
        self.row(cells);
        self.row(&vec!["---".to_owned(); cells.len()]);
    }

    /// The table of ratios.
    pub fn ratios(
        &mut self,
        count: usize,
        bytes: &[usize],
        ceiling: &[Option<Result<Pair, String>>],
        peers: &[Compared],
    ) {
        let shown: Vec<&Compared> = peers.iter().filter(|peer| peer.version.is_ok()).collect();
        let mut head = vec![
            "question".to_owned(),
            "bytes".into(),
            "bordermap, answers/s".into(),
            "share of a static body's".into(),
        ];
        head.extend(shown.iter().map(|peer| format!("times {}", peer.label)));
        self.head(&head);
        for (at, question) in QUESTIONS.iter().enumerate() {
            let of_ceiling = match ceiling.get(at) {
                Some(Some(Ok(pair))) => Some(*pair),
                _ => None,
            };
            let ours = of_ceiling.map_or("–".into(), |pair| whole(pair.ours_per_s));
            let mut row = vec![question.name.to_owned(), bytes[at].to_string(), ours];
            row.push(of_ceiling.map_or("–".into(), |pair| {
                let goal = question.ceiling_goal[usize::from(count >= 10_000_000)];
                with_goal(format!("{:.2}", pair.ratio), pair.ratio, goal)
            }));
            row.extend(shown.iter().map(|peer| {
                let goal = goal_beside(question, peer.label);
                times(peer.pairs.get(at).and_then(Option::as_ref), goal)
            }));
            self.row(&row);
        }
        self.tile_row(&shown);
        self.say("");
        for peer in peers {
            let said = match &peer.version {
                Ok(version) => version.clone(),
                Err(reason) => format!("not measured: {}", one_line(reason)),
            };
            self.say(&format!("- {}: {said}", peer.label));
        }
    }

    fn tile_row(&mut self, shown: &[&Compared]) {
        if shown.iter().all(|peer| peer.tiles.is_none()) {
            return;
        }
        let ours = shown.iter().find_map(|peer| match &peer.tiles {
            Some((_, Ok(pair))) => Some(whole(pair.ours_per_s)),
            _ => None,
        });
        let mut row = vec![
            "tile z12".to_owned(),
            "–".into(),
            ours.unwrap_or("–".into()),
            "–".into(),
        ];
        row.extend(shown.iter().map(|peer| match &peer.tiles {
            Some((how, pair)) => {
                let goal = Some(TILE_GOAL).filter(|_| *how == "HTTP");
                format!("{} by {how}", times(Some(pair), goal))
            }
            None => "–".into(),
        }));
        self.row(&row);
    }

    /// How many answers differ from brute force.
    pub fn answers(&mut self, wrong: usize, compared: usize, peers: &[Compared]) {
        let shown = || {
            peers
                .iter()
                .filter(|peer| peer.differ.iter().any(Option::is_some))
        };
        self.say("\nAnswers that differ from brute force with Karney's geodesics, by more than ties within 1 mm:");
        let mut head = vec!["question".to_owned(), "bordermap".into()];
        for peer in shown() {
            head.push(peer.label.into());
            if peer.differ_exact.iter().any(Option::is_some) {
                head.push(format!("{}, ordered by ST_Distance", peer.label));
            }
        }
        self.head(&head);
        for (at, question) in QUESTIONS.iter().enumerate() {
            let ours = match wrong {
                0 => format!("0 of {compared}"),
                _ => "see above".into(),
            };
            let mut row = vec![question.name.to_owned(), ours];
            for peer in shown() {
                row.push(share(peer.differ[at].as_ref()));
                if peer.differ_exact.iter().any(Option::is_some) {
                    row.push(share(peer.differ_exact[at].as_ref()));
                }
            }
            self.row(&row);
        }
    }

    /// Goals 5 and 6.
    pub fn started(&mut self, count: usize, started: &Started) {
        self.head(&["start and memory".into(), "measured".into(), "goal".into()]);
        let row = |report: &mut Self, name: &str, value: String, goal: &str| {
            report.row(&[name.into(), value, goal.into()]);
        };
        let rate = format!("{} features/s", whole(started.import_per_s));
        row(
            self,
            "`bordermap import`, from start to end",
            rate,
            "≥ 100000",
        );
        let parsed = format!("{:.2} s a million", started.parsed_s_a_million);
        row(self, "parsed features to the first answer", parsed, "≤ 2.5");
        let pair = |[ready, near]: [f64; 2]| format!("{ready:.2} s, {near:.2} s");
        let name = "first start until ready, until a near answer";
        row(self, name, pair(started.first), "");
        let goal = if count >= 10_000_000 { "≤ 5" } else { "" };
        let name = "restart until ready, until a near answer";
        row(self, name, pair(started.again), goal);
        let each = started.resident_mb * 1e6 / count as f64;
        let resident = format!("{:.0} MB, {each:.0} bytes an incident", started.resident_mb);
        row(
            self,
            "memory of the serving process, base map and all",
            resident,
            "",
        );
        if !started.metrics.is_empty() {
            self.say(&format!("\n```\n{}\n```", started.metrics.join("\n")));
        }
    }

    /// Goal 7.
    pub fn tiles(&mut self, zooms: &[Zoom]) {
        let head = [
            "zoom",
            "tiles",
            "p50 ms",
            "p99 ms (goal 20)",
            "bytes p50",
            "bytes max (goal 500000)",
        ];
        self.head(&head.map(str::to_owned));
        for zoom in zooms {
            self.row(&[
                zoom.level.to_string(),
                zoom.tiles.to_string(),
                format!("{:.2}", zoom.p50_ms),
                format!("{:.2}", zoom.p99_ms),
                whole(zoom.bytes_p50),
                whole(zoom.bytes_max),
            ]);
        }
    }

    /// Goal 8.
    pub fn changes(&mut self, seen: &Seen) {
        let of = |values: Vec<f64>| percentile(&values, 0.5);
        let p99 = |borne: &[crate::client::Borne]| of(borne.iter().map(|b| b.p99_ms).collect());
        let (without, with) = (p99(&seen.without), p99(&seen.with));
        let pairs = seen.with.iter().zip(&seen.without);
        let ratio = of(pairs
            .map(|(with, without)| with.p99_ms / without.p99_ms)
            .collect());
        let wrote =
            |pick: fn(&crate::changes::Wrote) -> f64| of(seen.wrote.iter().map(pick).collect());
        self.head(&[
            "readers while changes arrive".into(),
            "measured".into(),
            "goal".into(),
        ]);
        let rows = [
            (
                format!("p99 of {READS_PER_S} near questions a second, without changes"),
                format!("{without:.2} ms"),
                "",
            ),
            (
                format!(
                    "the same with {:.0} changes a second in commits of 50",
                    wrote(|w| w.changes_per_s)
                ),
                format!("{with:.2} ms, {ratio:.1} times"),
                "≤ 2 times, at 2000",
            ),
            (
                "from before a commit until readers see it, p50 and p99".into(),
                format!(
                    "{:.1} ms, {:.1} ms",
                    wrote(|w| w.visible_p50_ms),
                    wrote(|w| w.visible_p99_ms)
                ),
                "p99 ≤ 100",
            ),
        ];
        for (name, value, goal) in rows {
            self.row(&[name, value, goal.into()]);
        }
    }

    /// Puts the text between two marks of a document.
    pub fn keep(&self, document: &Path, marks: [&str; 2]) -> Result<(), String> {
        let text = std::fs::read_to_string(document).map_err(|error| error.to_string())?;
        let [begin, end] = marks.map(|mark| text.find(mark));
        let (Some(begin), Some(end)) = (begin, end) else {
            return Err(format!("{} has no lines {marks:?}", document.display()));
        };
        let kept = format!(
            "{}{}\n{}\n{}",
            &text[..begin],
            marks[0],
            self.text.trim_end(),
            &text[end..]
        );
        std::fs::write(document, kept).map_err(|error| error.to_string())
    }
}

fn goal_beside(question: &Question, label: &str) -> Option<f64> {
    match label {
        "PostGIS" => question.postgis_goal,
        "Tile38" => question.tile38_goal,
        _ => None,
    }
}

fn times(pair: Option<&Result<Pair, String>>, goal: Option<f64>) -> String {
    match pair {
        None => "–".into(),
        Some(Err(fault)) => one_line(fault),
        Some(Ok(pair)) => {
            let ratio = if pair.ratio < 9.95 {
                format!("{:.1}", pair.ratio)
            } else {
                whole(pair.ratio)
            };
            let text = with_goal(ratio, pair.ratio, goal);
            format!("{text} ({}/s)", whole(pair.theirs_per_s))
        }
    }
}

/// A figure, with its goal where it has one and whether that is reached.
fn with_goal(text: String, value: f64, goal: Option<f64>) -> String {
    match goal {
        None => text,
        Some(goal) if value >= goal => format!("**{text}** ≥ {goal}"),
        Some(goal) => format!("{text} < {goal}"),
    }
}

fn share(share: Option<&Result<Share, String>>) -> String {
    match share {
        None => "–".into(),
        Some(Ok(share)) => format!("{} of {}", share.part, share.of),
        Some(Err(fault)) => one_line(fault),
    }
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}

/// A fault in a cell: without the addresses of registries, which are the machine's own matter.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().map(|word| match word {
        address if address.contains("://") => "(address)",
        word => word,
    });
    let line = words.collect::<Vec<_>>().join(" ").replace('|', "/");
    line.chars().take(400).collect()
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or("processor", |(_, name)| name).trim().to_owned()
}
