//! What a question may cost, who may ask how much, and what becomes of those who hang up or wait.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use bordermap::http::server::options::{Limits, Options};

use crate::support::client::{Reply, parse};
use crate::support::server::Server;

/// Costs next to nothing.
pub const LIGHT: &str = "/api/collections/reports/items?near=45,35&radius=50km&limit=5";
/// Everything.
pub const EXPORT: &str = "/api/collections/reports/export";
/// Costs little, and goes to its turn.
const HEAVY: &str = "/api/collections/reports/items?q=report&limit=1";
/// More than any test waits for, in seconds.
const ENDLESS_S: u64 = 3600;

/// A question of seven kilobytes, within every ceiling, whose constants alone take a minute or so to compare.
fn costly(door: &str) -> String {
    let zigzag = |lat: u8| {
        let at = |n: usize| format!("{} {lat}", if n.is_multiple_of(2) { 0 } else { 40 });
        let places: Vec<String> = (0..240).map(at).collect();
        format!("LINESTRING({})", places.join(","))
    };
    let apart = |a: u8, b: u8| format!("distance_m({},{})<1", zigzag(a), zigzag(b));
    let filter = format!("{} OR {}", apart(9, 8), apart(7, 6));
    let filter = filter.replace(' ', "%20").replace('<', "%3C");
    format!("/api/collections/reports/{door}?filter={filter}")
}

/// Options with these limits.
pub fn limited(limits: Limits) -> Options {
    Options {
        limits,
        // The tests' clients are whom a proxy on this machine names.
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..Options::default()
    }
}

/// Limits under which nothing ends by itself.
pub fn endless() -> Limits {
    Limits {
        question_budget: Duration::from_secs(ENDLESS_S),
        turn_timeout_s: ENDLESS_S,
        request_timeout_s: ENDLESS_S,
        head_timeout_s: ENDLESS_S,
        export_timeout_s: ENDLESS_S,
        stall_timeout_s: ENDLESS_S,
        ..Limits::default()
    }
}

/// A server with one turn, and questions that may take for ever.
fn patient(limits: Limits) -> Server {
    Server::with(limited(Limits {
        heavy_turns: 1,
        ..limits
    }))
}

/// Asks, and does not read.
pub fn send(server: &Server, path: &str, from: &str) -> TcpStream {
    let mut stream = server.client().open();
    let forwarded = match from {
        "" => String::new(),
        from => format!("X-Forwarded-For: {from}\r\n"),
    };
    let host = server.address;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\n{forwarded}\r\n"
    )
    .unwrap();
    stream
}

/// What somebody at an address gets.
pub fn get_from(server: &Server, from: &str, path: &str) -> Reply {
    server.client().get(path, &[("X-Forwarded-For", from)])
}

/// What a metric says.
pub fn metric(server: &Server, name: &str) -> u64 {
    let metrics = server.get("/metrics");
    let value = metrics.text().lines().find_map(|line| {
        let value = line.strip_prefix(name)?.strip_prefix(' ')?;
        value.parse().ok()
    });
    value.unwrap_or(0)
}

/// Waits until a metric says so.
#[track_caller]
pub fn until(server: &Server, name: &str, expected: impl Fn(u64) -> bool) {
    for _ in 0..2400 {
        if expected(metric(server, name)) {
            return;
        }
        sleep(Duration::from_millis(25));
    }
    panic!("{name} is {}", metric(server, name));
}

/// A question that is at work, alone, and will not end.
#[track_caller]
fn at_work(server: &Server, from: &str) -> TcpStream {
    let stream = send(server, &costly("items"), from);
    until(server, IN_USE, |count| count == 1);
    stream
}

/// A question that waits as the one of a number.
#[track_caller]
fn waits(server: &Server, path: &str, from: &str, number: u64) -> TcpStream {
    let stream = send(server, path, from);
    until(server, WAITING, |count| count == number);
    stream
}

/// How many turns are in use.
pub const IN_USE: &str = "bordermap_heavy_turns_in_use";
const WAITING: &str = "bordermap_heavy_turns_waiting";
const CANCELLED: &str = r#"bordermap_questions_stopped_total{why="cancelled"}"#;

/// Holds a reply to be a problem of a kind, and gives in how many seconds it says to ask again.
#[track_caller]
pub fn refused(reply: &Reply, status: u16, kind: &str) -> Option<u64> {
    let problem = reply.problem(status);
    let told = problem["type"].as_str().unwrap();
    assert!(told.ends_with(&format!("#{kind}")), "{problem}");
    let retry = reply.header("retry-after");
    retry.map(|seconds| seconds.parse().unwrap())
}

#[test]
fn a_question_over_its_budget_is_told_what_to_narrow() {
    let server = Server::with(limited(Limits {
        question_budget: Duration::from_millis(50),
        ..Limits::default()
    }));
    for door in ["items", "export", "tiles/WebMercatorQuad/0/0/0"] {
        let reply = server.get(&costly(door));
        assert_eq!(refused(&reply, 400, "too-costly"), None, "{door}");
        let detail = reply.problem(400)["detail"].to_string();
        assert!(detail.contains("50 ms") && detail.contains("narrow filter"));
    }
    let spent = r#"bordermap_questions_stopped_total{why="spent"}"#;
    assert_eq!(metric(&server, spent), 3);
    assert_eq!(server.get(HEAVY).status, 200);
}

#[test]
fn heavy_questions_hold_up_no_light_one() {
    let server = patient(endless());
    let open: Vec<TcpStream> = (0..6)
        .map(|_| send(&server, &costly("export"), ""))
        .collect();
    until(&server, WAITING, |count| count == 5);
    for path in [LIGHT, "/health/live", "/health/ready", "/api"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    drop(open);
}

#[test]
fn hanging_up_ends_the_work() {
    let server = patient(endless());
    let running = at_work(&server, "");
    let open: Vec<TcpStream> = (0..19)
        .map(|_| send(&server, &costly("items"), ""))
        .collect();
    until(&server, WAITING, |count| count == 19);
    drop(open);
    until(&server, WAITING, |count| count == 0);
    assert_eq!(metric(&server, IN_USE), 1);
    drop(running);
    until(&server, IN_USE, |count| count == 0);
    assert_eq!(metric(&server, CANCELLED), 1, "only one had begun");
    assert_eq!(server.get(HEAVY).status, 200);
}

#[test]
fn what_takes_too_long_ends_with_its_answer() {
    let server = patient(Limits {
        turn_timeout_s: 1,
        request_timeout_s: 1,
        ..endless()
    });
    // A busy machine may not give the question its turn in time: then it is asked again.
    let mut replies = (0..60).map(|_| server.get(&costly("items")));
    let begun = |reply: &Reply| !reply.text().contains("did not come in time");
    let reply = replies.find(begun).expect("a turn");
    assert!(refused(&reply, 503, "timeout").is_some());
    until(&server, IN_USE, |count| count == 0);
}

#[test]
fn waiting_for_a_turn_is_timed() {
    let server = patient(Limits {
        turn_timeout_s: 3,
        ..endless()
    });
    let _running = at_work(&server, "");
    let reply = server.get(HEAVY);
    assert!(refused(&reply, 503, "busy").is_some_and(|seconds| seconds >= 1));
    assert!(reply.text().contains("did not come in time"));
    assert_eq!(metric(&server, WAITING), 0, "it waits no more");
}

#[test]
fn a_full_house_says_so_at_once() {
    let server = patient(Limits {
        waiting_max: 1,
        ..endless()
    });
    let _running = at_work(&server, "");
    let _waiting = waits(&server, HEAVY, "", 1);
    assert!(refused(&server.get(HEAVY), 503, "busy").is_some());
    assert_eq!(server.get(LIGHT).status, 200);
}

#[test]
fn clients_take_turns() {
    let server = patient(endless());
    let running = at_work(&server, "192.0.2.1");
    // A client with much to ask, and then one with one question.
    let many: Vec<TcpStream> = (1..=5)
        .map(|number| waits(&server, &costly("items"), "192.0.2.2", number))
        .collect();
    let one = waits(&server, HEAVY, "192.0.2.3", 6);
    drop(running);
    // The first of the many is at work now, and gives up; then it is the other's turn.
    until(&server, WAITING, |count| count == 5);
    let mut many = many.into_iter();
    drop(many.next());
    let mut one = one;
    let mut head = [0; 12];
    one.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
}

#[test]
fn a_client_has_a_share_of_the_queue() {
    let server = patient(Limits {
        client_questions_max: 1,
        ..endless()
    });
    let _running = at_work(&server, "192.0.2.1");
    let reply = get_from(&server, "192.0.2.1", HEAVY);
    assert!(refused(&reply, 429, "too-many-requests").is_some());
    assert_eq!(get_from(&server, "192.0.2.1", LIGHT).status, 200);
    // Another address may wait, and so may a program on this machine.
    let _other = waits(&server, HEAVY, "192.0.2.2", 1);
    let _local = [2, 3].map(|number| waits(&server, HEAVY, "", number));
    // One IPv6 network is one client.
    let _network = waits(&server, HEAVY, "2001:db8::1", 4);
    assert_eq!(get_from(&server, "2001:db8::2", HEAVY).status, 429);
}

#[test]
fn a_client_pays_by_what_its_questions_cost() {
    let server = Server::with(limited(Limits {
        question_budget: Duration::from_millis(25),
        // Saves 60 ms: a few costly questions, of which the last cannot use up as much again.
        client_cpu_ms_per_s: 1,
        ..Limits::default()
    }));
    let from = "192.0.2.1";
    // However long the machine takes, a question is paid for many times faster than is saved.
    let mut replies = (0..100).map(|_| get_from(&server, from, &costly("items")));
    let reply = replies.find(|reply| reply.status != 400).expect("an end");
    let retry_after_s = refused(&reply, 429, "too-many-requests");
    assert!(retry_after_s.is_some_and(|seconds| (1..=60).contains(&seconds)));
    // The map of others behind the same address goes on.
    assert_eq!(get_from(&server, from, LIGHT).status, 200);
    assert_eq!(get_from(&server, "192.0.2.2", HEAVY).status, 200);
    assert_eq!(server.get(HEAVY).status, 200);
}

#[test]
fn metrics_are_paid_for_and_health_is_never_refused() {
    let server = Server::with(limited(Limits {
        client_cpu_ms_per_s: 1,
        ..Limits::default()
    }));
    let greedy = "198.51.100.9";
    let answers = |path| get_from(&server, greedy, path).status;
    // Far more than two minutes' worth of a thousandth of a processor.
    let refused = (0..100_000).find(|_| answers("/metrics") == 429);
    assert!(refused.is_some(), "they cost nothing");
    assert_eq!(answers(LIGHT), 429);
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(answers(path), 200, "{path}");
    }
    assert_eq!(get_from(&server, "198.51.100.10", "/metrics").status, 200);
}

#[test]
fn only_programs_on_this_machine_are_exempt() {
    let limits = Limits {
        client_questions_max: 0,
        ..Limits::default()
    };
    let server = Server::with(Options {
        limits,
        ..Options::default()
    });
    assert_eq!(server.get(HEAVY).status, 200);
    // Somebody else's request, passed on by a proxy that nobody has named.
    for header in ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host"] {
        let reply = server.client().get(HEAVY, &[(header, "192.0.2.1")]);
        assert_eq!(reply.status, 429, "{header}");
    }
}

#[test]
fn health_has_room_when_nothing_else_has() {
    let server = Server::with(limited(Limits {
        connections_max: 2,
        ..endless()
    }));
    let _open: Vec<TcpStream> = (0..2).map(|_| server.client().open()).collect();
    until(&server, "bordermap_connections", |count| count == 3);
    for path in ["/health/live", "/health/ready", "/metrics"] {
        let reply = server.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("connection").as_deref(), Some("close"));
    }
    let reply = server.get(LIGHT);
    assert!(refused(&reply, 503, "busy").is_some());
}

#[test]
fn the_end_comes_whatever_runs() {
    let mut server = patient(Limits {
        shutdown_timeout_s: 1,
        ..endless()
    });
    let mut running = at_work(&server, "");
    server.stop().unwrap().join().unwrap();
    let mut reply = Vec::new();
    running.read_to_end(&mut reply).unwrap();
    let reply = parse(&reply).expect("whoever waited is told");
    assert!(refused(&reply, 503, "busy").is_some());
}

#[test]
fn an_answer_that_no_coding_suits_is_a_problem() {
    let server = Server::start();
    let headers = [("Accept-Encoding", "identity;q=0, lzma")];
    for path in [LIGHT, HEAVY, EXPORT, "/api"] {
        let reply = server.client().get(path, &headers);
        let detail = reply.problem(406)["detail"].to_string();
        assert!(detail.contains("lzma") && detail.contains("zstd"));
    }
    let headers = [("Accept-Encoding", "identity;q=0, gzip")];
    let reply = server.client().get(LIGHT, &headers);
    assert_eq!(reply.header("content-encoding").as_deref(), Some("gzip"));
}

#[test]
fn many_wrong_parameters_are_answered_briefly() {
    let server = Server::start();
    let names: Vec<String> = (0..1500).map(|n| format!("x{n}")).collect();
    let path = format!("/api/collections/reports/items?{}", names.join("&"));
    assert!(path.len() < 8192);
    let reply = server.get(&path);
    let problem = reply.problem(400);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 16);
    assert!(problem["detail"].to_string().contains("1484 more"));
    assert!(reply.body.len() < 8192, "{} bytes", reply.body.len());
}
