//! What an operator decides about the wire: the address, the proxies in front, who may embed and
//! call, and every ceiling.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use axum::http::Uri;

/// Everything that the wire can be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address that the server listens on; a request's `Host` is held against it.
    pub listen: SocketAddr,
    /// The address under which the world knows the server, if there is a proxy in front of it.
    pub public_url: Option<PublicUrl>,
    /// Peers whose `Forwarded` and `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Sites whose scripts may call the API.
    pub cors_origins: Vec<Origin>,
    /// Sites that may show the map in a frame.
    pub embed_origins: Vec<Origin>,
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
    /// How long an answer may take to begin, in seconds.
    pub request_timeout_s: u64,
    /// How long a client may take to send the head of a request, in seconds.
    pub head_timeout_s: u64,
    /// Exports that run at the same time.
    pub concurrent_exports_max: usize,
    /// How long one export may take in all, in seconds.
    pub export_timeout_s: u64,
    /// Connections open at the same time; more wait to be accepted.
    pub connections_max: usize,
    /// How long running requests may go on after the server was told to stop, in seconds.
    pub shutdown_timeout_s: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            embed_origins: Vec::new(),
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            url_bytes_max: 8 * 1024,
            body_bytes_max: 1024 * 1024,
            request_timeout_s: 30,
            head_timeout_s: 10,
            concurrent_exports_max: 4,
            export_timeout_s: 600,
            connections_max: 4096,
            shutdown_timeout_s: 20,
        }
    }
}

/// The address under which the world knows the server: `https://maps.example.org/border`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Scheme and authority, without a slash at the end.
    pub origin: Origin,
    /// The path in front of ours: empty, or `/border` without a slash at the end.
    pub prefix: String,
}

/// A site: scheme, host and port (RFC 6454), as browsers write it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// One address or a block of them: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u32,
}

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

impl FromStr for Origin {
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

impl Origin {
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
        let wanted = || {
            OptionError(format!(
                "\"{text}\" is not an address such as 10.0.0.1 or a block such as 10.0.0.0/8"
            ))
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().map_err(|_| wanted())?)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| wanted())?;
        let width = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        if bits > width {
            return Err(wanted());
        }
        Ok(Self { first, bits })
    }
}

impl Network {
    /// Whether an address lies in the block. An IPv4 address that came as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let differ = u32::from(first) ^ u32::from(address);
                differ.checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let differ = u128::from(first) ^ u128::from(address);
                differ.checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            _ => false,
        }
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

fn origin_of(uri: &Uri) -> Option<Origin> {
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
    Some(Origin(format!("{scheme}://{authority}")))
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
