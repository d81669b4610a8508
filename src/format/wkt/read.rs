//! Well-known text read.

use geo::{
    Coord, Geometry, GeometryCollection, MultiLineString, MultiPoint, MultiPolygon, Polygon,
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

/// Reads the geometry that a text begins with, and says after how many bytes it ended, or what is wrong
/// there.
pub(in crate::format) fn read_first(
    text: &str,
    make: Make,
) -> (Result<Option<Geometry>, Refusal>, usize) {
    let mut parser = Parser::of(text, make);
    let geometry = parser.geometry(true);
    (geometry, text.len() - parser.rest.len())
}

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
        if !super::is_kind(&kind) {
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
