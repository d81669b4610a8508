//! `bordermap check`: verifies a store.

use std::io::{self, Write};
use std::sync::Arc;

use crate::atlas::border::Border;
use crate::atlas::layer::Layer;
use crate::atlas::{Atlas, BORDER_LAYER};
use crate::commands::Unsound;
use crate::config::StoreArgs;
use crate::live::LiveAtlas;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;

/// Features whose derived fields are told one by one, for each layer.
const TOLD: usize = 5;

/// Prints what is wrong, or what is there.
pub(super) fn run(args: &StoreArgs) -> anyhow::Result<()> {
    let store = SqliteStore::open_existing(&args.store)?;
    let mut findings = store.check()?;
    let mut out = io::stdout().lock();
    // A store that is damaged below may not be readable as an atlas.
    let atlas = if findings.is_empty() {
        Some(LiveAtlas::open(Arc::new(store))?.snapshot())
    } else {
        None
    };
    if let Some(atlas) = &atlas {
        findings.extend(aside(atlas));
        // Without the whole border nobody can say what derives from it.
        if atlas.aside().count(BORDER_LAYER) == 0 {
            findings.extend(atlas.layers().flat_map(|layer| stale(atlas, layer)));
        }
    }
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    if !findings.is_empty() {
        let problems = if findings.len() == 1 {
            "problem"
        } else {
            "problems"
        };
        return Err(Unsound(format!(
            "the store {} has {} {problems}",
            args.store.display(),
            findings.len()
        ))
        .into());
    }
    if let Some(atlas) = &atlas {
        for layer in atlas.layers() {
            writeln!(out, "{:>8}  {}", layer.len(), layer.schema().id)?;
        }
        writeln!(
            out,
            "The store {} is sound at revision {}.",
            args.store.display(),
            atlas.revision().number
        )?;
    }
    Ok(())
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
