//! What all endpoints share.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use futures_util::FutureExt;
use tokio::sync::Semaphore;

use crate::atlas::model::budget::Stopped;
use crate::http::kit::link::LayerTexts;
use crate::http::kit::operation::Describe;
use crate::http::kit::problem::{Costly, Problem};
use crate::http::kit::request::Request;
use crate::http::kit::selection;
use crate::http::server::clients::{Client, Clients, Shared};
use crate::http::server::guard::Policies;
use crate::http::server::metrics::Metrics;
use crate::http::server::options::Options;
use crate::http::server::turns::{Turns, Unserved};
use crate::http::server::unsent::{Carried, Unsent};
use crate::live::LiveAtlas;

/// A body of fewer bytes is not worth counting: that of as many as may be connected takes little.
const COUNTED_BYTES: usize = 48 * 1024;
/// What is said to those who still wait at the end.
const STOPPING: &str = "The server is stopping";

/// Endpoints that may wait for a disk at the same time.
const WAITS_MAX: usize = 8;

/// What all endpoints share; made once.
pub struct App {
    /// The newest atlas.
    pub live: LiveAtlas,
    /// What the operator decided.
    pub options: Options,
    /// What browsers are told that a page may do.
    pub policies: Policies,
    /// What is counted.
    pub metrics: Metrics,
    /// A permit for each export that may run.
    pub exports: Arc<Semaphore>,
    /// A permit for each endpoint that may wait for a disk at the same time.
    pub waits: Arc<Semaphore>,
    /// The threads for heavy work.
    pub turns: Turns,
    /// Who asks, and what each has taken.
    pub clients: Clients,
    /// Large answers that are not sent yet.
    pub unsent: Arc<Unsent>,
    /// What all endpoints of the API say of themselves, for those that describe them.
    pub described: Vec<&'static dyn Describe>,
    /// What pages of features say of their layers.
    pub texts: LayerTexts,
}

impl App {
    /// The app at its start.
    pub fn new(live: LiveAtlas, options: Options, described: Vec<&'static dyn Describe>) -> Self {
        Self {
            live,
            policies: Policies::new(&options),
            metrics: Metrics::new(),
            exports: Arc::new(Semaphore::new(options.limits.concurrent_exports_max)),
            waits: Arc::new(Semaphore::new(WAITS_MAX)),
            turns: Turns::new(options.limits.heavy_turns),
            clients: Clients::new(&options.limits),
            unsent: Arc::new(Unsent::new(options.limits.unsent_bytes_max)),
            options,
            described,
            texts: LayerTexts::default(),
        }
    }
}

impl App {
    /// What a client learns whose question was stopped.
    pub fn stopped(&self, request: &Request, why: Stopped) -> Problem {
        self.metrics.load.stopped(why);
        match why {
            Stopped::Spent => Problem::TooCostly {
                why: Costly::OverMs(request.budget.limit_ns() / 1_000_000),
                narrow: selection::costly(&request.params),
            },
            Stopped::Refused(because) => Problem::TooCostly {
                why: Costly::NotBegun(because),
                narrow: selection::costly(&request.params),
            },
            // Nobody waits for it, unless the server stops.
            Stopped::Cancelled | Stopped::Share => Problem::Busy {
                because: STOPPING,
                retry_after_s: self.turns.retry_after_s(),
            },
        }
    }

    /// What a client learns that has taken all that it may.
    pub fn limited(&self, of: &'static str, retry_after_s: u64) -> Problem {
        self.metrics.load.limited(of);
        let of = match of {
            "cpu" => "used its share of the processors",
            "questions" => "as many heavy questions waiting as one client may",
            "exports" => "as many exports running as one client may",
            "connections" => "as many connections open as one client may",
            _ => "as many bytes of answers unread as one client may",
        };
        Problem::TooMany { of, retry_after_s }
    }

    /// What a client learns whose question had no turn, or not in time.
    pub fn unserved(&self, why: Unserved) -> Problem {
        let retry_after_s = self.turns.retry_after_s();
        let because = match why {
            Unserved::Late => {
                self.metrics.load.busy("late");
                return Problem::Timeout { retry_after_s };
            }
            Unserved::Full => {
                self.metrics.load.busy("full");
                "As many questions wait for their turn as may"
            }
            Unserved::Waited => {
                self.metrics.load.busy("waited");
                "The question's turn did not come in time"
            }
            Unserved::Stopping => {
                self.metrics.load.busy("stopping");
                STOPPING
            }
        };
        Problem::Busy {
            because,
            retry_after_s,
        }
    }

    /// What a client learns while too many large answers wait for their readers.
    pub fn no_room_unsent(&self) -> Problem {
        self.metrics.load.busy("unsent");
        Problem::Busy {
            because: "As many bytes of answers wait for their readers as may",
            // By then whoever takes nothing is dropped.
            retry_after_s: self.options.limits.stall_timeout_s,
        }
    }

    /// An answer whose body is counted until it is sent.
    ///
    /// # Errors
    /// If there is no room for it, or its client has too much waiting already.
    pub fn held(&self, client: &Arc<Client>, response: Response) -> Result<Response, Problem> {
        let size = response.body().size_hint().exact();
        let bytes = size
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(0);
        client.pay(0, bytes as u64);
        if bytes < COUNTED_BYTES || response.extensions().get::<Carried>().is_some() {
            return Ok(response);
        }
        let share = client.take(Shared::UnsentBytes, bytes);
        let share =
            share.ok_or_else(|| self.limited("unsent", self.options.limits.stall_timeout_s))?;
        let (head, body) = response.into_parts();
        // The body is whole: it is one piece, which is taken, not copied.
        let body = axum::body::to_bytes(body, usize::MAX).now_or_never();
        let Some(Ok(bytes)) = body else {
            return Err(Problem::Internal);
        };
        // What the bytes hold is dropped when they are: when they are sent, or nobody waits for them.
        let held = self.unsent.held(bytes, share);
        let held = held.ok_or_else(|| self.no_room_unsent())?;
        Ok(Response::from_parts(head, Body::from(held)))
    }
}
