//! Ceilings, and how connections and servers end.

use std::io::{Read, Write};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use bordermap::http::server::options::{Limits, Options};
use bordermap::http::server::serve::serve_health;
use bordermap::http::service;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::support::client::parse;
use crate::support::server::Server;
use crate::support::world;

fn limited(limits: Limits) -> Options {
    Options {
        limits,
        ..Options::default()
    }
}

/// Whether something comes to be, within a minute.
fn comes(is_so: impl Fn() -> bool) -> bool {
    (0..2400).any(|_| {
        let so = is_so();
        if !so {
            std::thread::sleep(Duration::from_millis(25));
        }
        so
    })
}

#[test]
fn exports_beyond_the_ceiling_wait_outside() {
    let server = Server::with(limited(Limits {
        concurrent_exports_max: 0,
        ..Limits::default()
    }));
    let reply = server.get("/api/collections/reports/export");
    reply.problem(503);
    assert_eq!(reply.header("retry-after").as_deref(), Some("30"));
}

#[test]
fn an_export_that_nobody_reads_is_cut_off() {
    let live = world::live();
    world::report(&live, (1000..60_000).map(world::report_at).collect());
    let server = Server::over(
        live,
        limited(Limits {
            export_timeout_s: 1,
            ..Limits::default()
        }),
    );
    let path = "/api/collections/reports/export";
    let mut stalled = server.client().open();
    write!(
        stalled,
        "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n",
        server.address
    )
    .unwrap();
    stalled.read_exact(&mut [0; 100]).unwrap();
    let is_over = || {
        let metrics = server.get("/metrics");
        let mut lines = metrics.text().lines();
        lines.any(|line| line == "bordermap_exports_running 0")
    };
    assert!(comes(is_over), "it still runs");
    let mut rest = Vec::new();
    let _ = stalled.read_to_end(&mut rest);
    assert!(
        !rest.ends_with(b"0\r\n\r\n"),
        "the client can see that it is not whole"
    );
}

#[test]
fn a_slow_head_is_cut_off() {
    let server = Server::with(limited(Limits {
        head_timeout_s: 1,
        ..Limits::default()
    }));
    let mut stream = server.client().open();
    write!(stream, "GET /api HTTP/1.1\r\nHost:").unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(
        rest.is_empty() || parse(&rest).is_some_and(|reply| reply.status == 408),
        "{rest:?}"
    );
}

#[test]
fn running_requests_are_finished_before_the_end() {
    let live = world::live();
    world::report(&live, (1000..60_000).map(world::report_at).collect());
    let limits = Limits {
        shutdown_timeout_s: 3600,
        stall_timeout_s: 3600,
        ..Limits::default()
    };
    let mut server = Server::over(live, limited(limits));
    let mut stream = server.client().open();
    write!(
        stream,
        "GET /api/collections/reports/export HTTP/1.1\r\nHost: {}\r\n\r\n",
        server.address
    )
    .unwrap();
    let mut reply = vec![0; 1000];
    stream.read_exact(&mut reply).unwrap();
    let ended = server.stop().unwrap();
    let is_closed = || std::net::TcpStream::connect(server.address).is_err();
    assert!(comes(is_closed), "nobody new is let in");
    stream.read_to_end(&mut reply).unwrap();
    let reply = parse(&reply).expect("whole");
    assert_eq!(reply.ids().len(), world::REPORTS + 59_000);
    ended.join().unwrap();
}

#[test]
fn the_end_of_the_health_listener_ends_nothing_else() {
    let runtime = Runtime::new().unwrap();
    let listen = || TcpListener::bind("127.0.0.1:0");
    let service = service(world::live(), Options::default());
    let asked = async |path: &str| {
        let request = Request::get(path).header("host", "127.0.0.1:8080");
        let reply = service.answer(request.body(Body::empty()).unwrap()).await;
        let status = reply.status();
        let body = to_bytes(reply.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    };
    runtime.block_on(async {
        let listener = listen().await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) };
        let health = tokio::spawn(serve_health(listener, service.clone(), stopped));
        let open = std::net::TcpStream::connect(address).unwrap();
        for _ in 0..2400 {
            let metrics = asked("/metrics").await.1;
            if metrics.contains("\nbordermap_connections 1\n") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        stop.send(()).unwrap();
        health.await.unwrap();
        let heavy = "/api/collections/reports/items?q=report&limit=1";
        assert_eq!(asked(heavy).await.0, StatusCode::OK);
        drop(open);
    });
}
