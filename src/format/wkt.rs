//! Well-known text (OGC 06-103r4 §7), as CSV files carry geometry that is not a point.
//!
//! Not by the crate `wkt`, which recurses as deep as a text nests, without bound.

use std::fmt::{self, Write};

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Polygon,
};

use crate::atlas::geo::cost::{PARTS_MAX, POSITIONS_MAX};
use crate::atlas::model::budget;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::shape::{self, Make};

/// About what it takes to read a position, in nanoseconds.
const POSITION_NS: u64 = 100;

/// Reads a geometry; heights are dropped; `None` for an empty one. A leading `SRID=4326;` is taken. What has
/// more positions or parts than a feature may have is read as far as that: what is made of a text takes
/// several times its bytes.
pub fn read(text: &str) -> Result<Option<Geometry>, Refusal> {
    let mut rest = text.trim();
    if let Some((srid, after)) = rest.split_once(';') {
        if !srid.trim().eq_ignore_ascii_case("SRID=4326") {
            let detail = format!("\"{srid}\" is not SRID=4326, the only one that is taken");
            return Err(Refusal::new(Code::NotOneOf, detail));
        }
        rest = after;
    }
    let mut parser = Parser::of(rest, shape::coord);
    let geometry = parser.geometry(true)?;
    parser.space();
    if parser.rest.is_empty() {
        Ok(geometry)
    } else {
        let rest = short(parser.rest);
        Err(broken(format!("\"{rest}\" follows the geometry")))
    }
}

/// Whether a word names a kind of geometry.
pub fn is_kind(word: &str) -> bool {
    KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(word))
}

/// Reads the geometry that a text begins with, and says after how many bytes it ended, or what is wrong
/// there.
pub(super) fn read_first(text: &str, make: Make) -> (Result<Option<Geometry>, Refusal>, usize) {
    let mut parser = Parser::of(text, make);
    let geometry = parser.geometry(true);
    (geometry, text.len() - parser.rest.len())
}

const KINDS: [&str; 7] = [
    "POINT",
    "MULTIPOINT",
    "LINESTRING",
    "MULTILINESTRING",
    "POLYGON",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
];

/// What is not written as well-known text has it.
fn broken(detail: impl Into<String>) -> Refusal {
    Refusal::new(Code::NotAGeometry, detail)
}

fn no_kind(kind: &str) -> Refusal {
    broken(format!("\"{}\" is not a kind of geometry", short(kind)))
}

struct Parser<'a> {
    rest: &'a str,
    make: Make,
    /// So many more positions, and lines, rings and members, may come.
    positions_left: usize,
    parts_left: usize,
}

impl<'a> Parser<'a> {
    fn of(rest: &'a str, make: Make) -> Self {
        Self {
            rest,
            make,
            positions_left: POSITIONS_MAX,
            parts_left: PARTS_MAX,
        }
    }

    /// Takes note of a line, a ring or a member that comes.
    fn part(&mut self) -> Result<(), Refusal> {
        self.parts_left = self.parts_left.checked_sub(1).ok_or_else(|| {
            let detail = format!(
                "the geometry has more than {PARTS_MAX} lines, rings and members, the most of a feature: \
                 divide it into several features"
            );
            Refusal::new(Code::TooMany, detail)
        })?;
        Ok(())
    }

    fn geometry(&mut self, collections: bool) -> Result<Option<Geometry>, Refusal> {
        let kind = self.word().to_ascii_uppercase();
        let mut dimensions = self.word().to_ascii_uppercase();
        if matches!(dimensions.as_str(), "Z" | "M" | "ZM") {
            dimensions = self.word().to_ascii_uppercase();
        }
        if !is_kind(&kind) {
            return Err(no_kind(&kind));
        }
        match dimensions.as_str() {
            "EMPTY" => return Ok(None),
            "" => {}
            other => {
                let detail = format!("\"{other}\" is not part of well-known text");
                return Err(broken(detail));
            }
        }
        Ok(Some(match kind.as_str() {
            "POINT" => {
                let coords = self.coords()?;
                let [at] = coords.as_slice() else {
                    let detail = format!("a point has one position, not {}", coords.len());
                    return Err(broken(detail));
                };
                Geometry::Point((*at).into())
            }
            "MULTIPOINT" => Geometry::MultiPoint(MultiPoint(
                self.points()?.into_iter().map(Into::into).collect(),
            )),
            "LINESTRING" => Geometry::LineString(shape::line(self.run()?)?),
            "MULTILINESTRING" => Geometry::MultiLineString(MultiLineString(
                self.list(|parser| shape::line(parser.run()?))?,
            )),
            "POLYGON" => Geometry::Polygon(self.polygon()?),
            "MULTIPOLYGON" => Geometry::MultiPolygon(MultiPolygon(self.list(Self::polygon)?)),
            "GEOMETRYCOLLECTION" if collections => {
                let parts = self.list(|parser| {
                    parser.part()?;
                    parser.geometry(false)
                })?;
                let parts: Vec<Geometry> = parts.into_iter().flatten().collect();
                if parts.is_empty() {
                    return Ok(None);
                }
                Geometry::GeometryCollection(GeometryCollection(parts))
            }
            other => return Err(no_kind(other)),
        }))
    }

    fn polygon(&mut self) -> Result<Polygon, Refusal> {
        shape::polygon(self.list(Self::run)?)
    }

    /// The positions of a line or a ring.
    fn run(&mut self) -> Result<Vec<Coord>, Refusal> {
        self.part()?;
        self.coords()
    }

    /// `(1 2, 3 4)` or `((1 2), (3 4))`: writers differ.
    fn points(&mut self) -> Result<Vec<Coord>, Refusal> {
        self.list(|parser| {
            parser.space();
            if !parser.rest.starts_with('(') {
                return parser.coord();
            }
            let coords = parser.coords()?;
            match coords.as_slice() {
                [at] => Ok(*at),
                _ => Err(broken("a point has one position")),
            }
        })
    }

    fn coords(&mut self) -> Result<Vec<Coord>, Refusal> {
        self.list(Self::coord)
    }

    /// `(item, item)`.
    fn list<T>(
        &mut self,
        item: impl Fn(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        self.expect('(')?;
        let mut items = vec![item(self)?];
        loop {
            self.space();
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => break,
            }
            items.push(item(self)?);
        }
        self.expect(')')?;
        Ok(items)
    }

    fn coord(&mut self) -> Result<Coord, Refusal> {
        budget::spend(POSITION_NS);
        self.positions_left = self.positions_left.checked_sub(1).ok_or_else(|| {
            let detail = format!(
                "the geometry has more than {POSITIONS_MAX} positions, the most of a feature: divide it into \
                 several features, or simplify it"
            );
            Refusal::new(Code::TooMany, detail)
        })?;
        let end = self.rest.find([',', ')', '(']).unwrap_or(self.rest.len());
        let (position, rest) = self.rest.split_at(end);
        self.rest = rest;
        let numbers = position
            .split_whitespace()
            .map(|number| number.parse::<f64>().ok())
            .collect::<Option<Vec<f64>>>();
        if let Some([x, y] | [x, y, _] | [x, y, _, _]) = numbers.as_deref() {
            return (self.make)(*x, *y);
        }
        let detail = format!("\"{}\" is not a position", short(position.trim()));
        Err(Refusal::new(Code::NotAPosition, detail))
    }

    fn word(&mut self) -> &str {
        self.space();
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_alphabetic())
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn expect(&mut self, wanted: char) -> Result<(), Refusal> {
        self.space();
        if let Some(rest) = self.rest.strip_prefix(wanted) {
            self.rest = rest;
            return Ok(());
        }
        let rest = short(self.rest);
        Err(broken(format!("\"{wanted}\" is due before \"{rest}\"")))
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

/// The beginning of a text, for a message.
fn short(text: &str) -> String {
    text.chars().take(24).collect()
}

/// Writes a geometry so that [`read`] gives the same one, to the last bit.
pub fn write(geometry: &Geometry) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = put(&mut text, geometry);
    text
}

fn put(out: &mut String, geometry: &Geometry) -> fmt::Result {
    match geometry {
        Geometry::Point(at) => {
            out.push_str("POINT ");
            list(out, &[at.0], |out, at| coord(out, *at))
        }
        Geometry::MultiPoint(points) => {
            out.push_str("MULTIPOINT ");
            list(out, &points.0, |out, at| {
                list(out, &[at.0], |out, at| coord(out, *at))
            })
        }
        Geometry::LineString(line) => {
            out.push_str("LINESTRING ");
            coords(out, line)
        }
        Geometry::Line(line) => put(out, &Geometry::LineString((*line).into())),
        Geometry::MultiLineString(lines) => {
            out.push_str("MULTILINESTRING ");
            list(out, &lines.0, coords)
        }
        Geometry::Polygon(shape) => {
            out.push_str("POLYGON ");
            polygon(out, shape)
        }
        Geometry::Rect(rect) => put(out, &Geometry::Polygon(rect.to_polygon())),
        Geometry::Triangle(triangle) => put(out, &Geometry::Polygon(triangle.to_polygon())),
        Geometry::MultiPolygon(polygons) => {
            out.push_str("MULTIPOLYGON ");
            list(out, &polygons.0, polygon)
        }
        Geometry::GeometryCollection(parts) => {
            out.push_str("GEOMETRYCOLLECTION ");
            list(out, &parts.0, put)
        }
    }
}

fn polygon(out: &mut String, polygon: &Polygon) -> fmt::Result {
    let rings: Vec<&LineString> = std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .collect();
    list(out, &rings, |out, ring| coords(out, ring))
}

fn coords(out: &mut String, line: &LineString) -> fmt::Result {
    list(out, &line.0, |out, at| coord(out, *at))
}

fn coord(out: &mut String, at: Coord) -> fmt::Result {
    write!(out, "{} {}", at.x, at.y)
}

fn list<T>(
    out: &mut String,
    items: &[T],
    item: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    if items.is_empty() {
        out.push_str("EMPTY");
        return Ok(());
    }
    out.push('(');
    for (at, each) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        item(out, each)?;
    }
    out.push(')');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        for text in [
            "POINT (45.1 -35.25)",
            "MULTIPOINT ((1 2), (3 4))",
            "LINESTRING (1 2, 3 4)",
            "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
            "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 0.5, 2 0.5, 2 1, 1 0.5))",
            "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)))",
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))",
        ] {
            let geometry = read(text).unwrap().unwrap();
            assert_eq!(write(&geometry), text);
        }
    }

    #[test]
    fn dialects_are_taken() {
        let point = Some(geo::Point::new(1.0, 2.0).into());
        for text in [
            "point(1 2)",
            " SRID=4326;POINT Z (1 2 900)",
            "POINT ZM(1 2 3 4) ",
        ] {
            assert_eq!(read(text).unwrap(), point, "{text}");
        }
        assert_eq!(read("POLYGON EMPTY").unwrap(), None);
        let of_nothing = "GEOMETRYCOLLECTION (POINT EMPTY, LINESTRING Z EMPTY)";
        assert_eq!(read(of_nothing).unwrap(), None);
        assert!(read("MULTIPOINT (1 2, 3 4)").is_ok());
    }

    #[test]
    fn what_is_too_much_for_a_feature_is_read_as_far_as_that() {
        let parts = "the geometry has more than 100000 lines, rings and members";
        for (kind, member, wanted) in [
            ("GEOMETRYCOLLECTION", "POINT(1 2)", parts),
            ("GEOMETRYCOLLECTION", "POINT EMPTY", parts),
            ("MULTILINESTRING", "(1 2,3 4)", parts),
            (
                "MULTIPOINT",
                "1 2",
                "the geometry has more than 1000000 positions",
            ),
        ] {
            let most = if wanted == parts {
                PARTS_MAX
            } else {
                POSITIONS_MAX
            };
            // What follows would be another fault.
            let text = |count: usize, last: &str| {
                format!("{kind}({}{last})", format!("{member},").repeat(count))
            };
            let fault = read(&text(most, &format!("{member},?"))).unwrap_err();
            assert!(fault.detail.starts_with(wanted), "{kind}: {fault}");
            assert!(read(&text(most - 1, member)).is_ok(), "{kind}");
        }
    }

    #[test]
    fn anything_else_is_a_fault() {
        for text in [
            "",
            "POINT",
            "POINT (1)",
            "POINT (1 2, 3 4)",
            "POINT (NaN 2)",
            "POINT (181 2)",
            "POINT (1,5 2,5)",
            "POINT (1 2) x",
            "LINESTRING (1 2)",
            "POLYGON ((0 0, 1 0, 1 1, 0 1))",
            "CIRCLE (1 2)",
            "MULTIPOIN EMPTY",
            "GEOMETRYCOLLECTION (CIRCLE EMPTY)",
            "SRID=3857;POINT (1 2)",
            "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POINT (1 2)))",
            "POINT é (1 2)",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
