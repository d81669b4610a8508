//! The rings and edges of areas, and which edges may meet.

use geo::{Coord, LineString, Polygon};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use crate::atlas::geo::validity::edge::Edge;
use crate::atlas::geo::validity::meeting::{Meeting, meeting};
use crate::atlas::geo::validity::{Invalidity, InvalidityKind};
use crate::atlas::model::budget;

/// Looks at pairs of edges that the count of crossings may cost, and how many more each of its edges may.
const LOOKS_MIN: usize = 2_000_000;
const LOOKS_PER_EDGE: usize = 100;
/// Such looks at each edge when a store is opened: many areas cost it then, at every start. On what is
/// mapped an edge's box meets a few others.
const GLANCES_PER_EDGE: usize = 16;
/// No ordinate is smaller, but zero: what is mapped ends at a billionth of a degree.
const NOTHING_DEG: f64 = 1e-100;
/// About what it takes to put an edge's box into a tree, and to look at a pair of edges, in nanoseconds.
const TREE_NS: u64 = 200;
const PAIR_NS: u64 = 20;

/// The rings of an area, and their edges one after another; edges without length are left out.
#[derive(Default)]
pub(super) struct AreaEdges {
    pub(super) rings: Vec<AreaRing>,
    pub(super) edges: Vec<Edge>,
}

/// A ring of an area.
pub(super) struct AreaRing {
    /// The polygon that it is of.
    pub(super) polygon: usize,
    pub(super) is_hole: bool,
    /// The range of its edges in the list of all.
    pub(super) edges: std::ops::Range<usize>,
}

impl AreaEdges {
    /// The rings and edges of polygons; an error where a ring is too short.
    pub(super) fn of<'a>(
        polygons: impl IntoIterator<Item = &'a Polygon>,
    ) -> Result<Self, Invalidity> {
        let area = Self::of_any(polygons);
        let short = area.rings.iter().find(|ring| ring.edges.len() < 3);
        match short.map(|ring| area.edges[ring.edges.start].from) {
            None => Ok(area),
            Some(at) => Err(Invalidity {
                kind: InvalidityKind::TooFew,
                at,
            }),
        }
    }

    /// The rings and edges of polygons, however short their rings.
    pub(super) fn of_any<'a>(polygons: impl IntoIterator<Item = &'a Polygon>) -> Self {
        let mut area = Self::default();
        for (at, polygon) in polygons.into_iter().enumerate() {
            area.add(at, false, polygon.exterior());
            polygon
                .interiors()
                .iter()
                .for_each(|ring| area.add(at, true, ring));
        }
        area
    }

    fn add(&mut self, polygon: usize, is_hole: bool, ring: &LineString) {
        // An empty one is no ring.
        let Some(last) = ring.0.last() else { return };
        let last = exact(*last);
        let (start, number) = (self.edges.len(), self.rings.len());
        let edges = ring.0.windows(2).map(|ends| (ends[0], ends[1]));
        let edges = edges.chain(std::iter::once((last, ring.0[0])));
        let edges = edges
            .map(|(from, to)| (exact(from), exact(to)))
            .filter(|(from, to)| from != to)
            .map(|(from, to)| Edge {
                from,
                to,
                ring: number,
            });
        self.edges.extend(edges);
        if self.edges.len() == start {
            // All one position: its edge without length says where.
            self.edges.push(Edge {
                from: last,
                to: last,
                ring: number,
            });
        }
        self.rings.push(AreaRing {
            polygon,
            is_hole,
            edges: start..self.edges.len(),
        });
    }

    fn tree(&self) -> RTree<Boxed> {
        budget::begin(TREE_NS * self.edges.len() as u64);
        RTree::bulk_load(
            self.edges
                .iter()
                .enumerate()
                .map(|(at, edge)| boxed(edge, at))
                .collect(),
        )
    }

    /// Looks at pairs of edges whose boxes meet, until so many cross or lie on each other, or so many were
    /// looked at.
    fn look_at_pairs(&self, most: usize, looks_max: usize) -> Looked {
        let (mut looks, mut crossings) = (0, 0);
        let tree = self.tree();
        for (a, b) in tree.intersection_candidates_with_other_tree(&tree) {
            budget::spend(PAIR_NS);
            if a.data >= b.data {
                continue;
            }
            if crossings >= most || looks >= looks_max {
                return Looked {
                    looks,
                    crossings,
                    is_all: false,
                };
            }
            looks += 1;
            let meeting = meeting(&self.edges[a.data], &self.edges[b.data]);
            crossings += usize::from(matches!(meeting, Meeting::Cross(_) | Meeting::Overlap(_)));
        }
        Looked {
            looks,
            crossings,
            is_all: true,
        }
    }

    /// At how many positions edges cross or lie on each other; see [`super::crossings`].
    pub(super) fn crossings(&self, most: usize) -> Option<usize> {
        let looks_max = LOOKS_MIN.max(LOOKS_PER_EDGE * self.edges.len());
        let looked = self.look_at_pairs(most, looks_max);
        (looked.is_all || looked.crossings >= most).then_some(looked.crossings)
    }

    /// At how many positions edges cross or lie on each other at a glance; see
    /// [`super::crossings_seen`].
    pub(super) fn crossings_seen(&self, most: usize) -> usize {
        let looked = self.look_at_pairs(most, GLANCES_PER_EDGE * self.edges.len());
        if !looked.is_all && looked.crossings >= looked.looks / 4 {
            most
        } else {
            looked.crossings
        }
    }

    /// What is wrong with it.
    pub(super) fn check(&self) -> Result<(), Invalidity> {
        self.check_nesting(&self.parents()?)
    }

    /// The edge before an edge in its ring.
    pub(super) fn before(&self, edge: usize) -> usize {
        let ring = &self.rings[self.edges[edge].ring].edges;
        if edge == ring.start {
            ring.end - 1
        } else {
            edge - 1
        }
    }
}

/// A position whose ordinates, next to zero, are zero (and not below): products of differences stay numbers
/// that the signs of turns can be told from.
fn exact(at: Coord) -> Coord {
    let exact = |ordinate: f64| {
        if ordinate.abs() < NOTHING_DEG {
            0.0
        } else {
            ordinate
        }
    };
    Coord {
        x: exact(at.x),
        y: exact(at.y),
    }
}

/// What came of looking at pairs of edges.
struct Looked {
    looks: usize,
    crossings: usize,
    /// Whether all were looked at whose boxes meet.
    is_all: bool,
}

/// The box of an edge, and its number.
type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

fn boxed(edge: &Edge, at: usize) -> Boxed {
    let corners = Rectangle::from_corners([edge.from.x, edge.from.y], [edge.to.x, edge.to.y]);
    GeomWithData::new(corners, at)
}
