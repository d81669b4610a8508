//! Where a path and a method lead.

use crate::support::server::Server;

const LAYER: &str = "/api/collections/reports";

#[test]
fn a_path_leads_to_what_is_under_it_and_to_nothing_else() {
    let server = Server::start();
    for somewhere in [
        "/api/",
        "/api//",
        "/api/collections/",
        "/api/collections/reports/items/r-001",
        "/api/collections/reports/items/r%2D001/",
        "/api/collections/%72eports/items?limit=1",
    ] {
        assert_eq!(server.get(somewhere).status, 200, "{somewhere}");
    }
    for nowhere in [
        "/nothing",
        "//api",
        "/api/nothing",
        "/api//collections",
        "/api/collections//items",
        "/api/collections/reports//items",
        "/api/collections/reports/items/r-001/more",
        "/api/tiles/WebMercatorQuad/0/0",
        "/api/tiles/WebMercatorQuad/0/0/0/0",
    ] {
        let problem = server.get(nowhere).problem(404);
        assert_eq!(problem["code"], "no-such-path", "{nowhere}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(nowhere), "{nowhere}: {detail}");
    }
    // A slash that is part of an id, and what is no percent-encoding, which stands for itself.
    for id in ["a%2Fb", "100%", "%zz"] {
        let problem = server.get(&format!("{LAYER}/items/{id}")).problem(404);
        assert_eq!(problem["code"], "no-such-feature", "{id}");
    }
    let problem = server.get(&format!("{LAYER}/items/%FF")).problem(400);
    assert_eq!(problem["code"], "malformed-request");
}

#[test]
fn a_path_says_which_methods_it_takes() {
    let server = Server::start();
    let client = server.client();
    for path in [
        "/",
        "/api",
        "/api/collections/reports/items/r-001",
        "/health/live",
    ] {
        let options = client.request("OPTIONS", path, &[]);
        assert_eq!(options.status, 204, "{path}");
        let other = client.request("DELETE", path, &[]);
        assert_eq!(other.problem(405)["code"], "method-not-allowed", "{path}");
        for reply in [options, other] {
            assert_eq!(
                reply.header("allow").as_deref(),
                Some("GET, HEAD, OPTIONS"),
                "{path}"
            );
        }
    }
    for method in ["OPTIONS", "DELETE"] {
        let reply = client.request(method, "/api/nothing", &[]);
        assert_eq!(reply.problem(404)["code"], "no-such-path");
        assert_eq!(reply.header("allow"), None);
    }
}

#[test]
fn a_head_has_the_length_of_what_it_leaves_out() {
    let server = Server::start();
    let client = server.client();
    for path in [
        "/api/conformance",
        "/api/nothing",
        "/api?nothing",
        "/api/collections/reports/items/%FF",
    ] {
        let [get, head] = ["GET", "HEAD"].map(|method| client.request(method, path, &[]));
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty() && !get.body.is_empty(), "{path}");
        let own = head.header("content-length").unwrap();
        // A request's id, which a problem has in it, grows with their number.
        let own: usize = own.parse().unwrap();
        assert!(own.abs_diff(get.body.len()) <= 1, "{path}: {own}");
    }
}
