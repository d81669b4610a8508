//! What `serve` says of itself, and where it listens.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::program::Program;

#[test]
fn requests_are_logged_only_for_those_who_ask() {
    let program = Program::new();
    let logged = |environment: &[(&str, &str)]| {
        let server = program.serve_with(environment);
        assert_eq!(server.get("/api").0, 200);
        assert_eq!(server.get("/nothing").0, 404);
        let (code, log) = server.stop();
        assert_eq!(code, 0, "{log:?}");
        let requests = log.iter().filter(|line| line.contains("path=")).count();
        assert!(requests > 0 || log.is_empty(), "{log:?}");
        requests
    };
    assert_eq!(logged(&[]), 0);
    assert_eq!(logged(&[("RUST_LOG", "bordermap::access=info")]), 2);
    assert_eq!(logged(&[("BORDERMAP_LOG", "info")]), 2);
    assert_eq!(
        logged(&[("BORDERMAP_LOG", "error"), ("RUST_LOG", "info")]),
        0
    );
    let help = program.ok(&["serve", "--help"]);
    assert!(help.contains("BORDERMAP_LOG") && help.contains("RUST_LOG"));
}

#[test]
fn health_has_an_address_of_its_own() {
    let program = Program::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let server = program.serve_with(&[("BORDERMAP_HEALTH_LISTEN", &address)]);
    let status = |path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        // Whatever name it is known by.
        let head = format!("GET {path} HTTP/1.1\r\nHost: bordermap.pod\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply[9..12].to_owned()
    };
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(status(path), "200", "{path}");
    }
    for path in ["/", "/api", "/api/collections/incidents/items"] {
        assert_eq!(status(path), "404", "{path}");
    }
    server.until_logged(&address);
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log:?}");
}

#[test]
fn a_crowd_at_the_door_is_heard_at_once() {
    let program = Program::new();
    let server = program.serve();
    let address = server.url.trim_start_matches("http://").parse().unwrap();
    // It accepts nobody: all stand in the queue, and none has to try again a second later.
    server.signal("STOP");
    let crowd: Vec<_> = (0..500)
        .map(|_| TcpStream::connect_timeout(&address, Duration::from_millis(900)).unwrap())
        .collect();
    server.signal("CONT");
    assert_eq!(server.get("/health/live").0, 200);
    drop(crowd);
    assert_eq!(server.stop().0, 0);
}

#[test]
fn a_budget_that_is_none_is_a_clear_message() {
    let program = Program::new();
    let wrong = program.fails(&["serve", "--question-budget", "soon"], 2, "such as 2s");
    assert!(wrong.err.contains("soon"));
}

#[test]
fn a_port_in_use_is_a_clear_message() {
    let program = Program::new();
    let server = program.serve();
    let at = server.url.trim_start_matches("http://").to_owned();
    program.fails(&["serve", "--listen", &at], 1, "cannot listen on");
    server.stop();
}
