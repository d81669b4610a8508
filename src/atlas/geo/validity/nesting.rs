//! Which rings lie in which: holes in their area and in no other hole, areas in no other area.

use std::iter::successors;

use crate::atlas::geo::validity::area::AreaEdges;
use crate::atlas::geo::validity::{Invalidity, InvalidityKind};

impl AreaEdges {
    /// Holes lie in their area and in no other hole, areas in no other area: so the ring that goes around
    /// a hole and around no other that does (`parents`) is that of its area, and around an area it is a
    /// hole, if there is one.
    pub(super) fn check_nesting(&self, parents: &[Option<usize>]) -> Result<(), Invalidity> {
        for (number, ring) in self.rings.iter().enumerate() {
            let parent = parents[number].map(|parent| &self.rings[parent]);
            let kind = if ring.is_hole {
                if parent.is_some_and(|parent| !parent.is_hole && parent.polygon == ring.polygon) {
                    continue;
                }
                self.fault_of_hole(number, parents)
            } else {
                if parent.is_none_or(|parent| parent.is_hole) {
                    continue;
                }
                InvalidityKind::AreaInArea
            };
            return Err(Invalidity {
                kind,
                at: self.edges[ring.edges.start].from,
            });
        }
        Ok(())
    }

    /// What is wrong with a hole around which its area's ring does not go next.
    fn fault_of_hole(&self, hole: usize, parents: &[Option<usize>]) -> InvalidityKind {
        let polygon = self.rings[hole].polygon;
        let around = successors(parents[hole], |ring| parents[*ring]).map(|ring| &self.rings[ring]);
        let mut is_in_area = false;
        for ring in around.filter(|ring| ring.polygon == polygon) {
            if ring.is_hole {
                return InvalidityKind::HoleInHole;
            }
            is_in_area = true;
        }
        if is_in_area {
            // Another area lies between.
            InvalidityKind::AreaInArea
        } else {
            InvalidityKind::HoleOutside
        }
    }
}
