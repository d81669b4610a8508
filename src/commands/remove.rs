//! `bordermap remove`: withdraws features.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::atlas::model::change::{Change, Origin};
use crate::commands::known::{self, Written};
use crate::commands::say;
use crate::config::RemoveArgs;

/// Withdraws all of the features, or none.
pub(super) fn run(args: &RemoveArgs) -> anyhow::Result<()> {
    let path = args.store.path();
    let live = known::open_existing(path)?;
    let atlas = live.snapshot();
    let layer = known::layer(&atlas, &args.layer)?;
    let aside = atlas.aside();
    let ids: BTreeSet<&str> = args.id.iter().map(String::as_str).collect();
    let unknown: Vec<String> = ids
        .iter()
        .filter(|id| layer.feature(id).is_none() && aside.reason(&args.layer, id).is_none())
        .map(|id| format!("\"{id}\""))
        .collect();
    if !unknown.is_empty() {
        bail!(
            "layer {} has no feature {}; nothing was removed",
            args.layer,
            unknown.join(", ")
        );
    }
    let mut changes = ids.iter().map(|id| {
        Ok(Change::Remove {
            layer: args.layer.as_str().into(),
            id: (*id).into(),
        })
    });
    let commit = live.report(Origin::User, &mut changes)?;
    drop(live);
    say::outcome(format_args!("{} removed", commit.removed))?;
    known::tell_written(path, Written::Into);
    Ok(())
}
