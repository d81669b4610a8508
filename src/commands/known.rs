//! Where commands get what is known: from a store, or, for who asks before there is one, from what the
//! program carries. Asking makes no store.

use std::fmt::Write as _;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use crate::atlas::Atlas;
use crate::atlas::layer::Layer;
use crate::commands::servers::{self, Running};
use crate::commands::{ending, say};
use crate::config::StoreArgs;
use crate::fresh;
use crate::live::LiveAtlas;
use crate::prepared::Prepared;
use crate::seed;
use crate::store::sqlite::SqliteStore;
use crate::store::{Interrupt, Standing, StoreError};

/// What is known, for a command that asks and changes nothing.
pub(super) struct Known {
    pub(super) atlas: Arc<Atlas>,
    _store: Option<Opened>,
}

/// Asks a store. Where none is named and there is none in this folder, the shipped data answer: whoever
/// tries the program wants to see something, and whoever has a store elsewhere is told where it was looked
/// for. A store that is named must be there.
pub(super) fn ask(args: &StoreArgs) -> anyhow::Result<Known> {
    if args.is_named() || SqliteStore::is_there(args.path()) {
        let live = open_existing(args.path())?;
        tell_read_only(args.path(), &live.store().standing());
        return Ok(Known {
            atlas: live.snapshot(),
            _store: Some(live),
        });
    }
    // What is missed is more than absent: only its log is there, or a restore was halted.
    match ending::open(|interrupt| SqliteStore::open_existing_with(args.path(), interrupt)) {
        Err(StoreError::Absent { path }) => {
            let mut said = format!("there is no store {path}: the shipped data answer");
            if let Some(server) = servers::running().first() {
                let _ = write!(
                    said,
                    "; the server on {} has its store in {}, which --store asks",
                    server.url,
                    server.store.display()
                );
            }
            say::note(said);
        }
        Err(error) => return Err(error.into()),
        // Somebody has made one meanwhile.
        Ok(_) => return ask(args),
    }
    shipped()
}

/// What an import would find in a store, which need not be there yet.
pub(super) fn before_import(path: &Path) -> anyhow::Result<Known> {
    match open_existing(path) {
        Ok(live) => Ok(Known {
            atlas: live.snapshot(),
            _store: Some(live),
        }),
        Err(error) => match error.downcast_ref() {
            Some(StoreError::Absent { path }) => {
                say::note(format_args!(
                    "there is no store {path}: it would be made, and filled with the shipped data"
                ));
                shipped()
            }
            _ => Err(error),
        },
    }
}

fn shipped() -> anyhow::Result<Known> {
    Ok(Known {
        atlas: Arc::new(seed::shipped()?),
        _store: None,
    })
}

/// A layer that must be there.
pub(super) fn layer<'a>(atlas: &'a Atlas, id: &str) -> anyhow::Result<&'a Arc<Layer>> {
    atlas.layer(id).with_context(|| {
        let known: Vec<&str> = atlas.layers().map(|layer| &*layer.schema().id).collect();
        format!("there is no layer \"{id}\"; there are {}", known.join(", "))
    })
}

/// Opens a store, makes it if it is not there, and brings it level with the shipped data. For a
/// command that soon ends: it reads a prepared base, but makes none.
pub(super) fn open(path: &Path) -> anyhow::Result<Opened> {
    open_shortly(path, SqliteStore::open_with)
}

/// The same, but of a store that must be there.
pub(super) fn open_existing(path: &Path) -> anyhow::Result<Opened> {
    open_shortly(path, SqliteStore::open_existing_with)
}

fn open_shortly(path: &Path, open: Open) -> anyhow::Result<Opened> {
    let prepared = Prepared::beside(&SqliteStore::real_path(path));
    let live = open_with(path, open, prepared.for_reading())?;
    let aside = live.snapshot().aside().iter().count();
    if aside > 0 {
        say::note(format_args!(
            "{aside} of the store's features are set aside and not shown; `bordermap check` says which and why"
        ));
    }
    Ok(live)
}

/// As [`open`], for a command that stays: it keeps the base prepared for the next start.
pub(super) fn open_to_stay(path: &Path) -> anyhow::Result<Opened> {
    let place = SqliteStore::real_path(path);
    let prepared = Prepared::beside(&place);
    prepared.sweep();
    fresh::sweep_beside(&place);
    fresh::sweep_scratch();
    let live = open_with(path, SqliteStore::open_with, prepared)?;
    if let Standing::ReadOnly(cause) = live.store().standing() {
        tracing::warn!(
            cause,
            "the store can only be read; for this server it stays so, also when the file can be written \
             again: start it again then"
        );
    }
    Ok(live)
}

type Open = fn(&Path, &Interrupt) -> Result<SqliteStore, StoreError>;

fn open_with(path: &Path, open: Open, prepared: Prepared) -> anyhow::Result<Opened> {
    let store = ending::open(|interrupt| open(path, interrupt))?;
    tell(&store);
    let live = Opened(LiveAtlas::open_prepared(store, prepared)?);
    if live.store().standing() == Standing::Whole {
        seed::seed(&live)?;
        if live.derive_as_today()? {
            say::note(format_args!(
                "the store {} came from an earlier version: its border fields are derived anew, without a side \
                 for what lies outside of both countries; its log keeps what was there before",
                path.display()
            ));
        }
    }
    Ok(live)
}

/// Says what whoever opens a store should know: that it was brought to the newest format, or lacks commits.
pub(super) fn tell(store: &SqliteStore) {
    let path = store.named().display();
    if let Some(migrated) = store.migrated() {
        say::line(format_args!(
            "The store {path} had format {} and now has format {}, whose log has digests. A copy of it as \
             it was is kept in {}.",
            migrated.from,
            migrated.to,
            migrated.copy.display()
        ));
    }
    if let Some(halted_restore) = store.halted_restore() {
        say::note(format_args!("the store {path}: {halted_restore}"));
    }
    if let Some(missing) = store.missing() {
        say::note(format_args!("the store {path}: {missing}"));
    }
}

/// Says that a store can only be read, to whoever reads it; whoever would write is told by the refusal.
pub(super) fn tell_read_only(path: &Path, standing: &Standing) {
    if let Standing::ReadOnly(cause) = standing {
        let path = path.display();
        say::note(format_args!("the store {path} can only be read: {cause}"));
    }
}

/// Says into which store something went, and who shows it. To be called when this process has closed it.
pub(super) fn tell_written(path: &Path, what: Written) {
    let store = SqliteStore::real_path(path);
    let (own, others): (Vec<Running>, Vec<Running>) = servers::running()
        .into_iter()
        .partition(|server| server.store == store);
    let place = store.display();
    let made = match what {
        Written::IntoNew => format!("made a new store, filled with the shipped data: {place}"),
        Written::Into => format!("the store is {place}"),
    };
    let who = if let Some(server) = own.first() {
        format!("the server on {} shows it", server.url)
    } else if SqliteStore::is_in_use(path) {
        "another program has it open".into()
    } else {
        "no server runs on it".into()
    };
    say::note(format_args!("{made}; {who}"));
    if own.is_empty() {
        for server in others {
            say::note(format_args!(
                "warning: the server on {} runs on another store and does not show this; for that one: \
                 --store {}",
                server.url,
                server.store.display()
            ));
        }
    }
}

/// What was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A store that was there.
    Into,
    /// One that the command has made.
    IntoNew,
}

/// The atlas of a store that is closed in an orderly way with the command, whatever other thread has
/// it still at hand.
pub(super) struct Opened(LiveAtlas);

impl Deref for Opened {
    type Target = LiveAtlas;

    fn deref(&self) -> &LiveAtlas {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.close();
    }
}
