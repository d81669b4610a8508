//! The thread that keeps an atlas level with what other processes commit to its store.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::LiveAtlas;

/// How often the store is asked for what others have committed.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);
/// How long it rests after a panic; the double after the next, up to the longest.
const REST: Duration = Duration::from_secs(1);
const REST_MAX: Duration = Duration::from_secs(60);

impl LiveAtlas {
    /// Follows the store on a thread of its own until [`Self::close`]. A panic is logged and counted,
    /// and following goes on after a rest.
    ///
    /// # Errors
    /// If there is no thread to be had.
    pub fn follow_in_background(&self) -> io::Result<()> {
        let live = self.clone();
        let follow = move || {
            let mut follower = Follower {
                live,
                is_failing: false,
                rest: REST,
            };
            while !follower.live.shared.is_closed.load(Ordering::Acquire) {
                follower.step();
            }
        };
        thread::Builder::new().name("follow".into()).spawn(follow)?;
        Ok(())
    }
}

struct Follower {
    live: LiveAtlas,
    is_failing: bool,
    rest: Duration,
}

impl Follower {
    fn step(&mut self) {
        thread::sleep(FOLLOW_EVERY);
        // The atlas is replaced in one step: a panic leaves what was published before.
        let Ok(followed) = catch_unwind(AssertUnwindSafe(|| self.live.follow())) else {
            self.live
                .shared
                .panics
                .following
                .fetch_add(1, Ordering::Relaxed);
            tracing::error!(
                rest_s = self.rest.as_secs(),
                "following the store has panicked; it goes on after a rest"
            );
            thread::sleep(self.rest);
            self.rest = REST_MAX.min(self.rest * 2);
            return;
        };
        match followed {
            Ok(_) => {
                if self.is_failing {
                    tracing::warn!("the store is followed again");
                }
                self.is_failing = false;
                self.rest = REST;
            }
            Err(_) if self.is_failing || self.live.shared.is_closed.load(Ordering::Acquire) => {}
            Err(error) => {
                // Once, not five times a second; answers go on from what is known.
                tracing::error!(%error, "the store cannot be followed");
                self.is_failing = true;
            }
        }
    }
}
