//! What is remembered: a durable, ordered log of changes with its current state. It answers no
//! spatial question.

pub mod digest;
pub mod sqlite;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::atlas::model::change::{Change, Origin, Revision};
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Schema;

/// A durable memory of layers and features. Calls block; a server makes them off its own threads.
pub trait Store: Send + Sync {
    /// A random text that tells this store from every other, made with it.
    fn identity(&self) -> &str;

    /// The newest revision. Cheap: it is asked several times a second, and while a commit draws its
    /// changes.
    fn revision(&self) -> Result<Revision, StoreError>;

    /// Whether a revision, with the very time of its commit, is in this store's history.
    fn has(&self, revision: Revision) -> Result<bool, StoreError>;

    /// Gives the sink the changes that lead from a revision to the newest one, which is returned:
    /// each changed layer once, then each changed feature once, as it is now. If a layer's fields
    /// have changed, so has each of its features. From revision 0 that is the whole state. All of
    /// it is one consistent read.
    fn changes_after(
        &self,
        after: u64,
        sink: &mut dyn FnMut(Change),
    ) -> Result<Revision, StoreError>;

    /// The whole state, read by several threads at once, all from one consistent state: `describe`
    /// gets every layer once, in order of appearance, and makes the sinks (one thread each, at least
    /// one); then each feature comes once to one of the sinks, in no order. Returns the revision of
    /// that state, and the sinks.
    fn whole(
        &self,
        describe: &mut dyn FnMut(Vec<Schema>) -> Vec<Box<dyn Sink>>,
    ) -> Result<(Revision, Vec<Box<dyn Sink>>), StoreError>;

    /// Makes one commit of all the changes, or of none: if the iterator gives an error the commit
    /// is undone and [`StoreError::Abandoned`] returned. A change that changes nothing is counted
    /// and leaves no trace; a commit of only such changes makes no revision. With
    /// [`Origin::Shipped`] a feature whose last change, but for [`Origin::Derived`] ones, came from
    /// [`Origin::User`] is kept as it is.
    /// When it returns, the commit survives a killed process and a lost power cord, and is found under
    /// the store's name. [`StoreError::Misplaced`] says of one that it is not.
    fn commit(
        &self,
        origin: Origin,
        changes: &mut dyn Iterator<Item = Result<Change, Abandon>>,
    ) -> Result<Commit, StoreError>;

    /// A remembered text by its key, for facts about the store itself (such as which shipped data
    /// it holds).
    fn note(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// Remembers a text under a key.
    fn set_note(&self, key: &str, text: &str) -> Result<(), StoreError>;

    /// Ids of the features of a layer whose last change, but for [`Origin::Derived`] ones, is a put
    /// with [`Origin::Shipped`]; none if there is no such layer.
    fn shipped_ids(&self, layer: &str) -> Result<Vec<Box<str>>, StoreError>;

    /// Verifies the store: findings, empty if all is well. `progress` is told how many changes of the
    /// log are verified, and of how many, beginning with none.
    fn check(
        &self,
        depth: Depth,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Vec<String>, StoreError>;

    /// What is odd about it without being wrong, in sentences.
    fn remarks(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    /// What can be done with it at this moment. Cheap.
    fn standing(&self) -> Standing {
        Standing::Whole
    }

    /// Ends the use of the store in an orderly way: what it holds is in its file alone afterwards, as
    /// far as nobody else has it open. Later calls fail. Dropping a store does the same.
    fn close(&self) {}
}

/// What can be done with a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Read and write.
    Whole,
    /// Only read: why.
    ReadOnly(String),
    /// Nothing: its file is no longer in its place. What happened to it.
    Lost(String),
}

/// How thoroughly a store is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its structure: whether all can be read and its parts fit together.
    Quick,
    /// Also every change that it remembers, against its digest and the chain of the revisions.
    Whole,
}

/// Receives a part of the whole state on a thread of its own.
pub trait Sink: Send {
    /// Takes one feature of a layer.
    fn take(&mut self, layer: &str, feature: Feature);

    /// Is told of a feature that is there, but whose content is damaged, and how.
    fn unreadable(&mut self, layer: &str, id: &str, detail: String);
}

/// The maker of the changes has given up; the commit is to be undone.
#[derive(Clone, Copy, Debug)]
pub struct Abandon;

/// The word, from outside, that whatever is done with a store is to end. A copy is another handle to the
/// same.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Gives the word; it cannot be taken back. What is being read or written ends soon with
    /// [`StoreError::Interrupted`], and nothing begins any more, but for the store being closed.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was given.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What a commit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// The newest revision after it.
    pub revision: Revision,
    /// Features that were not there before.
    pub added: u64,
    /// Features with a new content.
    pub updated: u64,
    /// Features withdrawn.
    pub removed: u64,
    /// Puts and removals that changed nothing.
    pub unchanged: u64,
    /// Shipped changes passed over because a user has changed the feature.
    pub kept: u64,
}

/// Why a store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program holds it.
    #[error("the store {path} is locked by another program; close that program or try again")]
    Locked {
        /// The file.
        path: String,
    },
    /// There is none.
    #[error(
        "there is no store {path}. \"bordermap serve\" and \"bordermap import\" make one there and fill it with \
         the shipped data; --store FILE names another"
    )]
    Absent {
        /// Where it would be.
        path: String,
    },
    /// It was made by a newer version of this program.
    #[error(
        "the store {path} has format {found}, made by a newer version of bordermap; this version \
         reads formats up to {supported}"
    )]
    Newer {
        /// The file.
        path: String,
        /// Its format.
        found: u32,
        /// The newest format that this program reads.
        supported: u32,
    },
    /// It is not a store, or no longer one.
    #[error("the store {path} cannot be read: {detail}; it was left as it is")]
    Damaged {
        /// The file.
        path: String,
        /// What was found.
        detail: String,
    },
    /// A log lies beside it that is another file's: together they would be neither.
    #[error(
        "the store {path} is not the file that the log beside it belongs to: {detail}. Both were \
         left as they are. If this file is a copy to be put back, move it and the log \
         ({path}-wal) elsewhere and run \"bordermap restore COPY\""
    )]
    Mismatched {
        /// The file.
        path: String,
        /// What speaks against it.
        detail: String,
    },
    /// It cannot be written.
    #[error("the store {path} can only be read now: {cause}; nothing was changed")]
    ReadOnly {
        /// The file.
        path: String,
        /// Why.
        cause: String,
    },
    /// A copy cannot be made.
    #[error("the copy {path}: {detail}")]
    Copy {
        /// The copy's file.
        path: String,
        /// Why.
        detail: String,
    },
    /// The path no longer leads to the file that is in use.
    #[error("the store {path} is lost: {detail}; nothing was written")]
    Lost {
        /// The file.
        path: String,
        /// What happened to it.
        detail: String,
    },
    /// A commit is durable, but the path no longer leads to the file that it went into.
    #[error(
        "the store {path} was lost while revision {revision} was written: {detail}. The changes are in the file \
         that was here, wherever it is now, and in its log ({log}, unless that went with it), and may not be \
         found under this name. Put that file back and ask \"bordermap check\"; if it is gone, make the \
         changes again in what you put here instead: what is there already counts as unchanged"
    )]
    Misplaced {
        /// The file.
        path: String,
        /// The revision.
        revision: u64,
        /// The log that was used.
        log: String,
        /// What happened to the file.
        detail: String,
    },
    /// Changes are committed; what was to follow from them could not be done.
    #[error(
        "the changes are committed as revision {revision}, but what was to follow failed: {cause}"
    )]
    AfterCommit {
        /// The revision.
        revision: u64,
        /// Why.
        cause: Box<StoreError>,
    },
    /// A change names a layer that the store does not have.
    #[error("there is no layer \"{0}\"")]
    UnknownLayer(String),
    /// A layer's new description would lose or retype a field that its features have, or a feature
    /// is not one of its layer.
    #[error("layer \"{layer}\": {detail}")]
    Schema {
        /// The layer.
        layer: String,
        /// What does not fit.
        detail: String,
    },
    /// The maker of the changes gave up; nothing was changed.
    #[error("the changes were abandoned; nothing was changed")]
    Abandoned,
    /// The word to end came before it was done.
    #[error("what was begun with the store {path} was interrupted; nothing of it was written")]
    Interrupted {
        /// The file.
        path: String,
    },
    /// The operating system or the database refused.
    #[error("the store {path} cannot be used: {detail}")]
    Failed {
        /// The file.
        path: String,
        /// What was refused.
        detail: String,
    },
}

impl StoreError {
    /// The error of something that follows from a commit, which stays.
    #[must_use]
    pub fn after(self, commit: &Commit) -> Self {
        match self {
            told @ Self::AfterCommit { .. } => told,
            cause => Self::AfterCommit {
                revision: commit.revision.number,
                cause: Box::new(cause),
            },
        }
    }
}
