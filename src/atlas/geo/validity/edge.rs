//! An edge of a ring, and its ends from west to east.

use geo::Coord;

/// An edge of a ring, and the number of that.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) from: Coord,
    pub(super) to: Coord,
    pub(super) ring: usize,
}

impl Edge {
    /// Its western and its eastern end; of one along a meridian the southern and the northern.
    pub(super) fn ends(&self) -> [Coord; 2] {
        if self.goes_east() {
            [self.from, self.to]
        } else {
            [self.to, self.from]
        }
    }

    /// Whether it goes from the western end to the eastern.
    pub(super) fn goes_east(&self) -> bool {
        (self.from.x, self.from.y) < (self.to.x, self.to.y)
    }
}
