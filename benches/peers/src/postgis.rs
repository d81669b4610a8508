//! PostGIS: a cluster of its own, geography with a GiST index, each incident with its GeoJSON ready as
//! a column, queried by pgbench with prepared statements. Also in reach of tile and feature servers.

use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bordermap::atlas::geo::position::LngLat;

use crate::install::{How, done, find, have, install, output};
use crate::load::{CLIENT, CONNECTIONS, Running, SERVER, free_port, pinned};
use crate::oracle::incidents::number_of;
use crate::peer::{Given, Order, Peer};
use crate::questions::{AS_MEASURED, EXACT, Kind, Question, sides};
use crate::served::Stage;

/// The server with its tools, and the extension for the newest of them.
const DEBIAN: How = How::Debian(&["postgresql", "postgresql-postgis"]);

/// Settings that are not the installed ones. One core serves, so a query has no parallel workers; compiling
/// queries takes longer than they do. It gets memory to hold everything.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "shared_buffers=2GB",
    "work_mem=64MB",
    "maintenance_work_mem=512MB",
    "jit=off",
    "max_parallel_workers_per_gather=0",
    "max_wal_size=8GB",
    "unix_socket_directories=",
];

/// A tile in SQL; `:z`, `:x` and `:y` say which.
const TILE: &str = "SELECT ST_AsMVT(t, 'incidents') FROM (SELECT id, category, \
     ST_AsMVTGeom(geom, ST_TileEnvelope(:z, :x, :y)) AS geom FROM points \
     WHERE geom && ST_TileEnvelope(:z, :x, :y)) t";

/// A cluster that is running.
pub struct Postgis {
    /// Its connection string.
    pub url: String,
    version: String,
    /// How long the incidents took to load and to index.
    pub filling: Duration,
    _running: Running,
    _folder: tempfile::TempDir,
}

impl Postgis {
    /// Installs what is missing, starts a cluster and fills it.
    pub fn start(stage: &Stage, may_install: bool) -> Result<Self, String> {
        have("initdb", DEBIAN, may_install)?;
        have("pgbench", DEBIAN, may_install)?;
        if extension().is_none() {
            if !may_install {
                return Err("PostGIS is not there, and --no-install was said".into());
            }
            install(DEBIAN)?;
        }
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let data = folder.path().join("data");
        let user = owner(folder.path())?;
        let initdb = find("initdb").ok_or("initdb is not there")?;
        let mut command = Command::new(initdb);
        command.arg("-D").arg(&data);
        command.args("-U postgres -A trust -E UTF8 --no-sync".split(' '));
        done(as_user(&mut command, user))?;
        let port = free_port();
        let mut command = pinned(SERVER, find("postgres").ok_or("postgres is not there")?);
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        let child = as_user(&mut command, user)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut postgis = Self {
            url: format!("postgresql://postgres@127.0.0.1:{port}/postgres"),
            version: String::new(),
            filling: Duration::ZERO,
            // A fast shutdown: clients are not waited for.
            _running: Running::new(child, "-INT"),
            _folder: folder,
        };
        postgis.wait()?;
        let started = Instant::now();
        postgis.fill(stage)?;
        postgis.filling = started.elapsed();
        let version = postgis.run(
            "SELECT 'PostGIS ' || split_part(postgis_lib_version(), ' ', 1) \
             || ', PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)",
        )?;
        version.trim().clone_into(&mut postgis.version);
        Ok(postgis)
    }

    fn wait(&self) -> Result<(), String> {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            match self.run("SELECT 1") {
                Err(fault) if Instant::now() > patience => return Err(fault),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
                Ok(_) => return Ok(()),
            }
        }
    }

    fn fill(&self, stage: &Stage) -> Result<(), String> {
        self.run(
            "CREATE EXTENSION postgis; \
             CREATE UNLOGGED TABLE incidents (id text, geog geography(Point, 4326), geom geometry(Point, 4326), geojson json, \
               category text GENERATED ALWAYS AS (geojson->'properties'->>'category') STORED, \
               date text GENERATED ALWAYS AS (geojson->'properties'->>'date') STORED); \
             CREATE UNLOGGED TABLE questions (i int PRIMARY KEY, geog geography(Point, 4326), box geometry);",
        )?;
        self.copy("incidents", |out| {
            stage.for_each(|line| {
                let [lng, lat] = line.geometry.coordinates;
                // The text format of COPY escapes backslashes.
                let text = line.text.replace('\\', "\\\\");
                let point = format!("SRID=4326;POINT({lng} {lat})");
                writeln!(out, "{}\t{point}\t{point}\t{text}", line.id)
            })
        })?;
        self.copy("questions", |out| {
            for (i, at) in stage.positions.iter().enumerate() {
                writeln!(out, "{}", question_row(i, *at)).map_err(|error| error.to_string())?;
            }
            Ok(())
        })?;
        self.run(
            "ALTER TABLE incidents ADD PRIMARY KEY (id); \
             CREATE INDEX ON incidents USING gist (geog); CREATE INDEX ON incidents USING gist (geom); \
             CREATE INDEX ON incidents (category, date); \
             CREATE UNLOGGED TABLE points AS SELECT id, geojson->'properties'->>'category' AS category, \
               ST_Transform(geom, 3857)::geometry(Point, 3857) AS geom FROM incidents; \
             ALTER TABLE points ADD PRIMARY KEY (id); CREATE INDEX ON points USING gist (geom);",
        )?;
        for table in ["incidents", "points", "questions"] {
            self.run(&format!("VACUUM ANALYZE {table}"))?;
        }
        self.run("CHECKPOINT").map(drop)
    }

    /// Copies rows in the text format of COPY.
    fn copy(
        &self,
        table: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut child = self
            .psql(&format!("COPY {table} FROM STDIN"))?
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut stdin = std::io::BufWriter::new(child.stdin.take().expect("a pipe"));
        let written = write(&mut stdin);
        drop(stdin);
        let ended = child.wait().map_err(|error| error.to_string())?;
        written?;
        if ended.success() {
            Ok(())
        } else {
            Err(format!("psql could not copy into {table}"))
        }
    }

    fn psql(&self, sql: &str) -> Result<Command, String> {
        let mut command = Command::new(find("psql").ok_or("psql is not there")?);
        command.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            &self.url,
            "-c",
            sql,
        ]);
        Ok(command)
    }

    /// Runs statements; what psql prints.
    pub fn run(&self, sql: &str) -> Result<String, String> {
        output(&mut self.psql(sql)?)
    }

    /// Transactions a second by pgbench, over as many connections as every other peer has.
    fn pgbench(&self, script: &str, time: Duration) -> Result<f64, String> {
        let mut file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        write!(file, "{script}").map_err(|error| error.to_string())?;
        let mut command = pinned(CLIENT, find("pgbench").ok_or("pgbench is not there")?);
        command.args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "1",
            "-c",
            &CONNECTIONS.to_string(),
        ]);
        // pgbench takes whole seconds.
        command.args(["-T", &time.as_secs_f64().ceil().max(1.0).to_string(), "-f"]);
        let text = output(command.arg(file.path()).arg(&self.url))?;
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split(' ').next()?.parse().ok());
        rate.ok_or(text)
    }
}

impl Peer for Postgis {
    fn name(&self) -> String {
        self.version.clone()
    }

    fn rate(
        &self,
        stage: &Stage,
        question: &Question,
        time: Duration,
    ) -> Option<Result<f64, String>> {
        let sql = question
            .sql()
            .replace("{c}", "geojson")
            .replace("{m}", AS_MEASURED);
        let last = stage.positions.len() - 1;
        Some(self.pgbench(&format!("\\set i random(0, {last})\n{sql};\n"), time))
    }

    fn answers(
        &self,
        _: &Stage,
        question: &Question,
        positions: usize,
        how: Order,
    ) -> Option<Result<Vec<Given>, String>> {
        // No index helps an exact order: without a radius it measures every incident.
        let positions = match (question.kind, how) {
            (Kind::Nearest, Order::Exact) => positions.min(10),
            _ => positions,
        };
        let order = if how == Order::Exact {
            EXACT
        } else {
            AS_MEASURED
        };
        let sql = question.sql().replace("{c}", "id").replace("{m}", order);
        let all = (0..positions).map(|i| sql.replace(":i", &i.to_string()));
        let all: Vec<String> = all.collect();
        let rows = self.run(&all.join(";"));
        Some(rows.map(|rows| rows.lines().map(given).collect()))
    }

    fn tile_rate(
        &self,
        tiles: &[[u32; 3]],
        time: Duration,
    ) -> Option<(&'static str, Result<f64, String>)> {
        let tile = |[z, x, y]: [u32; 3]| format!("({z}, {x}, {y})");
        let rows: Vec<String> = tiles.iter().map(|at| tile(*at)).collect();
        let filled = self.run(&format!(
            "CREATE TABLE IF NOT EXISTS tiles (i serial PRIMARY KEY, z int, x int, y int); \
             TRUNCATE tiles RESTART IDENTITY; INSERT INTO tiles (z, x, y) VALUES {}",
            rows.join(", ")
        ));
        let count = tiles.len();
        let script = format!(
            "\\set i random(1, {count})\nSELECT z, x, y FROM tiles WHERE i = :i \\gset\n{TILE};\n"
        );
        Some(("pgbench", filled.and_then(|_| self.pgbench(&script, time))))
    }
}

/// Whether the server has the extension.
fn extension() -> Option<std::path::PathBuf> {
    let version = find("initdb")?.canonicalize().ok()?;
    let version = version.parent()?.parent()?.file_name()?;
    let control = Path::new("/usr/share/postgresql").join(version);
    Some(control.join("extension/postgis.control")).filter(|file| file.exists())
}

/// A row of the table of questions.
fn question_row(i: usize, at: LngLat) -> String {
    let [west, south, east, north] = sides(at);
    let point = format!("SRID=4326;POINT({} {})", at.lng(), at.lat());
    let ring =
        format!("{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}");
    format!("{i}\t{point}\tSRID=4326;POLYGON(({ring}))")
}

/// The database server refuses to run as root: then the folder goes to the user that Debian made for it.
fn owner(folder: &Path) -> Result<Option<[u32; 2]>, String> {
    let number = |arguments: [&str; 2]| -> Result<u32, String> {
        let text = output(Command::new("id").args(arguments))?;
        text.trim().parse().map_err(|_| text)
    };
    if output(Command::new("id").arg("-u"))?.trim() != "0" {
        return Ok(None);
    }
    let user = [number(["-u", "postgres"])?, number(["-g", "postgres"])?];
    chown(folder, Some(user[0]), Some(user[1])).map_err(|error| error.to_string())?;
    Ok(Some(user))
}

fn as_user(command: &mut Command, user: Option<[u32; 2]>) -> &mut Command {
    match user {
        Some([user, group]) => command.uid(user).gid(group),
        None => command,
    }
}

/// Reads `count|["id", …]`.
fn given(row: &str) -> Given {
    let (count, page) = row.split_once('|').unwrap_or((row, ""));
    let ids: Option<Vec<String>> = serde_json::from_str(page).ok();
    Given {
        matched: count.parse().ok(),
        page: ids.map(|ids| ids.iter().filter_map(|id| number_of(id)).collect()),
    }
}
