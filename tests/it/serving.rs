//! What `serve` says of itself, and where it listens.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::program::{Program, Server};

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
    let said = program.fails(
        &["serve", "--listen", &at],
        1,
        "another program listens there",
    );
    for part in [
        &*format!("cannot listen on {at} (--listen)"),
        "choose another port: --listen 127.0.0.1:",
    ] {
        assert!(said.err.contains(part), "{said:?}");
    }
    let args = ["serve", "--listen", "127.0.0.1:0", "--health-listen", &at];
    program.fails(&args, 1, "choose another port: --health-listen 127.0.0.1:");
    server.stop();
}

#[test]
fn hosts_have_names() {
    let program = Program::new();
    let server = Server::of(program.command(&["serve", "--listen", "localhost:0"]));
    assert_eq!(server.get("/health/live").0, 200);
    let port = server.url.rsplit(':').next().unwrap();
    // By its name, whichever address that has first.
    let name = TcpStream::connect(format!("localhost:{port}"));
    let mut stream = name.unwrap();
    let head = format!("GET /api HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert_eq!(server.stop().0, 0);
    for (wrong, wanted) in [
        ("localhost", "the port is missing"),
        ("8080", "the port is missing"),
        ("localhost:http", "\"http\" is no port"),
        (":8080", "is no address or name"),
    ] {
        program.fails(&["serve", "--listen", wrong], 2, wanted);
    }
    program.fails(
        &["serve", "--listen", "no.such.host.invalid:0"],
        1,
        "--listen no.such.host.invalid:0: the name could not be looked up",
    );
}

/// A reader that does not read holds the end up: a second signal does not wait for it.
#[test]
fn a_second_signal_ends_a_server_at_once() {
    let program = Program::new();
    // More than any socket takes in.
    let name = "n".repeat(200);
    let mut rows = "id,lon,lat,name\n".to_owned();
    for n in 0..80_000 {
        writeln!(rows, "p{n},46,35.5,{name}").unwrap();
    }
    program.file("many.csv", rows);
    program.ok(&["import", "many.csv", "--layer", "many"]);
    let server = program.serve();
    let address = server.url.trim_start_matches("http://");
    let mut slow = TcpStream::connect(address).unwrap();
    let head =
        format!("GET /api/collections/many/export?f=geojson HTTP/1.1\r\nHost: {address}\r\n\r\n");
    slow.write_all(head.as_bytes()).unwrap();
    slow.read_exact(&mut [0; 100]).unwrap();
    server.signal("INT");
    server.until_logged("a second signal (Ctrl-C) ends at once");
    server.signal("INT");
    let (code, log) = server.ended();
    assert_eq!(code, 130, "{log:?}");
    let told = "ended at once by a second signal, SIGINT";
    assert!(log.iter().any(|line| line.contains(told)), "{log:?}");
    assert!(program.ok(&["check", "--quick"]).contains("sound"));
}

/// SIGHUP ends a server in its order, but not where it is ignored, as whoever says nohup wants it.
#[test]
fn a_terminal_that_closes_ends_a_server_in_its_order() {
    let program = Program::new();
    let serve = |how: &str| {
        let own = program.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut command = std::process::Command::new("env");
        command.arg(how).arg(own.get_program()).args(own.get_args());
        for (name, value) in own.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(program.path(""));
        Server::of(command)
    };
    let server = serve("--default-signal=HUP");
    server.signal("HUP");
    let (code, log) = server.ended();
    assert_eq!(code, 0, "{log:?}");
    assert_eq!(program.names(), ["bordermap.gpkg", "bordermap.gpkg.head"]);
    let server = serve("--ignore-signal=HUP");
    server.signal("HUP");
    assert_eq!(server.get("/health/live").0, 200);
    assert_eq!(server.stop().0, 0);
}
