//! Writes the text encoding, with no more parentheses than are needed.

use std::fmt::{self, Display, Formatter};

use crate::atlas::filter::arithmetic::Arithmetic;
use crate::format::cql2::name::{Op, is_part, is_start, is_word};
use crate::format::cql2::{Node, Syntax};
use crate::format::wkt;

/// Writes a filter.
pub(in crate::format::cql2) fn write(node: &Node) -> String {
    Rank::Or.of(node).to_string()
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
            Syntax::Property(name) => property(f, name),
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

/// A name, in quotes where it would not be read as one.
fn property(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    let mut letters = name.chars();
    let is_plain = letters.next().is_some_and(is_start) && letters.all(is_part) && !is_word(name);
    if is_plain && !wkt::is_kind(name) {
        f.write_str(name)
    } else {
        write!(f, "\"{}\"", name.replace('"', "\"\""))
    }
}
