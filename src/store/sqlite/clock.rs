//! When a commit was made, by a clock that may be wrong. The order of revisions is their number; their
//! times go with it as long as the clock does.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};

use super::fault::StoreResult;
use crate::atlas::model::change::Revision;
use crate::atlas::model::time::{DAY_US, rfc3339};

/// Clocks of two machines, or of one that was set, differ by less.
const SKEW_US: i64 = DAY_US;
const YEAR_US: i64 = 366 * DAY_US;
/// 2025-01-01T00:00:00Z. There was no store before: a clock that shows less was never set.
const EARLIEST_US: i64 = 1_735_689_600_000_000;
/// Odd times that are told, at most.
const TOLD_MAX: usize = 20;

/// The time of the commit after a revision. It is later than that one's, unless that one was made by a
/// clock that was far ahead: then the clock is believed again, or one wrong clock would date all that
/// comes after.
pub(super) fn time_after(conn: &Connection, before: Revision, now_us: i64) -> StoreResult<i64> {
    let next_us = before.committed_at_us.saturating_add(1);
    if now_us >= next_us {
        return Ok(now_us);
    }
    if now_us >= next_us.saturating_sub(SKEW_US) {
        return Ok(next_us);
    }
    let is_believed = now_us >= EARLIEST_US && was_ahead(conn, now_us)?;
    tracing::warn!(
        clock = rfc3339(now_us),
        revision = before.number,
        made_at = rfc3339(before.committed_at_us),
        "the newest revision is dated later than the clock shows; {}",
        if is_believed {
            "the clock is believed"
        } else {
            "the clock is not believed"
        }
    );
    Ok(if is_believed { now_us } else { next_us })
}

/// Whether it was the clock of the newest revisions that was wrong, and not this one: earlier ones
/// agree with this one, or all are so far ahead that nothing else can be.
fn was_ahead(conn: &Connection, now_us: i64) -> StoreResult<bool> {
    let is_ahead = conn.query_row(
        "SELECT min(committed_at_us) <= ?1 OR min(committed_at_us) > ?2 FROM bordermap_revisions",
        params![now_us, now_us.saturating_add(YEAR_US)],
        |row| row.get::<_, Option<bool>>(0),
    )?;
    Ok(is_ahead.unwrap_or(false))
}

/// Revisions with a time that cannot be, in sentences. Nothing depends on these times.
pub(super) fn odd_times(conn: &Connection, now_us: i64) -> StoreResult<Vec<String>> {
    let mut found = conn.prepare(
        "SELECT number, at, after FROM (
            SELECT number, committed_at_us AS at, lead(committed_at_us) OVER (ORDER BY number) AS after
            FROM bordermap_revisions)
         WHERE at >= after OR at > ?1 ORDER BY number",
    )?;
    let rows = found.query_map([now_us.saturating_add(SKEW_US)], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, Option<i64>>(2)?,
        ))
    })?;
    let mut told = Vec::new();
    for row in rows.take(TOLD_MAX) {
        let (number, at, after) = row?;
        let time = rfc3339(at).unwrap_or_else(|| format!("{at} µs"));
        let why = if after.is_some_and(|after| after <= at) {
            "not before the revision after it"
        } else {
            "later than now"
        };
        told.push(format!(
            "revision {number} is dated {time}, {why}: a clock was wrong"
        ));
    }
    Ok(told)
}

/// What the clock shows, in microseconds since 1970.
pub(super) fn now_us() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_micros()).ok())
        .unwrap_or_default()
}
