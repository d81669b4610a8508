//! Filters written from the trees that they are read as, in text with no more parentheses than are needed, so that what
//! is read again can be held against what was read. The program itself writes no filter.

use std::fmt::{self, Display, Formatter};

use bordermap::atlas::filter::arithmetic::Arithmetic;
use bordermap::format::cql2::{FilterEncoding, Node, Op, Syntax};
use bordermap::format::wkt;
use geo::{Coord, Geometry, LineString, Polygon};
use serde_json::{Value as Json, json};

/// Writes a filter.
///
/// Only a text in which a backslash stands before a quote or at the end has no form in the text
/// encoding, where a backslash escapes a quote.
pub fn write(encoding: FilterEncoding, filter: &Node) -> String {
    match encoding {
        FilterEncoding::Text => Rank::Or.of(filter).to_string(),
        FilterEncoding::Json => json_of(filter).to_string(),
    }
}

/// How much an expression binds, from the least to the most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Or,
    And,
    Not,
    Predicate,
    Sum,
    Product,
    Power,
    Operand,
}

/// A node where what binds less than this needs parentheses.
struct Ranked<'n>(Rank, &'n Node);

impl Rank {
    fn of(self, node: &Node) -> Ranked<'_> {
        Ranked(self, node)
    }

    fn own(syntax: &Syntax) -> Self {
        match syntax {
            Syntax::Op(op, _) => match op {
                Op::Or => Self::Or,
                Op::And => Self::And,
                Op::Not => Self::Not,
                Op::Compare(_) | Op::Like | Op::Between | Op::In | Op::IsNull => Self::Predicate,
                Op::Arithmetic(Arithmetic::Plus | Arithmetic::Minus) => Self::Sum,
                Op::Arithmetic(Arithmetic::Power) => Self::Power,
                Op::Arithmetic(_) => Self::Product,
                Op::Fold(_) | Op::Spatial(_) | Op::Temporal(_) | Op::Array(_) => Self::Operand,
            },
            _ => Self::Operand,
        }
    }
}

impl Display for Ranked<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(least, node) = self;
        if Rank::own(&node.syntax) < *least {
            return write!(f, "({})", Rank::Or.of(node));
        }
        match &node.syntax {
            Syntax::Boolean(true) => f.write_str("TRUE"),
            Syntax::Boolean(false) => f.write_str("FALSE"),
            Syntax::Integer(number) => write!(f, "{number}"),
            Syntax::Number(number) => write!(f, "{number:?}"),
            Syntax::Text(text) => quoted(f, text),
            Syntax::Date(text) => write!(f, "DATE('{text}')"),
            Syntax::Timestamp(text) => write!(f, "TIMESTAMP('{text}')"),
            Syntax::Interval(ends) => list(f, "INTERVAL(", &**ends, ")"),
            Syntax::Geometry(geometry) => f.write_str(&wkt::write(geometry)),
            Syntax::Box(bounds) => {
                let [west, south, east, north] = bounds.sides();
                write!(f, "BBOX({west:?},{south:?},{east:?},{north:?})")
            }
            // One item in parentheses would be that item.
            Syntax::Array(items) if items.len() == 1 => list(f, "[", items, "]"),
            Syntax::Array(items) => list(f, "(", items, ")"),
            // A name in quotes is never read as anything else.
            Syntax::Property(name) => write!(f, "\"{}\"", name.replace('"', "\"\"")),
            Syntax::Op(op, operands) => operation(f, *op, operands),
            Syntax::Call(name, operands) => {
                f.write_str(name)?;
                list(f, "(", operands, ")")
            }
        }
    }
}

fn operation(f: &mut Formatter<'_>, op: Op, operands: &[Node]) -> fmt::Result {
    let between = |f: &mut Formatter<'_>, ranks: [Rank; 2], sign: &str| match operands {
        [a, b] => write!(f, "{} {sign} {}", ranks[0].of(a), ranks[1].of(b)),
        _ => Ok(()),
    };
    match (op, operands) {
        (Op::And, all) => joined(f, Rank::Not, " AND ", all),
        (Op::Or, all) => joined(f, Rank::And, " OR ", all),
        (Op::Not, [of]) => write!(f, "NOT {}", Rank::Not.of(of)),
        (Op::IsNull, [of]) => write!(f, "{} IS NULL", Rank::Sum.of(of)),
        (Op::Between, [of, low, high]) => {
            let [of, low, high] = [of, low, high].map(|one| Rank::Sum.of(one));
            write!(f, "{of} BETWEEN {low} AND {high}")
        }
        (
            Op::In,
            [
                of,
                Node {
                    syntax: Syntax::Array(items),
                    ..
                },
            ],
        ) => {
            write!(f, "{} IN ", Rank::Sum.of(of))?;
            list(f, "(", items, ")")
        }
        (Op::Like, _) => between(f, [Rank::Sum; 2], "LIKE"),
        (Op::Compare(_), _) => between(f, [Rank::Sum; 2], op.name()),
        (Op::Arithmetic(Arithmetic::Power), _) => between(f, [Rank::Operand, Rank::Power], "^"),
        (Op::Arithmetic(Arithmetic::Plus | Arithmetic::Minus), _) => {
            between(f, [Rank::Sum, Rank::Product], op.name())
        }
        (Op::Arithmetic(_), _) => between(f, [Rank::Product, Rank::Power], op.name()),
        _ => {
            f.write_str(&op.name().to_ascii_uppercase())?;
            list(f, "(", operands, ")")
        }
    }
}

fn joined(f: &mut Formatter<'_>, least: Rank, between: &str, all: &[Node]) -> fmt::Result {
    for (at, one) in all.iter().enumerate() {
        f.write_str(if at == 0 { "" } else { between })?;
        write!(f, "{}", least.of(one))?;
    }
    Ok(())
}

fn list(f: &mut Formatter<'_>, open: &str, items: &[Node], close: &str) -> fmt::Result {
    f.write_str(open)?;
    joined(f, Rank::Or, ", ", items)?;
    f.write_str(close)
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "'{}'", text.replace('\'', "''"))
}

fn json_of(node: &Node) -> Json {
    match &node.syntax {
        Syntax::Boolean(flag) => json!(flag),
        Syntax::Integer(number) => json!(number),
        Syntax::Number(number) => json!(number),
        Syntax::Text(text) => json!(text),
        Syntax::Date(text) => json!({ "date": text }),
        Syntax::Timestamp(text) => json!({ "timestamp": text }),
        Syntax::Interval(ends) => json!({ "interval": all(&**ends) }),
        Syntax::Geometry(geometry) => geojson(geometry),
        Syntax::Box(bounds) => json!({ "bbox": bounds.sides() }),
        Syntax::Array(items) => json!(all(items)),
        Syntax::Property(name) => json!({ "property": name }),
        Syntax::Op(op, operands) => json!({ "op": op.name(), "args": all(operands) }),
        Syntax::Call(name, operands) => json!({ "op": name, "args": all(operands) }),
    }
}

fn all(nodes: &[Node]) -> Vec<Json> {
    nodes.iter().map(json_of).collect()
}

fn geojson(geometry: &Geometry) -> Json {
    let at = |at: Coord| json!([at.x, at.y]);
    let line = |line: &LineString| line.0.iter().copied().map(at).collect::<Json>();
    let rings = |area: &Polygon| {
        let rings = std::iter::once(area.exterior()).chain(area.interiors());
        rings.map(line).collect::<Json>()
    };
    let (kind, coordinates) = match geometry {
        Geometry::Point(point) => ("Point", at(point.0)),
        Geometry::LineString(one) => ("LineString", line(one)),
        Geometry::Polygon(area) => ("Polygon", rings(area)),
        Geometry::MultiPoint(points) => {
            ("MultiPoint", points.iter().map(|one| at(one.0)).collect())
        }
        Geometry::MultiLineString(lines) => ("MultiLineString", lines.iter().map(line).collect()),
        Geometry::MultiPolygon(areas) => ("MultiPolygon", areas.iter().map(rings).collect()),
        Geometry::GeometryCollection(members) => {
            let members: Json = members.iter().map(geojson).collect();
            return json!({ "type": "GeometryCollection", "geometries": members });
        }
        other => panic!("no filter has {other:?}"),
    };
    json!({ "type": kind, "coordinates": coordinates })
}
