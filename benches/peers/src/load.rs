//! What runs where: servers on one core, clients on another, HTTP by wrk where it is installed.
//!
//! A core is chosen by `taskset`; on a machine with one core, or without it, all share. The clients
//! of ours that need a core of their own are this program once more, in another role.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::extract::Path as Segment;
use axum::routing::get;
use bordermap::http::server::serve::{Service, serve};

use crate::client::{self, Borne, Http, Resp};
use crate::install;

/// Connections that are used at the same time, each waiting for its answer.
pub const CONNECTIONS: usize = 4;
/// The core of every server.
pub const SERVER: usize = 0;
/// The core of every client.
pub const CLIENT: usize = 1;
/// No static body is larger.
const STATIC_BYTES_MAX: usize = 16 << 20;

/// What wrk runs: the paths of a file, one after another; the figures on one line.
const WRK: &str = r#"
local requests, at = {}, 0
function init(args)
  for path in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", path) end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("borne %d %d %d %d %d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"#;

/// A protocol of the small clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Http,
    Resp,
}

/// A program that runs until this is dropped.
pub struct Running {
    pub child: Child,
    /// The signal by which it is told to stop.
    signal: &'static str,
}

impl Running {
    pub fn new(child: Child, signal: &'static str) -> Self {
        Self { child, signal }
    }

    /// Megabytes (10⁶ bytes) that the process has in memory.
    pub fn resident_mb(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib * 1024.0 / 1e6)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args([self.signal, &id]).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A command that runs on one core.
pub fn pinned(core: usize, program: impl AsRef<Path>) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 || install::find("taskset").is_none() {
        return Command::new(program.as_ref());
    }
    let mut command = Command::new("taskset");
    command
        .args(["-c", &core.to_string()])
        .arg(program.as_ref());
    command
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Sends questions for so long; they are paths of an HTTP server.
pub fn http(address: SocketAddr, paths: &[String], time: Duration) -> Result<Borne, String> {
    match install::find("wrk") {
        Some(wrk) => by_wrk(&wrk, address, paths, time),
        None => ours(Protocol::Http, address, paths, time, None),
    }
}

/// Sends them with a small client of ours, on the clients' core.
pub fn ours(
    protocol: Protocol,
    address: SocketAddr,
    questions: &[String],
    time: Duration,
    pace_per_s: Option<f64>,
) -> Result<Borne, String> {
    let file = list(questions);
    let output = pinned(CLIENT, program())
        .args(["load", &format!("{protocol:?}"), &address.to_string()])
        .arg(file.path())
        .arg(time.as_secs_f64().to_string())
        .arg(pace_per_s.unwrap_or(0.0).to_string())
        .output()
        .map_err(|error| error.to_string())?;
    figures(&output).map(|said| Borne {
        per_s: said[0],
        p50_ms: said[1],
        p99_ms: said[2],
    })
}

fn by_wrk(
    wrk: &Path,
    address: SocketAddr,
    paths: &[String],
    time: Duration,
) -> Result<Borne, String> {
    let (file, script) = (list(paths), list(&[WRK.to_owned()]));
    let output = pinned(CLIENT, wrk)
        .args(["-t1", &format!("-c{CONNECTIONS}")])
        // wrk takes whole seconds.
        .arg(format!("-d{}s", time.as_secs_f64().ceil().max(1.0)))
        .arg("-s")
        .arg(script.path())
        .args([&format!("http://{address}"), "--"])
        .arg(file.path())
        .output()
        .map_err(|error| error.to_string())?;
    let [sent, us, errors, p50_us, p99_us] = figures(&output)?[..] else {
        return Err("wrk said something else".into());
    };
    if errors > 0.0 || sent == 0.0 {
        return Err(format!("{errors} of {sent} requests failed"));
    }
    Ok(Borne {
        per_s: sent * 1e6 / us,
        p50_ms: p50_us / 1e3,
        p99_ms: p99_us / 1e3,
    })
}

/// The numbers of the line that begins with `borne`.
fn figures(output: &std::process::Output) -> Result<Vec<f64>, String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("borne "));
    let numbers = line.map(|line| line.split(' ').map(str::parse).collect());
    match numbers {
        Some(Ok(numbers)) => Ok(numbers),
        _ => Err(format!("{text}{}", String::from_utf8_lossy(&output.stderr))),
    }
}

fn list(lines: &[String]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let text = lines.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    });
    std::fs::write(file.path(), text).expect("a file");
    file
}

fn program() -> PathBuf {
    std::env::current_exe().expect("this program")
}

/// The role of a client: what [`ours`] runs.
pub fn client_role(arguments: &[String]) -> io::Result<()> {
    let [protocol, address, file, seconds, pace] = arguments else {
        return Err(io::Error::other("load PROTOCOL ADDRESS FILE SECONDS PACE"));
    };
    let address: SocketAddr = address.parse().map_err(io::Error::other)?;
    let text = std::fs::read_to_string(file)?;
    let questions: Vec<String> = text.lines().map(str::to_owned).collect();
    let time = Duration::from_secs_f64(seconds.parse().map_err(io::Error::other)?);
    let pace: f64 = pace.parse().map_err(io::Error::other)?;
    let pace = Some(pace).filter(|pace| *pace > 0.0);
    let borne = if protocol == "Http" {
        client::load(|| Http::new(address), &questions, CONNECTIONS, time, pace)?
    } else {
        client::load(|| Resp::new(address), &questions, CONNECTIONS, time, pace)?
    };
    println!("borne {} {} {}", borne.per_s, borne.p50_ms, borne.p99_ms);
    Ok(())
}

/// Starts the ceiling: the same server around a handler that gives a ready body; `/1000` is one of a
/// thousand bytes.
pub fn start_static() -> io::Result<(Running, SocketAddr)> {
    let child = pinned(SERVER, program())
        .arg("static")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut running = Running::new(child, "-TERM");
    let address = said(&mut running)?.parse().map_err(io::Error::other)?;
    Ok((running, address))
}

/// The first line that a program prints.
pub fn said(running: &mut Running) -> io::Result<String> {
    let stdout = running.child.stdout.as_mut().expect("a pipe");
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// The role of the ceiling: what [`start_static`] runs. The runtime is the one of `bordermap serve`.
pub fn static_role() -> io::Result<()> {
    let body = axum::body::Bytes::from(vec![b' '; STATIC_BYTES_MAX]);
    let handler =
        get(async move |Segment(bytes): Segment<usize>| body.slice(..bytes.min(STATIC_BYTES_MAX)));
    serve_here(|_| Router::new().route("/{bytes}", handler), |_| {})
}

/// Serves in this process until it is ended, having printed its address.
pub fn serve_here<S: Into<Service>>(
    make: impl FnOnce(SocketAddr) -> S,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let service = make(address);
    println!("{address}");
    ready(address);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        serve(listener, service, std::future::pending()).await
    })
}
