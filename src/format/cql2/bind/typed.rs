//! Expressions with their types.

use crate::atlas::filter::datum::Datum;
use crate::atlas::filter::expression::Expr;
use crate::atlas::model::schema::FieldType;

/// An expression with its type.
pub(super) struct Typed {
    pub expr: Expr,
    pub kind: Kind,
    /// The property that it is, if it is one.
    name: Option<String>,
}

/// What values an expression has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Number,
    Text,
    Moment,
    Period,
    Place,
    List,
}

impl Typed {
    pub fn new(expr: Expr, kind: Kind) -> Self {
        Self {
            expr,
            kind,
            name: None,
        }
    }

    /// The property of a name.
    pub fn called(self, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..self
        }
    }

    /// The same, worked out if it is the same for every feature.
    pub fn settled(self) -> Self {
        match self.expr.constant() {
            Some(datum) => Self {
                expr: Expr::Constant(datum),
                ..self
            },
            None => self,
        }
    }

    /// The day or the instant that a literal text is.
    pub fn as_moment(&self) -> Option<Expr> {
        match &self.expr {
            Expr::Constant(Datum::Text(text)) => {
                let moment = Datum::moment(text);
                (moment != Datum::Null).then_some(Expr::Constant(moment))
            }
            _ => None,
        }
    }

    /// What it is, for a message.
    pub fn shown(&self) -> String {
        let kind = self.kind.shown();
        match &self.name {
            Some(name) => format!("\"{name}\" is {kind}"),
            None => format!("this is {kind}"),
        }
    }
}

impl Kind {
    pub fn of_field(kind: FieldType) -> Self {
        match kind {
            FieldType::String => Self::Text,
            FieldType::Integer | FieldType::Number => Self::Number,
            FieldType::Boolean => Self::Boolean,
            FieldType::Date | FieldType::Datetime => Self::Moment,
            FieldType::Json => Self::List,
        }
    }

    /// Whether its values can be compared.
    pub fn has_order(self) -> bool {
        !matches!(self, Self::Period | Self::Place | Self::List)
    }

    fn shown(self) -> &'static str {
        match self {
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Moment => "a day or an instant",
            Self::Period => "an interval",
            Self::Place => "a geometry",
            Self::List => "a list",
        }
    }

    /// What would be one.
    pub fn wanted(self) -> &'static str {
        match self {
            Self::Boolean => "true, false or a condition",
            Self::Number => "a number such as 12.5",
            Self::Text => "a text such as 'strike'",
            Self::Moment => "DATE('2023-03-19') or TIMESTAMP('2023-03-19T06:30:00Z')",
            Self::Period => "DATE('…'), TIMESTAMP('…') or INTERVAL('…', '…')",
            Self::Place => {
                "a geometry such as geometry, POINT(45.98 35.18) or BBOX(45, 34, 46, 35)"
            }
            Self::List => "a list such as ('a', 'b')",
        }
    }
}
