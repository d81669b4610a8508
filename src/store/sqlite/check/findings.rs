//! What a check has found.

use std::collections::HashMap;

use super::super::fault::{self, StoreFault, StoreResult};

/// Findings of one sort, at most: the first few tell as much as the last thousand.
pub(super) const FINDINGS_MAX: usize = 20;

/// What is wrong, in plain sentences.
#[derive(Default)]
pub(super) struct Findings {
    told: Vec<String>,
    counts: HashMap<&'static str, usize>,
}

impl Findings {
    /// Takes a finding of a sort.
    pub(super) fn push(&mut self, sort: &'static str, finding: impl Into<String>) {
        let count = self.counts.entry(sort).or_default();
        *count += 1;
        if *count <= FINDINGS_MAX {
            self.told.push(finding.into());
        }
    }

    /// A part that cannot even be read is a finding.
    pub(super) fn fault(&mut self, outcome: StoreResult<()>) {
        let finding = match outcome {
            // Whoever has asked is told of an interruption.
            Ok(()) | Err(StoreFault::Interrupted) => return,
            Err(
                StoreFault::Damaged(detail)
                | StoreFault::System(detail)
                | StoreFault::Mismatched(detail)
                | StoreFault::ReadOnly(detail)
                | StoreFault::Copy(detail)
                | StoreFault::Replaced(detail)
                | StoreFault::Misplaced { detail, .. },
            ) => detail,
            Err(StoreFault::Sqlite(error)) => format!("a part cannot be read: {error}"),
            Err(StoreFault::Told(error)) => error.to_string(),
            Err(StoreFault::Row { layer, id, detail }) => fault::row(&layer, &id, &detail),
            Err(StoreFault::Newer { found, .. }) => format!("it has format {found}"),
        };
        self.push("fault", finding);
    }

    pub(super) fn all(self) -> Vec<String> {
        let mut all = self.told;
        let more = self
            .counts
            .values()
            .map(|count| count.saturating_sub(FINDINGS_MAX));
        match more.sum::<usize>() {
            0 => {}
            more => all.push(format!("{more} more findings of these sorts")),
        }
        all
    }
}
