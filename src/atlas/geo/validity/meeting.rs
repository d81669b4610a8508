//! The edges of rings, how two of them meet, and which way three positions turn.

use geo::algorithm::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, GeoNum, Kernel, Line, Orientation};

use crate::atlas::geo::validity::edge::Edge;

/// How two edges meet.
pub(super) enum Meeting {
    /// In no position.
    Not,
    /// In one, which is an end of one of them.
    Touch,
    /// In one, which is an end of neither.
    Cross(Coord),
    /// In a stretch, which begins there.
    Overlap(Coord),
}

/// How two edges with a length meet.
pub(super) fn meeting(a: &Edge, b: &Edge) -> Meeting {
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
    if of_a.iter().chain(&of_b).any(|turn| *turn == Collinear) {
        return Meeting::Touch;
    }
    let lines = [a, b].map(|edge| Line::new(edge.from, edge.to));
    Meeting::Cross(match line_intersection(lines[0], lines[1]) {
        Some(LineIntersection::SinglePoint { intersection, .. }) => intersection,
        _ => a.from,
    })
}

/// How two edges on one line meet.
fn in_line(a: &Edge, b: &Edge) -> Meeting {
    let ends = |edge: &Edge| edge.ends().map(|end| [end.x, end.y]);
    let ([a_low, a_high], [b_low, b_high]) = (ends(a), ends(b));
    let low = if a_low >= b_low { a_low } else { b_low };
    let high = if a_high <= b_high { a_high } else { b_high };
    let at = Coord {
        x: low[0],
        y: low[1],
    };
    match low.partial_cmp(&high) {
        Some(std::cmp::Ordering::Less) => Meeting::Overlap(at),
        Some(std::cmp::Ordering::Equal) => Meeting::Touch,
        _ => Meeting::Not,
    }
}

/// Which way it turns from one position by the second to the third.
pub(super) fn turn(a: Coord, b: Coord, c: Coord) -> Orientation {
    <f64 as GeoNum>::Ker::orient2d(a, b, c)
}
