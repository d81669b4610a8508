//! The wire: near and nearest over HTTP, as ratios to a handler in the same process that returns a
//! static body of the same size, and to the same question in PostGIS where it is installed.
//!
//! `cargo bench --bench wire`. PostGIS: start a server and set `BORDERMAP_BENCH_PG` to a connection
//! string of a scratch database, such as `postgresql:///bench`; `psql` and `pgbench` must be on the
//! path. `BORDERMAP_BENCH_INCIDENTS` is how many incidents to generate (a million).
//!
//! One thread serves, four connections ask, each waiting for its answer; PostGIS has one backend.
//! Server and client share the machine; what counts is the ratio of medians, measured in turn:
//! A, B, A, B, …

mod scene;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use bordermap::atlas::position::LngLat;
use bordermap::http::options::{Limits, Options};
use bordermap::http::{router, serve::serve};
use bordermap::live::LiveAtlas;
use geo::Geometry;

/// Rounds of each question; the median counts.
const ROUNDS: usize = 5;
/// How long one side of a round is asked.
const ROUND: Duration = Duration::from_millis(1500);
const CONNECTIONS: usize = 4;

/// A question in both languages: the items parameters, and SQL with `:lon` and `:lat` (`:i` picks a
/// position).
struct Question {
    name: &'static str,
    parameters: &'static str,
    sql: &'static str,
}

const QUESTIONS: [Question; 4] = [
    Question {
        name: "near 10 km, 10 results, ordered, counted",
        parameters: "radius=10km&limit=10",
        sql: "WITH q AS (SELECT geog FROM questions WHERE i = :i), \
              hit AS MATERIALIZED (SELECT f.geog, f.geojson, f.geog <-> q.geog AS m FROM incidents f, q \
                WHERE ST_DWithin(f.geog, q.geog, 10000)) \
              SELECT (SELECT count(*) FROM hit), (SELECT json_agg(t.geojson) FROM \
                (SELECT geojson FROM hit ORDER BY m LIMIT 10) t);",
    },
    Question {
        name: "near 10 km, 100 results, ordered, counted",
        parameters: "radius=10km&limit=100",
        sql: "WITH q AS (SELECT geog FROM questions WHERE i = :i), \
              hit AS MATERIALIZED (SELECT f.geog, f.geojson, f.geog <-> q.geog AS m FROM incidents f, q \
                WHERE ST_DWithin(f.geog, q.geog, 10000)) \
              SELECT (SELECT count(*) FROM hit), (SELECT json_agg(t.geojson) FROM \
                (SELECT geojson FROM hit ORDER BY m LIMIT 100) t);",
    },
    Question {
        name: "near 10 km, 100 results, ordered",
        parameters: "radius=10km&limit=100&count=false",
        sql: "SELECT json_agg(t.geojson) FROM (SELECT f.geojson FROM incidents f \
              WHERE ST_DWithin(f.geog, (SELECT geog FROM questions WHERE i = :i), 10000) \
              ORDER BY f.geog <-> (SELECT geog FROM questions WHERE i = :i) LIMIT 100) t;",
    },
    Question {
        name: "nearest 10",
        parameters: "limit=10&count=false",
        sql: "SELECT json_agg(t.geojson) FROM (SELECT f.geojson FROM incidents f \
              ORDER BY f.geog <-> (SELECT geog FROM questions WHERE i = :i) LIMIT 10) t;",
    },
];

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let count = std::env::var("BORDERMAP_BENCH_INCIDENTS");
    let count = count
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let started = Instant::now();
    let live = scene::shipped(folder.path());
    scene::generate(&live, count);
    println!(
        "{count} incidents generated and stored in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let questions = scene::questions(&live, 1000);
    let address = start(&live);
    let postgis = Postgis::load(&live, &questions);

    println!(
        "\n| question | bytes | requests/s | static body of the size | ratio | PostGIS | times PostGIS |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for question in &QUESTIONS {
        let paths: Vec<String> = questions
            .iter()
            .map(|at| {
                format!(
                    "/api/collections/{}/items?near={at}&{}",
                    scene::LAYER,
                    question.parameters
                )
            })
            .collect();
        let bytes = paths
            .iter()
            .map(|path| ask_once(address, path))
            .sum::<usize>()
            / paths.len();
        let still = vec![format!("/{bytes}")];
        let still_address = start_static(bytes);
        let (mut ours, mut fixed, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(rate(address, &paths));
            fixed.push(rate(still_address, &still));
            if let Some(postgis) = &postgis {
                theirs.push(postgis.rate(question.sql, questions.len()));
            }
        }
        let (ours, fixed) = (median(ours), median(fixed));
        let (theirs, times) = if theirs.is_empty() {
            ("not installed".to_owned(), "-".to_owned())
        } else {
            let theirs = median(theirs);
            (format!("{theirs:.0}/s"), format!("{:.0}", ours / theirs))
        };
        println!(
            "| {} | {bytes} | {ours:.0} | {fixed:.0} | {:.2} | {theirs} | {times} |",
            question.name,
            ours / fixed
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Serves on one thread of its own; returns the address.
fn on_a_thread(make: impl FnOnce(SocketAddr) -> Router + Send + 'static) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a socket option");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let never = std::future::pending();
            serve(listener, make(address), Limits::default(), never).await
        })
    });
    address
}

fn start(live: &LiveAtlas) -> SocketAddr {
    let live = live.clone();
    on_a_thread(move |address| {
        let options = Options {
            listen: address,
            ..Options::default()
        };
        router(live, options)
    })
}

/// The same server and client around a handler that copies a ready body.
fn start_static(bytes: usize) -> SocketAddr {
    let body = axum::body::Bytes::from(vec![b' '; bytes]);
    on_a_thread(move |_| Router::new().fallback(get(async move || body)))
}

/// Requests a second, all connections together.
fn rate(address: SocketAddr, paths: &[String]) -> f64 {
    let until = Instant::now() + ROUND;
    let started = Instant::now();
    let asked: usize = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|first| {
                scope.spawn(move || {
                    let mut client = Client::new(address);
                    let mut asked = 0;
                    while Instant::now() < until {
                        client.ask(&paths[(first * 251 + asked) % paths.len()]);
                        asked += 1;
                    }
                    asked
                })
            })
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().expect("a client"))
            .sum()
    });
    asked as f64 / started.elapsed().as_secs_f64()
}

fn ask_once(address: SocketAddr, path: &str) -> usize {
    Client::new(address).ask(path)
}

/// A connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
    body: Vec<u8>,
}

impl Client {
    fn new(host: SocketAddr) -> Self {
        let stream = TcpStream::connect(host).expect("a connection");
        stream.set_nodelay(true).expect("a socket option");
        Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            host,
            body: Vec::new(),
        }
    }

    /// Asks, checks that it went well, and returns the size of the answer.
    fn ask(&mut self, path: &str) -> usize {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\n\r\n",
            self.host
        );
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .expect("a request");
        let (mut length, mut line) = (0, String::new());
        let mut first = true;
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("an answer");
            assert!(!first || line.contains(" 200 "), "{path}: {line}");
            first = false;
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.stream
            .read_exact(&mut self.body)
            .expect("the whole answer");
        length
    }
}

/// The same incidents in PostGIS: geography with a GiST index, each with its GeoJSON text ready.
struct Postgis {
    url: String,
}

impl Postgis {
    /// `None` if there is no server to ask.
    fn load(live: &LiveAtlas, questions: &[LngLat]) -> Option<Self> {
        let url = std::env::var("BORDERMAP_BENCH_PG").ok()?;
        let postgis = Self { url };
        postgis.psql(
            "CREATE EXTENSION IF NOT EXISTS postgis; \
             DROP TABLE IF EXISTS incidents; DROP TABLE IF EXISTS questions; \
             CREATE UNLOGGED TABLE incidents (id text, geog geography(Point, 4326), geojson json); \
             CREATE UNLOGGED TABLE questions (i int PRIMARY KEY, geog geography(Point, 4326));",
            "",
        );
        let point = |lng: f64, lat: f64| format!("SRID=4326;POINT({lng} {lat})");
        let atlas = live.snapshot();
        let mut rows = String::new();
        for feature in atlas.layer(scene::LAYER)?.features() {
            let Some(Geometry::Point(at)) = feature.geometry() else {
                continue;
            };
            // The text format of COPY escapes backslashes.
            let text = feature.geojson().replace('\\', "\\\\");
            let _ = writeln!(rows, "{}\t{}\t{text}", feature.id(), point(at.x(), at.y()));
        }
        postgis.psql("COPY incidents FROM STDIN", &rows);
        rows.clear();
        for (at, question) in questions.iter().enumerate() {
            let _ = writeln!(rows, "{at}\t{}", point(question.lng(), question.lat()));
        }
        postgis.psql("COPY questions FROM STDIN", &rows);
        postgis.psql(
            "CREATE INDEX ON incidents USING gist (geog); VACUUM ANALYZE incidents; ANALYZE questions;",
            "",
        );
        Some(postgis)
    }

    fn psql(&self, command: &str, input: &str) {
        let commands = command.split_inclusive(';').flat_map(|one| ["-c", one]);
        let mut child = Command::new("psql")
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", &self.url])
            .args(commands)
            .stdin(Stdio::piped())
            .spawn()
            .expect("psql on the path");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(input.as_bytes()).expect("the rows");
        drop(stdin);
        assert!(
            child.wait().expect("its end").success(),
            "psql failed: {command}"
        );
    }

    /// Transactions a second by pgbench, prepared, in one backend, as ours has one thread.
    fn rate(&self, sql: &str, questions: usize) -> f64 {
        let mut script = tempfile::NamedTempFile::new().expect("a file");
        writeln!(script, "\\set i random(0, {})\n{sql}", questions - 1).expect("a script");
        let output = Command::new("pgbench")
            .args("-n -M prepared -c 1 -j 1 -T 3 -f".split(' '))
            .arg(script.path())
            .arg(&self.url)
            .output()
            .expect("pgbench on the path");
        let text = String::from_utf8_lossy(&output.stdout);
        let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let tps = tps.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        tps.unwrap_or_else(|| panic!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))
    }
}
