//! Servers before PostGIS: tipg (features and tiles), `pg_featureserv` (features) and martin (tiles).
//! They share the servers' core with PostGIS, as one machine's service would.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Http;
use crate::install::{How, find, have, output};
use crate::load::{Running, SERVER, free_port, http, pinned};
use crate::oracle::query::joined;
use crate::peer::{Given, Order, Peer};
use crate::postgis::Postgis;
use crate::questions::{Kind, Question, sides};
use crate::served::Stage;

/// How long a server may take to find its tables.
const PATIENCE: Duration = Duration::from_secs(60);

/// One of them, running.
pub struct Web {
    version: String,
    address: SocketAddr,
    /// A page of features in a box, with `{bbox}`.
    features: Option<&'static str>,
    /// A tile, with `{z}`, `{x}` and `{y}`.
    tiles: Option<&'static str>,
    _running: Running,
}

/// Starts tipg.
pub fn tipg(postgis: &Postgis, may_install: bool) -> Result<Web, String> {
    let uvicorn = have("uvicorn", How::Python(&["tipg", "uvicorn"]), may_install)?;
    let port = free_port();
    let mut command = pinned(SERVER, uvicorn);
    command
        .args([
            "tipg.main:app",
            "--host",
            "127.0.0.1",
            "--log-level",
            "error",
            "--no-access-log",
        ])
        .args(["--port", &port.to_string()])
        .env("DATABASE_URL", &postgis.url)
        .env("TIPG_DB_SCHEMAS", r#"["public"]"#);
    Web::start(
        command,
        port,
        format!("tipg {}", python_version("tipg")),
        Some(
            "/collections/public.incidents/items?f=geojson&geom-column=geom&properties=id,geojson&limit=100&bbox={bbox}",
        ),
        Some("/collections/public.points/tiles/WebMercatorQuad/{z}/{x}/{y}"),
    )
}

/// Starts `pg_featureserv`.
pub fn featureserv(postgis: &Postgis, may_install: bool) -> Result<Web, String> {
    let how = How::Go("github.com/CrunchyData/pg_featureserv@latest");
    let program = have("pg_featureserv", how, may_install)?;
    let port = free_port();
    let mut command = pinned(SERVER, program);
    command
        .env("DATABASE_URL", &postgis.url)
        .env("PGFS_SERVER_HTTPHOST", "127.0.0.1")
        .env("PGFS_SERVER_HTTPPORT", port.to_string());
    Web::start(
        command,
        port,
        "pg_featureserv".into(),
        Some(
            "/collections/public.incidents/items.json?properties=id,geojson&limit=100&bbox={bbox}",
        ),
        None,
    )
}

/// Starts martin.
pub fn martin(postgis: &Postgis, may_install: bool) -> Result<Web, String> {
    // Of what it can serve, only PostGIS is needed; the rest takes much longer to build.
    let how = How::Crate(&["martin", "--no-default-features", "--features", "postgres"]);
    let program = have("martin", how, may_install)?;
    let port = free_port();
    let version = output(Command::new(&program).arg("--version"))?;
    let mut command = pinned(SERVER, program);
    // A cache would answer in the place of the database.
    command
        .args([
            "--cache-size",
            "0",
            "--workers",
            "1",
            "--auto-bounds",
            "skip",
        ])
        .args([
            "--listen-addresses",
            &format!("127.0.0.1:{port}"),
            &postgis.url,
        ]);
    Web::start(
        command,
        port,
        version.trim().to_owned(),
        None,
        Some("/points/{z}/{x}/{y}"),
    )
}

impl Web {
    fn start(
        mut command: Command,
        port: u16,
        version: String,
        features: Option<&'static str>,
        tiles: Option<&'static str>,
    ) -> Result<Self, String> {
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let web = Self {
            version,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            features,
            tiles,
            _running: Running::new(child, "-TERM"),
        };
        let probe = features.map(|path| path.replace("{bbox}", "45,35,45.1,35.1"));
        let probe = probe.or(tiles.map(|path| at(path, [12, 2560, 1620])));
        web.wait(&probe.unwrap_or_default())?;
        Ok(web)
    }

    /// Whether there is anything in the tiles: nothing is fast to send.
    fn not_empty(&self, paths: &[String]) -> Result<(), String> {
        let bytes = || {
            let mut client = Http::new(self.address)?;
            let bytes = paths.iter().map(|path| {
                client.status(path)?;
                Ok(client.body.len())
            });
            bytes.sum::<std::io::Result<usize>>()
        };
        match bytes() {
            Ok(0) => Err("every tile is empty".into()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn wait(&self, path: &str) -> Result<(), String> {
        let patience = Instant::now() + PATIENCE;
        loop {
            let status = Http::new(self.address).and_then(|mut client| client.status(path));
            match status {
                Ok(200 | 204) => return Ok(()),
                other if Instant::now() > patience => {
                    return Err(format!("{} does not answer: {other:?}", self.version));
                }
                _ => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }
}

impl Peer for Web {
    fn name(&self) -> String {
        self.version.clone()
    }

    fn rate(
        &self,
        stage: &Stage,
        question: &Question,
        time: Duration,
    ) -> Option<Result<f64, String>> {
        let features = self.features.filter(|_| question.kind == Kind::Box)?;
        let paths = stage.for_each_position(|at| features.replace("{bbox}", &joined(sides(at))));
        Some(http(self.address, &paths, time).map(|borne| borne.per_s))
    }

    fn answers(
        &self,
        stage: &Stage,
        question: &Question,
        positions: usize,
        how: Order,
    ) -> Option<Result<Vec<Given>, String>> {
        let features = self
            .features
            .filter(|_| question.kind == Kind::Box && how == Order::AsMeasured)?;
        let answers = || {
            let mut client = Http::new(self.address)?;
            let compared = stage.positions.iter().take(positions);
            compared
                .map(|at| {
                    client.status(&features.replace("{bbox}", &joined(sides(*at))))?;
                    let answer: serde_json::Value = serde_json::from_slice(&client.body)?;
                    Ok(Given {
                        // The order is the server's own: only the count can be compared.
                        page: None,
                        matched: answer["numberMatched"].as_u64(),
                    })
                })
                .collect::<std::io::Result<_>>()
        };
        Some(answers().map_err(|error| error.to_string()))
    }

    fn tile_rate(
        &self,
        tiles: &[[u32; 3]],
        time: Duration,
    ) -> Option<(&'static str, Result<f64, String>)> {
        let path = self.tiles?;
        let paths: Vec<String> = tiles.iter().map(|tile| at(path, *tile)).collect();
        let rate = self.not_empty(&paths);
        let rate = rate.and_then(|()| http(self.address, &paths, time));
        Some(("HTTP", rate.map(|borne| borne.per_s)))
    }
}

fn at(path: &str, [z, x, y]: [u32; 3]) -> String {
    path.replace("{z}", &z.to_string())
        .replace("{x}", &x.to_string())
        .replace("{y}", &y.to_string())
}

fn python_version(package: &str) -> String {
    let code = format!("import importlib.metadata as m; print(m.version('{package}'))");
    let python = find("uvicorn").and_then(|path| Some(path.parent()?.join("python3")));
    let said = python.and_then(|python| output(Command::new(python).args(["-c", &code])).ok());
    said.unwrap_or_default().trim().to_owned()
}
