//! Under which address a client reached us: what links begin with, and which hosts we are.
//!
//! A page of another site can make a browser call a server on the same machine under that site's
//! own name, by pointing the name at 127.0.0.1 (DNS rebinding). So a name in `Host` must be one
//! that we were told; a number cannot be rebound, so our own numbers pass whatever the port.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, Uri, Version, header};

use crate::http::kit::problem::Problem;
use crate::http::server::options::{Options, is_plain_path};

/// The address of the service as the client knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What every link begins with: scheme, host and perhaps a path, without a slash at the end.
    pub base: String,
    /// The path in front of ours that a proxy may have left in the request: empty or `/border`.
    pub prefix: String,
}

/// What of a request tells the address.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// HTTP/1.0 may go without `Host`.
    pub version: Version,
    /// The target.
    pub uri: &'a Uri,
    /// The headers.
    pub headers: &'a HeaderMap,
}

/// Reads the address from the request.
///
/// # Errors
/// If there is no single valid host, or it is one that this server is not.
pub fn of_request(
    options: &Options,
    peer: Option<IpAddr>,
    request: Head<'_>,
) -> Result<Address, Problem> {
    let Head {
        version,
        uri,
        headers,
    } = request;
    let forwarded = match peer {
        Some(peer) if options.trusts(peer) => Forwarded::read(headers),
        _ => Forwarded::default(),
    };
    let host = host_of(uri, headers)?;
    if host.is_none() && version >= Version::HTTP_11 {
        return Err(Problem::Malformed("The request has no Host header.".into()));
    }
    if forwarded.host.is_none()
        && let Some(host) = &host
        && !is_ours(options, host)
    {
        return Err(Problem::Misdirected(host.clone().into_owned()));
    }
    if let Some(public) = &options.public_url {
        return Ok(Address {
            base: format!("{}{}", public.origin.as_str(), public.prefix),
            prefix: public.prefix.clone(),
        });
    }
    let scheme = forwarded.proto.unwrap_or("http");
    let host = forwarded
        .host
        .map(Cow::Owned)
        .or(host)
        .unwrap_or_else(|| options.listen.to_string().into());
    let prefix = forwarded.prefix.unwrap_or_default();
    Ok(Address {
        base: [scheme, "://", &host, &prefix].concat(),
        prefix,
    })
}

/// The address of links in an answer to a request whose own address is not known.
pub fn fallback(options: &Options) -> String {
    match &options.public_url {
        Some(public) => format!("{}{}", public.origin.as_str(), public.prefix),
        None => format!("http://{}", options.listen),
    }
}

/// The one host that the request is for (RFC 9112 §3.2: the target's own goes before `Host`).
fn host_of<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Result<Option<Cow<'a, str>>, Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(Problem::Malformed(
            "The request has more than one Host header.".into(),
        ));
    }
    let host = match (uri.authority(), first) {
        (Some(authority), _) => authority.as_str(),
        (None, Some(host)) => host.to_str().unwrap_or("?"),
        (None, None) => return Ok(None),
    };
    if !is_host(host) {
        return Err(Problem::Malformed(
            "The Host header is not a host name or address with an optional port.".into(),
        ));
    }
    Ok(Some(if host.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }))
}

/// Whether a text can be a host with a port, and stand in a link as it is.
fn is_host(text: &str) -> bool {
    let (name, port) = split_port(text);
    let inner = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let name_is_right = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
        }
    };
    name_is_right && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// Host and port apart.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    }
}

fn is_ours(options: &Options, host: &str) -> bool {
    if let Some(public) = &options.public_url {
        let (public, _) = split_port(public.origin.authority());
        if split_port(host).0 == public {
            return true;
        }
    }
    let (name, _) = split_port(host);
    if options.listen_name.as_deref() == Some(name) {
        return true;
    }
    let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
    let address = address.map(|address| address.to_canonical());
    let mut listen = std::iter::once(&options.listen).chain(&options.listen_others);
    listen.any(|listen| {
        let listen = listen.ip().to_canonical();
        let everywhere = listen.is_unspecified();
        match address {
            Ok(address) => {
                address == listen || everywhere || (listen.is_loopback() && address.is_loopback())
            }
            Err(_) => name == "localhost" && (everywhere || listen.is_loopback()),
        }
    })
}

/// What a trusted proxy says of the request that it passes on.
#[derive(Debug, Default, PartialEq, Eq)]
struct Forwarded {
    host: Option<String>,
    proto: Option<&'static str>,
    prefix: Option<String>,
}

impl Forwarded {
    /// Reads `Forwarded` (RFC 7239) and, where it is silent, the `X-Forwarded-*` family. Of a list
    /// only the last entry is our proxy's own word. What is not valid is passed over.
    fn read(headers: &HeaderMap) -> Self {
        let mut said = Self::default();
        let last = |name: &str| {
            let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
            value.rsplit(',').next().map(str::trim)
        };
        for pair in last("forwarded").unwrap_or_default().split(';') {
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "host" => said.host = host(value),
                "proto" => said.proto = proto(value),
                _ => {}
            }
        }
        said.host = said.host.or_else(|| host(last("x-forwarded-host")?));
        said.proto = said.proto.or_else(|| proto(last("x-forwarded-proto")?));
        said.prefix = last("x-forwarded-prefix")
            .map(|prefix| prefix.trim_end_matches('/'))
            .filter(|prefix| is_plain_path(prefix))
            .map(str::to_owned);
        said
    }
}

fn host(text: &str) -> Option<String> {
    is_host(text).then(|| text.to_ascii_lowercase())
}

fn proto(text: &str) -> Option<&'static str> {
    ["http", "https"]
        .into_iter()
        .find(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// The address that a connection comes from, and what there is room for on it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr, pub Room);

/// The paths for operators (health and metrics), which have room when nothing else has.
pub const OPERATORS: [&str; 3] = [HEALTH[0], HEALTH[1], "/metrics"];
/// Those of them that say whether the process runs and whether it serves.
pub const HEALTH: [&str; 2] = ["/health/live", "/health/ready"];

/// What there is room for on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Everything.
    Usual,
    /// As many connections are open as may: health and metrics only.
    Reserve,
    /// As many connections of one client are open as may: nothing.
    Crowd,
    /// It comes to the address for operators: health and metrics only.
    Operators,
}

/// The header that carries a request's id, in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(options: &Options, peer: &str, headers: &[(&str, &str)]) -> Result<String, u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        of_request(
            options,
            peer.parse().ok(),
            Head {
                version: Version::HTTP_11,
                uri: &Uri::from_static("/api"),
                headers: &map,
            },
        )
        .map(|address| address.base)
        .map_err(|problem| match problem {
            Problem::Misdirected(_) => 421,
            _ => 400,
        })
    }

    #[test]
    fn a_host_is_ours_or_refused() {
        let at = |listen: &str| Options {
            listen: listen.parse().unwrap(),
            ..Options::default()
        };
        let check = |options: &Options, host: &str, expected: Result<&str, u16>| {
            let found = ask(options, "127.0.0.1", &[("host", host)]);
            assert_eq!(found.as_deref().map_err(|e| *e), expected, "{host}");
        };
        let local = at("127.0.0.1:8080");
        check(&local, "127.0.0.1:8080", Ok("http://127.0.0.1:8080"));
        check(&local, "localhost:8080", Ok("http://localhost:8080"));
        check(&local, "LOCALHOST:9000", Ok("http://localhost:9000"));
        check(&local, "[::1]:8080", Ok("http://[::1]:8080"));
        check(&local, "evil.example", Err(421));
        check(&local, "evil.example:8080", Err(421));
        check(&local, "localhost.evil.example", Err(421));
        check(&local, "192.168.1.1:8080", Err(421));
        check(&local, "a b", Err(400));
        check(&local, "localhost:8080/x", Err(400));
        check(&local, "localhost:99999", Err(400));
        check(&local, "", Err(400));
        let wide = at("0.0.0.0:8080");
        check(&wide, "192.168.1.1:8080", Ok("http://192.168.1.1:8080"));
        check(&wide, "evil.example:8080", Err(421));
        let public = Options {
            public_url: Some("https://maps.example.org/border".parse().unwrap()),
            ..at("127.0.0.1:8080")
        };
        check(
            &public,
            "maps.example.org",
            Ok("https://maps.example.org/border"),
        );
        check(
            &public,
            "localhost:8080",
            Ok("https://maps.example.org/border"),
        );
        check(&public, "other.example.org", Err(421));
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let options = Options {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Options::default()
        };
        let check = |peer: &str, headers: &[(&str, &str)], expected: &str| {
            let with_host = [&[("host", "127.0.0.1:8080")], headers].concat();
            assert_eq!(ask(&options, peer, &with_host).as_deref(), Ok(expected));
        };
        let here = "http://127.0.0.1:8080";
        let family = [
            ("x-forwarded-host", "maps.example.org"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-prefix", "/border/"),
        ];
        check("10.1.2.3", &family, "https://maps.example.org/border");
        check("127.0.0.1", &family, here);
        check(
            "10.1.2.3",
            &[(
                "forwarded",
                "for=1.2.3.4;host=a.example, for=10.0.0.2;host=\"b.example:81\";proto=https",
            )],
            "https://b.example:81",
        );
        check(
            "10.1.2.3",
            &[
                ("x-forwarded-host", "a\"b"),
                ("x-forwarded-proto", "gopher"),
            ],
            here,
        );
        check(
            "10.1.2.3",
            &[("x-forwarded-prefix", "//evil.example")],
            here,
        );
    }
}
