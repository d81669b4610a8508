//! What features weigh in the index of their layer, and the ceilings for a layer: an index is in memory as
//! long as its layer is, and is made at every start. Single positions weigh nothing here; they are packed.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use geo::Geometry;

use crate::atlas::geo::cost::{Cost, Excess, LAYER_LENGTH_DEG_MAX, LAYER_POSITIONS_MAX};

/// Lengths that are to be added up are whole numbers of such steps, in degrees.
const LENGTH_STEP_DEG: f64 = 1.0 / 1_048_576.0;

/// What a feature weighs, or features together. Sums are exact: they do not depend on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weight {
    /// How long its edges are, in degrees, rounded up to 2⁻²⁰ of a degree.
    pub length_deg: f64,
    /// How many positions it has.
    pub positions: usize,
}

impl Weight {
    /// That of a feature with this geometry, whose coordinates are finite.
    pub fn of(geometry: Option<&Geometry>) -> Self {
        match geometry {
            None | Some(Geometry::Point(_)) => Self::default(),
            Some(geometry) => {
                let cost = Cost::of(geometry);
                Self {
                    length_deg: (cost.length_deg / LENGTH_STEP_DEG).ceil() * LENGTH_STEP_DEG,
                    positions: cost.positions,
                }
            }
        }
    }

    /// Whether it takes no room.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// The ceiling of a layer that it is over, if it is over one.
    pub fn excess(self) -> Option<Excess> {
        self.excess_by(Self {
            length_deg: f64::INFINITY,
            positions: usize::MAX,
        })
    }

    /// The same of what a feature has grown by, or has been put with: over what grew nothing is passed over.
    pub fn excess_by(self, grown: Self) -> Option<Excess> {
        if grown.length_deg > 0.0 && self.length_deg > LAYER_LENGTH_DEG_MAX {
            Some(Excess::Layer(self.length_deg))
        } else if grown.positions > 0 && self.positions > LAYER_POSITIONS_MAX {
            Some(Excess::LayerPositions(self.positions))
        } else {
            None
        }
    }

    /// How much of the room of a layer it takes: of that which it takes most of.
    #[expect(clippy::cast_precision_loss, reason = "counts of positions")]
    fn share(self) -> f64 {
        let of_positions = self.positions as f64 / LAYER_POSITIONS_MAX as f64;
        of_positions.max(self.length_deg / LAYER_LENGTH_DEG_MAX)
    }
}

impl Add for Weight {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            length_deg: self.length_deg + other.length_deg,
            positions: self.positions + other.positions,
        }
    }
}

impl AddAssign for Weight {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// What is left without another; nothing is less than nothing.
impl Sub for Weight {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            length_deg: (self.length_deg - other.length_deg).max(0.0),
            positions: self.positions.saturating_sub(other.positions),
        }
    }
}

impl Sum for Weight {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// What a layer has no room for beside what is there, of things that each have a weight and an id: those
/// that take most of the room, of equal ones those with the greatest ids. So most have room, whichever order
/// they come in.
pub fn without_room<T: Ord>(there: Weight, mut things: Vec<(Weight, T)>) -> Vec<(T, Excess)> {
    things.sort_unstable_by(|(a, a_id), (b, b_id)| {
        let by_share = a.share().total_cmp(&b.share());
        by_share.then_with(|| a_id.cmp(b_id))
    });
    let mut sum = there;
    let mut out = Vec::new();
    for (weight, id) in things {
        sum += weight;
        if let Some(excess) = sum.excess_by(weight) {
            out.push((id, excess));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use geo::{LineString, MultiPoint, Point};

    use super::*;

    fn weight(length_deg: f64, positions: usize) -> Weight {
        Weight {
            length_deg,
            positions,
        }
    }

    #[test]
    fn what_takes_most_has_no_room() {
        let long = weight(LAYER_LENGTH_DEG_MAX / 2.0, 9);
        let things = vec![
            (long, "b"),
            (weight(1.0, 2), "z"),
            (long, "a"),
            (weight(0.0, 0), "point"),
        ];
        let more = Excess::Layer(LAYER_LENGTH_DEG_MAX + 1.0);
        let nothing = Weight::default();
        assert_eq!(without_room(nothing, things.clone()), [("b", more)]);
        assert_eq!(without_room(nothing, things[1..].to_vec()), []);
        assert_eq!(without_room(long + long, things).len(), 3);
        let many = weight(0.0, LAYER_POSITIONS_MAX / 2);
        let things = vec![(many, "b"), (weight(1.0, 2), "z"), (many, "a")];
        let more = Excess::LayerPositions(LAYER_POSITIONS_MAX + 2);
        assert_eq!(without_room(nothing, things), [("b", more)]);
    }

    #[test]
    fn single_positions_weigh_nothing() {
        assert!(Weight::of(None).is_nothing());
        assert!(Weight::of(Some(&Point::new(1.0, 2.0).into())).is_nothing());
        let group = MultiPoint::from(vec![(1.0, 2.0), (3.0, 4.0)]).into();
        assert_eq!(Weight::of(Some(&group)), weight(0.0, 2));
    }

    #[test]
    fn sums_do_not_depend_on_their_order() {
        let line = |number: u32| LineString::from(vec![(0.1, 0.3), (1.0 / f64::from(number), 0.7)]);
        let weights = (1..1000).map(|number| Weight::of(Some(&line(number).into())));
        let mut weights: Vec<Weight> = weights.collect();
        let forth: Weight = weights.iter().copied().sum();
        weights.reverse();
        assert_eq!(forth, weights.iter().copied().sum());
    }
}
