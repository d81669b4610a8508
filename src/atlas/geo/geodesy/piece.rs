//! Pieces of edges: their boxes, how an edge is cut, and where a piece comes nearest to a position.

use geo::Coord;

use crate::atlas::geo::geodesy::{
    CURVATURE_RADIUS_M_MAX, CUT_NS, PIECE_DEG_MAX, PIECE_LNG_DEG_MAX, chord_2, dot,
    metres_per_degree, minus, tangent_plane,
};
use crate::atlas::geo::position::LngLat;
use crate::atlas::model::budget;

/// A short edge, straight in longitude and latitude; a lone position has equal ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Where it starts.
    pub from: Coord,
    /// Where it ends.
    pub to: Coord,
}

impl Piece {
    /// The piece's box in earth-centred metres, `[low corner, high corner]`. Every position of the
    /// piece is inside.
    pub fn ecef_box(self) -> [[f64; 3]; 2] {
        let (a, b) = (LngLat::of(self.from).ecef(), LngLat::of(self.to).ecef());
        let sag_m = self.sag_m();
        let low = std::array::from_fn(|axis| a[axis].min(b[axis]) - sag_m);
        let high = std::array::from_fn(|axis| a[axis].max(b[axis]) + sag_m);
        [low, high]
    }

    /// The piece leaves the straight line between its ends, in earth-centred metres, by this at most.
    pub fn sag_m(self) -> f64 {
        // A curve parametrised over [0, 1] leaves its chord by at most max|r''| / 8, and here
        // |r''| <= R (cos φ Δλ² + 2 |Δλ Δφ| + Δφ²), with the φ of the piece that is least from the
        // equator.
        let along = (self.to.x - self.from.x).abs().to_radians();
        let up = (self.to.y - self.from.y).abs().to_radians();
        let turn_2 = self.widest() * along * along + 2.0 * along * up + up * up;
        CURVATURE_RADIUS_M_MAX * turn_2 / 8.0
    }

    /// Into how many pieces an edge is cut.
    pub fn count(self) -> f64 {
        let (wide_deg, high_deg) = (
            (self.to.x - self.from.x).abs(),
            (self.to.y - self.from.y).abs(),
        );
        let span_deg = (wide_deg * self.widest()).max(high_deg);
        let count = (span_deg / PIECE_DEG_MAX).max(wide_deg / PIECE_LNG_DEG_MAX);
        count.ceil().max(1.0)
    }

    /// Gives the pieces of an edge.
    pub fn cut(self, give: &mut impl FnMut(Self)) {
        self.cut_in(self.count(), give);
    }

    /// Gives equal parts of an edge, `count` of them.
    pub fn cut_in(self, count: f64, give: &mut impl FnMut(Self)) {
        let mut start = self.from;
        let mut at = 1.0;
        while at <= count {
            budget::spend(CUT_NS);
            let end = if at < count {
                self.at(at / count)
            } else {
                self.to
            };
            give(Self {
                from: start,
                to: end,
            });
            start = end;
            at += 1.0;
        }
    }

    /// The cosine of its latitude where a degree of longitude is widest.
    fn widest(self) -> f64 {
        let (from, to) = (self.from.y, self.to.y);
        if from * to <= 0.0 {
            return 1.0;
        }
        from.abs().min(to.abs()).to_radians().cos()
    }

    /// Where on the piece, 0 at its start to 1 at its end, it comes nearest to an earth-centred
    /// position. The chord is minimised: where it is least the geodesic is too, but for a shift
    /// whose effect on the distance is of second order (below 1 cm at 2,000 km).
    pub fn nearest(self, to: [f64; 3]) -> f64 {
        if self.from == self.to {
            return 0.0;
        }
        let (slope_0, slope_1) = (self.slope(0.0, to), self.slope(1.0, to));
        match (slope_0.0 < 0.0, slope_1.0 > 0.0) {
            (true, true) => self.root(to, slope_0, slope_1),
            (false, true) => 0.0,
            (true, false) => 1.0,
            (false, false) => {
                let end = |t| chord_2(LngLat::of(self.at(t)).ecef(), to);
                if end(0.0) <= end(1.0) { 0.0 } else { 1.0 }
            }
        }
    }

    /// The position at a share of the way, exact at both ends.
    pub fn at(self, t: f64) -> Coord {
        if t >= 1.0 {
            return self.to;
        }
        self.from + (self.to - self.from) * t
    }

    /// Half the derivative of the squared chord at `t`, and the square of the speed there.
    fn slope(self, t: f64, to: [f64; 3]) -> (f64, f64) {
        let position = LngLat::of(self.at(t));
        let east_north = tangent_plane(position);
        let [east_m, north_m] = metres_per_degree(position);
        let (dx, dy) = (
            (self.to.x - self.from.x) * east_m,
            (self.to.y - self.from.y) * north_m,
        );
        let offset = minus(position.ecef(), to);
        let slope = dx * dot(east_north[0], offset) + dy * dot(east_north[1], offset);
        (slope, dx * dx + dy * dy)
    }

    /// Where the slope, negative at the start and positive at the end, is zero: false position with
    /// the Illinois rule, until a step is below a tenth of a millimetre.
    fn root(self, to: [f64; 3], start: (f64, f64), end: (f64, f64)) -> f64 {
        let (mut low, mut high) = ((0.0, start.0), (1.0, end.0));
        let tolerance = 1e-4 / start.1.max(end.1).sqrt().max(1e-4);
        let (mut last, mut last_slope) = (f64::NAN, 0.0);
        for _ in 0..64 {
            let t = (low.0 * high.1 - high.0 * low.1) / (high.1 - low.1);
            if (t - last).abs() <= tolerance {
                return t.clamp(0.0, 1.0);
            }
            let (slope, _) = self.slope(t, to);
            let same_side = slope * last_slope > 0.0;
            if slope < 0.0 {
                low = (t, slope);
                high.1 /= if same_side { 2.0 } else { 1.0 };
            } else if slope > 0.0 {
                high = (t, slope);
                low.1 /= if same_side { 2.0 } else { 1.0 };
            } else {
                return t;
            }
            (last, last_slope) = (t, slope);
        }
        last.clamp(0.0, 1.0)
    }
}
