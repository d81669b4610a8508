//! Tags and 304, compression, HEAD and OPTIONS, request ids, health, ceilings, and the end.

use std::io::{Read, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use bordermap::format::form::FORMS;
use bordermap::http::server::options::{Limits, Options};
use bordermap::http::server::serve::serve_health;
use bordermap::http::service;
use bordermap::live::LiveAtlas;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::support::client::parse;
use crate::support::memory::MemoryStore;
use crate::support::server::Server;
use crate::support::world;

const ITEMS: &str = "/api/collections/reports/items?limit=20";

#[test]
fn a_known_answer_is_not_sent_again() {
    let server = Server::start();
    let client = server.client();
    let paths = [
        "/",
        "/api",
        "/api/collections",
        "/api/collections/reports",
        ITEMS,
        "/api/openapi.json",
        "/api/docs",
        "/api/collections/reports/items/r-001",
        "/api/collections/reports/export",
        "/api/border/locate?point=45,35",
        "/api/style.css",
        "/api/conformance?f=html",
    ];
    let mut tags = Vec::new();
    for path in paths {
        let tag = client
            .get(path, &[])
            .header("etag")
            .unwrap_or_else(|| panic!("{path}"));
        assert!(tag.starts_with("W/\""), "{tag}");
        let status = |value: &str| client.get(path, &[("If-None-Match", value)]).status;
        assert_eq!(status(&tag), 304, "{path}");
        assert_eq!(status(&format!("\"other\", {tag}")), 304);
        assert_eq!(status(tag.trim_start_matches("W/")), 304);
        assert_eq!(status("*"), 304);
        assert_eq!(status("\"other\""), 200);
        let known = client.get(path, &[("If-None-Match", &tag)]);
        assert!(
            known.body.is_empty() && known.header("etag") == Some(tag.clone()),
            "{path}"
        );
        assert!(known.header("vary").is_some() && known.header("cache-control").is_some());
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), paths.len(), "each path has a tag of its own");
    let tag = client.get(ITEMS, &[]).header("etag").unwrap();
    world::report(&server.live, vec![world::report_at(1)]);
    assert_eq!(
        client.get(ITEMS, &[("If-None-Match", &tag)]).status,
        200,
        "after a change"
    );
    client
        .get(
            "/api/collections/reports/items?limit=0",
            &[("If-None-Match", "*")],
        )
        .problem(400);
    client
        .get(
            "/api/collections/reports/items/none",
            &[("If-None-Match", "*")],
        )
        .problem(404);
}

#[test]
fn answers_are_compressed_for_those_who_can_read_it() {
    let server = Server::start();
    let plain = server.get(ITEMS);
    for coding in ["gzip", "br", "zstd"] {
        let reply = server.client().get(ITEMS, &[("Accept-Encoding", coding)]);
        assert_eq!(reply.header("content-encoding").as_deref(), Some(coding));
        assert!(reply.body.len() * 2 < plain.body.len(), "{coding}");
    }
    assert_eq!(plain.header("content-encoding"), None);
    let mut reply = ureq::get(format!("{}{ITEMS}", server.base()))
        .call()
        .unwrap();
    assert_eq!(
        reply.body_mut().read_to_vec().unwrap(),
        plain.body,
        "gzip, read by a real client"
    );
}

#[test]
fn a_compressed_export_is_the_same_file() {
    let server = Server::start();
    for form in FORMS.iter().map(|form| form.names[0]) {
        let path = format!("/api/collections/reports/export?f={form}");
        let plain = server.get(&path).body;
        for coding in ["gzip", "br", "zstd"] {
            let reply = server.client().get(&path, &[("Accept-Encoding", coding)]);
            assert_eq!(reply.header("content-encoding").as_deref(), Some(coding));
            assert!(plain_of(coding, &reply.body) == plain, "{form} in {coding}");
        }
    }
}

/// What was compressed.
fn plain_of(coding: &str, mut bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        "gzip" => {
            let mut reader = flate2::read::MultiGzDecoder::new(bytes);
            reader.read_to_end(&mut plain).unwrap();
        }
        "br" => brotli::BrotliDecompress(&mut bytes, &mut plain).unwrap(),
        _ => plain = zstd::decode_all(bytes).unwrap(),
    }
    plain
}

#[test]
fn head_is_get_without_a_body() {
    let server = Server::start();
    for path in [
        "/",
        "/api",
        ITEMS,
        "/api/collections/reports/export",
        "/nothing",
        "/metrics",
    ] {
        for encoding in ["identity", "gzip"] {
            let headers = [("Accept-Encoding", encoding), ("X-Request-Id", "same")];
            let get = server.client().get(path, &headers);
            let head = server.client().request("HEAD", path, &headers);
            assert!(head.body.is_empty(), "{path}");
            assert_eq!(head.status, get.status, "{path}");
            for name in [
                "content-type",
                "content-length",
                "content-encoding",
                "etag",
                "vary",
                "cache-control",
            ] {
                if path == "/metrics" && name == "content-length" {
                    continue;
                }
                assert_eq!(
                    head.header(name),
                    get.header(name),
                    "{name} of {path} {encoding}"
                );
            }
        }
    }
}

#[test]
fn options_lists_the_methods() {
    let server = Server::start();
    let reply = server.client().request("OPTIONS", "/api/collections", &[]);
    assert_eq!(
        (reply.status, reply.header("allow").as_deref()),
        (204, Some("GET, HEAD, OPTIONS"))
    );
}

#[test]
fn a_request_keeps_a_sane_id() {
    let server = Server::start();
    let id = |given: &str| {
        server
            .client()
            .get("/api", &[("X-Request-Id", given)])
            .header("x-request-id")
            .unwrap()
    };
    assert_eq!(id("abc-123_X.y"), "abc-123_X.y");
    for insane in ["", "a b", "<script>", &"x".repeat(65)] {
        assert_ne!(id(insane), insane);
    }
    assert_ne!(id(""), id(""));
}

#[test]
fn health_and_metrics_answer_operators() {
    let server = Server::start();
    assert_eq!(server.get("/health/live").json()["status"], "live");
    assert_eq!(server.get("/health/ready").json()["status"], "ready");
    server.get(ITEMS);
    server.get("/nothing");
    let metrics = server.get("/metrics");
    assert!(
        metrics
            .header("content-type")
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    for line in [
        r#"bordermap_http_requests_total{route="/api/collections/{layer}/items",method="GET",status="200"} 1"#,
        r#"bordermap_http_requests_total{route="",method="GET",status="404"} 1"#,
        r#"bordermap_features{layer="reports"} 250"#,
        "bordermap_revision 2",
        "bordermap_exports_running 0",
        "bordermap_http_requests_in_flight 1",
        "# EOF",
    ] {
        assert!(
            metrics.text().lines().any(|own| own == line),
            "{line} in {}",
            metrics.text()
        );
    }
    let resident = metrics.text().lines().find_map(|line| {
        let bytes = line.strip_prefix("process_resident_memory_bytes ")?;
        bytes.parse::<u64>().ok()
    });
    assert_eq!(
        resident.is_some_and(|bytes| bytes > 1_000_000),
        cfg!(target_os = "linux"),
        "{resident:?}"
    );
    let empty = LiveAtlas::open(Arc::new(MemoryStore::default())).unwrap();
    let server = Server::over(empty, Options::default());
    let ready = server.get("/health/ready");
    assert_eq!(
        (ready.status, ready.json()["status"].as_str()),
        (503, Some("not ready"))
    );
    server.get("/api/border/locate?point=45,35").problem(503);
}

#[test]
fn a_defect_is_a_problem_without_its_cause() {
    let store = Arc::new(MemoryStore::default());
    let server = Server::over(world::over(Arc::clone(&store)), Options::default());
    store.is_defective.store(true, Ordering::Relaxed);
    for path in ["/api", ITEMS, "/health/ready"] {
        let reply = server.get(path);
        reply.problem(500);
        assert!(!reply.text().contains("secret"), "{}", reply.text());
    }
    store.is_defective.store(false, Ordering::Relaxed);
    assert_eq!(server.get("/api").status, 200, "it still runs");
}

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
