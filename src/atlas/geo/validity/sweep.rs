//! A sweep over an area from west to east (after Shamos and Hoey, 1976): it stops at positions where rings
//! have a vertex, and keeps the edges that lie between in their order from south to north. Edges that
//! cross or lie on each other are neighbours in it at some time; what meets at a position is looked at
//! there, in its order around it. So the time is near linear in the edges, however many of their boxes
//! meet and however many have a vertex in common; memory is in proportion to them.

use std::cmp::Ordering;

use geo::{Coord, Orientation};

use crate::atlas::geo::validity::area::AreaEdges;
use crate::atlas::geo::validity::front::Front;
use crate::atlas::geo::validity::meeting::{Meeting, meeting, turn};
use crate::atlas::geo::validity::{Invalidity, InvalidityKind};
use crate::atlas::model::budget;

/// About what it takes to put a vertex in order, to stop at one, and to look at what is on it, in
/// nanoseconds.
const ORDER_NS: u64 = 60;
const STOP_NS: u64 = 150;
const ARM_NS: u64 = 60;

/// A sweep, at one of its stops.
struct Sweep<'a> {
    area: &'a AreaEdges,
    front: Front,
    rings: Vec<Swept>,
    /// Rings of a polygon that hang together by positions that they have in common, as a forest.
    groups: Vec<usize>,
    /// Where rings of a polygon that hang together touch once more.
    parted: Option<Coord>,
    /// Edges that come to the stop from the west, from south to north.
    coming: Vec<usize>,
    /// Edges that go on from it to the east, in the same order.
    going: Vec<usize>,
    /// Rings that it lies on, and those of them that are open while one goes around it.
    on: Vec<usize>,
    open: Vec<usize>,
}

/// What is known of a ring.
#[derive(Clone, Copy, Default)]
struct Swept {
    /// The ring that goes around it and around no other that does.
    parent: Option<usize>,
    /// What it goes around lies to its left.
    is_left: bool,
    is_seen: bool,
}

impl AreaEdges {
    /// For each ring the one that goes around it and around no other that does; an error where edges cross
    /// or lie on each other, a ring touches itself, or rings cut their area apart.
    pub(super) fn parents(&self) -> Result<Vec<Option<usize>>, Invalidity> {
        budget::begin(ORDER_NS * self.edges.len() as u64);
        let mut vertices: Vec<(Coord, usize)> = self
            .edges
            .iter()
            .enumerate()
            .map(|(at, edge)| (edge.from, at))
            .collect();
        vertices.sort_unstable_by(|(a, one), (b, other)| {
            let by_place = a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
            by_place.then(one.cmp(other))
        });
        let mut sweep = Sweep {
            area: self,
            front: Front::default(),
            rings: vec![Swept::default(); self.rings.len()],
            groups: (0..self.rings.len()).collect(),
            parted: None,
            coming: Vec::new(),
            going: Vec::new(),
            on: Vec::new(),
            open: Vec::new(),
        };
        for stop in vertices.chunk_by(|(a, _), (b, _)| a == b) {
            sweep.stop(stop)?;
        }
        match sweep.parted {
            None => Ok(sweep.rings.iter().map(|ring| ring.parent).collect()),
            Some(at) => Err(Invalidity {
                kind: InvalidityKind::Parted,
                at,
            }),
        }
    }
}

impl Sweep<'_> {
    /// Stops at a position at which edges begin.
    fn stop(&mut self, beginning: &[(Coord, usize)]) -> Result<(), Invalidity> {
        let edges = &self.area.edges;
        let at = beginning[0].0;
        let place = self.front.place(edges, at);
        let is_on = |edge: &usize| {
            let [west, east] = edges[*edge].ends();
            turn(west, east, at) == Orientation::Collinear
        };
        self.coming.clear();
        self.coming.extend(self.front.from(place).take_while(is_on));
        budget::spend(STOP_NS + ARM_NS * (self.coming.len() + beginning.len()) as u64);
        let south = self.front.before(place);
        let north = self.front.from(place).nth(self.coming.len());
        self.going.clear();
        self.on.clear();
        for edge in &self.coming {
            if edges[*edge].ends()[1] != at {
                self.going.push(*edge);
                self.on.push(edges[*edge].ring);
            }
        }
        let passing = self.on.len();
        for (_, edge) in beginning {
            self.on.push(edges[*edge].ring);
            let arms = [*edge, self.area.before(*edge)].into_iter();
            self.going
                .extend(arms.filter(|arm| edges[*arm].ends()[0] == at));
        }
        self.order_going(at)?;
        if passing > 1 {
            return Err(Invalidity {
                kind: InvalidityKind::Crossing,
                at,
            });
        }
        if self.on.len() > 1 {
            self.meet(at)?;
        }
        self.nest(south);
        self.front.replace(place, self.coming.len(), &self.going);
        let (first, last) = (self.going.first().copied(), self.going.last().copied());
        if first.is_none() {
            return self.look(south, north);
        }
        self.look(south, first)?;
        self.look(last, north)
    }

    /// Puts the edges that go on from a stop in their order; an error if they lie on each other.
    fn order_going(&mut self, at: Coord) -> Result<(), Invalidity> {
        let edges = &self.area.edges;
        let to = |edge: usize| edges[edge].ends()[1];
        self.going.sort_by(|a, b| match turn(at, to(*a), to(*b)) {
            Orientation::CounterClockwise => Ordering::Less,
            Orientation::Collinear => Ordering::Equal,
            Orientation::Clockwise => Ordering::Greater,
        });
        let overlap = |pair: &[usize]| turn(at, to(pair[0]), to(pair[1])) == Orientation::Collinear;
        if self.going.windows(2).any(overlap) {
            return Err(Invalidity {
                kind: InvalidityKind::Overlap,
                at,
            });
        }
        Ok(())
    }

    /// What rings do to each other at a position that they have in common: one must not come back to it,
    /// they must not cross there, and those of one polygon must not enclose a part of it, which they do if
    /// they hang together already.
    fn meet(&mut self, at: Coord) -> Result<(), Invalidity> {
        let fault = |kind| Err(Invalidity { kind, at });
        self.on.sort_unstable();
        if self.on.windows(2).any(|pair| pair[0] == pair[1]) {
            return fault(InvalidityKind::SelfTouch);
        }
        // Around the position each ring is met twice. None crosses another if they close in the opposite
        // order to that in which they open, as brackets do.
        self.open.clear();
        for edge in self.going.iter().chain(self.coming.iter().rev()) {
            let ring = self.area.edges[*edge].ring;
            if self.open.last() == Some(&ring) {
                self.open.pop();
            } else {
                self.open.push(ring);
            }
        }
        if !self.open.is_empty() {
            return fault(InvalidityKind::Crossing);
        }
        // The rings of a polygon have numbers that follow each other.
        for pair in self.on.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            if self.area.rings[a].polygon != self.area.rings[b].polygon {
                continue;
            }
            let [one, other] = [a, b].map(|ring| root(&mut self.groups, ring));
            if one == other {
                self.parted.get_or_insert(at);
            }
            self.groups[one] = other;
        }
        Ok(())
    }

    /// Finds what goes around the rings that begin at a stop, by the edge to the south of each: none of
    /// them crosses another before it.
    fn nest(&mut self, south: Option<usize>) {
        let edges = &self.area.edges;
        let mut south = south;
        for arm in &self.going {
            let (edge, below) = (&edges[*arm], south.replace(*arm));
            if self.rings[edge.ring].is_seen {
                continue;
            }
            let parent = below.and_then(|below| {
                let below = &edges[below];
                let ring = &self.rings[below.ring];
                if below.goes_east() == ring.is_left {
                    Some(below.ring)
                } else {
                    ring.parent
                }
            });
            // This edge is the southern one of the two at the ring's westernmost vertex.
            self.rings[edge.ring] = Swept {
                parent,
                is_left: edge.goes_east(),
                is_seen: true,
            };
        }
    }

    /// Looks at edges that have become neighbours; an error if they cross or lie on each other.
    fn look(&self, one: Option<usize>, other: Option<usize>) -> Result<(), Invalidity> {
        let [Some(one), Some(other)] = [one, other] else {
            return Ok(());
        };
        let fault = |kind, at| Err(Invalidity { kind, at });
        match meeting(&self.area.edges[one], &self.area.edges[other]) {
            Meeting::Cross(at) => fault(InvalidityKind::Crossing, at),
            Meeting::Overlap(at) => fault(InvalidityKind::Overlap, at),
            Meeting::Touch | Meeting::Not => Ok(()),
        }
    }
}

/// The ring that stands for a group, the ways to it shortened.
fn root(groups: &mut [usize], mut ring: usize) -> usize {
    while groups[ring] != ring {
        groups[ring] = groups[groups[ring]];
        ring = groups[ring];
    }
    ring
}
