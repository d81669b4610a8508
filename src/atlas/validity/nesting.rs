//! Which rings lie in which: holes in their area and in no other hole, areas in no other area.

use std::collections::{HashMap, HashSet};

use geo::{Coord, Orientation};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::atlas::budget;
use crate::atlas::validity::area::{Area, Boxed, Ring};
use crate::atlas::validity::meeting::turn;
use crate::atlas::validity::touches::Touch;
use crate::atlas::validity::{Fault, Kind};

/// About what it takes to look at an edge, at a ring in the way of a ray or at an edge, and at a touch, in
/// nanoseconds.
const EDGE_NS: u64 = 2;
const LOOK_NS: u64 = 30;
const TOUCH_NS: u64 = 100;

impl Area {
    /// Holes lie in their area and in no other hole, areas in no other area.
    pub(super) fn check_nesting(
        &self,
        tree: &RTree<Boxed>,
        touches: &[Touch],
    ) -> Result<(), Fault> {
        if self.rings.len() < 2 {
            return Ok(());
        }
        let mut touched: HashMap<usize, HashMap<usize, bool>> = HashMap::new();
        for touch in touches {
            budget::spend(TOUCH_NS);
            let [a, b] = touch.rings;
            touched.entry(b).or_default().insert(a, touch.inside[0]);
            touched.entry(a).or_default().insert(b, touch.inside[1]);
        }
        let boxes = self
            .rings
            .iter()
            .enumerate()
            .map(|(at, ring)| self.box_of(at, ring));
        let boxes: RTree<Boxed> = RTree::bulk_load(boxes.collect());
        let none = HashMap::new();
        let mut looks = 0;
        for (at, ring) in self.rings.iter().enumerate() {
            let around = self.around(
                at,
                tree,
                &boxes,
                touched.get(&at).unwrap_or(&none),
                &mut looks,
            );
            let place = self.edges[ring.edges.start].from;
            if looks > self.looks {
                return Err(Fault {
                    kind: Kind::Entangled,
                    at: place,
                });
            }
            let fault = |kind| Err(Fault { kind, at: place });
            let of = |other: &usize| &self.rings[*other];
            if ring.is_hole {
                let own = |other: &&usize| of(other).polygon == ring.polygon;
                if !around.iter().filter(own).any(|other| !of(other).is_hole) {
                    return fault(Kind::HoleOutside);
                }
                if around.iter().filter(own).any(|other| of(other).is_hole) {
                    return fault(Kind::HoleInHole);
                }
                continue;
            }
            // In another area is right where a hole of that one is around too.
            let holes: HashSet<usize> = around
                .iter()
                .filter(|other| of(other).is_hole)
                .map(|other| of(other).polygon)
                .collect();
            let mut areas = around.iter().filter(|other| !of(other).is_hole);
            if areas.any(|other| !holes.contains(&of(other).polygon)) {
                return fault(Kind::AreaInArea);
            }
        }
        Ok(())
    }

    /// The rings that go around a ring: those that it touches by the side on which it does, the others by
    /// how often a ray to the east meets them.
    fn around(
        &self,
        ring: usize,
        tree: &RTree<Boxed>,
        boxes: &RTree<Boxed>,
        touched: &HashMap<usize, bool>,
        looks: &mut usize,
    ) -> Vec<usize> {
        let mut around: Vec<usize> = touched
            .iter()
            .filter(|(_, inside)| **inside)
            .map(|(other, _)| *other)
            .collect();
        let at = self.edges[self.rings[ring].edges.start].from;
        let near = boxes.locate_in_envelope_intersecting(AABB::from_point([at.x, at.y]));
        // Only a ring whose box is around can be; the ray ends where all of these do.
        let (mut near_by, mut east) = (HashSet::new(), f64::NEG_INFINITY);
        for other in near.filter(|other| other.data != ring && !touched.contains_key(&other.data)) {
            budget::spend(LOOK_NS);
            *looks += 1;
            near_by.insert(other.data);
            east = east.max(other.geom().upper()[0]);
        }
        if near_by.is_empty() {
            return around;
        }
        let mut met: HashMap<usize, bool> = HashMap::new();
        let ray = AABB::from_corners([at.x, at.y], [east, at.y]);
        for edge in tree.locate_in_envelope_intersecting(ray) {
            budget::spend(LOOK_NS);
            *looks += 1;
            let edge = &self.edges[edge.data];
            if !near_by.contains(&edge.ring) {
                continue;
            }
            let (low, high) = if edge.from.y < edge.to.y {
                (edge.from, edge.to)
            } else {
                (edge.to, edge.from)
            };
            if low.y <= at.y
                && at.y < high.y
                && turn(low, high, at) == Orientation::CounterClockwise
            {
                *met.entry(edge.ring).or_default() ^= true;
            }
        }
        around.extend(
            met.into_iter()
                .filter(|(_, odd)| *odd)
                .map(|(other, _)| other),
        );
        around
    }

    fn box_of(&self, number: usize, ring: &Ring) -> Boxed {
        budget::spend(EDGE_NS * ring.edges.len() as u64);
        let mut sides = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        for edge in &self.edges[ring.edges.clone()] {
            let Coord { x, y } = edge.from;
            sides = [
                sides[0].min(x),
                sides[1].min(y),
                sides[2].max(x),
                sides[3].max(y),
            ];
        }
        let [west, south, east, north] = sides;
        GeomWithData::new(
            Rectangle::from_corners([west, south], [east, north]),
            number,
        )
    }
}
