//! The single positions of a tile whose set is no division of the curve: those of a box, each looked
//! at, by the same rule of clusters.

use crate::atlas::index::points::{Relation, TreeNode};
use crate::atlas::products::tiles::crowd::{CELL_ZOOMS, ClusterCell, Crowd, Placed};
use crate::atlas::products::tiles::{POINTS_MAX, TileFeature};
use crate::atlas::query::region::Region;

/// Cells that a tile is wide and high.
const CELLS: u32 = 1 << CELL_ZOOMS;

/// A cell, and the position in it that was looked at last: the only one if it counts one.
type Counted = Option<(ClusterCell, Placed)>;

impl<'a> Crowd<'a, '_> {
    /// The marks of a tile that is a box.
    pub(super) fn in_a_box(&self) -> Vec<TileFeature<'a>> {
        let mut singles: Vec<Placed> = Vec::new();
        let mut cells: Vec<Counted> = (0..CELLS * CELLS).map(|_| None).collect();
        let mut total = 0;
        self.each_in_box(&mut |placed| {
            total += 1;
            if total <= POINTS_MAX {
                singles.push(placed);
            }
            let [right, down] = self.address.in_parts(placed.0, CELLS);
            let counted = &mut cells[(down * CELLS + right) as usize];
            let (cell, last) = counted.get_or_insert_with(|| (self.empty_cell(), placed));
            self.count_one(placed.1, cell);
            *last = placed;
        });
        if total <= POINTS_MAX {
            return self.shown(singles);
        }
        let first = self.address.square().map(|index| index << CELL_ZOOMS);
        let squares = (0..CELLS).flat_map(|down| (0..CELLS).map(move |right| [right, down]));
        let marks = squares.zip(cells).filter_map(|([right, down], counted)| {
            let (cell, last) = counted?;
            Some(if cell.count() == 1 {
                self.shown(vec![last])
            } else {
                let square = [first[0] + right, first[1] + down];
                vec![TileFeature::Cluster(cell.cluster(self.address, square))]
            })
        });
        marks.flatten().collect()
    }

    /// Gives the positions of the tile, part by part.
    fn each_in_box(&self, give: &mut impl FnMut(Placed)) {
        let Some(region) = self.address.reach().map(Region::rects) else {
            return;
        };
        // Which conditions of the question are open does not matter here: the tile's own is the one.
        let relate = |node: TreeNode<'_>, open: u8| match region.relation(node) {
            Relation::Outside => None,
            Relation::Inside => Some(0),
            Relation::Partial => Some(open),
        };
        for (level, execution) in self.executions.iter().enumerate() {
            let points = &execution.part().points;
            points.walk(1, &relate, &mut |range, _| {
                self.each_placed(level, range, give);
            });
        }
    }
}
