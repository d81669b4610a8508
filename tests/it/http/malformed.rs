//! Malformed requests: each gets a problem document of its own fault, none gets a 5xx.

use std::fmt::Write as _;

use crate::support::client::Client;
use crate::support::server::Server;

const ITEMS: &str = "/api/collections/reports/items";
const EXPORT: &str = "/api/collections/reports/export";

/// Paths with a query that is wrong, the parameter that is to blame and the code of its fault.
const PARAMETERS: [(&str, &str, &str, &str); 53] = [
    (ITEMS, "unknown=1", "unknown", "unknown-parameter"),
    (ITEMS, "limit=", "limit", "not-a-whole-number"),
    (ITEMS, "limit=0", "limit", "out-of-range"),
    (ITEMS, "limit=-1", "limit", "out-of-range"),
    (ITEMS, "limit=1.5", "limit", "not-a-whole-number"),
    (ITEMS, "limit=unlimited", "limit", "not-a-whole-number"),
    (ITEMS, "limit=10&limit=11", "limit", "repeated-parameter"),
    (ITEMS, "limit=%F0%9F%92%A9", "limit", "not-a-whole-number"),
    (ITEMS, "bbox=", "bbox", "not-a-number"),
    (ITEMS, "bbox=1,2,3", "bbox", "not-a-box"),
    (ITEMS, "bbox=1,2,3,4,5", "bbox", "not-a-box"),
    (ITEMS, "bbox=a,b,c,d", "bbox", "not-a-number"),
    (ITEMS, "bbox=44,36,46,34", "bbox", "reversed-box"),
    (ITEMS, "bbox=44,-91,46,34", "bbox", "out-of-range"),
    (ITEMS, "bbox=-181,33,46,34", "bbox", "out-of-range"),
    (ITEMS, "bbox=NaN,33,46,34", "bbox", "not-a-number"),
    (ITEMS, "bbox=inf,33,46,34", "bbox", "not-a-number"),
    (ITEMS, "bbox=44,33,9,46,34,1", "bbox", "reversed-box"),
    (ITEMS, "datetime=", "datetime", "not-a-date"),
    (ITEMS, "datetime=yesterday", "datetime", "not-a-date"),
    (ITEMS, "datetime=2023-02-30", "datetime", "not-a-date"),
    (
        ITEMS,
        "datetime=2023-12-31/2023-01-01",
        "datetime",
        "reversed-interval",
    ),
    (
        ITEMS,
        "datetime=2023-01-01/2023-02-01/2023-03-01",
        "datetime",
        "not-a-date",
    ),
    (ITEMS, "datetime=99999-01-01", "datetime", "not-a-date"),
    (ITEMS, "datetime=2023-01-01/P", "datetime", "not-a-duration"),
    (
        ITEMS,
        "datetime=2023-01-01/P0D",
        "datetime",
        "not-a-duration",
    ),
    (ITEMS, "datetime=2023-01-01/-P1D", "datetime", "not-a-date"),
    (
        ITEMS,
        "datetime=2023-01-01/P19998Y",
        "datetime",
        "not-a-duration",
    ),
    (ITEMS, "datetime=../P1D", "datetime", "not-a-date"),
    (ITEMS, "near=45", "near", "not-a-position"),
    (ITEMS, "near=45,91", "near", "out-of-range"),
    (ITEMS, "near=181,35", "near", "out-of-range"),
    (ITEMS, "near=45,35,0", "near", "not-a-position"),
    (ITEMS, "near=", "near", "not-a-number"),
    (ITEMS, "radius=25km", "radius", "missing-parameter"),
    (ITEMS, "near=45,35&radius=0", "radius", "out-of-range"),
    (ITEMS, "near=45,35&radius=-5km", "radius", "out-of-range"),
    (ITEMS, "near=45,35&radius=2001km", "radius", "out-of-range"),
    (
        ITEMS,
        "near=45,35&radius=25parsec",
        "radius",
        "not-a-length",
    ),
    (ITEMS, "near=45,35&radius=", "radius", "not-a-length"),
    (ITEMS, "cursor=zz", "cursor", "not-a-cursor"),
    (ITEMS, "cursor=", "cursor", "not-a-cursor"),
    (
        ITEMS,
        "near=45,35&cursor=69616263",
        "cursor",
        "foreign-cursor",
    ),
    (ITEMS, "count=maybe", "count", "not-a-boolean"),
    (ITEMS, "f=xml", "f", "not-one-of"),
    (ITEMS, "category=party", "category", "not-one-of"),
    (ITEMS, "dead=many", "dead", "not-a-whole-number"),
    (ITEMS, "score=1e999", "score", "not-a-number"),
    (ITEMS, "checked=1", "checked", "not-a-boolean"),
    (ITEMS, "sources=x", "sources", "not-comparable"),
    (ITEMS, "title=%FF%FE", "title", "not-utf8"),
    (ITEMS, "title=%zz", "title", "not-utf8"),
    (EXPORT, "cursor=69616263", "cursor", "unknown-parameter"),
];

/// Further queries: other endpoints.
const OTHER_DOORS: [(&str, &str, &str, &str); 10] = [
    (EXPORT, "f=html", "f", "not-one-of"),
    (EXPORT, "limit=0", "limit", "out-of-range"),
    ("/api/border/locate", "", "point", "missing-parameter"),
    ("/api/border/locate", "point=", "point", "not-a-number"),
    ("/api/border/locate", "point=45,95", "point", "out-of-range"),
    (
        "/api/border/locate",
        "point=45,35&point=45,36",
        "point",
        "repeated-parameter",
    ),
    ("/api/border/position", "km=-1", "km", "out-of-range"),
    ("/api", "x=1", "x", "unknown-parameter"),
    ("/api/collections", "f=yaml", "f", "not-one-of"),
    ("/health/live", "verbose=1", "verbose", "unknown-parameter"),
];

#[test]
fn a_wrong_parameter_is_named() {
    let server = Server::start();
    for (path, query, parameter, code) in PARAMETERS.iter().chain(&OTHER_DOORS) {
        let problem = server.get(&format!("{path}?{query}")).problem(400);
        let errors = problem["errors"].as_array().unwrap();
        assert!(
            errors
                .iter()
                .any(|error| error["parameter"] == *parameter && error["code"] == *code),
            "{query} {code}: {problem}"
        );
        assert!(
            problem["detail"].as_str().unwrap().contains(parameter),
            "{query}: {problem}"
        );
    }
}

#[test]
fn all_faults_come_at_once() {
    let server = Server::start();
    let problem = server
        .get(&format!(
            "{ITEMS}?limit=0&bbox=1&datetime=x&radius=1&category=party&nonsense=1&f=xml"
        ))
        .problem(400);
    let named: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["parameter"].clone())
        .collect();
    assert_eq!(
        named,
        [
            "f", "limit", "bbox", "datetime", "radius", "category", "nonsense"
        ]
    );
    let text = serde_json::to_string_pretty(&problem["errors"]).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn a_wrong_path_or_method_is_a_problem() {
    let server = Server::start();
    let check = |method: &str, path: &str, status: u16| {
        let reply = server.client().request(method, path, &[]);
        reply.problem(status);
        reply
    };
    check("GET", "/nothing", 404);
    check("GET", "/api/nothing", 404);
    check("GET", "/api/collections/nothing", 404);
    check("GET", "/api/collections/nothing/items", 404);
    check("GET", "/api/collections/nothing/export", 404);
    check("GET", "/api/collections/reports/items/nothing", 404);
    check("GET", "/api/collections/reports/items/r-000/more", 404);
    check("GET", "/api/collections/%FF/items", 400);
    check("GET", "/api/collections/..%2F..%2Fetc%2Fpasswd", 404);
    check("GET", "/api/../../etc/passwd", 404);
    check("GET", "//evil.example", 404);
    check("GET", "/api/collections/reports'--/items", 404);
    check("GET", "/api/collections/reports%00/items", 404);
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "PROPFIND",
    ] {
        let reply = check(method, ITEMS, 405);
        let allow = reply.header("allow").unwrap();
        assert!(
            allow.contains("GET") && allow.contains("HEAD") && allow.contains("OPTIONS"),
            "{allow}"
        );
    }
    check("POST", "/nothing", 404);
}

#[test]
fn a_wrong_head_is_a_problem() {
    let server = Server::start();
    let host = server.address.to_string();
    let client = server.client();
    let long = "x".repeat(9000);
    let check = |method: &str, path: &str, headers: &[(&str, &str)], status: u16| {
        client.request(method, path, headers).problem(status);
    };
    check("GET", &format!("/api?{long}"), &[], 414);
    check("GET", &format!("/{long}"), &[], 414);
    check("GET", "/api", &[("Host", "evil.example")], 421);
    check("GET", "/api", &[("Host", "")], 400);
    check("GET", "/api", &[("Host", "a b")], 400);
    check("GET", "/api", &[("Host", &host), ("Host", &host)], 400);
    check("GET", "http://evil.example/api", &[], 421);
    check("GET", "/api", &[("Accept", "image/png")], 406);
    check("GET", "/api", &[("Accept", "text/html;q=0")], 406);
    check("POST", ITEMS, &[("Content-Length", "99999999")], 413);
    check("OPTIONS", "/nothing", &[], 404);
}

#[test]
fn what_is_not_http_never_gets_a_5xx() {
    let server = Server::start();
    let client = server.client();
    let host = server.address;
    let mut many = format!("GET /api HTTP/1.1\r\nHost: {host}\r\n");
    for number in 0..500 {
        let _ = write!(many, "x-{number}: y\r\n");
    }
    let requests: [Vec<u8>; 12] = [
        b"nonsense\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"GET /api HTTP/9.9\r\n\r\n".to_vec(),
        b"GET /api HTTP/1.1\r\n\r\n".to_vec(),
        b"GET /\x00 HTTP/1.1\r\n\r\n".to_vec(),
        format!("GET /api HTTP/1.1\r\nHost: {host}\r\nbad header\r\n\r\n").into_bytes(),
        format!("GET /api HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n").into_bytes(),
        format!(
            "POST /api HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
        )
        .into_bytes(),
        format!("POST /api HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            .into_bytes(),
        format!(
            "GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n",
            "y".repeat(200_000)
        )
        .into_bytes(),
        (many + "\r\n").into_bytes(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
    ];
    for request in requests {
        if let Some(reply) = raw_closing(&client, &request) {
            let start = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
            assert!((400..500).contains(&reply), "{reply} for {start}");
        }
    }
    assert_eq!(server.get("/health/live").status, 200, "it still runs");
}

#[test]
fn no_path_or_query_gets_a_5xx() {
    use proptest::test_runner::{Config, TestRunner};
    let server = Server::start();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let doors = proptest::sample::select(vec![
        "/api/collections/reports/items?near=",
        "/api/collections/reports/items?bbox=",
        "/api/collections/reports/items?datetime=",
        "/api/collections/reports/items?near=45,35&radius=",
        "/api/collections/reports/items?cursor=",
        "/api/collections/reports/items?sortby=dead,title&cursor=73",
        "/api/collections/reports/items?sortby=",
        "/api/collections/reports/items?q=",
        "/api/collections/reports/items?f=html&properties=",
        "/api/collections/reports/items?crs=",
        "/api/collections/reports/items?bbox-crs=[EPSG:32638]&bbox=",
        "/api/collections/reports/items?bbox-crs=[EPSG:3857]&f=html&bbox=",
        "/api/collections/reports/items/",
        "/api/collections/",
        "/api/border/locate?point=",
        "/api/border/position?km=",
        "/api/border/profile?layer=reports&",
        "/api/border/profile?layer=reports&bin_km=",
        "/api/border/profile?layer=reports&interval=day&datetime=",
        "/api/border/compare?layer=reports&at=",
        "/api/border/compare?layer=reports&at=2023-03-19&window=",
        "/api/collections/reports/tiles/WebMercatorQuad/",
        "/api/collections/reports/tiles/WebMercatorQuad/3/3/5?bbox=",
        "/api/docs?try=items&layer=",
        "/",
    ]);
    let rest = "([0-9eE.,/:T~Z%+&=-]|[!-~]){0,40}";
    runner
        .run(&(doors, rest), |(door, rest)| {
            let status = server.get(&format!("{door}{rest}")).status;
            proptest::prop_assert!(status < 500, "{} for {}{}", status, door, rest);
            Ok(())
        })
        .unwrap();
}

/// Sends bytes and no more, and reads the status of what comes, if anything.
fn raw_closing(client: &Client, bytes: &[u8]) -> Option<u16> {
    use std::io::{Read, Write};
    let mut stream = client.open();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    crate::support::client::parse(&reply).map(|reply| reply.status)
}
