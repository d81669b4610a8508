//! Who asks: what the connection and the headers of trusted proxies tell of it.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};

use crate::http::server::clients::Who;
use crate::http::server::options::Options;

/// Who asks: the peer, or whom a trusted proxy names, or, of a chain of them, the first that is not
/// trusted itself. A peer on this machine that passes nothing on is nobody to hold off.
pub fn client_of(options: &Options, peer: Option<IpAddr>, headers: &HeaderMap) -> Who {
    let Some(peer) = peer.map(|peer| peer.to_canonical()) else {
        return Who::Local;
    };
    let is_trusted = |address: &IpAddr| options.trusts(*address);
    // A few names are compared sooner than five are looked up.
    let passes_on = headers.keys().any(is_of_a_proxy);
    if !is_trusted(&peer) || !passes_on {
        return if peer.is_loopback() && !passes_on {
            Who::Local
        } else {
            peer.into()
        };
    }
    let named = |hops: Vec<Option<IpAddr>>| {
        let mut nearest = peer;
        for hop in hops.into_iter().rev() {
            // What is no address names nobody: then it is whoever passed it on.
            let Some(address) = hop else { break };
            nearest = address;
            if !is_trusted(&address) {
                break;
            }
        }
        nearest
    };
    let by_header = [forwarded_for(headers), x_forwarded_for(headers)];
    let mut by_header = by_header.into_iter().filter(|hops| !hops.is_empty());
    let first = by_header.next().map_or(peer, named);
    // A proxy writes one of the two and may pass the other on as anybody has written it: where they
    // differ, neither is believed.
    let is_sure = by_header.all(|hops| named(hops) == first);
    let client = if is_sure { first } else { peer };
    client.into()
}

/// Whether a header is one by which a proxy says that it is one.
fn is_of_a_proxy(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "forwarded" | "via" | "x-forwarded-for" | "x-forwarded-host" | "x-forwarded-proto"
    )
}

/// For whom each proxy asked by `Forwarded` (RFC 7239 §5.2), `None` for one that does not tell; nothing if
/// none tells.
fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let node = |hop: &'_ str| {
        let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
        let mut of = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
        of.next().map(|(_, node)| node.to_owned())
    };
    let nodes: Vec<_> = listed(headers, "forwarded").map(node).collect();
    if nodes.iter().all(Option::is_none) {
        return Vec::new();
    }
    let nodes = nodes.into_iter();
    nodes.map(|node| address_of_node(&node?)).collect()
}

/// The same by `X-Forwarded-For`.
fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let hops = listed(headers, "x-forwarded-for");
    hops.map(address_of_node).collect()
}

/// The members of a header that is a list.
fn listed<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> + use<'h> {
    let values = headers.get_all(name).into_iter();
    values.flat_map(|value| value.to_str().unwrap_or("?").split(',').map(str::trim))
}

/// The address of `192.0.2.1`, `192.0.2.1:80`, `"[2001:db8::1]:80"` or `2001:db8::1`.
fn address_of_node(node: &str) -> Option<IpAddr> {
    let node = node.trim().trim_matches('"');
    let with_port = || node.parse::<SocketAddr>().ok().map(|address| address.ip());
    let plain = node.trim_start_matches('[').trim_end_matches(']');
    let address = plain.parse().ok().or_else(with_port)?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_who_a_trusted_proxy_names() {
        let options = Options {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Options::default()
        };
        let check = |peer: &str, headers: &[(&'static str, &str)], expected: Who| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            let found = client_of(&options, peer.parse().ok(), &map);
            assert_eq!(found, expected, "{peer} {headers:?}");
        };
        let who = |address: &str| Who::from(address.parse::<IpAddr>().unwrap());
        let of = "x-forwarded-for";
        check("127.0.0.1", &[], Who::Local);
        check("::1", &[], Who::Local);
        // A proxy on this machine that nobody named: it asks for many, and is one client.
        check("127.0.0.1", &[(of, "192.0.2.9")], who("127.0.0.1"));
        check("192.0.2.1", &[(of, "192.0.2.9")], who("192.0.2.1"));
        check("10.1.2.3", &[], who("10.1.2.3"));
        check("10.1.2.3", &[(of, "192.0.2.9")], who("192.0.2.9"));
        // Only what stands behind what is not trusted counts: the rest anybody can write.
        let chain = "1.1.1.1, 192.0.2.9, 10.5.5.5";
        check("10.1.2.3", &[(of, chain)], who("192.0.2.9"));
        check(
            "10.1.2.3",
            &[(of, "1.1.1.1"), (of, "2001:db8::7")],
            who("2001:db8::1"),
        );
        check("10.1.2.3", &[(of, "unknown")], who("10.1.2.3"));
        check(
            "10.1.2.3",
            &[(
                "forwarded",
                "for=1.1.1.1, for=\"[2001:db8:0:5::1]:4711\";proto=https",
            )],
            who("2001:db8:0:5::"),
        );
        check(
            "10.1.2.3",
            &[("forwarded", "for=192.0.2.43:80")],
            who("192.0.2.43"),
        );
        // The proxy writes one of them, and who asks has written the other.
        let both = |own: &'static str| [("forwarded", own), (of, "192.0.2.9")];
        check("10.1.2.3", &both("for=192.0.2.9"), who("192.0.2.9"));
        check("10.1.2.3", &both("for=1.1.1.1"), who("10.1.2.3"));
        check("10.1.2.3", &both("proto=https"), who("192.0.2.9"));
        let untold = "for=1.1.1.1, proto=https";
        check("10.1.2.3", &[("forwarded", untold)], who("10.1.2.3"));
    }
}
