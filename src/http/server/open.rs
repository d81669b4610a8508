//! How a door is opened: tried on the thread that read the request, or in a turn on a thread for heavy
//! work. Nothing that takes more than a millisecond stays on the threads that everybody waits for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use futures_util::FutureExt;

use crate::atlas::model::budget::Stopped;
use crate::http::kit::files;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Answer, Ask, Door};
use crate::http::kit::selection;
use crate::http::server::address::HEALTH;
use crate::http::server::app::App;
use crate::http::server::clients::Shared;
use crate::http::server::clock::{monotonic_ns, thread_cpu_ns};
use crate::http::server::compress;
use crate::http::server::frame::text_of;
use crate::http::server::pieces::{self, Account, InPieces, Making, Turn};
use crate::http::server::turns::{Patience, Unserved};

/// How long a door is tried on the thread that read the request.
const SHARE_NS: u64 = 500_000;
/// What a thread does that opens a door, as panics are counted by it.
const QUESTION: &str = "question";
/// A body of so many bytes is compressed in a turn.
const LONG_BYTES: u64 = 64 * 1024;

/// Opens a door. The ways that take long are boxed: a light question's way stays small enough to be moved
/// about.
///
/// # Errors
/// What the door finds wrong, or why it could not be opened.
pub async fn open(app: &Arc<App>, door: Door, ask: Ask) -> Result<Response, Problem> {
    let codings = compress::codings(&ask.headers);
    let (answer, tried) = match door {
        Door::Waits(answer) => return waits(app, answer, ask).boxed().await,
        Door::InTurn(answer) => (answer, None),
        Door::Tried(answer) if !selection::is_light(&ask) => (answer, None),
        Door::Tried(answer) => {
            let_in(app, &ask)?;
            (answer, tried(app, answer, &ask)?)
        }
    };
    match tried {
        Some(response) if !is_long_to_compress(&codings, &response) => {
            ask.client.pay(ask.budget.spent_ns(), 0);
            app.held(&ask.client, compress::compressed(&codings, response)?)
        }
        Some(response) => {
            let work = move |_: &App, ask: &Ask| finished(ask, &codings, response);
            in_turn(app, ask, work).boxed().await
        }
        None => {
            let work = move |app: &App, ask: &Ask| finished(ask, &codings, answer(app, ask)?);
            in_turn(app, ask, work).boxed().await
        }
    }
}

/// Lets a client in with what is light, if it has not used up even what that is answered from. Health is
/// never refused: whoever watches a server from the address of those who ask too much would take it for dead.
fn let_in(app: &App, ask: &Ask) -> Result<(), Problem> {
    if HEALTH.contains(&&*ask.path) {
        return Ok(());
    }
    let limited = ask.client.may_ask(false);
    limited.map_err(|limited| app.limited("cpu", limited.retry_after_s))
}

/// Opens a door here, for a share of a millisecond; `None` if that is not enough.
fn tried(app: &App, answer: Answer, ask: &Ask) -> Result<Option<Response>, Problem> {
    let run = || ask.budget.run(monotonic_ns, SHARE_NS, || answer(app, ask));
    match caught(app, QUESTION, &ask.request_id, run)? {
        Ok(answer) => answer.map(Some),
        Err(Stopped::Share) => Ok(None),
        Err(stopped) => Err(app.stopped(ask, stopped)),
    }
}

/// What a turn has made of a question.
enum Made {
    Answer(Response),
    /// An answer of which the first pieces are made.
    Begun(Response, Making, Turn),
}

/// Does work on a question in a turn, under its budget, and gives the answer out.
async fn in_turn(
    app: &Arc<App>,
    ask: Ask,
    work: impl FnOnce(&App, &Ask) -> Result<Made, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let limited = ask.client.may_ask(true);
    limited.map_err(|limited| app.limited("cpu", limited.retry_after_s))?;
    let limits = &app.options.limits;
    if app.unsent.is_full() {
        return Err(app.no_room_unsent());
    }
    let share = ask.client.take(Shared::Questions, 1);
    let share = share.ok_or_else(|| app.limited("questions", app.turns.retry_after_s()))?;
    let patience = Patience {
        waiting_max: limits.waiting_max,
        turn: Duration::from_secs(limits.turn_timeout_s),
        all: Duration::from_secs(limits.request_timeout_s),
    };
    let (client, budget) = (Arc::clone(&ask.client), ask.budget.clone());
    let request_id = ask.request_id.clone();
    let shared = Arc::clone(app);
    let work = move || {
        let run = || {
            let run = || work(&shared, &ask);
            ask.budget.run(thread_cpu_ns, u64::MAX, run)
        };
        let made = match caught(&shared, QUESTION, &ask.request_id, run) {
            Ok(Ok(made)) => made,
            Ok(Err(stopped)) => Err(shared.stopped(&ask, stopped)),
            Err(problem) => Err(problem),
        };
        // The work gives back what it took, and pays, whether or not somebody still waits.
        ask.client.pay(ask.budget.spent_ns(), 0);
        drop(share);
        made
    };
    let made = app.turns.take(client.who, &budget, patience, work).await;
    match made.map_err(|unserved| app.unserved(unserved))? {
        Some(Ok(Made::Answer(response))) => app.held(&client, response),
        Some(Ok(Made::Begun(response, making, turn))) => {
            let account = Account {
                client,
                budget,
                request_id,
            };
            Ok(response.map(|_| pieces::body(app, account, making, turn)))
        }
        Some(Err(problem)) => Err(problem),
        None => Err(Problem::Internal),
    }
}

/// Finishes an answer in its turn: whole and compressed, or begun.
fn finished(ask: &Ask, codings: &HeaderMap, response: Response) -> Result<Made, Problem> {
    let Some(in_pieces) = response.extensions().get::<InPieces>().copied() else {
        let response = compress::whole(codings, response)?;
        return Ok(Made::Answer(response));
    };
    let (head, body) = compress::compressed(codings, response)?.into_parts();
    let mut making = Making::new(body, in_pieces);
    let first = making.turn().map_err(|error| {
        let request_id = text_of(&ask.request_id);
        tracing::error!(request_id, "an answer could not be written");
        files::failed(&error)
    })?;
    let response = Response::from_parts(head, Body::empty());
    Ok(Made::Begun(response, making, first))
}

/// Runs a door that may wait for a disk on a thread of its own, few of them at a time.
async fn waits(app: &Arc<App>, answer: Answer, ask: Ask) -> Result<Response, Problem> {
    let_in(app, &ask)?;
    let deadline = Duration::from_secs(app.options.limits.request_timeout_s);
    let app = Arc::clone(app);
    let waited = async {
        // Nobody closes the semaphore. The work keeps its permit.
        let permit = Arc::clone(&app.waits).acquire_owned().await;
        let shared = Arc::clone(&app);
        let running = tokio::task::spawn_blocking(move || {
            let before_ns = thread_cpu_ns();
            let run = || answer(&shared, &ask);
            let answered = caught(&shared, QUESTION, &ask.request_id, run);
            let spent_ns = thread_cpu_ns().saturating_sub(before_ns);
            ask.client.pay(spent_ns, 0);
            drop(permit);
            answered
        });
        running.await
    };
    match tokio::time::timeout(deadline, waited).await {
        Ok(Ok(answer)) => answer?,
        Ok(Err(_)) => Err(Problem::Internal),
        Err(_) => Err(app.unserved(Unserved::Late)),
    }
}

/// Whether a body is to be compressed in a turn.
fn is_long_to_compress(codings: &HeaderMap, response: &Response) -> bool {
    !codings.is_empty()
        && response.body().size_hint().lower() >= LONG_BYTES
        && !response.headers().contains_key(header::CONTENT_ENCODING)
}

/// What work for a request comes to. If it panics, it is counted by what the thread does, the cause goes
/// to the log, and the client learns that it was not its fault.
pub fn caught<T>(
    app: &App,
    thread: &'static str,
    request_id: &HeaderValue,
    work: impl FnOnce() -> T,
) -> Result<T, Problem> {
    // A door leaves nothing half done: it reads.
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
