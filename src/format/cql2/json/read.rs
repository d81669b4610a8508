//! Reads the JSON encoding.

use serde_json::{Map, Value as Json};

use crate::atlas::model::budget;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::cql2::name::Op;
use crate::format::cql2::place::Given;
use crate::format::cql2::{At, DEPTH_MAX, FilterFault, FilterResult, Node, Syntax, literal};
use crate::format::geojson;

/// About what it takes to say where a value stands, for each level above it, in nanoseconds.
const LEVEL_NS: u64 = 100;

/// Reads a filter.
pub(in crate::format::cql2) fn parse(text: &str, given: &Given) -> FilterResult<Node> {
    let json: Json = serde_json::from_str(text).map_err(|error| {
        let detail = format!("this is not JSON: {}", said(&error));
        let at = At::Byte(byte_of(text, error.line(), error.column()));
        FilterFault::new(at, Refusal::new(Code::NotJson, detail))
    })?;
    read(
        &json,
        &Way {
            before: None,
            step: String::new(),
            depth: 0,
            given,
        },
    )
}

/// The byte at a line and a column, both from 1.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let before = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len);
    (before.sum::<usize>() + column.saturating_sub(1)).min(text.len())
}

/// What the parser said, without the place.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ")
        .map_or(text.clone(), |(said, _)| said.to_owned())
}

/// The way to a value, and how geometries on it are given.
struct Way<'w> {
    before: Option<&'w Way<'w>>,
    step: String,
    depth: usize,
    given: &'w Given,
}

impl Way<'_> {
    fn to(&self, step: &str) -> Way<'_> {
        Way {
            before: Some(self),
            step: step.to_owned(),
            depth: self.depth + 1,
            given: self.given,
        }
    }

    /// As a pointer (RFC 6901).
    fn pointer(&self) -> String {
        self.before.map_or(String::new(), |before| {
            format!(
                "{}/{}",
                before.pointer(),
                self.step.replace('~', "~0").replace('/', "~1")
            )
        })
    }

    fn refuse<T>(&self, refusal: impl Into<Refusal>) -> FilterResult<T> {
        Err(FilterFault::new(At::Pointer(self.pointer()), refusal))
    }

    /// What is not written as the language has it.
    fn fault<T>(&self, detail: impl Into<String>) -> FilterResult<T> {
        self.refuse(Refusal::new(Code::FilterSyntax, detail))
    }
}

fn read(json: &Json, way: &Way<'_>) -> FilterResult<Node> {
    budget::spend(LEVEL_NS * (way.depth as u64 + 1));
    // Each level of the filter is two of the document: the operation and its operands.
    if way.depth > 2 * DEPTH_MAX {
        let detail = format!("expressions stand in each other more than {DEPTH_MAX} deep");
        return way.refuse(Refusal::new(Code::TooDeep, detail));
    }
    let syntax = match json {
        Json::Null => {
            return way.fault("expected a value; what is null is asked for by \"isNull\"");
        }
        Json::Bool(flag) => Syntax::Boolean(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Syntax::Integer(integer),
            (None, Some(number)) if number.is_finite() => Syntax::Number(number),
            _ => {
                let detail = "this is not a number that can be counted with";
                return way.refuse(Refusal::new(Code::NotANumber, detail));
            }
        },
        Json::String(text) => Syntax::Text(text.clone()),
        Json::Array(items) => Syntax::Array(all(items, way)?),
        Json::Object(object) => of_object(json, object, way)?,
    };
    Ok(Node {
        at: At::Pointer(way.pointer()),
        syntax,
    })
}

fn all(items: &[Json], way: &Way<'_>) -> FilterResult<Vec<Node>> {
    items
        .iter()
        .enumerate()
        .map(|(at, item)| read(item, &way.to(&at.to_string())))
        .collect()
}

/// An object says by its member what it is.
fn of_object(json: &Json, object: &Map<String, Json>, way: &Way<'_>) -> FilterResult<Syntax> {
    const KINDS: [&str; 7] = [
        "op",
        "property",
        "date",
        "timestamp",
        "interval",
        "bbox",
        "type",
    ];
    let Some(kind) = KINDS.iter().find(|kind| object.contains_key(**kind)) else {
        let wanted = "expected an object with op and args, property, date, timestamp, interval or \
                      bbox, or a GeoJSON geometry";
        return way.fault(wanted);
    };
    let (value, at) = (&object[*kind], way.to(kind));
    match (*kind, value) {
        ("op", Json::String(name)) => operation(name, object, way),
        ("property", Json::String(name)) => Ok(Syntax::Property(name.clone())),
        ("date" | "timestamp", Json::String(text)) => {
            literal::instant(*kind == "date", text).or_else(|refusal| at.refuse(refusal))
        }
        ("interval", Json::Array(ends)) => {
            let ends = literal::interval(all(ends, &at)?).or_else(|refusal| at.refuse(refusal))?;
            Ok(Syntax::Interval(Box::new(ends)))
        }
        ("bbox", Json::Array(numbers)) => {
            let numbers: Option<Vec<f64>> = numbers.iter().map(Json::as_f64).collect();
            match numbers {
                Some(numbers) => way
                    .given
                    .bounds(&numbers)
                    .or_else(|refusal| at.refuse(refusal)),
                None => at.refuse(Refusal::new(Code::WrongType, "expected numbers")),
            }
        }
        ("type", _) => {
            let geometry = geojson::read_geometry_of(json, way.given.make());
            let geometry = geometry.map_err(|refusal| way.given.placed(refusal));
            let geometry = geometry.and_then(|geometry| way.given.geometry(geometry));
            geometry.or_else(|refusal| way.refuse(refusal))
        }
        ("interval" | "bbox", _) => at.fault("expected a list"),
        _ => at.fault("expected a text"),
    }
}

fn operation(name: &str, object: &Map<String, Json>, way: &Way<'_>) -> FilterResult<Syntax> {
    let Some(Json::Array(operands)) = object.get("args") else {
        return way.fault(format!(
            "expected a list of operands, \"args\", beside \"op\": \"{name}\""
        ));
    };
    let operands = all(operands, &way.to("args"))?;
    let Some(op) = Op::named(name) else {
        return Ok(Syntax::Call(name.to_owned(), operands));
    };
    literal::count(op, operands.len()).or_else(|refusal| way.refuse(refusal))?;
    if op == Op::In && !matches!(&operands[1].syntax, Syntax::Array(items) if !items.is_empty()) {
        let refusal = Refusal::new(Code::Empty, "expected a list of at least one value");
        return way.to("args").to("1").refuse(refusal);
    }
    Ok(Syntax::Op(op, operands))
}
