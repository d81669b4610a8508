//! The nodes of the tree: the box of what is in a subtree, in metres, degrees and days.

use crate::atlas::index::points::{STEPS_PER_DEG, STEPS_PER_M, rounded};
use crate::atlas::model::time::{DAY_US, TimeSpan};

/// A node as it is kept: low and high corner earth-centred; west, south, east, north; first and last
/// day.
pub(in crate::atlas::index) type Packed = [i32; 12];

/// What is known of all positions in a subtree. Read where it lies: a question needs only some of it.
#[derive(Clone, Copy, Debug)]
pub struct TreeNode<'a>(pub(super) &'a Packed);

/// How a condition relates to what is in a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Nothing in the node can match.
    Outside,
    /// Everything in the node matches.
    Inside,
    /// Its children must be looked at.
    Partial,
}

pub(super) fn single(kept: [i32; 3], degrees: [f64; 2], span: TimeSpan) -> Packed {
    // One step more: a product of doubles may fall on the wrong side of a whole number.
    let low = degrees.map(|deg| rounded((deg * STEPS_PER_DEG).floor()).saturating_sub(1));
    let high = degrees.map(|deg| rounded((deg * STEPS_PER_DEG).ceil()).saturating_add(1));
    let day = |us: i64| {
        i32::try_from(us.div_euclid(DAY_US)).expect("64 bits of microseconds are fewer days")
    };
    let [x, y, z] = kept;
    let days = [day(span.start_us), day(span.last_us)];
    [
        x, y, z, x, y, z, low[0], low[1], high[0], high[1], days[0], days[1],
    ]
}

pub(super) fn joined(a: &Packed, b: &Packed) -> Packed {
    // Which sides grow downwards.
    const LOW: [bool; 12] = [
        true, true, true, false, false, false, true, true, false, false, true, false,
    ];
    std::array::from_fn(|at| {
        if LOW[at] {
            a[at].min(b[at])
        } else {
            a[at].max(b[at])
        }
    })
}

impl TreeNode<'_> {
    /// West, south, east, north in degrees; no position lies outside.
    pub fn degrees(self) -> [f64; 4] {
        let [.., west, south, east, north, _, _] = *self.0;
        [west, south, east, north].map(|steps| f64::from(steps) / STEPS_PER_DEG)
    }

    /// The days since 1970 that spans start and end on; features without time have all days.
    pub fn days(self) -> [i32; 2] {
        let [.., first, last] = *self.0;
        [first, last]
    }

    /// The least and the largest squared chord in square metres from an earth-centred position to
    /// the box of kept positions: off by [`super::KEPT_M`] in their roots.
    pub fn chords_2(self, from: [f64; 3]) -> [f64; 2] {
        let (mut least, mut most) = (0.0, 0.0);
        for axis in 0..3 {
            let from = from[axis] * STEPS_PER_M;
            let below = f64::from(self.0[axis]) - from;
            let above = from - f64::from(self.0[axis + 3]);
            // Comparisons and not `max`, which would ask whether a number is none: twice as fast.
            let (near, far) = if below > above {
                (below, above)
            } else {
                (above, below)
            };
            let outside = if near > 0.0 { near } else { 0.0 };
            least += outside * outside;
            most += far * far;
        }
        [least, most].map(|steps_2| steps_2 / (STEPS_PER_M * STEPS_PER_M))
    }
}
