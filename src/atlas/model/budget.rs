//! What a question may cost, and the look that everything that computes takes at it.
//!
//! Whoever answers a question runs it on a thread under its [`Budget`]. What takes time says how much
//! it is about to take ([`spend`]), in round numbers; every so often that leads to a look at a clock.
//! A question that is over its budget, or that nobody waits for any more, ends there and then: its
//! stack is unwound to [`Budget::run`]. So no function in between has to carry the budget, or a result
//! that nearly never fails, and a question that stays within its budget pays a subtraction. (The
//! same way out is taken by incremental compilers when an input changes under a query.)
//!
//! Without a budget, as in a program that a person can stop, [`spend`] does nothing.
//!
//! What runs under a budget may be left at any [`spend`]: it reads, and leaves nothing half done.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A look at the clock is taken after about so much work, in nanoseconds.
const LOOK_EVERY_NS: i64 = 50_000;

/// A clock: nanoseconds since some moment, on the calling thread.
pub type Clock = fn() -> u64;

/// What a question may cost. A copy is another handle to the same.
#[derive(Clone, Debug)]
pub struct Budget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limit_ns: AtomicU64,
    spent_ns: AtomicU64,
    cancelled: AtomicBool,
}

/// Why a question was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It has cost all that it may.
    Spent,
    /// It asks for what is not begun whatever its budget; why, as a clause.
    Refused(&'static str),
    /// Nobody waits for it any more.
    Cancelled,
    /// It is not done within the share that it was given this time.
    Share,
}

/// A question that runs on this thread.
struct Running {
    budget: Budget,
    clock: Clock,
    /// The clock at the last look.
    looked_ns: u64,
    /// The clock at the end of this time's share.
    share_ends_ns: u64,
}

thread_local! {
    /// What may be spent until the next look.
    static LEFT_NS: Cell<i64> = const { Cell::new(i64::MAX) };
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// What unwinds a question's stack.
struct Unwound(Stopped);

/// Says that about so many nanoseconds of work are done or about to be. Returns unless the question
/// that runs on this thread must stop. In a loop it is called once a turn, or once for some turns: so
/// that between two calls lie microseconds, at most a few milliseconds.
#[inline]
pub fn spend(ns: u64) {
    let left = LEFT_NS.get().saturating_sub_unsigned(ns);
    LEFT_NS.set(left);
    if left < 0 {
        look();
    }
}

/// Says that about so many nanoseconds of work are about to be begun that cannot be stopped. Returns
/// unless the question that runs on this thread must stop, or would have to before the work is done.
pub fn begin(ns: u64) {
    if i64::try_from(ns).is_ok_and(|ns| ns < LOOK_EVERY_NS) {
        spend(ns);
    } else {
        look_ahead(ns);
    }
}

/// Looks at the clock now, whatever was spent.
#[cold]
pub fn look() {
    look_ahead(0);
}

fn look_ahead(ns: u64) {
    let stopped = RUNNING.with_borrow_mut(|running| {
        let Some(running) = running else {
            LEFT_NS.set(i64::MAX);
            return None;
        };
        LEFT_NS.set(LOOK_EVERY_NS);
        running.look(ns)
    });
    if let Some(stopped) = stopped {
        resume_unwind(Box::new(Unwound(stopped)));
    }
}

/// Stops the question that runs on this thread, if one runs: it asks for what is never begun, because it
/// would take too long, or too much memory, and cannot be stopped. `because` says what, as a clause.
///
/// Without a budget it returns.
pub fn refuse(because: &'static str) {
    if RUNNING.with_borrow(Option::is_some) {
        resume_unwind(Box::new(Unwound(Stopped::Refused(because))));
    }
}

impl Budget {
    /// A budget of so many nanoseconds.
    pub fn new(limit_ns: u64) -> Self {
        let shared = Shared {
            limit_ns: AtomicU64::new(limit_ns),
            spent_ns: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Sets what it may cost, in nanoseconds, once more is known of the question.
    pub fn allow(&self, limit_ns: u64) {
        self.shared.limit_ns.store(limit_ns, Ordering::Relaxed);
    }

    /// What it may cost, in nanoseconds.
    pub fn limit_ns(&self) -> u64 {
        self.shared.limit_ns.load(Ordering::Relaxed)
    }

    /// What it has cost, in nanoseconds, up to the last look or the last end of [`Self::run`].
    pub fn spent_ns(&self) -> u64 {
        self.shared.spent_ns.load(Ordering::Relaxed)
    }

    /// Has whatever runs under it stop at its next look, and nothing begin.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed)
    }

    /// Does work on this thread under the budget, measured by a clock, for at most a share of
    /// `share_ns` this time. What the work costs is spent, whatever comes of it. A panic goes on.
    ///
    /// # Errors
    /// Why it was stopped, if it was.
    pub fn run<T>(
        &self,
        clock: Clock,
        share_ns: u64,
        work: impl FnOnce() -> T,
    ) -> Result<T, Stopped> {
        if self.is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        let now_ns = clock();
        let running = Running {
            budget: self.clone(),
            clock,
            looked_ns: now_ns,
            share_ends_ns: now_ns.saturating_add(share_ns),
        };
        let outer = (RUNNING.replace(Some(running)), LEFT_NS.get());
        LEFT_NS.set(LOOK_EVERY_NS.min(i64::try_from(share_ns).unwrap_or(i64::MAX)));
        // It reads, and leaves nothing half done.
        let outcome = catch_unwind(AssertUnwindSafe(work));
        if let Some(mut running) = RUNNING.replace(outer.0) {
            running.account();
        }
        LEFT_NS.set(outer.1);
        outcome.or_else(|cause| match cause.downcast::<Unwound>() {
            Ok(unwound) => Err(unwound.0),
            Err(cause) => resume_unwind(cause),
        })
    }
}

impl Running {
    /// Adds what was spent since the last look; the clock now.
    fn account(&mut self) -> u64 {
        let now_ns = (self.clock)();
        let since_ns = now_ns.saturating_sub(self.looked_ns);
        let spent_ns = &self.budget.shared.spent_ns;
        spent_ns.fetch_add(since_ns, Ordering::Relaxed);
        self.looked_ns = now_ns;
        now_ns
    }

    /// Whether it must stop, or would before work of so many nanoseconds is done.
    fn look(&mut self, ahead_ns: u64) -> Option<Stopped> {
        let now_ns = self.account();
        if self.budget.is_cancelled() {
            Some(Stopped::Cancelled)
        } else if self.budget.spent_ns().saturating_add(ahead_ns) > self.budget.limit_ns() {
            Some(Stopped::Spent)
        } else {
            (now_ns.saturating_add(ahead_ns) > self.share_ends_ns).then_some(Stopped::Share)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static NOW_NS: Cell<u64> = const { Cell::new(0) };
    }

    fn clock() -> u64 {
        NOW_NS.get()
    }

    /// Turns that each take 10 µs; how many were done.
    fn turns(count: u64, done: &Cell<u64>) {
        for _ in 0..count {
            NOW_NS.set(NOW_NS.get() + 10_000);
            done.set(done.get() + 1);
            spend(10_000);
        }
    }

    #[test]
    fn what_is_over_its_budget_stops() {
        let (budget, done) = (Budget::new(1_000_000), Cell::new(0));
        let ran = budget.run(clock, u64::MAX, || turns(1_000, &done));
        assert_eq!(ran, Err(Stopped::Spent));
        assert!((100..110).contains(&done.get()), "{done:?}");
        assert_eq!(budget.spent_ns(), done.get() * 10_000);
        // Nothing is left to spend.
        let again = budget.run(clock, u64::MAX, || turns(10, &done));
        assert_eq!(again, Err(Stopped::Spent));
    }

    #[test]
    fn what_is_within_it_is_done_and_paid_for() {
        let (budget, done) = (Budget::new(1_000_000), Cell::new(0));
        let ran = budget.run(clock, u64::MAX, || {
            turns(50, &done);
            7
        });
        assert_eq!(ran, Ok(7));
        assert_eq!(budget.spent_ns(), 500_000);
    }

    #[test]
    fn a_share_ends_and_the_rest_can_be_done_later() {
        let (budget, done) = (Budget::new(1_000_000), Cell::new(0));
        let ran = budget.run(clock, 200_000, || turns(50, &done));
        assert_eq!(ran, Err(Stopped::Share));
        assert!((20..26).contains(&done.get()), "{done:?}");
        assert_eq!(budget.run(clock, u64::MAX, || turns(50, &done)), Ok(()));
    }

    #[test]
    fn what_nobody_waits_for_stops_and_does_not_begin() {
        let (budget, done) = (Budget::new(1_000_000), Cell::new(0));
        let ran = budget.run(clock, u64::MAX, || {
            budget.clone().cancel();
            turns(50, &done);
        });
        assert_eq!(ran, Err(Stopped::Cancelled));
        assert!(done.get() < 10, "{done:?}");
        let began = budget.run(clock, u64::MAX, || panic!("it began"));
        assert_eq!(began, Err(Stopped::Cancelled));
    }

    #[test]
    fn a_panic_goes_on_and_nothing_stays_behind() {
        let budget = Budget::new(1_000);
        let ran = catch_unwind(|| budget.run(clock, u64::MAX, || panic!("a defect")));
        assert!(ran.is_err());
        let done = Cell::new(0);
        // No budget runs here any more.
        turns(1_000, &done);
        refuse("it is too much");
        assert_eq!(done.get(), 1_000);
    }

    #[test]
    fn what_cannot_be_stopped_is_refused_before() {
        let budget = Budget::new(1_000_000);
        let refused = budget.run(clock, u64::MAX, || refuse("it is too much"));
        assert_eq!(refused, Err(Stopped::Refused("it is too much")));
        let begun = |ns, share_ns| budget.run(clock, share_ns, || begin(ns));
        assert_eq!(begun(900_000, u64::MAX), Ok(()));
        assert_eq!(begun(1_100_000, u64::MAX), Err(Stopped::Spent));
        assert_eq!(begun(900_000, 500_000), Err(Stopped::Share));
    }
}
