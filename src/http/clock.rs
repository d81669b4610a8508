//! The clocks by which a question's cost is measured.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// The time since some moment, in nanoseconds. Some twenty nanoseconds to read: for what is tried on a
/// thread that others wait for too, where it is the time that counts.
pub fn monotonic_ns() -> u64 {
    nanoseconds(clock_gettime(ClockId::Monotonic))
}

/// What the calling thread has cost of a processor, in nanoseconds, whoever else was let go first.
pub fn thread_cpu_ns() -> u64 {
    nanoseconds(clock_gettime(ClockId::ThreadCPUTime))
}

fn nanoseconds(time: Timespec) -> u64 {
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let rest = u64::try_from(time.tv_nsec).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}
