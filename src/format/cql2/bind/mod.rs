//! What a filter means for the features of a layer: names become fields, and types are checked. The
//! one place where a filter meets a schema.

mod typed;

use crate::atlas::filter::condition::Condition;
use crate::atlas::filter::datum::Datum;
use crate::atlas::filter::expression::{Expr, TextFolding};
use crate::atlas::filter::pattern::Pattern;
use crate::atlas::filter::temporal::{Period, TemporalPredicate};
use crate::atlas::model::budget;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::{BORDER_DISTANCE_M, FieldType, Schema};
use crate::format::cql2::bind::typed::{Kind, Typed};
use crate::format::cql2::functions::{self, FUNCTIONS};
use crate::format::cql2::name::Op;
use crate::format::cql2::{FilterFault, FilterResult, Node, Syntax, literal};

/// About what it takes to give an operator a meaning, in nanoseconds.
const NODE_NS: u64 = 200;

/// The condition that a filter is.
pub(super) fn condition(node: &Node, schema: &Schema) -> FilterResult<Condition> {
    Binder { schema }.condition(node)
}

struct Binder<'s> {
    schema: &'s Schema,
}

fn fault<T>(node: &Node, code: Code, detail: impl Into<String>) -> FilterResult<T> {
    let refusal = Refusal::new(code, detail);
    Err(FilterFault::new(node.at.clone(), refusal))
}

/// What is of another type than is needed there.
fn other_type<T>(node: &Node, detail: impl Into<String>) -> FilterResult<T> {
    fault(node, Code::WrongType, detail)
}

impl Binder<'_> {
    fn condition(&self, node: &Node) -> FilterResult<Condition> {
        budget::spend(NODE_NS);
        match &node.syntax {
            Syntax::Op(op, of) => {
                if let Some(condition) = self.operation(node, *op, of)? {
                    return Ok(condition);
                }
            }
            Syntax::Call(name, of) if name.eq_ignore_ascii_case(functions::WITHIN_M) => {
                return self.within(node, of);
            }
            _ => {}
        }
        let typed = self.typed(node)?;
        if typed.kind != Kind::Boolean {
            let what = typed.shown();
            let detail = format!("{what}, where a condition is expected, such as a comparison");
            return other_type(node, detail);
        }
        Ok(Condition::Is(typed.expr))
    }

    /// The condition of an operator; `None` if it gives another value.
    fn operation(&self, node: &Node, op: Op, of: &[Node]) -> FilterResult<Option<Condition>> {
        Ok(Some(match (op, of) {
            (Op::And, all) => Condition::All(self.conditions(all)?),
            (Op::Or, all) => Condition::Any(self.conditions(all)?),
            (Op::Not, [of]) => Condition::Not(Box::new(self.condition(of)?)),
            (Op::Compare(comparison), [a, b]) => {
                let (own, other) = (self.typed(a)?, self.typed(b)?);
                let [first, second] = comparable((a, &own), (b, &other))?;
                let both = [first.unwrap_or(own.expr), second.unwrap_or(other.expr)];
                Condition::Compare(comparison, Box::new(both))
            }
            (Op::Between, [of, low, high]) => {
                // Each operand is bound once: bound twice, what stands in it would be bound four times.
                let (own, least, most) = (self.typed(of)?, self.typed(low)?, self.typed(high)?);
                let [value, low] = comparable((of, &own), (low, &least))?;
                let [_, high] = comparable((of, &own), (high, &most))?;
                Condition::Between(Box::new([
                    value.unwrap_or(own.expr),
                    low.unwrap_or(least.expr),
                    high.unwrap_or(most.expr),
                ]))
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
            ) => self.one_of(of, items)?,
            (Op::Like, [of, pattern]) => {
                let text = self.of_kind(of, Kind::Text)?;
                Condition::Like(text, Pattern::new(&pattern_of(pattern)?))
            }
            (Op::IsNull, [of]) => Condition::IsNull(self.typed(of)?.expr),
            (Op::Spatial(places), [a, b]) => {
                let both = [self.of_kind(a, Kind::Place)?, self.of_kind(b, Kind::Place)?];
                Condition::Spatial(places, Box::new(both))
            }
            (Op::Temporal(times), [a, b]) => Condition::Temporal(
                times,
                Box::new([self.time(a, times)?, self.time(b, times)?]),
            ),
            (Op::Array(sets), [a, b]) => {
                let both = [self.of_kind(a, Kind::List)?, self.of_kind(b, Kind::List)?];
                Condition::Array(sets, Box::new(both))
            }
            (Op::Arithmetic(_) | Op::Fold(_), _) => return Ok(None),
            (op, of) => {
                literal::count(op, of.len())
                    .map_err(|refusal| FilterFault::new(node.at.clone(), refusal))?;
                return other_type(node, "expected other operands");
            }
        }))
    }

    /// Whether a value is one of several.
    fn one_of(&self, of: &Node, items: &[Node]) -> FilterResult<Condition> {
        let own = self.typed(of)?;
        let (mut value, mut values) = (None, Vec::with_capacity(items.len()));
        for item in items {
            let other = self.typed(item)?;
            let [first, second] = comparable((of, &own), (item, &other))?;
            value = value.or(first);
            values.push(second.unwrap_or(other.expr));
        }
        Ok(Condition::In(value.unwrap_or(own.expr), values))
    }

    fn conditions(&self, nodes: &[Node]) -> FilterResult<Vec<Condition>> {
        nodes.iter().map(|node| self.condition(node)).collect()
    }

    /// An expression with its type; what is the same for every feature is worked out.
    fn typed(&self, node: &Node) -> FilterResult<Typed> {
        budget::spend(NODE_NS);
        let constant = |datum, kind| Ok(Typed::new(Expr::Constant(datum), kind));
        let moment = |text: &str| constant(Datum::moment(text), Kind::Moment);
        let typed = match &node.syntax {
            Syntax::Boolean(flag) => return constant(Datum::Boolean(*flag), Kind::Boolean),
            Syntax::Integer(number) => {
                return constant(Datum::Integer(*number), Kind::Number);
            }
            Syntax::Number(number) => return constant(Datum::Number(*number), Kind::Number),
            Syntax::Text(text) => {
                return constant(Datum::Text(text.clone().into()), Kind::Text);
            }
            Syntax::Date(text) | Syntax::Timestamp(text) => return moment(text),
            Syntax::Geometry(geometry) => {
                let place = Datum::Geometry(std::borrow::Cow::Owned(geometry.clone()));
                return constant(place, Kind::Place);
            }
            Syntax::Box(bounds) => return constant(Datum::Box(*bounds), Kind::Place),
            Syntax::Property(name) => return self.property(node, name),
            Syntax::Interval(ends) => self.interval(node, ends)?,
            Syntax::Array(items) => {
                let items = items.iter().map(|item| Ok(self.typed(item)?.expr));
                Typed::new(Expr::List(items.collect::<Result<_, _>>()?), Kind::List)
            }
            Syntax::Call(name, of) => self.call(node, name, of)?,
            Syntax::Op(Op::Arithmetic(operator), of) => match &**of {
                [a, b] => {
                    let both = [
                        self.of_kind(a, Kind::Number)?,
                        self.of_kind(b, Kind::Number)?,
                    ];
                    Typed::new(Expr::Arithmetic(*operator, Box::new(both)), Kind::Number)
                }
                _ => return fault(node, Code::WrongCount, "expected two operands"),
            },
            Syntax::Op(Op::Fold(fold), of) => match &**of {
                [of] => {
                    let text = Box::new(self.of_kind(of, Kind::Text)?);
                    Typed::new(Expr::Folded(*fold, text), Kind::Text)
                }
                _ => return fault(node, Code::WrongCount, "expected one operand"),
            },
            Syntax::Op(..) => {
                let truth = Box::new(self.condition(node)?);
                Typed::new(Expr::Truth(truth), Kind::Boolean)
            }
        };
        Ok(typed.settled())
    }

    /// An expression that must be of a type.
    fn of_kind(&self, node: &Node, kind: Kind) -> FilterResult<Expr> {
        let typed = self.typed(node)?;
        if typed.kind == kind {
            return Ok(typed.expr);
        }
        let (what, wanted) = (typed.shown(), kind.wanted());
        other_type(node, format!("{what}; expected {wanted}"))
    }

    fn property(&self, node: &Node, name: &str) -> FilterResult<Typed> {
        if let Some(field) = self.schema.index_of(name) {
            let kind = self.schema.fields[field].kind;
            let typed = Typed::new(Expr::Field { field, kind }, Kind::of_field(kind));
            return Ok(typed.called(name));
        }
        match name {
            "id" => Ok(Typed::new(Expr::Id, Kind::Text).called(name)),
            "geometry" | "geom" => Ok(Typed::new(Expr::Geometry, Kind::Place).called(name)),
            _ => {
                let fields = self.schema.fields.iter().map(|field| &*field.name);
                let known: Vec<&str> = fields.chain(["id", "geometry"]).collect();
                let (layer, known) = (&self.schema.id, known.join(", "));
                let hint = "a text stands in single quotes";
                let name: String = name.chars().take(80).collect();
                fault(
                    node,
                    Code::UnknownProperty,
                    format!(
                        "\"{name}\" is no property of layer {layer}, which has {known}; {hint}"
                    ),
                )
            }
        }
    }

    /// A time, for a relation. The field that says when a feature happened is the whole month or year
    /// where no more is known.
    fn time(&self, node: &Node, times: TemporalPredicate) -> FilterResult<Expr> {
        let typed = self.typed(node)?;
        let of_layer = self.schema.time.as_ref();
        let own = of_layer.filter(|time| {
            let field = self.schema.index_of(&time.field);
            matches!(&typed.expr, Expr::Field { field: own, .. } if Some(*own) == field)
        });
        let is_interval =
            typed.kind == Kind::Period || own.is_some_and(|time| time.precision_field.is_some());
        if !matches!(typed.kind, Kind::Moment | Kind::Period) {
            let (what, wanted) = (typed.shown(), Kind::Period.wanted());
            return other_type(node, format!("{what}; expected {wanted}"));
        }
        if times.needs_intervals() && !is_interval {
            let what = typed.shown();
            let op = Op::Temporal(times).name();
            return other_type(
                node,
                format!(
                    "{what}, but {op} compares intervals; expected INTERVAL(…, …), or another relation such as t_intersects"
                ),
            );
        }
        Ok(if own.is_some() {
            Expr::Time
        } else {
            typed.expr
        })
    }

    fn interval(&self, node: &Node, ends: &[Node; 2]) -> FilterResult<Typed> {
        let end = |node: &Node, open| match &node.syntax {
            Syntax::Text(text) if text == literal::OPEN => Ok(Expr::Constant(Datum::Moment(open))),
            _ => {
                let typed = self.typed(node)?;
                let moment = match typed.kind {
                    Kind::Moment => Some(typed.expr.clone()),
                    _ => typed.as_moment(),
                };
                let wanted = "a day, an instant, '..' or a property that is one";
                moment.map_or_else(
                    || other_type(node, format!("{}; expected {wanted}", typed.shown())),
                    Ok,
                )
            }
        };
        let both = [
            end(&ends[0], Period::UNBEGUN)?,
            end(&ends[1], Period::UNENDED)?,
        ];
        if let (Some(Datum::Moment(first)), Some(Datum::Moment(last))) =
            (both[0].constant(), both[1].constant())
            && first.start_us > last.last_us
        {
            let detail = "the interval ends before it starts";
            return fault(node, Code::ReversedInterval, detail);
        }
        Ok(Typed::new(Expr::Interval(Box::new(both)), Kind::Period))
    }

    fn call(&self, node: &Node, name: &str, of: &[Node]) -> FilterResult<Typed> {
        let named = |function: &str| name.eq_ignore_ascii_case(function);
        if named(functions::DISTANCE_M) {
            let [a, b] = arguments(node, name, of)?;
            let both = [self.of_kind(a, Kind::Place)?, self.of_kind(b, Kind::Place)?];
            return Ok(Typed::new(Expr::Distance(Box::new(both)), Kind::Number));
        }
        if named(functions::WITHIN_M) {
            let truth = Box::new(self.within(node, of)?);
            return Ok(Typed::new(Expr::Truth(truth), Kind::Boolean));
        }
        if named(functions::BORDER_DISTANCE_M) {
            let [] = arguments(node, name, of)?;
            let field = self.schema.index_of(BORDER_DISTANCE_M);
            let Some(field) = field.filter(|_| self.schema.border_referenced) else {
                let layer = &self.schema.id;
                return fault(
                    node,
                    Code::NotAlongBorder,
                    format!("features of layer {layer} have no place along the border"),
                );
            };
            let kind = FieldType::Number;
            return Ok(Typed::new(Expr::Field { field, kind }, Kind::Number));
        }
        let known: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
        let name: String = name.chars().take(80).collect();
        let known = known.join(", ");
        fault(
            node,
            Code::UnknownFunction,
            format!(
                "there is no function \"{name}\"; there are those of CQL2 (casei, accenti, s_…, t_…, a_…) and {known}"
            ),
        )
    }

    fn within(&self, node: &Node, of: &[Node]) -> FilterResult<Condition> {
        let [a, b, metres] = arguments(node, functions::WITHIN_M, of)?;
        let [a, b] = [self.of_kind(a, Kind::Place)?, self.of_kind(b, Kind::Place)?];
        let metres = self.of_kind(metres, Kind::Number)?;
        Ok(Condition::Within(Box::new([a, b, metres])))
    }
}

/// Whether two values, each with where it stands, have an order, and what takes the place of either: a
/// text is taken as the day or the instant that it is compared with.
fn comparable(
    (a, own): (&Node, &Typed),
    (b, other): (&Node, &Typed),
) -> FilterResult<[Option<Expr>; 2]> {
    if own.kind == other.kind && own.kind.has_order() {
        return Ok([None, None]);
    }
    let no_moment = |node: &Node, typed: &Typed| {
        let (what, wanted) = (typed.shown(), Kind::Moment.wanted());
        other_type(node, format!("{what}; expected {wanted}"))
    };
    match (own.kind, other.kind) {
        (Kind::Moment, Kind::Text) => match other.as_moment() {
            Some(other) => Ok([None, Some(other)]),
            None => no_moment(b, other),
        },
        (Kind::Text, Kind::Moment) => match own.as_moment() {
            Some(own) => Ok([Some(own), None]),
            None => no_moment(a, own),
        },
        (kind, _) if !kind.has_order() => other_type(
            a,
            format!("{}, which has no order to compare by", own.shown()),
        ),
        (kind, _) => {
            let (own, other) = (own.shown(), other.shown());
            other_type(b, format!("{other}, but {own}; expected {}", kind.wanted()))
        }
    }
}

/// As many arguments as a function takes.
fn arguments<'n, const N: usize>(
    node: &Node,
    name: &str,
    of: &'n [Node],
) -> FilterResult<[&'n Node; N]> {
    let all: Vec<&Node> = of.iter().collect();
    let count = all.len();
    all.try_into().or_else(|_| {
        let detail = format!("{name} takes {N} arguments, not {count}");
        fault(node, Code::WrongCount, detail)
    })
}

/// The pattern of `LIKE`: a literal text, perhaps folded.
fn pattern_of(node: &Node) -> FilterResult<String> {
    match &node.syntax {
        Syntax::Text(text) => Ok(text.clone()),
        Syntax::Op(Op::Fold(fold @ (TextFolding::Case | TextFolding::Accents)), of)
            if of.len() == 1 =>
        {
            Ok(fold.of(&pattern_of(&of[0])?))
        }
        _ => other_type(
            node,
            "expected a pattern in single quotes, such as 'Sar%', perhaps in CASEI or ACCENTI",
        ),
    }
}
