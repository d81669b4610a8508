//! Reads the text encoding, by recursive descent: from what binds least to what binds most.

mod tokens;

use crate::atlas::filter::arithmetic::Arithmetic;
use crate::atlas::model::budget;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::cql2::name::{Op, is_word};
use crate::format::cql2::place::Given;
use crate::format::cql2::text::scan::{Token, TokenScanner};
use crate::format::cql2::{At, DEPTH_MAX, FilterFault, FilterResult, Node, Syntax, literal};
use crate::format::wkt;

/// About what it takes to read an operand and what may follow it, in nanoseconds.
const OPERAND_NS: u64 = 500;

/// Reads a filter.
pub(in crate::format::cql2) fn parse(text: &str, given: Given) -> FilterResult<Node> {
    let mut parser = Parser {
        scan: TokenScanner::new(text),
        given,
        depth: 0,
    };
    let node = parser.expression()?;
    match parser.scan.peek()? {
        Token::End => Ok(node),
        other => parser.expected("AND, OR or the end", &other),
    }
}

struct Parser<'t> {
    scan: TokenScanner<'t>,
    given: Given,
    depth: usize,
}

type Read = FilterResult<Node>;

fn op(at: usize, op: Op, operands: Vec<Node>) -> Node {
    node(at, Syntax::Op(op, operands))
}

fn node(at: usize, syntax: Syntax) -> Node {
    Node {
        at: At::Byte(at),
        syntax,
    }
}

impl<'t> Parser<'t> {
    /// One step deeper, if that is not too deep.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        if self.depth == DEPTH_MAX {
            let detail = format!("expressions stand in each other more than {DEPTH_MAX} deep");
            return Err(self.refused(Code::TooDeep, detail));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn expression(&mut self) -> Read {
        self.deeper(|parser| {
            parser.joined("OR", Op::Or, |parser| {
                parser.joined("AND", Op::And, Self::negation)
            })
        })
    }

    /// `one`, or several with a word between them.
    fn joined(&mut self, word: &str, joins: Op, one: impl Fn(&mut Self) -> Read) -> Read {
        let at = self.scan.here();
        let first = one(self)?;
        if !self.take_word(word)? {
            return Ok(first);
        }
        let mut all = vec![first, one(self)?];
        while self.take_word(word)? {
            all.push(one(self)?);
        }
        Ok(op(at, joins, all))
    }

    fn negation(&mut self) -> Read {
        let at = self.scan.here();
        if self.take_word("NOT")? {
            let of = self.deeper(Self::negation)?;
            return Ok(op(at, Op::Not, vec![of]));
        }
        self.predicate()
    }

    fn predicate(&mut self) -> Read {
        let at = self.scan.here();
        let value = self.sum()?;
        if let Token::Sign(sign) = self.scan.peek()?
            && let Some(compares @ Op::Compare(_)) = Op::named(sign)
        {
            self.scan.next()?;
            let other = self.sum()?;
            return Ok(op(at, compares, vec![value, other]));
        }
        if self.take_word("IS")? {
            let denied = self.take_word("NOT")?;
            self.need_word("NULL")?;
            return Ok(unless(at, denied, op(at, Op::IsNull, vec![value])));
        }
        let denied = self.take_word("NOT")?;
        let predicate = if self.take_word("LIKE")? {
            let pattern = self.sum()?;
            op(at, Op::Like, vec![value, pattern])
        } else if self.take_word("BETWEEN")? {
            let low = self.sum()?;
            self.need_word("AND")?;
            let high = self.sum()?;
            op(at, Op::Between, vec![value, low, high])
        } else if self.take_word("IN")? {
            let list = self.scan.here();
            let items = self.list()?;
            if items.is_empty() {
                let detail = "expected at least one value in the list";
                return Err(FilterFault::new(
                    At::Byte(list),
                    Refusal::new(Code::Empty, detail),
                ));
            }
            op(at, Op::In, vec![value, node(list, Syntax::Array(items))])
        } else if denied {
            let found = self.scan.peek()?;
            return self.expected("LIKE, BETWEEN or IN", &found);
        } else {
            return Ok(value);
        };
        Ok(unless(at, denied, predicate))
    }

    fn sum(&mut self) -> Read {
        self.chain(&["+", "-"], |parser| {
            parser.chain(&["*", "/", "%", "div"], Self::power)
        })
    }

    /// Operators of one rank, the left ones first.
    fn chain(&mut self, names: &[&str], one: impl Fn(&mut Self) -> Read) -> Read {
        let at = self.scan.here();
        let mut left = one(self)?;
        for _ in 0..DEPTH_MAX {
            let name = match self.scan.peek()? {
                Token::Sign(sign) => sign,
                Token::Word(word) => word,
                _ => return Ok(left),
            };
            let is_own = names.iter().any(|own| own.eq_ignore_ascii_case(name));
            let Some(operator) = Op::named(name).filter(|_| is_own) else {
                return Ok(left);
            };
            self.scan.next()?;
            let right = one(self)?;
            left = op(at, operator, vec![left, right]);
        }
        let detail =
            format!("more than {DEPTH_MAX} operators stand side by side without parentheses");
        Err(self.refused(Code::TooDeep, detail))
    }

    fn power(&mut self) -> Read {
        let at = self.scan.here();
        let base = self.operand()?;
        if !self.take_sign("^")? {
            return Ok(base);
        }
        let exponent = self.deeper(Self::power)?;
        Ok(op(
            at,
            Op::Arithmetic(Arithmetic::Power),
            vec![base, exponent],
        ))
    }

    fn operand(&mut self) -> Read {
        budget::spend(OPERAND_NS);
        let at = self.scan.here();
        let token = self.scan.peek()?;
        let syntax = match token {
            Token::Sign("(") => return self.group(at),
            Token::Sign("[") => Syntax::Array(self.list()?),
            Token::Sign(sign @ ("-" | "+")) => return self.signed(at, sign == "-"),
            Token::Word(word) => return self.named(at, word),
            Token::Integer(number) => self.passed(Syntax::Integer(number))?,
            Token::Number(number) => self.passed(Syntax::Number(number))?,
            Token::Text(text) => self.passed(Syntax::Text(text))?,
            Token::Quoted(name) => self.passed(Syntax::Property(name))?,
            other => return self.expected("a value", &other),
        };
        Ok(node(at, syntax))
    }

    fn passed(&mut self, syntax: Syntax) -> FilterResult<Syntax> {
        self.scan.next()?;
        Ok(syntax)
    }

    /// A number with its sign, or what is taken away from nothing.
    fn signed(&mut self, at: usize, negative: bool) -> Read {
        self.scan.next()?;
        let of = self.deeper(Self::operand)?;
        let syntax = match of.syntax {
            number @ (Syntax::Integer(_) | Syntax::Number(_)) if !negative => number,
            Syntax::Integer(number) => Syntax::Integer(-number),
            Syntax::Number(number) => Syntax::Number(-number),
            _ if !negative => return Ok(of),
            _ => {
                let times = Op::Arithmetic(Arithmetic::Times);
                return Ok(op(at, times, vec![node(at, Syntax::Integer(-1)), of]));
            }
        };
        Ok(node(at, syntax))
    }

    /// What stands in parentheses: an expression, or a list of none or several.
    fn group(&mut self, at: usize) -> Read {
        let mut items = self.list()?;
        if items.len() == 1 {
            return Ok(items.swap_remove(0));
        }
        Ok(node(at, Syntax::Array(items)))
    }

    /// `(item, item)` or `[item, item]`.
    fn list(&mut self) -> FilterResult<Vec<Node>> {
        let close = match self.scan.peek()? {
            Token::Sign("(") => ")",
            Token::Sign("[") => "]",
            other => return self.expected("\"(\"", &other),
        };
        self.scan.next()?;
        let mut items = Vec::new();
        if self.take_sign(close)? {
            return Ok(items);
        }
        loop {
            items.push(self.expression()?);
            if self.take_sign(",")? {
                continue;
            }
            if self.take_sign(close)? {
                return Ok(items);
            }
            let found = self.scan.peek()?;
            return self.expected(&format!("\",\" or \"{close}\""), &found);
        }
    }

    /// What begins with a word: a literal, a function or a property.
    fn named(&mut self, at: usize, word: &'t str) -> Read {
        if let Some(geometry) = self.geometry(at, word)? {
            return Ok(geometry);
        }
        if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
            self.scan.next()?;
            return Ok(node(at, Syntax::Boolean(word.eq_ignore_ascii_case("true"))));
        }
        if is_word(word) {
            return self.expected("a value", &Token::Word(word));
        }
        self.scan.next()?;
        if self.scan.peek()? != Token::Sign("(") {
            return Ok(node(at, Syntax::Property(word.to_owned())));
        }
        let syntax = match &*word.to_ascii_lowercase() {
            "date" | "timestamp" => {
                self.need_sign("(")?;
                let text_at = self.scan.here();
                let text = match self.scan.peek()? {
                    Token::Text(text) => text,
                    other => return self.expected("a text such as '2023-03-19'", &other),
                };
                self.scan.next()?;
                let is_date = word.len() == "date".len();
                let instant = literal::instant(is_date, &text);
                let instant =
                    instant.map_err(|refusal| FilterFault::new(At::Byte(text_at), refusal))?;
                self.need_sign(")")?;
                instant
            }
            "interval" => {
                let ends = self.list()?;
                let ends = literal::interval(ends);
                let ends = ends.map_err(|refusal| FilterFault::new(At::Byte(at), refusal))?;
                Syntax::Interval(Box::new(ends))
            }
            "bbox" => self.bbox(at)?,
            _ => match Op::named(word).filter(|op| op.is_function()) {
                Some(op) => Syntax::Op(op, self.operands(at, op)?),
                None => Syntax::Call(word.to_owned(), self.list()?),
            },
        };
        Ok(node(at, syntax))
    }

    /// The operands of a standardised function. Those of sets are lists, also of one item.
    fn operands(&mut self, at: usize, op: Op) -> FilterResult<Vec<Node>> {
        let operands = if matches!(op, Op::Array(_)) {
            self.need_sign("(")?;
            let first = self.set()?;
            self.need_sign(",")?;
            let second = self.set()?;
            self.need_sign(")")?;
            vec![first, second]
        } else {
            self.list()?
        };
        literal::count(op, operands.len())
            .map_err(|refusal| FilterFault::new(At::Byte(at), refusal))?;
        Ok(operands)
    }

    fn set(&mut self) -> Read {
        let at = self.scan.here();
        if self.scan.peek()? == Token::Sign("(") {
            return Ok(node(at, Syntax::Array(self.list()?)));
        }
        self.expression()
    }

    fn bbox(&mut self, at: usize) -> FilterResult<Syntax> {
        let mut numbers = Vec::new();
        for item in self.list()? {
            match (item.syntax, item.at) {
                (Syntax::Integer(number), _) => numbers.push(number as f64),
                (Syntax::Number(number), _) => numbers.push(number),
                (_, at) => {
                    let refusal = Refusal::new(Code::WrongType, "expected a number");
                    return Err(FilterFault::new(at, refusal));
                }
            }
        }
        let bounds = self.given.bounds(&numbers);
        bounds.map_err(|refusal| FilterFault::new(At::Byte(at), refusal))
    }

    /// A geometry as well-known text, if the word begins one.
    fn geometry(&mut self, at: usize, word: &str) -> FilterResult<Option<Node>> {
        let text = self.scan.rest();
        let after = text[word.len()..].trim_start();
        let follows = |word: &str| {
            after
                .get(..word.len())
                .is_some_and(|own| own.eq_ignore_ascii_case(word))
        };
        let begins = after.starts_with('(') || ["z", "m", "empty"].iter().any(|word| follows(word));
        if !wkt::is_kind(word) || !begins {
            return Ok(None);
        }
        let (read, bytes) = wkt::read_first(text, self.given.make());
        let geometry = read.map_err(|refusal| {
            FilterFault::new(At::Byte(at + bytes), self.given.placed(refusal))
        })?;
        self.scan.skip(bytes);
        let syntax = self.given.geometry(geometry);
        let syntax = syntax.map_err(|refusal| FilterFault::new(At::Byte(at), refusal))?;
        Ok(Some(node(at, syntax)))
    }
}

/// `NOT` a predicate, if it is denied.
fn unless(at: usize, denied: bool, predicate: Node) -> Node {
    if denied {
        op(at, Op::Not, vec![predicate])
    } else {
        predicate
    }
}
