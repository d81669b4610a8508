//! A client that sends exactly what it is told, also what no decent client would.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value as Json;

/// Sends requests to one server.
pub struct Client {
    address: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// The body, its chunks put together.
    pub body: Vec<u8>,
}

impl Client {
    /// A client of the server at an address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// GET with further headers; a `Host` among them takes the place of the right one.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.request("GET", path, headers)
    }

    /// A request without a body.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            let _ = write!(head, "Host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        self.raw((head + "\r\n").as_bytes())
            .unwrap_or_else(|| panic!("no reply to {method} {path}"))
    }

    /// Sends bytes and reads what comes until the server closes; `None` if that is no reply.
    pub fn raw(&self, bytes: &[u8]) -> Option<Reply> {
        let mut stream = self.open();
        // The server may refuse before it has read everything.
        let _ = stream.write_all(bytes);
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        parse(&reply)
    }

    /// An open connection.
    pub fn open(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream
    }
}

/// Reads a reply from its bytes.
pub fn parse(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let chunked = headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { whole(rest)? } else { rest.to_vec() };
    Some(Reply {
        status,
        headers,
        body,
    })
}

/// The body of chunks; `None` if the last chunk is missing.
fn whole(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend(bytes.get(end + 2..end + 2 + size)?);
        bytes = bytes.get(end + 2 + size + 2..)?;
    }
}

impl Reply {
    /// A header's value; several are joined.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The addresses of a document's links of a relation.
    #[track_caller]
    pub fn links(&self, rel: &str) -> Vec<String> {
        let document = self.json();
        let links = document["links"].as_array().expect("links");
        links
            .iter()
            .filter(|link| link["rel"] == rel)
            .map(|link| link["href"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The ids of a feature collection.
    #[track_caller]
    pub fn ids(&self) -> Vec<String> {
        assert_eq!(self.status, 200, "{}", self.text());
        let document = self.json();
        let features = document["features"].as_array().expect("features");
        features
            .iter()
            .map(|feature| feature["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Holds it to be a problem document of a status, and gives it.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Json {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{text}");
        assert_eq!(
            self.header("content-type").as_deref(),
            Some("application/problem+json")
        );
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(
            problem["request_id"].as_str().map(str::to_owned),
            self.header("x-request-id")
        );
        for member in ["type", "title", "detail"] {
            assert!(
                problem[member].as_str().is_some_and(|text| text.len() > 5),
                "{member} of {text}"
            );
        }
        problem
    }
}
