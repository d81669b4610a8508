//! A small map without a script: where some features lie, along the border, as the content of an SVG.

use std::fmt::Write as _;

use geo::{BoundingRect, Coord, Geometry, LineString, Polygon, Rect};

use crate::atlas::geo::geodesy::metres_per_degree;
use crate::atlas::geo::position::{LngLat, WGS84_A_M, mercator};
use crate::atlas::layer::Layer;

/// Pixels of the longer side.
const SIDE_PX: f64 = 640.0;
/// The least that is shown, as a share of the world: about 80 km.
const SHARE_MIN: f64 = 0.002_5;
/// Pixels that a vertex must be from the one before to be drawn.
const STEP_PX: f64 = 0.8;
/// The least radius of a position.
const DOT_PX: f64 = 4.0;
/// More features than this are not drawn.
pub const MARKS_MAX: usize = 2000;

/// The drawing.
pub struct Sketch {
    /// Its size in pixels.
    pub size: [u32; 2],
    /// The border, as the data of a path.
    pub border: String,
    /// The features.
    pub marks: Vec<Mark>,
    /// How many kilometres the line of the scale is, and how many pixels.
    pub scale: (f64, f64),
}

/// A feature.
pub struct Mark {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// Its drawing.
    pub form: Form,
}

/// How a feature is drawn.
pub enum Form {
    /// A position: a circle as large as its uncertainty.
    Dot {
        /// The middle.
        at: [f64; 2],
        /// The radius.
        radius: f64,
    },
    /// A line or an area: the data of a path.
    Path(String),
}

/// A feature to draw.
pub struct Drawn<'a> {
    /// Where it is.
    pub geometry: &'a Geometry,
    /// Within how many metres that is known.
    pub within_m: Option<f64>,
    /// Where its mark leads.
    pub href: String,
    /// What it is called.
    pub title: String,
}

impl Drawn<'_> {
    /// The box around it in degrees, with what it is uncertain by and as much again.
    fn around(&self) -> Option<Rect> {
        let rect = self.geometry.bounding_rect()?;
        let at = LngLat::new(rect.center().x, rect.center().y).ok()?;
        let metres = metres_per_degree(at);
        let by = metres.map(|metres| 2.0 * self.within_m.unwrap_or_default() / metres.max(1.0));
        let by = Coord { x: by[0], y: by[1] };
        Some(Rect::new(rect.min() - by, rect.max() + by))
    }
}

/// A window of the world's square on a drawing.
struct Window {
    origin: [f64; 2],
    px: f64,
    size: [f64; 2],
}

impl Sketch {
    /// A drawing around some features; `None` if they are nowhere.
    pub fn of(features: Vec<Drawn<'_>>, border: Option<&Layer>) -> Option<Self> {
        let boxes = features.iter().filter_map(Drawn::around);
        let window = Window::around(boxes.reduce(joined)?);
        let mut line = String::new();
        for segment in border.into_iter().flat_map(Layer::features) {
            if let Some(geometry) = segment.geometry() {
                window.push(&geometry, &mut line);
            }
        }
        let marks = features.into_iter().map(|drawn| window.mark(drawn));
        Some(Self {
            size: window.size.map(whole),
            border: line,
            marks: marks.collect(),
            scale: window.scale(),
        })
    }
}

fn joined(a: Rect, b: Rect) -> Rect {
    Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

/// Where a coordinate is in the world's square.
fn share(at: Coord) -> [f64; 2] {
    LngLat::new(at.x.clamp(-180.0, 180.0), at.y.clamp(-85.0, 85.0)).map_or([0.5; 2], mercator)
}

fn whole(px: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to the longer side"
    )]
    let whole = px.round() as u32;
    whole
}

impl Window {
    /// The window around a box in degrees, with a margin.
    fn around(degrees: Rect) -> Self {
        let [low, high] = [degrees.min(), degrees.max()].map(share);
        let middle = [0, 1].map(|axis| f64::midpoint(low[axis], high[axis]));
        let spans = [0, 1].map(|axis| ((high[axis] - low[axis]).abs() * 1.1).max(SHARE_MIN));
        // Neither a strip nor a pole.
        let longest = spans[0].max(spans[1]);
        let spans = spans.map(|span| span.max(longest * 0.45));
        let px = SIDE_PX / longest;
        Self {
            origin: [0, 1].map(|axis| middle[axis] - spans[axis] / 2.0),
            px,
            size: spans.map(|span| span * px),
        }
    }

    fn place(&self, at: Coord) -> [f64; 2] {
        let share = share(at);
        [0, 1].map(|axis| (share[axis] - self.origin[axis]) * self.px)
    }

    /// Metres on the ground that a pixel is, in the middle.
    fn metres_per_px(&self) -> f64 {
        let y = self.origin[1] + self.size[1] / self.px / 2.0;
        let lat = (std::f64::consts::PI * (1.0 - 2.0 * y)).sinh().atan();
        std::f64::consts::TAU * WGS84_A_M * lat.cos() / self.px
    }

    /// A round number of kilometres that fits, and its pixels.
    fn scale(&self) -> (f64, f64) {
        let metres_per_px = self.metres_per_px();
        let fits = |km: &f64| km * 1000.0 / metres_per_px <= SIDE_PX / 5.0;
        let steps = [
            1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0,
        ];
        let km = steps.into_iter().rev().find(fits).unwrap_or(1.0);
        (km, (km * 1000.0 / metres_per_px * 10.0).round() / 10.0)
    }

    fn mark(&self, drawn: Drawn<'_>) -> Mark {
        let form = match drawn.geometry {
            Geometry::Point(point) => Form::Dot {
                at: self.place(point.0).map(|px| (px * 10.0).round() / 10.0),
                radius: {
                    let px = drawn.within_m.unwrap_or_default() / self.metres_per_px();
                    (px.max(DOT_PX) * 10.0).round() / 10.0
                },
            },
            geometry => {
                let mut path = String::new();
                self.push(geometry, &mut path);
                Form::Path(path)
            }
        };
        Mark {
            href: drawn.href,
            title: drawn.title,
            form,
        }
    }

    /// Adds a geometry to a path's data.
    fn push(&self, geometry: &Geometry, path: &mut String) {
        match geometry {
            Geometry::LineString(line) => self.push_line(line, path),
            Geometry::MultiLineString(lines) => {
                lines.iter().for_each(|line| self.push_line(line, path));
            }
            Geometry::Polygon(polygon) => self.push_rings(polygon, path),
            Geometry::MultiPolygon(all) => all.iter().for_each(|one| self.push_rings(one, path)),
            Geometry::GeometryCollection(all) => all.iter().for_each(|one| self.push(one, path)),
            Geometry::MultiPoint(points) => {
                for point in points {
                    let [x, y] = self.place(point.0);
                    // A line of no length with round ends is a dot.
                    let _ = write!(path, "M{x:.1} {y:.1}h0");
                }
            }
            _ => {}
        }
    }

    fn push_rings(&self, polygon: &Polygon, path: &mut String) {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        rings.for_each(|ring| self.push_line(ring, path));
    }

    /// Adds a line as far as it is near the window, without the vertices that nobody would see.
    fn push_line(&self, line: &LineString, path: &mut String) {
        let is_seen = |[x, y]: [f64; 2]| {
            (-SIDE_PX..self.size[0] + SIDE_PX).contains(&x)
                && (-SIDE_PX..self.size[1] + SIDE_PX).contains(&y)
        };
        let mut last: Option<[f64; 2]> = None;
        let end = line.0.len().saturating_sub(1);
        for (at, coord) in line.0.iter().enumerate() {
            let here = self.place(*coord);
            if !is_seen(here) {
                last = None;
                continue;
            }
            let step = last.map(|last| (here[0] - last[0]).hypot(here[1] - last[1]));
            if step.is_some_and(|step| step < STEP_PX) && at < end {
                continue;
            }
            let pen = if step.is_some() { 'L' } else { 'M' };
            // Writing to a text does not fail.
            let _ = write!(path, "{pen}{:.1} {:.1}", here[0], here[1]);
            last = Some(here);
        }
    }
}

#[cfg(test)]
mod tests {
    use geo::{Point, line_string};

    use super::*;

    #[test]
    fn a_sketch_shows_all_within_its_frame() {
        let places: Vec<Geometry> = [(44.0, 39.0), (48.5, 29.9), (45.9, 35.2)]
            .map(|at| Point::from(at).into())
            .into();
        let drawn = |geometry| Drawn {
            geometry,
            within_m: Some(20_000.0),
            href: String::new(),
            title: String::new(),
        };
        let sketch = Sketch::of(places.iter().map(drawn).collect(), None).unwrap();
        let [width, height] = sketch.size.map(f64::from);
        for mark in &sketch.marks {
            let Form::Dot { at: [x, y], radius } = mark.form else {
                panic!("a position is a dot");
            };
            assert!(x > 0.0 && x < width && y > 0.0 && y < height, "{x} {y}");
            assert!(radius > DOT_PX);
        }
        assert_eq!(width.max(height), SIDE_PX);
        assert!(Sketch::of(Vec::new(), None).is_none());
    }

    #[test]
    fn a_line_is_drawn_as_far_as_it_is_seen() {
        let window = Window::around(Rect::new((45.0, 35.0), (46.0, 36.0)));
        let mut path = String::new();
        let line = line_string![(x: 45.0, y: 35.0), (x: 45.0001, y: 35.0), (x: 46.0, y: 36.0), (x: 100.0, y: 36.0)];
        window.push(&line.into(), &mut path);
        assert_eq!(path.matches(['M', 'L']).count(), 2, "{path}");
    }
}
