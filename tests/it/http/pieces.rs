//! Answers that are made while they are read, and break off.

use std::io;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::HeaderValue;
use bordermap::atlas::model::budget::{self, Budget};
use bordermap::http::server::app::App;
use bordermap::http::server::clients::Who;
use bordermap::http::server::options::Options;
use bordermap::http::server::pieces::{self, Account, InPieces, Making};
use futures_util::{StreamExt, stream};
use tokio::time::Instant;
use tracing::level_filters::LevelFilter;

use crate::support::world;

/// What the log has told since it was first listened to.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes to it.
struct ToLog;

impl io::Write for ToLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Has the log of this process go there, if it does not yet.
fn listen() {
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::WARN)
            .with_ansi(false)
            .with_writer(|| ToLog);
        tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    });
}

/// Whether the log tells something of a request.
fn tells(request_id: &str, what: &str) -> bool {
    let log = LOG.lock().unwrap();
    let text = String::from_utf8_lossy(&log);
    let id = format!("request_id=\"{request_id}\"");
    text.lines()
        .any(|line| line.contains(&id) && line.contains(what))
}

/// What is counted when an answer breaks off after its first turn.
fn broken_off(request_id: &'static str, breaks: fn()) -> String {
    listen();
    let app = Arc::new(App::new(world::live(), Options::default(), Vec::new()));
    let parts = stream::iter([false, true]).map(move |is_broken| {
        if is_broken {
            breaks();
        }
        Ok::<_, io::Error>(Bytes::from(vec![b' '; 200 * 1024]))
    });
    let deadline = Instant::now() + Duration::from_secs(3600);
    let mut making = Making::new(Body::from_stream(parts), InPieces { deadline });
    let first = making.turn().unwrap();
    let account = Account {
        client: app.clients.of(Who::Local),
        budget: Budget::new(u64::MAX),
        request_id: HeaderValue::from_static(request_id),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let read = runtime.block_on(async {
        let body = pieces::body(&app, account, making, first);
        to_bytes(body, usize::MAX).await
    });
    assert!(read.is_err(), "a part is no whole");
    app.metrics.text(&app.live)
}

#[track_caller]
fn counts(metrics: &str, line: &str) {
    assert!(metrics.lines().any(|own| own == line), "{metrics}");
}

#[test]
fn a_panic_of_an_export_is_told_and_counted() {
    let metrics = broken_off("panicking", || panic!("a defect of a writer"));
    counts(
        &metrics,
        r#"bordermap_thread_panics_total{thread="export"} 1"#,
    );
    assert!(tells("panicking", "a defect of a writer"));
}

#[test]
fn an_export_over_its_budget_is_told_and_counted() {
    let metrics = broken_off("over-its-budget", || budget::refuse("it is too much"));
    counts(
        &metrics,
        r#"bordermap_questions_stopped_total{why="refused"} 1"#,
    );
    assert!(tells("over-its-budget", "it is too much"));
    assert!(!metrics.contains(r#"thread="export""#));
}
