//! The changes that a file's rows make: which are taken, which are refused.

use std::sync::Arc;

use geo::Geometry;

use crate::atlas::Atlas;
use crate::atlas::geo::position::LngLat;
use crate::atlas::model::change::Change;
use crate::atlas::model::feature::Feature;
use crate::atlas::model::schema::Value;
use crate::atlas::products::border::Border;
use crate::atlas::products::swapped;
use crate::format::row::RowFault;
use crate::import::FAULTS_TOLD;
use crate::import::ahead::{Ahead, Ready, on_its_line};
use crate::import::room::LayerRoom;
use crate::import::seen::Seen;
use crate::live::Completed;
use crate::store::{Abandon, Commit};

/// The changes that a file's rows make, and what was refused on the way.
pub(super) struct RowChanges {
    pub(super) ready: Ahead,
    /// A layer to create before its features.
    pub(super) layer: Option<Completed>,
    /// What a row's place is counted by.
    pub(super) unit: &'static str,
    pub(super) keep_going: bool,
    pub(super) seen: Seen,
    pub(super) room: LayerRoom,
    /// The field that says how far the border is.
    pub(super) distance: Option<usize>,
    pub(super) border: Option<Arc<Border>>,
    pub(super) mended: u64,
    pub(super) assumed_utc: u64,
    pub(super) swapped: u64,
    pub(super) refused: u64,
    pub(super) faults: Vec<RowFault>,
    pub(super) over: bool,
}

impl Iterator for RowChanges {
    type Item = Result<Completed, Abandon>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(layer) = self.layer.take() {
            return Some(Ok(layer));
        }
        while !self.over {
            let Some(ready) = self.ready.next() else {
                self.over = true;
                return (self.refused > 0 && !self.keep_going).then_some(Err(Abandon));
            };
            let fitting = ready.and_then(|ready| {
                let number = ready.number;
                self.fitting(ready)
                    .map_err(|fault| on_its_line(fault, number))
            });
            match fitting {
                // After a fault the rest is only read for its faults.
                Ok(_) if self.refused > 0 && !self.keep_going => {}
                Ok(change) => return Some(Ok(change)),
                Err(fault) => {
                    self.refused += 1;
                    if self.faults.len() < FAULTS_TOLD {
                        self.faults.push(fault);
                    }
                }
            }
        }
        None
    }
}

impl RowChanges {
    /// The change, unless its id has come before, or the layer has no room for it.
    fn fitting(&mut self, ready: Ready) -> Result<Completed, RowFault> {
        self.mended += u64::from(ready.mended);
        self.assumed_utc += u64::from(ready.assumed_utc);
        let Change::Put { feature, .. } = ready.change.change() else {
            return Ok(ready.change);
        };
        self.swapped += u64::from(self.looks_swapped(feature));
        let Some(first) = self.seen.note(&feature.id, ready.line) else {
            return match self.room.take(feature) {
                Ok(()) => Ok(ready.change),
                Err(excess) => Err(RowFault {
                    line: ready.line,
                    reason: excess.to_string(),
                }),
            };
        };
        let unit = self.unit;
        Err(RowFault {
            line: ready.line,
            reason: if ready.id_from_content {
                format!(
                    "the row says the same as {unit} {first}; give both an id to keep both, or take --keep-equal"
                )
            } else {
                format!(
                    "the id \"{}\" is already that of {unit} {first}",
                    feature.id
                )
            },
        })
    }
}

impl RowChanges {
    /// Whether a feature is a position that is near the border only the other way round.
    fn looks_swapped(&self, feature: &Feature) -> bool {
        let known = self.distance.map(|at| &feature.values[at]);
        // What is near costs nothing.
        if !matches!(known, Some(Value::Number(metres)) if *metres > swapped::AREA_M) {
            return false;
        }
        let (Some(Geometry::Point(point)), Some(border)) = (&feature.geometry, &self.border) else {
            return false;
        };
        let at = LngLat::new(point.x(), point.y()).ok();
        at.is_some_and(|at| swapped::find(border, at).is_some())
    }
}

/// Counts what changes would do to what is known of a layer.
pub(super) fn compare(atlas: &Atlas, id: &str, changes: &mut RowChanges) -> Commit {
    let mut commit = Commit {
        revision: atlas.revision(),
        ..Commit::default()
    };
    let layer = atlas.layer(id);
    for change in changes.flatten() {
        let Change::Put { feature, .. } = change.change() else {
            continue;
        };
        let count = match layer.and_then(|layer| layer.feature(&feature.id)) {
            None if atlas.aside().reason(id, &feature.id).is_some() => &mut commit.updated,
            None => &mut commit.added,
            Some(known)
                if known.geometry().as_deref() == feature.geometry.as_ref()
                    && known.values() == feature.values =>
            {
                &mut commit.unchanged
            }
            Some(_) => &mut commit.updated,
        };
        *count += 1;
    }
    commit
}
