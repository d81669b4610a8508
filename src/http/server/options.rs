//! What an operator decides about the wire: the address, the proxies in front, who may embed and
//! call, and every ceiling.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;
use ipnet::IpNet;

/// Everything that the wire can be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address that the server listens on; a request's `Host` is held against it.
    pub listen: SocketAddr,
    /// Further addresses that it listens on.
    pub listen_others: Vec<SocketAddr>,
    /// The name by which the addresses were told, in lower case; a request may have it as its `Host`.
    pub listen_name: Option<String>,
    /// The address under which the world knows the server, if there is a proxy in front of it.
    pub public_url: Option<PublicUrl>,
    /// Peers whose `Forwarded` and `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Sites whose scripts may call the API.
    pub cors_origins: Vec<SiteOrigin>,
    /// Sites that may show the map in a frame.
    pub embed_origins: Vec<SiteOrigin>,
    /// The ceilings.
    pub limits: Limits,
}

/// How much one request, and all of them together, may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest path with its query, in bytes.
    pub url_bytes_max: usize,
    /// The largest request body, in bytes.
    pub body_bytes_max: u64,
    /// What a question may cost of a processor, and once more for each million features of the layers
    /// that it asks.
    pub question_budget: Duration,
    /// Heavy questions and exports that are worked at at the same time.
    pub heavy_turns: usize,
    /// Heavy questions that wait for a turn at the same time.
    pub waiting_max: usize,
    /// How long a heavy question may wait for its turn, in seconds.
    pub turn_timeout_s: u64,
    /// How long an answer may take to begin, in seconds; not less than `turn_timeout_s`.
    pub request_timeout_s: u64,
    /// How long a client may take to send the head of a request, in seconds.
    pub head_timeout_s: u64,
    /// Exports that run at the same time.
    pub concurrent_exports_max: usize,
    /// How long one export may take in all, in seconds.
    pub export_timeout_s: u64,
    /// Connections open at the same time; more wait to be accepted.
    pub connections_max: usize,
    /// Connections beyond those that are still accepted: half of them to answer who asks for health and
    /// metrics and to tell everybody else that there is no room, half to tell clients that have too many.
    pub reserve_connections_max: usize,
    /// Connections to the listener for operators.
    pub health_connections_max: usize,
    /// Bytes of large answers that are made and not sent yet.
    pub unsent_bytes_max: usize,
    /// How long a client may take nothing of what waits for it, in seconds.
    pub stall_timeout_s: u64,
    /// How many bytes a second a client must take while some wait for it.
    pub read_bytes_per_s_min: u64,
    /// After so much time that bytes have waited, it is looked at how many the client took.
    pub read_rate_over: Duration,
    /// How much of a processor one client may use in the long run, in milliseconds a second; 0 for as
    /// much as there is.
    pub client_cpu_ms_per_s: u64,
    /// Connections of one client.
    pub client_connections_max: usize,
    /// Heavy questions of one client that wait or are worked at.
    pub client_questions_max: usize,
    /// Exports of one client that run.
    pub client_exports_max: usize,
    /// Bytes of large answers to one client that are made and not sent yet.
    pub client_unsent_bytes_max: usize,
    /// How long running requests may go on after the server was told to stop, in seconds.
    pub shutdown_timeout_s: u64,
}

impl Options {
    /// Whether what a peer says of others is believed.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|proxy| proxy.contains(peer))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            listen_others: Vec::new(),
            listen_name: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            embed_origins: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// Descriptors that are left to the program itself: its store, listeners, threads and logs.
const DESCRIPTORS_OWN: usize = 64;
/// Descriptors that an export takes at most, for its scratch file and what SQLite opens beside it.
const DESCRIPTORS_AN_EXPORT: usize = 4;

impl Limits {
    /// The same for a process that may have so many descriptors open: with few, fewer connections and
    /// exports.
    #[must_use]
    pub fn within(self, descriptors: usize) -> Self {
        let free = descriptors.saturating_sub(DESCRIPTORS_OWN);
        let exports = (free / 8 / DESCRIPTORS_AN_EXPORT).max(1);
        let exports = self.concurrent_exports_max.min(exports);
        let free = free.saturating_sub(exports * DESCRIPTORS_AN_EXPORT);
        let reserve = self.reserve_connections_max.min((free / 8).max(1));
        let health = self.health_connections_max.min((free / 8).max(1));
        let connections = free.saturating_sub(reserve + health).max(1);
        Self {
            concurrent_exports_max: exports,
            reserve_connections_max: reserve,
            health_connections_max: health,
            connections_max: self.connections_max.min(connections),
            client_connections_max: self.client_connections_max.min(connections.div_ceil(2)),
            client_exports_max: self.client_exports_max.min(exports.div_ceil(2)),
            ..self
        }
    }

    /// What a question to so many features may cost, in nanoseconds.
    pub fn budget_ns(&self, features: usize) -> u64 {
        let base_ns = self.question_budget.as_nanos();
        let all_ns = base_ns + base_ns * features as u128 / 1_000_000;
        u64::try_from(all_ns).unwrap_or(u64::MAX)
    }
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let heavy_turns = cores.saturating_sub(1).max(1);
        Self {
            url_bytes_max: 8 * 1024,
            body_bytes_max: 1024 * 1024,
            question_budget: Duration::from_secs(2),
            heavy_turns,
            waiting_max: 512,
            turn_timeout_s: 15,
            request_timeout_s: 30,
            head_timeout_s: 10,
            concurrent_exports_max: 32,
            export_timeout_s: 600,
            connections_max: 4096,
            reserve_connections_max: 128,
            health_connections_max: 512,
            unsent_bytes_max: 512 << 20,
            stall_timeout_s: 30,
            read_bytes_per_s_min: 4096,
            read_rate_over: Duration::from_secs(60),
            // Half of what heavy work may use: others always come through, and a hundred people who
            // browse the map behind one address use a tenth of a processor.
            client_cpu_ms_per_s: 500 * heavy_turns as u64,
            client_connections_max: 2048,
            client_questions_max: 64,
            client_exports_max: 8,
            client_unsent_bytes_max: 128 << 20,
            shutdown_timeout_s: 20,
        }
    }
}

/// The address under which the world knows the server: `https://maps.example.org/border`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Scheme and authority, without a slash at the end.
    pub origin: SiteOrigin,
    /// The path in front of ours: empty, or `/border` without a slash at the end.
    pub prefix: String,
}

/// A site: scheme, host and port (RFC 6454), as browsers write it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteOrigin(String);

/// One address or a block of them: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

/// Why an option's text is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionError(String);

impl FromStr for PublicUrl {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        let wanted = || {
            OptionError(format!(
                "\"{text}\" is not an address such as https://maps.example.org/border"
            ))
        };
        let uri: Uri = text.parse().map_err(|_| wanted())?;
        let prefix = uri.path().trim_end_matches('/').to_owned();
        if uri.query().is_some() || text.contains('#') || !is_plain_path(&prefix) {
            return Err(wanted());
        }
        let origin = origin_of(&uri).ok_or_else(wanted)?;
        Ok(Self { origin, prefix })
    }
}

impl FromStr for SiteOrigin {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        let uri: Option<Uri> = text.trim_end_matches('/').parse().ok();
        uri.filter(|uri| matches!(uri.path(), "" | "/") && uri.query().is_none())
            .and_then(|uri| origin_of(&uri))
            .ok_or_else(|| {
                OptionError(format!(
                    "\"{text}\" is not a site such as https://news.example.org, without a path"
                ))
            })
    }
}

impl SiteOrigin {
    /// The text as in an `Origin` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, rest)| rest)
    }
}

impl FromStr for Network {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        let address = || text.parse().map(|address: IpAddr| address.into());
        let network = text.parse().or_else(|_| address());
        network.map(Self).map_err(|_| {
            OptionError(format!(
                "\"{text}\" is not an address such as 10.0.0.1 or a block such as 10.0.0.0/8"
            ))
        })
    }
}

impl Network {
    /// Whether an address lies in the block. An IPv4 address that came as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// Whether a path can stand in front of ours in every link without being escaped.
pub fn is_plain_path(path: &str) -> bool {
    path.is_empty()
        || (path.starts_with('/')
            && !path.contains("//")
            && path
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b)))
}

fn origin_of(uri: &Uri) -> Option<SiteOrigin> {
    let scheme = uri
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let authority = uri.authority()?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return None;
    }
    let authority = authority.as_str().to_ascii_lowercase();
    let default = if scheme == "http" { ":80" } else { ":443" };
    let authority = authority.strip_suffix(default).unwrap_or(&authority);
    Some(SiteOrigin(format!("{scheme}://{authority}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_contains_its_addresses() {
        let check = |block: &str, address: &str, inside: bool| {
            let block: Network = block.parse().unwrap();
            assert_eq!(
                block.contains(address.parse().unwrap()),
                inside,
                "{address}"
            );
        };
        check("10.0.0.0/8", "10.200.3.4", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("10.0.0.1", "10.0.0.1", true);
        check("10.0.0.1", "10.0.0.2", false);
        check("0.0.0.0/0", "8.8.8.8", true);
        check("10.0.0.0/8", "::ffff:10.1.1.1", true);
        check("fd00::/8", "fd12::1", true);
        check("::1", "::1", true);
        check("::1", "127.0.0.1", false);
        for wrong in ["", "10.0.0.0/33", "example.org", "10.0.0.0/x"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn ceilings_follow_the_descriptors() {
        let most = Limits::default();
        let check = |descriptors: usize| {
            let limits = most.within(descriptors);
            let taken = limits.connections_max
                + limits.reserve_connections_max
                + limits.health_connections_max
                + limits.concurrent_exports_max * DESCRIPTORS_AN_EXPORT;
            assert!(taken + DESCRIPTORS_OWN <= descriptors, "{limits:?}");
            (limits.connections_max, limits.concurrent_exports_max)
        };
        assert_eq!(check(1 << 20), (4096, 32));
        let (connections, exports) = check(1024);
        assert!((600..900).contains(&connections), "{connections}");
        assert!((8..32).contains(&exports), "{exports}");
        let (connections, exports) = check(128);
        assert!(connections >= 32 && exports >= 1);
        assert_eq!(most.within(0).connections_max, 1);
    }

    #[test]
    fn a_question_to_more_features_may_cost_more() {
        let limits = Limits::default();
        assert_eq!(limits.budget_ns(0), 2_000_000_000);
        assert_eq!(limits.budget_ns(500_000), 3_000_000_000);
    }

    #[test]
    fn a_public_url_has_an_origin_and_a_prefix() {
        let check = |text: &str, origin: &str, prefix: &str| {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!((url.origin.as_str(), &*url.prefix), (origin, prefix));
        };
        check("https://Maps.example.org/", "https://maps.example.org", "");
        check("https://a.example:443/b/c/", "https://a.example", "/b/c");
        check("http://a.example:8000", "http://a.example:8000", "");
        for wrong in [
            "",
            "a.example",
            "ftp://a.example",
            "https://u@a.example",
            "https://a/?x",
            "https://a/b\"c",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }
}
