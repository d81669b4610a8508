//! bordermap as its users have it: the release program, on a store that `bordermap import` filled.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bordermap::atlas::geo::position::LngLat;
use serde::Deserialize;

use crate::client::{Client, Http};
use crate::load::{Running, SERVER, pinned};
use crate::oracle::incidents::World;
use crate::oracle::{prepare, scene};
use crate::program::program;

/// Positions that questions are about.
pub const POSITIONS: usize = 1000;

/// Beside a store of fewer features nothing is kept for the next start.
pub const PREPARED_MIN: usize = 20_000;

/// A store with generated incidents, and the truth about them.
pub struct Stage {
    pub store: PathBuf,
    /// Every incident as bordermap exports it, a line each: what the peers are filled with.
    pub lines: PathBuf,
    pub world: World,
    pub positions: Vec<LngLat>,
    /// How long `bordermap import` took, from its start to its end.
    pub import: Duration,
    /// Removed with the stage.
    _folder: tempfile::TempDir,
}

/// A server, from its start until this is dropped.
pub struct Served {
    pub running: Running,
    pub address: SocketAddr,
    /// From its start until `/health/ready` said so.
    pub ready: Duration,
    /// From its start until a near question was answered.
    pub answering: Duration,
}

/// A line of an export.
#[derive(Deserialize)]
pub struct Line<'a> {
    pub id: &'a str,
    pub geometry: Place,
    #[serde(skip)]
    pub text: &'a str,
}

#[derive(Deserialize)]
pub struct Place {
    /// Longitude and latitude in degrees.
    pub coordinates: [f64; 2],
}

impl Stage {
    /// Generates so many incidents and imports them.
    pub fn set(count: usize) -> Self {
        let parent = crate::install::folder();
        std::fs::create_dir_all(&parent).expect("the build folder");
        let folder = tempfile::tempdir_in(parent).expect("a folder");
        let file = folder.path().join("generated.geojsonl");
        let (world, positions) = prepare(folder.path(), &file, count, POSITIONS);
        let store = folder.path().join("bench.gpkg");
        let import = import(&store, &file);
        std::fs::remove_file(&file).expect("the file");
        Self {
            lines: folder.path().join("exported.geojsonl"),
            store,
            world,
            positions,
            import,
            _folder: folder,
        }
    }

    /// Writes the lines for the peers, if they are not there.
    pub fn export(&self) {
        if self.lines.exists() {
            return;
        }
        let status = Command::new(program())
            .args(["export", scene::LAYER, "--format", "geojsonl", "-o"])
            .arg(&self.lines)
            .arg("--store")
            .arg(&self.store)
            .status();
        assert!(status.expect("the program").success(), "the export failed");
    }

    /// Gives every line of the export.
    pub fn for_each(
        &self,
        mut give: impl FnMut(&Line<'_>) -> io::Result<()>,
    ) -> Result<(), String> {
        let file = File::open(&self.lines).map_err(|error| error.to_string())?;
        let mut file = BufReader::with_capacity(1 << 20, file);
        let mut text = String::new();
        loop {
            text.clear();
            if file
                .read_line(&mut text)
                .map_err(|error| error.to_string())?
                == 0
            {
                return Ok(());
            }
            let mut line: Line<'_> =
                serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
            line.text = text.trim_end();
            give(&line).map_err(|error| error.to_string())?;
        }
    }

    /// What a function gives for every position.
    pub fn for_each_position<T>(&self, mut give: impl FnMut(LngLat) -> T) -> Vec<T> {
        self.positions.iter().map(|at| give(*at)).collect()
    }

    /// Waits until a server has kept the base ready for the next start, which a small store never
    /// has.
    pub fn wait_until_prepared(&self) {
        if self.world.rows.len() >= PREPARED_MIN {
            wait_until_prepared(&self.store);
        }
    }

    /// Serves the store, on the servers' core or on all.
    pub fn serve(&self, on_one_core: bool) -> Served {
        let at = self.positions[0];
        let near = format!("/api/collections/{}/items?near={at}&limit=1", scene::LAYER);
        serve_with(program(), &self.store, on_one_core, &near)
    }
}

/// Waits until a server has kept a store's base ready for the next start: a minute at most.
pub fn wait_until_prepared(store: &Path) {
    let mut prepared = store.to_owned().into_os_string();
    prepared.push(".prepared");
    let until = Instant::now() + Duration::from_secs(60);
    while !PathBuf::from(&prepared).exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Serves a store with a program, on the servers' core or on all, and sends a first question.
pub fn serve_with(program: &Path, store: &Path, on_one_core: bool, first: &str) -> Served {
    let started = Instant::now();
    let mut command = if on_one_core {
        pinned(SERVER, program)
    } else {
        Command::new(program)
    };
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--store"])
        .arg(store)
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the program");
    let mut running = Running::new(child, "-TERM");
    let address = address_of(&mut running);
    let mut client = Http::new(address).expect("a connection");
    while client.status("/health/ready").expect("an answer") != 200 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let ready = started.elapsed();
    client.request(first).expect("an answer");
    Served {
        running,
        address,
        ready,
        answering: started.elapsed(),
    }
}

fn import(store: &Path, file: &Path) -> Duration {
    let started = Instant::now();
    let output = Command::new(program())
        .args([
            "import",
            "--layer",
            scene::LAYER,
            "--format",
            "geojsonl",
            "--store",
        ])
        .arg(store)
        .arg(file)
        .output()
        .expect("the program");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the import failed: {told}");
    started.elapsed()
}

/// Where it listens, as it tells people; what else it says is shown.
fn address_of(running: &mut Running) -> SocketAddr {
    let stderr = running.child.stderr.take().expect("a pipe");
    let mut lines = BufReader::new(stderr).lines();
    let mut said = String::new();
    while let Some(Ok(line)) = lines.next() {
        if let Some((_, rest)) = line.split_once("http://") {
            let end = rest.find('/').unwrap_or(rest.len());
            let address = rest[..end].parse().expect("an address");
            // Whatever it says later must not fill the pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return address;
        }
        said.push_str(&line);
    }
    panic!("bordermap ended before it listened: {said}");
}
