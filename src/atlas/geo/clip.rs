//! The part of a line or an area in a tile, in the tile's units: cut in degrees, where edges are
//! straight (RFC 7946 §3.1.1), then projected, and simplified to what can be seen at the zoom.

use geo::{Coord, Geometry, LineString, Polygon, Rect, Simplify};

use crate::atlas::geo::position::LngLat;
use crate::atlas::geo::rings::{Vertex, areas_of_rings, twice_area};
use crate::atlas::geo::tiling::TileAddress;
use crate::atlas::model::budget;

/// A vertex may leave the line by so many units of a tile: a quarter of a pixel where a tile is drawn
/// 512 pixels wide.
const SIMPLIFY_UNITS: f64 = 2.0;
/// No further than this where a feature has too many vertices for a tile.
const LEAVE_UNITS_MAX: f64 = 256.0;
/// Vertices of a feature in a tile, which holds about so many bytes, before it is simplified further.
const VERTICES_MAX: usize = 50_000;
/// Vertices that are simplified together.
const RUN: usize = 1024;
/// An edge that is straight in degrees is bent in the projection; it is cut until its pieces leave
/// their chords by no more units than this.
const SAG_UNITS_MAX: f64 = 0.5;
/// Longer pieces are cut in any case, so that a bend both ways does not look straight.
const PIECE_LAT_DEG_MAX: f64 = 5.0;

/// About what it takes to project a vertex, and to cut an edge, in nanoseconds.
const VERTEX_NS: u64 = 60;
const EDGE_NS: u64 = 10;
/// About what a vertex adds to what simplifying a line takes.
const SIMPLIFY_NS: u64 = 60;

/// What a tile shows of a geometry that is not a single position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Positions, in the tile itself.
    pub points: Vec<Vertex>,
    /// Lines of at least two different vertices.
    pub lines: Vec<Vec<Vertex>>,
    /// Areas: each its outer ring and then its holes. One whose edges cross too often to say what they
    /// enclose is not here: its rings are lines. Rings have at least three vertices and an area,
    /// are not closed by a repeated vertex, and are wound as the Vector Tile Specification 2.1
    /// §4.3.4.4 has it: outer rings clockwise on the screen, holes the other way.
    pub areas: Vec<Vec<Vec<Vertex>>>,
}

impl Shape {
    /// Whether nothing of it can be seen.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.lines.is_empty() && self.areas.is_empty()
    }

    /// How large it is: half the way around its box, in units. Positions are largest.
    pub fn size(&self) -> u32 {
        if !self.points.is_empty() {
            return u32::MAX;
        }
        let lines = self.lines.iter().chain(self.areas.iter().flatten());
        let span = |axis: usize| {
            let along = lines.clone().flatten().map(|vertex| vertex[axis]);
            let (low, high) = along.fold((i32::MAX, i32::MIN), |(low, high), at| {
                (low.min(at), high.max(at))
            });
            high.abs_diff(low)
        };
        span(0).saturating_add(span(1))
    }

    /// How many vertices it has.
    pub fn vertices(&self) -> usize {
        let lines = self.lines.iter().chain(self.areas.iter().flatten());
        self.points.len() + lines.map(Vec::len).sum::<usize>()
    }
}

/// What a tile shows of a geometry; `None` if nothing of it can be seen there.
pub fn shape_in(geometry: &Geometry, address: TileAddress) -> Option<Shape> {
    let mut leave_units = SIMPLIFY_UNITS;
    let mut clip = Clip::of(geometry, address, leave_units);
    // What is too fine to be told in a tile is told more coarsely.
    while clip.vertices() > VERTICES_MAX && leave_units < LEAVE_UNITS_MAX {
        leave_units *= 4.0;
        clip = Clip::of(geometry, address, leave_units);
    }
    let mut shape = clip.shape;
    match areas_of_rings(&clip.rings) {
        Some(areas) => shape.areas = areas,
        None => shape.lines.extend(clip.rings.into_iter().map(closed)),
    }
    (!shape.is_empty()).then_some(shape)
}

/// A ring as a line that ends where it starts.
fn closed(mut ring: Vec<Vertex>) -> Vec<Vertex> {
    ring.extend(ring.first().copied());
    ring
}

struct Clip {
    address: TileAddress,
    /// A vertex may leave the line by so many units.
    leave_units: f64,
    /// The tile with its buffer in degrees.
    rect: Rect,
    /// The points and lines of the clipped geometry.
    shape: Shape,
    /// Rings of its areas, outer ones clockwise on the screen, holes the other way.
    rings: Vec<Vec<Vertex>>,
}

impl Clip {
    fn of(geometry: &Geometry, address: TileAddress, leave_units: f64) -> Self {
        let mut clip = Self {
            address,
            leave_units,
            rect: address.rect(),
            shape: Shape::default(),
            rings: Vec::new(),
        };
        clip.add(geometry);
        clip
    }

    /// How many vertices it holds.
    fn vertices(&self) -> usize {
        self.shape.vertices() + self.rings.iter().map(Vec::len).sum::<usize>()
    }

    fn add(&mut self, geometry: &Geometry) {
        match geometry {
            Geometry::Point(point) => self.add_point(point.0),
            Geometry::MultiPoint(points) => {
                points.0.iter().for_each(|point| self.add_point(point.0));
            }
            Geometry::Line(line) => self.add_line(&[line.start, line.end]),
            Geometry::LineString(line) => self.add_line(&line.0),
            Geometry::MultiLineString(lines) => {
                lines.0.iter().for_each(|line| self.add_line(&line.0));
            }
            Geometry::Polygon(polygon) => self.add_area(polygon),
            Geometry::MultiPolygon(polygons) => {
                polygons.0.iter().for_each(|polygon| self.add_area(polygon));
            }
            Geometry::Rect(rect) => self.add_area(&rect.to_polygon()),
            Geometry::Triangle(triangle) => self.add_area(&triangle.to_polygon()),
            Geometry::GeometryCollection(parts) => parts.0.iter().for_each(|part| self.add(part)),
        }
    }

    fn add_point(&mut self, at: Coord) {
        if let Some(units) = self.address.units_of(LngLat::of(at)) {
            self.shape.points.push(units.map(u32::cast_signed));
        }
    }

    fn add_line(&mut self, line: &[Coord]) {
        for run in cut_line(line, self.rect) {
            let run = self.projected(&run);
            let vertices = whole(&self.simplified(&run).0);
            if vertices.len() >= 2 {
                self.shape.lines.push(vertices);
            }
        }
    }

    fn add_area(&mut self, polygon: &Polygon) {
        let Some(outer) = self.ring(polygon.exterior(), true) else {
            return;
        };
        self.rings.push(outer);
        for hole in polygon.interiors() {
            let hole = self.ring(hole, false);
            self.rings.extend(hole);
        }
    }

    /// A ring in the tile's units, clockwise on the screen or not.
    fn ring(&self, ring: &LineString, clockwise: bool) -> Option<Vec<Vertex>> {
        let mut cut = cut_ring(&ring.0, self.rect);
        cut.push(*cut.first()?);
        let projected = self.projected(&cut);
        let simple = if projected.0.len() > RUN {
            self.simplified(&projected)
        } else {
            budget::spend(SIMPLIFY_NS * projected.0.len() as u64);
            let area = Polygon::new(projected, Vec::new()).simplify(self.leave_units);
            area.into_inner().0
        };
        let mut vertices = whole(&simple.0);
        if vertices.first() == vertices.last() {
            vertices.pop();
        }
        let twice_area = twice_area(&vertices);
        // Down is positive: what is clockwise on the screen has a positive area.
        if (twice_area > 0) != clockwise {
            vertices.reverse();
        }
        (twice_area != 0).then_some(vertices)
    }

    /// A line with fewer vertices. A long one is taken in runs whose ends stay: the algorithm (Ramer
    /// 1972, doi 10.1016/S0146-664X(72)80017-0) may look at each vertex for each, as deep in calls.
    fn simplified(&self, line: &LineString) -> LineString {
        if line.0.len() <= RUN {
            budget::spend(SIMPLIFY_NS * line.0.len() as u64);
            return line.simplify(self.leave_units);
        }
        let mut out: Vec<Coord> = Vec::new();
        let mut start = 0;
        while start + 1 < line.0.len() {
            let end = (start + RUN).min(line.0.len());
            budget::spend(SIMPLIFY_NS * RUN as u64);
            let run = LineString(line.0[start..end].to_vec()).simplify(self.leave_units);
            out.pop();
            out.extend(run.0);
            start = end - 1;
        }
        LineString(out)
    }

    /// Vertices in degrees as a line in units; of those that fall together only one.
    fn projected(&self, line: &[Coord]) -> LineString {
        let mut out: Vec<Coord> = Vec::with_capacity(line.len().min(1024));
        let mut before: Option<(Coord, Coord)> = None;
        for (at, degrees) in line.iter().enumerate() {
            budget::spend(VERTEX_NS);
            let units = self.project(*degrees);
            if let Some((from, from_units)) = before {
                self.push_edge((from, from_units), (*degrees, units), &mut out);
            }
            let is_end = at == 0 || at + 1 == line.len();
            let moved = |last: &Coord| rounded(*last) != rounded(units);
            if is_end || out.last().is_none_or(moved) {
                out.push(units);
            }
            before = Some((*degrees, units));
        }
        LineString::new(out)
    }

    /// What must stand between the ends of an edge, so that it bends as the projection bends it.
    fn push_edge(&self, from: (Coord, Coord), to: (Coord, Coord), out: &mut Vec<Coord>) {
        let (dx, dy) = (to.1.x - from.1.x, to.1.y - from.1.y);
        let span_deg = (to.0.y - from.0.y).abs();
        // The projection's second derivative is at most 1 in radians of its own.
        let sag_max = dy * dy * std::f64::consts::PI / (4.0 * self.address.world_units());
        let straight = self.address.set().keeps_straight() || dx == 0.0;
        if straight || (sag_max < SAG_UNITS_MAX && span_deg < PIECE_LAT_DEG_MAX) {
            return;
        }
        budget::spend(VERTEX_NS);
        let middle = (from.0 + to.0) / 2.0;
        let units = self.project(middle);
        let sag = (units.y - f64::midpoint(from.1.y, to.1.y)).abs() * dx.abs() / dx.hypot(dy);
        if sag < SAG_UNITS_MAX && span_deg < PIECE_LAT_DEG_MAX {
            return;
        }
        self.push_edge(from, (middle, units), out);
        out.push(units);
        self.push_edge((middle, units), to, out);
    }

    fn project(&self, at: Coord) -> Coord {
        let [x, y] = self.address.projected(LngLat::of(at));
        Coord { x, y }
    }
}

/// The parts of a line in a box, in their order.
fn cut_line(line: &[Coord], rect: Rect) -> Vec<Vec<Coord>> {
    let mut runs: Vec<Vec<Coord>> = Vec::new();
    let mut open = false;
    for edge in line.windows(2) {
        budget::spend(EDGE_NS);
        let Some((from, to)) = cut_edge(edge[0], edge[1], rect) else {
            open = false;
            continue;
        };
        match runs.last_mut() {
            Some(run) if open && run.last() == Some(&from) => run.push(to),
            _ => runs.push(vec![from, to]),
        }
        open = true;
    }
    runs
}

/// The part of an edge in a box (Liang and Barsky 1984, doi 10.1145/357332.357333).
fn cut_edge(from: Coord, to: Coord, rect: Rect) -> Option<(Coord, Coord)> {
    let (low, high) = (rect.min(), rect.max());
    let by = to - from;
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides = [
        (-by.x, from.x - low.x),
        (by.x, high.x - from.x),
        (-by.y, from.y - low.y),
        (by.y, high.y - from.y),
    ];
    for (outward, room) in sides {
        if outward == 0.0 && room < 0.0 {
            return None;
        } else if outward < 0.0 {
            enter = enter.max(room / outward);
        } else if outward > 0.0 {
            leave = leave.min(room / outward);
        }
    }
    let at = |t: f64| match t {
        0.0 => from,
        1.0 => to,
        _ => from + by * t,
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// A ring cut to a box, side by side (Sutherland and Hodgman 1974, doi 10.1145/360767.360802), not
/// closed. Where the ring leaves the box more than once its parts stay joined along the box's edge,
/// until [`areas_of_rings`] takes them apart.
fn cut_ring(ring: &[Coord], rect: Rect) -> Vec<Coord> {
    let (low, high) = (rect.min(), rect.max());
    let mut ring: Vec<Coord> = ring.split_last().map_or(&[][..], |(_, open)| open).to_vec();
    let x: fn(Coord) -> f64 = |at| at.x;
    let y: fn(Coord) -> f64 = |at| at.y;
    for (axis, bound, sign) in [
        (x, low.x, 1.0),
        (x, high.x, -1.0),
        (y, low.y, 1.0),
        (y, high.y, -1.0),
    ] {
        let room = |at: Coord| (axis(at) - bound) * sign;
        if ring.iter().all(|at| room(*at) >= 0.0) {
            continue;
        }
        let Some(last) = ring.last().copied() else {
            break;
        };
        budget::spend(EDGE_NS * ring.len() as u64);
        let mut kept = Vec::with_capacity(ring.len());
        let mut before = last;
        for at in ring {
            let (was, is) = (room(before), room(at));
            if (was < 0.0) != (is < 0.0) {
                kept.push(before + (at - before) * (was / (was - is)));
            }
            if is >= 0.0 {
                kept.push(at);
            }
            before = at;
        }
        ring = kept;
    }
    ring
}

/// The nearest vertex of whole units.
fn rounded(at: Coord) -> Vertex {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cut line lies within the tile's buffer"
    )]
    [at.x, at.y].map(|units| units.round() as i32)
}

/// Vertices of whole units, each different from the one before.
fn whole(line: &[Coord]) -> Vec<Vertex> {
    let mut vertices: Vec<Vertex> = line.iter().map(|at| rounded(*at)).collect();
    vertices.dedup();
    vertices
}
