//! Which edges may meet: those whose boxes do, found by a sweep along the axis on which they are shorter.
//! How many they are is what libraries of geometry take for relations and overlays, which cannot be
//! stopped once they began.

use std::ops::ControlFlow;

use geo::{Coord, Geometry, Line, LineString, Polygon, Rect};

use crate::atlas::model::budget;

/// About what it takes to look at an edge, to put it in order, and to look at a pair, in nanoseconds.
const EDGE_NS: u64 = 4;
const ORDER_NS: u64 = 60;
const PAIR_NS: u64 = 2;

/// The edges of a geometry whose boxes meet a rectangle, in their order; a lone position is an edge
/// without length.
pub fn edges_of(geometry: &Geometry, within: Option<&Rect>) -> Vec<Line> {
    let mut edges = Vec::new();
    each_edge(geometry, &mut |edge| {
        if within.is_none_or(|rect| meets(edge, rect)) {
            edges.push(edge);
        }
    });
    edges
}

fn each_edge(geometry: &Geometry, give: &mut dyn FnMut(Line)) {
    let mut rings = |polygon: &Polygon| {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        rings.for_each(|ring| along(ring, give));
    };
    match geometry {
        Geometry::Point(at) => give(Line::new(at.0, at.0)),
        Geometry::MultiPoint(all) => {
            budget::spend(EDGE_NS * all.0.len() as u64);
            all.0.iter().for_each(|at| give(Line::new(at.0, at.0)));
        }
        Geometry::Line(line) => give(*line),
        Geometry::LineString(line) => along(line, give),
        Geometry::MultiLineString(all) => all.0.iter().for_each(|line| along(line, give)),
        Geometry::Polygon(polygon) => rings(polygon),
        Geometry::MultiPolygon(all) => all.0.iter().for_each(rings),
        Geometry::Rect(rect) => rings(&rect.to_polygon()),
        Geometry::Triangle(triangle) => rings(&triangle.to_polygon()),
        Geometry::GeometryCollection(parts) => {
            parts.0.iter().for_each(|part| each_edge(part, give));
        }
    }
}

fn along(line: &LineString, give: &mut dyn FnMut(Line)) {
    budget::spend(EDGE_NS * line.0.len() as u64);
    match line.0.as_slice() {
        [only] => give(Line::new(*only, *only)),
        vertices => vertices
            .windows(2)
            .for_each(|ends| give(Line::new(ends[0], ends[1]))),
    }
}

fn meets(edge: Line, rect: &Rect) -> bool {
    let (low, high) = (rect.min(), rect.max());
    edge.start.x.max(edge.end.x) >= low.x
        && edge.start.x.min(edge.end.x) <= high.x
        && edge.start.y.max(edge.end.y) >= low.y
        && edge.start.y.min(edge.end.y) <= high.y
}

/// Gives each pair of an edge of one list and an edge of another whose boxes meet, by their indexes in
/// the lists, until that breaks off. Whether it did.
pub fn each_between(
    own: &[Line],
    other: &[Line],
    give: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
) -> bool {
    let axis = axis_for(&[own, other]);
    let (own, other) = (spans(own, axis), spans(other, axis));
    let (mut a, mut b) = (own.as_slice(), other.as_slice());
    let mut flow = ControlFlow::Continue(());
    while let ([first, after @ ..], [second, beyond @ ..]) = (a, b)
        && flow.is_continue()
    {
        // What begins first meets some of those that begin while it lasts, and is done with.
        if first.low <= second.low {
            flow = first.each_met(b, &mut |met| give(first.edge, met));
            a = after;
        } else {
            flow = second.each_met(a, &mut |met| give(met, second.edge));
            b = beyond;
        }
    }
    flow.is_break()
}

/// Gives each pair of edges of a list whose boxes meet, as [`each_between`] does; each pair once.
pub fn each_among(edges: &[Line], give: &mut impl FnMut(usize, usize) -> ControlFlow<()>) -> bool {
    let spans = spans(edges, axis_for(&[edges]));
    let mut rest = spans.as_slice();
    while let [first, after @ ..] = rest {
        if first
            .each_met(after, &mut |met| give(first.edge, met))
            .is_break()
        {
            return true;
        }
        rest = after;
    }
    false
}

/// How many pairs of edges have boxes that meet, in two geometries and between them; as far as `most`.
pub fn count(own: &Geometry, other: &Geometry, most: usize) -> usize {
    let (own, other) = (edges_of(own, None), edges_of(other, None));
    let mut pairs = 0;
    let mut add = |_: usize, _: usize| {
        pairs += 1;
        if pairs < most {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let _ = each_among(&own, &mut add)
        || each_among(&other, &mut add)
        || each_between(&own, &other, &mut add);
    pairs
}

/// An edge's box, and its index in its list.
struct Span {
    low: f64,
    high: f64,
    /// The same on the other axis.
    across: [f64; 2],
    edge: usize,
}

impl Span {
    /// Gives which of those that begin no earlier it meets.
    fn each_met(
        &self,
        later: &[Self],
        give: &mut impl FnMut(usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for (at, each) in later.iter().enumerate() {
            if at % 1024 == 0 {
                budget::spend(if at == 0 { PAIR_NS } else { PAIR_NS * 1024 });
            }
            if each.low > self.high {
                break;
            }
            if each.across[0] <= self.across[1] && self.across[0] <= each.across[1] {
                give(each.edge)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// A coordinate: of longitude or of latitude.
type Axis = fn(Coord) -> f64;
const AXES: [Axis; 2] = [|at| at.x, |at| at.y];

/// The axis on which edges are shorter beside all of them together: fewer pairs last at the same time.
fn axis_for(lists: &[&[Line]]) -> usize {
    let share = AXES.map(|axis| {
        let (mut low, mut high, mut sum) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        for edge in lists.iter().copied().flatten() {
            let (a, b) = (axis(edge.start), axis(edge.end));
            (low, high) = (low.min(a).min(b), high.max(a).max(b));
            sum += (a - b).abs();
        }
        sum / (high - low).max(f64::MIN_POSITIVE)
    });
    usize::from(share[1] < share[0])
}

/// The boxes of edges in the order in which they begin along an axis.
fn spans(edges: &[Line], axis: usize) -> Vec<Span> {
    budget::begin(ORDER_NS * edges.len() as u64);
    let sides = |edge: &Line, axis: Axis| {
        let (a, b) = (axis(edge.start), axis(edge.end));
        [a.min(b), a.max(b)]
    };
    let span = |(edge, line): (usize, &Line)| {
        let [low, high] = sides(line, AXES[axis]);
        let across = sides(line, AXES[1 - axis]);
        Span {
            low,
            high,
            across,
            edge,
        }
    };
    let mut spans: Vec<Span> = edges.iter().enumerate().map(span).collect();
    spans.sort_unstable_by(|a, b| a.low.total_cmp(&b.low));
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edges() -> impl Strategy<Value = Vec<Line>> {
        let end = || (0..8_i32, 0..8_i32).prop_map(|(x, y)| (f64::from(x), f64::from(y)));
        prop::collection::vec((end(), end()).prop_map(|(a, b)| Line::new(a, b)), 0..12)
    }

    fn rect(edge: &Line) -> Rect {
        Rect::new(edge.start, edge.end)
    }

    fn all(sweep: impl FnOnce(&mut dyn FnMut(usize, usize))) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        sweep(&mut |a, b| pairs.push((a, b)));
        pairs.sort_unstable();
        pairs
    }

    proptest! {
        #[test]
        fn a_sweep_finds_each_pair_once(own in edges(), other in edges()) {
            let go = ControlFlow::Continue(());
            let between = all(|add| {
                each_between(&own, &other, &mut |a, b| { add(a, b); go });
            });
            let among = all(|add| {
                each_among(&own, &mut |a, b| { add(a.min(b), a.max(b)); go });
            });
            let tried = |a: usize, b: &Line| meets(own[a], &rect(b));
            let expected = (0..own.len())
                .flat_map(|a| (0..other.len()).map(move |b| (a, b)))
                .filter(|(a, b)| tried(*a, &other[*b]));
            prop_assert_eq!(between, expected.collect::<Vec<_>>());
            let expected = (0..own.len())
                .flat_map(|a| (a + 1..own.len()).map(move |b| (a, b)))
                .filter(|(a, b)| tried(*a, &own[*b]));
            prop_assert_eq!(among, expected.collect::<Vec<_>>());
        }
    }
}
