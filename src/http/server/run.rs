//! How an endpoint is run: tried on the thread that read the request, or in a turn on a thread for heavy
//! work. Nothing that takes more than a millisecond stays on the threads that everybody waits for.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use futures_util::FutureExt;

use crate::atlas::model::budget::Stopped;
use crate::http::kit::endpoint::{Handler, Runs};
use crate::http::kit::files;
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::kit::selection;
use crate::http::server::address::HEALTH;
use crate::http::server::app::App;
use crate::http::server::caught::caught;
use crate::http::server::clients::Shared;
use crate::http::server::clock::{monotonic_ns, thread_cpu_ns};
use crate::http::server::compress;
use crate::http::server::frame::text_of;
use crate::http::server::pieces::{self, Account, InPieces, Making, Turn};
use crate::http::server::turns::{Patience, Unserved};

/// How long an endpoint is tried on the thread that read the request.
const SHARE_NS: u64 = 500_000;
/// What a thread does that runs an endpoint, as panics are counted by it.
const QUESTION: &str = "question";
/// A body of so many bytes is compressed in a turn.
const LONG_BYTES: u64 = 64 * 1024;

/// Runs an endpoint. The ways that take long are boxed: a light question's way stays small enough to be moved
/// about.
///
/// # Errors
/// What the endpoint finds wrong, or why it could not be run.
pub async fn run(
    app: &Arc<App>,
    handler: &'static dyn Handler,
    request: Request,
) -> Result<Response, Problem> {
    let codings = compress::codings(&request.headers);
    let tried = match handler.runs() {
        Runs::Waits => return waits(app, handler, request).boxed().await,
        Runs::Tried if selection::is_light(&request) => {
            let_in(app, &request)?;
            tried(app, handler, &request)?
        }
        Runs::Tried | Runs::InTurn => None,
    };
    match tried {
        Some(response) if !is_long_to_compress(&codings, &response) => {
            request.client.pay(request.budget.spent_ns(), 0);
            app.held(&request.client, compress::compressed(&codings, response)?)
        }
        Some(response) => {
            let work = move |_: &App, request: &Request| finished(request, &codings, response);
            in_turn(app, request, work).boxed().await
        }
        None => {
            let work = move |app: &App, request: &Request| {
                finished(request, &codings, handler.handle(app, request)?)
            };
            in_turn(app, request, work).boxed().await
        }
    }
}

/// Lets a client in with what is light, if it has not used up even what that is answered from. Health is
/// never refused: whoever watches a server from the address of those who ask too much would take it for dead.
fn let_in(app: &App, request: &Request) -> Result<(), Problem> {
    if HEALTH.contains(&&*request.path) {
        return Ok(());
    }
    let limited = request.client.may_ask(false);
    limited.map_err(|limited| app.limited("cpu", limited.retry_after_s))
}

/// Runs an endpoint here, for a share of a millisecond; `None` if that is not enough.
fn tried(app: &App, handler: &dyn Handler, request: &Request) -> Result<Option<Response>, Problem> {
    let run = || {
        request
            .budget
            .run(monotonic_ns, SHARE_NS, || handler.handle(app, request))
    };
    match caught(app, QUESTION, &request.request_id, run)? {
        Ok(answer) => answer.map(Some),
        Err(Stopped::Share) => Ok(None),
        Err(stopped) => Err(app.stopped(request, stopped)),
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
    request: Request,
    work: impl FnOnce(&App, &Request) -> Result<Made, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let limited = request.client.may_ask(true);
    limited.map_err(|limited| app.limited("cpu", limited.retry_after_s))?;
    let limits = &app.options.limits;
    if app.unsent.is_full() {
        return Err(app.no_room_unsent());
    }
    let share = request.client.take(Shared::Questions, 1);
    let share = share.ok_or_else(|| app.limited("questions", app.turns.retry_after_s()))?;
    let patience = Patience {
        waiting_max: limits.waiting_max,
        turn: Duration::from_secs(limits.turn_timeout_s),
        all: Duration::from_secs(limits.request_timeout_s),
    };
    let (client, budget) = (Arc::clone(&request.client), request.budget.clone());
    let request_id = request.request_id.clone();
    let shared = Arc::clone(app);
    let work = move || {
        let run = || {
            let run = || work(&shared, &request);
            request.budget.run(thread_cpu_ns, u64::MAX, run)
        };
        let made = match caught(&shared, QUESTION, &request.request_id, run) {
            Ok(Ok(made)) => made,
            Ok(Err(stopped)) => Err(shared.stopped(&request, stopped)),
            Err(problem) => Err(problem),
        };
        // The work gives back what it took, and pays, whether or not somebody still waits.
        request.client.pay(request.budget.spent_ns(), 0);
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
fn finished(request: &Request, codings: &HeaderMap, response: Response) -> Result<Made, Problem> {
    let Some(in_pieces) = response.extensions().get::<InPieces>().copied() else {
        let response = compress::whole(codings, response)?;
        return Ok(Made::Answer(response));
    };
    let (head, body) = compress::compressed(codings, response)?.into_parts();
    let mut making = Making::new(body, in_pieces);
    let first = making.turn().map_err(|error| {
        let request_id = text_of(&request.request_id);
        tracing::error!(request_id, "an answer could not be written");
        files::failed(&error)
    })?;
    let response = Response::from_parts(head, Body::empty());
    Ok(Made::Begun(response, making, first))
}

/// Runs an endpoint that may wait for a disk on a thread of its own, few of them at a time.
async fn waits(
    app: &Arc<App>,
    handler: &'static dyn Handler,
    request: Request,
) -> Result<Response, Problem> {
    let_in(app, &request)?;
    let deadline = Duration::from_secs(app.options.limits.request_timeout_s);
    let app = Arc::clone(app);
    let waited = async {
        // Nobody closes the semaphore. The work keeps its permit.
        let permit = Arc::clone(&app.waits).acquire_owned().await;
        let shared = Arc::clone(&app);
        let running = tokio::task::spawn_blocking(move || {
            let before_ns = thread_cpu_ns();
            let run = || handler.handle(&shared, &request);
            let answered = caught(&shared, QUESTION, &request.request_id, run);
            let spent_ns = thread_cpu_ns().saturating_sub(before_ns);
            request.client.pay(spent_ns, 0);
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
