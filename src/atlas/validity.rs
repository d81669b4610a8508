//! Whether areas are valid by the rules of simple features (OGC 06-103r4 §6.1.11, as GEOS, JTS and GDAL
//! hold them), and where they are not: rings do not cross, lie on each other or touch themselves; holes lie
//! in their area and in no other hole; rings may touch each other at single positions, but not cut their
//! area apart; the areas of a multi-polygon share no place.
//!
//! Signs of turns are exact (Shewchuk's predicates), so that what touches is told from what crosses. Which
//! edges may meet is found with a tree of their boxes: near linear on what is mapped, and bounded on what
//! is made to be slow.

use std::collections::{HashMap, HashSet};
use std::fmt;

use geo::algorithm::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, GeoNum, Geometry, Kernel, Line, LineString, MultiPolygon, Orientation, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Looks at pairs of edges that any area may cost, and how many more each of its edges may.
const LOOKS_MIN: usize = 2_000_000;
const LOOKS_PER_EDGE: usize = 100;

/// What is wrong with an area, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What.
    pub kind: Kind,
    /// Where, in degrees.
    pub at: Coord,
}

/// What can be wrong with an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two edges cross, or two rings at a vertex.
    Crossing,
    /// A ring comes back to one of its positions.
    SelfTouch,
    /// Two edges have a stretch in common.
    Overlap,
    /// A ring has fewer than three different positions.
    TooFew,
    /// A hole lies outside of its area.
    HoleOutside,
    /// A hole lies in another.
    HoleInHole,
    /// An area lies in another of the same feature.
    AreaInArea,
    /// Rings touch so that the area falls apart.
    Parted,
    /// So many boxes of edges meet that nobody could look whether they cross.
    Entangled,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            Kind::Crossing => "the area crosses itself",
            Kind::SelfTouch => "a ring of the area touches itself",
            Kind::Overlap => "edges of the area lie on each other",
            Kind::TooFew => "a ring of the area has fewer than three different positions",
            Kind::HoleOutside => "a hole lies outside of the area",
            Kind::HoleInHole => "a hole of the area lies in another hole",
            Kind::AreaInArea => "an area of the feature lies in another of its areas",
            Kind::Parted => "rings of the area touch and cut it apart",
            Kind::Entangled => "the edges of the area are too entangled to be looked at, as",
        };
        write!(f, "{what} at {},{}", self.at.x, self.at.y)
    }
}

/// What is wrong with the areas of a geometry whose coordinates are finite, if anything is.
pub fn fault_of(geometry: &Geometry) -> Option<Fault> {
    match geometry {
        Geometry::Polygon(polygon) => Area::of([polygon]).and_then(|area| area.check()).err(),
        Geometry::MultiPolygon(MultiPolygon(all)) => {
            Area::of(all).and_then(|area| area.check()).err()
        }
        Geometry::GeometryCollection(members) => members.iter().find_map(fault_of),
        _ => None,
    }
}

/// At how many positions edges of a geometry's areas cross or lie on each other, as far as `most`; `None`
/// if they are too entangled to be counted.
pub fn crossings(geometry: &Geometry, most: usize) -> Option<usize> {
    let count = |area: Area| area.crossings(most);
    match geometry {
        Geometry::Polygon(polygon) => count(Area::of_any([polygon])),
        Geometry::MultiPolygon(MultiPolygon(all)) => count(Area::of_any(all)),
        Geometry::GeometryCollection(members) => members
            .iter()
            .try_fold(0, |sum, member| Some(sum + crossings(member, most)?)),
        _ => Some(0),
    }
}

/// The rings of an area, and their edges one after another; edges without length are left out.
#[derive(Default)]
struct Area {
    rings: Vec<Ring>,
    edges: Vec<Edge>,
    looks: usize,
}

struct Ring {
    /// The polygon that it is of.
    polygon: usize,
    is_hole: bool,
    /// Its edges.
    edges: std::ops::Range<usize>,
}

#[derive(Clone, Copy)]
struct Edge {
    from: Coord,
    to: Coord,
    ring: usize,
}

/// How two edges meet.
enum Meeting {
    Not,
    Touch(Coord),
    Cross(Coord),
    Overlap(Coord),
}

/// Two rings that have a position in common and do not cross there.
struct Touch {
    rings: [usize; 2],
    at: Coord,
    /// Whether the second lies in what the first goes around, and the first in the second.
    inside: [bool; 2],
}

impl Area {
    fn of<'a>(polygons: impl IntoIterator<Item = &'a Polygon>) -> Result<Self, Fault> {
        let area = Self::of_any(polygons);
        let short = area.rings.iter().find(|ring| ring.edges.len() < 3);
        match short.map(|ring| area.edges[ring.edges.start].from) {
            None => Ok(area),
            Some(at) => Err(Fault {
                kind: Kind::TooFew,
                at,
            }),
        }
    }

    fn of_any<'a>(polygons: impl IntoIterator<Item = &'a Polygon>) -> Self {
        let mut area = Self::default();
        for (at, polygon) in polygons.into_iter().enumerate() {
            area.add(at, false, polygon.exterior());
            polygon
                .interiors()
                .iter()
                .for_each(|ring| area.add(at, true, ring));
        }
        area.looks = LOOKS_MIN.max(LOOKS_PER_EDGE * area.edges.len());
        area
    }

    fn add(&mut self, polygon: usize, is_hole: bool, ring: &LineString) {
        // An empty one is no ring.
        let Some(last) = ring.0.last() else { return };
        let (start, number) = (self.edges.len(), self.rings.len());
        let edges = ring.0.windows(2).map(|ends| (ends[0], ends[1]));
        let edges = edges.chain(std::iter::once((*last, ring.0[0])));
        let edges = edges
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
                from: *last,
                to: *last,
                ring: number,
            });
        }
        self.rings.push(Ring {
            polygon,
            is_hole,
            edges: start..self.edges.len(),
        });
    }

    fn tree(&self) -> RTree<Boxed> {
        RTree::bulk_load(
            self.edges
                .iter()
                .enumerate()
                .map(|(at, edge)| boxed(edge, at))
                .collect(),
        )
    }

    /// Gives each pair of edges whose boxes meet until it gives a value; an error if they are too many.
    fn each_pair<T>(
        &self,
        tree: &RTree<Boxed>,
        mut give: impl FnMut(usize, usize) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let mut looks = 0;
        for (a, b) in tree.intersection_candidates_with_other_tree(tree) {
            looks += 1;
            if looks > 2 * self.looks {
                return Err(Fault {
                    kind: Kind::Entangled,
                    at: self.edges[a.data].from,
                });
            }
            if a.data < b.data
                && let Some(value) = give(a.data, b.data)
            {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn crossings(&self, most: usize) -> Option<usize> {
        let mut count = 0;
        let counted = self.each_pair(&self.tree(), |a, b| {
            let meeting = meeting(&self.edges[a], &self.edges[b]);
            count += usize::from(matches!(meeting, Meeting::Cross(_) | Meeting::Overlap(_)));
            (count >= most).then_some(())
        });
        counted.ok().map(|_| count)
    }

    fn check(&self) -> Result<(), Fault> {
        let tree = self.tree();
        let mut met: Vec<(Coord, usize, usize)> = Vec::new();
        let fault = self.each_pair(&tree, |a, b| {
            let fault = |kind, at| Some(Fault { kind, at });
            match meeting(&self.edges[a], &self.edges[b]) {
                Meeting::Not => None,
                Meeting::Cross(at) => fault(Kind::Crossing, at),
                Meeting::Overlap(at) => fault(Kind::Overlap, at),
                Meeting::Touch(at) if self.edges[a].ring != self.edges[b].ring => {
                    met.push((at, a, b));
                    None
                }
                Meeting::Touch(_) if self.after(a) == b || self.after(b) == a => None,
                Meeting::Touch(at) => fault(Kind::SelfTouch, at),
            }
        })?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        let touches = self.touches(&met)?;
        self.check_whole(&touches)?;
        self.check_nesting(&tree, &touches)
    }

    /// The edge after an edge in its ring.
    fn after(&self, edge: usize) -> usize {
        let ring = &self.rings[self.edges[edge].ring].edges;
        if edge + 1 == ring.end {
            ring.start
        } else {
            edge + 1
        }
    }

    fn before(&self, edge: usize) -> usize {
        let ring = &self.rings[self.edges[edge].ring].edges;
        if edge == ring.start {
            ring.end - 1
        } else {
            edge - 1
        }
    }

    /// From where a ring comes to a position on one of its edges, and where it goes.
    fn way_through(&self, edge: usize, at: Coord) -> [Coord; 2] {
        let own = &self.edges[edge];
        if own.from == at {
            [self.edges[self.before(edge)].from, own.to]
        } else if own.to == at {
            [own.from, self.edges[self.after(edge)].to]
        } else {
            [own.from, own.to]
        }
    }

    /// The positions that rings have in common; an error where they cross there.
    fn touches(&self, met: &[(Coord, usize, usize)]) -> Result<Vec<Touch>, Fault> {
        let mut known = HashSet::new();
        let mut touches = Vec::new();
        let is_left: Vec<bool> = if met.is_empty() {
            Vec::new()
        } else {
            self.rings
                .iter()
                .map(|ring| self.is_left_inside(ring))
                .collect()
        };
        for (at, a, b) in met {
            let rings = [*a, *b].map(|edge| self.edges[edge].ring);
            if !known.insert((rings, bits(*at))) {
                continue;
            }
            let ways = [*a, *b].map(|edge| self.way_through(edge, *at));
            let sides =
                |way: [Coord; 2], other: [Coord; 2]| other.map(|to| is_left_of(way, *at, to));
            let [of_first, of_second] = [sides(ways[0], ways[1]), sides(ways[1], ways[0])];
            if of_first[0] != of_first[1] || of_second[0] != of_second[1] {
                return Err(Fault {
                    kind: Kind::Crossing,
                    at: *at,
                });
            }
            touches.push(Touch {
                rings,
                at: *at,
                inside: [
                    of_first[0] == is_left[rings[0]],
                    of_second[0] == is_left[rings[1]],
                ],
            });
        }
        Ok(touches)
    }

    /// Whether what a ring, which does not cross itself, goes around lies to its left: as it turns at its
    /// lowest vertex in the west.
    fn is_left_inside(&self, ring: &Ring) -> bool {
        let key = |edge: &usize| {
            let at = self.edges[*edge].from;
            (at.x, at.y)
        };
        let order = |a: &usize, b: &usize| {
            key(a)
                .partial_cmp(&key(b))
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        let Some(corner) = ring.edges.clone().min_by(order) else {
            return false;
        };
        let corner_edge = &self.edges[corner];
        turn(
            self.edges[self.before(corner)].from,
            corner_edge.from,
            corner_edge.to,
        ) == Orientation::CounterClockwise
    }

    /// Rings of one polygon that touch must not enclose a part of it: as a graph of rings and positions
    /// they have no cycle.
    fn check_whole(&self, touches: &[Touch]) -> Result<(), Fault> {
        let mut groups: Vec<usize> = (0..self.rings.len()).collect();
        let mut positions = HashMap::new();
        let mut tied = HashSet::new();
        for touch in touches {
            let [a, b] = touch.rings.map(|ring| self.rings[ring].polygon);
            if a != b {
                continue;
            }
            let position = *positions.entry((a, bits(touch.at))).or_insert_with(|| {
                groups.push(groups.len());
                groups.len() - 1
            });
            for ring in touch.rings {
                if !tied.insert((ring, position)) {
                    continue;
                }
                let [one, other] = [ring, position].map(|node| root(&mut groups, node));
                if one == other {
                    return Err(Fault {
                        kind: Kind::Parted,
                        at: touch.at,
                    });
                }
                groups[one] = other;
            }
        }
        Ok(())
    }

    /// Holes lie in their area and in no other hole, areas in no other area.
    fn check_nesting(&self, tree: &RTree<Boxed>, touches: &[Touch]) -> Result<(), Fault> {
        if self.rings.len() < 2 {
            return Ok(());
        }
        let mut touched: HashMap<usize, HashMap<usize, bool>> = HashMap::new();
        for touch in touches {
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

/// A box, and whose it is.
type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

fn boxed(edge: &Edge, at: usize) -> Boxed {
    let corners = Rectangle::from_corners([edge.from.x, edge.from.y], [edge.to.x, edge.to.y]);
    GeomWithData::new(corners, at)
}

fn bits(at: Coord) -> [u64; 2] {
    // The two zeros are one place.
    [at.x, at.y].map(|ordinate| (ordinate + 0.0).to_bits())
}

fn root(groups: &mut [usize], mut node: usize) -> usize {
    while groups[node] != node {
        groups[node] = groups[groups[node]];
        node = groups[node];
    }
    node
}

/// Which way it turns from one position by the second to the third.
fn turn(a: Coord, b: Coord, c: Coord) -> Orientation {
    <f64 as GeoNum>::Ker::orient2d(a, b, c)
}

/// Whether a position lies to the left of a way that comes from one position and goes to another.
fn is_left_of([from, to]: [Coord; 2], at: Coord, place: Coord) -> bool {
    let before =
        |first: Coord, second: Coord| turn(at, first, second) == Orientation::CounterClockwise;
    match turn(at, to, from) {
        // Left is what comes, turning to the left, between where it goes and where it comes from.
        Orientation::CounterClockwise => before(to, place) && before(place, from),
        Orientation::Clockwise => !(before(from, place) && before(place, to)),
        Orientation::Collinear => before(to, place),
    }
}

fn meeting(a: &Edge, b: &Edge) -> Meeting {
    use Orientation::Collinear;
    let of_a = [turn(a.from, a.to, b.from), turn(a.from, a.to, b.to)];
    if of_a[0] == of_a[1] {
        return if of_a[0] == Collinear {
            in_line(a, b)
        } else {
            Meeting::Not
        };
    }
    let of_b = [turn(b.from, b.to, a.from), turn(b.from, b.to, a.to)];
    if of_b[0] == of_b[1] {
        return Meeting::Not;
    }
    let ends = [
        (of_a[0], b.from),
        (of_a[1], b.to),
        (of_b[0], a.from),
        (of_b[1], a.to),
    ];
    if let Some((_, at)) = ends.iter().find(|(turn, _)| *turn == Collinear) {
        return Meeting::Touch(*at);
    }
    let lines = [a, b].map(|edge| Line::new(edge.from, edge.to));
    Meeting::Cross(match line_intersection(lines[0], lines[1]) {
        Some(LineIntersection::SinglePoint { intersection, .. }) => intersection,
        _ => a.from,
    })
}

/// How two edges on one line meet.
fn in_line(a: &Edge, b: &Edge) -> Meeting {
    let ends = |edge: &Edge| {
        let [one, other] = [[edge.from.x, edge.from.y], [edge.to.x, edge.to.y]];
        if one <= other {
            [one, other]
        } else {
            [other, one]
        }
    };
    let ([a_low, a_high], [b_low, b_high]) = (ends(a), ends(b));
    let low = if a_low >= b_low { a_low } else { b_low };
    let high = if a_high <= b_high { a_high } else { b_high };
    let at = Coord {
        x: low[0],
        y: low[1],
    };
    match low.partial_cmp(&high) {
        Some(std::cmp::Ordering::Less) => Meeting::Overlap(at),
        Some(std::cmp::Ordering::Equal) => Meeting::Touch(at),
        _ => Meeting::Not,
    }
}

#[cfg(test)]
mod tests {
    use geo::Validation;
    use proptest::prelude::*;

    use super::*;

    fn ring(positions: &[(i32, i32)]) -> LineString {
        positions
            .iter()
            .map(|(x, y)| (f64::from(*x), f64::from(*y)))
            .collect()
    }

    fn square(x: i32, y: i32, side: i32) -> LineString {
        ring(&[
            (x, y),
            (x + side, y),
            (x + side, y + side),
            (x, y + side),
            (x, y),
        ])
    }

    /// What is wrong with areas, each an outer ring and its holes.
    fn check(areas: &[&[LineString]], wanted: Option<(Kind, (f64, f64))>) {
        let wanted = wanted.map(|(kind, at)| Fault {
            kind,
            at: at.into(),
        });
        let area = |rings: &&[LineString]| Polygon::new(rings[0].clone(), rings[1..].to_vec());
        let whole = Geometry::MultiPolygon(areas.iter().map(area).collect());
        assert_eq!(fault_of(&whole), wanted, "{whole:?}");
        if let [one] = areas {
            assert_eq!(fault_of(&area(one).into()), wanted);
        }
        // Whichever way its rings go and wherever they begin.
        let turned = |ring: &LineString| {
            let mut turned = ring.clone();
            if turned.0.is_empty() {
                return turned;
            }
            turned.0.reverse();
            turned.0.pop();
            turned.0.rotate_left(1);
            turned.close();
            turned
        };
        let turned = areas.iter().map(|rings| {
            let rings: Vec<_> = rings.iter().map(turned).collect();
            area(&&rings[..])
        });
        let fault = fault_of(&Geometry::MultiPolygon(turned.collect()));
        assert_eq!(
            fault.map(|fault| fault.kind),
            wanted.map(|fault| fault.kind),
            "{whole:?}"
        );
    }

    #[test]
    fn areas_are_held_to_the_rules_of_simple_features() {
        let big = square(0, 0, 10);
        check(&[], None);
        check(&[&[LineString::new(Vec::new())]], None);
        check(&[std::slice::from_ref(&big)], None);
        check(&[&[big.clone(), square(2, 2, 2), square(6, 6, 2)]], None);
        // A hole that touches its area, or another hole, at one position.
        let at_edge = ring(&[(0, 5), (2, 4), (2, 6), (0, 5)]);
        check(&[&[big.clone(), at_edge.clone()]], None);
        check(&[&[big.clone(), square(2, 2, 2), square(4, 4, 2)]], None);
        // Areas side by side that touch at positions, and one in the hole of another, touching it.
        check(&[std::slice::from_ref(&big), &[square(10, 10, 5)]], None);
        let diamond = ring(&[(2, 5), (5, 2), (8, 5), (5, 8), (2, 5)]);
        check(
            &[
                &[big.clone(), square(2, 2, 6)],
                std::slice::from_ref(&diamond),
            ],
            None,
        );
        // Bow ties: crossing in the open, and at a vertex of both.
        let bow = ring(&[(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)]);
        check(&[&[bow]], Some((Kind::Crossing, (5.0, 5.0))));
        let eight = ring(&[(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10), (0, 0)]);
        check(&[&[eight]], Some((Kind::SelfTouch, (5.0, 5.0))));
        let pinched = ring(&[(0, 0), (10, 0), (10, 10), (5, 0), (0, 10), (0, 0)]);
        check(&[&[pinched]], Some((Kind::SelfTouch, (5.0, 0.0))));
        // A spike, a ring that is there and back, a ring that is nothing.
        let spike = ring(&[(0, 0), (10, 0), (14, 0), (10, 0), (10, 10), (0, 0)]);
        let fault = fault_of(&Polygon::new(spike, Vec::new()).into());
        assert_eq!(fault.map(|fault| fault.at), Some((10.0, 0.0).into()));
        check(
            &[&[ring(&[(1, 2), (5, 5), (1, 2), (1, 2)])]],
            Some((Kind::TooFew, (1.0, 2.0))),
        );
        check(
            &[&[ring(&[(1, 2), (1, 2), (1, 2), (1, 2)])]],
            Some((Kind::TooFew, (1.0, 2.0))),
        );
        // Holes that are outside, in another, the same, over the edge, or across a vertex.
        check(
            &[&[big.clone(), square(20, 2, 2)]],
            Some((Kind::HoleOutside, (20.0, 2.0))),
        );
        check(
            &[&[big.clone(), square(2, 2, 6), square(4, 4, 2)]],
            Some((Kind::HoleInHole, (4.0, 4.0))),
        );
        check(
            &[&[square(2, 2, 2), big.clone()]],
            Some((Kind::HoleOutside, (0.0, 0.0))),
        );
        check(
            &[&[big.clone(), square(0, 2, 2)]],
            Some((Kind::Overlap, (0.0, 2.0))),
        );
        let through = ring(&[(5, 5), (10, 10), (12, 8), (5, 5)]);
        assert!(fault_of(&Polygon::new(big.clone(), vec![through]).into()).is_some());
        // Holes that cut their area apart.
        let across = ring(&[(0, 5), (5, 4), (10, 5), (5, 6), (0, 5)]);
        let fault = fault_of(&Polygon::new(big.clone(), vec![across]).into());
        assert_eq!(fault.map(|fault| fault.kind), Some(Kind::Parted));
        // Areas in each other, over each other, side by side.
        check(
            &[std::slice::from_ref(&big), &[square(2, 2, 2)]],
            Some((Kind::AreaInArea, (2.0, 2.0))),
        );
        let fault = fault_of(&Geometry::MultiPolygon(MultiPolygon::new(vec![
            Polygon::new(big.clone(), Vec::new()),
            Polygon::new(square(5, 5, 10), Vec::new()),
        ])));
        assert_eq!(fault.map(|fault| fault.kind), Some(Kind::Crossing));
        check(
            &[&[big], &[square(10, 0, 10)]],
            Some((Kind::Overlap, (10.0, 0.0))),
        );
    }

    #[test]
    fn what_is_made_to_be_slow_ends() {
        // Long diagonals side by side: all boxes meet, no edges cross.
        let teeth = 40_000;
        let mut comb: Vec<(f64, f64)> = Vec::new();
        for tooth in 0..teeth {
            let step = f64::from(tooth) / f64::from(teeth);
            comb.extend([
                (step, 0.0),
                (step + 50.0, 50.0),
                (step + 0.5 / f64::from(teeth), 0.0),
            ]);
        }
        comb.extend([(1.0, -1.0), (0.0, -1.0), (0.0, 0.0)]);
        let comb = Geometry::from(Polygon::new(comb.into(), Vec::new()));
        assert_eq!(
            fault_of(&comb).map(|fault| fault.kind),
            Some(Kind::Entangled)
        );
        assert_eq!(crossings(&comb, 10), None);
    }

    fn any_ring() -> impl Strategy<Value = LineString> {
        prop::collection::vec((0..7_i32, 0..7_i32), 3..7).prop_map(|mut positions| {
            positions.push(positions[0]);
            ring(&positions)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        /// The library's own check compares all with all; it does not know of spikes, nor of areas that
        /// are cut apart.
        #[test]
        fn it_agrees_with_the_library(
            areas in prop::collection::vec((any_ring(), prop::collection::vec(any_ring(), 0..3)), 1..3)
        ) {
            let polygons = areas.into_iter().map(|(outer, holes)| Polygon::new(outer, holes));
            let all = Geometry::MultiPolygon(polygons.collect());
            let fault = fault_of(&all);
            let is_ours = fault.is_some_and(|fault| matches!(fault.kind, Kind::Parted | Kind::Overlap));
            prop_assert!(is_ours || fault.is_none() == all.is_valid(), "{fault:?} {all:?}");
        }
    }
}
