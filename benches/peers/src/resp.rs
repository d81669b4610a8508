//! Tile38 and Redis: incidents in memory, queried in the protocol of Redis. Both measure on a sphere.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::{Duration, Instant};

use bordermap::atlas::geo::position::LngLat;

use crate::client::{Reply, Resp};
use crate::install::{How, have};
use crate::load::{Protocol, Running, SERVER, free_port, ours, pinned};
use crate::oracle::incidents::number_of;
use crate::peer::{Given, Order, Peer};
use crate::questions::{Kind, Question};
use crate::served::Stage;

/// Commands that are sent before their answers are read.
const PIPELINED: usize = 256;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Tile38,
    Redis,
}

/// One of them, running.
pub struct InMemory {
    which: Which,
    version: String,
    address: SocketAddr,
    _running: Running,
    _folder: tempfile::TempDir,
}

/// Starts Tile38 with the incidents' GeoJSON as objects.
pub fn tile38(stage: &Stage, may_install: bool) -> Result<InMemory, String> {
    let how = How::Go("github.com/tidwall/tile38/cmd/tile38-server@latest");
    let program = have("tile38-server", how, may_install)?;
    let port = free_port().to_string();
    let mut command = pinned(SERVER, program);
    command
        .args("-h 127.0.0.1 -appendonly no -q -d . -p".split(' '))
        .arg(&port);
    InMemory::start(Which::Tile38, command, &port, stage)
}

/// Starts Redis with the incidents' positions.
pub fn redis(stage: &Stage, may_install: bool) -> Result<InMemory, String> {
    let program = have("redis-server", How::Debian(&["redis-server"]), may_install)?;
    let port = free_port().to_string();
    let mut command = pinned(SERVER, program);
    command.args([
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--port",
        &port,
    ]);
    InMemory::start(Which::Redis, command, &port, stage)
}

impl InMemory {
    fn start(
        which: Which,
        mut command: std::process::Command,
        port: &str,
        stage: &Stage,
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let child = command
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let port = port.parse().map_err(|_| "no port")?;
        let mut peer = Self {
            which,
            version: String::new(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            _running: Running::new(child, "-TERM"),
            _folder: folder,
        };
        let mut client = peer.wait()?;
        peer.version = version(which, &mut client);
        peer.fill(&mut client, stage)?;
        Ok(peer)
    }

    fn wait(&self) -> Result<Resp, String> {
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            match Resp::new(self.address) {
                Ok(client) => return Ok(client),
                Err(error) if Instant::now() > patience => return Err(error.to_string()),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn fill(&self, client: &mut Resp, stage: &Stage) -> Result<(), String> {
        let mut waiting = 0;
        stage.for_each(|line| {
            let [lng, lat] = line.geometry.coordinates.map(|degrees| degrees.to_string());
            match self.which {
                Which::Tile38 => {
                    client.send(&["SET", "incidents", line.id, "OBJECT", line.text])?;
                }
                Which::Redis => client.send(&["GEOADD", "incidents", &lng, &lat, line.id])?,
            }
            waiting += 1;
            if waiting == PIPELINED {
                for _ in 0..std::mem::take(&mut waiting) {
                    client.reply()?;
                }
            }
            Ok(())
        })?;
        let rest = (0..waiting)
            .map(|_| client.reply())
            .collect::<Result<Vec<_>, _>>();
        rest.map(drop).map_err(|error| error.to_string())
    }

    fn command(&self, question: &Question, at: LngLat) -> Option<Vec<String>> {
        match self.which {
            Which::Tile38 => question.tile38(at),
            Which::Redis => question.redis(at),
        }
    }

    fn given(
        &self,
        client: &mut Resp,
        question: &Question,
        at: LngLat,
    ) -> Option<Result<Given, String>> {
        let command = self.command(question, at)?;
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let reply = client.call(&words).map_err(|error| error.to_string());
        Some(reply.map(|reply| understood(reply, question)))
    }
}

impl Peer for InMemory {
    fn name(&self) -> String {
        self.version.clone()
    }

    fn rate(
        &self,
        stage: &Stage,
        question: &Question,
        time: Duration,
    ) -> Option<Result<f64, String>> {
        let commands = stage.positions.iter().map(|at| self.command(question, *at));
        let commands: Option<Vec<String>> =
            commands.map(|command| Some(command?.join(" "))).collect();
        let borne = ours(Protocol::Resp, self.address, &commands?, time, None);
        Some(borne.map(|borne| borne.per_s))
    }

    fn answers(
        &self,
        stage: &Stage,
        question: &Question,
        positions: usize,
        how: Order,
    ) -> Option<Result<Vec<Given>, String>> {
        if how == Order::Exact {
            return None;
        }
        let mut client = match self.wait() {
            Ok(client) => client,
            Err(fault) => return Some(Err(fault)),
        };
        let compared = stage.positions.iter().take(positions);
        compared
            .map(|at| self.given(&mut client, question, *at))
            .collect()
    }
}

/// The parts of a reply: Tile38 puts a cursor before its list, and each object's id before it.
fn understood(reply: Reply, question: &Question) -> Given {
    let list = match reply {
        Reply::Number(count) => {
            return Given {
                matched: u64::try_from(count).ok(),
                page: None,
            };
        }
        Reply::List(mut parts) => match (parts.first(), parts.len()) {
            (Some(Reply::Number(_)), 2) => match parts.pop() {
                Some(Reply::List(list)) => list,
                _ => Vec::new(),
            },
            _ => parts,
        },
        Reply::Text(_) => Vec::new(),
    };
    let id = |reply: &Reply| match reply {
        Reply::Text(id) => number_of(id),
        Reply::List(parts) => match parts.first() {
            Some(Reply::Text(id)) => number_of(id),
            _ => None,
        },
        Reply::Number(_) => None,
    };
    let page: Vec<usize> = list.iter().filter_map(id).collect();
    if question.kind == Kind::Count {
        return Given {
            matched: Some(page.len() as u64),
            page: None,
        };
    }
    Given {
        page: Some(page),
        matched: None,
    }
}

fn version(which: Which, client: &mut Resp) -> String {
    let (name, command, field) = match which {
        Which::Tile38 => ("Tile38", &["SERVER"][..], "version"),
        Which::Redis => ("Redis", &["INFO", "server"][..], "redis_version"),
    };
    let version = match client.call(command) {
        Ok(Reply::Text(text)) => text.lines().find_map(|line| {
            Some(
                line.strip_prefix(field)?
                    .trim_matches([':', ' '])
                    .to_owned(),
            )
        }),
        // Tile38 gives names and values in turn.
        Ok(Reply::List(parts)) => parts.windows(2).find_map(|pair| match pair {
            [Reply::Text(name), Reply::Text(value)] if name == field => Some(value.clone()),
            _ => None,
        }),
        _ => None,
    };
    format!("{name} {}", version.unwrap_or_default())
        .trim()
        .to_owned()
}
