//! What both encodings check of literals and operands.

use crate::atlas::filter::datum::Datum;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::cql2::name::Op;
use crate::format::cql2::{Node, Syntax};

/// The end of an interval that is open.
pub(super) const OPEN: &str = "..";

/// A day or an instant.
pub(super) fn instant(is_date: bool, text: &str) -> Result<Syntax, Refusal> {
    let is_one = Datum::moment(text) != Datum::Null && (text.len() == 10) == is_date;
    match (is_one, is_date) {
        (true, true) => Ok(Syntax::Date(text.to_owned())),
        (true, false) => Ok(Syntax::Timestamp(text.to_owned())),
        (false, true) => Err(Refusal::new(
            Code::NotADate,
            format!("expected a day such as '2023-03-19', found '{text}'"),
        )),
        (false, false) => Err(Refusal::new(
            Code::NotADate,
            format!("expected an instant such as '2023-03-19T06:30:00Z', found '{text}'"),
        )),
    }
}

/// The ends of an interval.
pub(super) fn interval(ends: Vec<Node>) -> Result<[Node; 2], Refusal> {
    ends.try_into().map_err(|ends: Vec<Node>| {
        let detail = format!("an interval has two ends, not {}", ends.len());
        Refusal::new(Code::WrongCount, detail)
    })
}

/// Whether an operator has the operands that it takes.
pub(super) fn count(op: Op, count: usize) -> Result<(), Refusal> {
    let (least, most) = op.operands();
    if (least..=most).contains(&count) {
        return Ok(());
    }
    let wanted = match (least, least == most) {
        (1, _) => "one operand".to_owned(),
        (_, true) => format!("{least} operands"),
        (_, false) => format!("{least} operands or more"),
    };
    let detail = format!("\"{}\" takes {wanted}, not {count}", op.name());
    Err(Refusal::new(Code::WrongCount, detail))
}
