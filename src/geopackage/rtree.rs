//! The spatial index of a layer (OGC 12-128r18 annex F.3): SQLite's R*-tree, packed along a curve and
//! written as its own tables have it (sqlite.org/rtree.html, "Shadow tables"; the layout of a node is in
//! SQLite's rtree.c). Insert by insert it would take many times as long.

use geo::{BoundingRect, Geometry};
use rusqlite::{Connection, params};

use super::names::quoted;

/// Bytes of a node: SQLite's own for the fewest that hold [`CELLS_MAX`].
const NODE_BYTES: usize = 4 + CELLS_MAX * CELL_BYTES;
/// An id and four sides.
const CELL_BYTES: usize = 8 + 4 * 4;
/// Cells of a node, at most (`RTREE_MAXCELLS`).
const CELLS_MAX: usize = 51;
/// The root's number; the leaves have the numbers after it, then comes level by level.
const ROOT: i64 = 1;

/// Least and greatest x, least and greatest y.
type Sides = [f32; 4];

/// The boxes of the features so far.
pub(super) struct RTree {
    leaves: Vec<Leaf>,
}

#[derive(Clone, Copy)]
struct Leaf {
    /// Where along the curve.
    place: u32,
    fid: u32,
    sides: Sides,
}

impl RTree {
    /// An index of about so many features.
    pub fn with_capacity(features: usize) -> Self {
        // Memory that is not written to is not taken.
        Self {
            leaves: Vec::with_capacity(features),
        }
    }

    /// Takes note of a feature at a place along the curve.
    pub fn push(&mut self, fid: u32, geometry: &Geometry, place: u32) {
        let Some(rect) = geometry.bounding_rect() else {
            return;
        };
        let (low, high) = (rect.min(), rect.max());
        let sides = [below(low.x), above(high.x), below(low.y), above(high.y)];
        self.leaves.push(Leaf { place, fid, sides });
    }

    /// Writes the index of a table's geometry column and the triggers that keep it level, and enters the
    /// extension.
    pub fn write(&mut self, conn: &Connection, table: &str) -> rusqlite::Result<()> {
        let name = format!("rtree_{table}_geom");
        let create = "USING rtree(id, minx, maxx, miny, maxy)";
        conn.execute_batch(&format!("CREATE VIRTUAL TABLE {} {create}", quoted(&name)))?;
        self.leaves
            .sort_unstable_by_key(|leaf| (leaf.place, leaf.fid));
        self.write_nodes(conn, &name)?;
        self.write_rows(conn, &name)?;
        conn.execute_batch(&triggers(table, &name))?;
        conn.execute(
            "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index',
                'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')",
            [table],
        )?;
        Ok(())
    }

    /// Writes the nodes level by level, and which node is above which.
    fn write_nodes(&self, conn: &Connection, name: &str) -> rusqlite::Result<()> {
        let (nodes, parents) = (format!("{name}_node"), format!("{name}_parent"));
        let insert = |table: &str| {
            conn.prepare(&format!(
                "INSERT OR REPLACE INTO {} VALUES (?1, ?2)",
                quoted(table)
            ))
        };
        let (mut put_node, mut put_parent) = (insert(&nodes)?, insert(&parents)?);
        let leaves = self.leaves.iter();
        let mut level: Vec<(i64, Sides)> =
            leaves.map(|leaf| (leaf.fid.into(), leaf.sides)).collect();
        let (mut first, mut depth) = (ROOT + 1, 0_u16);
        while level.len() > CELLS_MAX {
            let count = i64::try_from(level.len().div_ceil(CELLS_MAX)).unwrap_or(i64::MAX);
            // Of a level of one node alone, that one is the root.
            let is_last = count <= i64::try_from(CELLS_MAX).unwrap_or(i64::MAX);
            let above = first + count;
            let mut next = Vec::new();
            for (number, cells) in (first..).zip(level.chunks(CELLS_MAX)) {
                put_node.execute(params![number, node(0, cells)])?;
                let place = (number - first) / i64::try_from(CELLS_MAX).unwrap_or(1);
                put_parent.execute([number, if is_last { ROOT } else { above + place }])?;
                next.push((number, joined(cells)));
            }
            (level, first, depth) = (next, above, depth + 1);
        }
        put_node.execute(params![ROOT, node(depth, &level)])?;
        Ok(())
    }

    /// Writes in which leaf each feature is, in the order of the features.
    fn write_rows(&self, conn: &Connection, name: &str) -> rusqlite::Result<()> {
        let last = self.leaves.iter().map(|leaf| leaf.fid).max().unwrap_or(0);
        let is_root = self.leaves.len() <= CELLS_MAX;
        let mut leaf_of = vec![0_u32; last as usize + 1];
        for (number, cells) in (2_u32..).zip(self.leaves.chunks(CELLS_MAX)) {
            for cell in cells {
                leaf_of[cell.fid as usize] = if is_root { 1 } else { number };
            }
        }
        let rows = quoted(&format!("{name}_rowid"));
        let mut insert = conn.prepare(&format!("INSERT INTO {rows} VALUES (?1, ?2)"))?;
        for (fid, leaf) in leaf_of.iter().enumerate().filter(|(_, leaf)| **leaf > 0) {
            insert.execute(params![i64::try_from(fid).unwrap_or(i64::MAX), leaf])?;
        }
        Ok(())
    }
}

/// A node: its height over the leaves, which only the root tells, the count of its cells and the cells.
fn node(depth: u16, cells: &[(i64, Sides)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(NODE_BYTES);
    bytes.extend(depth.to_be_bytes());
    bytes.extend(u16::try_from(cells.len()).unwrap_or(u16::MAX).to_be_bytes());
    for (id, sides) in cells {
        bytes.extend(id.to_be_bytes());
        for side in sides {
            bytes.extend(side.to_be_bytes());
        }
    }
    bytes.resize(NODE_BYTES, 0);
    bytes
}

/// The box around several.
fn joined(cells: &[(i64, Sides)]) -> Sides {
    let all = cells.iter().map(|(_, sides)| *sides);
    let joined = all.reduce(|a, b| {
        [
            a[0].min(b[0]),
            a[1].max(b[1]),
            a[2].min(b[2]),
            a[3].max(b[3]),
        ]
    });
    joined.unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what it loses is given back"
)]
fn below(side: f64) -> f32 {
    let near = side as f32;
    if f64::from(near) > side {
        near.next_down()
    } else {
        near
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what it loses is given back"
)]
fn above(side: f64) -> f32 {
    let near = side as f32;
    if f64::from(near) < side {
        near.next_up()
    } else {
        near
    }
}

/// The triggers of annex F.3, in the words of GeoPackage 1.3.
fn triggers(table: &str, name: &str) -> String {
    let (t, r) = (quoted(table), quoted(name));
    let trigger = |event: &str| quoted(&format!("{name}_{event}"));
    let there = "(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))";
    let gone = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))";
    let put = format!(
        "INSERT OR REPLACE INTO {r} VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"
    );
    let drop = format!("DELETE FROM {r} WHERE id = OLD.fid;");
    let both = format!("DELETE FROM {r} WHERE id IN (OLD.fid, NEW.fid);");
    let all = [
        ("insert", "AFTER INSERT", format!("{there} BEGIN {put}")),
        (
            "update1",
            "AFTER UPDATE OF geom",
            format!("OLD.fid = NEW.fid AND {there} BEGIN {put}"),
        ),
        (
            "update2",
            "AFTER UPDATE OF geom",
            format!("OLD.fid = NEW.fid AND {gone} BEGIN {drop}"),
        ),
        (
            "update3",
            "AFTER UPDATE",
            format!("OLD.fid != NEW.fid AND {there} BEGIN {drop} {put}"),
        ),
        (
            "update4",
            "AFTER UPDATE",
            format!("OLD.fid != NEW.fid AND {gone} BEGIN {both}"),
        ),
        (
            "delete",
            "AFTER DELETE",
            format!("OLD.geom NOT NULL BEGIN {drop}"),
        ),
    ];
    let written = all.map(|(event, when, then)| {
        format!(
            "CREATE TRIGGER {} {when} ON {t} WHEN {then} END;",
            trigger(event)
        )
    });
    written.join("\n")
}

#[cfg(test)]
mod tests {
    use geo::{Point, Rect};

    use super::*;

    #[test]
    fn sqlite_finds_the_tree_right_and_what_lies_in_a_box() {
        let mut state = 1_u32;
        let mut below = |end: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from((state >> 8) % (end * 1000)) / 1000.0
        };
        // One node, two levels, three.
        for count in [0, 1, 51, 52, 2601, 2602, 9000] {
            let mut boxes = Vec::new();
            let mut tree = RTree::with_capacity(0);
            for fid in 1..=count {
                let (x, y) = (below(90), below(45));
                let rect = Rect::new((x, y), (x + below(2), y + below(2)));
                // Some have no place.
                if fid % 7 != 0 {
                    let geometry = rect.to_polygon().into();
                    tree.push(
                        fid,
                        &geometry,
                        crate::atlas::grid::coarse_place(Some(&geometry)),
                    );
                    boxes.push((fid, rect));
                }
            }
            let conn = Connection::open_in_memory().unwrap();
            conn.execute_batch(super::super::tables::STANDARD).unwrap();
            conn.execute_batch("CREATE TABLE \"a \"\"b\" (fid INTEGER PRIMARY KEY, geom BLOB)")
                .unwrap();
            tree.write(&conn, "a \"b").unwrap();
            let verdict: String = conn
                .query_row("SELECT rtreecheck('rtree_a \"b_geom')", [], |row| {
                    row.get(0)
                })
                .unwrap();
            assert_eq!(verdict, "ok", "{count}");
            for (x, y) in [(10.0, 10.0), (44.5, 20.25), (80.0, 1.0)] {
                let mut asked = conn
                    .prepare("SELECT id FROM \"rtree_a \"\"b_geom\" WHERE minx <= ?1 + 5 AND maxx >= ?1 AND miny <= ?2 + 5 AND maxy >= ?2 ORDER BY id")
                    .unwrap();
                let found = asked.query_map([x, y], |row| row.get::<_, u32>(0)).unwrap();
                let found: Vec<u32> = found.map(Result::unwrap).collect();
                let meets = |rect: &Rect| {
                    rect.min().x <= x + 5.0
                        && rect.max().x >= x
                        && rect.min().y <= y + 5.0
                        && rect.max().y >= y
                };
                let expected = boxes.iter().filter(|(_, rect)| meets(rect));
                let expected: Vec<u32> = expected.map(|(fid, _)| *fid).collect();
                assert_eq!(found, expected, "{count}");
            }
        }
    }

    #[test]
    fn a_box_is_never_smaller_than_what_is_in_it() {
        for side in [45.1, -45.1, 0.0, 1e-300, 4_362_871.123_456, -0.1] {
            assert!(f64::from(below(side)) <= side && side <= f64::from(above(side)));
        }
        let mut tree = RTree::with_capacity(1);
        tree.push(1, &Point::new(45.1, 35.1).into(), 0);
        assert_eq!(tree.leaves.len(), 1);
    }
}
