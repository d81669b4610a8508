//! Threads for heavy work, and the queue before them: fair between clients, bounded, and timed.
//!
//! There is a thread less than there are cores, and each steps back behind whoever answers light
//! questions. A turn belongs to the work: it ends when the work does, whether or not somebody still
//! waits for it. Whoever stops waiting cancels the work's budget, so that it ends at its next look.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::atlas::model::budget::Budget;
use crate::http::server::clients::Who;

/// By how much the threads step back behind those that answer light questions and commit.
const NICE: i32 = 10;

/// What a turn is taken to last before any has ended.
const TURN_NS_FIRST: u64 = 50_000_000;

/// The longest that a client is told to wait, in seconds: what is longer nobody can foresee.
const RETRY_AFTER_S_MAX: u64 = 120;

/// The threads and their queue.
pub struct Turns {
    shared: Arc<Shared>,
    threads: usize,
}

/// How long and with how many others a turn is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// As many wait at most; `usize::MAX` for what was let in before.
    pub waiting_max: usize,
    /// How long the turn may take to come.
    pub turn: Duration,
    /// How long all may take, the turn included.
    pub all: Duration,
}

/// Why work was not done, or not waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// As many wait as may.
    Full,
    /// The turn did not come in time.
    Waited,
    /// The turn came, and its work took too long.
    Late,
    /// The server stops.
    Stopping,
}

/// What the queue is like at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Work that waits for a turn.
    pub waiting: usize,
    /// Turns in use.
    pub running: usize,
}

struct Shared {
    state: Mutex<State>,
    /// Told when work comes, and when all ends.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// What waits, by client; none is empty.
    lanes: HashMap<Who, VecDeque<Waiting>>,
    /// Whose turn is next.
    order: VecDeque<Who>,
    waiting: usize,
    /// The budgets of what runs, by ticket.
    running: HashMap<u64, Budget>,
    /// How long turns have lasted of late.
    turn_ns: u64,
    tickets: u64,
    is_over: bool,
}

struct Waiting {
    ticket: u64,
    budget: Budget,
    work: Box<dyn FnOnce() + Send>,
}

/// A place in the queue or a turn. Whoever drops it does not wait any more.
struct Ticket {
    shared: Arc<Shared>,
    who: Who,
    number: u64,
    budget: Budget,
    is_done: bool,
}

impl Turns {
    /// So many threads, at least one.
    pub fn new(threads: usize) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                turn_ns: TURN_NS_FIRST,
                ..State::default()
            }),
            changed: Condvar::new(),
        });
        let spawn = |number: usize| {
            let shared = Arc::clone(&shared);
            let thread = std::thread::Builder::new().name(format!("heavy-{number}"));
            thread.spawn(move || shared.serve())
        };
        let spawned = (0..threads.max(1)).map(spawn);
        let threads = spawned.filter(|thread| match thread {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(%error, "a thread for heavy work could not be started");
                false
            }
        });
        let threads = threads.count();
        Self { shared, threads }
    }

    /// How many turns there are.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Does work in its turn and waits for it. Whoever drops this future cancels the budget, and the
    /// work is not begun or ends at its next look. `None` if the work panicked.
    ///
    /// # Errors
    /// Why it was not done in time.
    pub async fn take<T: Send + 'static>(
        &self,
        who: Who,
        budget: &Budget,
        patience: Patience,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>, Unserved> {
        let (sender, mut done) = oneshot::channel();
        let work = Box::new(move || drop(sender.send(work())));
        let mut ticket = self.enter(who, budget, patience.waiting_max, work)?;
        let outcome = match timeout(patience.turn, &mut done).await {
            Ok(outcome) => outcome,
            Err(_) if ticket.leave() => return Err(Unserved::Waited),
            Err(_) => {
                let rest = patience.all.saturating_sub(patience.turn);
                timeout(rest, done).await.map_err(|_| Unserved::Late)?
            }
        };
        ticket.is_done = true;
        if outcome.is_err() && self.shared.state().is_over {
            return Err(Unserved::Stopping);
        }
        Ok(outcome.ok())
    }

    fn enter(
        &self,
        who: Who,
        budget: &Budget,
        waiting_max: usize,
        work: Box<dyn FnOnce() + Send>,
    ) -> Result<Ticket, Unserved> {
        let mut state = self.shared.state();
        if state.is_over {
            return Err(Unserved::Stopping);
        }
        // What can begin at once waits for nobody.
        let free = self.threads.saturating_sub(state.running.len());
        if state.waiting >= waiting_max.max(free) {
            return Err(Unserved::Full);
        }
        state.tickets += 1;
        let number = state.tickets;
        state.push(
            who,
            Waiting {
                ticket: number,
                budget: budget.clone(),
                work,
            },
        );
        drop(state);
        self.shared.changed.notify_one();
        Ok(Ticket {
            shared: Arc::clone(&self.shared),
            who,
            number,
            budget: budget.clone(),
            is_done: false,
        })
    }

    /// In how many seconds what is asked now may have its turn, as far as turns of late tell.
    pub fn retry_after_s(&self) -> u64 {
        let state = self.shared.state();
        let ahead = (state.waiting + state.running.len()) as u64;
        let ahead_ns = ahead.saturating_mul(state.turn_ns) / self.threads.max(1) as u64;
        ahead_ns.div_ceil(1_000_000_000).clamp(1, RETRY_AFTER_S_MAX)
    }

    /// What waits and what runs.
    pub fn count(&self) -> Count {
        let state = self.shared.state();
        Count {
            waiting: state.waiting,
            running: state.running.len(),
        }
    }

    /// Ends all: what runs stops at its next look, what waits is not begun, nothing new comes in.
    pub fn end(&self) {
        let mut state = self.shared.state();
        state.is_over = true;
        // What waits is dropped when the others can go on: it may hold files, and much memory.
        let _waiting = std::mem::take(&mut state.lanes);
        state.order.clear();
        state.waiting = 0;
        state.running.values().for_each(Budget::cancel);
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // It is changed in steps that do not panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One thread's life: a turn after the other.
    fn serve(&self) {
        // On Linux a thread has a priority of its own. Without it the same is done, only less fairly.
        let _ = rustix::process::nice(NICE);
        while let Some(Waiting {
            ticket,
            budget,
            work,
        }) = self.next()
        {
            let began = Instant::now();
            if !budget.is_cancelled() && catch_unwind(AssertUnwindSafe(work)).is_err() {
                // Whoever waits sees that nothing came; what panics is caught and logged in the work.
                tracing::error!("heavy work panicked");
            }
            let took_ns = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
            let mut state = self.state();
            state.running.remove(&ticket);
            state.turn_ns = (state.turn_ns * 7).saturating_add(took_ns) / 8;
        }
    }

    /// Waits for the next work; `None` when all has ended.
    fn next(&self) -> Option<Waiting> {
        let mut state = self.state();
        loop {
            if state.is_over {
                return None;
            }
            if let Some(next) = state.pop() {
                state.running.insert(next.ticket, next.budget.clone());
                return Some(next);
            }
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl State {
    fn push(&mut self, who: Who, waiting: Waiting) {
        let lane = self.lanes.entry(who).or_default();
        if lane.is_empty() {
            self.order.push_back(who);
        }
        lane.push_back(waiting);
        self.waiting += 1;
    }

    /// The oldest work of the client whose turn it is.
    fn pop(&mut self) -> Option<Waiting> {
        let who = self.order.pop_front()?;
        let lane = self.lanes.get_mut(&who)?;
        let next = lane.pop_front()?;
        if lane.is_empty() {
            self.lanes.remove(&who);
        } else {
            self.order.push_back(who);
        }
        self.waiting -= 1;
        Some(next)
    }

    /// Takes out what still waits, if it does.
    fn take_out(&mut self, who: Who, ticket: u64) -> Option<Waiting> {
        let lane = self.lanes.get_mut(&who)?;
        let at = lane.binary_search_by_key(&ticket, |waiting| waiting.ticket);
        let taken = lane.remove(at.ok()?);
        if lane.is_empty() {
            self.lanes.remove(&who);
            self.order.retain(|next| *next != who);
        }
        self.waiting -= 1;
        taken
    }
}

impl Ticket {
    /// Gives up the place in the queue; false if the turn has come.
    fn leave(&mut self) -> bool {
        let taken = self.shared.state().take_out(self.who, self.number);
        // It is dropped when the others can go on: it may hold a file, and much memory.
        taken.is_some()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.is_done {
            self.budget.cancel();
            self.leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn waiting(ticket: u64) -> Waiting {
        Waiting {
            ticket,
            budget: Budget::new(1),
            work: Box::new(|| ()),
        }
    }

    #[test]
    fn clients_take_turns_whoever_asks_more() {
        let who = |last: u8| Who::V4(Ipv4Addr::new(10, 0, 0, last));
        let mut state = State::default();
        for ticket in 0..5 {
            state.push(who(1), waiting(ticket));
        }
        state.push(who(2), waiting(5));
        state.push(who(3), waiting(6));
        assert!(state.take_out(who(1), 1).is_some() && state.take_out(who(1), 1).is_none());
        assert!(state.take_out(who(2), 0).is_none());
        let mut order = Vec::new();
        while let Some(next) = state.pop() {
            order.push(next.ticket);
        }
        assert_eq!(order, [0, 5, 6, 2, 3, 4]);
        assert_eq!(state.waiting, 0);
        assert!(state.lanes.is_empty() && state.order.is_empty());
    }

    #[test]
    fn what_leaves_last_takes_its_lane_with_it() {
        let mut state = State::default();
        state.push(Who::Local, waiting(1));
        assert!(state.take_out(Who::Local, 1).is_some());
        assert!(state.pop().is_none() && state.order.is_empty());
        state.push(Who::Local, waiting(2));
        assert_eq!(state.order.len(), 1);
    }
}
