//! What becomes of those who do not read, or too little, of what is made for them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use bordermap::http::server::options::Limits;

use super::admission::{
    EXPORT, IN_USE, LIGHT, endless, get_from, limited, metric, refused, send, until,
};
use crate::support::server::Server;
use crate::support::world;

/// A server with some fifty megabytes to give out.
fn large(limits: Limits) -> Server {
    let live = world::live();
    world::report(&live, (1000..100_000).map(world::report_at).collect());
    Server::over(live, limited(limits))
}

#[test]
fn exports_are_shared_between_clients() {
    let server = large(Limits {
        client_exports_max: 1,
        ..endless()
    });
    let mut idle = send(&server, EXPORT, "192.0.2.1");
    idle.read_exact(&mut [0; 100]).unwrap();
    let reply = get_from(&server, "192.0.2.1", EXPORT);
    assert!(refused(&reply, 429, "too-many-requests").is_some());
    let other = get_from(&server, "192.0.2.2", EXPORT);
    assert_eq!(other.ids().len(), world::REPORTS + 99_000);
    // A download that nobody reads holds no turn.
    until(&server, IN_USE, |count| count == 0);
}

#[test]
fn who_does_not_read_is_dropped() {
    let server = large(Limits {
        stall_timeout_s: 1,
        ..endless()
    });
    let mut stalled = send(&server, EXPORT, "");
    stalled.read_exact(&mut [0; 100]).unwrap();
    let mut pages = pages(&server);
    until(&server, "bordermap_slow_readers_dropped_total", |count| {
        count == 2
    });
    until(&server, "bordermap_unsent_bytes", |bytes| bytes == 0);
    until(&server, "bordermap_exports_running", |count| count == 0);
    let mut rest = Vec::new();
    let _ = pages.read_to_end(&mut rest);
    let _ = stalled.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "it is not whole");
}

#[test]
fn who_reads_too_little_is_dropped() {
    const DROPPED: &str = "bordermap_slow_readers_dropped_total";
    let reading = |bytes_per_s_min| {
        large(Limits {
            read_bytes_per_s_min: bytes_per_s_min,
            // Whatever had to wait at all is looked at.
            read_rate_over: Duration::ZERO,
            ..endless()
        })
    };
    // Nobody reads so much.
    let server = reading(u64::MAX);
    let mut stream = pages(&server);
    let mut piece = vec![0; 64 * 1024];
    // Far less than is ready for it, so that the rest waits.
    for _ in 0..600 {
        if metric(&server, DROPPED) > 0 {
            break;
        }
        let _ = stream.read(&mut piece);
        sleep(Duration::from_millis(10));
    }
    assert_eq!(metric(&server, DROPPED), 1);
    until(&server, "bordermap_unsent_bytes", |bytes| bytes == 0);
    // The same is enough where next to nothing is asked of a reader.
    let server = reading(1);
    let mut stream = pages(&server);
    for _ in 0..600 {
        stream.read_exact(&mut piece).unwrap();
    }
    assert_eq!(metric(&server, DROPPED), 0);
}

/// Asks for more than any socket takes in for somebody who does not read.
fn pages(server: &Server) -> TcpStream {
    let path = "/api/collections/reports/items?limit=10000&f=geojson";
    let host = server.address;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut stream = server.client().open();
    stream.write_all(request.repeat(13).as_bytes()).unwrap();
    stream
}

#[test]
fn answers_that_nobody_reads_leave_no_room_for_more() {
    let server = large(Limits {
        unsent_bytes_max: 1 << 20,
        ..endless()
    });
    let page = "/api/collections/reports/items?limit=10000";
    assert_eq!(server.get(page).status, 200, "alone it is let through");
    let _unread = pages(&server);
    until(&server, "bordermap_unsent_bytes", |bytes| bytes > 0);
    // Until the socket has taken in what it can.
    let mut reply = server.get(page);
    for _ in 0..100 {
        if reply.status != 200 {
            break;
        }
        reply = server.get(page);
    }
    assert!(refused(&reply, 503, "busy").is_some());
    assert_eq!(server.get(LIGHT).status, 200);
}

#[test]
fn a_large_page_is_the_same_however_it_is_sent() {
    let server = large(Limits::default());
    let page = "/api/collections/reports/items?limit=2000&count=false";
    let plain = server.get(page).body;
    assert!(plain.len() > 500_000);
    let headers = [("Accept-Encoding", "gzip")];
    let reply = server.client().get(page, &headers);
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(&*reply.body)
        .read_to_end(&mut body)
        .unwrap();
    assert!(body == plain, "the pages differ");
}
