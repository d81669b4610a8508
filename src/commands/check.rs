//! `bordermap check`: verifies a store.

use std::fmt::Display;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use crate::atlas::Atlas;
use crate::atlas::geo::validity;
use crate::atlas::layer::Layer;
use crate::atlas::products::border::Border;
use crate::commands::{Unsound, ending, known, say};
use crate::config::CheckArgs;
use crate::format::told::told;
use crate::live::{self, LiveAtlas};
use crate::prepared::Prepared;
use crate::store::sqlite::SqliteStore;
use crate::store::{Depth, Store};

/// Features that are told one by one, for each layer.
const TOLD: usize = 5;

/// What a second verifies of the log, with the rows and indexes that belong to it, for the estimate.
const CHANGES_A_SECOND: u64 = 50_000;
/// What takes less needs no warning, in seconds.
const SECONDS_TOLD: u64 = 3;

/// Prints what is wrong, or what is there.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<()> {
    let path = args.store.path();
    let store = ending::open(|interrupt| SqliteStore::open_existing_with(path, interrupt))?;
    known::tell(&store);
    known::tell_read_only(store.named(), &store.standing());
    let depth = if args.quick {
        Depth::Quick
    } else {
        Depth::Whole
    };
    let mut findings = verified(&store, depth)?;
    findings.extend(prepared(&store)?);
    let mut remarks = store.remarks()?;
    let is_sound = findings.is_empty();
    let live = LiveAtlas::open(Arc::clone(&store) as Arc<dyn Store>);
    let atlas = match live {
        Ok(live) => Some(live.snapshot()),
        // A store that is damaged below may not be readable as an atlas.
        Err(_) if !is_sound => None,
        Err(error) => return Err(error.into()),
    };
    let is_derived_as_today = live::is_derived_as_today(&*store).unwrap_or(true);
    // It is looked at no more; an improving thread may still have it at hand.
    store.close();
    if let Some(atlas) = &atlas {
        findings.extend(aside(atlas));
        if !args.quick {
            remarks.extend(atlas.layers().flat_map(|layer| not_valid(layer)));
        }
        // Without the whole border nobody can say what derives from it.
        if is_sound && atlas.is_derivable() {
            let stale = atlas.layers().flat_map(|layer| stale(atlas, layer));
            if is_derived_as_today {
                findings.extend(stale);
            } else if stale.count() > 0 {
                remarks.push(
                    "its derived fields are by the rules of an earlier version; the next command but \
                     check that opens the store derives them anew"
                        .into(),
                );
            }
        }
    }
    for finding in &findings {
        say::outcome(told(finding))?;
    }
    for remark in &remarks {
        say::outcome(format_args!("note: {}", told(remark)))?;
    }
    let store = store.path().display();
    match (&*findings, &atlas) {
        ([], None) => Ok(()),
        ([], Some(atlas)) => tell_sound(&store, atlas),
        ([_], _) => Err(Unsound(format!("the store {store} has 1 problem")).into()),
        (all, _) => Err(Unsound(format!("the store {store} has {} problems", all.len())).into()),
    }
}

/// Says what there is.
fn tell_sound(store: &impl Display, atlas: &Atlas) -> anyhow::Result<()> {
    for layer in atlas.layers() {
        say::outcome(format_args!("{:>8}  {}", layer.len(), layer.schema().id))?;
    }
    let revision = atlas.revision().number;
    say::outcome(format_args!(
        "The store {store} is sound at revision {revision}."
    ))?;
    Ok(())
}

/// What the store finds of itself. Says before how long it will take, and while how far it is.
fn verified(store: &SqliteStore, depth: Depth) -> anyhow::Result<Vec<String>> {
    let bytes = std::fs::metadata(store.path()).map_or(0, |file| file.len());
    let bar = ProgressBar::hidden();
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {percent}% of {human_len} changes, {eta} left",
    )?);
    let mut is_told = false;
    let findings = store.check(depth, &mut |done, all| {
        if !is_told {
            is_told = true;
            let seconds = all / CHANGES_A_SECOND;
            if seconds >= SECONDS_TOLD {
                say::line(format_args!(
                    "Verifying {all} changes in {} MB takes about {}; --quick looks at the structure alone.",
                    bytes / 1_000_000,
                    told_time(seconds)
                ));
                bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            }
            bar.set_length(all);
        }
        // The structure comes first, and takes another time.
        if bar.position() == 0 && done > 0 {
            bar.reset_elapsed();
        }
        bar.set_position(done);
    });
    bar.finish_and_clear();
    Ok(findings?)
}

fn told_time(seconds: u64) -> String {
    match seconds {
        0..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// A base that was prepared from a later state, or from another, says that the store has lost commits.
fn prepared(store: &SqliteStore) -> anyhow::Result<Option<String>> {
    let Some(revision) = Prepared::beside(store.path()).revision_of(store.identity()) else {
        return Ok(None);
    };
    let newest = store.revision()?;
    Ok(if revision.number > newest.number {
        Some(format!(
            "the base that was prepared beside the store knows revision {}, but the store ends with \
             revision {}: the commits between them are lost",
            revision.number, newest.number
        ))
    } else if store.has(revision)? {
        None
    } else {
        Some(format!(
            "the base that was prepared beside the store knows another revision {} than the store",
            revision.number
        ))
    })
}

/// Features that are set aside.
fn aside(atlas: &Atlas) -> impl Iterator<Item = String> {
    atlas.aside().iter().map(|(layer, id, reason)| {
        format!(
            "layer {layer}: feature \"{id}\" is set aside: {reason}; it is not shown until its content is \
             right, and `bordermap remove {layer} {id}` withdraws it"
        )
    })
}

/// Areas that are not valid, as import took them before it looked: they are shown, but what is exported of
/// them comes in again only when it is mended.
fn not_valid(layer: &Layer) -> Vec<String> {
    let id = &layer.schema().id;
    let mut faults = layer.features().filter_map(|feature| {
        let fault = validity::fault_of(feature.geometry()?.as_ref())?;
        Some((feature.id(), fault))
    });
    let mut told: Vec<String> = (&mut faults)
        .take(TOLD)
        .map(|(feature, fault)| {
            format!(
                "layer {id}: feature \"{feature}\" is shown, but {fault}; an export that is imported again with \
                 --make-valid mends it"
            )
        })
        .collect();
    let more = faults.count();
    if more > 0 {
        told.push(format!("layer {id}: {more} more of these"));
    }
    told
}

/// Features whose derived fields are not what the service would derive.
fn stale(atlas: &Atlas, layer: &Layer) -> Vec<String> {
    let border = atlas.border().map(Arc::as_ref);
    let mut stale = layer.features().filter(|feature| {
        let mut derived = feature.to_feature();
        let known = derived.values.clone();
        Border::complete(border, layer.schema(), &mut derived);
        derived.values != known
    });
    let mut told: Vec<String> = (&mut stale)
        .take(TOLD)
        .map(|feature| {
            format!(
                "layer {}: feature \"{}\" has derived fields that are out of date",
                layer.schema().id,
                feature.id()
            )
        })
        .collect();
    let more = stale.count();
    if more > 0 {
        told.push(format!("layer {}: {more} more of these", layer.schema().id));
    }
    told
}
