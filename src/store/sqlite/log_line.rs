//! One line of the log, as it is entered.

use super::layer_writer::Undone;
use crate::store::digest::EntryKind;

/// One line of the log.
pub(super) struct LogLine<'a> {
    pub(super) layer: i64,
    pub(super) id: Option<&'a str>,
    pub(super) kind: EntryKind,
    pub(super) previous: Option<&'a str>,
    pub(super) previous_geom: Option<&'a [u8]>,
}

impl<'a> LogLine<'a> {
    pub(super) fn of_feature(layer: i64, id: &'a str, kind: EntryKind, undone: &'a Undone) -> Self {
        Self {
            layer,
            id: Some(id),
            kind,
            previous: undone.values.as_deref(),
            previous_geom: undone.geom.as_deref(),
        }
    }
}
