//! Who may call and what links say: hosts, proxies, sub-paths, CORS, security headers.

use bordermap::http::server::options::Options;

use crate::support::server::Server;

fn own_link(server: &Server, headers: &[(&str, &str)], path: &str) -> String {
    server.client().get(path, headers).links("self").remove(0)
}

#[test]
fn links_follow_the_public_url() {
    let server = Server::with(Options {
        public_url: Some("https://maps.example.org/border".parse().unwrap()),
        ..Options::default()
    });
    let public = "https://maps.example.org/border/api";
    let check = |headers: &[(&str, &str)], path: &str| {
        assert_eq!(own_link(&server, headers, path), public, "{path}");
    };
    check(&[], "/api");
    // The proxy may leave its prefix in the path.
    check(&[], "/border/api");
    check(&[("Host", "maps.example.org")], "/border/api/");
    check(
        &[
            ("Host", "maps.example.org"),
            ("X-Forwarded-Proto", "gopher"),
        ],
        "/api",
    );
    server
        .client()
        .get("/api", &[("Host", "evil.example")])
        .problem(421);
    server.get("/borderline/api").problem(404);
    let document = server.get("/api/openapi.json").json();
    assert_eq!(document["servers"][0]["url"], public);
    let page = server.get("/border/api/collections/reports/items?limit=1");
    assert!(page.links("next")[0].starts_with(&format!("{public}/collections/reports/items?")));
    let root = server.get("/border");
    assert_eq!(
        (root.status, root.header("location")),
        (308, Some("https://maps.example.org/border/".into()))
    );
    assert_eq!(server.get("/border/").status, 200);
}

#[test]
fn forwarded_headers_are_believed_from_a_trusted_proxy_only() {
    let forwarded = [
        ("X-Forwarded-Host", "maps.example.org"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Prefix", "/b"),
    ];
    let server = Server::start();
    assert_eq!(
        own_link(&server, &forwarded, "/api"),
        format!("{}/api", server.base())
    );
    let server = Server::with(Options {
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..Options::default()
    });
    assert_eq!(
        own_link(&server, &forwarded, "/api"),
        "https://maps.example.org/b/api"
    );
    assert_eq!(
        own_link(&server, &forwarded, "/b/api"),
        "https://maps.example.org/b/api"
    );
    let standard = [(
        "Forwarded",
        "for=192.0.2.1;proto=https;host=maps.example.org",
    )];
    assert_eq!(
        own_link(&server, &standard, "/api"),
        "https://maps.example.org/api"
    );
}

#[test]
fn other_sites_may_call_only_if_they_were_named() {
    let origin = ("Origin", "https://news.example");
    let asks = ("Access-Control-Request-Method", "GET");
    let allowed = |server: &Server, method: &str, headers: &[(&str, &str)]| {
        let reply = server.client().request(method, "/api", headers);
        assert!(reply.status < 300, "{}", reply.status);
        reply.header("access-control-allow-origin")
    };
    let server = Server::start();
    assert_eq!(allowed(&server, "GET", &[origin]), None);
    assert_eq!(allowed(&server, "OPTIONS", &[origin, asks]), None);
    let server = Server::with(Options {
        cors_origins: vec!["https://news.example".parse().unwrap()],
        ..Options::default()
    });
    assert_eq!(
        allowed(&server, "GET", &[origin]).as_deref(),
        Some("https://news.example")
    );
    assert_eq!(
        allowed(&server, "OPTIONS", &[origin, asks]).as_deref(),
        Some("https://news.example")
    );
    assert_eq!(
        allowed(&server, "GET", &[("Origin", "https://evil.example")]),
        None
    );
    assert_eq!(
        allowed(&server, "GET", &[("Origin", "https://news.example.evil")]),
        None
    );
    let vary = server.get("/api").header("vary").unwrap();
    assert!(vary.contains("origin"), "{vary}");
}

#[test]
fn every_answer_is_guarded() {
    let server = Server::with(Options {
        embed_origins: vec!["https://news.example".parse().unwrap()],
        ..Options::default()
    });
    for path in [
        "/",
        "/api",
        "/api/docs",
        "/nothing",
        "/api/collections/reports/items?limit=0",
        "/metrics",
    ] {
        let reply = server.get(path);
        let header = |name: &str| {
            reply
                .header(name)
                .unwrap_or_else(|| panic!("{name} of {path}"))
        };
        assert_eq!(header("x-content-type-options"), "nosniff");
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        let ancestors = if path == "/" {
            "https://news.example"
        } else {
            "'none'"
        };
        assert!(
            policy.ends_with(&format!("frame-ancestors {ancestors}")),
            "{path}: {policy}"
        );
        header("referrer-policy");
        header("x-request-id");
    }
}
