//! Boxes with sides along the axes, and what is around several.

use geo::{BoundingRect, Geometry};

/// West, south, east and north, in any unit.
pub type Sides = [f64; 4];

/// The box around two, each `[low corner, high corner]`.
pub fn union<const N: usize>(one: [[f64; N]; 2], other: [[f64; N]; 2]) -> [[f64; N]; 2] {
    [
        std::array::from_fn(|axis| one[0][axis].min(other[0][axis])),
        std::array::from_fn(|axis| one[1][axis].max(other[1][axis])),
    ]
}

/// The same by sides.
pub fn union_of_sides(one: Sides, other: Sides) -> Sides {
    let corners = |[west, south, east, north]: Sides| [[west, south], [east, north]];
    let [low, high] = union(corners(one), corners(other));
    [low[0], low[1], high[0], high[1]]
}

/// The sides around what has sides of two.
pub fn widened(one: Option<Sides>, other: Option<Sides>) -> Option<Sides> {
    let both = [one, other].into_iter().flatten();
    both.reduce(union_of_sides)
}

/// The sides of a geometry; an empty one has none.
pub fn sides_of(geometry: &Geometry) -> Option<Sides> {
    let rect = geometry.bounding_rect()?;
    Some([rect.min().x, rect.min().y, rect.max().x, rect.max().y])
}
