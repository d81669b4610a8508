//! How two edges meet, and on which side of a way a position lies.

use geo::algorithm::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, GeoNum, Kernel, Line, Orientation};

use crate::atlas::validity::area::Edge;

/// How two edges meet.
pub(super) enum Meeting {
    /// In no position.
    Not,
    /// In one, which is an end of one of them.
    Touch(Coord),
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

/// Which way it turns from one position by the second to the third.
pub(super) fn turn(a: Coord, b: Coord, c: Coord) -> Orientation {
    <f64 as GeoNum>::Ker::orient2d(a, b, c)
}

/// Whether a position lies to the left of a way that comes from one position and goes to another.
pub(super) fn is_left_of([from, to]: [Coord; 2], at: Coord, place: Coord) -> bool {
    let before =
        |first: Coord, second: Coord| turn(at, first, second) == Orientation::CounterClockwise;
    match turn(at, to, from) {
        // Left is what comes, turning to the left, between where it goes and where it comes from.
        Orientation::CounterClockwise => before(to, place) && before(place, from),
        Orientation::Clockwise => !(before(from, place) && before(place, to)),
        Orientation::Collinear => before(to, place),
    }
}
