//! Two small clients over connections that are kept, HTTP/1.1 and RESP (the protocol of Redis and
//! Tile38), and how many answers a second they get.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

/// Either of them.
pub trait Client {
    /// Sends a question and reads the whole answer, which must be a good one.
    fn request(&mut self, question: &str) -> io::Result<()>;
}

/// HTTP; a question is a path with its query.
pub struct Http {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
    /// The last answer's body.
    pub body: Vec<u8>,
}

impl Http {
    pub fn new(host: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            stream: connect(host)?,
            host,
            body: Vec::new(),
        })
    }

    /// Sends a GET and reads the whole answer; its status.
    pub fn status(&mut self, path: &str) -> io::Result<u16> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\n\r\n",
            self.host
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut length, mut line) = (0, String::new());
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("{path}: {line:?}")))?;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            if line == "\r\n" || line.is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(status)
    }
}

impl Client for Http {
    fn request(&mut self, path: &str) -> io::Result<()> {
        match self.status(path)? {
            200 | 204 => Ok(()),
            status => Err(io::Error::other(format!(
                "{path}: {status}: {}",
                String::from_utf8_lossy(&self.body)
            ))),
        }
    }
}

/// RESP; a question is a command with spaces between its words.
pub struct Resp {
    stream: BufReader<TcpStream>,
}

/// An answer in RESP.
#[derive(Debug)]
pub enum Reply {
    Text(String),
    Number(i64),
    List(Vec<Reply>),
}

impl Resp {
    pub fn new(host: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            stream: connect(host)?,
        })
    }

    /// Sends a command without waiting for its answer.
    pub fn send(&mut self, words: &[&str]) -> io::Result<()> {
        use std::fmt::Write as _;

        let mut command = format!("*{}\r\n", words.len());
        for word in words {
            let _ = write!(command, "${}\r\n{word}\r\n", word.len());
        }
        self.stream.get_mut().write_all(command.as_bytes())
    }

    /// Sends a command and reads its answer.
    pub fn call(&mut self, words: &[&str]) -> io::Result<Reply> {
        self.send(words)?;
        self.reply()
    }

    /// Reads one answer.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let line = line.trim_end();
        let (kind, rest) = line
            .split_at_checked(1)
            .ok_or_else(|| io::Error::other("the connection was closed"))?;
        let number = || rest.parse::<i64>().map_err(io::Error::other);
        match kind {
            "+" => Ok(Reply::Text(rest.to_owned())),
            ":" => Ok(Reply::Number(number()?)),
            "$" => self.bulk(number()?),
            "*" => (0..number()?)
                .map(|_| self.reply())
                .collect::<io::Result<_>>()
                .map(Reply::List),
            _ => Err(io::Error::other(line.to_owned())),
        }
    }

    fn bulk(&mut self, length: i64) -> io::Result<Reply> {
        let Ok(length) = usize::try_from(length) else {
            return Ok(Reply::Text(String::new()));
        };
        let mut bytes = vec![0; length + 2];
        self.stream.read_exact(&mut bytes)?;
        bytes.truncate(length);
        String::from_utf8(bytes)
            .map(Reply::Text)
            .map_err(io::Error::other)
    }
}

impl Client for Resp {
    fn request(&mut self, command: &str) -> io::Result<()> {
        let words: Vec<&str> = command.split(' ').collect();
        self.call(&words).map(drop)
    }
}

/// How a system bore a load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Borne {
    /// Answers a second, all connections together.
    pub per_s: f64,
    /// How long half of the answers took at most, in milliseconds.
    pub p50_ms: f64,
    /// How long 99 of 100 took at most.
    pub p99_ms: f64,
}

/// Sends questions for so long over so many connections, each waiting for its answer. With a pace, each sends
/// at fixed moments, so many a second all together, and an answer's time counts from its moment: what
/// a stall delays is counted as late.
pub fn load<C: Client>(
    connect: impl Fn() -> io::Result<C> + Sync,
    questions: &[String],
    connections: usize,
    time: Duration,
    pace_per_s: Option<f64>,
) -> io::Result<Borne> {
    let started = Instant::now();
    let every = pace_per_s.map(|pace| Duration::from_secs_f64(connections as f64 / pace));
    let client = |first: usize| {
        let mut client = connect()?;
        let mut took_ms = Vec::new();
        let mut sent = 0_u32;
        while started.elapsed() < time {
            let mut from = Instant::now();
            if let Some(every) = every {
                from = started + every * sent + every.mul_f64(first as f64 / connections as f64);
                std::thread::sleep(from.saturating_duration_since(Instant::now()));
            }
            client.request(&questions[(first * 251 + sent as usize) % questions.len()])?;
            took_ms.push(from.elapsed().as_secs_f64() * 1e3);
            sent += 1;
        }
        Ok(took_ms)
    };
    let took: io::Result<Vec<Vec<f64>>> = std::thread::scope(|scope| {
        let client = &client;
        let clients: Vec<_> = (0..connections)
            .map(|first| scope.spawn(move || client(first)))
            .collect();
        let ended = clients.into_iter().map(ScopedJoinHandle::join);
        ended.map(|took| took.expect("a client")).collect()
    });
    let took = took?.concat();
    Ok(Borne {
        per_s: took.len() as f64 / started.elapsed().as_secs_f64(),
        p50_ms: percentile(&took, 0.50),
        p99_ms: percentile(&took, 0.99),
    })
}

/// The value that a share of the values does not exceed; NaN of none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length"
    )]
    let at = (sorted.len() as f64 * share) as usize;
    let last = sorted.len().saturating_sub(1);
    sorted.get(at.min(last)).copied().unwrap_or(f64::NAN)
}

fn connect(host: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    Ok(BufReader::with_capacity(64 * 1024, stream))
}
