//! What becomes of a panic in work for a request.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::http::HeaderValue;

use crate::http::kit::problem::Problem;
use crate::http::server::app::App;
use crate::http::server::frame::text_of;

/// What work for a request comes to. If it panics, it is counted by what the thread does, the cause goes
/// to the log, and the client learns that it was not its fault.
pub fn caught<T>(
    app: &App,
    thread: &'static str,
    request_id: &HeaderValue,
    work: impl FnOnce() -> T,
) -> Result<T, Problem> {
    // An endpoint leaves nothing half done: it reads.
    catch_unwind(AssertUnwindSafe(work)).map_err(|cause| {
        let text = cause
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("without a message");
        let request_id = text_of(request_id);
        tracing::error!(cause = text, request_id, "an answer panicked: {thread}");
        app.metrics.panicked(thread);
        Problem::Internal
    })
}
