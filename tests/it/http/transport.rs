//! Tags and 304, compression, HEAD and OPTIONS, request ids, and health.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bordermap::format::FORMATS;
use bordermap::http::server::options::Options;
use bordermap::live::LiveAtlas;

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
    for form in FORMATS.iter().map(|form| form.names[0]) {
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
