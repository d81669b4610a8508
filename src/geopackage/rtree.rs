//! The spatial index of a layer (OGC 12-128r18 annex F.3): SQLite's R*-tree, packed along a curve and
//! written as its own tables have it (sqlite.org/rtree.html, "Shadow tables"; the layout of a node is in
//! SQLite's rtree.c). Insert by insert it would take many times as long.

use geo::{BoundingRect, Geometry};
use rusqlite::{Connection, params};

use super::names::quoted;
use crate::atlas::model::budget;

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

/// Nodes, and rows, that are written at once: a few milliseconds.
const NODES_A_STEP: usize = 256;
const ROWS_A_STEP: usize = 4096;
/// About what it takes to compare two leaves, to take one in hand, and to write a row, in nanoseconds.
const COMPARE_NS: u64 = 10;
const LEAF_NS: u64 = 10;
const ROW_NS: u64 = 1_000;

/// The boxes of the features so far, and how far the index of them is written.
pub(super) struct RTree {
    leaves: Vec<Leaf>,
    stage: Stage,
}

/// How far the index is written.
enum Stage {
    /// Features may still come.
    Open,
    Nodes(Level),
    /// In which leaf each feature is, by its number; the next one to write.
    Rows(Vec<u32>, usize),
    Whole,
}

/// Nodes of one height on their way, by what is in them.
struct Level {
    cells: Vec<(i64, Sides)>,
    /// The number of the first of its nodes.
    first: i64,
    height: u16,
    /// Its nodes so far, as the next level has them.
    above: Vec<(i64, Sides)>,
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
            stage: Stage::Open,
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

    /// Writes a part of the index of a table's geometry column and, with the last one, the triggers that
    /// keep it level and its entry among the extensions. Whether that was the last.
    pub fn write(&mut self, conn: &Connection, table: &str) -> rusqlite::Result<bool> {
        let name = format!("rtree_{table}_geom");
        self.stage = match std::mem::replace(&mut self.stage, Stage::Whole) {
            Stage::Open => {
                let create = "USING rtree(id, minx, maxx, miny, maxy)";
                conn.execute_batch(&format!("CREATE VIRTUAL TABLE {} {create}", quoted(&name)))?;
                Stage::Nodes(self.lowest())
            }
            Stage::Nodes(level) => match level.write(conn, &name)? {
                Some(level) => Stage::Nodes(level),
                None => Stage::Rows(self.leaf_of_each(), 0),
            },
            Stage::Rows(leaf_of, from) if from < leaf_of.len() => {
                let end = leaf_of.len().min(from + ROWS_A_STEP);
                write_rows(conn, &name, from, &leaf_of[from..end])?;
                Stage::Rows(leaf_of, end)
            }
            Stage::Rows(..) => {
                conn.execute_batch(&triggers(table, &name))?;
                conn.execute(
                    "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index',
                        'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')",
                    [table],
                )?;
                Stage::Whole
            }
            Stage::Whole => Stage::Whole,
        };
        Ok(matches!(self.stage, Stage::Whole))
    }

    /// The leaves in the order of the curve.
    fn lowest(&mut self) -> Level {
        self.leaves.sort_unstable_by(|a, b| {
            budget::spend(COMPARE_NS);
            (a.place, a.fid).cmp(&(b.place, b.fid))
        });
        let cells = self.leaves.iter().map(|leaf| {
            budget::spend(LEAF_NS);
            (leaf.fid.into(), leaf.sides)
        });
        Level {
            cells: cells.collect(),
            first: ROOT + 1,
            height: 0,
            above: Vec::new(),
        }
    }

    /// The number of the leaf that each feature is in, in the order of the features; 0 without a place.
    fn leaf_of_each(&self) -> Vec<u32> {
        let last = self.leaves.iter().map(|leaf| leaf.fid).max().unwrap_or(0);
        let is_root = self.leaves.len() <= CELLS_MAX;
        let mut leaf_of = vec![0_u32; last as usize + 1];
        for (number, cells) in (2_u32..).zip(self.leaves.chunks(CELLS_MAX)) {
            budget::spend(LEAF_NS * cells.len() as u64);
            for cell in cells {
                leaf_of[cell.fid as usize] = if is_root { 1 } else { number };
            }
        }
        leaf_of
    }
}

impl Level {
    /// Writes some of its nodes, and which node is above which; what is to be written next, or nothing
    /// after the root.
    fn write(mut self, conn: &Connection, name: &str) -> rusqlite::Result<Option<Self>> {
        let insert = |table: &str| {
            let table = quoted(&format!("{name}_{table}"));
            conn.prepare(&format!("INSERT OR REPLACE INTO {table} VALUES (?1, ?2)"))
        };
        let mut put_node = insert("node")?;
        if self.cells.len() <= CELLS_MAX {
            put_node.execute(params![ROOT, node(self.height, &self.cells)])?;
            return Ok(None);
        }
        let mut put_parent = insert("parent")?;
        let count = self.cells.len().div_ceil(CELLS_MAX);
        let done = self.above.len();
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let first_above = self.first + whole(count);
        let nodes = self.cells.chunks(CELLS_MAX).enumerate();
        for (at, cells) in nodes.skip(done).take(NODES_A_STEP) {
            budget::spend(2 * ROW_NS);
            let number = self.first + whole(at);
            put_node.execute(params![number, node(0, cells)])?;
            // Of a level of one node alone, that one is the root.
            let is_last = count <= CELLS_MAX;
            let parent = first_above + whole(at / CELLS_MAX);
            put_parent.execute([number, if is_last { ROOT } else { parent }])?;
            self.above.push((number, joined(cells)));
        }
        Ok(Some(if self.above.len() < count {
            self
        } else {
            Self {
                cells: self.above,
                first: first_above,
                height: self.height + 1,
                above: Vec::new(),
            }
        }))
    }
}

/// Writes in which leaf each feature is, of those from a number on.
fn write_rows(
    conn: &Connection,
    name: &str,
    first_fid: usize,
    leaf_of: &[u32],
) -> rusqlite::Result<()> {
    let rows = quoted(&format!("{name}_rowid"));
    let mut insert = conn.prepare(&format!("INSERT INTO {rows} VALUES (?1, ?2)"))?;
    let placed = (first_fid..).zip(leaf_of).filter(|(_, leaf)| **leaf > 0);
    for (fid, leaf) in placed {
        budget::spend(ROW_NS);
        insert.execute(params![i64::try_from(fid).unwrap_or(i64::MAX), leaf])?;
    }
    Ok(())
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
                        crate::atlas::geo::hilbert::coarse_key(Some(&geometry)),
                    );
                    boxes.push((fid, rect));
                }
            }
            let conn = Connection::open_in_memory().unwrap();
            conn.execute_batch(super::super::tables::STANDARD).unwrap();
            conn.execute_batch("CREATE TABLE \"a \"\"b\" (fid INTEGER PRIMARY KEY, geom BLOB)")
                .unwrap();
            while !tree.write(&conn, "a \"b").unwrap() {}
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
