//! Rings of whole units made into valid areas (OGC 06-103r4 §6.1.11): cutting, simplifying and rounding
//! can make a ring cross itself or another.

use std::collections::{HashMap, HashSet};
use std::f64::consts::TAU;
use std::ops::ControlFlow;

use geo::{Coord, Intersects, Line};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::IntOverlayOptions;
use i_overlay::core::simplify::Simplify;
use i_overlay::i_float::int::point::IntPoint;

use crate::atlas::geo::pairs;
use crate::atlas::model::budget;

/// A position in a tile in units from its north-western corner: right, down. The buffer around the tile
/// included, so it may be negative.
pub type Vertex = [i32; 2];

/// A ring that is not closed by a repeated vertex.
pub type Ring = Vec<Vertex>;

/// Where edges cross they are cut, and the cut is rounded, which can make other edges cross: a third
/// time there was nothing left in a hundred thousand random cases.
const PASSES: usize = 2;
/// Rings of more vertices together are not overlaid, nor those whose edges cross each other more often:
/// a star of twenty thousand vertices crosses itself a hundred million times.
pub const VERTICES_MAX: usize = 100_000;
const CROSSINGS_MAX: usize = 20_000;
/// Nor those of which more pairs of edges would have to be looked at.
const LOOKS_MAX: usize = 2_000_000;
/// Rings of so few vertices together cannot cross too often.
const FEW: usize = 200;
/// About what it takes to overlay an edge, to look at a vertex, and at a way onward, in nanoseconds.
const OVERLAY_NS: u64 = 600;
const VERTEX_NS: u64 = 2;
const WAY_NS: u64 = 30;

/// The areas that rings enclose, each its outer ring and then its holes. Outer rings go in clockwise on
/// the screen and holes the other way, and come out so.
///
/// A position is in an area if more outer rings than holes go around it: a hole that has slipped out of its
/// area stays nothing, and areas that have slipped into each other become one. `None` if the rings cross
/// too often, or are too many, to say what they enclose.
pub fn areas_of_rings(rings: &[Ring]) -> Option<Vec<Vec<Ring>>> {
    if rings.is_empty() {
        return Some(Vec::new());
    }
    let vertices: usize = rings.iter().map(Vec::len).sum();
    if vertices > VERTICES_MAX || (vertices > FEW && cross_too_often(rings)) {
        return None;
    }
    budget::begin(OVERLAY_NS * vertices as u64);
    let point = |[x, y]: &Vertex| IntPoint::new(*x, *y);
    let mut contours: Vec<Vec<IntPoint>> = rings
        .iter()
        .map(|ring| ring.iter().map(point).collect())
        .collect();
    let mut areas = Vec::new();
    for _ in 0..PASSES {
        // Every vertex is kept, so that rings touch at vertices alone.
        areas = contours.simplify(FillRule::Positive, IntOverlayOptions::keep_output_points());
        contours = areas.concat();
    }
    let ring = |contour: Vec<IntPoint>| contour.into_iter().map(|at| [at.x, at.y]).collect();
    let rings: Vec<Ring> = contours.into_iter().map(ring).collect();
    if touch(&rings) {
        return Some(parted(&rings));
    }
    let mut rings = rings.into_iter();
    let area = |contours: &Vec<_>| rings.by_ref().take(contours.len()).collect();
    Some(areas.iter().map(area).collect())
}

/// Whether the edges of rings meet more often than they may, where they do not follow each other.
fn cross_too_often(rings: &[Ring]) -> bool {
    let coord = |[x, y]: &Vertex| Coord {
        x: f64::from(*x),
        y: f64::from(*y),
    };
    let edges = |ring: &'_ Ring| {
        let ends = ring.iter().skip(1).chain(ring.first());
        let edges = ring.iter().zip(ends);
        edges
            .map(|(from, to)| Line::new(coord(from), coord(to)))
            .collect::<Vec<_>>()
    };
    let edges: Vec<Line> = rings.iter().flat_map(edges).collect();
    let (mut looks, mut crossings) = (0, 0);
    pairs::each_among(&edges, &mut |a, b| {
        looks += 1;
        let (a, b) = (edges[a], edges[b]);
        let follow = a.start == b.end || a.end == b.start;
        if !follow && a.intersects(&b) {
            crossings += 1;
        }
        if crossings > CROSSINGS_MAX || looks > LOOKS_MAX {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
}

/// What a ring goes around, whichever way and however often, as rings: outer ones and holes directed as
/// [`areas_of_rings`] takes them.
pub fn enclosed_by(ring: &Ring) -> Vec<Ring> {
    let contour: Vec<IntPoint> = ring.iter().map(|[x, y]| IntPoint::new(*x, *y)).collect();
    let shapes = [contour].simplify(FillRule::NonZero, IntOverlayOptions::keep_output_points());
    let mut rings = Vec::new();
    for shape in shapes {
        for (at, contour) in shape.into_iter().enumerate() {
            let mut ring: Ring = contour.into_iter().map(|at| [at.x, at.y]).collect();
            if (twice_area(&ring) > 0) != (at == 0) {
                ring.reverse();
            }
            rings.push(ring);
        }
    }
    rings
}

/// Whether a position is a vertex twice.
fn touch(rings: &[Ring]) -> bool {
    let mut vertices: Vec<Vertex> = rings.concat();
    vertices.sort_unstable();
    vertices.windows(2).any(|pair| pair[0] == pair[1])
}

/// The areas of rings that do not cross, but touch themselves or each other: what hangs together by a
/// single position is parted there, and what a ring goes around that touches itself becomes a hole.
fn parted(rings: &[Ring]) -> Vec<Vec<Ring>> {
    let rings = simple_rings(rings).into_iter();
    let rings = rings.filter(|ring| twice_area(ring) != 0);
    let (mut outers, holes): (Vec<Ring>, Vec<Ring>) = rings.partition(|ring| twice_area(ring) > 0);
    // The smallest that is around a hole is the one that it is a hole of.
    outers.sort_by_key(|ring| twice_area(ring));
    let mut areas: Vec<Vec<Ring>> = outers.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let is_around = |ring: &Ring| {
            twice_area(ring) > -twice_area(&hole) && hole.iter().all(|at| covers(ring, *at))
        };
        if let Some(area) = areas.iter_mut().find(|area| is_around(&area[0])) {
            area.push(hole);
        }
    }
    areas
}

/// The edges of rings as rings around what hangs together, in which each position is once.
fn simple_rings(rings: &[Ring]) -> Vec<Ring> {
    let edges = |ring: &'_ Ring| {
        let ends = ring.iter().skip(1).chain(ring.first());
        ring.iter().copied().zip(ends.copied()).collect::<Vec<_>>()
    };
    let edges: Vec<(Vertex, Vertex)> = rings.iter().flat_map(edges).collect();
    let mut onward: HashMap<Vertex, Vec<Vertex>> = HashMap::new();
    for (from, to) in &edges {
        onward.entry(*from).or_default().push(*to);
    }
    let mut walked = HashSet::new();
    let mut simple = Vec::new();
    for start in edges {
        let mut way: Ring = Vec::new();
        let mut places: HashMap<Vertex, usize> = HashMap::new();
        let mut edge = start;
        while walked.insert(edge) {
            // Back at a position of the way: what lies between is a ring of its own.
            if let Some(at) = places.get(&edge.0).copied() {
                let ring = way.split_off(at);
                for place in &ring {
                    places.remove(place);
                }
                simple.push(ring);
            }
            places.insert(edge.0, way.len());
            way.push(edge.0);
            edge = (edge.1, next(edge, &onward));
        }
        simple.push(way);
    }
    simple
}

/// Where the edge of what lies on an edge's inner side goes on behind it: of the ways onward the first
/// that comes, turning through the inside from where the edge came from.
fn next((from, at): (Vertex, Vertex), onward: &HashMap<Vertex, Vec<Vertex>>) -> Vertex {
    let angle = |to: Vertex| f64::from(to[1] - at[1]).atan2(f64::from(to[0] - at[0]));
    let back = angle(from);
    // All the way around is back along the edge itself.
    let turn = |to: &Vertex| match (back - angle(*to)).rem_euclid(TAU) {
        0.0 => TAU,
        turn => turn,
    };
    let ways = onward.get(&at).map_or(&[][..], Vec::as_slice);
    budget::spend(WAY_NS * ways.len() as u64);
    let first = ways.iter().min_by(|a, b| turn(a).total_cmp(&turn(b)));
    first.copied().unwrap_or(from)
}

/// Whether a position is in a ring or on it.
fn covers(ring: &[Vertex], [x, y]: Vertex) -> bool {
    budget::spend(VERTEX_NS * ring.len() as u64);
    let mut inside = false;
    let Some(last) = ring.last() else {
        return false;
    };
    let mut from = *last;
    for to in ring {
        let side = turn_of(from, *to, [x, y]);
        let beside = |axis: usize, at: i32| {
            (from[axis].min(to[axis])..=from[axis].max(to[axis])).contains(&at)
        };
        if side == 0 && beside(0, x) && beside(1, y) {
            return true;
        }
        if (from[1] > y) != (to[1] > y) && (side > 0) == (to[1] > from[1]) {
            inside = !inside;
        }
        from = *to;
    }
    inside
}

/// On which side of an edge a position lies: positive on the inner one of an outer ring's edge.
fn turn_of(from: Vertex, to: Vertex, at: Vertex) -> i64 {
    let along = [0, 1].map(|axis| i64::from(to[axis]) - i64::from(from[axis]));
    let away = [0, 1].map(|axis| i64::from(at[axis]) - i64::from(from[axis]));
    along[0] * away[1] - along[1] * away[0]
}

/// Twice the area of a ring that is not closed, positive if it is clockwise on the screen (the
/// surveyor's formula).
pub fn twice_area(ring: &[Vertex]) -> i64 {
    let Some(last) = ring.last() else { return 0 };
    let mut before = last;
    let mut sum = 0;
    for at in ring {
        let [x1, y1] = before.map(i64::from);
        let [x2, y2] = at.map(i64::from);
        sum += x1 * y2 - x2 * y1;
        before = at;
    }
    sum
}
