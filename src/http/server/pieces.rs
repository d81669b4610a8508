//! Answers that are made while they are read, a turn a few pieces: their size costs no memory, and many
//! of them take no more turns than there are.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderValue;
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use crate::atlas::model::budget::Budget;
use crate::http::server::app::App;
use crate::http::server::caught::caught;
use crate::http::server::clients::Client;
use crate::http::server::clock::thread_cpu_ns;
use crate::http::server::frame::text_of;
use crate::http::server::turns::Patience;

/// Bytes after which a turn is over.
const TURN_BYTES: usize = 128 * 1024;

/// Marks an answer whose body is made while it is polled. That it is pending means that others may
/// have a turn first.
#[derive(Clone, Copy)]
pub struct InPieces {
    /// When it is cut off, however far it is.
    pub deadline: Instant,
}

/// A body that is being made.
pub struct Making {
    body: Body,
    in_pieces: InPieces,
}

/// What a turn has made.
#[derive(Default)]
pub struct Turn {
    pieces: Vec<Bytes>,
    /// Whether nothing comes after it.
    is_whole: bool,
}

/// Whose answer it is, and what a turn of it may cost.
pub struct Account {
    /// Who pays.
    pub client: Arc<Client>,
    /// What all of it has cost, and a turn more may.
    pub budget: Budget,
    /// The request's id, for what the log tells of it.
    pub request_id: HeaderValue,
}

impl Making {
    /// The making of a body.
    pub fn new(body: Body, in_pieces: InPieces) -> Self {
        Self { body, in_pieces }
    }

    /// Makes some pieces.
    ///
    /// # Errors
    /// Why there can be no more of them.
    pub fn turn(&mut self) -> io::Result<Turn> {
        let mut context = Context::from_waker(Waker::noop());
        let mut turn = Turn::default();
        let mut bytes = 0;
        while bytes < TURN_BYTES {
            let polled = std::pin::Pin::new(&mut self.body).poll_frame(&mut context);
            match polled {
                Poll::Pending => break,
                Poll::Ready(None) => {
                    turn.is_whole = true;
                    break;
                }
                Poll::Ready(Some(Err(error))) => return Err(io::Error::other(error)),
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(piece) = frame.into_data() {
                        bytes += piece.len();
                        turn.pieces.push(piece);
                    }
                }
            }
        }
        turn.pack(bytes);
        Ok(turn)
    }
}

impl Turn {
    /// Puts the many small pieces of a compressor together.
    fn pack(&mut self, bytes: usize) {
        if self.pieces.len() > 4 {
            let mut packed = Vec::with_capacity(bytes);
            self.pieces
                .iter()
                .for_each(|piece| packed.extend_from_slice(piece));
            self.pieces = vec![packed.into()];
        }
    }
}

/// The body of what was begun: its pieces are made as they are read.
pub fn body(app: &Arc<App>, account: Account, making: Making, first: Turn) -> Body {
    let (sender, receiver) = mpsc::channel(1);
    let (app, deadline) = (Arc::clone(app), making.in_pieces.deadline);
    tokio::spawn(async move {
        let sent = timeout_at(deadline, send_all(&app, &account, making, first, &sender)).await;
        if sent.is_err() {
            let request_id = text_of(&account.request_id);
            tracing::warn!(request_id, "an export was cut off at its deadline");
        }
    });
    body_of(receiver)
}

/// What comes from the making: a piece, or the word that all is made.
enum Message {
    Piece(Bytes),
    Whole,
}

/// Makes and hands over pieces until the client has gone.
async fn send_all(
    app: &Arc<App>,
    account: &Account,
    mut making: Making,
    first: Turn,
    sender: &Sender<Message>,
) {
    let mut turn = first;
    loop {
        for piece in turn.pieces {
            account.client.pay(0, piece.len() as u64);
            if sender.send(Message::Piece(piece)).await.is_err() {
                return;
            }
        }
        if turn.is_whole {
            let _ = sender.send(Message::Whole).await;
            return;
        }
        let next = tokio::select! {
            next = next(app, account, making) => next,
            () = sender.closed() => None,
        };
        let Some(next) = next else { return };
        (making, turn) = next;
    }
}

/// The next turn; `None` if there is none, for a reason that is in the log.
async fn next(app: &Arc<App>, account: &Account, mut making: Making) -> Option<(Making, Turn)> {
    // What was let in goes on: it waits as long as its deadline lets it.
    let patience = Patience {
        waiting_max: usize::MAX,
        turn: Duration::from_secs(app.options.limits.export_timeout_s),
        all: Duration::from_secs(app.options.limits.export_timeout_s),
    };
    let Account {
        client,
        budget,
        request_id,
    } = account;
    let before_ns = budget.spent_ns();
    let (mine, ours) = (budget.clone(), Arc::clone(client));
    let (shared, id) = (Arc::clone(app), request_id.clone());
    let turn_ns = app.options.limits.budget_ns(0);
    budget.allow(before_ns.saturating_add(turn_ns));
    let work = move || {
        let run = || mine.run(thread_cpu_ns, u64::MAX, || making.turn());
        let turn = caught(&shared, "export", &id, run);
        ours.pay(mine.spent_ns().saturating_sub(before_ns), 0);
        (making, turn)
    };
    let request_id = text_of(request_id);
    match app.turns.take(client.who, budget, patience, work).await {
        Ok(Some((making, Ok(Ok(Ok(turn)))))) => Some((making, turn)),
        Ok(Some((_, Ok(Err(stopped))))) => {
            app.metrics.load.stopped(stopped);
            tracing::warn!(
                ?stopped,
                request_id,
                "an export broke off: one of its pieces was stopped"
            );
            None
        }
        Ok(Some((_, Ok(Ok(Err(error)))))) => {
            tracing::error!(%error, request_id, "an export broke off: it could not be written");
            None
        }
        // What panicked has told the log.
        Ok(_) => None,
        Err(unserved) => {
            tracing::warn!(?unserved, request_id, "an export broke off: it had no turn");
            None
        }
    }
}

/// The pieces as a body. If the making ends without the last word, so does the connection: a client
/// must not take a part for the whole.
fn body_of(receiver: Receiver<Message>) -> Body {
    let pieces = stream::unfold(Some(receiver), |receiver| async {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Message::Piece(piece)) => Some((Ok(piece), Some(receiver))),
            Some(Message::Whole) => None,
            None => Some((Err(io::Error::other("the export was cut off")), None)),
        }
    });
    Body::from_stream(pieces.fuse())
}
