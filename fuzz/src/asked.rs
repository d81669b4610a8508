//! Requests: whatever stands behind a path, to every door that takes parameters.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, Uri};
use bordermap::http::server::options::Options;
use bordermap::http::server::serve::Service;
use bordermap::http::service;
use tokio::runtime::Runtime;

use crate::world::shipped;

/// The doors; the first byte of an input chooses one, the others are what stands behind it.
const DOORS: [&str; 16] = [
    "/api/collections/incidents/items?",
    "/api/collections/border/items?",
    "/api/collections/incidents/items?f=html&",
    "/api/collections/crossings/items?f=csv&",
    "/api/collections/incidents/export?",
    "/api/collections/incidents/tiles/WebMercatorQuad/6/24/40?",
    "/api/collections/incidents/tiles/",
    "/api/tiles/WebMercatorQuad/",
    "/api/border/locate?",
    "/api/border/profile?",
    "/api/border/compare?",
    "/api/collections/incidents/items/",
    "/api/collections?",
    "/api/collections/places/items?near=46,35&",
    "/api/",
    "/",
];

/// An answer is never the server's own fault.
pub fn parameters(data: &[u8]) {
    thread_local! {
        static SERVER: (Runtime, Service) = server();
    }
    let Some((door, rest)) = data.split_first() else {
        return;
    };
    let Ok(rest) = std::str::from_utf8(rest) else {
        return;
    };
    let target = format!("{}{rest}", DOORS[usize::from(*door) % DOORS.len()]);
    let Ok(uri) = target.parse::<Uri>() else {
        return;
    };
    let request = Request::get(uri)
        .header("host", "127.0.0.1:8080")
        .body(Body::empty())
        .expect("a request");
    let status = SERVER.with(|(runtime, service)| {
        runtime.block_on(async {
            let response = service.answer(request).await;
            let status = response.status();
            // A body that breaks off was stopped on its way; that is not a fault either.
            let _ = to_bytes(response.into_body(), 64 << 20).await;
            status
        })
    });
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{target}");
}

fn server() -> (Runtime, Service) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        .build()
        .expect("a runtime");
    (runtime, service(shipped().clone(), Options::default()))
}
