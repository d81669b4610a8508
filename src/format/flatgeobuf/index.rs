//! The packed R-tree in front of the features: its nodes level by level, the root first.
//!
//! Leaves are in the order of the features, which is that of a Hilbert curve. A node says where the
//! first of its children is: among the nodes, or for a leaf among the features' bytes.

use geo::Geometry;

use crate::atlas::geo::boxes::{self, Sides};
use crate::atlas::model::budget;

/// Children of a node, at most.
pub(super) const NODE_SIZE: u16 = 16;

/// About what it takes to make or write a node, in nanoseconds.
pub(super) const NODE_NS: u64 = 50;

/// The box of a feature without place: it is inside out, so that no question meets it.
pub(super) const NOWHERE: Sides = [
    f64::INFINITY,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NEG_INFINITY,
];

/// A feature in the scratch file.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    pub(super) sides: Sides,
    /// Its [`crate::atlas::geo::hilbert::coarse_key`].
    pub(super) place: u32,
    pub(super) length: u32,
    pub(super) start: u64,
}

/// The box of a geometry.
pub(super) fn sides_of(geometry: Option<&Geometry>) -> Sides {
    geometry.and_then(boxes::sides_of).unwrap_or(NOWHERE)
}

/// The tree over leaves in their order.
pub(super) struct Index {
    /// Boxes of the levels over the leaves, from the lowest to the root.
    levels: Vec<Vec<Sides>>,
}

impl Index {
    /// The tree over leaves, of which there is at least one.
    pub(super) fn of(leaves: &[Leaf]) -> Self {
        let width = usize::from(NODE_SIZE);
        let lowest = leaves.chunks(width);
        let lowest = lowest.map(|group| joined(group.iter().map(|leaf| leaf.sides)));
        let mut levels = vec![lowest.collect::<Vec<_>>()];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let next = level.chunks(width);
            let next = next.map(|group| joined(group.iter().copied()));
            levels.push(next.collect());
        }
        Self { levels }
    }

    /// The box of all.
    pub(super) fn sides(&self) -> Sides {
        self.levels
            .last()
            .and_then(|top| top.first())
            .copied()
            .unwrap_or(NOWHERE)
    }

    /// Writes the nodes over the leaves.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut before = 0_u64;
        for level in self.levels.iter().rev() {
            let children = before + level.len() as u64;
            for (at, sides) in level.iter().enumerate() {
                budget::spend(NODE_NS);
                let first = children + at as u64 * u64::from(NODE_SIZE);
                push_node(out, *sides, first);
            }
            before = children;
        }
    }
}

/// How many bytes the index over so many features takes; `None` if no file can be so large.
pub(super) fn bytes_of(features: u64, node_size: u16) -> Option<u64> {
    if features == 0 || node_size == 0 {
        return Some(0);
    }
    let width = u64::from(node_size.max(2));
    let (mut level, mut nodes) = (features, features);
    loop {
        level = level.div_ceil(width);
        nodes = nodes.checked_add(level)?;
        if level == 1 {
            return nodes.checked_mul(40);
        }
    }
}

/// Writes a node.
pub(super) fn push_node(out: &mut Vec<u8>, sides: Sides, first: u64) {
    for side in sides {
        out.extend_from_slice(&side.to_le_bytes());
    }
    out.extend_from_slice(&first.to_le_bytes());
}

fn joined(all: impl Iterator<Item = Sides>) -> Sides {
    budget::spend(NODE_NS);
    all.fold(NOWHERE, boxes::union_of_sides)
}

#[cfg(test)]
mod tests {
    use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree};

    use super::*;

    /// The crate's own index over the same leaves has the same bytes.
    #[test]
    fn it_is_the_index_of_the_format() {
        for count in [1, 2, 15, 16, 17, 256, 257, 5000] {
            let leaf = |at: u32| {
                let (x, y) = (f64::from(at % 71), f64::from(at % 37));
                let point: Geometry = geo::Point::new(x, y).into();
                Leaf {
                    sides: sides_of(Some(&point)),
                    place: at,
                    length: 8,
                    start: u64::from(at) * 8,
                }
            };
            let leaves: Vec<Leaf> = (0..count).map(leaf).collect();
            let nodes: Vec<NodeItem> = leaves
                .iter()
                .map(|leaf| NodeItem {
                    offset: leaf.start,
                    ..NodeItem::bounds(leaf.sides[0], leaf.sides[1], leaf.sides[2], leaf.sides[3])
                })
                .collect();
            let index = Index::of(&leaves);
            let extent = flatgeobuf::packed_r_tree::calc_extent(&nodes);
            let wanted = PackedRTree::build(&nodes, &extent, NODE_SIZE).unwrap();
            let (mut expected, mut found) = (Vec::new(), Vec::new());
            wanted.stream_write(&mut expected).unwrap();
            index.write(&mut found);
            for leaf in &leaves {
                push_node(&mut found, leaf.sides, leaf.start);
            }
            assert_eq!(found, expected, "{count}");
            assert_eq!(
                bytes_of(u64::from(count), NODE_SIZE),
                Some(found.len() as u64)
            );
        }
    }

    #[test]
    fn no_count_is_too_large_to_be_judged() {
        assert_eq!(bytes_of(0, 16), Some(0));
        assert_eq!(bytes_of(5, 0), Some(0));
        assert_eq!(bytes_of(u64::MAX, 16), None);
        assert_eq!(bytes_of(u64::MAX / 50, 2), None);
    }
}
