//! A restore that was interrupted: how far it has come, what is refused because of it, and what is told of it.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::super::fault::{StoreFault, StoreResult};
use super::super::head::{Alone, HeadRecord};
use super::super::hold;
use super::super::open::exists;
use super::{MAIN, NEEDED, PARTS};
use crate::fresh::beside;
use crate::store::StoreError;

/// A restore that was interrupted, or that another process is at.
pub(super) struct Begun {
    /// What the other name of what was there ends with, and that name.
    pub(super) suffix: String,
    aside: PathBuf,
    /// The same of what the first of several had moved before they were interrupted.
    kept: Option<String>,
    pub(super) progress: RestoreProgress,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RestoreProgress {
    /// Nothing that matters has been moved.
    Unmoved,
    /// Something has been moved, and no copy is in place.
    Between,
    /// All that was there has been moved, and the copy is in place.
    Put,
    /// All that was there has been moved, and another file is in place: somebody has put it there.
    Replaced,
}

impl Begun {
    /// What a head record says of it.
    pub(super) fn of(store: &Path, head: &HeadRecord) -> Option<Self> {
        let suffix = head.restoring.clone()?;
        let aside = beside(store, &suffix);
        let id = hold::file_id(store).ok();
        let is_aside = |part: &&str| beside(&aside, part).exists();
        let progress = match id {
            None => RestoreProgress::Between,
            Some(_) if id == head.putting => RestoreProgress::Put,
            Some(_) if is_aside(&MAIN) => RestoreProgress::Replaced,
            Some(_) if NEEDED.iter().any(is_aside) => RestoreProgress::Between,
            Some(_) => RestoreProgress::Unmoved,
        };
        Some(Self {
            suffix,
            aside,
            kept: head.kept.clone(),
            progress,
        })
    }

    /// What is refused while something is half there.
    fn fault(&self, store: &Path) -> StoreFault {
        let all = |of: &Path| {
            let parts = PARTS.iter().map(|part| beside(of, part));
            let there: Vec<_> = parts
                .filter(|path| path.exists())
                .map(|path| path.display().to_string())
                .collect();
            there.join(", ")
        };
        let (moved, unmoved) = (all(&self.aside), all(store));
        let told = [
            Some("putting back a copy was interrupted".to_owned()),
            (!moved.is_empty()).then(|| format!("what was there was being moved: {moved}")),
            (!unmoved.is_empty()).then(|| format!("what has not been moved yet: {unmoved}")),
            self.told_kept(store),
        ];
        let or_undo = if moved.is_empty() {
            String::new()
        } else {
            format!(
                " and keeps all that was there in {}; or give what was moved its old names again",
                self.aside.display()
            )
        };
        StoreFault::Replaced(format!(
            "{}. Run \"bordermap restore COPY\" again, which goes on with it{or_undo}",
            told.into_iter().flatten().collect::<Vec<_>>().join("; ")
        ))
    }

    /// Where that is which was there before all of them, if any has come to its end but for the record.
    pub(super) fn kept(&self) -> Option<String> {
        let is_over = matches!(
            self.progress,
            RestoreProgress::Put | RestoreProgress::Replaced
        );
        let is_kept = is_over && beside(&self.aside, MAIN).exists();
        self.kept
            .clone()
            .or_else(|| is_kept.then(|| self.suffix.clone()))
    }

    fn told_kept(&self, store: &Path) -> Option<String> {
        let suffix = self.kept()?;
        Some(format!(
            "what was there before is kept in {}, with its log if it had one",
            beside(store, &suffix).display()
        ))
    }

    /// What is told when the store can be opened.
    fn told(&self, store: &Path) -> String {
        let what = match self.progress {
            RestoreProgress::Put => "at its end: this is the copy",
            RestoreProgress::Replaced => "and somebody has put this file in place",
            RestoreProgress::Unmoved | RestoreProgress::Between => {
                "before anything was moved: this is what was there"
            }
        };
        let what = format!("putting back a copy was interrupted {what}");
        match self.told_kept(store) {
            Some(kept) => format!("{what}; {kept}"),
            None => what,
        }
    }
}

/// Holds that a store is not half moved away.
///
/// # Errors
/// If it is: by whom, or what is where.
pub(in super::super) fn refuse(store: &Path) -> StoreResult<()> {
    let begun = HeadRecord::beside(store).and_then(|head| Begun::of(store, &head));
    match begun.filter(|begun| begun.progress == RestoreProgress::Between) {
        None => Ok(()),
        // Whoever holds the store is waited for, where there is something to hold.
        Some(_) if hold::is_in_use(store) && exists(store)? => Ok(()),
        Some(_) if hold::is_in_use(store) => Err(StoreFault::Told(StoreError::Locked {
            path: store.display().to_string(),
        })),
        Some(begun) => Err(begun.fault(store)),
    }
}

/// The same for who holds the store, so that nobody restores it. What was interrupted before it had moved
/// anything, or at its end, is over then; what to tell of it.
pub(in super::super) fn settle(store: &Path, record: Option<&File>) -> StoreResult<Option<String>> {
    let _alone = record.map(Alone::with);
    let head = match record {
        Some(record) => HeadRecord::read(record),
        None => HeadRecord::beside(store),
    };
    let Some(head) = head else { return Ok(None) };
    let Some(begun) = Begun::of(store, &head) else {
        return Ok(None);
    };
    let settled = match begun.progress {
        RestoreProgress::Between => return Err(begun.fault(store)),
        // What was acknowledged of another file says nothing of this one.
        RestoreProgress::Put => HeadRecord {
            file: head.file,
            ..HeadRecord::default()
        },
        RestoreProgress::Unmoved | RestoreProgress::Replaced => HeadRecord {
            restoring: None,
            putting: None,
            kept: None,
            ..head
        },
    };
    if let Some(record) = record {
        settled.write(record)?;
        record.sync_all()?;
    }
    Ok(Some(begun.told(store)))
}
